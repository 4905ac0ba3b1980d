#!/usr/bin/python3
"""The same scenario live and simulated: the same points and the same pairing.

usage: live_sim.py LIVE SIM LIVE-REPLAY.ndjson SIM-REPLAY.ndjson [same-interrupts|same-grid]

Shares no code with jitterscope: Debian's python3-bt2 reads both traces. Devices have the same number
in both, what notifies and who waits are counted in the order of their ids.

Compared, as far as both recordings go. Of every scenario: each notification is told once, and the
replay has as many as the truth. same-interrupts (every point interrupts, nothing else does): points
have no gap, the same interrupt number in both, never overtake each other at any stage, and each goes
through its stages in order. same-grid (nor does a client's own timing move them): neighbours are as
far apart in both. Then, too, what is on time in virtual time may live only be late, merged or missed,
and a stage of it, or of the chain that took its signal, must have lasted beyond the bound of
lateness. How often that is, is printed: a machine that stalls is no defect of the device.
"""
import collections
import json
import re
import sys

import bt2

LATE_MIN_NS = 100_000
WORSE = {"on_time": 0, "early": 0, "late": 1, "merged": 2, "missed": 3}

Chain = collections.namedtuple("Chain", "seq irq_seq run due irq queued deferred signal wake served")


class Trace:
    def __init__(self, path):
        self.chains = collections.defaultdict(dict)     # (dev, event or object) -> seq -> Chain
        self.twice, self.requests = [], collections.Counter()
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is bt2._DiscardedEventsMessageConst:
                sys.exit(f"{path} lost events: compare another one")
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


class Comparison:
    def __init__(self):
        self.wrong = self.chains = self.worse = 0

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


def is_explained(record, records, bound_ns):
    """Some stage of it, or of the one that took its place, lasted beyond the bound."""
    for seq in range(record["seq"], record["seq"] + 64):
        near = records.get(seq)
        if near is None:
            return False
        if sum(near.get("stages", {}).values()) > bound_ns:
            return True
        if near["class"] not in ("merged", "missed"):
            return False
    return False


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
        comparison.worse += 1
        if not is_explained(live[seq], live, bound_ns):
            comparison.fail(name, f"is {is_} without a delay", live[seq], sim[seq])


def main():
    live, sim = Trace(sys.argv[1]), Trace(sys.argv[2])
    same_interrupts = len(sys.argv) > 5
    comparison = Comparison()
    for name, trace in (("live", live), ("sim", sim)):
        for what in trace.twice:
            comparison.fail(name, "told twice", what)
    lives, sims = live.clients(), sim.clients()
    if set(lives) != set(sims):
        comparison.fail("clients", sorted(set(lives) ^ set(sims)))
    for key in sorted(set(lives) & set(sims)):
        for name, chains in (("live", lives[key]), ("sim", sims[key])):
            if same_interrupts:
                comparison.check_points(f"{name} {key}", chains)
        if same_interrupts:
            comparison.check_pairing(key, lives[key], sims[key])
        if sys.argv[5:] == ["same-grid"]:
            comparison.check_grid(key, lives[key], sims[key])
    live_records = comparison.check_replay("live", live, sys.argv[3])
    sim_records = comparison.check_replay("sim", sim, sys.argv[4])
    live_streams, sim_streams = streams_of(live_records), streams_of(sim_records)
    if same_interrupts:
        if set(live_streams) != set(sim_streams):
            comparison.fail("streams", sorted(set(live_streams) ^ set(sim_streams)))
        for key in sorted(set(live_streams) & set(sim_streams)):
            check_classes(comparison, key, live_streams[key], sim_streams[key])
    share = 100 * comparison.worse / max(comparison.chains, 1)
    print(f"{sum(map(len, lives.values()))} chains live, {sum(map(len, sims.values()))} simulated, "
          f"{sum(live.requests.values())} and {sum(sim.requests.values())} requests; "
          f"{comparison.worse} of {comparison.chains} later live ({share:.2f} %), each explained")
    sys.exit(comparison.wrong > 0)


main()
