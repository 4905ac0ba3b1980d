#!/usr/bin/python3
"""Does the text of a report fit on a screen, and is what it says first what its JSON says?

usage: report.py TEXT JSON REPLAY

TEXT: as on a terminal of 80 columns. The worst are worked out once more from the lines of REPLAY
(ndjson): the longest, of equals the earlier.
"""
import json
import sys
import unicodedata

LINES, COLUMNS, WORST = 30, 80, 5


def columns_of(line):
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
               for c in line)


def told(ns):
    """A duration as the report writes it: four digits and a unit."""
    for unit, scale in (("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9)):
        value = abs(ns) / scale
        if value < 999.95 or unit == "s":
            break
    if unit == "ns":
        return f"{ns} ns"
    decimals = 3 if value < 9.9995 else 2 if value < 99.995 else 1
    return f"{'-' if ns < 0 else ''}{value:.{decimals}f} {unit}"


def first_of(record):
    return min(record["at"].values())


def worst_expect(records, length):
    return sorted((r for r in records if length in r),
                  key=lambda r: (-r[length], first_of(r)))[:WORST]


def worst_check(row, records, length, number):
    """Equal in their instants and stages, too: those of a timeline."""
    expected = worst_expect(records, length)
    assert len(row.get("worst", [])) == len(expected), (row["device"], len(expected))
    for one, record in zip(row["worst"] if expected else [], expected):
        assert one[length] == record[length], (one, record)
        assert one["at"] == record["at"] and one[number] == record[number], (one, record)
        if "stages" in record:
            assert one["stages"] == record["stages"], (one, record)
        else:
            at = one["at"]
            assert one["stages"]["device"] == at["irq_ns"] - at["issue_ns"] if "irq_ns" in at \
                else "device" not in one["stages"], one


def text_of(lines):
    return " ".join(line.strip() for line in lines)


def verdict_check(text, report):
    """Glitches and percentiles of one stream or device are in the first sentence."""
    head = text_of(text.split("\n")[:8])
    rows = report["notifications"] + report["requests"]
    named = [r for r in rows
             if f" {r['device']} {r['stream' if 'stream' in r else 'name']}".rstrip() + ":" in head]
    assert len(named) == 1, (head, [r["device"] for r in named])
    dist = named[0].get("end_to_end") or named[0].get("latency")
    assert told(dist["p50"]) + " (p50)" in head, (head, dist)
    high = next(q for q in ("p99_9", "p99", "p90") if dist[q] is not None)
    assert f"{told(dist[high])} ({high.replace('_', '.')})" in head, (head, dist)
    headroom = named[0].get("headroom", {})
    if headroom.get("glitches"):
        assert f": {headroom['glitches']} glitch" in head, head
    if "time" in headroom:
        assert told(headroom["time"]["min"]) in head, (head, headroom["time"])


def main():
    with open(sys.argv[1]) as text, open(sys.argv[2]) as report, open(sys.argv[3]) as replay:
        text, report, records = text.read(), json.load(report), [json.loads(r) for r in replay]
    lines = text.rstrip("\n").split("\n")
    assert len(lines) <= LINES, f"{len(lines)} lines"
    for line in lines:
        assert columns_of(line) <= COLUMNS, f"{columns_of(line)} columns: {line}"
    verdict_check(text, report)
    assert f"lost {report['trace']['lost_events']} events" in text
    assert report["trust"]["verdict"].upper() + ":" in text
    assert any(len(r.get("worst", [])) == WORST for r in report["notifications"] + report["requests"])
    for row in report["notifications"]:
        worst_check(row, [r for r in records if r["what"] == "notification" and
                          (r["device"], r["stream"]) == (row["device"], row["stream"])],
                    "end_to_end_ns", "seq")
    for row in report["requests"]:
        worst_check(row, [r for r in records if r["what"] == "request" and
                          r["device"] == row["device"] and not r.get("unmatched")],
                    "latency_ns", "id")


main()
