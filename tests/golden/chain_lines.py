"""What chain_pcm.py, chain_block.py and chain_wake.py share: raw events, and the verdict.

usage of each: chain_*.py TRACE NDJSON [babeltrace1]; exits 1 when a chain of either differs from the
other's. babeltrace1 reads what libbabeltrace2 gives up on.
"""
import json
import sys

FIELDS_OLD = ("irq", "vec", "dev", "sector", "nr_sector", "tid", "next_tid")


def events():
    """(ns, CPU, name, fields) in the order of time, read by Debian's python3-bt2."""
    if sys.argv[3:] == ["babeltrace1"]:
        yield from events_old()
        return
    import bt2
    for message in bt2.TraceCollectionMessageIterator(sys.argv[1]):
        if type(message) is bt2._EventMessageConst:
            yield (message.default_clock_snapshot.ns_from_origin,
                   int(message.event.packet.context_field["cpu_id"]), message.event.name,
                   message.event.payload_field)


def events_old():
    """The same by python3-babeltrace, of kernels that had no sched_waking yet."""
    import babeltrace
    traces = babeltrace.TraceCollection()
    traces.add_trace(sys.argv[1], "ctf")
    for event in traces.events:
        yield (event.timestamp, event["cpu_id"], event.name.replace("wakeup", "waking"),
               {name: event[name] for name in FIELDS_OLD if name in event})


def verdict(chains, what, is_meant=lambda line: True, least=1):
    """Each chain is a dictionary of instants, as `at` of a line is."""
    with open(sys.argv[2]) as file:
        lines = [json.loads(line) for line in file]
    mine = sorted(sorted(chain.items()) for chain in chains)
    told = sorted(sorted(line["at"].items()) for line in lines
                  if line["what"] == what and is_meant(line))
    differing = [pair for pair in zip(mine, told) if pair[0] != pair[1]]
    for pair in differing[:5]:
        print("raw events say {}\n replay says   {}".format(*pair))
    whole = max(map(len, mine), default=0)
    print(f"{len(mine)} chains in raw events, {sum(len(chain) == whole for chain in mine)} of them "
          f"with {whole} instants; {len(told)} in replay, {len(differing)} differ")
    sys.exit(len(mine) != len(told) or bool(differing) or len(mine) < least)
