#!/usr/bin/python3
"""The same scenario live and simulated: the same points, each served by one wake, in order.

usage: live_sim.py LIVE.ndjson SIMULATED.ndjson

A busy machine may make a notification of the live recording late, merge it, or have a client sleep
through a signal; each such difference must have a measured delay that explains it. Anything else
that differs is an error.
"""
import collections
import json
import sys

LATE_MIN_NS = 100_000
ALLOWED = {"late", "merged"}


def clients(path):
    found = collections.defaultdict(dict)
    for line in open(path):
        record = json.loads(line)
        if record["what"] == "notification" and record["kind"] == "wavert":
            assert record["seq"] not in found[record["stream"]], f"told twice: {record}"
            found[record["stream"]][record["seq"]] = record
    return found


def check_order(stream, records):
    """Points, their signals and their wakes come in the same order, and none before its cause."""
    chain = ("due_ns", "irq_ns", "queued_ns", "deferred_ns", "signal_ns", "run_ns", "served_ns")
    last = {}
    assert sorted(records) == list(range(1, len(records) + 1)), f"{stream}: points are missing"
    for seq in sorted(records):
        told = [(name, records[seq]["at"][name]) for name in chain if name in records[seq]["at"]]
        assert [at for _, at in told] == sorted(at for _, at in told), records[seq]
        for name, at in told:
            assert at >= last.get(name, at), f"{stream} {seq}: {name} before that of an earlier one"
            last[name] = at


def explain(record, following, period):
    """The delay that makes this record late or merged, None where it does not."""
    at = record["at"]
    late = at["signal_ns"] - at["due_ns"]
    if record["class"] == "late" and late > max(period // 10, LATE_MIN_NS):
        return late
    if record["class"] == "merged" and following and \
            at["deferred_ns"] >= following["at"]["due_ns"] and \
            at["deferred_ns"] == following["at"]["deferred_ns"]:
        return at["deferred_ns"] - at["due_ns"]
    return None


def main():
    live, simulated = clients(sys.argv[1]), clients(sys.argv[2])
    assert len(live) == len(simulated) > 0, (sorted(live), sorted(simulated))
    for (stream, seen), (_, model) in zip(sorted(live.items()), sorted(simulated.items())):
        check_order(stream, seen)
        check_order(stream, model)
        count = min(len(seen), len(model)) - 3          # the ends differ by a point or two
        assert count > 50, f"{stream}: too few points to compare"
        period = (model[count]["at"]["due_ns"] - model[1]["at"]["due_ns"]) // (count - 1)
        differences = []
        for seq in range(1, count + 1):
            if seen[seq]["class"] == model[seq]["class"]:
                assert set(seen[seq]["at"]) >= set(model[seq]["at"]) - {"served_ns"}, \
                    (seen[seq], model[seq])
                continue
            assert seen[seq]["class"] in ALLOWED, (seen[seq], model[seq])
            delay = explain(seen[seq], seen.get(seq + 1), period)
            assert delay is not None, f"nothing explains {seen[seq]}"
            differences.append(f"{seq} {seen[seq]['class']} by {delay / 1e6:.1f} ms")
        shown = "; ".join(differences[:3]) + ("; ..." if len(differences) > 3 else "")
        print(f"{stream}: {count} points agree, {len(differences)} differ with a reason "
              f"({100 * len(differences) / count:.1f} %) {shown}")


main()
