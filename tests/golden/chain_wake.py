#!/usr/bin/python3
"""From an interrupt to the thread that it wakes, and what that does: from raw events.

For recordings that name the substream of a sound card, and the player's answers: a thread has
answered where its pointer is another one than before. See chain_lines.py.
"""
from chain_lines import events, verdict


def chains():
    running, handlers, call, waits, unanswered, pointer = {}, {}, {}, {}, [], None
    for at, cpu, name, fields in events():
        if name == "irq_handler_entry":
            handlers[cpu] = at
        elif name == "irq_handler_exit":
            handlers.pop(cpu, None)
        elif name == "snd_pcm_period_elapsed_entry":
            call[cpu] = {"irq_ns": handlers[cpu]}
            unanswered.append(call[cpu])
            yield call[cpu]
        elif name == "snd_pcm_period_elapsed_exit":
            call.pop(cpu)
        elif name == "sched_waking" and cpu in call and "signal_ns" not in call[cpu]:
            call[cpu]["signal_ns"] = at
            if fields["tid"] not in running.values():
                waits.setdefault(int(fields["tid"]), []).append(call[cpu])
        elif name == "sched_switch":
            running[cpu] = int(fields["next_tid"])
            for chain in waits.pop(running[cpu], []):
                chain["run_ns"] = at
        elif name == "snd_pcm_appl_ptr" and pointer != (pointer := int(fields["appl_ptr"])):
            for chain in unanswered:
                chain["served_ns"] = at
            unanswered.clear()
        elif name == "snd_pcm_xrun":    # too late for all of them
            unanswered.clear()


verdict(list(chains()), "notification", least=100)
