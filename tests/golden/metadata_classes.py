#!/usr/bin/python3
"""The classes of a trace's metadata: our parser against python3-bt2, which shares no code with it.

usage: metadata_classes.py METADATA_TELL TRACE

METADATA_TELL prints what our parser made of TRACE (tests/unit/replay/ctf_metadata_print.h says in
which words). This script writes the same lines as libbabeltrace2 sees them, leaves out of ours what
that does not tell (packet and event headers, alignments, byte orders, references), and compares.
Prints how many events and fields were equal, or the first lines that differ and exits 1.
"""
import difflib
import re
import subprocess
import sys

import bt2

UNTOLD = ("packet.header ", "packet.context ", "event.header ")
INTEGER = re.compile(r"(?<=[: ])([ui]\d+)(?:be)?t?(/\d+)?(?:~\w+)?(?:#\d+)?(?:@\d+)?")
TEXT = re.compile(r"[ui]8(?:/\d+)?\[[^]]*\]\"")


def ours_type(text):
    text = INTEGER.sub(r"\1\2", text)
    text = TEXT.sub("string", text)
    text = re.sub(r"(?<=[: ])(f\d+)(?:be)?(?:@\d+)?", r"\1", text)
    text = re.sub(r"\}@\d+", "}", text)
    text = re.sub(r"variant\[#\d+\]", "variant", text)
    text = re.sub(r"\}\([^()]*\)", "}", text)
    return re.sub(r"\[#\d+\]", "[]", text)


def ours_line(line):
    word = line.split(" ")[0]
    if word == "trace":
        return " ".join(["trace"] + line.split(" ")[2:])
    if word == "clock":
        name, hz, _, seconds, _, _, cycles, *rest = line.split(" ")[1:]
        return "clock %s %s Hz %d" % (name, hz, int(seconds) * int(hz) + int(cycles))
    return ours_type(line) if word in ("event.context", "context", "fields") else line


def ours(tell, trace):
    text = subprocess.run([tell, trace], check=True, capture_output=True, text=True).stdout
    return [ours_line(line) for line in text.splitlines() if not line.startswith(UNTOLD)]


def integer(field_class):
    signed = isinstance(field_class, bt2._SignedIntegerFieldClassConst)
    base = int(field_class.preferred_display_base)
    return "%s%d%s" % ("i" if signed else "u", field_class.field_value_range,
                       "" if base == 10 else "/%d" % base)


def enumeration(field_class):
    labels = [(value.lower, value.upper, label) for label in field_class
              for value in field_class[label].ranges]
    return "enum %s{%s}" % (integer(field_class), ",".join(
        '"%s"=%d..%d' % (label, low, high) for low, high, label in sorted(labels)))


def fields(field_class, options):
    return "{%s}" % ",".join("%s:%s" % (name, type_text(field_class[name].field_class))
                             for name in options)


KINDS = [   # subclasses first
    ("_EnumerationFieldClassConst", enumeration),
    ("_IntegerFieldClassConst", integer),
    ("_RealFieldClassConst", lambda c: "f32" if "ingle" in c._NAME else "f64"),
    ("_StringFieldClassConst", lambda _: "string"),
    ("_StructureFieldClassConst", lambda c: "struct" + fields(c, c)),
    ("_VariantFieldClassConst", lambda c: "variant" + fields(c, c)),
    ("_StaticArrayFieldClassConst",
     lambda c: "%s[%d]" % (type_text(c.element_field_class), c.length)),
    ("_DynamicArrayFieldClassConst", lambda c: type_text(c.element_field_class) + "[]"),
]


def type_text(field_class):
    for name, text in KINDS:
        if isinstance(field_class, getattr(bt2, name)):
            return text(field_class)
    raise SystemExit("a kind of field that this script does not know: %s" % field_class)


def root(word, field_class):
    return [] if field_class is None else ["%s %s" % (word, type_text(field_class))]


def environment(trace):
    for name, value in trace.environment.items():
        yield "env %s %s" % (name, '"%s"' % value if isinstance(value, bt2._StringValueConst)
                             else int(value))


def clocks(trace_class):
    known = {}
    for stream_class in trace_class.values():
        clock = stream_class.default_clock_class
        if clock is not None:
            cycles = clock.offset.seconds * clock.frequency + clock.offset.cycles
            known[clock.name] = "clock %s %d Hz %d" % (clock.name, clock.frequency, cycles)
    return [known[name] for name in sorted(known)]


def stream_lines(stream_class):
    yield "stream %d" % stream_class.id
    yield from root("event.context", stream_class.event_common_context_field_class)
    for number in sorted(stream_class):
        event = stream_class[number]
        yield 'event %d "%s"' % (event.id, event.name or "")
        yield from root("context", event.specific_context_field_class)
        yield from root("fields", event.payload_field_class)


def theirs(path):
    message = next(iter(bt2.TraceCollectionMessageIterator(path)))
    trace = message.stream.trace
    lines = ["trace" + (" " + trace.uuid.hex if trace.uuid else "")]
    lines += clocks(trace.cls)
    lines += environment(trace)
    for number in sorted(trace.cls):
        lines += stream_lines(trace.cls[number])
    return lines


def labels_sort(line):
    """libbabeltrace2 joins the ranges of equal labels: only their values have an order."""
    def ordered(match):
        parts = re.findall(r'"(?:[^"\\]|\\.)*"=-?\d+\.\.-?\d+', match.group(2))
        key = lambda part: [int(n) for n in re.findall(r"-?\d+", part.rsplit("=", 1)[1])] + [part]
        return match.group(1) + "{" + ",".join(sorted(parts, key=key)) + "}"
    return re.sub(r"(enum \S+?)\{((?:\"(?:[^\"\\]|\\.)*\"=-?\d+\.\.-?\d+,?)*)\}", ordered, line)


def main():
    tell, trace = sys.argv[1:]
    left = [labels_sort(line) for line in ours(tell, trace)]
    right = [labels_sort(line) for line in theirs(trace)]
    # libbabeltrace2 has no structure where there are no fields in it.
    left = [line for line in left if not line.endswith(" struct{}")]
    right = [line for line in right if not line.endswith(" struct{}")]
    if left != right:
        for line in list(difflib.unified_diff(right, left, "babeltrace2", "ours", n=0))[:20]:
            print(line[:2000].rstrip())
        sys.exit(1)
    print("%s: %d events, %d fields" % (trace, sum(l.startswith("event ") for l in left),
                                        sum(l.count(":") for l in left)))


main()
