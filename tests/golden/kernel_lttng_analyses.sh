#!/bin/sh
# lttng-analyses runs on recordings of LTTng and on ours, and says the same of both as jitterscope.
# usage: kernel_lttng_analyses.sh recordings|samples|live
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_program lttng-irqstats-mi

# equal TRACE PART...
equal()
{
	echo "$1"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/kernel_lttng_analyses.py" "$@" ||
		fail "$1 differs"
}

recordings()
{
	need_traces guest-lttng
	for trace in "$JSCOPE_TRACES"/guest-lttng/*/trace; do
		equal "$trace" irq block sched
	done
}

# Those that we recorded, and with a disk in it.
samples()
{
	need_program babeltrace2
	found=
	for trace in "$JSCOPE_SOURCE"/samples/recordings/*/; do
		grep -q jscope_version "$trace/kernel/metadata" 2>/dev/null || continue
		grep -q block_rq_issue "$trace/kernel/metadata" || continue
		found=yes
		babeltrace2 "$trace" > "$work/events"
		# A disk whose requests end in a timer has no interrupts.
		equal "${trace%/}" block sched $(grep -q "irq_handler_entry: {" "$work/events" && echo irq)
	done
	[ -n "$found" ] || skip "there is no recording of a disk in samples"
}

# record PRESET: what happens while a file is read past the page cache.
record()
{
	record_whole --preset "$1" --sched all -o "$work/$1" \
		-- dd if="$work/file" of=/dev/null bs=4k iflag=direct status=none
}

# all_run TRACE: every program that asks for nothing but what was recorded, and none has doubts.
all_run()
{
	for program in irqlog irqfreq schedlog schedtop schedfreq iolatencytop iolatencyfreq iolog \
		iousagetop cputop; do
		"lttng-$program" --no-progress "$1" > "$work/out" 2> "$work/err" ||
			fail "lttng-$program: $(tail -n 1 "$work/err" "$work/out")"
		! grep -qi warning "$work/out" "$work/err" ||
			fail "lttng-$program: $(grep -i warning "$work/out" "$work/err")"
	done
	echo "all other programs run"
}

# A thread that is woken while it goes to sleep has its sched_waking on a CPU, and its sched_wakeup
# off it: lttng-analyses takes the second, where it is recorded, for the begin of a wait.
live()
{
	need_kernel
	disk_of "$work" > /dev/null || skip "$work does not lie on a disk"
	dd if=/dev/urandom of="$work/file" bs=1M count=4 conv=fsync 2> /dev/null
	record block
	equal "$work/block" irq block sched
	all_run "$work/block"
	record all
	equal "$work/all" irq block
}

"$1"
