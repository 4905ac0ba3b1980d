#!/usr/bin/python3
"""Periods of a sound card, from raw events: interrupt, player woken, player runs.

For kernels that probe snd_pcm_period_elapsed() by name only (LTTng's kretprobe). See chain_lines.py.
"""
from chain_lines import events, verdict


def chains():
    running, irq, call, waits = {}, {}, {}, {}
    for at, cpu, name, fields in events():
        if name == "irq_handler_entry":
            irq[cpu] = at
        elif name == "irq_handler_exit":
            del irq[cpu]
        elif name == "pcm_period_elapsed_entry":
            call[cpu] = {"irq_ns": irq[cpu]}
            yield call[cpu]
        elif name == "pcm_period_elapsed_exit":
            del call[cpu]
        elif name == "sched_waking" and cpu in call and "signal_ns" not in call[cpu]:
            call[cpu]["signal_ns"] = at
            if fields["tid"] not in running.values():
                waits.setdefault(int(fields["tid"]), []).append(call[cpu])
        elif name == "sched_switch":
            running[cpu] = int(fields["next_tid"])
            for chain in waits.pop(running[cpu], []):
                chain["run_ns"] = at


verdict(list(chains()), "notification", lambda line: line["kind"] == "pcm", 100)
