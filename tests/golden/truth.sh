#!/bin/sh
# Every scenario of the virtual device, in virtual time: what the replay makes of the events must be
# what the device says happened, notification by notification and request by request; and deleting
# what it says must change nothing.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# Bad recordings are the point of some scenarios: exit 3 says so.
degraded_or_done()
{
	"$@" || [ $? -eq 3 ] || fail "$*"
}

# replay TRACE NAME: NAME.ndjson with notifications and requests, NAME.json with the report
replay()
{
	degraded_or_done jitterscope replay --quiet --format ndjson -o "$work/$2.ndjson" "$1"
	degraded_or_done jitterscope replay --quiet --what requests --format ndjson "$1" \
		>> "$work/$2.ndjson"
	degraded_or_done jitterscope report --quiet --format json -o "$work/$2.json" "$1"
}

# judge TRACE NAME: compare a replay with the truth in TRACE
judge()
{
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/truth.py" "$1" "$work/$2.ndjson" \
		"$work/$2.json" > "$work/judged" || fail "$2: $(cat "$work/judged")"
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

# scenario FILE SEED
scenario()
{
	name=$(basename "$1" .ini)
	case "$name" in
	throughput | disk-*) length="--events 60000" ;;
	*) length="--duration 4s" ;;
	esac
	# shellcheck disable=SC2086 # an option and its value
	jitterscope record sim --quiet --scenario "$1" --seed "$2" $length -o "$work/trace"
	replay "$work/trace" "$name"
	judge "$work/trace" "$name"
	truth_removed "$work/trace" "$name"
	rm -r "$work/trace"
}

for file in "$JSCOPE_SOURCE"/samples/scenarios/*.ini; do
	scenario "$file" 1
done
scenario "$JSCOPE_SOURCE/samples/scenarios/throughput.ini" 2
