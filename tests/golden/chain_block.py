#!/usr/bin/python3
"""Requests of disks, from raw events: queued, issued, interrupt, softirq, completed, thread runs.

The softirq's interrupt is the one that raised it, and none if several did. Completions of nothing are
left out: which issue is theirs is not in the trace. See chain_lines.py.
"""
from chain_lines import events, verdict

OPEN = {"irq_handler_entry": "irq", "irq_softirq_entry": "vec", "softirq_entry": "vec",
        "timer_hrtimer_expire_entry": "hrtimer", "x86_irq_vectors_local_timer_entry": "vector"}


def chains():
    running, stack, raised, done, queued, issued, waits = {}, {}, {}, {}, {}, {}, {}
    for at, cpu, name, fields in events():
        handlers = stack.setdefault(cpu, [])
        if name in OPEN:
            causes = {at}
            if OPEN[name] == "vec":
                causes = raised.pop((cpu, int(fields["vec"])), {None})
            handlers.append((at, OPEN[name] == "vec", causes))
        elif name.replace("_exit", "_entry") in OPEN:
            del handlers[-1:]
        elif name in ("irq_softirq_raise", "softirq_raise"):
            cause = handlers[-1][0] if handlers and not handlers[-1][1] else None
            raised.setdefault((cpu, int(fields["vec"])), set()).add(cause)
        elif name.startswith("block_rq_"):
            key = int(fields["rq"] if "rq" in fields else fields["dev"] << 44 | fields["sector"])
        if name == "block_rq_insert":
            queued[key] = {"queued_ns": at}
        elif name == "block_rq_issue":
            issued[key] = {**queued.pop(key, {}), "issue_ns": at}
            yield issued[key]
        elif name == "block_rq_complete" and key in issued:
            done[cpu] = issued.pop(key), len(handlers)
            begin, is_softirq, causes = handlers[-1] if handlers else (None, False, {None})
            instants = {"complete_ns": at, "softirq_ns": begin if is_softirq else None,
                        "irq_ns": min(causes) if len(causes) == 1 else None}
            done[cpu][0].update((key, ns) for key, ns in instants.items() if ns)
        elif name == "sched_waking" and done.get(cpu, (None, -1))[1] == len(handlers):
            chain, _ = done.pop(cpu)
            if fields["tid"] not in running.values():
                waits.setdefault(int(fields["tid"]), []).append(chain)
        elif name == "sched_switch" or done.get(cpu, (None, -1))[1] > len(handlers):
            done.pop(cpu, None)
        if name == "sched_switch":
            running[cpu] = int(fields["next_tid"])
            for chain in waits.pop(running[cpu], []):
                chain["run_ns"] = at


verdict(list(chains()), "request", lambda line: "issue_ns" in line["at"], 50)
