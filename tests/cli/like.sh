#!/bin/sh
# record sim --like: a recorded session again, its lateness under another scenario, and what is said
# of what does not come again.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

cat > late.ini <<'INI'
[stream main]
rate = 44100
period_frames = 441
[delay]
interrupt = lognormal 20us 0.5
queue = exponential 30us
wake = uniform 50us 150us
INI

run_expect 0 jitterscope record sim --scenario late.ini --duration 20s -q -o first
run_expect 0 jitterscope record sim --like first --seed 7 -q -o second 2> said
[ ! -s said ] || fail "something is said to be missing: $(cat said)"
jitterscope report --format json -o first.json first
jitterscope report --format json -o second.json second

# The same geometry, length, delays and order of them: all that is measured is the same.
python3 - <<'PYTHON'
import json
first, second = (json.load(open(name))["notifications"][0] for name in ("first.json", "second.json"))
for key in ("counts", "stages", "end_to_end", "service", "jitter", "nominal_period_ns"):
    assert first[key] == second[key], (key, first[key], second[key])
PYTHON

# Longer than it was: the last delays go on.
run_expect 0 jitterscope record sim --like first --duration 21s -q -o longer
jitterscope report --format json longer | grep -q '"points": 2099'

# What was learnt belongs to a scenario as well, whose geometry and other devices stay.
cat > other.ini <<'INI'
[stream]
period_frames = 128
[midi]
arrival = 2ms
cpu = 1
INI
run_expect 0 jitterscope record sim --scenario other.ini --like first --duration 20s -q -o third
jitterscope report --format json -o third.json third
python3 - <<'PYTHON'
import json
first = json.load(open("first.json"))["notifications"][0]
third = json.load(open("third.json"))["notifications"]
stream = [row for row in third if row["kind"] == "wavert"][0]
assert stream["nominal_period_ns"] == 2666666, stream["nominal_period_ns"]
for stage in ("interrupt", "queue", "wake"):
    for quantile in ("p50", "p90", "p99"):
        a, b = (row["stages"][stage][quantile] for row in (first, stream))
        assert abs(a - b) <= 0.1 * a, (stage, quantile, a, b)
assert any(row["kind"] == "midi" for row in third), [row["kind"] for row in third]
PYTHON

# Requests are: all that is measured of them is the same, but for records of virtual time.
cat > disk.ini <<'INI'
[disk]
device = lognormal 300us 0.5
[delay]
interrupt = exponential 5us
queue = exponential 20us
wake = uniform 50us 150us
INI
run_expect 0 jitterscope record sim --scenario disk.ini --duration 2s -q -o disk
run_expect 0 jitterscope record sim --like disk --seed 7 -q -o fourth 2> said
degraded_or_done jitterscope report -q --format json -o first.json disk
degraded_or_done jitterscope report -q --format json -o second.json fourth
python3 - <<'PYTHON'
import json
first, second = (json.load(open(name))["requests"][0] for name in ("first.json", "second.json"))
for key in ("issued", "completed", "errors", "outstanding_max"):
    assert first[key] == second[key], (key, first[key], second[key])
assert first["told"]["service"] == second["told"]["service"], (first["told"], second["told"])
for name in ("submit", "device", "complete", "wake"):
    a, b = first["stages"][name], second["stages"][name]
    assert a["count"] == b["count"], (name, a, b)
    for quantile in ("min", "p50", "p90", "p99", "max"):
        assert abs(a[quantile] - b[quantile]) <= 8 + 0.001 * a[quantile], (name, quantile, a, b)
PYTHON
rm -r fourth

# With a scenario of one's own only streams are late as they were; that is said, and so are other families.
run_expect 0 jitterscope record sim --scenario other.ini --like disk -q --duration 1s -o fourth 2> said
grep -q "requests are not replayed with a --scenario" said || fail "requests are left out: $(cat said)"
rm -r fourth
run_expect 0 jitterscope record sim --scenario audio-module --duration 1s -q -o module
run_expect 0 jitterscope record sim --like module -q -o fourth 2> said
grep -q "There is no stream in it" said || fail "another session is made without a word"
grep -q "'dev1 event .*' and [0-9]* others\\? (event) are not replayed" said || fail "an event is left out: $(cat said)"
rm -r fourth
run_expect 0 jitterscope record sim --scenario wavert-event-mode --duration 3s -q -o twice
run_expect 0 jitterscope record sim --like twice -q -o fourth 2> said
grep -q "2 glitches of 'dev1' were none of lateness" said || fail "glitches are left out: $(cat said)"
rm -r fourth

# So is what the recording lost, and then the exit status says it as well.
printf '[stream]\n[fault]\nkind = trace-loss\nat = 1s\nlength = 20ms\n' > lossy.ini
run_expect 0 jitterscope record sim --scenario lossy.ini --duration 3s -q -o lossy
run_expect 3 jitterscope record sim --like lossy -q -o fourth 2> said
grep -q "The trace lost 27 events" said || fail "a loss is taken over without a word: $(cat said)"
rm -r fourth

# Names of devices are anything at all, and go to a terminal.
cp -r "$JSCOPE_SOURCE/samples/recordings/hda-128-one-xrun" hostile
chmod -R u+w hostile
find hostile -type f ! -name metadata -exec \
	perl -pi -e 's/snd_hda_intel:card0/snd\x1b[31mintel:card0/g' {} +
run_expect 0 jitterscope record sim --like hostile -q -o fourth 2> said
grep -q 'snd?\[31mintel:card0' said || fail "the name is not told: $(cat said)"
rm -r fourth

run_expect 2 jitterscope record sim --like lttng-live://localhost/host/h/s -o fourth 2> error
grep -q "is a live session" error
run_expect 1 jitterscope record sim --like missing -o fourth 2> error
grep -q "missing" error
[ ! -e fourth ] || fail "something was recorded without its example"
mkdir empty
run_expect 1 jitterscope record sim --like empty -o fourth 2> error
[ ! -e fourth ] || fail "something was recorded after an example without events"
