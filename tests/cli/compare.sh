#!/bin/sh
# jitterscope compare: which stage is named, gates and their exit codes, formats, several runs.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

# record NAME SEED WAKE [FAULT...]
record()
{
	name=$1
	cat > "$work/$name.ini" <<-INI
		[stream]
		[client]
		work = lognormal 150us 0.2
		[delay]
		interrupt = lognormal 6us 0.3
		queue = lognormal 5us 0.3
		handler = lognormal 4us 0.3
		wake = lognormal $3 0.3
		${4:-}
	INI
	jitterscope record sim --quiet --scenario "$work/$name.ini" --seed "$2" --duration 40s \
		-o "$work/$name"
}

record before 1 25us
record again 2 25us
record after 3 30us
record lossy 4 25us "$(printf '[fault]\nkind = trace-loss\nat = 5s\nlength = 20ms')"
record blind 6 25us "$(printf '[fault]\nkind = trace-loss\nat = 1s\nlength = 38s')"
record underrun 5 25us "$(printf '[fault]\nkind = silent-client\nat = 5s\nlength = 60ms')"
cd "$work"

# compare EXIT ARGS...
compare()
{
	expected=$1
	shift
	run_expect "$expected" jitterscope compare "$@" > out 2> err
}

says()
{
	grep -q -- "$1" out err || fail "'$1' is not in: $(cat out err)"
}

# What moved is named, and a move by itself is no failure.
compare 0 before again
says 'Nothing moved'
compare 0 before after
says '^ MOVED  wake of dev1 stream 0x[0-9]*: p50 +[0-9.]* us (+[0-9.]* %)'
[ "$(grep -c '^ MOVED' out)" -eq 1 ] || fail "more than wake: $(cat out)"
says '^ end_to_end *follows'
says '^ handler *still *a growth of'
compare 0 -v before after
says 'p99 '

# No line is wider than the page.
run_expect 4 env LC_ALL=C COLUMNS=80 jitterscope compare -v before after \
	--gate 'p99(wake) < 30us; p99.9(end_to_end) <= baseline * 1.10; glitches == 0; max(wake) < 1s' \
	> out
[ "$(awk '{ if (length > 80) n++ } END { print n + 0 }' out)" -eq 0 ] ||
	fail "wider than 80 columns: $(awk 'length > 80' out)"

# Of short recordings much could hide, and that is told in whole percent.
compare 0 before again --to 2s
says 'a growth of [0-9]* % would have shown'
! grep -q '[0-9]e+' out || fail "a share that nobody reads: $(cat out)"

# Several runs a side; what is not the baseline is the other one.
compare 0 --baseline before,again after
says '^ A  trusted *again'
says '^ MOVED  wake'
compare 0 --baseline before --baseline again after again
compare 2 before again after
says 'Which of 3 SOURCEs are the baseline'

# Six runs are enough to tell what differs anyway; fewer are told to be too few.
compare 0 before again
says '2 runs cannot tell'
compare 0 --baseline before,again,before after after after
! grep -q 'cannot tell' out || fail "six runs are too few: $(cat out)"

# What is shown to be too small to matter is slight; 30 us instead of 25 us is 20 %.
compare 0 before after --smallest 50%
says '^ Nothing moved by as much as matters'
says '^ wake *slight'
compare 0 before after --smallest 1us
says '^ MOVED  wake'

# The same device by another name on the other side.
compare 0 before after --same dev1=other
says 'have nothing in common'
says '^ A  other stream'
says '^ B  dev1 stream'

# A recording on both sides is most likely a mistake.
compare 0 before before
says 'same recording is on both sides'

# Gates: pass, fail, insufficient, with and without leave.
compare 0 before --gate 'p50(wake) < 30us; glitches == 0'
says '^ pass  *glitches == 0'
compare 4 after --gate 'p50(wake) < 28us'
says '^ fail  *p50(wake) < 28us'
compare 4 underrun --gate 'glitches == 0'
compare 4 before --gate 'p99.99(wake) < 1s'
says '^ insufficient  *p99.99'
compare 0 before --gate 'p99.99(wake) < 1s' --allow-insufficient
compare 4 before --gate 'p99.99(wake) < 1s; p50(wake) < 20us' --allow-insufficient
compare 0 before again --gate 'p90(end_to_end) <= baseline * 1.10'
compare 4 before after --gate 'p90(wake) <= baseline * 1.10'
compare 4 before --gate 'p99(latency) < 1s'
says 'no such figure'

# Nothing happened in the window: nothing passes.
compare 4 before --to 0 --gate 'lost_events == 0; glitches == 0'
[ "$(grep -c '^ insufficient' out)" -eq 2 ] || fail "passed on nothing: $(cat out)"
says 'nothing happened'

# Lost events: degraded; a count that may be too small does not pass.
compare 3 lossy --gate 'p50(wake) < 30us'
compare 4 lossy --gate 'glitches == 0'
says 'events were lost'
compare 3 before lossy
says 'degraded'

# A trace that lost most of its events is invalid: nothing passes.
compare 4 blind --gate 'p50(wake) < 1s; lost_events >= 0'
[ "$(grep -c '^ invalid' out)" -eq 2 ] || fail "passed on an invalid trace: $(cat out)"
compare 4 blind before --gate 'p50(wake) <= baseline * 2'
says '^ invalid'

# Wrong usage.
compare 2 before
says 'compared with nothing'
compare 2 before --gate 'p99(wake) <= baseline'
says 'there is none'
compare 2 before again --gate 'mean(wake) < 30us'
says "A gate on 'mean' is refused"
compare 2 before again --gate 'p99(wak) < 30us'
says '^jitterscope:       ^$'
compare 2 before again --format junit
compare 2 before again --allow-insufficient
compare 2 before --smallest 1us --gate 'glitches == 0'
compare 2 before again --smallest 1
says 'neither a time such as 500ns nor a share'
compare 2 before again --same dev1
says 'here belong two names'
compare 2 before again --same dev1=a,dev1=b
says 'has its counterpart already'
compare 2 --baseline lttng-live://localhost/host/x/y before
says 'only the last SOURCE may be one'
compare 2 lttng-live://localhost/host/x/y before
compare 1 before nowhere
compare 0 --reader babeltrace2 before again
says 'Nothing moved'

# Programs read the same.
compare 0 --format json before after
python3 - <<'PYTHON' || fail "JSON: $(cat out)"
import json
found = json.load(open("out"))
assert found["schema"] == "jitterscope.compare/1"
standing = {figure["name"]: figure["standing"] for figure in found["figures"]
            if figure["section"] == "notification"}
assert standing["wake"] == "moved" and standing["end_to_end"] == "follows", standing
assert standing["interrupt"] == "still", standing
wake = next(f for f in found["figures"] if f["name"] == "wake")["changes"][0]
assert wake["low"] <= wake["b"] - wake["a"] <= wake["high"] and wake["low"] > 0, wake
# 30 us instead of 25 us.
assert abs(wake["ratio"] - 1.2) < 0.03, wake
assert "gate" not in found
PYTHON
compare 4 --format json before after --gate 'p90(wake) <= baseline * 1.10; glitches == 0'
python3 - <<'PYTHON' || fail "JSON of a gate: $(cat out)"
import json
gate = json.load(open("out"))["gate"]
assert gate["verdict"] == "fail"
assert [c["verdict"] for c in gate["conditions"]] == ["fail", "pass"]
assert gate["conditions"][0]["low"] > gate["conditions"][0]["bound"]
PYTHON
compare 4 --format junit before after --gate 'p90(wake) <= baseline * 1.10; glitches == 0'
python3 - <<'PYTHON' || fail "JUnit: $(cat out)"
import xml.etree.ElementTree as tree
suite = tree.parse("out").getroot()[0]
assert suite.get("tests") == "2" and suite.get("failures") == "1"
case = suite[0]
assert case.get("name") == "p90(wake) <= baseline * 1.10" and case[0].tag == "failure"
assert case[0].get("type") == "fail"
PYTHON

# Same input, same bytes.
jitterscope compare --format json before after > one
jitterscope compare --format json before after > two
cmp one two || fail "the same comparison differs"
