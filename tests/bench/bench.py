#!/usr/bin/env python3
"""The bench; run.sh builds what it measures and calls it."""
import argparse
import json
import os
import platform
import shutil
import sys
import tempfile

import kernel
import measure
import memory
import reading
import recordings
import table
import writing

PROGRAMS = ("babeltrace2", "jitterscope", "read_bench", "drain_bench", "stopwatch",
            "ust_periodic")
SMOKE_EVENTS = 20_000
SMOKE_LOOPS = 2_000
KERNEL_ROUNDS = 15


def count(text):
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def options_parse():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run.sh [--build DIR]",
        description="Reading, reporting, memory and writing beside babeltrace2, and recording the "
        "kernel beside trace-cmd. Says which floors and goals of the project are met; the exit "
        "status does not depend on it, since machines are noisy. It is 1 where something fails, or "
        "tools disagree on what the trace holds.")
    add = parser.add_argument
    add("build", help=argparse.SUPPRESS)
    add("--rounds", type=count, default=7, metavar="N", help="of each comparison; else 7")
    add("--events", type=count, default=10_000_000, metavar="N", help="of a trace; else 10 million")
    add("--traces", default="UTS", metavar="LETTERS",
        help="which of U (LTTng-UST), T (throughput), S (sixteen streams) to read; else all")
    add("--trace", metavar="DIR", help="compare reading on this trace instead, and nothing else")
    add("--keep", metavar="DIR", help="keep the traces there, and use those that are there already")
    add("--memory", action="store_true",
        help="memory with ten times the events, too: takes 10 GB of disk for a while")
    add("--kernel", action="store_true",
        help=f"measure what recording the kernel costs, in at least {KERNEL_ROUNDS} rounds, and "
        "nothing else; takes root")
    add("--pin", metavar="CPUS", help="measure on these CPUs only, such as 0,1; else on any")
    add("--smoke", action="store_true", help=f"one round on {SMOKE_EVENTS} events: that it works")
    add("-o", "--output", metavar="FILE", help="all figures; else BUILD/bench.json")
    options = parser.parse_args()
    options.output = options.output or os.path.join(options.build, "bench.json")
    if options.smoke:
        options.events, options.rounds = SMOKE_EVENTS, 1
    if set(options.traces) - set(recordings.ABOUT):
        parser.error(f"--traces takes letters of {''.join(recordings.ABOUT)}")
    return options


def programs_prepare(build):
    """What is measured is what was built, whatever else is installed."""
    os.environ["PATH"] = os.path.join(build, "bin") + os.pathsep + os.environ["PATH"]
    for name in PROGRAMS:
        if not shutil.which(name):
            sys.exit(f"There is no {name}: build all (see run.sh), and install what "
                     "tests/install-packages.sh lists.")


def machine():
    return {
        "system": platform.platform(),
        "cpus": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
    }


def trace_find(options, name, folder):
    trace = os.path.join(folder, name)
    if not os.path.isdir(trace):
        measure.say(f"recording {name}")
        recordings.record(name, options.events, trace)
    return trace


def show(lines):
    print("\n".join(lines), flush=True)


def reading_run(options, folder, results):
    traces = [(name, recordings.ABOUT[name], trace_find(options, name, folder))
              for name in options.traces]
    if options.trace:
        traces = [(options.trace, "a trace of yours", options.trace)]
    if options.pin:
        os.sched_setaffinity(0, map(int, options.pin.split(",")))
    for name, about, trace in traces:
        results["reading"].append(reading.compare(name, about, trace, options.rounds))
        show(table.reading(results["reading"][-1]))


def resources_run(options, folder, results):
    sizes = [options.events // 10, options.events]
    results["writing"] = writing.compare(folder, sizes, options.rounds)
    show(table.writing(results["writing"]))
    if options.memory:
        sizes.append(10 * options.events)
    results["memory"] = memory.compare(folder, sizes)
    for section in results["memory"]:
        show(table.memory(section))


def kernel_run(options, folder, results):
    """Else than reading, this is skipped where it cannot be done: it takes rights."""
    why_not = kernel.missing()
    if why_not:
        show([f"Recording the kernel: not measured, {why_not}", ""])
        return
    if options.smoke:
        results["kernel"] = kernel.compare(folder, 1, SMOKE_LOOPS, 1)
    else:
        results["kernel"] = kernel.compare(folder, max(options.rounds, KERNEL_ROUNDS))
    show(table.kernel(results["kernel"]))


def main():
    options = options_parse()
    programs_prepare(options.build)
    results = {"schema": "jitterscope.bench/1", "machine": machine(), "reading": []}
    with tempfile.TemporaryDirectory() as folder:
        if options.trace or options.kernel:
            options.traces = ""
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
        reading_run(options, options.keep or folder, results)
        if not options.trace and not options.kernel:
            resources_run(options, folder, results)
        if not options.trace:
            kernel_run(options, folder, results)
    with open(options.output, "w", encoding="utf-8") as stream:
        json.dump(results, stream, indent=1)
    if options.smoke:
        print("So few events say that it works, and nothing of speed.")
    print(f"All figures of all runs: {options.output}")


if __name__ == "__main__":
    main()
