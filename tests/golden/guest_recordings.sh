#!/bin/sh
# LTTng kernel recordings of HDA playback and null_blk: the interrupts that /proc/interrupts counted,
# and the latency that null_blk was configured for.
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
    # The one xrun leaves a gap of 12.2 ms between interrupts, though no client was signalled in it.
    period = pcm[0]["jitter"]["period"]
    if name == "tcg-128-xruns":
        assert 12.1e6 < period["max"] < 12.3e6 and period["count"] == periods - 1, (name, period)
    print(f"{name}: {hda} HDA interrupts, {periods} periods, null_blk p50 {got:.1f} us")
PY
