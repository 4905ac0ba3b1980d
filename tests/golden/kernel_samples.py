#!/usr/bin/env python3
"""What is known of the recordings of `record kernel` in samples/, against their reports.

usage: kernel_samples.py DIRECTORY     (NAME.json of each, and counts: NAME TOOL EVENTS)
"""
import json
import sys

# Interrupts of the card, periods, ns that a period may be off, underruns, longest wake-up in ns.
CARDS = {
    "kernel-ac97-10ms": (299, 299, 1_000, 0, 8_000),
    "kernel-ac97-10ms-hog": (300, 300, 1_000, 0, 4_050_000),
    "kernel-ac97-10ms-storm": (199, 199, 50_000, 0, 430_000),
    "kernel-hda-one-xrun": (203, 197, 6_000_000, 1, 60_000_000),
}
# Where requests were completed, by disk, and where known how long they took, ns.
DISKS = {
    "kernel-null-blk-10us-100us-1ms": {
        "nullb0": ("timer", 10_000), "nullb1": ("timer", 100_000), "nullb2": ("timer", 1_000_000)},
    "kernel-four-disks": {
        "nvme0n1": ("irq", None), "vda": ("irq", None), "sda": ("softirq", None),
        "sdb": ("irq", None)},
}
READS = 200
LATE_NS = 10_000  # what the machine may add to a disk's own time


def card_check(report, interrupts, periods, off_ns, underruns, wake_ns):
    line, = [irq for irq in report["irqs"] if "snd" in irq["name"]]
    assert line["count"] == interrupts, line
    stream, = report["notifications"]
    assert stream["counts"]["points"] == periods, stream["counts"]
    period = stream["jitter"]["period"]
    assert abs(period["min"] - 10_000_000) <= off_ns, period
    assert abs(period["max"] - 10_000_000) <= off_ns, period
    assert stream["headroom"]["glitches"] == underruns, stream["headroom"]
    wake = stream["stages"]["wake"]["max"]
    assert 0.8 * wake_ns < wake < wake_ns, wake
    # Whoever holds the CPU does so between the wake-up and the run, and nowhere else.
    assert stream["stages"]["handler"]["max"] < 300_000, stream["stages"]["handler"]


def disks_check(report, disks):
    requests = {row["name"]: row for row in report["requests"]}
    assert sorted(requests) == sorted(disks), requests.keys()
    for name, (where, latency_ns) in disks.items():
        row = requests[name]
        assert row["issued"] == row["completed"] == READS, row
        assert row["completed_in"] == {where: READS}, (name, row["completed_in"])
        if latency_ns:
            latency = row["latency"]
            assert latency_ns <= latency["min"] <= latency["max"] <= latency_ns + LATE_NS, latency
    if where == "irq":
        counts = [irq["count"] for irq in report["irqs"]]
        assert counts == [READS] * len(disks), report["irqs"]


def main():
    folder = sys.argv[1]
    counts = {}
    with open(f"{folder}/counts", encoding="ascii") as stream:
        for name, _, events in map(str.split, stream):
            counts.setdefault(name, set()).add(int(events))
    assert sorted(counts) == sorted({**CARDS, **DISKS}), counts
    for name, events in counts.items():
        with open(f"{folder}/{name}.json", encoding="utf-8") as stream:
            report = json.load(stream)
        assert report["trust"]["verdict"] == "trusted", (name, report["trust"])
        assert report["cost"]["ns_per_event"] > 0, (name, report["cost"])
        assert events == {report["trace"]["events"]}, (name, events, report["trace"]["events"])
        if name in CARDS:
            card_check(report, *CARDS[name])
        else:
            disks_check(report, DISKS[name])
        print(f"{name}: {report['trace']['events']} events, as known")


if __name__ == "__main__":
    main()
