#!/usr/bin/python3
"""A recording of a disk against what the kernel counted and what bpftrace measured.

usage: kernel_disk.py TRACE COUNTED REPORT LATENCIES INTERRUPT MAJOR:MINOR

TRACE is read by Debian's python3-bt2, which shares no code with jitterscope. COUNTED is of
kernel_disk_load.py, REPORT what `jitterscope report --format json` says of TRACE, LATENCIES what
kernel_disk.bt printed at the same time. INTERRUPT is the handler of the disk.

Between two instants at which the disk was quiet, counts must be equal. Some kernels of virtual
machines let no tracer see what happens while process 1 runs: in the trace, one thread comes to a CPU
then and another one leaves it. Such stretches are told, and bursts that they overlap not compared.

Prints the figures, or what differs and exits 1, or 77 where too much was hidden.
"""
import collections
import json
import math
import re
import sys

import bt2

WRITE, DISCARD = 1, 2               # bits of rwbs
BOUND = 0.05                        # of percentiles, from those of bpftrace
BURSTS_MIN = 5                      # that have to be comparable

LATENCY = re.compile(r"@latency\[(\d+), \d+\]: (\d+)\n")

Event = collections.namedtuple("Event", "ns cpu name fields")


def events_read(trace):
    for message in bt2.TraceCollectionMessageIterator(trace):
        if type(message) is not bt2._EventMessageConst:
            continue
        event = message.event
        yield Event(message.default_clock_snapshot.value, int(event.packet.context_field["cpu_id"]),
                    event.name, dict(event.payload_field.items()))


def expect(what, want, have):
    if want != have:
        sys.exit(f"{what}: {want} expected, but {have} recorded")


def hidden_stretches(events):
    last = {}
    for event in events:
        if event.name != "sched_switch":
            continue
        before = last.get(event.cpu)
        if before and before.fields["next_tid"] != event.fields["prev_tid"]:
            yield before.ns, event.ns
        last[event.cpu] = event


def operation(rwbs):
    return "discards" if rwbs & DISCARD else "writes" if rwbs & WRITE else "reads"


def recorded(events, device, line):
    """As /proc counts: requests that completed, flushes apart, and interrupts."""
    counts = collections.Counter(dict.fromkeys(("reads", "writes", "discards", "interrupts"), 0))
    for event in events:
        if event.name == "irq_handler_entry" and event.fields["irq"] == line:
            counts["interrupts"] += 1
        elif event.name == "block_rq_complete" and event.fields["dev"] == device:
            empty = event.fields["nr_sector"] == 0
            counts["flushes" if empty else operation(int(event.fields["rwbs"]))] += 1
    return counts


def counted(before, after, line):
    counts = {name: after["disk"][name] - before["disk"][name] for name in before["disk"]}
    del counts["in_flight"]
    counts["interrupts"] = (after["interrupts"][str(line)]["count"] -
                            before["interrupts"][str(line)]["count"])
    return counts


def bursts_compare(events, snapshots, device, line):
    hidden = list(hidden_stretches(events))
    total, flushes, count = collections.Counter(), 0, 0
    for before, after in zip(snapshots, snapshots[1:]):
        begin, end = before["at_ns"], after["at_ns"]
        if any(first < end and last > begin for first, last in hidden):
            continue
        have = recorded([event for event in events if begin <= event.ns < end], device, line)
        want = counted(before, after, line)
        flushes += want.pop("flushes")
        total["flushes"] += have.pop("flushes", 0)
        expect(f"burst {count}", want, dict(have))
        total += have
        count += 1
    if count < BURSTS_MIN:
        print(f"only {count} bursts were not hidden in part")
        sys.exit(77)
    print(f"{count} bursts of {len(snapshots) - 1} are equal to /proc: {dict(total)}; "
          f"flushes of /proc/diskstats: {flushes}; {len(hidden)} stretches were hidden")


def percentile(values, share):
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def latencies_compare(events, requests, path):
    """bpftrace began earlier and ended later: only requests that were recorded from issue on."""
    with open(path) as lines:
        found = [LATENCY.fullmatch(line) for line in lines]
    wanted = [tuple(map(int, match.groups())) for match in found if match]
    wanted = [latency for end, latency in wanted
              if end - latency > events[0].ns and end < events[-1].ns]
    if abs(len(wanted) - requests["latency"]["count"]) > 0.01 * len(wanted):
        sys.exit(f"bpftrace saw {len(wanted)} requests, we {requests['latency']['count']}")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        want, have = percentile(wanted, share), requests["latency"][name]
        print(f"{name} of {len(wanted)} requests: {have} ns, bpftrace {want} ns "
              f"({100 * (have / want - 1):+.1f} %)")
        if abs(have - want) > BOUND * want:
            sys.exit(f"{name} is not what bpftrace measured")


def line_find(interrupts, handler):
    lines = [int(line) for line, entry in interrupts.items() if handler in entry["names"].split()]
    if len(lines) != 1:
        sys.exit(f"{handler} has lines {lines}")
    return lines[0]


def main():
    trace, counted_path, report_path, latencies, handler, device = sys.argv[1:]
    with open(counted_path) as file:
        snapshots = json.load(file)
    with open(report_path) as file:
        report = json.load(file)
    major, minor = map(int, device.split(":"))
    events = list(events_read(trace))
    expect("lost events", 0, report["trace"]["lost_events"])
    bursts_compare(events, snapshots, major << 20 | minor,
                   line_find(snapshots[0]["interrupts"], handler))
    requests = next(row for row in report["requests"] if row["device"] == device)
    latencies_compare(events, requests, latencies)


if __name__ == "__main__":
    main()
