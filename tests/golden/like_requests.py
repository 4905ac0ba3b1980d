#!/usr/bin/env python3
"""Are the requests of a session that was recorded like another one the same requests?

usage: like_requests.py RECORDED REPLAYED [BOUND]   two outputs of `replay --what requests --format ndjson`

Disks are compared one by one, in the order in which their requests appear, on a clock that begins with
the issue of the first request. Each request must come when it came, with the same operation, size and status, and meet each
instant that the recording tells of it to some nanoseconds (BOUND); as many must be under way. What the
recording does not tell may be anything, but whom nobody woke for must wake nobody. Prints the first
differences, and how many instants were met to the nanosecond; fails if there are differences.
"""
import json
import sys

SHOWN = 5
BOUND_NS = int(sys.argv[3]) if len(sys.argv) > 3 else 8

INSTANTS = ("queued_ns", "issue_ns", "irq_ns", "softirq_ns", "complete_ns", "run_ns")

def is_adapter(request):
    return ":" not in request["device"]


def is_placed(request):
    """What the virtual adapter is asked for: a block device has data to do."""
    at = request["at"]
    is_known = "issue_ns" in at or ("queued_ns" in at and "complete_ns" not in at)
    return is_known and (is_adapter(request) or request["bytes"] > 0)


def read(path):
    disks = {}
    for line in open(path):
        request = json.loads(line)
        if request["what"] == "request" and is_placed(request):
            disks.setdefault(request["device"], []).append(request)
    return list(disks.values())


def arrival(request):
    return request["at"].get("queued_ns", request["at"].get("issue_ns"))


def by_arrival(requests):
    return sorted(requests, key=lambda request: (arrival(request), request["at"].get("issue_ns", 0)))


def facts(request):
    return request["op"], request["bytes"], request["status"] != 0


def differences(a, b, begin_a, begin_b):
    """How far each instant is off, of those that the recording tells."""
    off = {}
    for name in INSTANTS:
        if name in a["at"]:
            off[name] = (b["at"].get(name, 0) - begin_b) - (a["at"][name] - begin_a)
    return off


def tells_alike(a, b):
    """A run of a handler for several interrupts does not tell which found a request, now as then."""
    return not is_adapter(a) or "softirq_ns" not in a["at"] or a["at"].keys() == b["at"].keys()


def is_same(a, b, off):
    return facts(a) == facts(b) and tells_alike(a, b) and \
        (not is_adapter(a) or a["outstanding"] == b["outstanding"]) and ("complete_ns" in a["at"]) == ("complete_ns" in b["at"]) and \
        ("run_ns" in a["at"]) == ("run_ns" in b["at"]) and \
        all(abs(ns) <= BOUND_NS for ns in off.values())


def compare(number, a, b, counts):
    a, b = by_arrival(a), by_arrival(b)
    begin_a, begin_b = a[0]["at"]["issue_ns"], b[0]["at"]["issue_ns"]
    wrong = abs(len(a) - len(b))
    if wrong:
        print(f"disk {number}: {len(a)} requests recorded, {len(b)} replayed")
    for index, (x, y) in enumerate(zip(a, b)):
        off = differences(x, y, begin_a, begin_b)
        for ns in off.values():
            counts[abs(ns)] = counts.get(abs(ns), 0) + 1
        if not is_same(x, y, off):
            wrong += 1
            if wrong <= SHOWN:
                print(f"disk {number}, request {index}: off by {off}\n  recorded {x}\n  replayed {y}")
    return wrong


def main():
    recorded, replayed = (read(path) for path in sys.argv[1:3])
    counts = {}
    wrong = 0
    if len(recorded) != len(replayed) or not recorded:
        print(f"{len(recorded)} disks recorded, {len(replayed)} replayed")
        wrong += 1
    for number, (a, b) in enumerate(zip(recorded, replayed)):
        wrong += compare(number, a, b, counts)
    total = sum(map(len, recorded))
    print(f"{total} requests, {counts.get(0, 0)} of {sum(counts.values())} instants to the nanosecond, "
          f"the worst off by {max(counts, default=0)} ns: {wrong} differ")
    sys.exit(wrong > 0)


main()
