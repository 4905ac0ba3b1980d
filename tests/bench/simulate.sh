#!/bin/sh
# How fast `jitterscope record sim` writes events, ground truth and all, and whether its memory grows
# with their number. Fails below 3 million events a second, or when ten times the events take over
# 1 MiB more.
#
# usage: tests/bench/simulate.sh BUILD [ROUNDS [SCENARIO]]
#
# The trace goes to TMPDIR, which should not be slower than memory: a disk would be measured instead.
set -eu
[ $# -ge 1 ] || { sed -n 's/^# usage: //p' "$0" >&2; exit 2; }
jitterscope=$1/bin/jitterscope
rounds=${2:-3}
scenario=${3:-throughput}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# simulate EVENTS: prints seconds, KiB of memory, and events written with and without truth
simulate()
{
	rm -rf "$work/trace"
	python3 - "$jitterscope" "$scenario" "$1" "$work/trace" <<-'PY'
	import re, resource, subprocess, sys, time
	program, scenario, events, trace = sys.argv[1:]
	begin = time.monotonic()
	text = subprocess.run([program, "record", "sim", "--scenario", scenario, "--events", events,
	                       "-o", trace], check=True, stderr=subprocess.PIPE, text=True).stderr
	seconds = time.monotonic() - begin
	memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	written, truth = re.search(r": (\d+) events, (\d+) of ground truth", text).groups()
	print(f"{seconds:.6f} {memory} {written} {truth}")
	PY
}

simulate 1000000 > "$work/few"
for _ in $(seq "$rounds"); do simulate 10000000; done | sort -n > "$work/many"
median=$(((rounds + 1) / 2))
awk -v median="$median" '
NR == FNR { few = $2; next }
FNR == median { seconds = $1; memory = $2; events = $3; truth = $4 }
END {
	rate = events / seconds
	printf "%d events and %d of ground truth in %.3f s\n", events, truth, seconds
	printf "%.0f events/s, %.0f ns per event\n", rate, 1e9 / rate
	printf "memory %d KiB for 1 M events, %d KiB for 10 M\n", few, memory
	exit rate < 3e6 || memory > few + 1024
}' "$work/few" "$work/many"
