#!/usr/bin/python3
"""The replay of a virtual device against the ground truth that the device told of itself.

usage: truth.py TRACE REPLAY.ndjson REPORT.json [untold]

TRACE holds the ground truth (truth_*); REPLAY and REPORT were made of it, or ("untold") of the same
trace without its dev_point events, so that a due may be estimated, or lack at first. Shares no code with jitterscope: Debian's python3-bt2 reads
the trace. Every notification is joined with its truth_chain by (device, object, event, number),
every request with the truth_request that has its instants, and each instant must be equal to the
nanosecond. Classes, counts and headroom are worked out here once more. Where events were lost
(truth_loss) a chain may lack instants and is then censored, and a request may be told in pieces, but
no instant may be wrong.

Prints a line per stream, or what differs and exits 1.
"""
import bisect
import collections
import json
import re
import sys

import bt2

LATE_MIN_NS = 100_000
HEADROOM_OFF_FRAMES = 2         # both sides round, and the replay does not know the next point yet
LOSS_MARGIN_NS = 10_000_000     # of a window of loss: what comes next may tell of what is lost
REQUEST_MARGIN_NS = 100_000     # the same for a request, which no other one can tell of
END_MARGIN_NS = 50_000_000      # of the end: a chain is as long as this at most
JOINING = ("queued_ns", "issue_ns", "complete_ns")   # of a request: each is told by one event
INSTANTS = ("due", "irq", "queued", "deferred", "signal", "run", "served")
DIFFERENCES_SHOWN = 20
SRB_BUS_RESET = 14
FIT_POINTS = 32                 # so many positions it takes to know the clock of a device

Chain = collections.namedtuple("Chain", "dev object event seq irq_seq runs at")


class Trace:
    """What the events tell, by name; the truth apart."""

    def __init__(self, path):
        self.chains, self.requests, self.losses, self.faults = [], [], [], []
        self.streams = {}                           # (dev, stream) -> geometry
        self.registered = collections.defaultdict(list)
        self.points = collections.defaultdict(dict)  # (dev, stream) -> {due: linear}
        self.written = collections.defaultdict(list)
        self.unclaimed = collections.Counter()
        self.asked = collections.Counter()          # (dev, dpc) -> calls that wait for its run
        self.merged_runs = set()                    # (dev, entry) of runs for several calls
        self.sets = collections.Counter()           # event -> signals since its last wake
        self.woken_for_many = set()                 # threads
        self.untold = set()                         # (dev, signal): for which run nobody tells
        self.end_ns = self.truth_count = 0
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is bt2._DiscardedEventsMessageConst:
                # As wide as the trace knows it: from the event before to the event after.
                self.losses.append((message.beginning_default_clock_snapshot.ns_from_origin,
                                    message.end_default_clock_snapshot.ns_from_origin))
            if type(message) is not bt2._EventMessageConst:
                continue
            clock = message.event.stream.cls.default_clock_class.offset
            self.offset = clock.seconds * 10**9 + clock.cycles
            name = message.event.name.replace("jscope:", "")
            handler = getattr(self, "on_" + name, None)
            ts = message.default_clock_snapshot.ns_from_origin
            if name.startswith("truth_"):
                self.truth_count += 1
            else:
                self.end_ns = ts
            if handler:
                handler(ts, message.event)

    def instant(self, event, field):
        value = int(event[field])
        return value + self.offset if value else None

    def on_truth_chain(self, ts, e):
        at = {n: self.instant(e, n + "_ns") for n in INSTANTS}
        self.chains.append(Chain(int(e["dev"]), int(e["object"]), int(e["event"]), int(e["seq"]),
                                 int(e["irq_seq"]), int(e["run"]),
                                 {n + "_ns": v for n, v in at.items() if v is not None}))

    def on_truth_request(self, ts, e):
        at = {n: self.instant(e, n + "_ns") for n in ("queued", "issue", "irq", "complete", "run")}
        self.requests.append((int(e["dev"]), int(e["srb"]), int(e["status"]),
                              {n + "_ns": v for n, v in at.items() if v is not None}))

    def on_truth_loss(self, ts, e):
        self.losses.append((ts, ts + int(e["length_ns"])))

    def on_wrt_newstream(self, ts, e):
        self.streams[int(e["dev"]), int(e["stream"])] = {
            "rate": int(e["fs"]), "frame": int(e["ba"]), "capture": int(e["capture"])}

    def on_wrt_alloc(self, ts, e):
        if int(e["status"]) >= 0 and int(e["notif_count"]):
            stream = self.streams[int(e["dev"]), int(e["stream"])]
            stream["buffer"] = int(e["actual"])
            stream["packet"] = int(e["actual"]) // int(e["notif_count"])

    def on_wrt_register(self, ts, e):
        if int(e["status"]) >= 0:
            self.registered[int(e["dev"]), int(e["stream"])].append(int(e["event"]))

    def on_dev_point(self, ts, e):
        self.points[int(e["dev"]), int(e["stream"])][self.instant(e, "ideal_ns")] = \
            int(e["linear"])

    def on_dpc_insert(self, ts, e):
        key = int(e["dev"]), int(e["dpc"])
        self.asked[key] = self.asked[key] + 1 if not int(e["inserted"]) else 1

    def on_dpc_entry(self, ts, e):
        if self.asked.pop((int(e["dev"]), int(e["dpc"])), 0) > 1:
            self.merged_runs.add((int(e["dev"]), ts))

    def on_ev_set(self, ts, e):
        if int(e["dpc"]):
            self.sets[int(e["event"])] += 1
        elif int(e["vtid"]) in self.woken_for_many:
            self.untold.add((int(e["dev"]), ts))

    def on_ev_wake(self, ts, e):
        many = self.sets.pop(int(e["event"]), 0) > 1
        (self.woken_for_many.add if many else self.woken_for_many.discard)(int(e["vtid"]))

    def on_irq_exit(self, ts, e):
        if int(e["seq"]) and not int(e["claimed"]):
            self.unclaimed[int(e["dev"])] += 1

    def on_wrt_packet(self, ts, e):
        if int(e["status"]) >= 0 and int(e["kind"]) in (0, 1):
            key = int(e["dev"]), int(e["stream"])
            packet = self.streams[key].get("packet", 0)
            size = int(e["eos_len"]) if int(e["kind"]) == 0 and int(e["eos_len"]) else packet
            self.written[key].append((ts, int(e["packet"]) * packet + min(size, packet)))


class Differences:
    def __init__(self):
        self.count = 0

    def add(self, *what):
        self.count += 1
        if self.count <= DIFFERENCES_SHOWN:
            print("DIFFERS:", *what)


def period_of(stream):
    return stream["packet"] * 10**9 // (stream["rate"] * stream["frame"]) if stream else 0


def classes_of(chains, period_ns):
    """DOMAIN 7.4, R27: what each chain of one client is called."""
    last = {}    # by execution: each DPC counts its own
    for chain in chains:
        if chain.runs:
            last[chain.runs, chain.at.get("deferred_ns")] = chain
    names = []
    for chain in chains:
        signal, due = chain.at.get("signal_ns"), chain.at.get("due_ns")
        late = signal - due if signal is not None and due is not None else 0
        bound = max(period_ns // 10, LATE_MIN_NS)
        if signal is None:
            names.append("missed")
        elif chain.runs and last[chain.runs, chain.at.get("deferred_ns")] is not chain:
            names.append("merged")
        else:
            names.append("late" if late > bound else "early" if late < -bound else "on_time")
    return names


def name_of(record):
    """(device, object or None, event or None) of a record's stream."""
    dev = int(re.fullmatch(r"dev(\d+)", record["device"]).group(1))
    match = re.fullmatch(r"(stream|event|midi|timer|module) 0x([0-9a-f]+)(?: event 0x([0-9a-f]+))?",
                         record["stream"])
    number = int(match.group(2), 16)
    if match.group(1) == "event":
        return dev, None, number
    return dev, number, int(match.group(3), 16) if match.group(3) else None


class Judge:
    def __init__(self, trace, records, report, differences, untold):
        self.trace, self.differences, self.untold = trace, differences, untold
        self.records = [r for r in records if r["what"] == "notification"]
        self.requests = [r for r in records if r["what"] == "request"]
        self.report = report
        self.disks = {request[0] for request in trace.requests}
        self.estimated = 0

    def is_doubtful(self, instants, record, margin_ns=LOSS_MARGIN_NS):
        """Whether some of it lies in a window of loss, or behind the end of the trace."""
        known = [v for v in list(instants.values()) + list(record.get("at", {}).values())]
        if not known:
            return bool(self.trace.losses)
        first, last = min(known), max(known)
        if last >= self.trace.end_ns - END_MARGIN_NS:
            return True
        return any(begin <= last + margin_ns and first - margin_ns <= end
                   for begin, end in self.trace.losses)

    def is_end(self, name, value, truth):
        """The end of the recording wakes clients, too, whether there was a signal or not."""
        return name == "run_ns" and name not in truth and \
            value >= self.trace.end_ns - END_MARGIN_NS

    def is_untold(self, chain, record):
        """Whether the trace may say nothing of when a point was due."""
        key = chain.dev, chain.object
        if key not in self.trace.streams or chain.at["due_ns"] not in self.trace.points[key]:
            return key in self.trace.streams
        return self.untold and (chain.seq <= FIT_POINTS or record["class"] == "missed")

    def check_instants(self, chain, record):
        told = dict(record["at"])
        truth = dict(chain.at)
        doubtful = self.is_doubtful(truth, record)
        if record.get("due_estimated"):
            self.estimated += 1
            off = abs(told.pop("due_ns") - truth.pop("due_ns"))
            if off > record["due_error_ns"]:
                self.differences.add(f"due is off by {off} ns, more than stated", record, chain)
        elif "due_ns" not in told and self.is_untold(chain, record):
            truth.pop("due_ns")
        for name, value in told.items():
            if truth.get(name) != value and not self.is_end(name, value, truth):
                self.differences.add(name, record, chain)
        missing = set(truth) - set(told)
        if chain.dev in self.disks and (not chain.runs or (chain.dev, truth.get("deferred_ns"))
                                        in self.trace.merged_runs):
            missing -= {"due_ns", "irq_ns", "queued_ns"}    # which interrupt found it is not told
        if (chain.dev, truth.get("signal_ns")) in self.trace.untold:
            missing -= {"due_ns", "irq_ns", "queued_ns", "deferred_ns"}
        if missing and not doubtful:
            self.differences.add("lacks", sorted(missing), record, chain)
        return doubtful

    def check_class(self, chain, record, want, doubtful):
        if record["class"] == want:
            return
        if doubtful and record["class"] == "censored":
            return
        near = record.get("due_error_ns", 0)
        if record.get("due_estimated") and {record["class"], want} <= {"on_time", "late", "early"}:
            stream = self.trace.streams.get((chain.dev, chain.object))
            bound = max(period_of(stream) // 10, LATE_MIN_NS)
            late = chain.at["signal_ns"] - chain.at["due_ns"]
            if abs(abs(late) - bound) <= near:
                return
        if "due_ns" not in record["at"] and want in ("late", "early"):
            return
        self.differences.add(f"class is {record['class']}, should be {want}", record, chain)

    def headroom_of(self, chain, stream):
        key = chain.dev, chain.object
        points = sorted(self.trace.points[key].items())
        served = chain.at["served_ns"]
        i = bisect.bisect_right(points, (served, 1 << 63))
        if not 0 < i < len(points):
            return None
        (t0, l0), (t1, l1) = points[i - 1], points[i]
        if abs((l1 - l0) * 10**9 / (t1 - t0) / stream["rate"] / stream["frame"] - 1) > 0.01:
            return None                 # a pause or a jump lies in between
        linear = l0 + (l1 - l0) * (served - t0) / (t1 - t0)
        before = [end for ts, end in self.trace.written[key] if ts < served]
        written = max(before, default=0)
        return ((stream["buffer"] if stream["capture"] else 0) + written - linear) / stream["frame"]

    def check_headroom(self, chain, record):
        stream = self.trace.streams.get((chain.dev, chain.object))
        if not stream or "served_ns" not in record["at"] or "headroom_frames" not in record or \
                record["at"]["served_ns"] != chain.at.get("served_ns") or \
                not self.trace.written[chain.dev, chain.object] or self.trace.losses:
            return
        want = self.headroom_of(chain, stream)
        if want is not None and abs(record["headroom_frames"] - want) > HEADROOM_OFF_FRAMES:
            self.differences.add(f"headroom should be {want:.1f}", record, chain)

    def records_of(self, dev, object_, event):
        """Those of one client, spurious ones apart: they are of no point."""
        sole = (self.trace.registered.get((dev, object_)) or [event])[0] == event
        found, spurious = [], []
        for record in self.records:
            name = name_of(record)
            if name[0] == dev and ((name[1] == object_ and (name[2] == event or
                                    (name[2] is None and sole))) or
                                   (name[1] is None and name[2] == event)):
                (spurious if record["class"] == "spurious" else found).append(record)
        return found, spurious

    def key_of(self, chain):
        """What joins: the point; elsewhere the interrupt, or the instant a timer was set to."""
        if (chain.dev, chain.object) in self.trace.streams or chain.dev in self.disks:
            return chain.seq
        if (chain.dev, chain.at.get("signal_ns")) in self.trace.untold:
            return "signal", chain.at["signal_ns"]
        return chain.irq_seq or ("due", chain.at["due_ns"])

    def key_of_record(self, record, stream):
        if stream or name_of(record)[0] in self.disks:
            return record["seq"]
        if (name_of(record)[0], record["at"].get("signal_ns")) in self.trace.untold:
            return "signal", record["at"]["signal_ns"]
        if "irq_ns" in record["at"]:
            return record["seq"]
        return "due", record["at"].get("due_ns")

    def check_client(self, dev, object_, event, chains):
        stream = self.trace.streams.get((dev, object_))
        found, spurious = self.records_of(dev, object_, event)
        by_key = collections.defaultdict(list)
        for record in sorted(found, key=lambda r: r["at"].get("signal_ns", 0)):
            by_key[self.key_of_record(record, stream)].append(record)
        classes = collections.Counter(spurious=len(spurious))
        for chain, want in zip(chains, classes_of(chains, period_of(stream))):
            candidates = by_key[self.key_of(chain)]
            if not candidates:
                # Elsewhere than in streams only an interrupt tells that there was something.
                if not self.is_doubtful(chain.at, {}) and (stream or "irq_ns" in chain.at):
                    self.differences.add("no record of", chain)
                continue
            record = candidates.pop(0)
            doubtful = self.check_instants(chain, record)
            self.check_class(chain, record, want, doubtful)
            self.check_headroom(chain, record)
            classes[record["class"]] += 1
        for record in (r for records in by_key.values() for r in records):
            classes[record["class"]] += 1
            if record["class"] != "censored" or not self.is_doubtful({}, record):
                self.differences.add("no truth of", record)
        return classes, found or spurious

    def check_counts(self, row, classes):
        for name, count in row["counts"].items():
            if name not in ("points", "partial_chains") and count != classes[name]:
                self.differences.add(f"report counts {count} {name}, should be {classes[name]}",
                                     row["device"], row["stream"])

    def check_notifications(self):
        clients = collections.defaultdict(list)
        for chain in self.trace.chains:
            whose = chain.object
            if chain.event and (chain.dev, chain.object) not in self.trace.streams:
                whose = chain.event         # buffers and requests come and go, their client stays
            clients[chain.dev, whose, chain.event].append(chain)
        for key, chains in sorted(clients.items()):
            chains.sort(key=lambda c: (c.at.get("due_ns", 0), c.at.get("signal_ns", 0)))
            classes, found = self.check_client(*key, chains)
            for row in self.report["notifications"]:
                if found and (row["device"], row["stream"]) == (found[0]["device"],
                                                                found[0]["stream"]):
                    self.check_counts(row, classes)
            told = ", ".join(f"{n} {name}" for name, n in sorted(classes.items()) if n)
            print(f"dev{key[0]} {key[1]:#x} event {key[2]:#x}: {len(chains)} chains ({told})")

    def check_spurious(self):
        """An interrupt that nobody claimed is spurious, once per device."""
        told = collections.Counter(name_of(r)[0] for r in self.records
                                   if r["class"] == "spurious" and "signal_ns" not in r["at"])
        for dev, count in self.trace.unclaimed.items():
            if (dev in told or any(c.dev == dev and c.event for c in self.trace.chains)) and \
                    told[dev] != count and (dev in {d for d, _ in self.trace.streams}) and \
                    not self.trace.losses:
                self.differences.add(f"dev{dev}: {told[dev]} unclaimed interrupts, should be {count}")

    def fill_untold(self, dev, status, record, seen, at):
        """What the events do not tell: which of several interrupts found a request, or whether one
        did before a reset; and who waits for a request that is complete before its DPC runs."""
        softirq = record["at"].get("softirq_ns")
        if (dev, softirq) in self.trace.merged_runs or (status == SRB_BUS_RESET and not softirq):
            seen.setdefault("irq_ns", at.get("irq_ns"))
        if "irq_ns" in seen and not softirq:
            seen.setdefault("run_ns", at.get("run_ns"))
        for name in [n for n, v in seen.items() if v is None or self.is_end(n, v, at)]:
            del seen[name]

    def truth_of(self, record, places):
        """Which request of its object a record tells of: all its instants must say the same."""
        dev = int(re.fullmatch(r"dev(\d+)", record["device"]).group(1))
        named = {places.get((dev, record["id"], name, record["at"][name]))
                 for name in JOINING if name in record["at"]}
        if len(named) == 1 and None not in named:
            return named.pop()
        if named or not self.trace.losses:
            self.differences.add("no request, or several, has the instants of", record)
        return None

    def check_request(self, request, record, is_sole):
        dev, srb, status, at = request
        seen = {n: v for n, v in record["at"].items() if n != "softirq_ns"}
        doubtful = self.is_doubtful(at, record, REQUEST_MARGIN_NS)
        self.fill_untold(dev, status, record, seen, at)
        if any(at.get(n) != v for n, v in seen.items()) or (seen != at and not doubtful):
            self.differences.add("request", record, at)
        elif record.get("latency_ns") not in (None, at.get("complete_ns", 0) -
                                              at.get("issue_ns", 0)):
            self.differences.add("latency", record, at)
        elif (is_sole or "complete_ns" in seen) and \
                record["status"] != (0 if status == 1 else status & 0x3f):
            self.differences.add("status", record, status)
        return seen == at

    def join_requests(self):
        """The records of each request, by their instants: one, or what is left of it in pieces."""
        places = {(dev, srb, name, at[name]): i
                  for i, (dev, srb, _, at) in enumerate(self.trace.requests)
                  for name in JOINING if name in at}
        told = collections.defaultdict(list)
        for record in self.requests:
            told[self.truth_of(record, places)].append(record)
        return told

    def check_request_counts(self):
        """Whatever is told of a request in pieces, the report counts each event once."""
        for row in self.report["requests"]:
            mine = [r for r in self.requests if r["device"] == row["device"]]
            want = {"issued": sum("issue_ns" in r["at"] for r in mine),
                    "completed": sum("complete_ns" in r["at"] for r in mine)}
            want["latency"] = sum("latency_ns" in r for r in mine)
            have = {"issued": row["issued"], "completed": row["completed"],
                    "latency": row["latency"]["count"]}
            if want != have:
                self.differences.add("the report counts", have, "instead of", want)

    def check_requests(self):
        told, whole, pieces = self.join_requests(), 0, 0
        for i, request in enumerate(self.trace.requests):
            records = told[i]
            if len(records) != 1 and not self.is_doubtful(request[3], {}, REQUEST_MARGIN_NS):
                self.differences.add(f"{len(records)} records of request", request)
            equal = [self.check_request(request, r, len(records) == 1) for r in records]
            whole += equal == [True]
            pieces += equal != [True]
        self.check_request_counts()
        if self.trace.requests:
            print(f"{len(self.trace.requests)} requests, {whole} equal, {pieces} in part")


def main():
    path, replay, report = sys.argv[1:4]
    trace, differences = Trace(path), Differences()
    records = [json.loads(line) for line in open(replay)]
    records = [r for r in records if r["what"] != "position"]
    judge = Judge(trace, records, json.load(open(report)), differences, "untold" in sys.argv)
    judge.check_notifications()
    judge.check_spurious()
    judge.check_requests()
    if not trace.truth_count:
        differences.add("the trace has no ground truth")
    if trace.losses:
        print(f"events were lost {len(trace.losses)} times")
    if judge.estimated:
        print(f"{judge.estimated} estimated due instants lie within their stated error")
    if differences.count:
        sys.exit(f"{path}: {differences.count} differences from the ground truth")


main()
