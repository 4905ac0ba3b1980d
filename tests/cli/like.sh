#!/bin/sh
# record sim --like: a session as late as a recorded one, with the geometry of its stream.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

cat > late.ini <<'EOF'
[stream main]
rate = 44100
period_frames = 441
[delay]
interrupt = lognormal 20us 0.5
queue = exponential 30us
wake = uniform 50us 150us
EOF

run_expect 0 jitterscope record sim --scenario late.ini --duration 60s -q -o first
run_expect 0 jitterscope record sim --like first --duration 60s --seed 7 -q -o second
jitterscope report --format json -o first.json first
jitterscope report --format json -o second.json second

# The distributions are those of the recording: quantiles of 6000 points, other draws.
python3 - <<'EOF'
import json
first, second = (json.load(open(name))["notifications"][0] for name in ("first.json", "second.json"))
assert second["nominal_period_ns"] == first["nominal_period_ns"] == 10000000, second
assert abs(second["counts"]["points"] - first["counts"]["points"]) <= 1
for stage in ("interrupt", "queue", "wake"):
    for quantile in ("p50", "p90", "p99"):
        a, b = (report["stages"][stage][quantile] for report in (first, second))
        assert abs(a - b) <= 0.1 * a, (stage, quantile, a, b)
assert first["stages"]["wake"]["mean"] != second["stages"]["wake"]["mean"]
EOF

# What was learnt belongs to a scenario as well, whose geometry stays.
run_expect 0 jitterscope record sim --scenario wavert-3ms --like first --duration 2s -q -o third
jitterscope report --format json third | grep -q '"nominal_period_ns": 2666666'

run_expect 1 jitterscope record sim --like missing -o fourth 2> error
grep -q "missing" error
[ ! -e fourth ] || fail "something was recorded without its example"
mkdir empty
run_expect 1 jitterscope record sim --like empty -o fourth 2> error
[ ! -e fourth ] || fail "something was recorded after an example without events"
