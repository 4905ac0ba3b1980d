#!/bin/sh
# Chains of this machine's own disk and timers, as replay makes them of a recording, against a
# reading of the same recording that shares no code with it.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_kernel
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
disk_of "$work" > /dev/null || skip "$work does not lie on a disk"

chains()
{
	jitterscope replay --quiet --format ndjson --what "$1" -o "$work/$1" "$work/$2" || [ $? -eq 3 ] ||
		fail "replay of $2 exits $?"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/kernel_chains.py" "$1" "$work/$2" "$work/$1" ||
		fail "$1 are not what is recorded"
}

# Past the page cache and through it: requests one by one, and many at once with flushes.
dd if=/dev/urandom of="$work/file" bs=1M count=8 conv=fsync 2> /dev/null
record_whole --preset block --sched all -o "$work/disk" -- sh -c "
	dd if='$work/file' of=/dev/null bs=4k count=500 iflag=direct
	dd if=/dev/zero of='$work/file' bs=64k count=100 conv=notrunc,fsync
	dd if=/dev/zero of='$work/file' bs=4k count=100 oflag=direct,dsync conv=notrunc"
chains requests disk

record_whole --preset timer --sched all -o "$work/timers" -- \
	/usr/bin/python3 -c "import time; [time.sleep(0.002) for _ in range(300)]"
chains notifications timers
