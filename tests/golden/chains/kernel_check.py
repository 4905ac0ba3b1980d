"""Chains of random kernel traces against what was made, and against a reconstruction of our own."""
import collections

import ctf
import kernel_machine
from damage import record
from kernel_reference import ORDER, Reference
from told import (Told, counts_check, must, order_check, readers_check, stages_check,
                  windows_check)

# The events whose instants these are.
SOURCES = {
    "irq": ("irq_handler_entry", "timer_hrtimer_expire_entry"),
    "queued": ("irq_softirq_raise", "sched_waking", "workqueue_queue_work"),
    "deferred": ("irq_softirq_entry", "sched_switch", "workqueue_execute_start"),
    "signal": ("sched_waking",),
    "run": ("sched_switch",),
    "issue": ("block_rq_issue",),
    "complete": ("block_rq_complete",),
    "softirq": ("irq_softirq_entry", "sched_switch", "workqueue_execute_start"),
}


def at_of(chain):
    return {word: at for word, at in chain.at.items() if at is not None}


def length_of(chain):
    return chain.at[chain.path[-1]] - chain.at[chain.path[0]] if chain.spans() else None


def raw_check(told, events):
    """Every instant is that of an event of the right kind; who was woken is who runs."""
    at = collections.defaultdict(list)
    for event in events:
        at[event.at].append(event)

    def found(word, instant, **fields):
        return any(event.name in SOURCES[word] and
                   all(event.fields.get(name) == value for name, value in fields.items())
                   for event in at[instant])

    for notification in told.notifications:
        for word in set(notification.at) & set(SOURCES):
            must(found(word, notification.at[word]), word, "is told by no event:", notification)
        if "run" in notification.at:
            runners = {e["next_tid"] for e in at[notification.at["run"]]
                       if e.name == "sched_switch"}
            must(any(found("signal", notification.at["signal"], tid=tid) for tid in runners),
                 "somebody else was woken:", notification)
        if notification.kind == "pcm" and "irq" in notification.at and \
                notification.device != "pcm":
            must(found("irq", notification.at["irq"], name=notification.device),
                 "another line interrupted:", notification)
    for request in told.requests:
        for word in ("issue", "complete"):
            if word in request.at:
                must(found(word, request.at[word], sector=request.id), word,
                     "is another one's:", request)


def is_like(n, chain, begin):
    """All that is told was so. Which raise of a softirq was the first, a trace cannot tell where that
    came before its begin: then the first that it has is taken for that."""
    raised = chain.at.get("queued")
    is_cut = raised is not None and raised < begin
    return all(chain.at.get(word) == at or (is_cut and word in ("irq", "queued"))
               for word, at in n.at.items())


def is_as_long(n, chain, begin):
    raised = chain.at.get("queued")
    return length_of(chain) == n.total or (raised is not None and raised < begin)


def sound_check(told, truth, begin):
    """Nothing is told that was not so; no chain is told shorter than it was."""
    chains = collections.defaultdict(list)
    for chain in truth.chains:
        chains[chain.kind].append(chain)
    for n in told.notifications:
        if n.kind == "irq" and truth.raised.get(n.at.get("deferred"), begin) < begin:
            continue                        # that of the first raise may be another interrupt
        same = [c for c in chains[n.kind] if is_like(n, c, begin)]
        must(same, "no chain was like that:", n)
        if n.total is None or not n.is_sure():
            continue
        matching = [c for c in same if is_as_long(n, c, begin)]
        must(matching, "it was no such whole chain:", n, "but", same)
        if len(matching) == 1:
            chains[n.kind].remove(matching[0])
    requests = {(r["sector"], r["issue"]): r for r in truth.requests}
    for r in told.requests:
        if "issue" not in r.at or "complete" not in r.at:
            continue
        true = requests.get((r.id, r.at["issue"]))
        must(true, "no such request was issued and completed:", r)
        for word, at in r.at.items():
            must(true[word] == at, word, "was not then:", r, true)


def complete_check(told, truth, recording):
    """What rests on nothing that was lost is told, whole, and is not called censored."""
    notifications = collections.defaultdict(list)
    for n in told.notifications:
        notifications[n.kind, frozenset(n.at.items())].append(n)
    count = 0
    for chain in truth.chains:
        if not chain.spans() or not recording.is_sure(chain.needs, chain.end()):
            continue
        known = notifications[chain.kind, frozenset(at_of(chain).items())]
        must(known, "is not told:", chain, "needs", chain.needs)
        n = known.pop()
        must(n.class_ != "censored" and n.total == length_of(chain), "is sure:", n)
        must(chain.device in (None, n.device), "is another device's:", n, chain)
        count += 1
    requests = {(r.id, r.at.get("issue")): r for r in told.requests}
    for true in truth.requests:
        if not recording.is_sure(true["needs"], true["complete"]):
            continue
        r = requests.get((true["sector"], true["issue"]))
        must(r, "is not told:", true)
        for word in ("issue", "complete", "irq", "softirq"):
            must(r.at.get(word) == true[word], word, "is sure:", r, true)
        if true["run"] and recording.is_sure(true["wake_needs"], true["run"]):
            must(r.at.get("run") == true["run"], "run is sure:", r, true)
        count += 1
    return count


def calls_check(told, events):
    """Each call that was recorded is told once."""
    for kind, name in (("pcm", "pcm_period_elapsed_entry"), ("midi", "snd_rawmidi_receive")):
        calls = sum(event.name == name for event in events)
        must(calls == sum(n.kind == kind for n in told.notifications), calls, "calls of", kind,
             "and", sum(n.kind == kind for n in told.notifications), "are told")


def check(rng, path, options):
    """options: ties, loss, cut, readers, windows. Returns what was checked, for people."""
    machine = kernel_machine.Machine(rng, rng.randint(1, 4), options.ties)
    events = machine.run(rng.choice((30, 150, 400, 800)))
    truth = Reference().reconstruct(events)
    first, last = events[0].at, events[-1].at
    cut = None
    if options.cut:
        cut = sorted((rng.randint(first, last), rng.randint(first, last)))
    recording = record(rng, events, options.loss, cut)
    if not recording.events:
        return 0, 0
    recording.windows += [(-1, recording.events[0].at - 1)]
    classes = {name: fields for name, fields in kernel_machine.CLASSES.items()}
    ctf.write(path, recording.packets, classes, "kernel")
    told = Told(path)
    for notification in told.notifications:
        stages_check(notification)
        order_check(notification)
    raw_check(told, recording.events)
    count = 0
    if options.ties != "any":
        sound_check(told, truth, recording.events[0].at)
        count = complete_check(told, truth, recording)
    calls_check(told, recording.events)
    if options.counts:
        counts_check(path, told)
    if options.readers:
        readers_check(path, told)
    if options.windows:
        cuts = [rng.randint(first, last) for _ in range(rng.randint(1, 3))]
        windows_check(path, told, 1, recording.events[-1].at, cuts)
    return len(told.notifications) + len(told.requests), count
