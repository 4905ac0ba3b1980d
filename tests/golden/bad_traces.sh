#!/bin/sh
# Damaged and malformed traces, each named by its fault: no crash, no hang, bounded memory, and an
# exit code of 0, 1 or 3 with a sentence where it is not 0.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_traces bad

for trace in "$JSCOPE_TRACES"/bad/*; do
	name=$(basename "$trace")
	verbs="report replay events"
	# libbabeltrace2 hangs on this one until its CPU time is up: once is enough.
	[ "$name" != truncated-metadata ] || verbs=report
	for verb in $verbs; do
		status=0
		timeout 60 jitterscope "$verb" --output "$work/out" "$trace" 2> "$work/err" || status=$?
		case $status in
		0) ;;
		# A crash inside the library is a sentence in a release; a sanitizer is first to tell.
		99) grep -qE 'allocation-size-too-big|#0 .*/libbabeltrace2|#0 .*babeltrace-plugin' \
			"$work/err" || fail "$name: $(cat "$work/err")" ;;
		1 | 3) [ -s "$work/err" ] || fail "$name: $verb exits $status without a word" ;;
		*) fail "$name: $verb exits $status: $(tail -n 5 "$work/err")" ;;
		esac
		echo "$name: $verb: $status $(head -n 1 "$work/err")"
	done
done
