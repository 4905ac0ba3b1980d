"""Resident memory at its highest while reporting, which must not grow with the trace."""
import os
import shutil

import measure
import reading
import recordings

PACKET_BYTES = 4 << 20


# What of, the most that it may take, and by how many percent it may grow with ten times the events:
# tables that have a limit are still being filled by the shorter trace of the full report.
REPORTS = [("report --plain", ["--plain"], 16, 5),
           ("report --format json", ["--format", "json"], 64, 25)]


def rows(events, trace):
    """One of each report on the same trace."""
    measure.say(f"memory: {events} events")
    recordings.simulate("throughput", events, trace)
    recordings.repack(trace, PACKET_BYTES)
    runs = [measure.run([*reading.REPORT, *options, trace]) for _, options, *_ in REPORTS]
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
        "floor_growth_percent": growth_percent,
        "rows": [row[i] for row in found],
    } for i, (name, _, floor_mib, growth_percent) in enumerate(REPORTS)]
