#!/usr/bin/python3
"""Properties of chains, on random traces of both vocabularies.

usage: run.py VOCABULARY ROUNDS [SEED [DIRECTORY]]

A round that fails names its seed; run.py VOCABULARY 1 SEED does it again and keeps its trace in
DIRECTORY.
"""
import collections
import importlib
import os
import random
import shutil
import sys
import tempfile

from told import Wrong

Options = collections.namedtuple("Options", "ties loss cut counts readers windows")


def options_choose(rng):
    return Options(ties=rng.choice(("no", "no", "same cpu", "any")),
                   loss=rng.choice((0.0, 0.0, 0.05, 0.2)), cut=rng.random() < 0.3,
                   counts=rng.random() < 0.5, readers=rng.random() < 0.4,
                   windows=rng.random() < 0.2)


def main():
    vocabulary, rounds = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    keep = sys.argv[4] if len(sys.argv) > 4 else None
    check = importlib.import_module(f"{vocabulary}_check").check
    told = sure = failed = 0
    scratch = tempfile.mkdtemp()
    for number in range(seed, seed + rounds):
        rng = random.Random(f"{vocabulary} {number}")
        path = os.path.join(scratch, "trace")
        options = options_choose(rng)
        try:
            counts = check(rng, path, options)
            told, sure = told + counts[0], sure + counts[1]
        except Wrong as wrong:
            failed += 1
            print(f"{vocabulary} {number} {options}: {wrong}")
        if keep:
            shutil.copytree(path, keep, dirs_exist_ok=True)
        shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(scratch)
    print(f"{vocabulary}: {rounds} traces, {told} records, {sure} of them proven whole, "
          f"{failed} traces failed")
    sys.exit(1 if failed or not sure else 0)


if __name__ == "__main__":
    main()
