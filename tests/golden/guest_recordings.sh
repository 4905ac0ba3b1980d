#!/bin/sh
# LTTng kernel recordings of HDA playback and null_blk: the interrupts that /proc/interrupts counted,
# the latency that null_blk was configured for, the periods that raw events have, and the one xrun.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

# report NAME TRACE
report()
{
	jitterscope report --quiet --format json -o "$work/$1.json" "$2" || [ $? -eq 3 ]
}

report tcg-480 "$JSCOPE_SOURCE/samples/recordings/hda-480-steady"
report tcg-128-xruns "$JSCOPE_SOURCE/samples/recordings/hda-128-one-xrun"
for name in icount-480 tcg-1024; do
	[ ! -d "${JSCOPE_TRACES:-}/guest-lttng" ] ||
		report "$name" "$JSCOPE_TRACES/guest-lttng/$name/trace"
done
python3 - "$work" <<'PY'
import json, os, sys
# HDA interrupts, calls of snd_pcm_period_elapsed, null_blk p50 in us (see the README beside them).
table = {"tcg-480": (304, 297, 1116), "icount-480": (304, 297, 1003.9),
         "tcg-1024": (192, 186, 1084), "tcg-128-xruns": (1130, 1116, 1085)}
for name, (irqs, periods, p50_us) in table.items():
    path = f"{sys.argv[1]}/{name}.json"
    if not os.path.exists(path):
        print(f"{name}: not on this machine")
        continue
    report = json.load(open(path))
    hda = sum(i["count"] for i in report["irqs"] if "snd_hda" in i["name"])
    pcm = [n for n in report["notifications"] if n["kind"] == "pcm"]
    null, = [r for r in report["requests"] if r["device"] == "254:0"]
    got = null["latency"]["p50"] / 1000
    assert hda == irqs, (name, hda, irqs)
    assert len(pcm) == 1 and pcm[0]["counts"]["points"] == periods, (name, pcm and pcm[0]["counts"])
    assert abs(got - p50_us) <= max(0.6, 0.001 * p50_us), (name, got, p50_us)
    assert null["latency"]["count"] == 200, (name, null["latency"])
    print(f"{name}: {hda} HDA interrupts, {periods} periods, null_blk p50 {got:.1f} us")
PY

/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

# periods NAME TRACE P50_US P99_US [TEXT]
periods()
{
	name=$1
	trace=$2
	shift 2
	[ -d "$trace" ] || return 0
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/guest_periods.py" "$trace" \
		"$work/$name.json" "$@" > "$work/said" 2>&1 || fail "$name: $(cat "$work/said")"
	echo "$name: $(cat "$work/said")"
}

xrun=$JSCOPE_SOURCE/samples/recordings/hda-128-one-xrun
jitterscope report --quiet -o "$work/xrun.txt" "$xrun"
periods tcg-128-xruns "$xrun" 3039 3223 "$work/xrun.txt"
periods tcg-480 "$JSCOPE_SOURCE/samples/recordings/hda-480-steady" 10223 10715
periods icount-480 "${JSCOPE_TRACES:-}/guest-lttng/icount-480/trace" 10000 12001.8
periods tcg-1024 "${JSCOPE_TRACES:-}/guest-lttng/tcg-1024/trace" 21375 22130
