"""What chain_pcm.py, chain_block.py and chain_wake.py share: raw events, and the verdict.

usage of each: chain_*.py TRACE NDJSON; exits 1 when a chain of either differs from the other's.
"""
import json
import sys

import bt2


def events():
    """(ns, CPU, name, fields) in the order of time, read by Debian's python3-bt2."""
    for message in bt2.TraceCollectionMessageIterator(sys.argv[1]):
        if type(message) is bt2._EventMessageConst:
            yield (message.default_clock_snapshot.ns_from_origin,
                   int(message.event.packet.context_field["cpu_id"]), message.event.name,
                   message.event.payload_field)


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
