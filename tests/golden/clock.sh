#!/bin/sh
# The drift of a device's clock, its positions, and the margins of its buffer: against the ground truth
# of simulated streams, and against what the lines of `replay` say, counted by other means. Glitches and
# defects of positions are lines in order of time, the same ones in a window as without it.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# Lost packets and degraded figures are no failure here.
done_or_partial()
{
	status=0
	"$@" || status=$?
	case "$status" in
	0 | 3) ;;
	*) fail "$*: exit $status" ;;
	esac
}

# clock_check NAME WHAT TRACE FRAMES [PPM...]
clock_check()
{
	name=$1 what=$2 trace=$3 && shift 3
	done_or_partial jitterscope replay --quiet --what all --format ndjson -o "$work/lines" "$trace"
	done_or_partial jitterscope report --quiet --format json -o "$work/report" "$trace"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/clock.py" "$what" "$trace" "$work/report" \
		"$work/lines" "$@" > "$work/said" 2>&1 || fail "$name: $(cat "$work/said")"
	sed "s/^/$name: /" "$work/said"
}

simulate()
{
	rm -rf "$work/trace"
	{ echo "include = $JSCOPE_SOURCE/samples/scenarios/parts/quiet-machine.ini"; cat; } > "$work/ini"
	jitterscope record sim --quiet --seed 7 --duration 12s --scenario "$work/ini" -o "$work/trace"
}

simulate << 'EOF'
[machine]
cpus = 2
[stream fast]
period_frames = 480
drift_ppm = 250
[stream slow]
period_frames = 480
rate = 44100
drift_ppm = -300
cpu = 1
[stream mic]
period_frames = 480
rate = 96000
frame_bytes = 8
capture = yes
drift_ppm = 1000
[stream exact]
period_frames = 480
rate = 16000
frame_bytes = 2
cpu = 1
[client]
work = normal 400us 40us
EOF
clock_check "four clocks" simulated "$work/trace" 960 250 -300 1000 0

simulate << 'EOF'
[stream]
period_frames = 480
[client]
work = exponential 3ms
[fault leap]
kind = position-jump
at = 50ms
count = 0
every = 970ms
amount = 700
[fault slow]
kind = slow-client
at = 70ms
count = 0
every = 1970ms
length = 31ms
EOF
clock_check "glitches and leaps" recorded "$work/trace" 960
grep -q '"what":"glitch"' "$work/lines" || fail "the faults made no glitch"
grep -q '"what":"defect"' "$work/lines" || fail "the faults made no defect"

# A window holds the lines whose first instant lies in it, however late they were told.
mv "$work/lines" "$work/whole"
jitterscope replay --quiet --what positions --format ndjson --from 2050ms --to 9030ms \
	-o "$work/window" "$work/trace"
python3 - "$work/whole" "$work/window" "$work/report" << 'EOF' || fail "the window holds other lines"
import json, sys
whole, window = ([json.loads(line) for line in open(path)] for path in sys.argv[1:3])
begin = json.load(open(sys.argv[3]))["trace"]["begin_ns"]
want = [line for line in whole if line["what"] != "notification"
        and begin + 2_050_000_000 <= line["at_ns"] <= begin + 9_030_000_000]
assert {line["what"] for line in want} == {"position", "defect", "glitch"}
assert window == want, [line for line in want if line not in window][:3]
EOF

# What CSV tells of clock, margins, glitches and rhythms is what JSON tells.
csv_check()
{
	jitterscope report --quiet --format json -o "$work/report" "$1"
	jitterscope report --quiet --format csv -o "$work/csv" "$1"
	python3 - "$work/report" "$work/csv" << 'EOF' || fail "CSV and JSON differ"
import csv, json, sys
[stream] = json.load(open(sys.argv[1]))["notifications"]
told = {row["distribution"]: float(row["mean"]) for row in csv.DictReader(open(sys.argv[2]))
        if row["section"] == "figure" and row["stream"] == stream["stream"]}
headroom, want = stream["headroom"], {}
if headroom["glitches"]:
    want.update({f"glitches_{name}": n for name, n in headroom["glitch_causes"].items()})
want.update({f"positions_{name}": defect["count"]
             for name, defect in headroom["position_defects"].items()})
for step in headroom["near_miss"]:
    low = step["from_percent"]
    want["headroom_below_0" if low is None else f"headroom_from_{low}_percent"] = step["count"]
want["worst_second"] = headroom["minimum_per_second"]["worst"][0]["frames"]
want["clock_drift"] = headroom["clock"]["drift_ppm"]
want["clock_residual"] = headroom["clock"]["residual_ns"]
want["clock_epochs"] = headroom["clock"]["epochs"]
want["spectrum_noise"] = stream["spectrum"]["noise_ns"]
for i, line in enumerate(stream["spectrum"]["lines"], 1):
    want[f"line_{i}_frequency"] = line["frequency_hz"]
    want[f"line_{i}_amplitude"] = line["amplitude_ns"]
    want[f"line_{i}_share"] = 100 * line["share"]
wrong = {name: (told.get(name), value) for name, value in want.items()
         if abs(told.get(name, 1e99) - value) > (0.06 if name.endswith("_share") else 0.001)}
assert not wrong, wrong
EOF
}
csv_check "$work/trace"
rm -r "$work/trace"
jitterscope record sim --quiet --seed 7 --duration 8s --scenario wavert-two-hums -o "$work/trace"
csv_check "$work/trace"
grep -q line_1_frequency "$work/csv" || fail "CSV tells no rhythms"

# Real cards, of whose clients nothing but the position tells the headroom; one of them ran out.
for name in kernel-ac97-10ms kernel-hda-one-xrun; do
	clock_check $name recorded "$JSCOPE_SOURCE/samples/recordings/$name" 1920
done
