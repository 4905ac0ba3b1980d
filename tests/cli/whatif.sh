#!/bin/sh
# jitterscope whatif: arguments, formats, what it says of itself, exit codes.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

cat > "$work/late.ini" <<'INI'
[stream]
period_frames = 128
[client]
work = 300us
[delay]
interrupt = 5us
queue = 4us
wake = burst 30us 4ms 500ms 40ms
INI
jitterscope record sim --quiet --scenario "$work/late.ini" --duration 10s -o "$work/late"

# Wrong words end in a sentence that names the option, before anything is read.
refuse()
{
	word=$1
	shift
	run_expect 2 jitterscope whatif "$@" "$work/late" > "$work/out" 2> "$work/err"
	grep -q -- "$word" "$work/err" || fail "$*: $(cat "$work/err")"
	[ ! -s "$work/out" ] || fail "$*: something was written"
}
refuse '--period takes whole numbers from 1' --period 128,x
refuse '--period takes whole numbers from 1' --period 0
refuse '--buffer takes whole numbers from 1 to 64' --buffer 65
refuse '--cap takes a stage' --cap wake
refuse '--cap takes a stage' --cap sleep=1ms
refuse '--cap takes a stage' --cap wake=-1ms
refuse "--work takes a time, such as 2ms, or 'per-frame'" --work 2
refuse '--rate takes a number above 0' --rate 0/h
refuse '--rate takes a number above 0' --rate 1/year
refuse '--geometry takes frames of a period' --geometry 128x2
refuse '--keep takes 2 to' --keep 1
run_expect 1 jitterscope whatif "$work/nowhere" 2> "$work/err"

# The text, no wider than its page
COLUMNS=80 run_expect 0 jitterscope whatif --period 96,128,256 --buffer 2,3 --cap wake=2ms --cap queue=0 \
	--rate 5/min "$work/late" > "$work/out"
grep -q '^ used: 3,749 of 3,749 notifications (0 were cut)$' "$work/out" || fail "$(cat "$work/out")"
grep -q '^ changed: without queue; wake at most 2.000 ms; all else as recorded$' "$work/out" ||
	fail "changes: $(cat "$work/out")"
[ "$(grep -c '^ *\(128\|256\)  x [23] .*\.\. ' "$work/out")" -eq 4 ] || fail "cells: $(cat "$work/out")"
[ "$(grep -c '^ *96\* x [23] ' "$work/out")" -eq 2 ] || fail "extrapolated: $(cat "$work/out")"
grep -q '^ smallest safe buffer for 5/min, by period:$' "$work/out" || fail "safe: $(cat "$work/out")"
[ "$(grep -v '^[^ ]' "$work/out" | awk '{ if (length > 80) n++ } END { print n + 0 }')" -eq 0 ] ||
	fail "too wide: $(cat "$work/out")"

# What to use stands first: not what is extrapolated, and not promised where too little was recorded.
grep -A 1 '^ changed' "$work/out" | grep -q ' use 256 frames (2 x 128, 5\.333 ms): no glitch expected in ' ||
	fail "advice: $(cat "$work/out")"
run_expect 0 jitterscope whatif --quiet --rate 100/s "$work/late" > "$work/out"
grep -q ' use 256 frames (2 x 128, 5\.333 ms): at most 100/s (95 %)$' "$work/out" ||
	fail "sure: $(cat "$work/out")"
run_expect 0 jitterscope whatif --quiet --rate 1/day "$work/late" > "$work/out"
grep -q '^   and 3\.7 at most (95 %); to promise at most 1/day takes 3\.69 days without one$' "$work/out" ||
	fail "not sure: $(cat "$work/out")"
run_expect 0 jitterscope whatif --quiet --work 1s "$work/late" > "$work/out"
grep -q ' no buffer of up to 64 periods keeps to 1/h$' "$work/out" || fail "none: $(cat "$work/out")"

# The JSON: what is asked for, and that the replay of the recorded geometry is what was recorded
run_expect 0 jitterscope whatif --format json --period 128,256 --buffer 1,2,3 "$work/late" > "$work/json"
python3 - "$work/json" <<'PYTHON' || fail "$(cat "$work/json")"
import json, sys
told = json.load(open(sys.argv[1]))
assert told["schema"] == "jitterscope.whatif/1" and told["settings"]["rate"] == "1/h"
[stream] = told["streams"]
recorded, cells = stream["recorded"], stream["cells"]
assert recorded["used"] == recorded["notifications"] == 3749 and recorded["censored"] == 0
assert recorded["glitches"] > 100
assert abs(recorded["glitches_replayed"] - recorded["glitches"]) <= 1
assert [(c["period_frames"], c["buffer_periods"]) for c in cells] == \
    [(p, b) for p in (128, 256) for b in (1, 2, 3)]
two = cells[1]
assert two["glitches"]["count"] == recorded["glitches_replayed"] and two["latency_ns"] == 5333333
for cell in cells:
    glitches = cell["glitches"]
    assert glitches["low"] <= glitches["count"] <= glitches["high"] and not cell["extrapolated"]
    assert cell["headroom"]["min"] <= cell["headroom"]["p1"] <= cell["headroom"]["p50"]
    assert cell["end_to_end"]["count"] > 0
# One period more of buffer is one more of headroom.
assert cells[2]["headroom"]["min"] == two["headroom"]["min"] + 128
assert cells[0]["glitches"] == two["glitches"]  # packets: one is played, one is filled
assert told["needed_ns"] > 3600e9
assert stream["safe"][0]["high_frames"] is None
advice = stream["advice"]
assert not advice["sure"] and not advice["extrapolated"]
assert advice["buffer_frames"] == min(s["buffer_frames"] for s in stream["safe"])
assert advice["glitches"]["count"] == 0 < advice["glitches"]["high"]
PYTHON

# What is not kept is told, and the exit code says that a figure is not whole.
run_expect 3 jitterscope whatif --keep 1000 "$work/late" > "$work/out"
grep -q '^ used: 1,000 of 3,749 notifications (0 were cut, 2749 beyond the limit of what is kept)$' \
	"$work/out" || fail "limit: $(cat "$work/out")"

# A period 64 times shorter says nothing; --work and per-frame are taken.
run_expect 0 jitterscope whatif --period 1 "$work/late" > "$work/out"
grep -q 'A period of 1 frame is too short' "$work/out" || fail "too short: $(cat "$work/out")"

# Glitches that no lateness explains are not advised away.
jitterscope record sim --quiet --scenario wavert-silent-client --duration 1s -o "$work/silent"
COLUMNS=80 run_expect 0 jitterscope whatif "$work/silent" > "$work/out"
grep -q '^   but why most of the 21 recorded glitches came is not seen' "$work/out" ||
	fail "glitches advised away: $(cat "$work/out")"
! grep -v '─\|●' "$work/out" | grep -q '.\{81\}' || fail "wider than 80 columns: $(cat "$work/out")"
run_expect 0 jitterscope whatif --period 256 --work per-frame "$work/late" | grep -q 'in proportion' ||
	fail "per-frame"
run_expect 0 jitterscope whatif --work 9ms "$work/late" | grep -q 'work of the client 9.000 ms' ||
	fail "work"

# A sound card: its geometry is in our own recordings of the kernel, and may be said of others.
samples=$JSCOPE_SOURCE/samples/recordings
run_expect 0 jitterscope whatif --quiet --buffer 2,4,8 "$samples/kernel-hda-one-xrun" > "$work/out"
grep -q '^ glitches recorded: 1; found by the replay of the same: 1$' "$work/out" ||
	fail "xrun: $(cat "$work/out")"
run_expect 3 jitterscope whatif --quiet "$samples/hda-128-one-xrun" > "$work/out"
grep -q -- 'add --geometry with yours, such as 480x4@48000' "$work/out" || fail "geometry: $(cat "$work/out")"
run_expect 0 jitterscope whatif --quiet --geometry 128x2@48000 "$samples/hda-128-one-xrun" > "$work/out"
grep -q 'recorded 128 x 2 frames, 48000 Hz' "$work/out" || fail "told geometry: $(cat "$work/out")"
[ "$(grep -c '^──' "$work/out")" -eq 1 ] || fail "streams without a buffer: $(cat "$work/out")"
grep -q '^7 streams have no buffer that could run out' "$work/out" || fail "others: $(cat "$work/out")"
run_expect 3 jitterscope whatif --quiet --geometry 480x4@48000 "$samples/hda-128-one-xrun" > "$work/out"
grep -q 'come at another pace than --geometry says' "$work/out" || fail "wrong geometry: $(cat "$work/out")"
run_expect 3 jitterscope whatif --quiet "$samples/kernel-four-disks" > "$work/out"
grep -q 'nothing to replay' "$work/out" || fail "disks: $(cat "$work/out")"
