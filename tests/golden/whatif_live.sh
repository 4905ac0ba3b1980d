#!/bin/sh
# Two predictions from a live recording, each held against the live device really run at that geometry.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

# scenario FRAMES: a client whose work varies, and that is sometimes woken late
scenario()
{
	cat <<-INI
		[stream]
		period_frames = $1
		[client]
		work = exponential 900us
		[delay]
		wake = burst 0us 3500us 1s 60ms
	INI
}

# live FRAMES: recorded into $work/FRAMES
live()
{
	scenario "$1" > "$work/$1.ini"
	jitterscope record live --quiet --scenario "$work/$1.ini" --duration 25s -o "$work/$1" \
		> "$work/said" 2>&1 || skip "no live recording: $(tail -n 1 "$work/said")"
}

whatif()
{
	status=0
	jitterscope whatif --quiet --format json "$@" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "whatif: exit $status"
}

for frames in 128 192 256; do
	live $frames
	whatif "$work/$frames" > "$work/$frames.json"
done
whatif --period 192,256 --buffer 2 "$work/128" > "$work/predicted.json"
/usr/bin/python3 - "$work" <<'PYTHON' || fail "a prediction is off"
import json
import math
import sys

work = sys.argv[1]
load = lambda name: json.load(open(f"{work}/{name}.json"))["streams"][0]
own = load("128")["recorded"]
print(f"128 frames: {own['glitches']} recorded, {own['glitches_replayed']:.0f} found by their replay")
off = abs(own["glitches_replayed"] - own["glitches"]) > 0.15 * own["glitches"] + 5
for cell in load("predicted")["cells"]:
    real = load(cell["period_frames"])["recorded"]["glitches"]
    told = cell["glitches"]
    # A single run lies about what is to be expected as chance has it.
    low = told["low"] - 2 * math.sqrt(told["low"])
    high = told["high"] + 2 * math.sqrt(told["high"] + 1)
    print(f"{cell['period_frames']} frames: {told['count']:.1f} ({told['low']:.1f} to {told['high']:.1f}) "
          f"predicted, {real} when it was run")
    off = off or not low <= real <= high
sys.exit(off)
PYTHON
