#!/usr/bin/python3
"""Periods of a recorded sound card, and the one xrun, from raw events and from a report.

usage: guest_periods.py TRACE REPORT.json P50_US P99_US [TEXT]

P50_US and P99_US are those of the README beside the recording: between calls of
snd_pcm_period_elapsed(), but the first two. A report takes its periods at the interrupts that led to
those calls, and all of them. With TEXT, the text of the same report, there is one xrun.
"""
import json
import math
import sys

import bt2

BUCKET = 0.001


def calls_read(trace):
    """(interrupt, call, thread woken or None, when that ran or None), by the plainest means."""
    irq, calls, is_open = None, [], False
    for message in bt2.TraceCollectionMessageIterator(trace):
        if type(message) is not bt2._EventMessageConst:
            continue
        at, name = message.default_clock_snapshot.ns_from_origin, message.event.name
        if name == "irq_handler_entry":
            irq = at
        elif name.startswith("pcm_period_elapsed_"):
            is_open = name.endswith("entry")
            if is_open:
                calls.append([irq, at, None, None])
        elif name == "sched_waking" and is_open:
            calls[-1][2] = int(message.event["tid"])
        elif name == "sched_switch":
            for call in calls[-2:]:
                if call[2] == message.event["next_tid"]:
                    call[3] = call[3] or at
    return calls


def intervals(calls, instant):
    return sorted(after[instant] - before[instant] for before, after in zip(calls, calls[1:]))


def periods_check(calls, period, p50_us, p99_us):
    between = intervals(calls[1:], 1)
    own = [between[len(between) // 2] / 1000, between[int(0.99 * len(between))] / 1000]
    assert abs(own[0] - p50_us) < 0.51 and abs(own[1] - p99_us) < 0.51, (own, p50_us, p99_us)
    assert abs(period["p50"] / 1000 - p50_us) <= BUCKET * p50_us, (period["p50"], p50_us)
    between = intervals(calls, 0)
    count = len(between)
    assert (period["count"], period["min"], period["max"]) == (count, between[0], between[-1])
    assert abs(period["mean"] - sum(between) / count) < 0.001, period
    for quantile in (0.5, 0.9, 0.95, 0.99):
        rank = between[math.ceil(quantile * count) - 1]
        have = period[f"p{quantile * 100:.0f}"]
        assert have is None or abs(have - rank) <= BUCKET * rank, (quantile, rank, have)
    print(f"{count} periods, p50 {own[0]:.1f} us and p99 {own[1]:.1f} us as in the README")


def xrun_check(calls, headroom, text, begin_ns):
    """Silence of the card; before it a player that ran only after the card had told the next period."""
    silences = [i for i in range(len(calls) - 1) if calls[i + 1][1] - calls[i][1] > 12_000_000]
    last, = silences
    gap_ns = calls[last + 1][1] - calls[last][1]
    assert last + 1 == 615 and round(gap_ns, -5) == 12_200_000, (last, gap_ns)
    _, _, _, ran_ns = calls[last - 1]
    assert ran_ns - calls[last - 1][1] > 3_400_000 and ran_ns > calls[last][0], calls[last - 1]
    glitch, = headroom["first_glitches"]
    assert headroom["glitches"] == headroom["glitch_causes"]["late_wake"] == 1, headroom
    assert glitch == {"at_ns": calls[last][0], "cause": "late_wake", "inferred": True}, glitch
    place = f"{(glitch['at_ns'] - begin_ns) / 1e9:.6f} s"
    assert place in text and "late wake" in text, place
    print(f"one xrun by a late wake at {place}, before {gap_ns / 1e6:.1f} ms of silence")


def main():
    trace, path, p50_us, p99_us, *text = sys.argv[1:]
    report = json.load(open(path))
    row, = [row for row in report["notifications"] if row["kind"] == "pcm"]
    calls = calls_read(trace)
    periods_check(calls, row["jitter"]["period"], float(p50_us), float(p99_us))
    if text:
        xrun_check(calls, row["headroom"], open(text[0]).read(), report["trace"]["begin_ns"])
    else:
        assert not row.get("headroom", {}).get("glitches"), row["headroom"]


if __name__ == "__main__":
    main()
