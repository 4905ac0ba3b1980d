"""How fast the simulator writes a trace, and whether its memory grows with it.

The trace should lie on nothing slower than memory: a disk would be measured instead (TMPDIR).
"""
import os
import re
import shutil

import measure


def simulate(events, trace):
    taken = measure.run(["jitterscope", "record", "sim", "--scenario", "throughput",
                         "--events", str(events), "-o", trace])
    shutil.rmtree(trace)
    return taken


def row(events, trace, count):
    measure.say(f"writing {events} events")
    runs = [simulate(events, trace) for _ in range(count)]
    told = re.search(r": (\d+) events, (\d+) of ground truth", runs[0].remarks)
    written, truth = int(told[1]), int(told[2])
    measure.say("")
    return {
        "events": written,
        "truth": truth,
        "events_per_s": measure.spread(written * 1e9 / run.wall_ns for run in runs),
        "peak_kib": max(run.peak_kib for run in runs),
        "runs": [measure.figures(run) for run in runs],
    }


def compare(folder, sizes, count):
    """sizes: events of a small and of a large trace."""
    trace = os.path.join(folder, "written")
    return {
        "floor_events_per_s": 3e6,
        "floor_growth_mib": 1,
        "rows": [row(events, trace, count) for events in sizes],
    }
