#!/bin/sh
# Every figure of the reference answers, for each recording under real/ and lost/ and each reader, and
# every row that lttng-analyses printed of them.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_traces real
need_traces lost
need_program python3
golden="$JSCOPE_SOURCE/tests/golden"

# compare NAME TRACE REFERENCE [STATUS [READER]...]. A reference leaves out counters that are 0; its
# comparer wants them.
compare()
{
	name=$1
	trace=$2
	python3 - "$3" "$work/$name.ref.json" <<-'PY'
	import json, sys
	reference = json.load(open(sys.argv[1]))
	for device in reference.get("block", {}).values():
	    for counter in ("issue", "complete", "complete_nr0"):
	        device.setdefault(counter, 0)
	json.dump(reference, open(sys.argv[2], "w"))
	PY
	for reader in ${5:-babeltrace2 native}; do
		run_expect "${4:-0}" jitterscope report --reader "$reader" --quiet --format json \
			-o "$work/$name.json" "$trace"
		python3 "$JSCOPE_TRACES/compare_ref.py" "$work/$name.json" "$work/$name.ref.json" \
			> "$work/differences" ||
			fail "$name differs from its reference: $(cat "$work/differences")"
		echo "$name, $reader: $(tail -n 1 "$work/differences")"
	done
}

# printed NAME [+TID=COUNT]...: what lttng-analyses printed
printed()
{
	name=$1
	shift
	python3 "$golden/reference_texts.py" "$work/$name.json" "$@" > "$work/differences" 2>&1 ||
		fail "$name: $(cat "$work/differences")"
	echo "$name, lttng-analyses: $(cat "$work/differences")"
}

real=$JSCOPE_TRACES/real
for name in tvl-simple-kernel tc-bug446190 lami-irq-synthetic; do
	compare "$name" "$real/$name" "$real/$name/$name.ref.json"
done
# Ten wakings found their thread on its way off a CPU: eight of a kworker's that two CPUs share.
printed tvl-simple-kernel "$real"/tvl-simple-kernel/*.lttnganalyses.*.txt +10=1 +1670=8 +7004=1
printed tc-bug446190 "$real"/tc-bug446190/*.lttnganalyses.*.txt
printed lami-irq-synthetic "$real/lami-irq-synthetic/irqstats.txt"

# The periods of the display interrupts, which compare_ref.py does not look at.
python3 - "$work/tc-bug446190.json" "$real/tc-bug446190/period.ref.json" <<'PY'
import json, sys
report, reference = (json.load(open(p)) for p in sys.argv[1:3])
for irq in ("288", "300"):
    want, = [reference[irq]]
    got, = [i["interval"] for i in report["irqs"] if str(i["irq"]) == irq]
    assert (got["count"], got["min"], got["max"]) == (want["n"], want["min"], want["max"]), (got, want)
    assert abs(got["mean"] - want["avg"]) < 0.002, (got, want)
print("display interrupts: intervals equal the reference")
PY

# Each interval of the log by itself: only on CPU 0 did a handler run twice.
cpus=
for cpu in 0 1 3; do
	jitterscope report --cpu "$cpu" --quiet --format json -o "$work/cpu$cpu.json" \
		"$real/lami-irq-synthetic"
	cpus="$cpus $work/cpu$cpu.json $cpu"
done
# shellcheck disable=SC2086 # a list of words
python3 "$golden/reference_texts.py" --log "$real/lami-irq-synthetic/irqlog.txt" $cpus \
	> "$work/differences" 2>&1 || fail "irqlog: $(cat "$work/differences")"
echo "lami-irq-synthetic, irqlog: $(cat "$work/differences")"

compare lttng-2.0pre "$real/lttng-2.0pre" "$real/lttng-2.0pre/cts-lttng-modules-trace.ref.json" \
	0 native

# libbabeltrace2 stops after 1 % of this one: the report must say so.
run_expect 3 jitterscope report --reader babeltrace2 --quiet --format json -o "$work/old.json" \
	"$real/lttng-2.0pre"
python3 - "$work/old.json" <<'PY'
import json, sys
trace = json.load(open(sys.argv[1]))["trace"]
assert trace["partial"] and trace["errors"], trace
assert 0 < trace["events"] < 39537, trace
print("lttng-2.0pre: partial,", trace["events"], "events:", trace["errors"][0])
PY

# Of these nothing but the counts is known: no event of theirs is of a vocabulary.
lost=$JSCOPE_TRACES/lost
for domain in kernel ust; do
	compare "multi-domains.$domain" "$lost/multi-domains/$domain" \
		"$lost/multi-domains.$domain.ref.json" 3
done
for name in 2-lost-before-last no-lost-not-starting-at-0; do
	compare "$name" "$lost/packet-seq-num/$name" "$lost/$name.ref.json" 3
done
