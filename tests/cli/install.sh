#!/bin/sh
# An installed jitterscope works from any prefix, and a driver builds against its header alone.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
prefix=$work/prefix
cmake --install "$JSCOPE_BUILD" --prefix "$prefix" > "$work/log"
export PATH="$prefix/bin:$PATH"

[ "$(command -v jitterscope)" = "$prefix/bin/jitterscope" ] || fail "not installed"
for file in share/man/man1/jitterscope.1 share/bash-completion/completions/jitterscope \
	include/jscope/probe.h include/jscope/events.def libexec/jitterscope/jitterscope-device \
	share/jitterscope/scenarios/wavert-10ms.ini; do
	[ -s "$prefix/$file" ] || fail "$file is not installed"
done
run_expect 0 jitterscope record live --list > "$work/list"
grep -q wavert-10ms "$work/list" || fail "scenarios are not found: $(cat "$work/list")"
run_expect 0 jitterscope doctor > "$work/doctor"

# A provider with a sanitizer in it needs the same in the program that loads it.
"${CC:-cc}" ${JSCOPE_SANITIZE:+-fsanitize=$JSCOPE_SANITIZE} -std=c11 -Wall -Wextra -Werror -I"$prefix/include" "$JSCOPE_SOURCE/samples/driver/driver.c" \
	-o "$work/driver" -pthread
command -v lttng-sessiond > /dev/null || skip "there is no lttng-sessiond to record the driver"
jitterscope record app --duration 1s -o "$work/trace" -- "$work/driver" || [ $? -eq 3 ]
jitterscope events --quiet "$work/trace" > "$work/events" || [ $? -eq 3 ]
grep -q 'jscope:irq_entry' "$work/events" || fail "the driver was not recorded"
