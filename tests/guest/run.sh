#!/bin/sh
# Boot a Debian kernel under QEMU with virtual sound cards and disks, run jobs with the built
# jitterscope in it, and check from outside what it recorded. A job is a folder in jobs/:
#   machine   the QEMU options of its guest, parameters of its kernel, seconds it may take
#   job.sh    runs in the guest (guest.sh has what they share) and leaves its results in /out
#   check.py  checks a copy of /out (oracle.py has what they share)
# usage: run.sh JOB...
# JSCOPE_BUILD       where jitterscope was built [build/dev]
# JSCOPE_GUEST_CACHE where the kernel is kept [~/.cache/jitterscope-guest]
# JSCOPE_GUEST_KEEP  a folder to keep the results in
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export JSCOPE_SOURCE="${here%/tests/guest}"
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$here/kernel.sh"
. "$here/initramfs.sh"

build=${JSCOPE_BUILD:-$JSCOPE_SOURCE/build/dev}
PATH=$build/bin:$PATH

# boot JOB: runs it, and leaves its /out in $out
boot()
{
	out=$work/out
	rm -rf "$out"
	mkdir "$out"
	guest_initramfs "$1"
	truncate -s 64M "$work/disk1" "$work/disk2" "$work/disk3" "$work/disk4"
	qemu=
	parameters=
	seconds=240
	. "$here/jobs/$1/machine"
	status=0
	timeout "$seconds" qemu-system-x86_64 -M q35 -accel tcg -cpu max -m 1024 -nodefaults \
		-no-reboot -display none -serial stdio -kernel "$kernel/vmlinuz" \
		-initrd "$work/initramfs" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off $parameters" \
		-virtfs "local,path=$out,mount_tag=out,security_model=none" $qemu \
		< /dev/null > "$work/console" 2>&1 || status=$?
	cat "$work/console"
	[ "$status" -ne 124 ] || fail "the guest of $1 did not end within $seconds s"
	[ "$status" -eq 0 ] || fail "QEMU ended with $status"
	[ -e "$out/job.status" ] || fail "the guest of $1 left no results"
}

# run JOB
run()
{
	[ -d "$here/jobs/$1" ] || fail "there is no job '$1': $(ls "$here/jobs" | tr '\n' ' ')"
	begin=$(date +%s)
	boot "$1"
	if [ -n "${JSCOPE_GUEST_KEEP:-}" ]; then
		mkdir -p "$JSCOPE_GUEST_KEEP/$1"
		cp -r "$out/." "$work/console" "$JSCOPE_GUEST_KEEP/$1/"
	fi
	[ "$(cat "$out/job.status")" -eq 0 ] || fail "job $1: $(tail -n 20 "$out/job.output")"
	/usr/bin/python3 "$here/jobs/$1/check.py" "$out" || fail "job $1 did not pass its check"
	echo "$1: passed in $(($(date +%s) - begin)) s"
}

[ "$#" -gt 0 ] || fail "usage: run.sh JOB..., one of $(ls "$here/jobs" | tr '\n' ' ')"
[ "$(uname -m)" = x86_64 ] || skip "the guest runs programs of x86_64 only"
need_program qemu-system-x86_64
need_program cpio
need_program jitterscope
need_program babeltrace
need_program babeltrace2
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
guest_kernel
for job in "$@"; do
	run "$job"
done
