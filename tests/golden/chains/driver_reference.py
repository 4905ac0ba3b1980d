"""The chains of streams, from their definition alone. Shares no code with jitterscope.

A point is served by the first signal that names it or a later one, and by the interrupt of that
execution which the device asserted for it, or which it had asserted before and nobody had yet come for.
"""
import collections

LATE_NS = 1_000_000                     # a tenth of the period


class Chain:
    def __init__(self, dev, stream, seq, due):
        self.dev, self.stream, self.seq = dev, stream, seq
        self.at = {"due": due}
        self.class_, self.end, self.run, self.needs = None, None, None, due

    def is_whole(self):
        return self.class_ in ("on_time", "late", "early", "merged") and "run" in self.at

    def length(self):
        return self.at["run"] - self.at["due"]

    def __repr__(self):
        return f"dev{self.dev} point {self.seq} {self.class_} {self.at}"


Cause = collections.namedtuple("Cause", "seq asserted irq queued")


class Reference:
    def __init__(self):
        self.stream_of, self.open, self.chains = {}, collections.defaultdict(list), []
        self.irqs, self.queues, self.runs = {}, collections.defaultdict(list), {}
        self.waiting, self.awake = collections.defaultdict(list), collections.defaultdict(list)
        self.signalled, self.done = {}, set()

    def reconstruct(self, events):
        for event in events:
            handler = getattr(self, "on_" + event.name.removeprefix("jscope:"), None)
            if handler:
                handler(event, event["dev"])
        return self

    def on_wrt_register(self, event, dev):
        self.stream_of[dev, event["event"]] = event["stream"]

    def on_dev_point(self, event, dev):
        chain = Chain(dev, event["stream"], event["k"], event["ideal_ns"])
        self.open[dev, event["stream"]].append(chain)
        self.chains.append(chain)

    def on_irq_entry(self, event, dev):
        if event["seq"]:
            self.irqs[dev, event["seq"]] = (event["true_ts_ns"], event.at)

    def on_dpc_insert(self, event, dev):
        asserted, irq = self.irqs[dev, event["caller_seq"]]
        self.queues[dev, event["dpc"]].append(Cause(event["caller_seq"], asserted, irq, event.at))

    def on_dpc_entry(self, event, dev):
        self.runs[dev, event["dpc"], event["run"]] = (event.at, self.queues.pop(
            (dev, event["dpc"]), []))

    def cause_of(self, chain, causes):
        due = chain.at["due"]
        exact = [c for c in causes if c.asserted == due]
        # Of two with a number between them the first was not the one: the device had asserted again.
        pending = [c for i, c in enumerate(causes) if c.asserted < due <= c.irq and
                   (i + 1 == len(causes) or causes[i + 1].seq == c.seq + 1)]
        return (exact + pending + [None])[0]

    def is_elsewhere(self, dev, event, chain):
        """Its interrupt is that of an execution of the same DPC which has yet to signal."""
        return any(self.cause_of(chain, causes)
                   for (d, dpc, run), (_, causes) in self.runs.items()
                   if (d, dpc) == (dev, event["dpc"]) and (d, dpc, run) not in self.done)

    def on_ev_set(self, event, dev):
        stream = self.stream_of[dev, event["event"]]
        entry, causes = self.runs[dev, event["dpc"], event["run"]]
        self.done.add((dev, event["dpc"], event["run"]))
        open_, last = self.open[dev, stream], None
        for chain in [c for c in open_ if c.seq <= event["packet"]]:
            open_.remove(chain)
            cause = self.cause_of(chain, causes)
            if not cause and self.is_elsewhere(dev, event, chain):
                open_.append(chain)
                open_.sort(key=lambda c: c.seq)
                continue
            chain.needs = min(chain.at["due"], self.signalled.get((dev, stream), chain.at["due"]))
            chain.end = event.at
            if not cause:
                chain.class_ = "missed"
                continue
            chain.at.update(irq=cause.irq, queued=cause.queued, deferred=entry, signal=event.at)
            late = event.at - chain.at["due"] > LATE_NS
            chain.class_ = "late" if late else "on_time"
            if last:
                last.class_ = "merged"
            last = chain
            self.waiting[dev, event["event"]].append(chain)
        self.signalled[dev, stream] = event.at

    def on_ev_wake(self, event, dev):
        woken = self.waiting.pop((dev, event["event"]), [])
        for chain in woken:
            chain.at["run"] = chain.end = event.at
        self.awake[dev, event["tid"]] = woken

    def on_wrt_write(self, event, dev):
        for chain in self.awake.pop((dev, event["vtid"]), []):
            chain.at["served"] = chain.end = event.at

    def on_ev_wait(self, event, dev):
        for chain in self.awake.pop((dev, event["tid"]), []):
            chain.end = event.at
