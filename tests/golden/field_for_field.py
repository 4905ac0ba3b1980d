#!/usr/bin/python3
"""Every event of a trace, field for field: jitterscope against an independent tool.

usage: field_for_field.py [--oracle babeltrace1] READER TRACE

Shares no code with jitterscope. Debian's python3-bt2 reads the trace, or where that gives up the
printer of babeltrace 1 (`--oracle babeltrace1`); this script writes what it finds as the lines that
`jitterscope events --reader READER` ought to print, and compares them byte for byte. Events whose
times are too near to tell which came first may come in either order.

Times are absolute. They must be equal where a clock ticks in nanoseconds. Other clocks are worked
out here in whole numbers, rounded down; READER may be off by 1 ns, since it may round the offset
and the cycles each for itself. libbabeltrace2 calculates such clocks in double precision, so that
the reader of that name may be off by 2^-51 of the time on top.

Prints a line with the number of events, or what differs and exits 1.
"""
import argparse
import collections
import fractions
import json
import re
import subprocess
import sys

import bt2

NS_PER_SEC = 10**9
TEXT_MAX = 16384                # longer lines are cut and end in "..."
LINE = re.compile(rb" *(\d+)\.(\d{9}) +(\S+) us \[(\d+)\] (.*)\n", re.DOTALL)
OLD_LINE = re.compile(rb"\[(\d+)\.(\d{9})\] (?:.* )?([^ ]+: \{.*)\n", re.DOTALL)
TRUTH = b"jscope:truth_"        # the report does not know of these

Event = collections.namedtuple("Event", "ns bound_ns cpu text")


def escape(value):
    out = bytearray()
    for byte in value.encode("utf-8", "surrogateescape"):
        if byte in b'"\\':
            out += b"\\%c" % byte
        elif byte < 0x20 or byte == 0x7F:
            out += b"\\x%02x" % byte
        else:
            out.append(byte)
    return b'"' + bytes(out) + b'"'


def string_text(field):
    # A used field of libbabeltrace2 2.0.4 that becomes empty keeps its characters, not its length.
    return escape(str(field)) if len(field) else b'""'


def integer_text(field):
    if field.cls.preferred_display_base == 16:
        return b"0x%X" % (int(field) & 2**64 - 1)
    return b"%d" % int(field)


def enumeration_text(field):
    _, labels = field._get_mapping_labels(field._ptr)   # field.labels dies where there are none
    label = escape(labels[0]) if labels else b"<unknown>"
    return b"( %s : container = %d )" % (label, int(field))


def members_text(pairs, braces):
    inside = b",".join(b" %s = %s" % pair for pair in pairs)
    return braces[:1] + inside + b" " + braces[1:]


def structure_text(field):
    return members_text([(name.encode(), field_text(field[name])) for name in field], b"{}")


def array_text(field):
    return members_text([(b"[%d]" % i, field_text(field[i])) for i in range(len(field))], b"[]")


def variant_text(field):
    option = field.cls.option_at_index(field.selected_option_index)
    return members_text([(option.name.encode(), field_text(field.selected_option))], b"{}")


WRITERS = (
    (bt2._EnumerationFieldConst, enumeration_text),
    (bt2._IntegerFieldConst, integer_text),
    (bt2._StringFieldConst, string_text),
    (bt2._RealFieldConst, lambda field: b"%g" % float(field)),
    (bt2._StructureFieldConst, structure_text),
    (bt2._ArrayFieldConst, array_text),
    (bt2._VariantFieldConst, variant_text),
)
writer_of = {}


def field_text(field):
    kind = type(field)
    if kind not in writer_of:
        writer_of[kind] = next(writer for cls, writer in WRITERS if isinstance(field, cls))
    return writer_of[kind](field)


def packet_cpu(event):
    if not event.stream.cls.supports_packets:
        return None
    context = event.packet.context_field
    return context["cpu_id"] if context is not None and "cpu_id" in context else None


def event_text(event, cpu):
    scopes = [b"{ cpu_id = %s }" % field_text(cpu)] if cpu is not None else []
    for context in (event.common_context_field, event.specific_context_field):
        if context is not None:
            scopes.append(field_text(context))
    payload = event.payload_field
    scopes.append(field_text(payload) if payload is not None else b"{ }")
    return (event.name or "<unnamed>").encode() + b": " + b", ".join(scopes)


def exact_ns(snapshot):
    """The time, rounded down, and how far a reader may be from it in double precision."""
    clock = snapshot.clock_class
    if clock.frequency == NS_PER_SEC:
        return clock.offset.seconds * NS_PER_SEC + clock.offset.cycles + snapshot.value, 0
    cycles = clock.offset.cycles + snapshot.value
    ns = clock.offset.seconds * NS_PER_SEC + cycles * NS_PER_SEC // clock.frequency
    return ns, fractions.Fraction(cycles * NS_PER_SEC, clock.frequency) / 2**51


def bt2_events(trace, reader):
    for message in bt2.TraceCollectionMessageIterator(trace):
        if type(message) is not bt2._EventMessageConst:
            continue
        ns, coarse_ns = exact_ns(message.default_clock_snapshot)
        bound_ns = 0
        if message.default_clock_snapshot.clock_class.frequency != NS_PER_SEC:
            bound_ns = 1 + (coarse_ns if reader == "babeltrace2" else 0)
        cpu = packet_cpu(message.event)
        yield Event(ns, bound_ns, None if cpu is None else int(cpu),
                    event_text(message.event, cpu))


def decimal(text):
    """babeltrace 1 prints some numbers in base 8."""
    return re.sub(rb"(?<= = )0[0-7]+(?=[ ,])", lambda octal: b"%d" % int(octal[0], 8), text)


def babeltrace1_events(trace, _reader):
    command = ["babeltrace", "--clock-seconds", "--no-delta", trace]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            seconds, ns, text = OLD_LINE.fullmatch(line).groups()
            yield Event(int(seconds) * NS_PER_SEC + int(ns), 0, None, decimal(text))
    assert process.returncode == 0, process.returncode


def run_jitterscope(verb, reader, trace, *options):
    command = ["jitterscope", verb, "--quiet", "--reader", reader, *options, trace]
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} exits {done.returncode}")
    return done.stdout


def jitterscope_events(trace, reader):
    """Times count from the first event; the report says when that was."""
    lines = [LINE.fullmatch(line).groups()
             for line in run_jitterscope("events", reader, trace).splitlines(keepends=True)]
    since = [int(seconds) * NS_PER_SEC + int(ns) for seconds, ns, *_ in lines]
    first = next(i for i, line in enumerate(lines) if not line[4].startswith(TRUTH))
    report = json.loads(run_jitterscope("report", reader, trace, "--format", "json"))
    begin_ns = report["trace"]["begin_ns"] - since[first]
    assert since == sorted(since), "events are out of order"
    steps_check(since, [float(line[2]) for line in lines])
    return [Event(begin_ns + ns, 0, int(line[3]), line[4]) for ns, line in zip(since, lines)]


def steps_check(since, steps_us):
    for before, now, step_us in zip(since, since[1:], steps_us[1:]):
        assert abs((now - before) / 1000 - step_us) <= 0.0005 + 1e-12 * now, (before, now, step_us)


def clusters(events):
    """Lists of events that lie so near to each other that readers may swap them."""
    cluster = []
    for event in events:
        if cluster and event.ns - cluster[-1].ns > event.bound_ns + cluster[-1].bound_ns:
            yield cluster
            cluster = []
        cluster.append(event)
    if cluster:
        yield cluster


def is_same(want, got):
    if abs(want.ns - got.ns) > want.bound_ns or (want.cpu is not None and want.cpu != got.cpu):
        return False
    if len(want.text) > TEXT_MAX:
        return got.text.endswith(b"...") and want.text.startswith(got.text[:-3]) and \
            len(got.text) > TEXT_MAX - 64
    return want.text == got.text


def compare(wanted, got):
    """wanted: any order within a cluster; got: a list."""
    count = 0
    for cluster in clusters(wanted):
        ours = got[count:count + len(cluster)]
        count += len(cluster)
        key = (lambda event: (event.text[:TEXT_MAX - 64], event.ns)) if len(cluster) > 1 else None
        for want, have in zip(sorted(cluster, key=key), sorted(ours, key=key)):
            if not is_same(want, have):
                sys.exit(f"want {want}\nhave {have}")
        if len(ours) < len(cluster):
            sys.exit(f"there is no {cluster[len(ours):]}")
    if count < len(got):
        sys.exit(f"of {len(got)} events {len(got) - count} are too many: {got[count]}")
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--oracle", default="bt2", choices=("bt2", "babeltrace1"))
    parser.add_argument("reader")
    parser.add_argument("trace")
    arguments = parser.parse_args()
    wanted = {"bt2": bt2_events, "babeltrace1": babeltrace1_events}[arguments.oracle]
    got = jitterscope_events(arguments.trace, arguments.reader)
    print(compare(wanted(arguments.trace, arguments.reader), got), "events are equal")


if __name__ == "__main__":
    main()
