"""Measuring commands beside each other: what one run took, rounds of several commands, spreads."""
import collections
import os
import statistics
import subprocess
import sys
import tempfile

DEGRADED = 3  # jitterscope's exit status for a trace that is read as fast as any

Run = collections.namedtuple("Run", "wall_ns user_ns system_ns peak_kib status output remarks")
Spread = collections.namedtuple("Spread", "median least most")


def spread(values):
    values = list(values)
    return Spread(statistics.median(values), min(values), max(values))


def cpu_ns(run):
    return run.user_ns + run.system_ns


def figures(run):
    """What is kept of a run."""
    return {name: value for name, value in run._asdict().items()
            if name not in ("output", "remarks")}


def say(text):
    """Progress, where somebody looks on."""
    if sys.stderr.isatty():
        print(f"\r{text:<76}", end="" if text else "\r", file=sys.stderr, flush=True)


def run(command):
    """One run under `stopwatch`. A command that fails ends the bench: its figures mean nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "figures")
        result = subprocess.run(["stopwatch", path, *command], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, check=False)
        taken = [0, 0, 0, 0, result.returncode]
        if result.returncode == 0:
            with open(path, encoding="ascii") as stream:
                taken = [int(figure) for figure in stream.read().split()]
    if taken[-1] not in (0, DEGRADED):
        sys.exit(f"{' '.join(command)}: exit status {taken[-1]}\n{result.stderr}")
    return Run(*taken, result.stdout, result.stderr)


def rounds(commands, count, title):
    """Run all commands `count` times; returns the runs of each by its name.

    The order is rotated from round to round, so that no command always follows the same one.
    """
    names = list(commands)
    runs = {name: [] for name in names}
    for number in range(count):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            say(f"{title}: round {number + 1} of {count}, {name}")
            runs[name].append(run(commands[name]))
    say("")
    return runs
