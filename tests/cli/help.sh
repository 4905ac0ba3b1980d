#!/bin/bash
# Help, man page, completion and the event reference all come from the tables, and agree with them.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

run_expect 2 jitterscope > "$work/out" 2>&1
run_expect 0 jitterscope --help > "$work/help"
run_expect 0 jitterscope --version > "$work/version"
grep -q '^jitterscope [0-9]' "$work/version" || fail "no version: $(cat "$work/version")"

sed -n 's/^  \([a-z][a-z ]*[a-z]\)   *[A-Z].*/\1/p' "$work/help" > "$work/commands"
for command in 'record kernel' report doctor; do
	grep -qx "$command" "$work/commands" || fail "commands in --help: $(cat "$work/commands")"
done
jitterscope --manual > "$work/jitterscope.1"
while read -r command; do
	# shellcheck disable=SC2086
	run_expect 0 jitterscope $command --help > "$work/text"
	grep -q "^usage: jitterscope $command" "$work/text" || fail "$command --help has no usage"
	[ "$(awk '{ if (length > 90) n++ } END { print n + 0 }' "$work/text")" -le 2 ] ||
		fail "$command --help is too wide"
	grep -q "jitterscope $command" "$work/jitterscope.1" || fail "$command is not in the man page"
	run_expect 2 jitterscope $command --no-such-option 2> "$work/err"
	grep -q "no option --no-such-option" "$work/err" || fail "$command: $(cat "$work/err")"
done < "$work/commands"

run_expect 2 jitterscope record 2> "$work/err"
grep -q "record live" "$work/err" || fail "'record' alone leads nowhere: $(cat "$work/err")"
run_expect 0 jitterscope record --help | grep -q "record app" || fail "record --help leads nowhere"
run_expect 2 jitterscope frobnicate 2> "$work/err"

if command -v man > /dev/null; then
	MANWIDTH=80 man --warnings -l "$work/jitterscope.1" > "$work/man" 2> "$work/err"
	[ ! -s "$work/err" ] || fail "the man page has faults: $(cat "$work/err")"
fi

# Completion, as bash does it.
jitterscope --completion > "$work/completion"
# shellcheck disable=SC1091
. "$work/completion"
complete_words()
{
	COMP_WORDS=(jitterscope "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_jitterscope
	echo "${COMPREPLY[*]}"
}
[ "$(complete_words rep)" = "replay report" ] || fail "rep -> $(complete_words rep)"
[ "$(complete_words record l)" = "live" ] || fail "record l -> $(complete_words record l)"
[ "$(complete_words report --format j)" = "json" ] ||
	fail "report --format j -> $(complete_words report --format j)"
[ "$(complete_words record live --du)" = "--duration" ] ||
	fail "record live --du -> $(complete_words record live --du)"

# Renew with: build/dev/bin/jitterscope --events > docs/events.md
jitterscope --events | cmp - "$JSCOPE_SOURCE/docs/events.md" ||
	fail "docs/events.md is not what jitterscope --events prints"
# Renew with: build/dev/bin/jitterscope --kernel-events > docs/kernel-events.md
jitterscope --kernel-events | cmp - "$JSCOPE_SOURCE/docs/kernel-events.md" ||
	fail "docs/kernel-events.md is not what jitterscope --kernel-events prints"
# Renew with: build/dev/bin/jitterscope --scenarios > docs/scenarios.md
jitterscope --scenarios | cmp - "$JSCOPE_SOURCE/docs/scenarios.md" ||
	fail "docs/scenarios.md is not what jitterscope --scenarios prints"

# Rows of a table have as many cells as its head; a bar within a cell is escaped.
for page in "$JSCOPE_SOURCE"/docs/*.md; do
	sed 's/\\|//g' "$page" | awk -F '|' '/^\|/ { if (!cells) cells = NF; if (NF != cells) print; next }
		{ cells = 0 }' > "$work/rows"
	[ ! -s "$work/rows" ] || fail "$page has rows of another width: $(head -n 1 "$work/rows")"
done
