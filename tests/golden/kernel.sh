# Shared by the tests that record the running kernel: `. "$JSCOPE_SOURCE/tests/golden/kernel.sh"`.

# Only where this user may and this kernel can; where both are said to be so, failing is a failure.
need_kernel()
{
	[ -r /sys/kernel/btf/vmlinux ] || skip "this kernel has no BTF"
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	# CAP_SYS_ADMIN, CAP_PERFMON and CAP_BPF.
	[ $((0x$caps >> 21 & 0x20001 | 0x$caps >> 38 & 2)) -eq $((0x20003)) ] ||
		skip "recording the kernel takes CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN"
}

# events_were_lost SAID: whether a recording says that of itself, and of no other fault.
events_were_lost()
{
	grep -q '; [1-9][0-9]* were lost' "$1" && ! grep -q 'fault of jitterscope' "$1"
}

# record_whole OPTIONS...: record the kernel without a loss, which takes a machine that is not too busy.
record_whole()
{
	status=0
	jitterscope record kernel "$@" 2> "$work/said" || status=$?
	[ "$status" -ne 0 ] || return 0
	! events_were_lost "$work/said" || skip "this machine is too busy: $(tail -n 1 "$work/said")"
	fail "recording exits $status: $(cat "$work/said")"
}

# The disk that holds a directory, as the kernel calls it.
disk_of()
{
	device=$(stat --format=%Hd:%Ld "$1")
	node=$(readlink -f "/sys/dev/block/$device") || return 1
	[ ! -e "$node/partition" ] || node=$(dirname "$node")
	[ -e "$node/stat" ] && basename "$node"
}
