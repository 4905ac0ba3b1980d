#!/usr/bin/python3
"""Whether percentiles of whole traces lie within the bounds that are told where events were lost.

usage: bounds.py JITTERSCOPE SCENARIOS DIRECTORY COUNT [FIRST]

Records a scenario of the virtual device twice with one seed in DIRECTORY, the second time with
events lost at random: 0.01 to 10 % of them, in windows of a random length on one or two CPUs. That
is done COUNT times, the scenarios in turn, with seeds from FIRST. Every percentile of every
distribution of the first report has to lie within the bounds of the second, and where that tells
none, be the same.

Prints what was compared and how tight the bounds were, or what lies outside and exits 1.
"""
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

SCENARIOS = ("wavert-10ms", "wavert-bursts", "wavert-several-streams", "wavert-capture",
             "wavert-drops", "wavert-position-glitches", "midi-in", "midi-own-groups",
             "audio-module", "disk-single-queue", "disk-multi-queue", "disk-reset",
             "wavert-two-clients", "wavert-underrun")
DURATION_MS = 3000
SHARE_MIN, SHARE_MAX = 0.0001, 0.1
DRAWS_MAX = 100
OUTSIDE_TOLD = 40
KEYS = ("p50", "p90", "p95", "p99", "p99_9", "p99_99")
NAMES = ("device", "stream", "kind", "irq", "vec", "tid", "op", "size")


def faults(text, dice):
    """Windows of loss for some CPUs, as sections of a scenario."""
    found = re.search(r"^cpus *= *(\d+)", text, re.M)
    cpus = int(found.group(1)) if found else 2
    share = 10 ** dice.uniform(-4, -1)
    sections = []
    for cpu in dice.sample(range(cpus), dice.randint(1, min(cpus, 2))):
        length_us = min(10 ** dice.uniform(1.3, 4), share * DURATION_MS * 1000)
        every_us = length_us / share * dice.uniform(0.9, 1.1)
        at_us = dice.uniform(0, min(every_us, DURATION_MS * 900))
        sections.append(f"\n[fault loss{cpu}]\nkind = trace-loss\nat = {at_us:.0f}us\n"
                        f"every = {every_us:.0f}us\ncount = 0\nlength = {length_us:.0f}us\n"
                        f"amount = {cpu}\n")
    return "".join(sections)


def distributions(value, place=""):
    """Each DIST of a report, by its place in it."""
    if isinstance(value, dict):
        if "p50" in value:
            yield place, value
            return
        for key, child in value.items():
            yield from distributions(child, f"{place}/{key}")
    elif isinstance(value, list):
        for child in value:
            if isinstance(child, dict):
                name = " ".join(str(child[key]) for key in NAMES if key in child)
                yield from distributions(child, f"{place}[{name}]")


class Tally:
    def __init__(self):
        self.traces = self.lost = self.events = 0
        self.percentiles = self.bounded = self.closed = self.same = self.vanished = 0
        self.outside = []

    def __str__(self):
        return "\n".join([
            f"{self.traces} traces, {self.lost} of {self.events} events lost: {self.percentiles} "
            f"percentiles, {self.bounded} with bounds, {self.closed} of those on both sides, "
            f"{self.same} the same, {self.vanished} distributions empty for loss, "
            f"{len(self.outside)} outside"] + self.outside[:OUTSIDE_TOLD])

    def compare(self, name, whole, lossy):
        lossy = dict(distributions(lossy))
        for place, dist in distributions(whole):
            if place not in lossy:
                self.vanished += 1
                continue
            for key in KEYS:
                if dist[key] is not None:
                    self.judge(f"{name} {place} {key}", dist, lossy[place], key)

    def judge(self, what, whole, lossy, key):
        self.percentiles += 1
        if "bounds" not in lossy:
            self.same += 1
            inside, pair = lossy[key] == whole[key], None
        else:
            self.bounded += 1
            pair = lossy["bounds"].get(key)
            low, high = pair or (1, 0)
            self.closed += low is not None and high is not None
            inside = pair and (low is None or low <= whole[key]) and \
                (high is None or whole[key] <= high)
        if not inside:
            self.outside.append(f"{what}: {whole[key]} of {whole['count']} is outside {pair}, "
                                f"told as {lossy[key]} of {lossy['count']}, "
                                f"{lossy.get('unknown')} unknown")


def report_of(program, scenario, seed, trace):
    subprocess.run([program, "record", "sim", "--quiet", "--seed", str(seed),
                    "--scenario", scenario, "--duration", f"{DURATION_MS}ms", "-o", trace],
                   check=True)
    done = subprocess.run([program, "report", "--quiet", "--format", "json", trace],
                          stdout=subprocess.PIPE, check=False)
    shutil.rmtree(trace)
    if done.returncode not in (0, 3):
        sys.exit(f"report of {scenario.name}, seed {seed}: exit {done.returncode}")
    return json.loads(done.stdout)


def lossy_report(program, text, dice, seed, directory, name):
    """Drawn again where nothing happened in the windows, or more than 10 % of all that did."""
    scenario = directory / f"{name}-lossy.ini"
    for _ in range(DRAWS_MAX):
        scenario.write_text(text + faults(text, dice))
        report = report_of(program, scenario, seed, directory / "trace")
        lost, events = report["trace"]["lost_events"], report["trace"]["events"]
        if SHARE_MIN <= lost / (lost + events) <= SHARE_MAX:
            return report
    sys.exit(f"{name}, seed {seed}: {DRAWS_MAX} draws, and none lost what was asked for")


def main():
    program, scenarios = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    directory = pathlib.Path(sys.argv[3])
    first = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    tally = Tally()
    for seed in range(first, first + int(sys.argv[4])):
        name = SCENARIOS[seed % len(SCENARIOS)]
        text = (scenarios / f"{name}.ini").read_text()
        text = re.sub(r"^include = ", f"include = {scenarios}/", text, flags=re.M)
        whole = directory / f"{name}.ini"
        whole.write_text(text)
        truth = report_of(program, whole, seed, directory / "trace")
        told = lossy_report(program, text, random.Random(seed), seed, directory, name)
        tally.traces += 1
        tally.lost += told["trace"]["lost_events"]
        tally.events += truth["trace"]["events"]
        tally.compare(f"{name} seed {seed}", truth, told)
    print(tally)
    return 1 if tally.outside else 0


if __name__ == "__main__":
    sys.exit(main())
