"""Resident memory at its highest while reporting, which must not grow with the trace."""
import os
import shutil

import measure
import reading
import recordings

PACKET_BYTES = 4 << 20


# What of, and the most that it may take.
REPORTS = [("report --plain", ["--plain"], 16), ("report --format json", ["--format", "json"], 64)]


def rows(events, trace):
    """One of each report on the same trace."""
    measure.say(f"memory: {events} events")
    recordings.simulate("throughput", events, trace)
    recordings.repack(trace, PACKET_BYTES)
    runs = [measure.run([*reading.REPORT, *options, trace]) for _, options, _ in REPORTS]
    shutil.rmtree(trace)
    measure.say("")
    return [{"events": reading.amount_told(run.output), **measure.figures(run)} for run in runs]


def compare(folder, sizes):
    """sizes: events of the traces, the smallest first."""
    trace = os.path.join(folder, "memory")
    found = [rows(events, trace) for events in sizes]
    return [{
        "name": name,
        "packet_bytes": PACKET_BYTES,
        "floor_mib": floor_mib,
        "floor_growth_percent": 5,
        "rows": [row[i] for row in found],
    } for i, (name, _, floor_mib) in enumerate(REPORTS)]
