#!/usr/bin/env python3
"""Blame of a trace against the replay of the same trace: nothing may be missing, or be there twice.

usage: blame_sums.py BLAME.json REPLAY.ndjson

For each stream and device the time put down to all culprits, tail and body together, must be the sum of
its chains, stage by stage and to the nanosecond; for each of the worst chains the parts of a stage must
be the stage, and lie one behind the other.
"""
import collections
import json
import sys

REQUEST_ENDS = (("queued_ns", "issue_ns"), ("run_ns", "complete_ns"))


def first_of(at, names):
    return next((at[name] for name in names if name in at), None)


def request_stages(at):
    """The stages of a request as blame cuts it."""
    stages = {}
    if "queued_ns" in at:
        stages["submit"] = at["issue_ns"] - at["queued_ns"]
    if "irq_ns" in at:
        stages["device"] = at["irq_ns"] - at["issue_ns"]
        stages["complete"] = at["complete_ns"] - at["irq_ns"]
    else:
        stages["unexplained"] = at["complete_ns"] - at["issue_ns"]
    if "run_ns" in at:
        stages["wake"] = at["run_ns"] - at["complete_ns"]
    return stages


class Replay:
    """Chains by (device, stream) and requests by device, and of each its stages by what names it."""

    def __init__(self, path):
        self.chains = collections.defaultdict(list)
        self.requests = collections.defaultdict(list)
        self.services = collections.defaultdict(list)
        self.kinds = {}             # (device, stream) -> whether its due is estimated
        for line in open(path):
            record = json.loads(line)
            if record["what"] == "notification":
                self.notification(record)
            elif record["what"] == "request" and not self.is_empty(record):
                self.request(record)

    @staticmethod
    def is_empty(record):
        """A flush of a kernel's disk; the adapter of a simulated one completes any request in a reset."""
        return ":" in record["device"] and not record.get("bytes", 0)

    def notification(self, record):
        key = record["device"], record["stream"]
        if record["class"] != "censored" and "service_ns" in record:
            service = record["service_ns"]
            self.services[key].append((record["seq"], service, {"service": service}))
        if record["class"] == "censored" or "end_to_end_ns" not in record:
            return
        if "due_ns" in record["at"]:
            estimated = record.get("due_estimated", False)
            if self.kinds.setdefault(key, estimated) != estimated:
                return
        self.chains[key].append((record["seq"], record["end_to_end_ns"], record["stages"]))

    def request(self, record):
        at = record["at"]
        if "latency_ns" in record:
            begin, end = (first_of(at, names) for names in REQUEST_ENDS)
            self.requests[record["device"]].append((record["id"], end - begin, request_stages(at)))


def stage_sums(chains):
    sums = collections.Counter()
    for _, _, stages in chains:
        sums.update({name: ns for name, ns in stages.items() if ns})
    return sums


def check_row(row, chains, name):
    assert row["chains"] == row["tail"]["count"] + row["body"]["count"] == len(chains), \
        (name, row["chains"], len(chains))
    total = sum(total for _, total, _ in chains)
    assert row["tail"]["total_ns"] + row["body"]["total_ns"] == total, (name, row["tail"], total)
    for side in ("tail", "body"):
        assert sum(c[side + "_ns"] for c in row["culprits"]) == row[side]["total_ns"], (name, side)
    sums = collections.Counter()
    for culprit in row["culprits"]:
        for side in ("tail_ns", "body_ns"):
            assert sum(s[side] for s in culprit["stages"].values()) == culprit[side], culprit
        for stage, share in culprit["stages"].items():
            sums[stage] += share["tail_ns"] + share["body_ns"]
    want = stage_sums(chains)
    assert {n: v for n, v in sums.items() if v} == {n: v for n, v in want.items() if v}, \
        (name, sums, want)
    if row["tail"]["count"] and row["body"]["count"]:
        slow = sorted((total for _, total, _ in chains), reverse=True)
        assert sum(slow[:row["tail"]["count"]]) == row["tail"]["total_ns"], (name, "not the slowest")


def check_parts(chain, known):
    parts = chain["parts"]
    sums = collections.Counter()
    at_ns = chain["begin_ns"]
    joined = len(parts) >= 192   # beyond, later times are added to earlier parts
    for part in parts:
        sums[part["stage"]] += part["length_ns"]
        assert part["length_ns"] != 0, part
        assert joined or part["begin_ns"] == at_ns, (chain, part, at_ns)
        at_ns = part["begin_ns"] + part["length_ns"]
    sums = {name: ns for name, ns in sums.items() if ns}
    assert sum(sums.values()) == chain["total_ns"], chain
    assert any(total == chain["total_ns"] and {n: v for n, v in stages.items() if v} == sums
               for _, total, stages in known), (chain, known)


def main():
    blame, replay = json.load(open(sys.argv[1])), Replay(sys.argv[2])
    rows = {(row["device"], row["stream"]): row for row in blame["notifications"]}
    assert "other" not in {row["device"] for what in ("notifications", "services", "requests")
                           for row in blame[what]}
    assert set(replay.chains) <= set(rows), (set(replay.chains), set(rows))
    for key, row in rows.items():
        check_row(row, replay.chains[key], key)
    services = {(row["device"], row["stream"]): row for row in blame["services"]}
    assert set(replay.services) == set(services), (set(replay.services), set(services))
    for key, row in services.items():
        check_row(row, replay.services[key], ("service", key))
    for row in blame["requests"]:
        check_row(row, replay.requests[row["device"]], row["device"])
    named = collections.defaultdict(list)
    for what, records in (("stream", replay.chains), ("service", replay.services),
                          ("device", replay.requests)):
        for key, chains in records.items():
            for chain in chains:
                named[what, key, chain[0]].append(chain)
    for chain in blame["worst"]:
        check_parts(chain, named["stream", (chain["device"], chain["stream"]), chain["seq"]])
    for chain in blame["worst_services"]:
        check_parts(chain, named["service", (chain["device"], chain["stream"]), chain["seq"]])
    for chain in blame["worst_requests"]:
        check_parts(chain, named["device", chain["device"], chain["id"]])
    count = sum(len(chains) for chains in replay.chains.values())
    requests = sum(len(chains) for chains in replay.requests.values())
    unknown = sum(c["tail_ns"] + c["body_ns"] for row in blame["notifications"] + blame["requests"]
                  for c in row["culprits"] if c["kind"] == "unknown")
    answers = sum(len(services) for services in replay.services.values())
    print(f"{count} chains, {answers} services and {requests} requests, {unknown} ns unknown")


main()
