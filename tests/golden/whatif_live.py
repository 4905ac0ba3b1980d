#!/usr/bin/python3
"""Predictions from a live recording against the live device really run at that geometry.

usage: whatif_live.py WORK: of each FRAMES there FRAMES.json (whatif) and FRAMES.ndjson (replay); predicted.json

The scenario delays no stage by more than 3.5 ms, and its client hardly ever works for 9 ms. What lasts
longer than that and 5 ms was the machine, standing still. It does so in one recording and not in the
other, so that each such time allows as many glitches as it has periods: more of them where it was
run, fewer where it was predicted. Exit status 77 where that would allow nearly anything.
"""
import json
import math
import sys

BOUND_NS = 14_000_000
RATE_HZ = 48000
INSTANTS = ("due_ns", "irq_ns", "queued_ns", "deferred_ns", "signal_ns", "run_ns", "served_ns")


def stalls_find(path):
    """Times in which the machine stood still, as (begin, end), none in another."""
    spans = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            at = json.loads(line).get("at", {})
            known = [at[name] for name in INSTANTS if name in at]
            spans += [(a, b) for a, b in zip(known, known[1:]) if b - a > BOUND_NS]
    stalls = []
    for begin, end in sorted(spans):
        if stalls and begin <= stalls[-1][1]:
            stalls[-1] = (stalls[-1][0], max(end, stalls[-1][1]))
        else:
            stalls.append((begin, end))
    return stalls


def glitches_allowed(stalls, frames):
    period_ns = frames * 1e9 / RATE_HZ
    return sum(math.ceil((end - begin) / period_ns) for begin, end in stalls)


def stream_load(work, name):
    with open(f"{work}/{name}.json", encoding="utf-8") as file:
        return json.load(file)["streams"][0]


def cell_judge(work, cell):
    frames, told = cell["period_frames"], cell["glitches"]
    real = stream_load(work, frames)["recorded"]["glitches"]
    more = glitches_allowed(stalls_find(f"{work}/{frames}.ndjson"), frames)
    fewer = glitches_allowed(stalls_find(f"{work}/128.ndjson"), frames)
    # A single run lies about what is to be expected as chance has it.
    low = told["low"] - 2 * math.sqrt(told["low"]) - fewer
    high = told["high"] + 2 * math.sqrt(told["high"] + 1) + more
    print(f"{frames} frames: {told['count']:.1f} ({told['low']:.1f} to {told['high']:.1f}) predicted, {real} when "
          f"it was run; the machine stood still for {fewer} and {more}")
    if max(more, fewer) > max(told["count"], real - more) / 2:
        return 77
    return 0 if low <= real <= high else 1


def main():
    work = sys.argv[1]
    own = stream_load(work, "128")["recorded"]
    print(f"128 frames: {own['glitches']} recorded, {own['glitches_replayed']:.0f} found by their replay")
    results = [cell_judge(work, cell) for cell in stream_load(work, "predicted")["cells"]]
    if abs(own["glitches_replayed"] - own["glitches"]) > 0.15 * own["glitches"] + 5 or 1 in results:
        sys.exit(1)
    sys.exit(max(results))


if __name__ == "__main__":
    main()
