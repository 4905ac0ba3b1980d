#!/bin/sh
# Every figure of the reference answers, for each recording under real/.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_traces real
need_program python3

# compare NAME TRACE REFERENCE. A reference leaves out counters that are 0; its comparer wants them.
compare()
{
	run_expect 0 jitterscope report --quiet --format json -o "$work/$1.json" "$2"
	python3 - "$3" "$work/$1.ref.json" <<-'PY'
	import json, sys
	reference = json.load(open(sys.argv[1]))
	for device in reference.get("block", {}).values():
	    for counter in ("issue", "complete", "complete_nr0"):
	        device.setdefault(counter, 0)
	json.dump(reference, open(sys.argv[2], "w"))
	PY
	python3 "$JSCOPE_TRACES/compare_ref.py" "$work/$1.json" "$work/$1.ref.json" \
		> "$work/differences" || fail "$1 differs from its reference: $(cat "$work/differences")"
	echo "$1: $(tail -n 1 "$work/differences")"
}

for name in tvl-simple-kernel tc-bug446190 lami-irq-synthetic; do
	folder=$JSCOPE_TRACES/real/$name
	compare "$name" "$folder" "$folder/$name.ref.json"
done

# The periods of the display interrupts, which compare_ref.py does not look at.
python3 - "$work/tc-bug446190.json" "$JSCOPE_TRACES/real/tc-bug446190/period.ref.json" <<'PY'
import json, sys
report, reference = (json.load(open(p)) for p in sys.argv[1:3])
for irq in ("288", "300"):
    want, = [reference[irq]]
    got, = [i["interval"] for i in report["irqs"] if str(i["irq"]) == irq]
    assert (got["count"], got["min"], got["max"]) == (want["n"], want["min"], want["max"]), (got, want)
    assert abs(got["mean"] - want["avg"]) < 0.002, (got, want)
print("display interrupts: intervals equal the reference")
PY

compare lttng-2.0pre "$JSCOPE_TRACES/real/lttng-2.0pre" \
	"$JSCOPE_TRACES/real/lttng-2.0pre/cts-lttng-modules-trace.ref.json"

# libbabeltrace2 stops after 1 % of this one: the report must say so.
run_expect 3 jitterscope report --reader babeltrace2 --quiet --format json -o "$work/old.json" \
	"$JSCOPE_TRACES/real/lttng-2.0pre"
python3 - "$work/old.json" <<'PY'
import json, sys
trace = json.load(open(sys.argv[1]))["trace"]
assert trace["partial"] and trace["errors"], trace
assert 0 < trace["events"] < 39537, trace
print("lttng-2.0pre: partial,", trace["events"], "events:", trace["errors"][0])
PY
