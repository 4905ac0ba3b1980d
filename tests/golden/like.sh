#!/bin/sh
# record sim --like: the session that was recorded, point by point, by an independent comparison.
# usage: like.sh scenarios|random|kernel
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

case $1 in
scenarios)
	scenarios
	generations
	;;
random) random ;;
kernel) kernel ;;
esac
