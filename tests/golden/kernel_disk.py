#!/usr/bin/python3
"""A recording of a disk against what the kernel counted and what bpftrace measured.

usage: kernel_disk.py TRACE RESULT REPORT LATENCIES DISK MAJOR:MINOR

TRACE is read by Debian's python3-bt2, which shares no code with jitterscope. RESULT is of
kernel_disk_load.py, REPORT what `jitterscope report --format json` says of TRACE, LATENCIES what
kernel_disk.bt printed at the same time.

Prints the figures, or what differs and exits 1.
"""
import collections
import json
import math
import sys

import bt2

READ, WRITE, DISCARD = 4, 1, 2      # bits of rwbs
BOUND = 0.05                        # of percentiles, from those of bpftrace
NEAR_NS = 500                       # what two probes one behind the other may differ by

Event = collections.namedtuple("Event", "ns name fields")


def events_read(trace):
    for message in bt2.TraceCollectionMessageIterator(trace):
        if type(message) is not bt2._EventMessageConst:
            continue
        event = message.event
        yield Event(message.default_clock_snapshot.value, event.name,
                    {name: value for name, value in event.payload_field.items()})


def expect(what, want, have):
    if want != have:
        sys.exit(f"{what}: {want} expected, but {have} recorded")
    print(f"{what}: {have}")


def operation(rwbs):
    return "discards" if rwbs & DISCARD else "writes" if rwbs & WRITE else "reads"


def counts_compare(events, result, device, line):
    before, after = result["before"], result["after"]
    inside = [event for event in events if before["at_ns"] <= event.ns < after["at_ns"]]
    done = [event.fields for event in inside
            if event.name == "block_rq_complete" and event.fields["dev"] == device]
    counted = collections.Counter(operation(int(fields["rwbs"])) for fields in done
                                  if fields["nr_sector"] > 0)
    for name in ("reads", "writes", "discards"):
        expect(f"{name} of /proc/diskstats", after["disk"][name] - before["disk"][name],
               counted[name])
    flushes = sum(fields["nr_sector"] == 0 for fields in done)
    print(f"flushes: {flushes}, of /proc/diskstats "
          f"{after['disk']['flushes'] - before['disk']['flushes']}")
    expect(f"interrupts of line {line} in /proc/interrupts",
           after["interrupts"][line]["count"] - before["interrupts"][line]["count"],
           sum(event.name == "irq_handler_entry" and event.fields["irq"] == int(line)
               for event in inside))


def percentile(values, share):
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def latencies_compare(events, requests, path):
    """bpftrace began earlier and ended later: only requests that were recorded from issue on."""
    with open(path) as lines:
        wanted = [tuple(map(int, line.split())) for line in lines if line[:1].isdigit()]
    wanted = [latency for end, _, latency in wanted
              if end - latency > events[0].ns and end < events[-1].ns]
    expect("requests that bpftrace saw", len(wanted), requests["latency"]["count"])
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        want, have = percentile(wanted, share), requests["latency"][name]
        if abs(have - want) > max(BOUND * want, NEAR_NS):
            sys.exit(f"{name}: {have} ns, but bpftrace says {want} ns")
        print(f"{name}: {have} ns, bpftrace {want} ns ({100 * (have / want - 1):+.1f} %)")


def line_find(interrupts, names):
    lines = [line for line, entry in interrupts.items()
             if any(name in entry["names"] for name in names)]
    if len(lines) != 1:
        sys.exit(f"lines of {names}: {lines}")
    return lines[0]


def main():
    trace, result_path, report_path, latencies, interrupt, device = sys.argv[1:]
    with open(result_path) as file:
        result = json.load(file)
    with open(report_path) as file:
        report = json.load(file)
    major, minor = map(int, device.split(":"))
    events = list(events_read(trace))
    expect("lost events", 0, report["trace"]["lost_events"])
    counts_compare(events, result, major << 20 | minor,
                   line_find(result["after"]["interrupts"], [interrupt]))
    requests = next(row for row in report["requests"] if row["device"] == device)
    latencies_compare(events, requests, latencies)


if __name__ == "__main__":
    main()
