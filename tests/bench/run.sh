#!/bin/sh
# How fast traces are read and reported beside `babeltrace2 -c sink.utils.dummy`, how much memory it
# takes, how fast the simulator writes, and what recording the kernel costs beside trace-cmd. One
# command: it builds, records, measures in interleaved rounds, and prints tables; docs/benchmarks.md
# explains them.
#
# usage: tests/bench/run.sh [--build DIR] [OPTIONS]     (--help lists them)
#
# --build DIR: measure what was built there, instead of a release build made for it.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${1:-}" = --build ] && [ $# -ge 2 ]; then
	build=$(cd "$2" && pwd)
	shift 2
else
	build=$source/build/release
	(cd "$source" && cmake --preset release && cmake --build --preset release --target \
		jitterscope jscope-ust read_bench stopwatch ust_periodic drain_bench) >&2
fi
exec python3 -B "$source/tests/bench/bench.py" "$build" "$@"
