#!/usr/bin/python3
"""Chains of a recorded kernel against those that `jitterscope replay --format ndjson` tells.

usage: kernel_chains.py requests|notifications TRACE NDJSON

TRACE is read by Debian's python3-bt2, which shares no code with jitterscope, and chained here in the
plainest way: everything is kept, and every wake-up looks for the next switch to its thread.

Prints how many chains were equal, or what differs and exits 1.
"""
import bisect
import collections
import json
import sys

import bt2

Event = collections.namedtuple("Event", "at mono cpu name f")
WAITING_MAX = 4                     # requests that replay lets wait for one run of a thread
NEEDED = {"requests": 500, "notifications": 200}
BEGINS = {"irq_handler_entry": "irq", "irq_softirq_entry": "vec",
          "timer_hrtimer_expire_entry": "hrtimer", "x86_irq_vectors_local_timer_entry": "vector"}
ENDS = {"irq_handler_exit": "irq_handler_entry", "irq_softirq_exit": "irq_softirq_entry",
        "timer_hrtimer_expire_exit": "timer_hrtimer_expire_entry",
        "x86_irq_vectors_local_timer_exit": "x86_irq_vectors_local_timer_entry"}


def events_read(trace):
    for message in bt2.TraceCollectionMessageIterator(trace):
        if type(message) is bt2._EventMessageConst:
            event, clock = message.event, message.default_clock_snapshot
            yield Event(clock.ns_from_origin, clock.value,
                        int(event.packet.context_field["cpu_id"]), event.name,
                        {name: value if isinstance(value, bt2._StringFieldConst) else int(value)
                         for name, value in event.payload_field.items()
                         if not isinstance(value, bt2._ArrayFieldConst)})


class Machine:
    """Which handlers are open on each CPU, who runs there, and who raised which softirq."""

    def __init__(self, events):
        self.stacks = collections.defaultdict(list)
        self.current, self.raised = {}, {}
        self.runs = collections.defaultdict(list)
        current = {}
        for event in events:
            if event.name != "sched_switch":
                continue
            tid = event.f["prev_tid"]
            if current.get(event.cpu, tid) != tid:  # virtual machines may hide when it came
                self.runs[tid].append((event.at, None))
            current[event.cpu] = event.f["next_tid"]
            self.runs[current[event.cpu]].append((event.at, event.at))

    def step(self, event):
        stack = self.stacks[event.cpu]
        if event.name in BEGINS:
            cause = [event.at]
            if event.name == "irq_softirq_entry":
                cause = self.raised.pop((event.cpu, event.f["vec"]), [None])
            stack.append((event, cause))
        elif event.name in ENDS:
            if stack and stack[-1][0].name == ENDS[event.name]:
                stack.pop()
        elif event.name == "irq_softirq_raise":
            in_irq = stack and stack[-1][0].name != "irq_softirq_entry"
            key = (event.cpu, event.f["vec"])
            self.raised.setdefault(key, []).append(stack[-1][0].at if in_irq else None)
        elif event.name == "sched_switch":
            self.current[event.cpu] = event.f["next_tid"]

    def top(self, cpu):
        return self.stacks[cpu][-1] if self.stacks[cpu] else (None, [None])

    def woken(self, event):
        """When the thread that is woken will run; None for one that runs already."""
        tid = event.f["tid"]
        if tid in self.current.values():
            return None
        i = bisect.bisect_left(self.runs[tid], (event.at,))
        return self.runs[tid][i][1] if i < len(self.runs[tid]) else None


def request_end(request, event, machine):
    begin, causes = machine.top(event.cpu)
    request["complete_ns"] = event.at
    if begin and begin.name == "irq_softirq_entry":
        request["softirq_ns"] = begin.at
    if len(set(causes)) == 1 and causes[0] and causes[0] >= request["issue_ns"]:
        request["irq_ns"] = causes[0]


def requests_chain(events):
    machine, queued, issued, completed = Machine(events), {}, {}, {}
    waiting = collections.Counter()
    for event in events:
        machine.step(event)
        rq, depth = event.f.get("rq"), len(machine.stacks[event.cpu])
        if event.name == "block_rq_insert" and (rq not in queued or not queued[rq][2]):
            queued[rq] = (event.at, event.f["sector"], False)
        elif event.name == "block_rq_issue":
            issued[rq] = {"issue_ns": event.at, "left": event.f["nr_sector"]}
            at, sector, _ = queued.pop(rq, (None, None, False))
            if at and 0 <= sector - event.f["sector"] < max(event.f["nr_sector"], 1):
                issued[rq]["queued_ns"] = at
        elif event.name == "block_rq_requeue" and rq in issued:
            request = issued.pop(rq)
            queued[rq] = (request.get("queued_ns", request["issue_ns"]), event.f["sector"], True)
        elif event.name == "block_rq_complete" and rq in issued:
            issued[rq]["left"] -= event.f["nr_sector"]
            if issued[rq]["left"] > 0:
                continue
            request = issued.pop(rq)
            request_end(request, event, machine)
            completed[event.cpu] = (request, depth)
            yield request
        elif event.name == "sched_waking" and completed.get(event.cpu, (None, -1))[1] == depth:
            request = completed.pop(event.cpu)[0]
            run = machine.woken(event)
            waiting[event.f["tid"], run] += 1
            if run and waiting[event.f["tid"], run] <= WAITING_MAX:
                request["run_ns"] = run
        elif event.name == "sched_switch" or completed.get(event.cpu, (None, -1))[1] > depth:
            completed.pop(event.cpu, None)


def timers_chain(events):
    machine, open_ = Machine(events), {}
    for event in events:
        machine.step(event)
        begin, _ = machine.top(event.cpu)
        if event.name == "timer_hrtimer_expire_entry":
            timer = open_[event.cpu] = {"irq_ns": event.at}
            if abs(event.mono - event.f["now"]) < 100_000_000:
                timer["due_ns"] = event.f["softexpires"] + event.at - event.mono
            yield timer
        elif event.name == "sched_waking" and begin and "hrtimer" in begin.f:
            timer = open_.get(event.cpu, {"signal_ns": 0})
            run = machine.woken(event)
            if run and "signal_ns" not in timer:
                timer.update(signal_ns=event.at, run_ns=run)


def requests_told(lines):
    return {(r["at"]["issue_ns"], r["at"]["complete_ns"]): r["at"] for r in lines
            if "issue_ns" in r["at"] and "complete_ns" in r["at"]}


def main():
    what, trace, ndjson = sys.argv[1:]
    events = list(events_read(trace))
    with open(ndjson) as file:
        lines = [json.loads(line) for line in file]
    if what == "requests":
        told = requests_told(lines)
        own = {(r["issue_ns"], r["complete_ns"]): {k: v for k, v in r.items() if k != "left"}
               for r in list(requests_chain(events))}
        ends = ("irq_ns", "run_ns")
    else:
        told = {n["at"]["irq_ns"]: n["at"] for n in lines if n["class"] != "censored"}
        own = {t["irq_ns"]: t for t in timers_chain(events) if t["irq_ns"] in told}
        for key, timer in own.items():      # of other clocks the due is not known here
            timer.setdefault("due_ns", told[key].get("due_ns"))
        ends = ("due_ns", "run_ns")
    differing = [(key, own.get(key), told.get(key)) for key in sorted(own.keys() | told.keys())
                 if own.get(key) != told.get(key)]
    for key, mine, theirs in differing[:10]:
        print(f"{key}:\n  {mine} expected\n  {theirs} told")
    whole = sum(all(end in chain for end in ends) for chain in own.values())
    print(f"{len(own)} {what}, {whole} of them whole, {len(differing)} differ")
    sys.exit(bool(differing) or whole < NEEDED[what] * 0.9)


if __name__ == "__main__":
    main()
