"""Write the simplest CTF 1.8 traces there are: byte-aligned integers and strings, a stream per CPU."""
import os
import struct

MAGIC = 0xC1FC1FC1
OFFSET_S = 1700000000
CODES = {"u8": "<B", "u32": "<I", "s32": "<i", "u64": "<Q", "s64": "<q"}


def declare(type_, name):
    """Some names are words of the language: those of fields have an underscore, as LTTng's have."""
    if type_ == "string":
        return f"string _{name};"
    return (f"integer {{ size = {type_[1:]}; align = 8; signed = {str(type_[0] == 's').lower()}; }} "
            f"_{name};")


def encode(type_, value):
    if type_ == "string":
        return value.encode() + b"\0"
    return struct.pack(CODES[type_], value)


def struct_of(fields):
    return "struct { " + " ".join(declare(type_, name) for name, type_ in fields) + " }"


CLOCKED = "integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; }"
PACKET_CONTEXT = (f"struct {{ {CLOCKED} timestamp_begin; {CLOCKED} timestamp_end; "
                  "integer { size = 64; align = 8; } content_size; "
                  "integer { size = 64; align = 8; } packet_size; "
                  "integer { size = 64; align = 8; } packet_seq_num; "
                  "integer { size = 64; align = 8; } events_discarded; "
                  "integer { size = 32; align = 8; } cpu_id; }")


def metadata(classes, domain, context):
    rows = ["/* CTF 1.8 */",
            "trace { major = 1; minor = 8; byte_order = le; packet.header := "
            "struct { integer { size = 32; align = 8; } magic; "
            "integer { size = 32; align = 8; } stream_id; }; };",
            f'env {{ domain = "{domain}"; tracer_name = "made"; }};',
            f"clock {{ name = monotonic; freq = 1000000000; offset_s = {OFFSET_S}; }};",
            f"stream {{ id = 0; packet.context := {PACKET_CONTEXT}; event.header := struct {{ "
            f"integer {{ size = 16; align = 8; }} id; {CLOCKED} timestamp; }};"
            + (f" event.context := {struct_of(context)};" if context else "") + " };"]
    for i, (name, fields) in enumerate(classes.items()):
        rows.append(f'event {{ name = "{name}"; id = {i}; stream_id = 0; '
                    f"fields := {struct_of(fields)}; }};")
    return "\n".join(rows) + "\n"


class Packet:
    """Events of one CPU that follow each other; what was lost before it, and its place in the count."""

    def __init__(self, cpu, number, events, begin, end, discarded):
        self.cpu, self.number, self.events = cpu, number, events
        self.begin, self.end, self.discarded = begin, end, discarded

    def encode(self, classes, context):
        ids = {name: i for i, name in enumerate(classes)}
        body = b""
        for event in self.events:
            body += struct.pack("<HQ", ids[event.name], event.at)
            for name, type_ in (*context, *classes[event.name]):
                body += encode(type_, event[name])
        size = 8 * (8 + 6 * 8 + 4 + len(body))
        return struct.pack("<IIQQQQQQI", MAGIC, 0, self.begin, self.end, size, size, self.number,
                           self.discarded, self.cpu) + body


def write(path, packets, classes, domain, context=()):
    """packets: of all CPUs, those of one in order."""
    os.makedirs(path)
    with open(os.path.join(path, "metadata"), "w") as file:
        file.write(metadata(classes, domain, context))
    for cpu in sorted({packet.cpu for packet in packets}):
        with open(os.path.join(path, f"channel0_{cpu}"), "wb") as file:
            for packet in packets:
                if packet.cpu == cpu:
                    file.write(packet.encode(classes, context))
