#!/bin/sh
# How delays vary, what latencies hid, and the figures of the position test: what the report tells must
# be what the definitions make of the events and chains of a trace, simulated and recorded.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# $1: what it is called; $2: the trace.
hold()
{
	done_somehow jitterscope report --quiet --format json -o "$work/report" "$2"
	done_somehow jitterscope check --quiet --profile hlk --format json -o "$work/check" "$2"
	for what in notifications requests; do
		done_somehow jitterscope replay --quiet --what "$what" --format ndjson \
			-o "$work/$what" "$2"
	done
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/metrology.py" "$2" "$work/report" \
		"$work/check" "$work/notifications" "$work/requests" > "$work/said" 2>&1 ||
		fail "$1: $(cat "$work/said")"
	sed "s/^/$1: /" "$work/said"
}

# $1: name; $2: scenario.
hold_scenario()
{
	jitterscope record sim --quiet --seed 3 --duration 8s --scenario "$2" -o "$work/trace"
	hold "$1" "$work/trace"
	rm -r "$work/trace"
}

for name in wavert-10ms wavert-drops wavert-position-glitches wavert-drift wavert-pause \
	wavert-several-streams wavert-capture wavert-poll; do
	hold_scenario "$name" "$JSCOPE_SOURCE/samples/scenarios/$name.ini"
done

# A client that reads every 2 ms, one by one, and a completion that takes 41 ms: it hides 20 requests.
cat > "$work/stall.ini" << 'END'
[machine]
cpus = 2

[disk hd0]
outstanding = 1
device = 100us
think = 1900us

[delay]
when = sim
interrupt = 5us
dispatch = 2us
queue = 3us
handler = 3us
wake = 10us

[fault stall]
kind = delay-dpc
at = 1s
length = 41ms
END
hold_scenario stall "$work/stall.ini"
grep -q ' 20 hidden$' "$work/said" || fail "a stall of 41 ms hid no 20 requests: $(cat "$work/said")"

# The xrun of a recorded sound card: three periods came while its client slept.
hold xrun "$JSCOPE_SOURCE/samples/recordings/kernel-hda-one-xrun"
grep -q ' 3 hidden$' "$work/said" || fail "the xrun hid no 3 periods: $(cat "$work/said")"
