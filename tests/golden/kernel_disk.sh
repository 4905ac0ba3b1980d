#!/bin/sh
# Requests to this machine's own disk, while a program reads and writes past the page cache: what is
# recorded against what the kernel counts, and how long they took against bpftrace.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_kernel
need_program bpftrace
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
[ "$(stat --file-system --format=%T /dev/shm)" = tmpfs ] || skip "/dev/shm is no tmpfs"

golden="$JSCOPE_SOURCE/tests/golden"
disk=$(disk_of "$work") || skip "$work does not lie on a disk"
device=$(cat "/sys/block/$disk/dev")
case $(basename "$(readlink -f "/sys/block/$disk/device")") in
virtio*) interrupt=$(basename "$(readlink -f "/sys/block/$disk/device")")-req.0 ;;
*) skip "nobody knows the interrupts of $disk" ;;
esac
[ ! -e "/sys/block/$disk/mq/1" ] || skip "$disk has several queues, each with interrupts of its own"

# Overwriting what is on disk already changes no metadata of the file system.
dd if=/dev/urandom of="$work/file" bs=1M count=16 conv=fsync 2> /dev/null
scratch=$(mktemp -d /dev/shm/kernel_disk.XXXXXX)
trap 'rm -rf "$work" "$scratch"' EXIT

# So that bpftrace is known to see requests before the recording begins.
bpftrace_start()
{
	BPFTRACE_MAP_KEYS_MAX=1000000 bpftrace "$golden/kernel_disk.bt" > "$scratch/latencies" 2> "$scratch/said" &
	bpftrace=$!
	for _ in $(seq 100); do
		dd if="$work/file" of=/dev/null bs=4k count=1 iflag=direct 2> /dev/null
		! grep -q begun "$scratch/latencies" || return 0
		kill -0 "$bpftrace" 2> /dev/null || break
		sleep 0.2
	done
	skip "bpftrace does not run here: $(tail -n 1 "$scratch/said")"
}

bpftrace_stop()
{
	kill -INT "$bpftrace"
	wait "$bpftrace" || true
}

# Returns 3 where the disk was not quiet, or the machine too busy.
round()
{
	status=0
	rm -rf "$scratch/trace"
	bpftrace_start
	jitterscope record kernel --preset block --sched all -o "$scratch/trace" -- \
		/usr/bin/python3 "$golden/kernel_disk_load.py" "$work/file" "$disk" 30 100 \
		"$scratch/counted" 2> "$scratch/errors" || status=$?
	bpftrace_stop
	[ "$status" -ne 0 ] || return 0
	cat "$scratch/errors" >&2
	why="$disk was never quiet"
	[ -s "$scratch/counted" ] || return 3
	why="this machine was too busy"
	! events_were_lost "$scratch/errors" || return 3
	fail "recording exits $status"
}

for try in 1 2 3; do
	rm -f "$scratch/counted"
	if round; then
		jitterscope report --quiet --format json -o "$scratch/report" "$scratch/trace" || [ $? -eq 3 ]
		status=0
		/usr/bin/python3 "$golden/kernel_disk.py" "$scratch/trace" "$scratch/counted" \
			"$scratch/report" "$scratch/latencies" "$interrupt" "$device" || status=$?
		[ "$status" -ne 77 ] || skip "this kernel hid nearly all that was to be compared"
		[ "$status" -eq 0 ] || fail "the recording is not what happened"
		exit 0
	fi
	echo "try $try: $why"
done
skip "in three tries: $why"
