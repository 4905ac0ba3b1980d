#!/usr/bin/python3
"""A report against what lttng-analyses prints of the same trace.

usage: reference_texts.py REPORT.json TEXT...      (irqstats, iolatencystats, schedstats)
       reference_texts.py --log IRQLOG REPORT.json CPU [REPORT.json CPU]...

Each row of a text: how many, the shortest, the mean, the longest, and the deviation of a sample.
lttng-analyses also counts a wake-up that came while its thread was still on its way off a CPU, from
the sched_wakeup that follows; with `+TID=COUNT` behind the texts so many more of a thread are expected
of it, and only the longest is compared.
"""
import json
import re
import sys

ROW = re.compile(r"(?:(\d+): +<(.+)>|(.+) \((\d+)\)|(\w+)) +(\d+) +(.*)")
LOGGED = re.compile(r"\[(\S+), (\S+)\] +\S+ +(\d+) +(\w+) +(\d+) +\S+(?: +\(raised at (\S+)\))?")


def rows(text):
    """(section, key, [count, min, mean, max, deviation]...) with times in ns."""
    section = ""
    for line in open(text).read().split("\n"):
        heading = re.match(r"(Hard IRQ|Soft IRQ|Disk latency|Scheduling)", line)
        section = heading[1] if heading else section if line.strip() else ""
        row = ROW.match(line)
        if not section or not row or "Raise latency" in line:
            continue
        irq, _, _, tid, disk, count, rest = row.groups()
        for part, numbers in enumerate(f"{count} {rest}".split("|")):
            if numbers.split():
                count, *times = re.sub(r"\[.*", "", numbers).split()
                yield (section + " raise" * part, disk or int(irq or tid),
                       [int(count)] + [None if time == "?" else float(time) * 1000
                                       for time in times])


def told(report):
    for irq in report["irqs"]:
        yield ("Hard IRQ", irq["irq"]), irq["duration"]
    for soft in report.get("softirqs", []):
        yield ("Soft IRQ", soft["vec"]), soft["duration"]
        yield ("Soft IRQ raise", soft["vec"]), soft["raise_to_entry"]
    for request in report.get("requests", []):
        yield ("Disk latency", request["name"]), request["latency"]
    for task in report.get("wakeups", {}).get("tasks", []):
        yield ("Scheduling", task["tid"]), task["latency"]


def is_same(dist, wanted, more):
    count, least, mean, most, deviation = wanted
    if dist["count"] != count - more or abs(dist["max"] - most) > 0.01:
        return False
    sample = dist["stddev"] * (count / (count - 1)) ** 0.5 if count > 1 and not more else 0
    return more or (abs(dist["min"] - least) < 0.01 and abs(dist["mean"] - mean) < 0.51
                    and (deviation is None or abs(sample - deviation) < 0.51))


def texts(path, arguments):
    have = dict(told(json.load(open(path))))
    more = dict(map(int, word[1:].split("=")) for word in arguments if word[0] == "+")
    wanted = [row for text in arguments if text[0] != "+" for row in rows(text)]
    for section, key, numbers in wanted:
        dist = have.get((section, key), {"count": 0, "max": 0})
        extra = more.get(key, 0) if section == "Scheduling" else 0
        if not is_same(dist, numbers, extra):
            sys.exit(f"{section} {key}: lttng-analyses {numbers}, jitterscope {dist}")
    print(f"{len(wanted)} rows of {sum(row[2][0] for row in wanted)} durations are equal")
    sys.exit(not wanted)


def ns(text):
    hours, minutes, seconds = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60 * 10**9 + round(float(seconds) * 10**9)


def log(path, arguments):
    """Each interval by itself where a handler ran once on a CPU, else all of it together."""
    wanted = {}
    for begin, end, cpu, kind, number, raised in LOGGED.findall(open(path).read()):
        section = {"IRQ": "Hard IRQ", "SoftIRQ": "Soft IRQ"}[kind]
        key = section, int(number), int(cpu)
        wanted.setdefault(key, []).append(ns(end) - ns(begin))
        if raised:
            key = section + " raise", int(number), int(cpu)
            wanted.setdefault(key, []).append(ns(begin) - ns(raised))
    have = {(*key, int(cpu)): [dist[part] for part in ("count", "min", "mean", "max")]
            for report, cpu in zip(arguments[::2], arguments[1::2])
            for key, dist in told(json.load(open(report))) if dist["count"]}
    wanted = {key: [len(times), min(times), sum(times) / len(times), max(times)]
              for key, times in wanted.items()}
    if have != wanted or not wanted:
        sys.exit(f"lttng-analyses {wanted}\njitterscope    {have}")
    print(f"{len(wanted)} handlers of {sum(row[0] for row in wanted.values())} intervals are equal")


if __name__ == "__main__":
    if sys.argv[1] == "--log":
        sys.exit(log(sys.argv[2], sys.argv[3:]))
    texts(sys.argv[1], sys.argv[2:])
