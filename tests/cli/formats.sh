#!/bin/sh
# Each format is well formed, the same bytes every time, and --from/--to/--device filter.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3
trace=$JSCOPE_SOURCE/samples/recordings/hda-480-steady

for format in text json csv svg; do
	jitterscope report --quiet --format $format -o "$work/1.$format" "$trace" || [ $? -eq 3 ]
	jitterscope report --quiet --format $format -o "$work/2.$format" "$trace" || [ $? -eq 3 ]
	cmp "$work/1.$format" "$work/2.$format" || fail "two reports as $format differ"
	[ -s "$work/1.$format" ] || fail "the report as $format is empty"
done
for what in notifications requests positions; do
	for format in text csv ndjson; do
		jitterscope replay --quiet --what $what --format $format -o "$work/$what.$format" \
			"$trace" || [ $? -eq 3 ]
	done
done
python3 - "$work" <<'PY'
import csv, json, sys
import xml.dom.minidom
work = sys.argv[1]
report = json.load(open(f"{work}/1.json"))
assert report["schema"] == "jitterscope.report/1"
for key in ("trace", "trust", "cost", "notifications", "requests", "irqs", "softirqs", "wakeups"):
    assert key in report, key
xml.dom.minidom.parse(f"{work}/1.svg")
rows = list(csv.reader(open(f"{work}/1.csv")))
assert len({len(r) for r in rows}) == 1, {len(r) for r in rows}
for what in ("notifications", "requests"):
    records = [json.loads(line) for line in open(f"{work}/{what}.ndjson")]
    rows = list(csv.reader(open(f"{work}/{what}.csv")))
    assert len(records) == len(rows) - 1 > 100, (what, len(records), len(rows))
    times = [min(r["at"].values()) if r["at"] else 0 for r in records]
    assert all(r["what"] == what[:-1] for r in records)
print("formats are well formed")
PY

# Filters: the device alone, a window alone.
jitterscope report --quiet --format json --device 254:0 -o "$work/device.json" "$trace" ||
	[ $? -eq 3 ]
jitterscope report --quiet --format json --from 1s --to 2s -o "$work/window.json" "$trace" ||
	[ $? -eq 3 ]
jitterscope events --quiet --from 1s --to 1100ms "$trace" > "$work/events" || [ $? -eq 3 ]
python3 - "$work" <<'PY'
import json, sys
whole, device, window = (json.load(open(f"{sys.argv[1]}/{n}.json")) for n in ("1", "device", "window"))
assert [r["device"] for r in device["requests"]] == ["254:0"], device["requests"]
count = lambda report: sum(r["count"] for r in report["irqs"])
assert 0 < count(window) < count(whole), (count(window), count(whole))
lines = open(f"{sys.argv[1]}/events").read().splitlines()
times = [float(line.split()[0]) for line in lines]
assert lines and all(1.0 <= t <= 1.1 for t in times) and times == sorted(times)
PY

# Nothing of what was asked for is in there: not a line, but a word about it, unless that is unwanted.
jitterscope replay --what positions "$trace" > "$work/none" 2> "$work/said"
[ ! -s "$work/none" ] || fail "positions of a recording without any: $(head -n 1 "$work/none")"
grep -q "holds nothing of what was asked for" "$work/said" || fail "nothing is said of no lines"
jitterscope replay --what positions --quiet "$trace" > "$work/none" 2> "$work/said"
[ ! -s "$work/said" ] || fail "a quiet replay says: $(cat "$work/said")"
jitterscope replay "$trace" > "$work/some" 2> "$work/said"
! grep -q "holds nothing" "$work/said" || fail "$(wc -l < "$work/some") lines are called none"
