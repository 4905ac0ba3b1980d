#!/bin/sh
# Recording in virtual time: what may be asked for, that it can be repeated to the byte, and that the
# tools of others open it.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program babeltrace2

sim()
{
	jitterscope record sim --quiet "$@"
}

# Usage.
run_expect 2 jitterscope record sim 2> "$work/err"
grep -q -- "-o DIR is missing" "$work/err" || fail "without -o: $(cat "$work/err")"
run_expect 2 jitterscope record sim --events 0 -o "$work/none" 2> "$work/err"
run_expect 2 jitterscope record sim --duration 5 -o "$work/none" 2> "$work/err"
run_expect 2 jitterscope record sim --seed -1 -o "$work/none" 2> "$work/err"

# A scenario that cannot be run leaves nothing behind.
run_expect 1 jitterscope record sim --scenario no-such-scenario -o "$work/none" 2> "$work/err"
grep -q "no-such-scenario" "$work/err" || fail "the scenario is not named: $(cat "$work/err")"
printf '[machine]\ncpus = 0\n' > "$work/bad.ini"
run_expect 1 jitterscope record sim --scenario "$work/bad.ini" -o "$work/none" 2> "$work/err"
grep -q "bad.ini:2" "$work/err" || fail "the line is not named: $(cat "$work/err")"
printf '[machine]\ncpus = 2\n[fault]\nkind = trace-loss\namount = 2\n' > "$work/bad.ini"
run_expect 1 jitterscope record sim --scenario "$work/bad.ini" -o "$work/none" 2> "$work/err"
grep -q "amount = 0 to 1" "$work/err" || fail "no remedy: $(cat "$work/err")"
[ ! -e "$work/none" ] || fail "something was half recorded: $(ls "$work/none")"

# Nor is anything overwritten.
mkdir "$work/full"
echo mine > "$work/full/file"
run_expect 1 sim -o "$work/full" 2> "$work/err"
[ "$(ls "$work/full")" = file ] || fail "a directory that was not empty was written to"

# The list.
run_expect 0 jitterscope record sim --list > "$work/list"
grep -q '^  wavert-10ms  *[A-Z0-9]' "$work/list" || fail "no scenario is listed"
grep -q '^  trace-loss  *[A-Z]' "$work/list" || fail "no fault is listed"
# Each fault stands under the heading of its kind.
heading_of()
{
	sed -n '/^Faults/,$p' "$work/list" | awk -v fault="$1" '/^[A-Z]/ { heading = $0 }
	$1 == fault { print heading }'
}
heading_of drop-interrupt | grep -q '^Machine.*:$' || fail "drop-interrupt: $(heading_of drop-interrupt)"
heading_of queue-jumped | grep -q '^Machine' || fail "queue-jumped: $(heading_of queue-jumped)"
heading_of spurious-interrupt | grep -q '^WaveRT' || fail "spurious: $(heading_of spurious-interrupt)"
heading_of completion-unrecorded | grep -q '^StorPort' || fail "$(heading_of completion-unrecorded)"

# The same in another place, language and time zone, for another user's eyes only; not for another seed.
cat > "$work/random.ini" <<'INI'
[machine]
cpus = 3
[stream a]
period_frames = 96
[stream b]
period_frames = 144
cpu = 1
[load noise]
cpu = 1
level = dpc
busy = exponential 100us
every = exponential 1ms
[delay]
interrupt = lognormal 10us 0.7
queue = exponential 5us
wake = pareto 5us 2 max 2ms
INI
sim --scenario "$work/random.ini" --duration 2s -o "$work/one"
(
	cd /
	umask 077
	HOME=/ LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo sim --scenario "$work/random.ini" --duration 2s \
		-o "$work/same"
)
diff -r "$work/one" "$work/same" || fail "the same seed gave another trace"
sim --scenario "$work/random.ini" --duration 2s --seed 2 -o "$work/other"
! cmp -s "$work/one/jscope_0" "$work/other/jscope_0" || fail "another seed gave the same trace"

# --events ends it, and what is left over is little.
sim --scenario "$work/random.ini" --events 5000 -o "$work/events"
count=$(jitterscope report --quiet --format json "$work/events" |
	sed -n 's/^ *"events": \([0-9]*\),*/\1/p' | head -n 1)
[ "$count" -ge 5000 ] && [ "$count" -lt 5300 ] || fail "--events 5000 gave $count"

# A scenario may say its own end, which goes before the ten seconds and behind what is asked for.
printf '[machine]\nduration = 50ms\n' > "$work/short.ini"
jitterscope record sim --scenario "$work/short.ini" -o "$work/own" 2> "$work/err"
grep -q "Simulated 0\.050 s" "$work/err" || fail "the scenario's end: $(cat "$work/err")"
jitterscope record sim --scenario "$work/short.ini" --duration 70ms -o "$work/asked" 2> "$work/err"
grep -q "Simulated 0\.070 s" "$work/err" || fail "the end asked for: $(cat "$work/err")"

# A signal ends it with a readable trace. A shell in the background has its jobs ignore Ctrl-C.
jitterscope record sim --quiet --scenario "$work/random.ini" --events 50000000 -o "$work/long" &
recorder=$!
while [ ! -s "$work/long/jscope_0" ]; do sleep 0.1; done
kill -TERM "$recorder"
wait "$recorder" || fail "an end by a signal is no failure: $?"
babeltrace2 "$work/long" --component sink.utils.dummy 2> "$work/warnings" ||
	fail "the trace cannot be read: $(cat "$work/warnings")"
rm -rf "$work/long"

# A full disk, or what is like one, ends it with a sentence; what was written can be read.
(
	ulimit -f 800
	run_expect 1 sim --scenario "$work/random.ini" --duration 1m -o "$work/short" 2> "$work/err"
)
grep -q "failed: .*Make room" "$work/err" || fail "no remedy: $(cat "$work/err")"
babeltrace2 "$work/short" --component sink.utils.dummy 2> "$work/warnings" ||
	fail "what was written cannot be read: $(cat "$work/warnings")"

# A CPU that is taken away: no interrupt between 0.2 and 0.23 s, and those of 3 points behind that.
printf '[machine]\ncpus = 1\n[fault]\nkind = stalled-cpu\nat = 201ms\nlength = 30ms\n' \
	> "$work/stall.ini"
sim --scenario "$work/stall.ini" --duration 300ms -o "$work/stalled"
babeltrace2 --clock-seconds "$work/stalled" |
	sed -n 's/^\[\(1\.2[0-3][0-9]*\)\].*jscope:\(irq_entry\|dev_point\):.*/\1 \2/p' > "$work/text"
awk '$2 == "irq_entry" && $1 > 1.201 { if ($1 < 1.231) early++; else if ($1 < 1.2311) behind++ }
$2 == "dev_point" && $1 > 1.201 && $1 < 1.231 { points++ }
END { exit early || points != 3 || behind != 3 }' "$work/text" ||
	fail "the stall is not one: $(cat "$work/text")"

# Every scenario that is installed runs, loses nothing and can be read.
sed -n '/^Faults/q; s/^  \([a-z][^ ]*\) .*/\1/p' "$work/list" > "$work/names"
[ "$(wc -l < "$work/names")" -ge 5 ] || fail "scenarios: $(cat "$work/names")"
while read -r name; do
	sim --scenario "$name" --duration 500ms -o "$work/all-$name"
	jitterscope events --quiet "$work/all-$name" > "$work/text" || [ $? -eq 3 ]
	[ -s "$work/text" ] || fail "$name has no events"
done < "$work/names"

# The tools of others. Both print one line per event, ground truth too, and warn of losses only.
babeltrace=babeltrace
command -v babeltrace > /dev/null || babeltrace=
for tool in babeltrace2 $babeltrace; do
	"$tool" "$work/one" > "$work/$tool" 2> "$work/warnings"
	[ ! -s "$work/warnings" ] || fail "$tool warns: $(head -n 3 "$work/warnings")"
done
[ ! "$babeltrace" ] || [ "$(wc -l < "$work/babeltrace")" -eq "$(wc -l < "$work/babeltrace2")" ] ||
	fail "babeltrace and babeltrace2 find different numbers of events"
grep -q 'jscope:ev_wake: { cpu_id = [01] }, { vtid = [0-9]*, procname = "client-0" }' \
	"$work/babeltrace2" || fail "an event does not look as LTTng's: $(head -n 1 "$work/babeltrace2")"

# A loss is seen where it was: after the last event before it, up to the first one behind it.
cat > "$work/loss.ini" <<'INI'
[machine]
cpus = 1
[stream]
period_frames = 480
[fault start]
kind = trace-loss
at = 0s
length = 55ms
[fault middle]
kind = trace-loss
at = 1s
length = 105ms
[fault step]
kind = clock-step
at = 1500ms
amount = 1000000
[fault back]
kind = clock-step
at = 1700ms
amount = -4000000
INI
sim --scenario "$work/loss.ini" --duration 2s -o "$work/lossy"
babeltrace2 --clock-seconds "$work/lossy" > "$work/text" 2> "$work/warnings"
grep -c "Tracer discarded" "$work/warnings" | grep -qx 2 || fail "losses: $(cat "$work/warnings")"
between=$(sed -n '2s/.*between \[\([0-9.]*\)\] and \[\([0-9.]*\)\].*/\1 \2/p' "$work/warnings")
[ -n "$between" ] || between=$(sed -n '2s/.*between \[[0-9:]*:0\([0-9.]*\)\] and \[[0-9:]*:0\([0-9.]*\)\].*/\1 \2/p' \
	"$work/warnings")
grep -v 'truth_' "$work/text" | sed 's/^\[\([0-9.]*\)\].*/\1/' | awk -v between="$between" '
BEGIN { split(between, edge, " ") }
$1 + 0 > edge[1] + 1e-9 && $1 + 0 < edge[2] - 1e-9 { inside++ }
$1 + 0 == edge[1] + 0 || $1 + 0 == edge[2] + 0 { edges++ }
$1 + 0 <= last { unordered++ }
{ last = $1 + 0 }
END { exit inside || edges != 2 || unordered }' || fail "the loss is not tight: $between"
run_expect 3 jitterscope report --quiet "$work/lossy" > "$work/report"
grep -q 'truth_loss' "$work/text" || fail "the loss is not told as truth"

# A scenario that comes to rest before it has given as many events as asked for.
sim --scenario wavert-end-of-stream --events 30000 -o "$work/rest"
run_expect 0 jitterscope report --quiet "$work/rest" > "$work/report"

[ "$babeltrace" ] ||
	skip "all is well, but not seen by babeltrace (version 1): tests/install-packages.sh tests"
