"""The traces that are read: recorded here, so that every machine has the same."""
import os
import shutil
import struct
import subprocess
import sys

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
ATTEMPTS = 3

# Of a packet as tracer/ctf/ writes it: magic, uuid, stream; begin, end, content and packet size in
# bits, number, lost events; CPU. Sizes count from its beginning, and all else is whole bytes.
PACKET_HEAD = struct.Struct("<I16sI6QI")

ABOUT = {
    "U": "a periodic device in small events, through LTTng-UST, on two CPUs",
    "T": "the scenario throughput, simulated: all families on eight CPUs; without its ground truth",
    "S": "all families at random times, simulated, on sixteen CPUs; without its ground truth",
}


def truth_remove(trace):
    """Nobody who reports reads what a device tells of itself; other readers would have to."""
    for folder, _, names in os.walk(trace):
        for name in names:
            if name.startswith("truth_"):
                os.unlink(os.path.join(folder, name))


def simulate(scenario, events, trace):
    subprocess.run(["jitterscope", "record", "sim", "--quiet", "--scenario", scenario,
                    "--events", str(events), "-o", trace], check=True)
    truth_remove(trace)


def record_periodic(events, trace):
    """Without loss, or again: what was lost would have cost nobody anything to read."""
    for _ in range(ATTEMPTS):
        shutil.rmtree(trace, ignore_errors=True)
        status = subprocess.run(["jitterscope", "record", "app", "--quiet", "-o", trace,
                                 "--", "ust_periodic", str(events)], check=False).returncode
        if status != measure.DEGRADED:
            break
    if status:
        sys.exit(f"'{trace}' cannot be recorded without loss (exit status {status}); "
                 "try on a quieter machine, or leave it out: --traces TS")
    truth_remove(trace)


def record(name, events, trace):
    """One of ABOUT."""
    if name == "U":
        record_periodic(events, trace)
    elif name == "T":
        simulate("throughput", events, trace)
    else:
        simulate(os.path.join(HERE, "sixteen-cpus.ini"), events, trace)


def packets_of(stream):
    """Head and content of each packet of a simulated stream file."""
    while head := stream.read(PACKET_HEAD.size):
        fields = PACKET_HEAD.unpack(head)
        yield fields, stream.read(fields[5] // 8 - PACKET_HEAD.size)


def packets_join(packets, packet_bytes):
    """Consecutive packets as one, as long as it stays within packet_bytes."""
    first, last, contents, size = None, None, [], PACKET_HEAD.size
    for fields, content in packets:
        if first and size + len(content) > packet_bytes:
            yield first, last, contents, size
            first, contents, size = None, [], PACKET_HEAD.size
        first, last = first or fields, fields
        contents.append(content)
        size += len(content)
    if first:
        yield first, last, contents, size


def repack_stream(path, packet_bytes):
    with open(path, "rb") as old, open(path + ".new", "wb") as new:
        joined = packets_join(packets_of(old), packet_bytes)
        for number, (first, last, contents, size) in enumerate(joined):
            new.write(PACKET_HEAD.pack(*first[:4], last[4], 8 * size, 8 * size, number, *last[8:]))
            new.writelines(contents)
    os.replace(path + ".new", path)


def repack(trace, packet_bytes):
    """Give a simulated trace packets as long as a recording of a busy machine has."""
    for name in os.listdir(trace):
        if name.startswith("jscope_"):
            repack_stream(os.path.join(trace, name), packet_bytes)


def size_bytes(trace):
    return sum(os.path.getsize(os.path.join(folder, name))
               for folder, _, names in os.walk(trace) for name in names)
