#!/bin/sh
# Every error is one clear sentence that names the place and the remedy, and the exit code is right.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

# says STATUS PATTERN COMMAND...
says()
{
	expected=$1
	pattern=$2
	shift 2
	status=0
	"$@" > "$work/out" 2> "$work/err" || status=$?
	[ "$status" -eq "$expected" ] || fail "$*: exits $status: $(cat "$work/err")"
	grep -qi -- "$pattern" "$work/err" || fail "$*: '$pattern' is not in: $(cat "$work/err")"
	[ "$(wc -l < "$work/err")" -le 3 ] || fail "$*: too many lines: $(cat "$work/err")"
}

says 1 "no-such-trace" jitterscope report "$work/no-such-trace"
mkdir "$work/empty"
says 1 "$work/empty" jitterscope report "$work/empty"
echo "not CTF" > "$work/file"
says 1 "$work/file" jitterscope report "$work/file"
mkdir "$work/garbage"
head -c 3000 /dev/urandom > "$work/garbage/metadata"
says 1 "$work/garbage" jitterscope report "$work/garbage"
says 2 "SOURCE is missing" jitterscope report
says 2 "one of text, json" jitterscope report --format xml "$work/empty"
says 2 "no-such-reader" jitterscope report --reader no-such-reader "$work/empty"
says 2 "from lies behind --to" jitterscope events --from 2s --to 1s "$work/empty"

says 2 "-o DIR is missing" jitterscope record app -- true
says 2 "cannot go to standard output" jitterscope record live -o -
says 2 "-o DIR is missing" jitterscope record live -o ""
says 2 "no command .record fast." jitterscope record fast
says 2 "-o DIR is missing" jitterscope record sim
says 2 "PROGRAM" jitterscope record app -o "$work/trace"
says 1 "no-such-program" jitterscope record app -o "$work/trace" -- no-such-program
[ ! -e "$work/trace" ] || fail "a failed recording left '$work/trace'"
mkdir "$work/full"
touch "$work/full/something"
says 1 "$work/full" jitterscope record app -o "$work/full" -- true
says 1 "no-such-scenario" jitterscope record live --scenario no-such-scenario -o "$work/trace"
[ -z "$(find "$work/trace" -name metadata 2>/dev/null)" ] || fail "half a recording was left"

if [ -c /dev/full ]; then
	trace=$JSCOPE_SOURCE/samples/recordings/hda-480-steady
	says 1 "No space left" jitterscope report --quiet -o /dev/full "$trace"
	status=0
	jitterscope report --quiet "$trace" > /dev/full 2> "$work/err" || status=$?
	[ "$status" -eq 1 ] || fail "a full standard output exits $status"
	says 1 "no-such-dir" jitterscope report --quiet -o "$work/no-such-dir/x" "$trace"
fi
