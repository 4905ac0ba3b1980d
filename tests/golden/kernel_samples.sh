#!/bin/sh
# The recordings of `record kernel` in samples/: what their devices are known to have done, by both
# readers, and that other tools read them without a warning.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3
need_program babeltrace2
need_program babeltrace

recordings=$JSCOPE_SOURCE/samples/recordings
for trace in "$recordings"/kernel-*; do
	name=${trace##*/}
	jitterscope report --quiet --format json -o "$work/$name.json" "$trace"
	jitterscope report --quiet --reader babeltrace2 --format json "$trace" |
		sed 's/"reader": "babeltrace2"/"reader": "native"/' | cmp - "$work/$name.json" ||
		fail "$name: the readers differ"
	for tool in babeltrace2 babeltrace; do
		"$tool" "$trace" > "$work/events" 2> "$work/warnings"
		[ ! -s "$work/warnings" ] || fail "$name: $tool: $(cat "$work/warnings")"
		echo "$name $tool $(wc -l < "$work/events")" >> "$work/counts"
	done
done
python3 "$JSCOPE_SOURCE/tests/golden/kernel_samples.py" "$work"
