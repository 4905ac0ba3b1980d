#!/usr/bin/python3
"""Interrupts, requests and wake-ups of a trace: jitterscope against lttng-analyses.

usage: kernel_lttng_analyses.py TRACE irq|block|sched...

Runs the programs of Debian's python3-lttnganalyses as they are, and compares each row of theirs with
that of `jitterscope report --format json`: how many, the shortest, the mean, the longest.
lttng-analyses knows softirqs by their old names only, so that there is nothing to compare.

Some hosts hide a CPU from tracers while certain threads run there. A thread that leaves a CPU which it
was not seen to enter ran unseen, and whatever woke it before is no wait: jitterscope takes that into
account and lttng-analyses does not, so that wake-ups of such threads may differ.

Prints how many rows are equal, or what differs and exits 1.
"""
import json
import re
import subprocess
import sys


def run_json(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in ((0, 3) if command[0] == "jitterscope" else (0,)):
        sys.exit(f"{' '.join(command)} exits {done.returncode}: {done.stderr.decode()}"
                 f"{done.stdout.decode()[:500]}")
    return json.loads(done.stdout)


def rows(trace, program, table, key):
    results = run_json([f"lttng-{program}-mi", trace])["results"]
    found = {}
    for result in results:
        if result["class"].split("@")[0] != table:
            continue
        for what, *numbers in result["data"]:
            count, least, mean, most = (number["value"] for number in numbers[:4])
            found[key(what)] = (count, least, mean, most)
    return {name: row for name, row in found.items() if row[0] > 0}


def distribution(dist):
    return dist["count"], dist["min"], dist["mean"], dist["max"]


def is_same(want, have):
    (count, least, mean, most), ours = want, have
    return (count, least, most) == (ours[0], ours[1], ours[3]) and abs(mean - ours[2]) < 0.002


def ran_unseen(trace):
    """Threads that left a CPU which another one had entered, and those others."""
    switch = re.compile(r"sched_switch: \{ cpu_id = (\d+) \}.* prev_tid = (\d+),.* next_tid = (\d+),")
    text = subprocess.run(["babeltrace2", trace], stdout=subprocess.PIPE, check=True).stdout
    current, unseen = {}, set()
    for found in map(switch.search, text.decode().splitlines()):
        if found:
            cpu, previous, following = found.groups()
            if current.get(cpu, previous) != previous:
                unseen |= {int(previous), int(current[cpu])}
            current[cpu] = following
    return unseen - {0}


def compare(what, wanted, have):
    wrong = {name: (wanted.get(name), have.get(name)) for name in wanted.keys() | have.keys()
             if name not in wanted or name not in have or not is_same(wanted[name], have[name])}
    for name, (theirs, ours) in sorted(wrong.items(), key=str)[:10]:
        print(f"{what} {name}: lttng-analyses {theirs}, jitterscope {ours}")
    if wrong or not wanted:
        sys.exit(f"{what}: {len(wrong)} of {len(wanted)} rows differ")
    total = sum(row[0] for row in wanted.values())
    print(f"{what}: {len(wanted)} rows with {total} durations are equal")


def irq(trace, report):
    wanted = rows(trace, "irqstats", "hard-stats", lambda irq: (irq["nr"], irq["name"]))
    compare("irq", wanted, {(row["irq"], row["name"]): distribution(row["duration"])
                            for row in report["irqs"] if row["duration"]["count"]})


def block(trace, report):
    wanted = rows(trace, "iolatencystats", "disk-latency-stats", lambda disk: disk["name"])
    name = {row["device"]: row.get("name") or "({},{})".format(*row["device"].split(":"))
            for row in report["requests"]}
    compare("block", wanted, {name[row["device"]]: distribution(row["latency"])
                              for row in report["requests"] if row["latency"]["count"]})


def sched(trace, report):
    wanted = rows(trace, "schedstats", "per_tid_stats", lambda process: process["tid"])
    have = {row["tid"]: distribution(row["latency"])
            for row in report["wakeups"]["tasks"] if row["latency"]["count"]}
    aside = {tid for tid in ran_unseen(trace)
             if tid in wanted and tid in have and not is_same(wanted[tid], have[tid])}
    for tid in aside:
        print(f"sched: thread {tid} ran unseen and is not compared")
        del wanted[tid], have[tid]
    compare("sched", wanted, have)


def main():
    trace, *parts = sys.argv[1:]
    report = run_json(["jitterscope", "report", "--quiet", "--format", "json", trace])
    for part in parts:
        {"irq": irq, "block": block, "sched": sched}[part](trace, report)


if __name__ == "__main__":
    main()
