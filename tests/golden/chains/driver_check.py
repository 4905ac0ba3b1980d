"""Chains of random streams against what was made, and against a reconstruction of our own."""
import collections

import ctf
import driver_machine
from damage import record
from driver_reference import Reference
from told import (Told, counts_check, must, order_check, readers_check, stages_check,
                  windows_check)


def raw_check(told, events):
    """Every instant is one of its own device: the point and the signal are those of its number."""
    at = collections.defaultdict(list)
    for event in events:
        at[event["dev"], event.name.removeprefix("jscope:"), event.at].append(event)

    def found(n, name, word):
        return at[int(n.device.removeprefix("dev")), name, n.at[word]]

    points = {(e["dev"], e["k"], e["ideal_ns"]) for e in events if e.name == "jscope:dev_point"}
    asserted = {(e["dev"], e["true_ts_ns"]) for e in events if e.name == "jscope:irq_entry"}
    for n in told.notifications:
        for word, name in (("irq", "irq_entry"), ("queued", "dpc_insert"),
                           ("deferred", "dpc_entry"), ("signal", "ev_set"), ("run", "ev_wake"),
                           ("served", "wrt_write")):
            must(word not in n.at or found(n, name, word), word, "is told by no event:", n)
        if "due" in n.at:
            dev = int(n.device.removeprefix("dev"))
            must((dev, n.seq, n.at["due"]) in points or (dev, n.at["due"]) in asserted,
                 "due is that of no point:", n)
        if "signal" in n.at and n.class_ != "spurious":
            must(any(e["packet"] >= n.seq for e in found(n, "ev_set", "signal")),
                 "the signal names an earlier point:", n)


def point_check(n, chain, is_clear):
    """Nothing is told of a point that was not so. is_clear: no loss stands against its class."""
    for word, at in n.at.items():
        must(chain.at.get(word) == at, word, "was not then:", n, "but", chain)
    if n.total is not None:
        must(chain.is_whole() and n.total == chain.length(), "was no such whole chain:", n,
             "but", chain)
    must((n.class_ == "missed") == (chain.class_ == "missed"), "was", chain.class_, ":", n)
    must(not is_clear or n.class_ == chain.class_, "was", chain.class_, ":", n, "but", chain)


def sound_check(told, truth, recording, begin):
    """Nothing is told that was not so; each point is told once; no class is another.

    Where the set-up of a stream is cut its interrupts are what is told, and its period is not known.
    """
    chains = {(f"dev{c.dev}", c.seq): c for c in truth.chains}
    by_due = {(f"dev{c.dev}", c.at["due"]): c for c in truth.chains}
    seen = set()
    for n in told.notifications:
        is_point = n.kind == "wavert"
        chain = chains.get((n.device, n.seq)) if is_point else \
            by_due.get((n.device, n.at.get("due")))
        must(chain or not is_point, "there is no such point:", n)
        must(n.class_ != "spurious" or not is_point, "nothing was spurious:", n)
        # Behind a loss a signal may be that of a point that was given up.
        must(n.class_ == "censored" or (n.device, n.stream, n.seq) not in seen,
             "is told again:", n)
        seen.update([(n.device, n.stream, n.seq)] if n.class_ != "censored" else [])
        if n.class_ == "censored" or not chain:
            must(n.class_ == "censored" or n.total is None, "was no chain at all:", n)
            continue
        is_clear = is_point and recording.is_sure(begin, chain.end or chain.at["due"])
        point_check(n, chain, is_clear)


def complete_check(told, truth, recording, first):
    """What rests on nothing that was lost is told as it was. first: when the streams were set up."""
    known = {}
    for n in told.notifications:            # what is left of another may be told beside it, censored
        if n.class_ != "censored" or (n.device, n.seq) not in known:
            known[n.device, n.seq] = n
    if not recording.is_sure(first[0], first[1]):
        return 0
    count = 0
    for chain in truth.chains:
        if chain.class_ is None or not recording.is_sure(chain.needs, chain.end):
            continue
        if chain.class_ != "missed" and "run" not in chain.at:
            continue
        n = known.get((f"dev{chain.dev}", chain.seq))
        must(n, "is not told:", chain)
        must(n.class_ == chain.class_, "is sure:", n, "but", chain, "needs", chain.needs, chain.end)
        must(n.at == chain.at, "is sure:", n, "but", chain)
        count += 1
    return count


def check(rng, path, options):
    """options: ties, loss, cut, readers, windows. Returns what was checked, for people."""
    machine = driver_machine.Machine(rng, rng.randint(1, 4), options.ties,
                                     not options.cut)
    events = machine.run(rng.choice((60, 200, 600)))
    truth = Reference().reconstruct(events)
    begin, end, cut = events[0].at, events[-1].at, None
    if options.cut:
        cut = sorted((rng.randint(begin, end), rng.randint(begin, end)))
    recording = record(rng, events, options.loss, cut)
    if not recording.events:
        return 0, 0
    recording.windows += [(-1, recording.events[0].at - 1), (end + 1, 1 << 62)]
    ctf.write(path, recording.packets, driver_machine.CLASSES, "ust", driver_machine.CONTEXT)
    told = Told(path)
    for notification in told.notifications:
        stages_check(notification)
        order_check(notification)
    raw_check(told, recording.events)
    count = 0
    if options.ties != "any":
        sound_check(told, truth, recording, begin)
        registered = max(e.at for e in events if e.name == "jscope:wrt_register")
        count = complete_check(told, truth, recording, (begin, registered))
    if options.counts:
        counts_check(path, told)
    if options.readers:
        readers_check(path, told)
    if options.windows:
        cuts = [rng.randint(begin, end) for _ in range(rng.randint(1, 3))]
        windows_check(path, told, 1, recording.events[-1].at, cuts)
    return len(told.notifications), count
