#!/bin/sh
# MTIE, TDEV, ADEV, MDEV, drift and deviation of simulated streams: what the report and R94 tell must be
# what the textbook makes of the ground truth, with a drifting crystal, several periods, and holes.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

for name in wavert-10ms wavert-drift wavert-several-streams wavert-drops wavert-bursts; do
	jitterscope record sim --quiet --seed 3 --duration 8s -o "$work/trace" \
		--scenario "$JSCOPE_SOURCE/samples/scenarios/$name.ini"
	done_somehow jitterscope report --quiet --format json -o "$work/report" "$work/trace"
	done_somehow jitterscope check --quiet --format json -o "$work/check" "$work/trace"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/wander.py" "$work/trace" "$work/report" \
		"$work/check" > "$work/said" 2>&1 || fail "$name: $(cat "$work/said")"
	sed "s/^/$name: /" "$work/said"
	rm -r "$work/trace"
done
