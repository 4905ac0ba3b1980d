#!/bin/sh
# How fast `jitterscope report` reads, beside `babeltrace2 -c sink.utils.dummy` on the same trace: it
# does all that the report does but for the report. Rounds alternate, so that both see the same
# machine; medians are compared.
#
# usage: tests/bench/reading.sh BUILD [ROUNDS [TRACE]]
#
# Without TRACE the virtual device is recorded at its highest rate (about 120000 events a second)
# for JSCOPE_BENCH_SECONDS (10) first.
set -eu
[ $# -ge 1 ] || { sed -n 's/^# usage: //p' "$0" >&2; exit 2; }
jitterscope=$1/bin/jitterscope
rounds=${2:-7}
seconds=${JSCOPE_BENCH_SECONDS:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

record()
{
	cat > "$work/fast.ini" <<-INI
		[machine]
		cpus = 2
		[stream]
		kind = wavert
		rate = 192000
		frame_bytes = 4
		period_frames = 20
		notifications = 2
		[client]
		count = 1
		work = 1us
	INI
	"$jitterscope" record live --quiet --scenario "$work/fast.ini" --duration "${seconds}s" \
		-o "$work/trace" >&2
	echo "$work/trace"
}

# A partial or degraded trace (3) is read as fast as any.
report()
{
	"$jitterscope" report --quiet --format json -o "$work/report.json" "$trace" 2> /dev/null ||
		[ $? -eq 3 ]
}

dummy()
{
	babeltrace2 "$trace" -c sink.utils.dummy > /dev/null
}

# round NAME: one more time of it, in ns
round()
{
	begin=$(date +%s%N)
	"$1"
	end=$(date +%s%N)
	echo $((end - begin)) >> "$work/$1"
}

median()
{
	sort -n "$work/$1" | sed -n "$(((rounds + 1) / 2))p"
}

if [ $# -ge 3 ]; then trace=$3; else trace=$(record); fi
report # both find the trace in memory
for _ in $(seq "$rounds"); do
	round report
	round dummy
done
events=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["trace"]["events"])' \
	"$work/report.json")
awk -v events="$events" -v rounds="$rounds" -v report="$(median report)" -v dummy="$(median dummy)" '
BEGIN {
	printf "%d events, medians of %d rounds\n", events, rounds
	printf "jitterscope report            %8.3f s  %10.0f events/s\n", report / 1e9, events * 1e9 / report
	printf "babeltrace2 sink.utils.dummy  %8.3f s  %10.0f events/s\n", dummy / 1e9, events * 1e9 / dummy
	printf "ratio of speeds               %8.3f\n", dummy / report
}'
