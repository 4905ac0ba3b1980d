#!/bin/sh
# Chains of random traces of both vocabularies, with merging, migration, re-raises, equal times, loss
# and cut ends, against what was made and a reconstruction from the definition. CHAIN_ROUNDS makes more
# traces of each, CHAIN_SEED others.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

rounds=${CHAIN_ROUNDS:-100}
for vocabulary in kernel driver; do
	python3 "$JSCOPE_SOURCE/tests/golden/chains/run.py" "$vocabulary" "$rounds" "${CHAIN_SEED:-1}" \
		> "$work/$vocabulary" || fail "$(cat "$work/$vocabulary")"
	cat "$work/$vocabulary"
done
