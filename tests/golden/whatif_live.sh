#!/bin/sh
# Two predictions from a live recording, each held against the live device really run at that geometry. What
# the machine itself did to either of them, by standing still, is allowed for.
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
	degraded_or_done jitterscope replay --quiet --format ndjson -o "$work/$frames.ndjson" "$work/$frames"
done
whatif --period 192,256 --buffer 2 "$work/128" > "$work/predicted.json"
/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/whatif_live.py" "$work" || case $? in
77) skip "the machine stood still too often" ;;
*) fail "a prediction is off" ;;
esac
