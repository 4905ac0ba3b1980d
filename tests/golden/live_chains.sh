#!/bin/sh
# Record every scenario of the virtual device live, on a machine that is busy with other things, so
# that points come late, merge and underrun; babeltrace2 must open them without a warning, and an
# independent script must find the same chains.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program lttng-sessiond
need_program babeltrace2
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# busy SECONDS: a process that wants a CPU
busy()
{
	timeout "$1" sh -c 'while :; do :; done' || :
}

# truth_removed TRACE: what the virtual device told of itself must change nothing that is printed
truth_removed()
{
	babeltrace2 "$1" | grep -q 'jscope:truth_' || fail "there is no ground truth in $1"
	find "$1" -name 'truth_*' -delete
	jitterscope report --quiet --format json -o "$work/report2.json" "$1" || [ $? -eq 3 ]
	cmp "$work/report.json" "$work/report2.json" || fail "the report of $1 needs the truth"
	jitterscope replay --quiet --format ndjson -o "$work/replay2" "$1" || [ $? -eq 3 ]
	cmp "$work/replay" "$work/replay2" || fail "the replay of $1 needs the truth"
}

# check SCENARIO: record it, then compare the readings
check()
{
	trace="$work/$1"
	busy 1 &
	busy 1 &
	jitterscope record live --quiet --scenario "$1" --duration 1500ms -o "$trace" || [ $? -eq 3 ]
	wait
	babeltrace2 "$trace" > "$work/text" 2> "$work/warnings"
	[ ! -s "$work/warnings" ] || fail "babeltrace2 warns of $1: $(cat "$work/warnings")"
	jitterscope replay --quiet --format ndjson -o "$work/replay" "$trace" || [ $? -eq 3 ]
	jitterscope report --quiet --format json -o "$work/report.json" "$trace" || [ $? -eq 3 ]
	jitterscope events --quiet "$trace" > "$work/events" || [ $? -eq 3 ]
	told=$(wc -l < "$work/text")
	found=$(wc -l < "$work/events")
	[ "$told" -eq "$found" ] || fail "$1: babeltrace2 prints $told events, jitterscope $found"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/live_chains.py" "$trace" "$work/replay" \
		"$work/report.json"
	truth_removed "$trace"
}

for scenario in wavert-10ms wavert-3ms wavert-two-clients wavert-single-notification \
	wavert-underrun; do
	check "$scenario"
done
