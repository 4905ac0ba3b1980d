#!/bin/sh
# Every event of every trace that we can lay hands on, field for field, against an independent tool:
# what LTTng recorded on other machines and here, what we simulate and record, what babeltrace2 writes,
# and what made_ctf.py makes up. Each reader of ours by itself, so that both say the same.
# usage: field_for_field.sh PART; PART is recordings, simulated, ust, kernel or made
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program babeltrace2
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

golden="$JSCOPE_SOURCE/tests/golden"
readers="native babeltrace2"

# equal NAME TRACE [OPTION]...: for each reader
equal()
{
	name=$1
	trace=$2
	shift 2
	for reader in $readers; do
		/usr/bin/python3 "$golden/field_for_field.py" "$@" "$reader" "$trace" \
			> "$work/said" 2>&1 || fail "$name, $reader: $(tail -n 3 "$work/said")"
		echo "$name, $reader: $(cat "$work/said")"
	done
}

# converted NAME TRACE: what babeltrace2 makes of it, 64-bit headers and all
converted()
{
	rm -rf "$work/converted"
	babeltrace2 "$2" --output-format=ctf --output="$work/converted" 2> "$work/said" ||
		fail "babeltrace2 cannot convert $1: $(cat "$work/said")"
	equal "$1, converted" "$work/converted"
}

recordings()
{
	need_traces real
	for name in tvl-simple-kernel tc-bug446190 lami-irq-synthetic; do
		equal "$name" "$JSCOPE_TRACES/real/$name/$name"
	done
	for trace in "$JSCOPE_TRACES"/guest-lttng/*/trace "$JSCOPE_TRACES"/lost/*/; do
		equal "${trace#"$JSCOPE_TRACES/"}" "$trace"
	done
	converted tvl-simple-kernel "$JSCOPE_TRACES/real/tvl-simple-kernel"
	# libbabeltrace2 stops after 1 % of this one.
	need_program babeltrace
	readers=native
	equal lttng-2.0pre "$JSCOPE_TRACES/real/lttng-2.0pre/cts-lttng-modules-trace" \
		--oracle babeltrace1
}

simulated()
{
	for name in wavert-10ms wavert-drops midi-in audio-module disk-single-queue throughput; do
		jitterscope record sim --quiet --scenario "$name" --events 6000 -o "$work/$name"
		equal "$name" "$work/$name"
	done
	converted throughput "$work/throughput"
}

ust()
{
	need_program lttng-sessiond
	run=0
	"$golden/ust_types/record.sh" "$JSCOPE_BUILD/tests/golden/ust_types" "$work/ust" || run=$?
	[ "$run" -ne 77 ] || skip "no daemon of our own on this machine"
	[ "$run" -eq 0 ] || fail "cannot record ust_types"
	equal "buffers per user" "$work/ust/uid"
	equal "buffers per process" "$work/ust/pid"
	converted "buffers per user" "$work/ust/uid"
}

# What our recorder of kernels writes; without losses no tool has anything to say about it.
kernel()
{
	need_program babeltrace
	kernel_made="$JSCOPE_BUILD/tests/golden/kernel_made"
	for tool in babeltrace babeltrace2; do
		"$kernel_made" 7 20000 3 0 "$work/whole-$tool"
		"$tool" "$work/whole-$tool" > "$work/events" 2> "$work/said" || fail "$tool stops"
		[ ! -s "$work/said" ] || fail "$tool says: $(head -n 3 "$work/said")"
		[ "$(wc -l < "$work/events")" -eq 20001 ] || fail "$tool: $(wc -l < "$work/events")"
	done
	for seed in 1 2 3; do
		"$kernel_made" "$seed" 20000 "$seed" 1 "$work/kernel$seed"
		equal "seed $seed" "$work/kernel$seed"
	done
	readers=native
	equal "seed 2" "$work/kernel2" --oracle babeltrace1
}

made()
{
	for seed in 1 2 3; do
		/usr/bin/python3 "$golden/made_ctf.py" "$seed" "$work/made$seed"
		for trace in "$work/made$seed"/*; do
			equal "seed $seed, $(basename "$trace")" "$trace"
		done
	done
}

"$1"
