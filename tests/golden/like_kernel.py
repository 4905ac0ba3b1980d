#!/usr/bin/env python3
"""Is a recording of the kernel the same session when the virtual device plays it?

usage: like_kernel.py RECORDED REPLAYED     two outputs of `replay --what all --format ndjson`

The virtual device has more instants than the kernel tells of a sound card. Of each notification, the stages
that both have must take as long, to some nanoseconds, and each glitch must come at the same notification,
for the same cause.
"""
import json
import sys

# Records of the virtual device take a nanosecond each, where those of the kernel's had none.
RECORDS_NS = 16
STAGES = ("handler", "wake", "service")


def read(path, kind):
    records = [json.loads(line) for line in open(path)]
    chains = sorted((r for r in records if r["what"] == "notification" and r["kind"] == kind),
                    key=lambda r: r["seq"])
    return chains, [r for r in records if r["what"] == "glitch"]


def stages(chain):
    at = chain["at"]
    told = dict(chain["stages"])
    if "run_ns" in at and "served_ns" in at:
        told["service"] = at["served_ns"] - at["run_ns"]
    return {name: told[name] for name in STAGES if name in told}


def place(glitch, chains):
    """The number of the last notification that had begun by then."""
    return sum(min(chain["at"].values()) <= glitch["at_ns"] for chain in chains), glitch["cause"]


def main():
    (recorded, ran_out), (replayed, again) = read(sys.argv[1], "pcm"), read(sys.argv[2], "wavert")
    wrong = []
    if not recorded or len(recorded) != len(replayed):
        wrong.append(f"{len(recorded)} notifications, replayed {len(replayed)}")
    compared = 0
    for a, b in zip(recorded, replayed):
        told, found = stages(a), stages(b)
        for name, ns in told.items():
            compared += 1
            if abs(found.get(name, -10**12) - ns) > RECORDS_NS:
                wrong.append(f"{a['seq']}: {name} {ns}, replayed {found.get(name)}")
    places = [place(glitch, recorded) for glitch in ran_out]
    if places != [place(glitch, replayed) for glitch in again]:
        wrong.append(f"glitches {places}, replayed {[place(g, replayed) for g in again]}")
    print("\n".join(wrong[:10]))
    print(f"{len(recorded)} notifications, {compared} stages, glitches {places}: {len(wrong)} differ")
    sys.exit(len(wrong) > 0)


main()
