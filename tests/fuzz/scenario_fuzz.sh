#!/bin/sh
# A few hostile scenarios, always the same ones. Longer: scenario_fuzz.py ROUNDS [SEED [DIRECTORY]].
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 "$JSCOPE_SOURCE/tests/fuzz/scenario_fuzz.py" 200 1000 .
