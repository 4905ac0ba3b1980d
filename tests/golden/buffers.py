#!/usr/bin/python3
"""Causes of glitches, against the faults that were injected and the truth that the device tells.

usage: buffers.py JITTERSCOPE WORK_DIR SOURCE_DIR

Who is right is said by two oracles, neither of which shares code with jitterscope. Where one kind of
fault is all that happens, its kind is the cause (BY_FAULT). Where delays are drawn, or several faults
strike, the chain that should have been answered is looked up in the truth: the stage that took most
of it until the glitch is the cause. Beside: what recordings of real kernels are known to hold. Prints what is wrong, and exits 1 below SHARE_MIN.
"""
import collections
import json
import pathlib
import subprocess
import sys

import bt2

from fault_cases import BASES, CASES, CLIENT, DELAY

SHARE_MIN = 0.99
GLITCHES_MIN = 1000     # of all scenarios together: fewer would prove nothing
DURATION = "1995ms"

BY_FAULT = {
    "drop-interrupt": "lost_interrupt",
    "miss-point": "lost_interrupt",         # as far as the client can tell
    "lose-wakeup": "late_wake",
    "delay-dpc": "late_deferred",
    "insert-claimed": "late_deferred",      # these two ride on late DPCs
    "count-merged-once": "late_deferred",
    "forget-dpc": "late_deferred",
    "forget-event": "late_deferred",
    "stretch-isr": "late_deferred",
    "stretch-dpc": "late_deferred",
    "slow-client": "late_write",
    "silent-client": "late_write",
    "halt-without-data": "late_write",
    "hidden-glitch": "late_write",          # rides on a silent client
    "write-same": "repeated_write",
    "position-jump": "device",
    "early-point": "device",                # its client comes too early, and is refused
    "deny-read": "device",
}

# Faults that strike again and again, in streams of several shapes.
REPEATED = {
    "drop-interrupt": "at = 50ms\ncount = 0\nchance = 0.1",
    "lose-wakeup": "at = 50ms\ncount = 0\nchance = 0.1",
    "delay-dpc": "at = 50ms\ncount = 0\nevery = 97ms\nlength = 31ms",
    "slow-client": "at = 50ms\ncount = 0\nevery = 97ms\nlength = 31ms",
    "silent-client": "at = 50ms\ncount = 0\nevery = 97ms\nlength = 31ms",
    "position-jump": "at = 50ms\ncount = 0\nevery = 97ms\namount = 700",
    "miss-point": "at = 50ms\ncount = 0\nchance = 0.1",
    "forget-dpc": "at = 50ms\ncount = 0\nchance = 0.1",
}
SHAPES = {
    "render": "",
    "capture": "capture = yes\n",
    "short": "period_frames = 128\n",
    "event": "mode = event\n",
    "odd": "period_frames = 700\nrate = 44100\ndrift_ppm = 80\n",
}
MIXED = """
[machine]
cpus = 2
[stream]
{shape}[client]
work = exponential {work}
[delay]
interrupt = exponential 40us
dispatch = 2us
queue = exponential {queue}
handler = 5us
wake = exponential {wake}
"""
MIXES = [("9ms", "100us", "100us"), ("200us", "4ms", "100us"), ("200us", "100us", "4ms"),
         ("3ms", "2ms", "2ms")]
STALL = "[fault]\nkind = stalled-cpu\nat = 51ms\ncount = 0\nevery = 97ms\nlength = {length}\n"

INSTANTS = ("due", "irq", "signal", "run", "served")
Chain = collections.namedtuple("Chain", INSTANTS + ("seq",))
SET_WRITE, GET_READ = 0, 1

# Known of them: glitches by cause, and when they were, in seconds since the begin.
RECORDINGS = [
    ("kernel-hda-one-xrun", {"late_wake": 1}, (1.08, 1.15)),
    ("hda-128-one-xrun", {"late_wake": 1}, (2.936, 2.949)),
    ("kernel-ac97-10ms-hog", {}, None),
    ("kernel-ac97-10ms", {}, None),
    ("hda-480-steady", {}, None),
]

wrong = []
right = collections.Counter()
asked = collections.Counter()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def report_of(program, trace):
    return json.loads(run(program, "report", "--quiet", "--format", "json", str(trace)))


def headrooms(report):
    return [stream["headroom"] for stream in report["notifications"] if "headroom" in stream]


class Simulated:
    def __init__(self, program, directory, scenario, seed=1):
        directory.mkdir()
        (directory / "scenario.ini").write_text(scenario)
        self.trace = directory / "trace"
        run(program, "record", "sim", "--quiet", "--scenario", str(directory / "scenario.ini"),
            "--seed", str(seed), "--duration", DURATION, "-o", str(self.trace))
        self.headrooms = headrooms(report_of(program, self.trace))

    def glitches(self):
        return [glitch for headroom in self.headrooms for glitch in headroom["first_glitches"]]

    def truth(self):
        """Chains of the truth by point, and which points the client has answered when."""
        chains, answers = {}, []
        for message in bt2.TraceCollectionMessageIterator(str(self.trace)):
            if type(message) is not bt2._EventMessageConst:
                continue
            event = message.event
            if event.name == "jscope:truth_chain":
                clock = event.stream.cls.default_clock_class.offset
                offset = clock.seconds * 10**9 + clock.cycles
                at = [int(event[name + "_ns"]) for name in INSTANTS]
                seq = int(event["seq"])
                chains[seq] = Chain(*(value + offset if value else None for value in at), seq)
            elif event.name == "jscope:wrt_packet" and int(event["status"]) == 0:
                # At point k packet k + 1 is to be written, or packet k - 1 to be read.
                ahead = {SET_WRITE: -1, GET_READ: 1}.get(int(event["kind"]))
                if ahead:
                    answers.append((message.default_clock_snapshot.ns_from_origin,
                                    int(event["packet"]) + ahead))
        return chains, answers


def judge(name, glitch, expected):
    asked[name] += 1
    if glitch["cause"] in expected:
        right[name] += 1
    else:
        wrong.append(f"{name}: at {glitch['at_ns']} {glitch['cause']}, not {expected}")


def cause_of(chains, answers, at):
    """By the truth: what befell the first point that was not answered when the device ran out."""
    answered = max((point for ts, point in answers if ts <= at), default=0)
    chain = chains.get(answered + 1)
    if not chain or chain.due >= at:
        return None
    busy = max((other.served for other in chains.values()
                if other.seq < chain.seq and other.run and chain.signal and other.served and
                other.run <= chain.signal), default=0)
    reached, spans = chain.due, collections.Counter()
    for name, instant in (("late_interrupt", chain.irq), ("late_deferred", chain.signal),
                          ("late_wake", chain.run), ("late_write", chain.served)):
        end = min(instant or at, at)
        if name == "late_interrupt" and end == at:
            name = "lost_interrupt"
        if name == "late_wake" and busy > reached:
            spans["late_write"] += min(busy, end) - reached
            reached = min(busy, end)
        spans[name] += end - reached
        reached = end
    return max(spans, key=spans.get)


def by_truth(name, simulated):
    chains, answers = simulated.truth()
    for glitch in simulated.glitches():
        expected = cause_of(chains, answers, glitch["at_ns"])
        if expected:
            judge(name, glitch, {expected})


def known_faults(program, work):
    for number, (fault, base, lines, _, _) in enumerate(CASES):
        if base.startswith(("MIDI", "disk", "module")):
            continue
        simulated = Simulated(program, work / f"case-{number}",
                              f"{BASES[base]}\n[fault]\nkind = {fault}\n{lines}\n")
        for glitch in simulated.glitches():
            judge(fault, glitch, {BY_FAULT.get(fault, "no fault that makes glitches")})


def repeated_faults(program, work):
    for fault, lines in REPEATED.items():
        for shape, format_lines in SHAPES.items():
            scenario = f"[stream]\n{format_lines}{CLIENT}{DELAY}[fault]\nkind = {fault}\n{lines}\n"
            simulated = Simulated(program, work / f"{fault}-{shape}", scenario)
            for glitch in simulated.glitches():
                judge(f"{fault}, {shape}", glitch, {BY_FAULT[fault]})


def drawn_delays(program, work):
    for number, (client, queue, wake) in enumerate(MIXES):
        for shape, lines in SHAPES.items():
            if shape == "event":   # its client answers without packets
                continue
            scenario = MIXED.format(shape=lines, work=client, queue=queue, wake=wake)
            by_truth(f"mix {number}, {shape}",
                     Simulated(program, work / f"mix-{number}-{shape}", scenario, number + 1))
    for length in ("11ms", "24ms"):
        by_truth(f"stalled {length}",
                 Simulated(program, work / f"stalled-{length}",
                           f"[stream]\n{CLIENT}{DELAY}{STALL.format(length=length)}"))


def recordings(program, source):
    for name, causes, window in RECORDINGS:
        report = report_of(program, source / "samples/recordings" / name)
        begin = report["trace"]["begin_ns"]
        found, at = collections.Counter(), []
        for headroom in headrooms(report):
            found.update({k: v for k, v in headroom["glitch_causes"].items() if v})
            at += [(glitch["at_ns"] - begin) / 1e9 for glitch in headroom["first_glitches"]]
        if dict(found) != causes:
            wrong.append(f"{name}: {dict(found)}, not {causes}")
        if any(not window[0] <= instant <= window[1] for instant in at):
            wrong.append(f"{name}: glitches at {at}, not within {window}")


def main():
    program, work, source = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    known_faults(program, work)
    repeated_faults(program, work)
    drawn_delays(program, work)
    glitches, good = sum(asked.values()), sum(right.values())
    misjudged = len(wrong)
    recordings(program, source)
    print("\n".join(wrong[:40]))
    print(f"{good} of {glitches} causes are right")
    if glitches < GLITCHES_MIN or good < SHARE_MIN * glitches or len(wrong) > misjudged:
        sys.exit(1)


main()
