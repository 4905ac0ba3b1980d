#!/bin/sh
# Rhythms that scenarios hide are found blind, at their frequency and as strong as they are; and none
# is found in a hundred simulated streams of all kinds that hide none.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

# simulate SCENARIO SEED LENGTH: $work/report and $work/replay
simulate()
{
	jitterscope record sim --quiet --scenario "$1" --seed "$2" --duration "$3" -o "$work/trace"
	degraded_or_done jitterscope report --quiet --format json -o "$work/report" "$work/trace"
	degraded_or_done jitterscope replay --quiet --format ndjson -o "$work/replay" "$work/trace"
	rm -r "$work/trace"
}

# judge SCENARIO: what is told of it must be what hides in it
judge()
{
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/spectrum.py" "$1" "$work/report" \
		"$work/replay" >> "$work/said" 2>&1 || fail "$(tail -n 3 "$work/said")"
}

samples=$JSCOPE_SOURCE/samples/scenarios

for seed in 1 2 3 4 5 6 7 8 9 10; do
	for name in wavert-hum wavert-two-hums; do
		simulate "$samples/$name.ini" "$seed" 20s
		judge "$samples/$name.ini"
	done
done
tail -n 2 "$work/said"

# In words: where a rhythm is, and nowhere in a plain report.
jitterscope record sim --quiet --scenario wavert-hum --seed 1 -o "$work/trace"
jitterscope report --quiet "$work/trace" | grep "^ periodic 37\.0 Hz 1[45]\.[0-9]* us (6[0-9] % of the" ||
	fail "the rhythm of wavert-hum is not told"
jitterscope report --quiet --plain -v "$work/trace" | grep "periodic" && fail "plain tells a rhythm"
jitterscope report --quiet --plain --format json "$work/trace" | grep "spectrum" &&
	fail "plain tells a spectrum"
rm -r "$work/trace"

# Scenarios in which nothing happens every so often: what is late there is so by chance.
runs=0
for seed in 1 2 3 4 5 6 7 8 9 10; do
	for name in wavert-10ms wavert-3ms wavert-bursts wavert-drift wavert-drops \
		wavert-position-glitches wavert-several-streams wavert-shared-line \
		wavert-single-notification wavert-two-clients; do
		simulate "$samples/$name.ini" "$seed" 11s
		judge "$samples/$name.ini"
		runs=$((runs + 1))
	done
done
false=$(grep -c "false" "$work/said" || true)
echo "$false of $runs runs without a rhythm had a line"
grep "false" "$work/said" || true
[ "$false" -le $((runs / 100)) ] || fail "false lines in $false of $runs runs"
