#!/bin/sh
# What-if against record sim really run at that geometry: some of the cells. All of
# them, as docs/whatif.md has them: JSCOPE_WHATIF_FULL=1 (a quarter of an hour); with JSCOPE_RENEW=1, too, the
# table of that page is made anew.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

set -- "$(command -v jitterscope)" "$work"
[ "${JSCOPE_WHATIF_FULL:-0}" = 0 ] || set -- "$@" --full --table "$work/table"
/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/whatif.py" "$@" || fail "a cell is off"

page=$JSCOPE_SOURCE/docs/whatif.md
if [ -f "$work/table" ] && [ "${JSCOPE_RENEW:-0}" != 0 ]; then
	sed '/^<!-- cells -->$/q' "$page" > "$work/page"
	cat "$work/table" >> "$work/page"
	cp "$work/page" "$page"
fi
