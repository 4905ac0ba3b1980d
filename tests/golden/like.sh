#!/bin/sh
# record sim --like: the session that was recorded, point by point, by an independent comparison.
# usage: like.sh scenarios|random|kernel|requests|recordings
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
golden=$JSCOPE_SOURCE/tests/golden
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

timelines()
{
	jitterscope replay --what all --format ndjson "$1" > "$1.ndjson"
}

# again RECORDED REPLAYED: what is not lateness is said, and of no interest here.
again()
{
	jitterscope record sim --like "$1" -q -o "$2" 2> said || fail "$(cat said)"
}

# same NAME SCENARIO
same()
{
	rm -rf recorded replayed
	jitterscope record sim --scenario "$2" --duration 6s -q -o recorded
	again recorded replayed
	timelines recorded
	timelines replayed
	python3 "$golden/like.py" recorded.ndjson replayed.ndjson > found ||
		fail "$1 is another session when it is replayed: $(cut -c-300 found)"
}

# Jumps of a position come at their instants, but a jump ahead is no lateness.
scenarios()
{
	for file in "$JSCOPE_SOURCE"/samples/scenarios/wavert-*.ini; do
		name=$(basename "$file" .ini)
		[ "$name" = wavert-position-glitches ] || same "$name" "$name"
	done

	# Nothing is drawn: another seed, the same events; the same one, the same bytes.
	again recorded once
	again recorded twice
	diff -r once twice > found || fail "the same recording gave other bytes: $(cat found)"
	jitterscope record sim --like recorded --seed 99 -q -o other 2> said
	jitterscope events once > once.txt
	jitterscope events other | cmp - once.txt || fail "the seed of a replayed session matters"
}

# A session that is like one that is like another is that one, where nobody is refused an answer.
generations()
{
	jitterscope record sim --scenario wavert-pause --duration 6s -q -o first
	again first second
	again second third
	jitterscope events second > second.txt
	jitterscope events third | cmp - second.txt || fail "the third generation is not the second"
}

random()
{
	for number in $(seq 1 24); do
		python3 "$golden/like_random.py" "$number" > "$number.ini"
		same "random session $number" "./$number.ini"
	done
}

kernel_same()
{
	again "$1" replayed
	timelines replayed
	jitterscope replay --what all --format ndjson "$1" > recorded.ndjson
	python3 "$golden/like_kernel.py" recorded.ndjson replayed.ndjson > found ||
		fail "$1 is another session when it is replayed: $(cat found)"
	rm -rf replayed
}

kernel()
{
	for name in hda-480-steady hda-128-one-xrun kernel-ac97-10ms kernel-ac97-10ms-hog \
		kernel-ac97-10ms-storm kernel-hda-one-xrun; do
		kernel_same "$JSCOPE_SOURCE/samples/recordings/$name"
	done
	[ -d "${JSCOPE_TRACES:-}/guest-lttng" ] || return 0
	for recording in "$JSCOPE_TRACES"/guest-lttng/*/; do
		kernel_same "${recording%/}"
	done
}

# requests_same NAME RECORDED: and what the new session tells is what happened in it.
requests_same()
{
	rm -rf replayed
	again "$2" replayed
	degraded_or_done jitterscope replay -q --what requests --format ndjson -o recorded.ndjson "$2"
	degraded_or_done jitterscope replay -q --format ndjson -o replayed.ndjson replayed
	python3 "$golden/like_requests.py" recorded.ndjson replayed.ndjson > found ||
		fail "$1 has other requests when it is replayed: $(cut -c-600 found)"
	/usr/bin/python3 -c 'import bt2' 2>/dev/null || return 0
	degraded_or_done jitterscope report -q --format json -o replayed.json replayed
	/usr/bin/python3 "$golden/truth.py" replayed replayed.ndjson replayed.json > found 2>&1 ||
		fail "$1 as replayed is not what happened: $(cut -c-600 found)"
}

requests()
{
	for file in "$JSCOPE_SOURCE"/samples/scenarios/disk-*.ini; do
		name=$(basename "$file" .ini)
		rm -rf "$name"
		jitterscope record sim --scenario "$name" --events 20000 -q -o "$name"
		requests_same "$name" "$name"
	done
}

recordings()
{
	cat > disks.ini <<-'INI'
	[machine]
	cpus = 4
	[stream]
	[disk fast]
	queues = 2
	device = lognormal 80us 0.7
	think = 1ms
	request_max_bytes = 65536
	[disk slow]
	cpu = 2
	device = exponential 3ms
	outstanding = 9
	batch = 4
	[delay]
	interrupt = exponential 5us
	queue = lognormal 20us 1
	wake = exponential 50us
	INI
	jitterscope record sim --scenario ./disks.ini --duration 300ms -q -o both
	requests_same "a session of two disks and a stream" both
	timelines both
	timelines replayed
	python3 "$golden/like.py" both.ndjson replayed.ndjson > found ||
		fail "the stream beside the disks is another one: $(cut -c-300 found)"
	for name in hda-480-steady kernel-four-disks kernel-null-blk-10us-100us-1ms; do
		requests_same "$name" "$JSCOPE_SOURCE/samples/recordings/$name"
	done
	[ -d "${JSCOPE_TRACES:-}/real" ] || return 0
	for name in lttng-2.0pre tvl-simple-kernel; do
		requests_same "$name" "$JSCOPE_TRACES/real/$name"
	done
}

# Nothing is drawn here either, and what is like what is like another one is that.
requests_again()
{
	again disk-reset first
	again disk-reset twice
	diff -r first twice > found || fail "the same requests gave other bytes: $(cat found)"
	again first second
	jitterscope events first > first.txt
	jitterscope events second | cmp - first.txt || fail "the third generation is not the second"
}

case $1 in
scenarios)
	scenarios
	generations
	;;
random) random ;;
kernel) kernel ;;
requests)
	requests
	requests_again
	;;
recordings) recordings ;;
esac
