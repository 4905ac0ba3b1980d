"""Resident memory at its highest while reporting, which must not grow with the trace."""
import os
import shutil

import measure
import reading
import recordings

PACKET_BYTES = 4 << 20


def row(events, trace):
    measure.say(f"memory: {events} events")
    recordings.simulate("throughput", events, trace)
    recordings.repack(trace, PACKET_BYTES)
    run = measure.run(["jitterscope", "report", "--quiet", "--plain", trace])
    shutil.rmtree(trace)
    measure.say("")
    return {"events": reading.amount_told(run.output), **measure.figures(run)}


def compare(folder, sizes):
    """sizes: events of the traces, the smallest first."""
    trace = os.path.join(folder, "memory")
    return {
        "packet_bytes": PACKET_BYTES,
        "floor_mib": 16,
        "floor_growth_percent": 5,
        "rows": [row(events, trace) for events in sizes],
    }
