#!/bin/sh
# replay --speed: lines at their instants, Ctrl-C, what is refused.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

jitterscope record sim --quiet --scenario wavert-3ms --duration 2s -o "$work/sound"

# Wrong words end in a sentence that says what is taken.
refuse()
{
	word=$1
	shift
	run_expect 2 jitterscope replay "$@" > "$work/out" 2> "$work/err"
	grep -q -- "$word" "$work/err" || fail "$*: $(cat "$work/err")"
	[ ! -s "$work/out" ] || fail "$*: something was written"
}
refuse '--speed takes a number such as 0.1 or 10, from 0 to 1000000' --speed -1 "$work/sound"
refuse '--speed takes a number such as 0.1 or 10' --speed 1x "$work/sound"
refuse '--speed takes a number such as 0.1 or 10' --speed 2000000 "$work/sound"
refuse 'is a live session, which has a pace of its own' --speed 1 lttng-live://localhost/host/h/s

# The same lines whatever the speed, in every format; the first of them comes at once.
for format in text csv ndjson; do
	jitterscope replay --format $format "$work/sound" > "$work/flat"
	jitterscope replay --format $format --speed 100 "$work/sound" \
		> "$work/fast" 2> "$work/err"
	cmp "$work/flat" "$work/fast" || fail "$format: --speed changes lines"
	grep -q '^jitterscope: No line came later than [0-9.]* [mun]*s after' "$work/err" ||
		fail "$format: $(cat "$work/err")"
done
jitterscope replay -q --speed 1000 "$work/sound" 2> "$work/err" > "$work/out"
[ ! -s "$work/err" ] || fail "-q: $(cat "$work/err")"

python3 "$JSCOPE_SOURCE/tests/cli/pace.py" "$work/sound" || fail "pace"
