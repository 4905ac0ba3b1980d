#!/usr/bin/python3
"""How requests came and went, as a report tells it, against what the events and the device say.

usage: request_traffic.py TRACE REPORT.json

Shares no code with jitterscope: Debian's python3-bt2 reads the trace. Of a virtual device the life of
each request is what the device tells of it (truth_request), of a kernel block_rq_issue to
block_rq_complete. From these lives, and from the handlers that are open around each completion, the
figures are worked out once more: exactly, but for the digits that the report has. Where events were
lost the report may only know less.

Prints a line per device, or what differs and exits 1.
"""
import collections
import json
import sys

import bt2

LINK_UP, LINK_DOWN, RESET_DETECTED = 10, 11, 3
SCSI = {0x28: "read", 0x2a: "write", 0x35: "flush", 0x42: "discard"}
SIZES = (("none", 0), ("<=4k", 4 << 10), ("<=16k", 16 << 10), ("<=64k", 64 << 10),
         ("<=256k", 256 << 10))


def size_of(count):
    return next((name for name, most in SIZES if count <= most), ">256k")


class Device:
    def __init__(self):
        self.lives = []        # (begin, end or None)
        self.kinds = collections.defaultdict(list)
        self.told, self.beyond = [], []
        self.batches = collections.Counter()
        self.alone = 0         # completed in no handler
        self.holds = collections.defaultdict(list)
        self.resets_detected = 0


class Trace:
    """Devices by name; what is open by (device, request), and handlers by thread or CPU."""

    def __init__(self, path):
        self.devices = collections.defaultdict(Device)
        self.entries, self.issues, self.ops, self.services, self.truths = {}, {}, {}, {}, {}
        self.completed, self.handlers = [], collections.defaultdict(list)
        self.begun = {}
        self.is_lossy = False
        self.end_ns = 0
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is bt2._DiscardedEventsMessageConst:
                self.is_lossy = True
            if type(message) is not bt2._EventMessageConst:
                continue
            ts = message.default_clock_snapshot.ns_from_origin
            event = message.event
            clock = event.stream.cls.default_clock_class.offset
            self.offset = clock.seconds * 10**9 + clock.cycles
            name = event.name.replace("jscope:", "")
            if not name.startswith("truth_"):
                self.end_ns = max(ts, self.end_ns)
            handler = getattr(self, "on_" + name, None)
            if handler:
                handler(ts, event)
        for (name, _), begin in self.entries.items():
            self.devices[name].lives.append((begin, None))
        self.virtual_finish()

    # The virtual device

    @staticmethod
    def of(event):
        return f"dev{int(event['dev'])}"

    def srb(self, event):
        return self.of(event), int(event["srb"])

    def on_stor_startio_entry(self, ts, e):
        self.entries[self.srb(e)] = ts

    def on_stor_start(self, ts, e):
        if not int(e["ret"]) and self.srb(e) in self.entries:
            self.devices[self.of(e)].lives.append((self.entries.pop(self.srb(e)), ts))
        self.ops[self.srb(e)] = SCSI.get(int(e["op"]), "other")

    def on_stor_service(self, ts, e):
        self.services[self.srb(e)] = 100 * int(e["duration_100ns"])

    def on_stor_complete(self, ts, e):
        key = self.srb(e)
        self.completed.append((key, self.entries.pop(key, None), ts, self.ops.get(key), int(e["bytes"]),
                               self.services.pop(key, None)))
        self.complete_in(self.handlers[int(e["vtid"])], key[0])

    def on_truth_request(self, ts, e):
        self.truths[self.of(e), int(e["srb"]), int(e["complete_ns"]) + self.offset] = \
            (int(e["queued_ns"]) + self.offset, int(e["issue_ns"]) + self.offset)

    def on_irq_entry(self, ts, e):
        self.handlers[int(e["vtid"])].append(collections.Counter())

    def on_irq_exit(self, ts, e):
        self.leave(self.handlers[int(e["vtid"])])

    on_dpc_entry, on_dpc_exit = on_irq_entry, on_irq_exit

    def virtual_finish(self):
        for (name, srb), entry, ts, op, count, told in self.completed:
            queued, issue = self.truths[name, srb, ts]
            # What the device calls queued is HwStorStartIo, that the port enters just before.
            begin = queued if entry is None or not entry <= queued <= issue else entry
            device = self.devices[name]
            device.lives.append((begin, ts))
            device.kinds[op, size_of(count)].append(ts - issue)
            if told:
                device.told.append(told)
                device.beyond.append(ts - issue - told)

    def begin(self, ts, e, kind):
        self.begun.setdefault((self.of(e), kind), ts)

    def end(self, ts, e, kind):
        since = self.begun.pop((self.of(e), kind), None)
        if since is not None:
            self.devices[self.of(e)].holds[kind].append((since, ts))

    def on_stor_notify(self, ts, e):
        if int(e["type"]) == LINK_DOWN:
            self.begin(ts, e, "link_down")
        elif int(e["type"]) == LINK_UP:
            self.end(ts, e, "link_down")
        elif int(e["type"]) == RESET_DETECTED:
            self.devices[self.of(e)].resets_detected += 1

    def on_stor_reset_bus(self, ts, e):
        self.begin(ts, e, "reset")

    def on_stor_reset_done(self, ts, e):
        self.end(ts, e, "reset")

    def on_stor_pause(self, ts, e):
        self.begin(ts, e, "pause")

    def on_stor_resume(self, ts, e):
        self.end(ts, e, "pause")

    # A kernel

    @staticmethod
    def disk(event):
        return f"{int(event['dev']) >> 20}:{int(event['dev']) & 0xfffff}"

    @staticmethod
    def cpu(event):
        return int(event.packet.context_field["cpu_id"])

    def on_block_rq_issue(self, ts, e):
        self.issues[int(e["rq"])] = ts

    def on_block_rq_complete(self, ts, e):
        device = self.devices[self.disk(e)]
        issue = self.issues.pop(int(e["rq"]))
        op = "write" if int(e["rwbs"]) & 1 else "read" if int(e["rwbs"]) & 4 else "other"
        device.lives.append((issue, ts))
        device.kinds[op, size_of(512 * int(e["nr_sector"]))].append(ts - issue)
        self.complete_in(self.handlers[self.cpu(e)], self.disk(e))

    def on_irq_handler_entry(self, ts, e):
        self.handlers[self.cpu(e)].append(collections.Counter())

    def on_irq_handler_exit(self, ts, e):
        self.leave(self.handlers[self.cpu(e)])

    on_timer_hrtimer_expire_entry = on_irq_softirq_entry = on_softirq_entry = on_irq_handler_entry
    on_irq_softirq_exit = on_softirq_exit = on_timer_hrtimer_expire_exit = on_irq_handler_exit

    # Both

    def complete_in(self, handlers, name):
        if handlers:
            handlers[-1][name] += 1
        else:
            self.devices[name].alone += 1

    def leave(self, handlers):
        for name, count in (handlers.pop() if handlers else {}).items():
            self.devices[name].batches[count] += 1


def depth_class(depth):
    if depth < 2:
        return str(depth)
    least = 1 << depth.bit_length() - 1
    return f"{least}-{2 * least - 1}"


def depths_of(lives, end_ns):
    """ns by depth, from the first begin on."""
    changes = collections.Counter()
    for begin, end in lives:
        changes[begin] += 1
        if end is not None:
            changes[end] -= 1
    times, depth, since = collections.Counter(), 0, min(changes)
    for at in sorted(changes):
        times[depth] += at - since
        depth, since = depth + changes[at], at
    times[depth] += end_ns - since
    return times


class Judge:
    def __init__(self, name):
        self.name, self.count = name, 0

    def demand(self, holds, *words):
        if not holds:
            self.count += 1
            print(f"{self.name}:", *words)

    def equal(self, what, have, want, off=0):
        self.demand(abs(have - want) <= off, what, "is", have, "instead of", want)

    def dist(self, what, have, want):
        self.equal(what + " count", have["count"], len(want))
        self.equal(what + " min", have["min"], min(want))
        self.equal(what + " max", have["max"], max(want))
        self.equal(what + " mean", have["mean"], sum(want) / len(want), 0.00051)

    def outstanding(self, row, device, end_ns):
        have = row["outstanding"]
        first = min(begin for begin, _ in device.lives)
        last = max(end or begin for begin, end in device.lives)
        end = first + have["span_ns"]
        self.demand(last <= end <= end_ns, "the depths end at", end)
        times = depths_of(device.lives, end)
        self.equal("mean depth", have["mean"],
                   sum(d * t for d, t in times.items()) / have["span_ns"], 0.00051)
        self.equal("greatest depth", have["max"], max(d for d, t in times.items() if t))
        self.equal("unknown", have["unknown_ns"], 0)
        self.demand(not have["at_least"], "depths are said to be at least so")
        shares = collections.Counter()
        for depth, time in times.items():
            shares[depth_class(depth)] += time / have["span_ns"]
        for depth in set(shares) | set(have["time_share"]):
            self.equal(f"share of depth {depth}", have["time_share"].get(depth, 0),
                       shares[depth], 0.00000051)

    def batch(self, row, device):
        have = row.get("batch", {"sizes": {}, "count": 0, "max": 0, "unattributed": device.alone})
        want = device.batches
        self.demand(have["sizes"] == {str(size): want[size] for size in want},
                    "batches are", have["sizes"], "instead of", dict(want))
        self.equal("batches", have["count"], sum(want.values()))
        self.equal("greatest batch", have["max"], max(want, default=0))
        self.equal("in no batch", have["unattributed"], device.alone)

    def kinds(self, row, device):
        have = {(kind["op"], kind["size"]): kind["latency"] for kind in row["by_op_size"]}
        self.demand(set(have) == set(device.kinds), "kinds are", set(have))
        for kind in set(have) & set(device.kinds):
            self.dist("latency of " + " ".join(kind), have[kind], device.kinds[kind])

    def told(self, row, device):
        self.demand(("told" in row) == bool(device.told), "what the device told is not told")
        if device.told:
            self.dist("told", row["told"]["service"], device.told)
            self.dist("beyond", row["told"]["latency_beyond"], device.beyond)

    def intervals(self, row, device):
        have = row.get("intervals", {"resets_detected": 0})
        self.equal("resets detected", have.pop("resets_detected"), device.resets_detected)
        self.demand(all(kind in have for kind in device.holds), "intervals of", set(have))
        for kind, spans in device.holds.items():
            lengths = [end - begin for begin, end in spans]
            held = [(begin, end) for span, stop in spans for begin, end in device.lives
                    if begin < span and (end is None or end > span)]
            outlasting = [1 for span, stop in spans for begin, end in device.lives
                          if begin < span and (end is None or end > stop)]
            want = {"count": len(spans), "total_ns": sum(lengths), "longest_ns": max(lengths),
                    "held": len(held), "outlasting": len(outlasting)}
            for key, value in want.items():
                self.equal(f"{kind} {key}", have[kind][key], value)


def judge_lossy(judge, row, device, trace):
    """What is lost makes everything fewer, and is said so."""
    have = row["outstanding"]
    lives = [(begin, end if end > begin else None)
             for (name, _, end), (begin, _) in trace.truths.items() if name == judge.name]
    times = depths_of(lives, trace.end_ns)
    judge.demand(have["unknown_ns"] > 0 and have["at_least"], "loss is not told", have)
    judge.demand(have["max"] <= max(times), "depth", have["max"])
    area = sum(depth * time for depth, time in times.items())
    judge.demand(have["mean"] * have["span_ns"] <= area + have["span_ns"] / 1000, "more depth")
    for key, truth in (("service", device.told), ("latency_beyond", device.beyond)):
        told = row["told"][key]
        judge.demand(told["count"] <= len(truth) and min(truth) <= told["min"] and
                     told["max"] <= max(truth), key, told)


def main():
    path, report = sys.argv[1:3]
    trace, differences = Trace(path), 0
    with open(report, encoding="utf-8") as stream:
        rows = {row["device"]: row for row in json.load(stream)["requests"]}
    devices = {name: device for name, device in trace.devices.items() if device.lives}
    if set(rows) != set(devices):
        sys.exit(f"devices are {set(rows)} instead of {set(devices)}")
    for name, device in devices.items():
        judge, row = Judge(name), rows[name]
        if trace.is_lossy:
            judge_lossy(judge, row, device, trace)
        else:
            judge.outstanding(row, device, trace.end_ns)
            judge.batch(row, device)
            judge.kinds(row, device)
            judge.told(row, device)
            judge.intervals(row, device)
        differences += judge.count
        print(f"{name}: {len(device.lives)} requests, {sum(device.batches.values())} batches, "
              f"{sum(map(len, device.holds.values()))} holds, {judge.count} differences")
    sys.exit(differences > 0)


main()
