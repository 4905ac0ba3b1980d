"""How fast a trace is read and reported, beside babeltrace2 on the same trace in the same round."""
import json
import re
import sys

import measure
import recordings

PEER = "babeltrace2 sink.utils.dummy"
REPORT = ("jitterscope", "report", "--quiet")


class Row:
    """A command that reads a trace, and how many times as fast as babeltrace2 it should be."""

    def __init__(self, name, *command, floor=None, goal=None):
        self.name, self.command, self.floor, self.goal = name, command, floor, goal

    def on(self, trace):
        return [*self.command, trace]


ROWS = [
    Row("pread, blocks of 64 KiB", "read_bench", "bytes"),
    Row(PEER, "babeltrace2", "-c", "sink.utils.dummy"),
    Row("decode and count", "read_bench", "decoded", floor=30),
    Row("merged, empty handlers", "read_bench", "merged", floor=18, goal=25),
    Row("report --plain, 1 thread", *REPORT, "--plain", "--threads", "1", floor=10, goal=15),
    Row("report --plain, 2 threads", *REPORT, "--plain", "--threads", "2", floor=16, goal=25),
    Row("report --format json, 1 thread", *REPORT, "--format", "json", "--threads", "1", floor=6),
    Row("report --format json, 2 threads", *REPORT, "--format", "json", "--threads", "2", floor=10),
]


def peer_counts(trace):
    """Events and streams as babeltrace2 counts them, which leaves the trace in memory."""
    told = measure.run(["babeltrace2", trace, "-c", "sink.utils.counter", "-p", "step=+0"]).output
    counts = [re.search(rf"(\d+) {what} messages", told)
              for what in ("Event", "Stream beginning", "Discarded event")]
    if not all(counts):
        sys.exit(f"babeltrace2 does not count '{trace}': {told}")
    events, streams, discarded = (int(count[1]) for count in counts)
    if not events or discarded:
        sys.exit(f"'{trace}' has {events} events and lost some {discarded} times: not to compare")
    return events, streams


def amount_told(output):
    """How many events, or bytes, a command says it read; None where it does not say."""
    if output.startswith("{"):
        return json.loads(output)["trace"]["events"]
    told = re.search(r"(?:^|, )(\d+) (?:events|bytes)", output)
    return int(told[1]) if told else None


def amounts_check(row, runs, wanted):
    """Whoever reads less is faster, and wrong."""
    for run in runs:
        told = amount_told(run.output)
        if told != wanted:
            sys.exit(f"{row.name}: read {told}, where there are {wanted}")


def amount_wanted(row, events, size_bytes):
    if row.name == PEER:
        return None  # it says nothing; what it counts is what the others are held against
    return size_bytes if "bytes" in row.command else events


def row_figures(row, runs, peers, events):
    wall_ns = measure.spread(run.wall_ns for run in runs)
    pairs = list(zip(runs, peers))
    return {
        "name": row.name,
        "command": row.command,
        "floor": row.floor,
        "goal": row.goal,
        "wall_ns": wall_ns,
        "cpu_ns": measure.spread(map(measure.cpu_ns, runs)),
        "peak_kib": max(run.peak_kib for run in runs),
        "ns_per_event": wall_ns.median / events,
        "ratio": measure.spread(peer.wall_ns / run.wall_ns for run, peer in pairs),
        "cpu_ratio": measure.spread(measure.cpu_ns(peer) / max(measure.cpu_ns(run), 1)
                                    for run, peer in pairs),
        "runs": [measure.figures(run) for run in runs],
    }


def compare(name, about, trace, count):
    """All rows on one trace, `count` rounds."""
    events, streams = peer_counts(trace)
    size_bytes = recordings.size_bytes(trace)
    runs = measure.rounds({row.name: row.on(trace) for row in ROWS}, count, name)
    for row in ROWS:
        amounts_check(row, runs[row.name], amount_wanted(row, events, size_bytes))
    return {
        "name": name,
        "about": about,
        "events": events,
        "streams": streams,
        "bytes": size_bytes,
        "rounds": count,
        "peer": PEER,
        "rows": [row_figures(row, runs[row.name], runs[PEER], events) for row in ROWS],
    }
