#!/usr/bin/python3
"""The same scenario live and simulated: the same points and the same pairing.

usage: live_sim.py LIVE SIM LIVE-REPLAY.ndjson SIM-REPLAY.ndjson WITNESS [same-interrupts|same-grid]

Shares no code with jitterscope: Debian's python3-bt2 reads both traces. Devices have the same number
in both, what notifies and who waits are counted in the order of their ids.

Compared, as far as both recordings go. Of every scenario: each notification is told once, and the
replay has as many as the truth. same-interrupts (every point interrupts, nothing else does): points
have no gap, the same interrupt number in both, never overtake each other at any stage, and each goes
through its stages in order. same-grid (nor does a client's own timing move them): neighbours are as
far apart in both. Then, too, what is on time in virtual time may live only be late, merged or missed,
and a stage of it, or of the chain that took its signal, must have lasted beyond the bound of
lateness.

How often that is, is judged where the device had real-time priority. A machine that itself stands
still is no defect of the device: WITNESS is what live_witness saw meanwhile, and what would have been
within the bound but for the gaps that it saw is counted apart. Of the rest, less than 1 % is later.
"""
import collections
import json
import re
import sys

import bt2

LATE_MIN_NS = 100_000
WORSE_PERCENT = 1
MIN_JUDGED = 100
WORSE = {"on_time": 0, "early": 0, "late": 1, "merged": 2, "missed": 3}

Chain = collections.namedtuple("Chain", "seq irq_seq run due irq queued deferred signal wake served")


class Trace:
    def __init__(self, path):
        self.chains = collections.defaultdict(dict)     # (dev, event or object) -> seq -> Chain
        self.twice, self.requests = [], collections.Counter()
        self.offset_ns = 0      # of the trace clock from CLOCK_MONOTONIC
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is bt2._DiscardedEventsMessageConst:
                sys.exit(f"{path} lost events: compare another one")
            if type(message) is bt2._StreamBeginningMessageConst:
                clock = message.stream.cls.default_clock_class.offset
                self.offset_ns = clock.seconds * 10**9 + clock.cycles
            if type(message) is bt2._EventMessageConst:
                self.read(message.event)

    def read(self, e):
        if e.name == "jscope:truth_request":
            self.requests[int(e["dev"])] += 1
        if e.name != "jscope:truth_chain":
            return
        event = int(e["event"])
        key = int(e["dev"]), event or int(e["object"])
        chain = Chain(*[int(e[name]) for name in ("seq", "irq_seq", "run", "due_ns", "irq_ns",
                                                  "queued_ns", "deferred_ns", "signal_ns", "run_ns",
                                                  "served_ns")])
        if chain.seq in self.chains[key]:
            self.twice.append((key, chain.seq))
        self.chains[key][chain.seq] = chain

    def clients(self):
        """Chains by (dev, running number of the client of that device)."""
        order = collections.defaultdict(list)
        for key in sorted(self.chains):
            order[key[0]].append(self.chains[key])
        return {(dev, i): chains for dev, lists in order.items() for i, chains in enumerate(lists)}


class Witness:
    def __init__(self, path, offset_ns):
        self.real_time, self.watches, self.stalls = False, [], []
        with open(path) as file:
            for word, *told in map(str.split, file):
                if word == "real-time":
                    self.real_time = told == ["yes"]
                elif word == "watched":
                    self.watches.append([int(v) + offset_ns for v in told[1:3]])
                elif word == "stall":
                    self.stalls.append([int(v) + offset_ns for v in told[1:3]])
                else:
                    sys.exit(f"{path}: the witness could not keep all that it saw: {word} {told}")
        self.stalls = union(self.stalls)

    def has_seen(self, begin_ns, end_ns):
        return bool(self.watches) and all(b <= begin_ns and end_ns <= e for b, e in self.watches)

    def stalled_ns(self, begin_ns, end_ns):
        return sum(max(0, min(e, end_ns) - max(b, begin_ns)) for b, e in self.stalls)


def union(intervals):
    """CPUs stand still one by one or together, and a chain goes over several of them."""
    merged = []
    for begin, end in sorted(intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    return merged


class Comparison:
    def __init__(self, witness):
        self.witness = witness
        self.wrong = self.chains = self.excused = 0
        self.worse = []

    def fail(self, *what):
        self.wrong += 1
        if self.wrong <= 20:
            print("DIFFERS:", *what)

    def check_order(self, name, chain):
        told = [v for v in chain[3:] if v]
        if told != sorted(told):
            self.fail(name, "stages are out of order", chain)

    def check_points(self, name, chains):
        seqs = sorted(chains)
        if seqs != list(range(seqs[0], seqs[0] + len(seqs))):
            self.fail(name, "numbers have gaps", seqs[:5], len(seqs))
        for field in ("run", "due", "irq", "queued", "deferred", "signal", "wake", "served"):
            told = [getattr(chains[seq], field) for seq in seqs if getattr(chains[seq], field)]
            if told != sorted(told):
                self.fail(name, f"points overtake each other: {field}")
        for chain in chains.values():
            self.check_order(name, chain)

    def check_pairing(self, name, live, sim):
        for seq in sorted(set(live) & set(sim)):
            if live[seq].irq_seq and sim[seq].irq_seq and live[seq].irq_seq != sim[seq].irq_seq:
                self.fail(name, "another interrupt", live[seq], sim[seq])

    def check_grid(self, name, live, sim):
        """Points are as far apart in both, to the rounding of a position to a nanosecond."""
        for seq in sorted(set(live) & set(sim)):
            if seq + 1 in live and seq + 1 in sim and \
                    abs(live[seq + 1].due - live[seq].due - sim[seq + 1].due + sim[seq].due) > 2:
                self.fail(name, "points lie elsewhere", live[seq], sim[seq])

    def check_replay(self, name, trace, path):
        """Numbers only: in real time the truth's stamps are a little apart from the events'."""
        with open(path) as file:
            records = [json.loads(line) for line in file]
        told = collections.Counter(int(re.sub(r"\D", "", r["device"])) for r in records
                                   if r["what"] == "notification" and r["class"] != "spurious")
        true = collections.Counter()
        for (dev, _), chains in trace.chains.items():
            true[dev] += sum(1 for c in chains.values() if c.signal)
        for dev, count in true.items():
            if not count <= told[dev]:
                self.fail(name, f"the replay of dev{dev} has {told[dev]} of {count} notifications")
        return [r for r in records if r["what"] == "notification"]


def streams_of(records):
    streams = collections.defaultdict(dict)
    order = collections.defaultdict(list)
    for record in records:
        key = record["device"], record["stream"]
        if record["class"] in WORSE or record["class"] == "censored":
            if key not in streams:
                order[record["device"]].append(key)
            streams[key][record["seq"]] = record
    return {(dev, i): streams[key] for dev, keys in order.items()
            for i, key in enumerate(sorted(keys, key=lambda k: [int(n, 16) for n in
                                           re.findall(r"0x[0-9a-f]+", k[1])]))}


def delay_of(record, records, bound_ns):
    """The interval in which it, or the one that took its place, lasted beyond the bound, or None."""
    for seq in range(record["seq"], record["seq"] + 64):
        near = records.get(seq)
        if near is None:
            return None
        delay_ns = sum(near.get("stages", {}).values())
        if delay_ns > bound_ns:
            begin_ns = near["at"]["due_ns"]
            return begin_ns, begin_ns + delay_ns
        if near["class"] not in ("merged", "missed"):
            return None
    return None


def bound_of(records):
    dues = sorted(r["at"]["due_ns"] for r in records.values() if "due_ns" in r["at"])
    gaps = sorted(b - a for a, b in zip(dues, dues[1:]))
    return max(gaps[len(gaps) // 2] // 10 if gaps else 0, LATE_MIN_NS)


def check_classes(comparison, name, live, sim):
    bound_ns = bound_of(sim)
    for seq in sorted(set(live) & set(sim)):
        was, is_ = sim[seq]["class"], live[seq]["class"]
        if "censored" in (was, is_):
            continue
        comparison.chains += 1
        if WORSE[is_] <= WORSE[was]:
            continue
        delay = delay_of(live[seq], live, bound_ns)
        if not delay:
            comparison.fail(name, f"is {is_} without a delay", live[seq], sim[seq])
            continue
        stalled_ns = comparison.witness.stalled_ns(*delay)
        if delay[1] - delay[0] - stalled_ns <= bound_ns:
            comparison.excused += 1
        else:
            comparison.worse.append((name, seq, is_, live[seq].get("stages"), stalled_ns))


def check_share(comparison):
    judged = comparison.chains - comparison.excused
    share = 100 * len(comparison.worse) / max(judged, 1)
    told = (f"{len(comparison.worse)} of {judged} later live ({share:.2f} %), {comparison.excused} more "
            f"while the machine stood still")
    if not comparison.witness.real_time:
        return told + ", which is not judged: SCHED_FIFO is not allowed"
    if judged < MIN_JUDGED:
        comparison.fail(f"{told}: too few to judge, the machine must stand still less")
    elif share >= WORSE_PERCENT:
        comparison.fail(f"{told}: less than {WORSE_PERCENT} % may be")
        print("such as:", *comparison.worse[:10], sep="\n  ")
    return told + ("" if comparison.wrong else ", each explained")


def check_witness(comparison, streams):
    """It was there from the first point to the last."""
    dues = [r["at"]["due_ns"] for records in streams.values() for r in records.values()
            if "due_ns" in r["at"]]
    if comparison.witness.real_time and not comparison.witness.has_seen(min(dues), max(dues)):
        comparison.fail("the witness was not there all the time", comparison.witness.watches)


def check_all_classes(comparison, live_streams, sim_streams):
    if set(live_streams) != set(sim_streams):
        comparison.fail("streams", sorted(set(live_streams) ^ set(sim_streams)))
    check_witness(comparison, live_streams)
    for key in sorted(set(live_streams) & set(sim_streams)):
        check_classes(comparison, key, live_streams[key], sim_streams[key])
    return check_share(comparison)


def main():
    live, sim = Trace(sys.argv[1]), Trace(sys.argv[2])
    kind = sys.argv[6] if len(sys.argv) > 6 else "any"
    comparison = Comparison(Witness(sys.argv[5], live.offset_ns))
    for name, trace in (("live", live), ("sim", sim)):
        for what in trace.twice:
            comparison.fail(name, "told twice", what)
    lives, sims = live.clients(), sim.clients()
    if set(lives) != set(sims):
        comparison.fail("clients", sorted(set(lives) ^ set(sims)))
    for key in sorted(set(lives) & set(sims)):
        for name, chains in (("live", lives[key]), ("sim", sims[key])):
            if kind != "any":
                comparison.check_points(f"{name} {key}", chains)
        if kind != "any":
            comparison.check_pairing(key, lives[key], sims[key])
        if kind == "same-grid":
            comparison.check_grid(key, lives[key], sims[key])
    live_records = comparison.check_replay("live", live, sys.argv[3])
    sim_records = comparison.check_replay("sim", sim, sys.argv[4])
    told = [f"{sum(map(len, lives.values()))} chains live, {sum(map(len, sims.values()))} simulated",
            f"{sum(live.requests.values())} and {sum(sim.requests.values())} requests"]
    if kind != "any":
        told.append(check_all_classes(comparison, streams_of(live_records), streams_of(sim_records)))
    print("; ".join(told))
    sys.exit(comparison.wrong > 0)


main()
