#!/bin/sh
# Damaged and malformed traces, each named by its fault. With our own reader: the exit code, what is
# salvaged, the sentence that says why it is not more, all in bounded time and memory. With
# libbabeltrace2, which crashes and hangs on some of them: no crash and no hang of ours.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_traces bad
need_program python3

# Exit code, events and packets that are read, words of the sentence.
python3 - "$work" <<'PY' || fail "see above"
import json, os, resource, subprocess, sys

CASES = """
bad/bitflip-magic | 3 | 11980 | 8 | it does not begin with the magic number of a packet; the rest
bad/clock-negative-offset-s | 3 | 0 | 0 | has metadata, but no stream
bad/content-size-larger-than-packet-size | 3 | 0 | 0 | its size cannot be; 28 bytes are skipped
bad/cross-packet-event-string | 3 | 1 | 2 | byte 28: an event goes beyond the end of its packet
bad/fail1 | 1 | - | - | Line 15 of
bad/invalid-packet-size | 3 | 10 | 1 | it should have 4096 bytes, but the file has only 2533 more
bad/metadata-syntax-error | 1 | - | - | Line 3 of
bad/no-metadata | 1 | - | - | no directory in it has a file 'metadata'
bad/one-stream-missing | 3 | 7198 | 7 | has no stream of CPU 5 in channel 'k'
bad/out-of-bound-integer | 3 | 0 | 1 | an event goes beyond the end of its packet
bad/out-of-bound-large-sequence-length | 3 | 0 | 1 | a sequence is longer than the limit
bad/truncated-metadata | 1 | - | - | so the file was cut; copy the trace again
bad/truncated-mid-packet | 3 | 9132 | 8 | it should have 241664 bytes, but the file has only 122066
bad/valid-events-then-invalid-events | 3 | 2 | 1 | byte 2: the metadata know no event of the id
bad/variant-out-of-range-enum-selector | 3 | 0 | 1 | no option of a variant has the value of its tag
lost/multi-domains/kernel | 3 | 272 | 23 | The trace lost 728 events and 0 packets
lost/packet-seq-num/2-lost-before-last | 3 | 3 | 3 | The trace lost 0 events and 2 packets
"""
MEMORY_KIB, SECONDS = 200 << 10, 20
work, traces = sys.argv[1], os.environ["JSCOPE_TRACES"]
failures = 0


def run(verb, trace):
    output = f"{work}/out"
    if os.path.exists(output):
        os.unlink(output)
    form = ["--format", "json"] if verb == "report" else []
    done = subprocess.run(["jitterscope", verb, "--reader", "native", *form, "--output", output,
                           f"{traces}/{trace}"], stderr=subprocess.PIPE, text=True,
                          timeout=SECONDS)
    return done.returncode, done.stderr


def salvaged():
    with open(f"{work}/out") as report:
        trace = json.load(report)["trace"]
    return trace["events"], trace["packets"]


def check(trace, status, events, packets, words):
    for verb in "report", "replay", "events":
        got, said = run(verb, trace)
        if got != int(status):
            yield f"{verb} exits {got}, not {status}: {said}"
        if words not in said:
            yield f"{verb} does not say '{words}': {said}"
        if verb == "report" and events != "-" and salvaged() != (int(events), int(packets)):
            yield f"{salvaged()} events and packets, not {events} and {packets}"


known = set()
for line in CASES.strip().splitlines():
    trace, *expected = (word.strip() for word in line.split("|"))
    known.add(trace)
    for complaint in check(trace, *expected):
        failures += 1
        print(f"{trace}: {complaint}")
for name in os.listdir(f"{traces}/bad"):
    if f"bad/{name}" not in known:
        failures += 1
        print(f"bad/{name} is not in the table of this test")
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"at most {memory} KiB of memory")
if memory > MEMORY_KIB and not os.environ.get("JSCOPE_SANITIZE"):
    failures += 1
    print(f"that is more than {MEMORY_KIB} KiB")
sys.exit(failures > 0)
PY

for trace in "$JSCOPE_TRACES"/bad/*; do
	name=$(basename "$trace")
	verbs="report replay events"
	# libbabeltrace2 hangs on this one until its CPU time is up, 20 s, which take minutes on a
	# busy machine: once is enough, and the limit below is for a hang that uses no CPU.
	[ "$name" != truncated-metadata ] || verbs=report
	for verb in $verbs; do
		status=0
		timeout 600 jitterscope "$verb" --reader babeltrace2 --output "$work/out" "$trace" \
			2> "$work/err" || status=$?
		case $status in
		0) ;;
		# A crash inside the library is a sentence in a release; a sanitizer is first to tell.
		99) grep -qE 'allocation-size-too-big|#0 .*/libbabeltrace2|#0 .*babeltrace-plugin' \
			"$work/err" || fail "$name: $(cat "$work/err")" ;;
		1 | 3) [ -s "$work/err" ] || fail "$name: $verb exits $status without a word" ;;
		*) fail "$name: $verb exits $status: $(tail -n 5 "$work/err")" ;;
		esac
		echo "$name: $verb: $status $(head -n 1 "$work/err")"
	done
done
