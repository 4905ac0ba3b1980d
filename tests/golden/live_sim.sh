#!/bin/sh
# The same scenarios recorded live and simulated: the same points and pairing, and what differs is
# explained by a delay that was measured. Neither needs the truth to be reported or checked.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program lttng-sessiond
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# A busy machine is late (exit 3), and may break a rule for it (4).
may_complain()
{
	"$@" || case $? in
	3 | 4) ;;
	*) fail "$*" ;;
	esac
}

# all_of TRACE NAME: what people and programs are shown
all_of()
{
	may_complain jitterscope replay --quiet --format ndjson -o "$work/$2.ndjson" "$1"
	may_complain jitterscope report --quiet --format json -o "$work/$2.report" "$1"
	may_complain jitterscope check --quiet --format json "$1" > "$work/$2.check"
}

truth_removed()
{
	find "$1" -name "truth_*" | grep -q . || fail "there is no ground truth in $1"
	find "$1" -name 'truth_*' -delete
	all_of "$1" without
	for kind in ndjson report check; do
		cmp "$work/live.$kind" "$work/without.$kind" || fail "$2: $kind needs the truth"
	done
}

# compare_once SCENARIO [same-interrupts|same-grid]
compare_once()
{
	rm -rf "$work/l" "$work/s"
	may_complain jitterscope record live --quiet --scenario "$1" --duration 2s -o "$work/l"
	may_complain jitterscope record sim --quiet --scenario "$1" --duration 2s -o "$work/s"
	all_of "$work/l" live
	all_of "$work/s" sim
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/live_sim.py" "$work/l" "$work/s" \
		"$work/live.ndjson" "$work/sim.ndjson" ${2:+"$2"} > "$work/told" ||
		fail "$1: $(cat "$work/told")"
	sed "s/^/$1: /" "$work/told"
	truth_removed "$work/l" "$1"
}

# Real time is no oracle: a machine that stood still in one recording gets a second, and what the
# first differed in is shown.
compare()
{
	(compare_once "$@") || {
		echo "$1: once more, after that"
		(compare_once "$@") || exit 1
	}
}

for scenario in wavert-10ms wavert-3ms wavert-two-clients wavert-single-notification \
	wavert-shared-line wavert-several-streams wavert-capture; do
	compare "$scenario" same-grid
done
compare wavert-pause same-interrupts
for scenario in midi-in audio-module disk-single-queue; do
	compare "$scenario"
done
