#!/bin/sh
# Chains of recorded kernels, each instant of each of them, against scripts of a few lines that make
# them of the raw events and share no code with ours; whichever reader of ours.
# usage: chains.sh pcm|block|wake
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
samples=$JSCOPE_SOURCE/samples/recordings

readers="native babeltrace2"

# equal PART TRACE [ORACLE]
equal()
{
	for reader in $readers; do
		jitterscope replay --quiet --reader "$reader" --what all --format ndjson \
			-o "$work/lines" "$2"
		/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/chain_$1.py" "$2" "$work/lines" ${3:-} \
			> "$work/said" || fail "$2, $reader: $(cat "$work/said")"
		echo "$2, $reader: $(cat "$work/said")"
	done
}

# foreign PART TRACE...: where recordings of others are on this machine
foreign()
{
	part=$1
	shift
	[ -d "${JSCOPE_TRACES:-}/real" ] || return 0
	for trace; do
		equal "$part" "$JSCOPE_TRACES/$trace"
	done
}

case $1 in
pcm)
	equal pcm "$samples/hda-480-steady"
	equal pcm "$samples/hda-128-one-xrun"
	foreign pcm guest-lttng/tcg-480/trace guest-lttng/icount-480/trace \
		guest-lttng/tcg-1024/trace guest-lttng/tcg-128-xruns/trace
	;;
block)
	equal block "$samples/kernel-four-disks"
	equal block "$samples/kernel-null-blk-10us-100us-1ms"
	foreign block real/tvl-simple-kernel guest-lttng/tcg-480/trace
	# libbabeltrace2 stops after 1 % of this one, of 8 CPUs and a mirror of two disks.
	if /usr/bin/python3 -c 'import babeltrace' 2>/dev/null &&
		[ -d "${JSCOPE_TRACES:-}/real" ]; then
		readers=native
		equal block "$JSCOPE_TRACES/real/lttng-2.0pre/cts-lttng-modules-trace" babeltrace1
	fi
	;;
wake)
	equal wake "$samples/kernel-ac97-10ms-hog"
	equal wake "$samples/kernel-hda-one-xrun"
	;;
esac
