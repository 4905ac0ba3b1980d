#!/bin/sh
# That the bench of replay and analysis runs, and refuses what it cannot read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

jitterscope record sim --quiet --scenario throughput --events 2000 -o "$work/trace"
analysis_bench "$work/trace" 2 | tee "$work/figures"
for stage in dispatch 'adapters, empty' 'adapters, plain report' 'adapters, report'; do
	grep -Eq "^$stage.* [0-9]+\.[0-9]" "$work/figures"
done
! analysis_bench "$work/none" 2> "$work/error"
grep -q 'analysis_bench: cannot read the trace' "$work/error"
