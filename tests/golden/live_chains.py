#!/usr/bin/python3
"""Independent reading of a live recording: the chains of its notifications, by Debian's python3-bt2.

usage: live_chains.py TRACE REPLAY.ndjson REPORT.json

Shares no code with jitterscope. Follows identities only: point -> interrupt by the instant of its
assertion, interrupt -> DPC call by sequence number, call -> execution by the queued flag, execution
-> signal by (dpc, run), signal -> wake by event, wake -> SetWritePacket by thread. A point that was
crossed while the line was asserted for an earlier one, and not yet serviced, has that interrupt.
Every instant, class and headroom of every notification must equal the replay, every distribution
the report.
"""
import collections
import json
import math
import sys

import bt2

LATE_MIN_NS = 100_000
HEADROOM_OFF_FRAMES = 2     # positions between two told ones: both sides interpolate


def events(path):
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is bt2._DiscardedEventsMessageConst:
            sys.exit("the recording lost events: compare another one")
        if type(message) is bt2._EventMessageConst:
            if message.event.name.startswith("jscope:truth_"):
                continue        # what this script finds out by itself
            clock = message.event.stream.cls.default_clock_class.offset
            offset = clock.seconds * 10**9 + clock.cycles
            yield (message.event.name.replace("jscope:", ""),
                   message.default_clock_snapshot.ns_from_origin, message.event, offset)


class Device:
    """One stream with its clients, as the events tell it."""

    def __init__(self):
        self.count = 0
        self.chains = collections.defaultdict(dict)     # event -> k -> chain
        self.open = collections.defaultdict(list)       # event -> points nobody signalled yet
        self.irqs, self.queued, self.running = {}, {}, {}
        self.pending, self.awake = {}, {}
        self.rate = self.frame = self.packet = 0
        self.due, self.position, self.written = {}, (0, 0), 0

    def on_wrt_newstream(self, ts, e, offset):
        self.rate, self.frame = int(e["fs"]), int(e["ba"])

    def on_wrt_alloc(self, ts, e, offset):
        self.packet = int(e["actual"]) // int(e["notif_count"])

    def on_wrt_register(self, ts, e, offset):
        self.chains[int(e["event"])] = {}

    def on_wrt_state(self, ts, e, offset):
        self.position = (ts, int(e["linear"]))

    def on_wrt_pos(self, ts, e, offset):
        self.position = (int(e["pos_ts_ns"]) + offset, int(e["linear"]))

    def on_dev_point(self, ts, e, offset):
        k, due = int(e["k"]), int(e["ideal_ns"]) + offset
        self.due[k] = due
        if due >= self.position[0]:
            self.position = (due, int(e["linear"]))
        for event in self.chains:
            self.chains[event][k] = {"at": {"due_ns": due}}
            self.open[event].append(k)

    def on_irq_entry(self, ts, e, offset):
        self.irqs[int(e["seq"])] = {"asserted": int(e["true_ts_ns"]) + offset, "irq_ns": ts}

    def on_dpc_insert(self, ts, e, offset):
        cause = dict(self.irqs[int(e["caller_seq"])], queued_ns=ts)
        if int(e["inserted"]):
            self.queued[int(e["dpc"])] = []
        self.queued[int(e["dpc"])].append(cause)

    def on_dpc_entry(self, ts, e, offset):
        self.running[(int(e["dpc"]), int(e["run"]))] = (ts, self.queued.pop(int(e["dpc"])))

    def cause_of(self, k, causes):
        due, following = self.due[k], self.due.get(k + 1, self.due[k] + self.packet * 10**9 //
                                                   (self.rate * self.frame))
        for cause in causes:
            if due <= cause["asserted"] < following:
                return cause
        for cause in causes:
            if cause["asserted"] < due <= cause["irq_ns"]:
                return cause
        return None

    def on_ev_set(self, ts, e, offset):
        event = int(e["event"])
        deferred, causes = self.running[(int(e["dpc"]), int(e["run"]))]
        served = []
        for k in [k for k in self.open[event] if k <= int(e["packet"])]:
            self.open[event].remove(k)
            chain, cause = self.chains[event][k], self.cause_of(k, causes)
            chain["class"] = "missed"
            if cause:
                chain["at"].update(irq_ns=cause["irq_ns"], queued_ns=cause["queued_ns"],
                                   deferred_ns=deferred, signal_ns=ts)
                chain["class"] = "merged"
                served.append(chain)
        if served:
            late = ts - served[-1]["at"]["due_ns"]
            bound = max(self.packet * 10**8 // (self.rate * self.frame), LATE_MIN_NS)
            served[-1]["class"] = "late" if late > bound else "on_time"
        self.pending.setdefault(event, []).extend(served)

    def on_ev_wake(self, ts, e, offset):
        chains = self.pending.pop(int(e["event"]), [])
        self.awake[int(e["vtid"])] = chains
        for chain in chains:
            chain["at"]["run_ns"] = ts

    def on_wrt_packet(self, ts, e, offset):
        if int(e["kind"]) != 0 or int(e["status"]) < 0:
            return
        at, linear = self.position
        linear += (ts - at) * self.rate * self.frame / 1e9
        for chain in self.awake.pop(int(e["vtid"]), []):
            chain["at"]["served_ns"] = ts
            chain["headroom"] = (self.written - linear) / self.frame
        self.written = max(self.written, (int(e["packet"]) + 1) * self.packet)

    def read(self, path):
        for name, ts, event, offset in events(path):
            self.count += 1
            handler = getattr(self, "on_" + name, None)
            if handler:
                handler(ts, event, offset)


def nearest_rank(values, q):
    return sorted(values)[max(0, math.ceil(q * len(values)) - 1)]


def check_dist(name, got, values):
    if not values:
        assert not got or got["count"] == 0, (name, got)
        return
    assert got["count"] == len(values), (name, got["count"], len(values))
    assert (got["min"], got["max"]) == (min(values), max(values)), (name, got)
    assert abs(got["mean"] - sum(values) / len(values)) < 0.01, (name, got)
    for key, q in (("p50", .5), ("p90", .9), ("p99", .99)):
        want = nearest_rank(values, q)
        if got[key] is not None:
            assert abs(got[key] - want) <= max(1, abs(want) / 1000), (name, key, got[key], want)


def check_chain(record, chain, classes):
    assert record["at"] == chain["at"], (record, chain)
    # What the end of the recording cut is censored; all else has the class of its signal.
    if record["class"] != "censored" or "run_ns" in chain["at"]:
        assert record["class"] == chain.get("class"), (record, chain)
    classes[record["class"]] += 1
    if "end_to_end_ns" in record:
        assert sum(record["stages"].values()) == record["end_to_end_ns"], record
    assert ("headroom" in chain) == ("headroom_frames" in record), (record, chain)
    if "headroom" in chain:
        assert abs(record["headroom_frames"] - chain["headroom"]) <= HEADROOM_OFF_FRAMES, \
            (record, chain)


def check_row(row, chains, classes):
    measured = [c for c in chains if c["record"]["class"] not in ("censored", "missed")]

    def span(begin, end):
        return [c["at"][end] - c["at"][begin] for c in measured
                if begin in c["at"] and end in c["at"]]

    for name, begin, end in (("interrupt", "due_ns", "irq_ns"), ("dispatch", "irq_ns", "queued_ns"),
                             ("queue", "queued_ns", "deferred_ns"),
                             ("handler", "deferred_ns", "signal_ns"), ("wake", "signal_ns", "run_ns")):
        check_dist(name, row["stages"].get(name), span(begin, end))
    check_dist("end_to_end", row.get("end_to_end"), span("due_ns", "run_ns"))
    check_dist("service", row.get("service"), span("run_ns", "served_ns"))
    # One per service, however many points it answers.
    headroom = {c["at"]["served_ns"]: c["record"]["headroom_frames"] for c in measured
                if "headroom_frames" in c["record"]}
    if headroom:
        check_dist("headroom", row["headroom"]["frames"], list(headroom.values()))
    assert row["counts"]["points"] == len(chains), row["counts"]
    for name, count in classes.items():
        assert row["counts"][name] == count, (name, count, row["counts"])


def stream_of(name, event, alone):
    return name.endswith(f"event {event:#x}") or (alone and "event" not in name)


def main():
    device = Device()
    device.read(sys.argv[1])
    replayed = [json.loads(line) for line in open(sys.argv[2])]
    report = json.load(open(sys.argv[3]))
    assert device.count == report["trace"]["events"], (device.count, report["trace"]["events"])
    alone = len(device.chains) == 1
    for event, chains in device.chains.items():
        records = {r["seq"]: r for r in replayed
                   if r["what"] == "notification" and stream_of(r["stream"], event, alone)}
        row, = [n for n in report["notifications"] if stream_of(n["stream"], event, alone)]
        classes = collections.Counter()
        assert set(records) == set(chains), sorted(set(records) ^ set(chains))[:5]
        for k, chain in chains.items():
            check_chain(records[k], chain, classes)
            chain["record"] = records[k]
        check_row(row, chains.values(), classes)
        told = ", ".join(f"{count} {name}" for name, count in sorted(classes.items()))
        print(f"{row['stream']}: {len(chains)} chains ({told}), every figure agrees")


main()
