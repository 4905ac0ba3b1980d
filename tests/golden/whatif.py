#!/usr/bin/python3
"""`whatif` against `record sim` really run at that geometry.

usage: whatif.py JITTERSCOPE WORK [--full] [--only WORD] [--table FILE]

Where 800 glitches or more are to be expected, their number must be within 10 %; elsewhere the 95 % interval
must cover what was simulated in 90 % of the cells, and from 50 glitches on be at most a factor 2 wide. Where
the recording cannot tell (shorter periods; bursts as long as the delay they make), the interval must cover
it in 90 %, however wide. What is to be expected is the mean of several simulations with seeds of their own.

Without --full only some of the cells are tried, against fewer simulations.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from whatif_cells import cells_make  # noqa: E402

SEED = 1          # of the recording
MANY = 800
WITHIN = 0.10
ENOUGH = 50
FACTOR = 2


class Bench:
    def __init__(self, jitterscope, work, runs):
        self.jitterscope, self.work, self.runs = jitterscope, work, runs
        self.recorded = None

    def call(self, *words):
        done = subprocess.run([self.jitterscope, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=False)
        if done.returncode not in (0, 3):
            sys.exit(f"{' '.join(words)}: {done.returncode} {done.stderr}")
        return done.stdout

    def simulate(self, text, seconds, seed, name):
        trace = os.path.join(self.work, name)
        path = trace + ".ini"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        shutil.rmtree(trace, ignore_errors=True)
        self.call("record", "sim", "--quiet", "--scenario", path, "--seed", str(seed),
                  "--duration", f"{seconds}s", "-o", trace)
        return trace

    def record(self, scenario):
        if self.recorded and self.recorded[0] is scenario:
            return self.recorded[1]
        trace = self.simulate(scenario.text(scenario.period, scenario.buffer), scenario.seconds,
                              SEED, "recorded")
        self.recorded = (scenario, trace)
        return trace

    def predict(self, cell):
        words = ["whatif", "--quiet", "--format", "json", "--period", str(cell.period),
                 "--buffer", str(cell.buffer)]
        if cell.work:
            words += ["--work", cell.work]
        for stage, cap in cell.caps.items():
            words += ["--cap", f"{stage}={cap}"]
        stream = json.loads(self.call(*words, self.record(cell.scenario)))["streams"][0]
        return stream["recorded"], stream["cells"][0]

    def glitches(self, trace):
        # As the device told them, without those of a client that says the same position twice.
        told = json.loads(self.call("whatif", "--quiet", "--format", "json", trace))
        return told["streams"][0]["recorded"]["glitches"]

    def run(self, cell):
        """What really happens: the mean of all runs, and of their headroom."""
        scenario = cell.scenario
        counts = []
        for i in range(self.runs):
            trace = self.simulate(scenario.text(cell.period, cell.buffer, cell.work, cell.caps),
                                  scenario.seconds, SEED + 100 + i, "run")
            counts.append(self.glitches(trace))
        return sum(counts) / len(counts)


def judge(cell, expected, predicted):
    """(kind, passed, words)"""
    count, low, high = (predicted["glitches"][key] for key in ("count", "low", "high"))
    if cell.period < cell.scenario.period:
        return "unseen", low <= expected <= high, "extrapolated"
    if not cell.scenario.seen:
        return "unseen", low <= expected <= high, "beyond what can be seen"
    if expected >= MANY:
        off = count / expected - 1
        return "many", abs(off) <= WITHIN, f"{100 * off:+.1f} %"
    # Fewer than these: that there are none is what it should say.
    covered = low <= expected <= high
    if max(expected, count) >= ENOUGH and high > FACTOR * low:
        return "few", False, "too wide"
    return "few", covered, "" if covered else "not covered"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jitterscope")
    parser.add_argument("work")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--table")
    arguments = parser.parse_args()
    bench = Bench(arguments.jitterscope, arguments.work, 6 if arguments.full else 2)
    cells = [cell for cell in cells_make() if arguments.only in cell.scenario.name]
    results = {"many": [], "few": [], "unseen": []}
    lines = []
    for cell in cells if arguments.full else cells[1::12]:
        recorded, predicted = bench.predict(cell)
        expected = bench.run(cell)
        kind, passed, words = judge(cell, expected, predicted)
        results[kind].append(passed)
        glitches = predicted["glitches"]
        lines.append(f"| {cell.scenario.name} | {cell.scenario.period}x{cell.scenario.buffer} | "
                     f"{cell.name()} | {expected:.1f} | {glitches['count']:.1f} | "
                     f"{glitches['low']:.1f} to {glitches['high']:.1f} | "
                     f"{'' if passed else '**no** '}{words} |")
        print(lines[-1], flush=True)
        if recorded["glitches"] and abs(recorded["glitches_replayed"] / recorded["glitches"] - 1) > 0.02:
            print(f"  replay of the recorded: {recorded['glitches_replayed']} of {recorded['glitches']}")
    many, few, unseen = results["many"], results["few"], results["unseen"]
    total = f"{len(many) + len(few)} cells: {sum(many)} of {len(many)} with {MANY} glitches or more " \
            f"within 10 %, {sum(few)} of {len(few)} others in the interval; of those beyond what can " \
            f"be seen {sum(unseen)} of {len(unseen)} in the interval"
    print(total)
    if arguments.table:
        with open(arguments.table, "w", encoding="utf-8") as file:
            file.write("\n| scenario | recorded | asked | simulated | predicted | 95 % | |\n"
                       "|---|---|---|---|---|---|---|\n" + "\n".join(lines) + f"\n\n{total}.\n")
    sys.exit(0 if all(many) and sum(few) >= 0.9 * len(few) and sum(unseen) >= 0.9 * len(unseen) else 1)


if __name__ == "__main__":
    main()
