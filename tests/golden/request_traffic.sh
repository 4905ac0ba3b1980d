#!/bin/sh
# How requests came and went, as reports tell it: of every scenario with a disk and of recorded
# kernels, against figures that are worked out once more from the events and from what the device says.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# judge TRACE NAME
judge()
{
	jitterscope report --quiet --format json -o "$work/report.json" "$1" || [ $? -eq 3 ] ||
		fail "$2: no report"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/request_traffic.py" "$1" "$work/report.json" \
		> "$work/judged" 2>&1 || fail "$2: $(cat "$work/judged")"
	sed "s/^/$2: /" "$work/judged"
}

# record SCENARIO OPTION VALUE: and judge it
record()
{
	jitterscope record sim --quiet --scenario "$1" --seed 1 "$2" "$3" -o "$work/trace"
	judge "$work/trace" "$(basename "$1" .ini)"
	rm -r "$work/trace"
}

# lossy SCENARIO CPU: the same while events of one CPU get lost now and then
lossy()
{
	{
		cat "$JSCOPE_SOURCE/samples/scenarios/$1.ini"
		printf '\n[fault trace]\nkind = trace-loss\nat = 100ms\nevery = 73ms\ncount = 0\n'
		printf 'length = 5ms\namount = %s\n' "$2"
	} > "$work/$1-loss-$2.ini"
	record "$work/$1-loss-$2.ini" --duration 500ms
}

for name in disk-channels disk-from-isr disk-multi-queue disk-single-queue; do
	record "$JSCOPE_SOURCE/samples/scenarios/$name.ini" --events 40000
done
# These need time: to go down, to be paused and to be reset.
for name in disk-link-flap disk-reset; do
	record "$JSCOPE_SOURCE/samples/scenarios/$name.ini" --duration 1500ms
done
for name in disk-link-flap disk-single-queue; do
	lossy "$name" 0
	lossy "$name" 1
done
for name in kernel-four-disks kernel-null-blk-10us-100us-1ms; do
	judge "$JSCOPE_SOURCE/samples/recordings/$name" "$name"
done
