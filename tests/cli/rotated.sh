#!/bin/sh
# A session that was rotated while it ran lies on disk in several chunks, which are read as the one
# trace that they are, by every reader: as if babeltrace2 had put them together before.
set -eu
. "$JSCOPE_SOURCE/tests/cli/live_session_hosts.sh"

rotated=$work/rotated
far lttng create rotated --output="$rotated"
far lttng enable-channel --userspace events
far lttng enable-event --userspace --channel events 'jscope:*'
far lttng add-context --userspace --channel events --type vtid --type procname
far lttng start
driver &
driver=$!
sleep 0.6
far lttng rotate
sleep 0.6
far lttng rotate
wait "$driver"
far lttng destroy

find "$rotated" -name metadata > "$work/chunks"
[ "$(wc -l < "$work/chunks")" -eq 3 ] || fail "not three chunks: $(cat "$work/chunks")"
babeltrace2 "$rotated" > "$work/babeltrace2"
babeltrace2 "$rotated" --component=sink.ctf.fs --params="path=\"$work/plain.ctf\""

# facts FILE: of a report, what does not depend on how the trace lies on disk.
facts()
{
	python3 - "$1" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
for name in ("path", "reader", "streams", "packets"):
    report["trace"].pop(name)
print(json.dumps(report, indent=1))
PY
}

for reader in native babeltrace2; do
	run_expect 0 jitterscope report --reader "$reader" --format json -o "$work/report" "$rotated"
	facts "$work/report" > "$work/facts.$reader"
	run_expect 0 jitterscope report --reader "$reader" --format json -o "$work/plain" \
		"$work/plain.ctf"
	facts "$work/plain" | diff "$work/facts.$reader" - || fail "$reader: chunks are not the whole"
	jitterscope events --reader "$reader" "$rotated" > "$work/events"
	[ "$(wc -l < "$work/events")" -eq "$(wc -l < "$work/babeltrace2")" ] ||
		fail "$reader reads $(wc -l < "$work/events") events of $(wc -l < "$work/babeltrace2")"
	jitterscope replay --reader "$reader" --format ndjson "$rotated" > "$work/replay"
	[ "$(grep -c '"what":"notification"' "$work/replay")" -eq 400 ] ||
		fail "$reader finds $(wc -l < "$work/replay") notifications of 400"
	grep -q '"lost_events": *0' "$work/report" || fail "$reader: events were lost"
done
cmp "$work/facts.native" "$work/facts.babeltrace2" || fail "the readers differ"
