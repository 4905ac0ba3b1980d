#!/bin/sh
# The flight recorder on this machine's own disk and threads: every trigger is what an independent
# script finds between the same events, and what replay finds in the same trace.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_kernel
need_program babeltrace2
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
[ "$(stat --file-system --format=%T /dev/shm)" = tmpfs ] || skip "/dev/shm is no tmpfs"
scratch=$(mktemp -d /dev/shm/kernel_flight.XXXXXX)
trap 'rm -rf "$work" "$scratch"' EXIT

# capture NAME PRESET CONDITION PROGRAM...
capture()
{
	trace="$scratch/$1"
	preset=$2
	condition=$3
	shift 3
	jitterscope record kernel --quiet --preset "$preset" --flight 20ms --on "$condition" \
		-o "$trace" -- "$@" || [ $? -eq 3 ]
	[ -d "$trace/trigger-001" ] || fail "nothing met '$condition'"
}

# check NAME: its traces, one after the other
check()
{
	for one in "$scratch/$1"/trigger-*; do
		babeltrace2 "$one" > "$work/text" 2> "$work/warnings"
		[ ! -s "$work/warnings" ] ||
			fail "babeltrace2 warns of $one: $(cat "$work/warnings")"
		jitterscope replay --quiet --what requests --format ndjson -o "$work/replay" "$one" || [ $? -eq 3 ]
		jitterscope report --quiet --format json -o "$work/report.json" "$one" || [ $? -eq 3 ]
		status=0
		/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/kernel_flight.py" "$one" \
			"$work/replay" "$work/report.json" 20000000 || status=$?
		[ "$status" -ne 77 ] || skip "events were lost in $1: this machine is too busy"
		[ "$status" -eq 0 ] || fail "a trace of $1 is not what happened"
	done
}

# A bound that nothing keeps: the first requests trigger, the next are in their trace.
disk_of "$work" > "$work/disk" || skip "$work does not lie on a disk"
dd if=/dev/urandom of="$work/file" bs=1M count=4 conv=fsync 2> /dev/null
capture disk block "block[$(cat "$work/disk")]>1us" \
	dd if="$work/file" of=/dev/null bs=4k iflag=direct status=none
check disk
# Interrupts of hypervisors have no handlers of which the kernel tells.
interrupt_count()
{
	awk 'NR == 1 { cpus = NF } $1 ~ /^[0-9]+:$/ { for (i = 2; i < cpus + 2; i++) sum += $i }
		END { printf "%.0f\n", sum }' /proc/interrupts
}
before=$(interrupt_count)
dd if="$work/file" of=/dev/null bs=4k iflag=direct status=none
if [ "$(interrupt_count)" -gt $((before + 100)) ]; then
	capture irq irq 'irq>1ns' dd if="$work/file" of=/dev/null bs=4k iflag=direct status=none
	check irq
else
	echo "the disk has no interrupt handlers"
fi
capture softirq irq 'softirq>1ns' sleep 0.3
check softirq

# Sleepers, one after the other, and a busy thread of real-time priority that takes their CPU now and then
# while one is woken. Now and then, since kernels may hide what threads of process 1 do: the switch that
# ends a wait is not seen where such a thread runs first. The busy thread ends by itself: nobody of its
# priority or below could end it.
if chrt -f 10 true 2> /dev/null; then
	cp "$(command -v sleep)" "$work/late_sleeper"
	cpu=$(/usr/bin/python3 -c 'import os; print(min(os.sched_getaffinity(0)))')
	cat > "$work/busy.py" << 'END'
import time
end = time.monotonic() + 0.2
while time.monotonic() < end:
    pass
END
	cat > "$work/late" << END
taskset -c $cpu sh -c 'for _ in 1 2 3 4 5 6 7 8; do $work/late_sleeper 0.1; done' &
for _ in 1 2 3 4; do
	sleep 0.1
	taskset -c $cpu chrt -f 10 /usr/bin/python3 $work/busy.py
done
wait
END
	capture wake irq 'wake[late_sleeper]>20ms' sh "$work/late"
else
	capture wake irq 'wake>1us' sleep 0.3
fi
check wake
