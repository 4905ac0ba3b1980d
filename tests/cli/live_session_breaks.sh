#!/bin/sh
# What can go wrong with a live session is one clear sentence each, and the right exit code.
set -eu
. "$JSCOPE_SOURCE/tests/cli/live_session_hosts.sh"

# says STATUS PATTERN COMMAND...
says()
{
	expected=$1
	pattern=$2
	shift 2
	run_expect "$expected" "$@" > "$work/out" 2> "$work/err"
	grep -q -- "$pattern" "$work/err" || fail "$*: '$pattern' is not in: $(cat "$work/err")"
}

# A port that takes the connection and never says a word: 20 s, so let it go on beside.
python3 -c 'import socket, sys, time
listener = socket.create_server(("127.0.0.1", 5999))
open(sys.argv[1], "w").close()
time.sleep(1000)' "$work/listens" &
until [ -e "$work/listens" ]; do sleep 0.05; done
jitterscope report lttng-live://127.0.0.1:5999/host/a/b 2> "$work/silent.err" &
silent=$!

live=lttng-live:/
says 1 "names no host" jitterscope report "$live/"
says 1 "no port from 1 to 65535" jitterscope report "$live/$here:70000/host/a/b"
says 1 "no port from 1 to 65535" jitterscope report "$live/$here:/host/a/b"
says 1 "no '/host/'" jitterscope events "$live/$here/device/a"
says 1 "no TARGET/SESSION" jitterscope replay "$live/$here/host/device"
says 1 "one name of a session" jitterscope check "$live/$here/host/device/a/b"
says 1 "IPv6" jitterscope report "$live/[::1]/host/device/a"
says 1 "no relay daemon .* refused" jitterscope report "$live/$here:5998/host/device/a"
says 1 "leave --reader out" jitterscope report --reader native "$live/$here/host/device/a"
says 1 "no live session at all" jitterscope report "$live/$here"

session alone
says 1 "It has $url" jitterscope report "$live/$here"
says 1 "no live session 'other' .* host 'device'" jitterscope report "$live/$here/host/device/other"
grep -q "It has $url" "$work/err" || fail "the sessions are not told: $(cat "$work/err")"

# One viewer at a time is a rule of the relay daemon.
jitterscope report --format json -o "$work/term.json" "$url" 2> "$work/term.err" &
reader=$!
attached alone
says 1 "already a viewer" jitterscope report "$url"

# SIGTERM and Ctrl-C end it with the report of what was read.
driver
sleep 1
kill -s TERM "$reader"
reader_ends 0 "$reader" "$work/term.err"
grep -q '"count": *400' "$work/term.json" || fail "what was read before SIGTERM is not told"
session_end alone

# The network stops under a reader on the far host: one is told to end, one finds out by itself.
session told
(
	trap - INT
	exec nsenter --target "$far_pid" --net --uts jitterscope report --format json -o "$work/told.json" "$url"
) 2> "$work/told.err" &
told=$!
attached told
session stopped
far jitterscope report --format json -o "$work/stopped.json" "$url" 2> "$work/stopped.err" &
stopped=$!
attached stopped
driver
sleep 1
ip link set near down
sleep 3
kill -s TERM "$told"
for _ in $(seq 30); do kill -0 "$told" 2> /dev/null || break; sleep 0.1; done
! kill -0 "$told" 2> /dev/null || fail "a dead network holds up whoever wants to end"
reader_ends 0 "$told" "$work/told.err"
reader_ends 3 "$stopped" "$work/stopped.err"
grep -q "did not answer for 20 s: the network" "$work/stopped.err" || fail "$(cat "$work/stopped.err")"
grep -q '"count": *400' "$work/stopped.json" || fail "what came before the network stopped is lost"
grep -q '"partial": *true' "$work/stopped.json" || fail "the report does not say that it is partial"
ip link set near up
reader_ends 1 "$silent" "$work/silent.err"
grep -q "5999/host/a/b' did not answer for 20 s" "$work/silent.err" || fail "$(cat "$work/silent.err")"

# The relay daemon dies.
session dying
jitterscope report --format json -o "$work/dying.json" "$url" 2> "$work/err" &
reader=$!
attached dying
driver
sleep 1
kill -s KILL "$(pidof lttng-relayd)"
reader_ends 3 "$reader" "$work/err"
grep -q "connection broke off while reading '$url'" "$work/err" || fail "$(cat "$work/err")"
grep -q '"count": *400' "$work/dying.json" || fail "what came before the relay daemon died is lost"
