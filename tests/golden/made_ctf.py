#!/usr/bin/python3
"""Make CTF 1.8 traces of everything that the format allows and our own recorders do not write.

usage: made_ctf.py SEED DIRECTORY

One trace per shape below goes to DIRECTORY/<name>. Types and values are random, but the same for
the same seed: integers of any size at any bit, in both byte orders, enumerations, floats, strings,
structures, arrays, sequences and variants in each other, in payloads and contexts.
"""
import collections
import os
import random
import struct
import sys

MAGIC = 0xC1FC1FC1
UUID = bytes(range(16))
CLOCKS = {
    "nano": "freq = 1000000000; offset_s = 1600000000; offset = 123456789; absolute = true;",
    "micro": "freq = 1000000; offset_s = 1600000000; offset = 654321; absolute = true;",
    "fast": "freq = 3000000000; offset_s = 1600000001; offset = 1; absolute = true;",
}

# header: of events; widths: bits of its timestamps; packed: fields follow each other bit by bit
Shape = collections.namedtuple("Shape", "order header packed clocks")
SHAPES = {
    "compact-le": Shape("le", "compact", False, ["nano"]),
    "compact-be": Shape("be", "compact", False, ["nano"]),
    "compact-packed-be": Shape("be", "compact", True, ["nano"]),
    "large-le": Shape("le", "large", False, ["nano"]),
    "large-be": Shape("be", "large", True, ["nano"]),
    "barectf-be": Shape("be", "small", False, ["micro"]),
    "barectf-packed-le": Shape("le", "small", True, ["fast"]),
    "perf-le": Shape("le", "wide", False, ["nano"]),
    "several-clocks-le": Shape("le", "wide", True, ["nano", "micro", "fast"]),
    "several-clocks-be": Shape("be", "compact", True, ["fast", "nano", "micro"]),
}
EVENT_CLASSES = 40              # more than the 31 that fit into 5 bits
PACKETS, EVENTS_PER_PACKET = 4, 60


class Bits:
    """Bits in the order of a trace; positions count from the beginning of the packet."""

    def __init__(self, order):
        self.order, self.bytes, self.at = order, bytearray(), 0

    def put(self, value, size, order=None):
        value &= (1 << size) - 1
        for i in range(size):
            if self.at % 8 == 0:
                self.bytes.append(0)
            if (order or self.order) == "be":
                self.bytes[-1] |= (value >> (size - 1 - i) & 1) << (7 - self.at % 8)
            else:
                self.bytes[-1] |= (value >> i & 1) << (self.at % 8)
            self.at += 1

    def align(self, bits):
        self.put(0, -self.at % bits)


# Types know how they are declared and how a random value is written. `made` holds values by name,
# of which lengths and tags are taken.

class Integer:
    def __init__(self, size, align=8, signed=False, base=10, encoding="none", clock=None,
                 order=None):
        self.size, self.alignment, self.signed, self.base = size, align, signed, base
        self.encoding, self.clock, self.order = encoding, clock, order

    def declare(self, name=""):
        return (f"integer {{ size = {self.size}; align = {self.alignment}; "
                f"signed = {str(self.signed).lower()}; base = {self.base}; "
                f"encoding = {self.encoding}; "
                + (f"byte_order = {self.order}; " if self.order else "")
                + (f"map = clock.{self.clock}.value; " if self.clock else "") + f"}} {name}")

    def any_value(self, rng):
        if rng.random() < 0.3:
            return rng.choice((0, 1, -1, 1 << (self.size - 1), (1 << (self.size - 1)) - 1))
        return rng.getrandbits(self.size)

    def write(self, bits, _made, rng, value=None):
        bits.align(self.alignment)
        value = self.any_value(rng) if value is None else value
        bits.put(value, self.size, self.order)
        return value


class Length(Integer):
    def any_value(self, rng):
        return rng.choice((0, 0, 1, 2, 3, 7))


class Enumeration:
    def __init__(self, container, labels, only_labels=False):
        self.container, self.labels, self.only_labels = container, labels, only_labels
        self.alignment = container.alignment

    def declare(self, name=""):
        rows = ", ".join(f'"{label}" = {low} ... {high}' for label, low, high in self.labels)
        return f"enum : {self.container.declare()} {{ {rows} }} {name}"

    def write(self, bits, made, rng, value=None):
        if value is None and (self.only_labels or rng.random() < 0.8):
            _, low, high = rng.choice(self.labels)
            value = rng.randint(low, high)
        return self.container.write(bits, made, rng, value)

    def label_of(self, value):
        return next(label for label, low, high in self.labels if low <= value <= high)


class Real:
    def __init__(self, size, align):
        self.size, self.alignment = size, align

    def declare(self, name=""):
        digits = (8, 24) if self.size == 32 else (11, 53)
        return (f"floating_point {{ exp_dig = {digits[0]}; mant_dig = {digits[1]}; "
                f"align = {self.alignment}; }} {name}")

    def write(self, bits, _made, rng):
        value = rng.choice((0.0, -0.0, 1.5, -1e30, float("inf"), rng.gauss(0, 1e3)))
        bits.align(self.alignment)
        packed = struct.pack(">f" if self.size == 32 else ">d", value)
        bits.put(int.from_bytes(packed, "big"), self.size)


class Text:
    alignment = 8

    def declare(self, name=""):
        return f"string {name}"

    def write(self, bits, _made, rng):
        bits.align(8)
        length = rng.choice((0, 3, 40))
        value = "".join(rng.choice('abcXYZ "\\\n\x7f=,{}äß€') for _ in range(length))
        for byte in value.encode() + b"\0":
            bits.put(byte, 8)


class Structure:
    def __init__(self, fields, align=1):
        self.fields, self.least = fields, align
        self.alignment = max([align] + [type_.alignment for _, type_ in fields])

    def declare(self, name=""):
        rows = " ".join(type_.declare(field) + ";" for field, type_ in self.fields)
        return f"struct {{ {rows} }} align({self.least}) {name}"

    def write(self, bits, made, rng):
        bits.align(self.alignment)
        for name, type_ in self.fields:
            value = type_.write(bits, made, rng, made[name]) if name in made.given \
                else type_.write(bits, made, rng)
            made[name] = value


class Array:
    """length: a number, or the name of the field that tells it."""

    def __init__(self, element, length):
        self.element, self.length, self.alignment = element, length, element.alignment

    def declare(self, name=""):
        return self.element.declare(f"{name}[{self.length}]")

    def write(self, bits, made, rng):
        bits.align(self.alignment)
        for _ in range(made[self.length] if isinstance(self.length, str) else self.length):
            self.element.write(bits, made, rng)


class Variant:
    alignment = 1

    def __init__(self, tag_name, tag, options):
        self.tag_name, self.tag, self.options = tag_name, tag, options

    def declare(self, name=""):
        rows = " ".join(type_.declare(option) + ";" for option, type_ in self.options)
        return f"variant <{self.tag_name}> {{ {rows} }} {name}"

    def write(self, bits, made, rng):
        label = self.tag.label_of(made[self.tag_name])
        dict(self.options)[label].write(bits, made, rng)


class Made(dict):
    """Values by name; `given` are to be written as they are."""

    def __init__(self, given=()):
        super().__init__(given)
        self.given = frozenset(given)


class Maker:
    """Random types of one trace."""

    def __init__(self, rng, shape):
        self.rng, self.shape, self.names = rng, shape, 0

    def name(self):
        self.names += 1
        return f"{self.rng.choice(('_', ''))}f{self.names}"

    def integer(self, cls=Integer, size=None, signed=None):
        size = size or self.rng.choice((8, 16, 32, 64, self.rng.randint(1, 64)))
        natural = size if size in (8, 16, 32, 64) else 8
        align = 1 if self.shape.packed else self.rng.choice((1, 8, natural, natural))
        order = self.rng.choice(("le", "be")) if align >= 8 and size % 8 == 0 and \
            not self.shape.packed else None
        return cls(size, align, self.rng.random() < 0.5 if signed is None else signed,
                   self.rng.choice((10, 16, 8, 2)), order=order)

    def enumeration(self, only_labels=False):
        signed = self.rng.random() < 0.5
        size = self.rng.choice((8, 12, 32, 64))
        low, high = (-1 << (size - 1), (1 << (size - 1)) - 1) if signed else (0, (1 << size) - 1)
        labels = [("one", low, low + 2), ("two words", low + 3, low + 3),
                  ("three", low + 9, high - 9), ("four", high, high)]
        if only_labels:
            labels[1] = ("two", low + 3, low + 3)
        else:
            labels.insert(2, ("again", low + 2, low + 3))
        return Enumeration(self.integer(size=size, signed=signed), labels, only_labels)

    def text(self, length):
        return Array(Integer(8, 8, self.rng.random() < 0.5, encoding="UTF8"), length)

    def leaf(self):
        size = self.rng.choice((32, 64))
        return self.rng.choice((self.integer, self.integer, self.enumeration, Text,
                                lambda: Real(size, 1 if self.shape.packed else size)))()

    def fields(self, depth):
        """One field, with the field before it that it depends on."""
        kind = self.rng.choice(("leaf", "leaf", "struct", "array", "text", "sequence", "variant")) \
            if depth else "leaf"
        name, other = self.name(), self.name()
        if kind == "struct":
            return [(name, self.structure(depth - 1))]
        if kind == "array":
            return [(name, Array(self.element(depth), self.rng.choice((0, 1, 3))))]
        if kind == "text":
            return [(name, self.text(5))]
        if kind == "sequence":
            element = self.element(depth)
            sequence = self.text(other) if self.rng.random() < 0.3 else Array(element, other)
            return [(other, self.integer(Length, signed=False, size=self.rng.choice((8, 13, 32)))),
                    (name, sequence)]
        if kind == "variant":
            return self.variant(name, other, depth)
        return [(name, self.leaf())]

    def element(self, depth):
        return self.structure(depth - 1) if self.rng.random() < 0.4 else self.leaf()

    def variant(self, name, tag_name, depth):
        tag = self.enumeration(only_labels=True)
        options = [(label, self.element(depth)) for label, _, _ in tag.labels]
        self.rng.shuffle(options)
        return [(tag_name, tag), (name, Variant(tag_name, tag, options))]

    def structure(self, depth, count=None):
        count = self.rng.choice((1, 2, 4)) if count is None else count
        return Structure([field for _ in range(count) for field in self.fields(depth)])


def compact_header(clock, id_bits, time_bits, align):
    """Of LTTng: a short form, and a long one where its numbers are too great."""
    last = (1 << id_bits) - 1
    tag = Enumeration(Integer(id_bits, 1 if id_bits < 8 else align),
                      [("compact", 0, last - 1), ("extended", last, last)])
    time_align = 1 if time_bits < 32 else align
    short = Structure([("timestamp", Integer(time_bits, time_align, clock=clock))])
    full = Structure([("id", Integer(32, align)), ("timestamp", Integer(64, align, clock=clock))])
    variant = Variant("id", tag, [("compact", short), ("extended", full)])
    return Structure([("id", tag), ("v", variant)], 8)


def event_header(shape, clock):
    align = 8
    if shape.header == "compact":
        return compact_header(clock, 5, 27, align), 27
    if shape.header == "large":
        return compact_header(clock, 16, 32, align), 32
    if shape.header == "small":
        return Structure([("id", Integer(8)), ("timestamp", Integer(32, 32, clock=clock))]), 32
    return Structure([("id", Integer(64, 64)), ("timestamp", Integer(64, 64, clock=clock))]), 64


class Stream:
    """A stream class with one stream; sizes must be known before a packet is written, so that each
    is written twice."""

    def __init__(self, maker, number, clock):
        self.shape, self.rng, self.number, self.clock = maker.shape, maker.rng, number, clock
        self.packet_header = Structure([("magic", Integer(32)), ("uuid", Array(Integer(8), 16)),
                                        ("stream_id", Integer(32))])
        self.packet_context = Structure([
            ("timestamp_begin", Integer(64, clock=clock)),
            ("timestamp_end", Integer(64, clock=clock)),
            ("content_size", Integer(64)), ("packet_size", Integer(64)),
            ("events_discarded", Integer(32)), ("cpu_id", Integer(32))])
        self.header, self.time_bits = event_header(self.shape, clock)
        self.context = maker.structure(2, 3)
        # libbabeltrace2 2.0.4 dies of sequences and variants in the context of a single class.
        self.classes = [(maker.structure(0, 2) if i % 3 == 0 else None,
                         maker.structure(3, i % 5)) for i in range(EVENT_CLASSES)]

    def declare(self):
        rows = [f"stream {{ id = {self.number};",
                f"packet.context := {self.packet_context.declare()};",
                f"event.header := {self.header.declare()};",
                f"event.context := {self.context.declare()}; }};"]
        for i, (context, fields) in enumerate(self.classes):
            rows.append(f'event {{ name = "made:{self.number}_{i}"; id = {i}; '
                        f"stream_id = {self.number};")
            if context:
                rows.append(f"context := {context.declare()};")
            rows.append(f"fields := {fields.declare()}; }};")
        return "\n".join(rows)

    def event_write(self, bits, rng, last, now):
        number = rng.randrange(EVENT_CLASSES)
        given = {"id": number, "timestamp": now & (1 << self.time_bits) - 1}
        if self.shape.header in ("compact", "large"):
            limit = 31 if self.shape.header == "compact" else 65535
            is_short = number < limit and now - last < 1 << self.time_bits and rng.random() < 0.9
            given["id"] = number if is_short else limit
            bits.align(self.header.alignment)
            self.header.fields[0][1].write(bits, given, rng, given["id"])
            if not is_short:
                given = {"id": number, "timestamp": now}
            option = self.header.fields[1][1].options[0 if is_short else 1][1]
            option.write(bits, Made(given), rng)
        else:
            self.header.write(bits, Made(given), rng)
        made = Made()
        self.context.write(bits, made, rng)
        for part in self.classes[number]:
            if part:
                part.write(bits, made, rng)

    def gap(self, rng):
        whole = 1 << min(self.time_bits, 32)
        gap = rng.choice((0, 1, 2, 1000, rng.randrange(whole // 2), whole - 1))
        return gap if self.shape.header != "compact" or rng.random() < 0.9 else gap + whole

    def packet(self, seed, begin, content_bits, packet_bits, end):
        rng, bits = random.Random(seed), Bits(self.shape.order)
        uuid = iter(UUID)
        self.packet_header.fields[1][1].element.any_value = lambda _rng: next(uuid)
        self.packet_header.write(bits, Made({"magic": MAGIC, "stream_id": self.number}), rng)
        self.packet_context.write(bits, Made({
            "timestamp_begin": begin, "timestamp_end": end, "content_size": content_bits,
            "packet_size": packet_bits, "events_discarded": 0, "cpu_id": self.number}), rng)
        now = begin
        for _ in range(EVENTS_PER_PACKET):
            last, now = now, now + self.gap(rng)
            self.event_write(bits, rng, last, now)
        content_bits = bits.at
        bits.align(8)
        bits.put(0, 8 * rng.randrange(20))
        return bits, content_bits, now

    def write(self, path):
        now = self.rng.randrange(1 << 40)
        with open(path, "wb") as file:
            for _ in range(PACKETS):
                seed = self.rng.getrandbits(64)
                bits, content_bits, end = self.packet(seed, now, 0, 0, 0)
                bits, _, _ = self.packet(seed, now, content_bits, bits.at, end)
                file.write(bits.bytes)
                now = end


def uuid_text():
    text = UUID.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def trace_make(path, rng, shape):
    os.makedirs(path)
    maker = Maker(rng, shape)
    streams = [Stream(maker, i, clock) for i, clock in enumerate(shape.clocks)]
    header = streams[0].packet_header.declare()
    rows = ["/* CTF 1.8 */", f'trace {{ major = 1; minor = 8; uuid = "{uuid_text()}"; '
            f"byte_order = {shape.order}; packet.header := {header}; }};"]
    rows += [f"clock {{ name = {name}; {CLOCKS[name]} }};" for name in shape.clocks]
    rows += [stream.declare() for stream in streams]
    with open(os.path.join(path, "metadata"), "w") as file:
        file.write("\n".join(rows) + "\n")
    for stream in streams:
        stream.write(os.path.join(path, f"stream_{stream.number}"))


def main():
    seed, directory = int(sys.argv[1]), sys.argv[2]
    for name, shape in SHAPES.items():
        trace_make(os.path.join(directory, name), random.Random(f"{seed} {name}"), shape)


if __name__ == "__main__":
    main()
