#!/bin/sh
# Who held the CPU. blame.sh injected: the culprits of simulated faults; blame.sh sums: that parts sum to
# their stages, of all recordings and scenarios; blame.sh kernel: who it was, by the events themselves.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
golden=$JSCOPE_SOURCE/tests/golden
recordings=$JSCOPE_SOURCE/samples/recordings

degraded_or_done()
{
	"$@" || [ $? -eq 3 ] || fail "$*"
}

# blamed TRACE: into $work/blame
blamed()
{
	degraded_or_done jitterscope blame --quiet --worst 2000 --format json -o "$work/blame" "$1"
}

# judge NAME SCRIPT ARGUMENT...
judge()
{
	name=$1
	shift
	/usr/bin/python3 "$@" > "$work/said" 2>&1 || fail "$name: $(tail -n 3 "$work/said")"
	sed "s|^|$name: |" "$work/said"
}

# sums NAME TRACE
sums()
{
	blamed "$2"
	degraded_or_done jitterscope replay --quiet --format ndjson --what all -o "$work/replay" "$2"
	judge "$1" "$golden/blame_sums.py" "$work/blame" "$work/replay"
	judge "$1" "$golden/blame_glitches.py" "$work/blame" "$work/replay"
}

# simulated SCENARIO
simulated()
{
	case "$1" in
	throughput | disk-*) length="--events 30000" ;;
	*) length="--duration 2s" ;;
	esac
	# shellcheck disable=SC2086 # an option and its value
	jitterscope record sim --quiet --seed 1 $length -o "$work/trace" \
		--scenario "$JSCOPE_SOURCE/samples/scenarios/$1.ini"
	sums "$1" "$work/trace"
	rm -r "$work/trace"
}

all_sums()
{
	for trace in "$recordings"/*/; do
		sums "$(basename "$trace")" "$trace"
	done
	for file in "$JSCOPE_SOURCE"/samples/scenarios/*.ini; do
		simulated "$(basename "$file" .ini)"
	done
	[ -d "${JSCOPE_TRACES:-}" ] || return 0
	for trace in "$JSCOPE_TRACES"/guest-lttng/* "$JSCOPE_TRACES"/real/*; do
		[ ! -d "$trace" ] || sums "$(basename "$trace")" "$trace"
	done
}

# holders NAME [WHO SHARE]
holders()
{
	blamed "$recordings/$1"
	name=$1
	shift
	judge "$name" "$golden/blame_holders.py" "$recordings/$name" "$work/blame" "$@"
}

case "$1" in
injected)
	judge injected "$golden/blame_injected.py" "$(command -v jitterscope)" "$work" 6 1
	;;
sums)
	all_sums
	;;
kernel)
	holders kernel-ac97-10ms
	holders kernel-ac97-10ms-hog guest_hog/ 0.98
	holders kernel-ac97-10ms-storm "irq 16 hpet2" 0.1
	holders kernel-hda-one-xrun guest_hog/ 0.9
	holders kernel-null-blk-10us-100us-1ms
	holders kernel-four-disks
	holders hda-480-steady
	holders hda-128-one-xrun
	;;
*)
	fail "usage: blame.sh injected | sums | kernel"
	;;
esac
