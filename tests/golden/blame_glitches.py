#!/usr/bin/env python3
"""Whom blame puts glitches down to, against the replay of the same trace and the parts of the chains.

usage: blame_glitches.py BLAME.json REPLAY.ndjson

Each glitch of the replay names its cause and the notification whose answer was lacking, or lies in the
chain. Of the stages that the cause is about, whoever had most in the parts of that chain is the culprit;
counted by cause and culprit that must be what blame says. BLAME.json holds all chains with a glitch
(--worst), REPLAY.ndjson all glitches (--what all).
"""
import collections
import json
import sys

STAGES = {"late_interrupt": {"interrupt"}, "late_deferred": {"dispatch", "queue", "handler"},
          "late_wake": {"wake"}, "late_write": {"service"}}


def name_of(culprit):
    return culprit["kind"], culprit["who"]


def culprit_of(cause, chain):
    """Who had most, None where nobody is known; several where they had as much."""
    held = collections.Counter()
    for part in chain["parts"]:
        if part["stage"] in STAGES[cause]:
            held[name_of(part)] += part["length_ns"]
    most = max(held.values(), default=0)
    return {None if name[0] == "unknown" else name
            for name, length in held.items() if length == most} or {None}


def is_of(glitch, chain):
    if (chain["device"], chain.get("stream")) != (glitch["device"], glitch["stream"]):
        return False
    if "awaited" in glitch:
        return chain["seq"] == glitch["awaited"]
    return 0 <= glitch["at_ns"] - chain["begin_ns"] <= chain["total_ns"]


def main():
    blame = json.load(open(sys.argv[1]))
    glitches = [r for r in map(json.loads, open(sys.argv[2])) if r["what"] == "glitch"]
    rows = {(row["device"], row["stream"]): row["glitches"] for row in blame["notifications"]}
    told = collections.Counter((g["device"], g["stream"]) for g in glitches)
    assert told == {key: row["count"] for key, row in rows.items() if row["count"]}, told
    said = collections.Counter()
    for key, row in rows.items():
        assert row["count"] == row["others"] + sum(c["count"] for c in row["culprits"]), row
        for culprit in row["culprits"]:
            name = name_of(culprit) if "kind" in culprit else None
            said[key, culprit["cause"], name] += culprit["count"]
    known = 0
    for glitch in glitches:
        key, cause = (glitch["device"], glitch["stream"]), glitch["cause"]
        names = {None}
        if cause in STAGES:
            chains = blame["worst_services" if cause == "late_write" else "worst"]
            chain = next((c for c in chains if "glitch_ns" in c and is_of(glitch, c)), None)
            names = culprit_of(cause, chain) if chain else {None}
        name = next((n for n in names if said[key, cause, n] > 0), "?")
        assert name != "?", (glitch, names, said)
        said[key, cause, name] -= 1
        known += name is not None
    print(f"{len(glitches)} glitches, {known} with their culprit")


main()
