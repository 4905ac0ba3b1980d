#!/bin/sh
# Every scenario of the virtual device, in virtual time: what the replay makes of the events must be
# what the device says happened, notification by notification and request by request; and deleting
# what it says must change nothing.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# replay TRACE NAME: NAME.ndjson with notifications and requests, NAME.json with the report
replay()
{
	degraded_or_done jitterscope replay --quiet --format ndjson -o "$work/$2.ndjson" "$1"
	degraded_or_done jitterscope report --quiet --format json -o "$work/$2.json" "$1"
}

# judge TRACE NAME [untold]: compare a replay with the truth in TRACE
judge()
{
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/truth.py" "$1" "$work/$2.ndjson" \
		"$work/$2.json" ${3:+"$3"} > "$work/judged" 2>&1 || fail "$2: $(cat "$work/judged")"
	sed "s/^/$2: /" "$work/judged"
}

# truth_removed TRACE NAME
truth_removed()
{
	find "$1" -name 'truth_*' -delete
	replay "$1" without
	cmp "$work/$2.ndjson" "$work/without.ndjson" || fail "the replay of $2 needs the truth"
	cmp "$work/$2.json" "$work/without.json" || fail "the report of $2 needs the truth"
}

# record SCENARIO SEED: into $work/trace
record()
{
	case "$(basename "$1" .ini)" in
	throughput | disk-*) length="--events 60000" ;;
	*) length="--duration ${duration:-4s}" ;;
	esac
	# shellcheck disable=SC2086 # an option and its value
	jitterscope record sim --quiet --scenario "$1" --seed "$2" $length -o "$work/trace"
}

# untold TRACE NAME: the same without recorded points, which a reader then finds under another name;
# at first it still knows when the device asserted its interrupts, then not even that
untold()
{
	cp -r "$1" "$work/untold"
	sed -i 's/jscope:dev_point/jscope:not_point/' "$work/untold/metadata"
	replay "$work/untold" "$2-pointless"
	judge "$1" "$2-pointless" untold
	sed -i 's/_true_ts_ns/_gone_ts_ns/' "$work/untold/metadata"
	replay "$work/untold" "$2-estimated"
	judge "$1" "$2-estimated" untold
	rm -r "$work/untold"
}

# scenario FILE SEED
scenario()
{
	name=$(basename "$1" .ini)
	record "$1" "$2"
	replay "$work/trace" "$name"
	judge "$work/trace" "$name"
	case "$name" in
	wavert-*) untold "$work/trace" "$name" ;;
	esac
	truth_removed "$work/trace" "$name"
	rm -r "$work/trace"
}

# lossy NAME CPU [LENGTH EVERY]: the scenario again, while events of one CPU get lost now and then
lossy()
{
	{
		sed "s|^include = |&$JSCOPE_SOURCE/samples/scenarios/|" \
			"$JSCOPE_SOURCE/samples/scenarios/$1.ini"
		printf '\n[fault trace]\nkind = trace-loss\nat = %s\nevery = %s\ncount = 0\n' \
			"${4:-250ms}" "${4:-173ms}"
		printf 'length = %s\namount = %s\n' "${3:-11ms}" "$2"
	} > "$work/$1.ini"
	record "$work/$1.ini" 1
	replay "$work/trace" "$1-loss-$2"
	judge "$work/trace" "$1-loss-$2"
	grep -q "^events were lost" "$work/judged" || fail "$1: nothing was lost on CPU $2"
	case "$1" in
	wavert-*) untold "$work/trace" "$1-loss-$2" ;;
	esac
	rm -r "$work/trace"
}

for file in "$JSCOPE_SOURCE"/samples/scenarios/*.ini; do
	scenario "$file" 1
done
scenario "$JSCOPE_SOURCE/samples/scenarios/throughput.ini" 2
for cpu in 0 1; do
	for name in wavert-drops wavert-two-clients wavert-several-streams wavert-bursts \
		wavert-storm midi-in midi-shared-group audio-module disk-single-queue disk-reset; do
		lossy "$name" "$cpu"
	done
	# What is over within milliseconds; and gaps that most requests outlast.
	lossy throughput "$cpu" 1ms 19ms
	lossy disk-channels "$cpu" 1ms 7ms
	lossy disk-channels "$cpu" 50us 3ms
	lossy disk-single-queue "$cpu" 100us 7ms
	lossy disk-reset "$cpu" 100us 7ms
done
# Every CPU of the many; and gaps that take a part of a chain, now this one and now that.
for cpu in 0 1 2 3 4 5 6 7; do
	lossy throughput "$cpu" 1ms 17ms
done
lossy throughput 1 1ms 13ms
lossy throughput 5 200us 5ms
duration=1500ms
for cpu in 0 1; do
	for name in wavert-two-clients wavert-bursts midi-shared-group midi-own-groups \
		audio-module; do
		lossy "$name" "$cpu" 220us 20517us
		lossy "$name" "$cpu" 350us 21054us
		lossy "$name" "$cpu" 1270us 24791us
		lossy "$name" "$cpu" 5471us 55ms
	done
done
