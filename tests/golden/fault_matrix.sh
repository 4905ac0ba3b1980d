#!/bin/sh
# Which rules fail with which fault is what docs/faults.md says; every rule fails with some.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3
python3 "$JSCOPE_SOURCE/tests/golden/fault_matrix.py" "$(command -v jitterscope)" "$work" \
	"$JSCOPE_SOURCE/docs/faults.md"
