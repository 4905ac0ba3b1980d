#!/bin/sh
# Percentiles of traces that lost nothing lie within the bounds that are told of the same traces with
# events lost at random. BOUNDS_TRACES says how many (28 otherwise; a release takes 200).
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

python3 "$JSCOPE_SOURCE/tests/golden/bounds.py" "$(command -v jitterscope)" \
	"$JSCOPE_SOURCE/samples/scenarios" "$work" "${BOUNDS_TRACES:-28}" > "$work/said" ||
	fail "$(cat "$work/said")"
cat "$work/said"
