#!/bin/sh
# The same scenarios recorded live and simulated: the same points and pairing, and what differs is
# explained by a delay that was measured, and seldom. Neither needs the truth to be reported or checked.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program lttng-sessiond
need_program pgrep
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# A busy machine is late (exit 3), and may break a rule for it (4).
may_complain()
{
	"$@" || case $? in
	3 | 4) ;;
	*) fail "$*" ;;
	esac
}

# all_of TRACE NAME: what people and programs are shown
all_of()
{
	may_complain jitterscope replay --quiet --format ndjson -o "$work/$2.ndjson" "$1"
	may_complain jitterscope report --quiet --format json -o "$work/$2.report" "$1"
	may_complain jitterscope check --quiet --format json "$1" > "$work/$2.check"
}

truth_removed()
{
	find "$1" -name "truth_*" | grep -q . || fail "there is no ground truth in $1"
	find "$1" -name 'truth_*' -delete
	all_of "$1" without
	for kind in ndjson report check; do
		cmp "$work/live.$kind" "$work/without.$kind" || fail "$2: $kind needs the truth"
	done
}

# device_below PID: the device that a recorder has started
device_below()
{
	for child in $(pgrep -P "$1"); do
		if [ "$(cat "/proc/$child/comm" 2>/dev/null)" = jitterscope-dev ]; then
			echo "$child"
		else
			device_below "$child"
		fi
	done
}

# hold_up RECORDER: stop its device for a moment, again and again
hold_up()
{
	device=
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		device=$(device_below "$1")
		[ -z "$device" ] || break
		sleep 0.5
	done
	[ -n "$device" ] || fail "there is no device to hold up"
	for _ in 1 2 3 4 5 6 7 8; do
		kill -STOP "$device"
		sleep 0.03
		kill -CONT "$device"
		sleep 0.07
	done
}

# record_both SCENARIO [hold-up]: live, beside a witness of how the machine runs, and simulated
record_both()
{
	rm -rf "$work/l" "$work/s"
	live_witness > "$work/witness" &
	witness=$!
	may_complain jitterscope record live --quiet --scenario "$1" --duration "$duration" -o "$work/l" &
	recorder=$!
	[ $# -eq 1 ] || hold_up "$recorder"
	wait "$recorder"
	# Where it may not watch, it has ended long since.
	kill "$witness" 2>/dev/null || :
	wait "$witness"
	may_complain jitterscope record sim --quiet --scenario "$1" --duration "$duration" -o "$work/s"
	all_of "$work/l" live
	all_of "$work/s" sim
}

# told [same-interrupts|same-grid]: what the recordings differ in
told()
{
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/live_sim.py" "$work/l" "$work/s" \
		"$work/live.ndjson" "$work/sim.ndjson" "$work/witness" "$@" > "$work/told"
}

# compare SCENARIO [same-interrupts|same-grid]
compare()
{
	record_both "$1"
	told ${2:+"$2"} || fail "$1: $(cat "$work/told")"
	sed "s/^/$1: /" "$work/told"
	truth_removed "$work/l" "$1"
}

# compare_held_up SCENARIO: a device that is late by itself is not excused, and is wrong in nothing else
compare_held_up()
{
	record_both "$1" hold-up
	if ! grep -q '^real-time yes' "$work/witness"; then
		echo "$1, held up: not judged, SCHED_FIFO is not allowed"
		return
	fi
	! told same-grid || fail "$1: held up, and nobody noticed: $(cat "$work/told")"
	grep 'DIFFERS' "$work/told" > "$work/differs"
	! grep -qv 'less than 1 % may be' "$work/differs" || fail "$1, held up: $(cat "$work/told")"
	sed "s/^/$1, held up: /" "$work/differs"
}

# What is counted in per cent takes more than a few.
duration=4s
for scenario in wavert-10ms wavert-3ms wavert-two-clients wavert-single-notification \
	wavert-shared-line wavert-several-streams wavert-capture; do
	compare "$scenario" same-grid
done
compare wavert-pause same-interrupts
compare_held_up wavert-several-streams
duration=2s
for scenario in midi-in audio-module disk-single-queue; do
	compare "$scenario"
done
