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

samples()
{
	for trace in "$JSCOPE_SOURCE"/samples/recordings/kernel-disk*; do
		[ -d "$trace" ] || skip "there is no recording of a disk in samples"
		equal "$trace" irq block sched
	done
}

# All that happens while a file is read past the page cache.
live()
{
	need_kernel
	dd if=/dev/urandom of="$work/file" bs=1M count=4 conv=fsync 2> /dev/null
	for preset in block all; do
		jitterscope record kernel --quiet --preset "$preset" --sched all -o "$work/$preset" \
			-- dd if="$work/file" of=/dev/null bs=4k iflag=direct status=none ||
			fail "recording exits $?"
		equal "$work/$preset" irq block sched
	done
}

"$1"
