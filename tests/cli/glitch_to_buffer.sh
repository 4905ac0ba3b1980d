#!/bin/sh
# README's three commands from "it glitched" to "because of X; use N frames": they print what stands there.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

cd "$JSCOPE_SOURCE"
sed -n '/^## It glitched/,/^## In daily/p' README.md > "$work/section"
sed -n 's/^\$ //p' "$work/section" > "$work/commands"
[ "$(wc -l < "$work/commands")" -eq 3 ] || fail "not three commands: $(cat "$work/commands")"

# What README shows of a command's output, line by line; "..." is where it leaves some out.
shown()
{
	awk -v command="\$ $1" '/^```/ { inside = 0 } inside && $0 != "..." { print } $0 == command { inside = 1 }' \
		"$work/section"
}

while read -r command; do
	run_expect 0 env COLUMNS=100 sh -c "$command" > "$work/out" < /dev/null
	shown "$command" > "$work/shown"
	[ "$(wc -l < "$work/shown")" -ge 3 ] || fail "README shows nothing of: $command"
	while IFS= read -r line; do
		grep -qxF -- "$line" "$work/out" || fail "$command: no line '$line' in $(cat "$work/out")"
	done < "$work/shown"
	cat "$work/shown"
done < "$work/commands" > "$work/all"

# When, because of whom, and what to use.
grep -q '^ glitches .* first at +2\.939239 s (late wake)$' "$work/all" || fail "no time"
grep -q '^     lttng-consumerd/152 (a recorder): 2\.960 ms of' "$work/all" || fail "no culprit"
grep -q '^ ● use 512 frames (4 x 128, 10\.67 ms)' "$work/all" || fail "no buffer"
