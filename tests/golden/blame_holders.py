#!/usr/bin/env python3
"""Who held the CPU in a recording of a kernel, worked out once more from its events.

usage: blame_holders.py TRACE BLAME.json [WHO SHARE]

Debian's python3-bt2 reads the events; this shares no code with jitterscope. A CPU is held by the
innermost handler that has begun there and not ended, else by the thread switched to last. Each part of
the worst chains that is put down to a thread, a handler or the way out of idle must lie in times in
which that one held some CPU, the same one for parts that follow each other on one.
WHO SHARE: a culprit whose name begins so must have that share of the time of a tail.
"""
import bisect
import collections
import json
import sys

import bt2

ENTRIES = {"irq_handler_entry": ("irq", "irq"), "irq_softirq_entry": ("softirq", "vec"),
           "x86_irq_vectors_local_timer_entry": ("timer", "vector"),
           "timer_hrtimer_expire_entry": ("timer", "hrtimer")}
EXITS = {name.replace("_entry", "_exit"): what for name, what in ENTRIES.items()}
SELF = ("irq", "softirq", "timer", "thread")      # what can be called "itself"


class Cpu:
    """Who holds it, by the instants at which that changes."""

    def __init__(self):
        self.stack, self.thread = [], None
        self.at, self.who = [], []
        self.since = 0              # what is noted since the last switch

    def note(self, ns):
        now = self.stack[-1] if self.stack else self.thread
        self.at.append(ns)
        self.who.append(now)

    def switch(self, prev, thread):
        """Not every switch is recorded: who leaves may be another one than came."""
        if self.thread and self.thread[1] != prev:
            for i in range(self.since, len(self.who)):
                if self.who[i] == self.thread:
                    self.who[i] = ("unseen", prev)
        self.thread, self.since = ("thread", thread), len(self.who)

    def during(self, begin, end):
        """All who held it in [begin, end)."""
        first = bisect.bisect_right(self.at, begin) - 1
        last = bisect.bisect_left(self.at, end)
        return {self.who[i] if i >= 0 else None for i in range(first, last)}


def cpus_of(path):
    cpus = collections.defaultdict(Cpu)
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is not bt2._EventMessageConst:
            continue
        event, ns = message.event, message.default_clock_snapshot.ns_from_origin
        cpu = cpus[int(event.packet.context_field["cpu_id"])]
        if event.name in ENTRIES:
            kind, field = ENTRIES[event.name]
            cpu.stack.append((kind, int(event[field])))
        elif event.name in EXITS:
            kind, field = EXITS[event.name]
            if cpu.stack and cpu.stack[-1] == (kind, int(event[field])):
                cpu.stack.pop()
        elif event.name == "sched_switch":
            cpu.switch(int(event["prev_tid"]), int(event["next_tid"]))
        else:
            continue
        cpu.note(ns)
    return cpus


def held_by(part, who):
    """Whether those who held a CPU are the one that a part names."""
    kind = part["kind"]
    if kind == "idle_exit":
        return who == {("thread", 0)}
    if kind in ("itself", "own_previous"):
        return len(who) == 1 and None not in who and next(iter(who))[0] in SELF
    if kind == "unseen":
        return who == {("unseen", 0 if part["who"].startswith("idle CPU") else part["id"])}
    if kind in ("thread", "recorder"):
        return who == {("thread", part["id"])}
    number = part["id"] if isinstance(part["id"], int) else int(part["id"], 16)
    return None not in who and {(k, i & (1 << 64) - 1) for k, i in who} == {(kind, number)}


def check(blame, cpus):
    checked = collections.Counter()
    for chain in blame["worst"] + blame["worst_services"] + blame["worst_requests"]:
        if len(chain["parts"]) >= 192:      # sums, not times
            continue
        for part in chain["parts"]:
            if part["kind"] in ("unknown", "slack", "device", "request_queue", "hold", "migration",
                                "others") or part["who"].endswith(", asleep"):
                continue
            begin, end = part["begin_ns"], part["begin_ns"] + part["length_ns"]
            assert any(held_by(part, cpu.during(begin, end)) for cpu in cpus.values()), \
                (part, {n: cpu.during(begin, end) for n, cpu in cpus.items()})
            checked[part["kind"]] += part["length_ns"]
    return checked


def main():
    path, blame = sys.argv[1], json.load(open(sys.argv[2]))
    checked = check(blame, cpus_of(path))
    print(", ".join(f"{kind} {ns / 1e6:.3f} ms" for kind, ns in checked.most_common()))
    if len(sys.argv) > 3:
        who, share = sys.argv[3], float(sys.argv[4])
        found = max(c["tail_share"] for row in blame["notifications"] for c in row["culprits"]
                    if c["who"].startswith(who))
        print(f"{who}: {100 * found:.1f} % of the tail")
        assert found >= share, (who, found, share)


main()
