#!/bin/sh
# What libbabeltrace2 reads runs in a child under limits, whose death is a sentence and exit code 1.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program pgrep

trace=$JSCOPE_SOURCE/samples/recordings/hda-480-steady
mkfifo "$work/pipe"

# start READER: a verb in the middle of its work, held up by a pipe that nobody reads on.
start()
{
	jitterscope events --reader "$1" "$trace" > "$work/pipe" 2> "$work/err" &
	verb=$!
	exec 3< "$work/pipe"
	head -c 1 <&3 > "$work/first"
	[ -s "$work/first" ] || fail "--reader $1 prints nothing: $(cat "$work/err")"
	child=$(pgrep -P "$verb" || true)
}

# dies_of SIGNAL PATTERN
dies_of()
{
	start babeltrace2
	[ -n "$child" ] || fail "--reader babeltrace2 is read without a child process"
	kill -s "$1" "$child"
	run_expect 1 wait "$verb"
	exec 3<&-
	[ "$(wc -l < "$work/err")" -eq 1 ] || fail "SIG$1: not one sentence: $(cat "$work/err")"
	grep -q "$2" "$work/err" || fail "SIG$1: '$2' is not in: $(cat "$work/err")"
	grep -qF "'$trace'" "$work/err" || fail "SIG$1: the trace is not named: $(cat "$work/err")"
}

dies_of ABRT "libbabeltrace2 ended by signal 6 .* damaged"
dies_of KILL "libbabeltrace2 ended by signal 9 .* memory is short"
dies_of PROF "libbabeltrace2 made no progress .* 20 s of CPU time"

# Our own reader bounds itself.
start native
[ -z "$child" ] || fail "--reader native is read in a child process"
cat <&3 > "$work/rest"
exec 3<&-
run_expect 0 wait "$verb"

# Address space is bounded, where no sanitizer needs more of it than there is.
start babeltrace2
if [ -z "${JSCOPE_SANITIZE:-}" ]; then
	grep -q '^Max address space *4294967296 ' "/proc/$child/limits" ||
		fail "memory has no limit: $(cat "/proc/$child/limits")"
fi
# What is asked of the verb is asked of the child: it ends by itself, with what was read.
kill -s TERM "$verb"
cat <&3 > "$work/rest"
exec 3<&-
status=0
wait "$verb" || status=$?
[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "SIGTERM: exits $status: $(cat "$work/err")"
[ -z "$(pgrep -P "$verb" || true)" ] || fail "the child outlives the verb"
