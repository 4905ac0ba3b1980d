#!/bin/sh
# Record scenarios with real threads and in virtual time: both must give the same points and the
# same pairing.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program lttng-sessiond

# replay TRACE FILE
replay()
{
	jitterscope replay --quiet --format ndjson -o "$2" "$1" || [ $? -eq 3 ]
}

for scenario in wavert-10ms wavert-3ms wavert-two-clients wavert-single-notification; do
	jitterscope record live --quiet --scenario "$scenario" --duration 2s -o "$work/live" ||
		[ $? -eq 3 ]
	jitterscope record sim --quiet --scenario "$scenario" --duration 2s -o "$work/sim"
	replay "$work/live" "$work/live.ndjson"
	replay "$work/sim" "$work/sim.ndjson"
	python3 "$JSCOPE_SOURCE/tests/golden/live_sim.py" "$work/live.ndjson" "$work/sim.ndjson" ||
		fail "$scenario differs live and simulated"
	rm -r "$work/live" "$work/sim"
done
