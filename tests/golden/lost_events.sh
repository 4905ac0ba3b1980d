#!/bin/sh
# Traces that lost events or packets: the counts of the references, exit code 3, and a sentence.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_traces lost
need_program python3

run_expect 3 jitterscope report --format json -o "$work/kernel.json" \
	"$JSCOPE_TRACES/lost/multi-domains/kernel" 2> "$work/stderr"
grep -q "lost 728 events" "$work/stderr" || fail "728 lost events are not told: $(cat "$work/stderr")"
run_expect 3 jitterscope report --quiet --format json -o "$work/packets.json" \
	"$JSCOPE_TRACES/lost/packet-seq-num/2-lost-before-last"
jitterscope report --quiet --format json -o "$work/none.json" \
	"$JSCOPE_TRACES/lost/packet-seq-num/no-lost-not-starting-at-0" || [ $? -eq 3 ]
python3 - "$work" <<'PY'
import json, sys
def trace(name):
    return json.load(open(f"{sys.argv[1]}/{name}.json"))
assert trace("kernel")["trace"]["lost_events"] == 728
assert trace("kernel")["trust"]["verdict"] != "trusted"
assert trace("packets")["trace"]["lost_packets"] == 2
assert trace("none")["trace"]["lost_packets"] == 0
assert trace("none")["trace"]["lost_events"] == 0
PY

# The last packet of one CPU is not there, as if it had never been copied: its siblings tell.
cp -r "$JSCOPE_TRACES/lost/multi-domains/kernel" "$work/short"
chmod -R u+w "$work/short"
truncate --size 4096 "$work/short/kernel_channel_1"
run_expect 3 jitterscope report --output "$work/short.txt" "$work/short" 2> "$work/stderr"
grep -q "kernel_channel_1' ends after 1 packets, .* s before others of its channel" "$work/stderr" ||
	fail "nothing is said of a stream that ends too early: $(cat "$work/stderr")"
! grep -q "kernel_channel_[023]' ends" "$work/stderr" || fail "whole streams are accused, too"
