#!/usr/bin/env python3
"""Is a session that was recorded like another one the same session?

usage: like.py RECORDED REPLAYED [FRAMES]     two outputs of `replay --what all --format ndjson`

Streams are compared one by one, in the order of their devices, each on a clock of its own that
begins with the first point (or, where there are no points, with the first signal). Every instant of every
notification, its class, position and headroom, and every glitch with its cause must be the same, to some
nanoseconds; of names and CPUs nothing is asked. Real time passes between an answer and the reading of the
position that goes with it: such positions may be off by so many frames. Prints the first differences, and fails if there are any.
"""
import json
import sys

SHOWN = 5
FRAMES = int(sys.argv[3]) if len(sys.argv) > 3 else 0

# A record takes a nanosecond of virtual time, and a client that is refused leaves some more of them.
RECORDS_NS = 4
# Where nobody is notified, the clients begin in an order that is not recorded.
POLLED_NS = 64
ENDING_NS = 100_000_000

# Glitches that do not come from the device itself, or from a client that errs.
LATENESS = ("lost_interrupt", "late_interrupt", "late_deferred", "late_wake", "late_write", "unknown")


def read(path):
    """
    The records of each stream. The alarm of a client that pauses is left out, as part of the pause, and so
    are the events of disks, whose requests are another comparison's (like_requests.py).
    """
    records = [json.loads(line) for line in open(path)]
    notified = {record["device"] for record in records
                if record.get("kind") == "wavert" or record["what"] == "request"}
    streams = {}
    for record in records:
        if record["what"] not in ("notification", "glitch"):
            continue
        if record.get("kind") == "event" and record["device"] in notified:
            continue
        streams.setdefault((record["device"], record["stream"]), []).append(record)
    return [streams[name] for name in sorted(streams)]


def origin(records):
    for name in ("due_ns", "irq_ns", "signal_ns"):
        for record in records:
            if name in record.get("at", {}):
                return record["at"][name]
    return 0


def chains(records):
    """The notifications by number; spurious interrupts have no point that could come again."""
    begin = origin(records)
    told = {}
    for record in records:
        if record["what"] == "notification" and record["class"] != "spurious":
            at = {name: ns - begin for name, ns in record["at"].items()}
            told.setdefault(record["seq"], []).append(
                (record["class"], at, record.get("position_frames"),
                 record.get("headroom_frames")))
    return told


def glitches(records, causes):
    begin = origin(records)
    return [(record["awaited"] if "awaited" in record else None, record["cause"],
             record["at_ns"] - begin)
            for record in records if record["what"] == "glitch" and record["cause"] in causes]


def bound(a):
    return RECORDS_NS if "due_ns" in a else POLLED_NS


def same_instants(a, b):
    return a.keys() == b.keys() and all(abs(a[name] - b[name]) <= bound(a) for name in a)


def same_place(a, b):
    return a == b or (None not in (a, b) and abs(a - b) <= FRAMES)


def same_chains(a, b):
    return len(a) == len(b) and all(
        x[0] == y[0] and all(map(same_place, x[2:], y[2:])) and same_instants(x[1], y[1])
        for x, y in zip(a, b))


def same_glitches(a, b):
    return len(a) == len(b) and all(
        x[:2] == y[:2] and abs(x[2] - y[2]) <= POLLED_NS for x, y in zip(a, b))


def end(records):
    """What was under way when the recording ended had an end that it does not know."""
    instants = [ns for record in records for ns in record.get("at", {}).values()]
    return max(instants, default=0) - origin(records) - ENDING_NS


def before(told, limit):
    return {seq: [chain for chain in told[seq] if min(chain[1].values()) < limit] for seq in told}


def compare(number, a, b):
    has_chains = bool(chains(a))
    recorded, replayed = before(chains(a), end(a)), before(chains(b), end(a))
    wrong = [seq for seq in sorted(recorded.keys() | replayed.keys())
             if not same_chains(recorded.get(seq, []), replayed.get(seq, []))]
    for seq in wrong[:SHOWN]:
        print(f"stream {number}, point {seq}:\n  recorded {recorded.get(seq)}\n"
              f"  replayed {replayed.get(seq)}")
    recorded, replayed = ([glitch for glitch in glitches(records, LATENESS)
                           if not has_chains or glitch[2] < end(a)] for records in (a, b))
    if not same_glitches(recorded, replayed):
        print(f"stream {number}, glitches:\n  recorded {recorded}\n  replayed {replayed}")
        return len(wrong) + 1
    return len(wrong)


def main():
    recorded, replayed = (read(path) for path in sys.argv[1:3])
    wrong = 0
    if len(recorded) != len(replayed) or not recorded:
        print(f"{len(recorded)} streams recorded, {len(replayed)} replayed")
        wrong += 1
    for number, (a, b) in enumerate(zip(recorded, replayed)):
        wrong += compare(number, a, b)
    count = sum(map(len, recorded))
    glitched = sum(len(glitches(records, LATENESS)) for records in recorded)
    print(f"{count} records, {glitched} glitches: {wrong} differ")
    sys.exit(wrong > 0)


main()
