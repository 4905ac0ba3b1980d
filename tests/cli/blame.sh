#!/bin/sh
# jitterscope blame: what it says, in which formats, and with which exit codes.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3
hog=$JSCOPE_SOURCE/samples/recordings/kernel-ac97-10ms-hog

run_expect 2 jitterscope blame 2> "$work/err"
run_expect 2 jitterscope blame --worst -1 "$hog" 2> "$work/err"
run_expect 2 jitterscope blame --worst 10001 "$hog" 2> "$work/err"
run_expect 2 jitterscope blame --over 0s "$hog" 2> "$work/err"
run_expect 1 jitterscope blame "$work/nowhere" 2> "$work/err"
grep -q "Cannot open the trace '$work/nowhere'" "$work/err" || fail "$(cat "$work/err")"

# Who it was, how much of the tail that is, and the worst with the command that shows its events.
run_expect 0 jitterscope blame --worst 2 "$hog" > "$work/text"
grep -q '^ guest_hog/[0-9]*  *99\.[0-9] %' "$work/text" || fail "no hog: $(cat "$work/text")"
grep -q '^ 1\. 4\.0[0-9]* ms  hw:0,0 playback 0 #216 from +2\.2' "$work/text" ||
	fail "no worst: $(cat "$work/text")"
grep -q '^    of it .* ms: guest_hog/' "$work/text" || fail "no most: $(cat "$work/text")"
grep -q '^ ● hw:0,0 playback 0: no glitch, 0 late$' "$work/text" &&
	grep -q '^   99\.[0-9] % of the slowest 3 because of$' "$work/text" &&
	grep -q '^     guest_hog/[0-9]*$' "$work/text" || fail "no verdict: $(cat "$work/text")"
[ "$(grep -c '^ [0-9]*\. ' "$work/text")" -eq 2 ] || fail "not two: $(cat "$work/text")"

# What its client did behind that.
grep -q '^── hw:0,0 playback 0: its client, from run to served .* 296 services' "$work/text" ||
	fail "no services: $(cat "$work/text")"
grep -q '^ its own client  *100\.0 %' "$work/text" || fail "no client: $(cat "$work/text")"
LC_ALL=C jitterscope blame "$hog" | awk 'length > 100' | grep -v 'jitterscope events' > "$work/wide" &&
	fail "lines are too wide: $(cat "$work/wide")"
run_expect 0 sh -c "$(grep -m 1 'jitterscope events' "$work/text")" > "$work/events"
cp "$work/events" "$work/events.one"
grep -q 'irq_handler_entry: .* name = "snd_intel8x0"' "$work/events" ||
	fail "the interrupt is not among: $(cat "$work/events")"
grep -q 'next_comm = "aplay"' "$work/events" || fail "the run is not among: $(cat "$work/events")"

# A path that a shell would take apart.
ln -s "$hog" "$work/it's a trace"
run_expect 0 jitterscope blame --worst 1 "$work/it's a trace" > "$work/text"
run_expect 0 sh -c "$(grep -m 1 'jitterscope events' "$work/text")" | cmp - "$work/events.one" ||
	fail "not the same events: $(cat "$work/text")"

# Of many parts the longest are shown, in their order.
run_expect 0 jitterscope blame --worst 1 "$JSCOPE_SOURCE/samples/recordings/kernel-hda-one-xrun" > "$work/text"
sed -n '/the worst chains/,/shorter parts/p' "$work/text" | grep '^    +' > "$work/parts"
[ "$(wc -l < "$work/parts")" -eq 6 ] || fail "not six parts: $(cat "$work/text")"
[ "$(grep -c ' ms  wake  *guest_hog/' "$work/parts")" -eq 6 ] || fail "not the longest: $(cat "$work/text")"
grep -q '^    38 shorter parts with -v$' "$work/text" || fail "$(cat "$work/text")"

# A glitch comes first, with whoever had the CPU, though other chains were longer.
xrun=$JSCOPE_SOURCE/samples/recordings/hda-128-one-xrun
run_expect 0 jitterscope blame "$xrun" > "$work/text"
sed -n 2,4p "$work/text" > "$work/verdict"
cat > "$work/wanted" <<'TEXT'
 ● snd_hda_intel:card0: 1 glitch at +2.939239 s
   1 since the client ran late, because of
     lttng-consumerd/152 (a recorder): 2.960 ms of 3.505 ms
TEXT
cmp -s "$work/verdict" "$work/wanted" || fail "no glitch: $(cat "$work/text")"
grep -q '^ 1\. 3\.567 ms  snd_hda_intel:card0 #614 (glitch at +2\.939239 s) from +2\.936214 s$' "$work/text" ||
	fail "the glitch is not the worst: $(cat "$work/text")"
grep -q '^ 8 more in less trouble: -v shows all' "$work/text" || fail "$(cat "$work/text")"
run_expect 0 jitterscope blame -v "$xrun" > "$work/text"
[ "$(grep -c ' chains ──$\| requests ──$\| services ──$\| chain ──$' "$work/text")" -eq 10 ] ||
	fail "not all: $(cat "$work/text")"

# The bound of the tail; none of the worst; a file for the result.
run_expect 0 jitterscope blame --worst 0 --over 100us -o "$work/over" "$hog"
grep -q '^ tail: the slowest [0-9]*, of 100\.0 us and more' "$work/over" || fail "$(cat "$work/over")"
! grep -q 'the worst' "$work/over" || fail "$(cat "$work/over")"
COLUMNS=80 run_expect 0 jitterscope blame --worst 0 --over 1h -o "$work/over" "$hog"
grep -q '^ tail: none is of 3600 s and more$' "$work/over" || fail "$(cat "$work/over")"
COLUMNS=80 run_expect 0 jitterscope blame --worst 0 "$xrun" > "$work/text"
! grep -v '─\|●' "$work/text" | grep -q '.\{81\}' ||
	fail "wider than 80 columns: $(cat "$work/text")"
run_expect 0 jitterscope blame --to 0 "$hog" > "$work/text"
grep -q '^Nothing to put down' "$work/text" || fail "$(cat "$work/text")"

# JSON.
run_expect 0 jitterscope blame --format json "$hog" > "$work/json"
python3 - "$work/json" <<'PYTHON'
import json, sys
blame = json.load(open(sys.argv[1]))
assert blame["schema"] == "jitterscope.blame/1" and blame["refused"] == 0, blame
row, = blame["notifications"]
assert row["culprits"][0]["name"] == "guest_hog" and row["culprits"][0]["kind"] == "thread", row
assert row["culprits"][0]["tail_share"] > 0.99, row
row, = blame["services"]
assert row["culprits"][0]["who"] == "its own client" and row["culprits"][0]["tail_share"] > 0.99, row
assert len(blame["worst_services"]) == 3, blame
assert len(blame["worst"]) == 3 and blame["requests"] == blame["worst_requests"] == [], blame
PYTHON
run_expect 0 jitterscope blame --format json "$hog" | cmp - "$work/json" || fail "not the same twice"
run_expect 0 jitterscope blame --format json --threads 1 "$hog" | cmp - "$work/json" ||
	fail "not the same with one thread"
run_expect 0 jitterscope blame --format json --reader babeltrace2 "$hog" |
	sed 's/babeltrace2/native/' | cmp - "$work/json" || fail "not the same with libbabeltrace2"

# A trace that lost events says so, and puts nothing down to anybody where they are missing.
cat > "$work/loss.ini" <<'INI'
[machine]
cpus = 1
[stream]
[client]
work = 150us
[fault]
kind = trace-loss
at = 200ms
every = 100ms
count = 0
length = 5ms
INI
jitterscope record sim --quiet --scenario "$work/loss.ini" --duration 1s -o "$work/loss"
run_expect 3 jitterscope blame --quiet "$work/loss" > "$work/text"

# A client that takes long is told so, by itself, and is no part of the chain.
cat > "$work/slow.ini" <<'INI'
[machine]
cpus = 1
[stream]
[client]
work = 150us
[fault]
kind = slow-client
at = 100ms
every = 100ms
count = 0
length = 4ms
INI
jitterscope record sim --quiet --scenario "$work/slow.ini" --duration 1s -o "$work/slow"
run_expect 0 jitterscope blame -v --worst 1 "$work/slow" > "$work/text"
sed -n '/the worst services/,$p' "$work/text" > "$work/services"
grep -q '^ 1\. 4\.150 ms  dev1 ' "$work/services" || fail "no service: $(cat "$work/text")"
grep -q '^    of it 4\.150 ms: its own client$' "$work/services" || fail "$(cat "$work/text")"
! sed '/run to served/,$d' "$work/text" | grep -q ' ms ' || fail "a chain is late: $(cat "$work/text")"

jitterscope record sim --quiet --duration 10ms -o "$work/short"
run_expect 0 jitterscope blame "$work/short" > "$work/text"
