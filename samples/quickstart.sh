#!/bin/sh
# From a fresh Debian 12 to the first jitter report: install what is missing, build a release,
# record ten seconds of a live virtual WaveRT stream, replay it and show the report.
# usage: samples/quickstart.sh [DIRECTORY FOR THE RESULTS]
set -eu
cd "$(dirname "$0")/.."

say()
{
	printf '\n== %s\n' "$*" >&2
}

say "Installing what is missing"
tests/install-packages.sh build

say "Building a release (half a minute)"
mkdir -p build
log=build/quickstart.log
if ! { cmake --preset release -DBUILD_TESTING=OFF && cmake --build --preset release; } \
	> "$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "The build failed; all of its output is in $log." >&2
	exit 1
fi
jitterscope=$PWD/build/release/bin/jitterscope

if [ $# -gt 0 ]; then
	results=$1
	mkdir -p "$results"
else
	mkdir -p out
	results=$(mktemp -d out/quickstart-XXXXXX)
fi

say "Recording ten seconds: 48 kHz, a period of 480 frames, two notifications per buffer"
"$jitterscope" record live --scenario wavert-10ms --duration 10s -o "$results/trace"

# 3: done, but the report says what was lost or is uncertain; the person sees it below.
accept()
{
	status=0
	"$@" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || exit "$status"
}

say "Replaying: the first three notifications, each with its chain"
accept "$jitterscope" replay --quiet --to 35ms "$results/trace"

say "The report"
accept "$jitterscope" report --quiet --format json -o "$results/report.json" "$results/trace"
accept "$jitterscope" report --quiet --format svg -o "$results/histogram.svg" "$results/trace"
accept "$jitterscope" report "$results/trace"

# 4: a rule was broken; on a busy machine a late client is one, and the person sees it below.
say "The rules that device, driver and client obey"
"$jitterscope" check --quiet "$results/trace" || [ $? -ge 3 ]

cat <<TXT

The trace:         $results/trace          (opens in babeltrace2 and Trace Compass too)
The report:        $results/report.json
The histogram:     $results/histogram.svg
See more with:     $jitterscope --help
TXT
