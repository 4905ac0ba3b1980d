#!/usr/bin/env python3
"""Damage a recording at random and read it: opt-in, since libbabeltrace2 itself crashes on some.

usage: mutate_recording.py JITTERSCOPE TRACE [ROUNDS [SEED]]

Every round flips a few bytes of the streams (every fifth round also cuts one), then runs report.
Whatever comes of it has to be an exit code of the contract, in time, and with a sentence where it
is not 0. Crashes inside libbabeltrace2 are told apart and counted.
"""
import collections
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_S = 60


def damage(directory, numbers, round_index):
    streams = [p for p in sorted(directory.rglob("*")) if p.is_file() and p.stat().st_size
               and p.name != "metadata" and "index" not in p.parts]
    path = numbers.choice(streams)
    data = bytearray(path.read_bytes())
    for _ in range(numbers.randint(1, 8)):
        # Headers and contexts of packets lie at the begin of pages.
        near = numbers.randrange(0, len(data), 4096) + numbers.randrange(128)
        place = near if numbers.random() < 0.5 and near < len(data) else numbers.randrange(len(data))
        data[place] = numbers.choice((0, 0xff, data[place] ^ 1 << numbers.randrange(8)))
    if round_index % 5 == 0:
        del data[numbers.randrange(1, len(data)):]
    path.write_bytes(data)


def outcome(jitterscope, trace):
    done = subprocess.run([jitterscope, "report", "--output", "/dev/null", trace],
                          stderr=subprocess.PIPE, timeout=TIMEOUT_S, check=False)
    told = done.stderr.decode(errors="replace")
    if done.returncode == 0 or (done.returncode in (1, 3) and told):
        return str(done.returncode)
    if "libbabeltrace2" in told or "babeltrace-plugin" in told:
        return "crash in libbabeltrace2"
    return f"WRONG: exit {done.returncode}: {told[-2000:]}"


def main():
    jitterscope, trace = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    outcomes = collections.Counter()
    for i in range(rounds):
        with tempfile.TemporaryDirectory() as work:
            copy = pathlib.Path(work) / "trace"
            shutil.copytree(trace, copy)
            damage(copy, random.Random(seed + i), i)
            result = outcome(jitterscope, copy)
        outcomes[result] += 1
        if result.startswith("WRONG"):
            sys.exit(f"seed {seed + i}: {result}")
    print(", ".join(f"{count} x {name}" for name, count in sorted(outcomes.items())))


main()
