#!/usr/bin/env python3
"""Blame against faults that were injected: each late chain must name what made it late.

usage: blame_injected.py JITTERSCOPE WORK_DIR SECONDS SEED...

Each case is a scenario with one fault that strikes again and again, and says who is to be named in a
chain that took longer than all chains do without it. Of what the ground truth of the device says only
two things are used: the instants of a chain (truth_chain), to know whether a fault made it late by itself
or by what it waited for; and which thread is whose client. At least 99 % of the late chains of each case
must name it, of those that the fault struck and of those that it held up alike.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys

import bt2

MS = 1_000_000
SHARE = 0.99            # of the late chains that must name the injected culprit

DELAY = "[delay]\ninterrupt = 6us\ndispatch = 2us\nqueue = 5us\nhandler = 5us\nwake = 25us\n"
CLIENT = "[client]\nwork = 150us\n"
ONE = "[stream one]\n" + CLIENT + DELAY
SOLE = "[machine]\ncpus = 1\n"
TWO = SOLE + "[stream one]\n[stream two]\nperiod_frames = 149\n" + CLIENT + DELAY
DISKS = (SOLE + "[disk one]\nclients = 2\noutstanding = 4\ndevice = 800us\nthink = 30us\n"
         "[disk two]\nclients = 2\noutstanding = 4\ndevice = 900us\nthink = 30us\n" + DELAY)
HALVES = TWO.replace("cpus = 1", "cpus = 2")

# expect(chain, truth): whether the fault struck that chain itself, and whether the right one is named.
# least: so many chains must have been held up.
Case = collections.namedtuple("Case", "name base fault expect least")
LATE_NS = MS // 2       # without a fault they take 60 us, and as long as one work of a client more


def fault(kind, every, **settings):
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    return f"[fault]\nkind = {kind}\nat = 100ms\nevery = {every}\ncount = 0\n{lines}"


class Truth:
    """The chains and clients of a trace, by the number of their device."""

    def __init__(self, path):
        self.chains, self.clients = {}, collections.defaultdict(set)
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is not bt2._EventMessageConst:
                continue
            event = message.event
            if event.name == "jscope:truth_chain":
                self.chains[int(event["dev"]), int(event["seq"])] = {
                    name: int(event[name + "_ns"]) for name in ("due", "deferred", "signal", "run")}
            elif event.name == "jscope:ev_wake":
                self.clients[int(event["dev"])].add(int(event["tid"]))


def device_of(chain):
    return int(chain["device"].removeprefix("dev"))


def top(chain):
    """The one that has most of a chain, over all its parts."""
    sums = collections.Counter()
    for part in chain["parts"]:
        sums[part["kind"], part.get("dev"), part.get("id"), part.get("cpu")] += part["length_ns"]
    return max(sums, key=sums.get)


def handler_of(*kinds, own=("itself", "own_previous", "irq")):
    """A handler of device 2 for those of device 1; what is late of device 2 is so by its own."""
    def expect(chain, truth):
        kind, dev, _, _ = top(chain)
        if device_of(chain) == 2:
            return True, kind in own and dev in (None, 2)
        return False, kind in kinds and dev == 2
    return expect


def delayed_dpc(chain, truth):
    """Nothing ran while the DPC of device 2 lay in its queue; that of device 1 was behind it."""
    kind, dev, _, cpu = top(chain)
    if device_of(chain) == 2:
        return True, kind in ("silent", "not_called") and cpu == 0
    return False, kind == "dpc_ahead" and dev == 2


def own_run(chain, truth):
    """The run that was stretched is late by itself, and what came meanwhile by its previous run."""
    at = truth.chains[device_of(chain), chain["seq"]]
    struck = at["signal"] - at["deferred"] > 5 * MS
    return struck, top(chain)[0] == ("itself" if struck else "own_previous")


def cpu_zero(*kinds):
    def expect(chain, truth):
        kind, _, _, cpu = top(chain)
        return False, kind in kinds and cpu == 0
    return expect


def other_client(chain, truth):
    kind, _, tid, _ = top(chain)
    if device_of(chain) == 2:
        return True, kind == "own_previous"
    return False, kind == "thread" and tid in truth.clients[2] - truth.clients[1]


def own_client(chain, truth):
    return False, top(chain)[0] == "own_previous"


CASES = [
    Case("an ISR of another line", TWO,
         fault("stretch-isr", "2ms", device="two", length="1500us"), handler_of("irq"), 100),
    Case("an ISR of another disk", DISKS,
         fault("stretch-isr", "7ms", device="two", length="1500us"), handler_of("irq"), 500),
    Case("a slow DPC ahead", TWO,
         fault("stretch-dpc", "2ms", device="two", length="1500us"),
         handler_of("dpc_ahead", "dpc"), 100),
    Case("a DPC that waits ahead", TWO,
         fault("delay-dpc", "2ms", device="two", length="1500us"), delayed_dpc, 100),
    Case("its own previous run", ONE,
         fault("stretch-dpc", "50ms", length="25ms"), own_run, 100),
    Case("a CPU that stands still", TWO,
         fault("stalled-cpu", "13ms", length="2ms", amount=0), cpu_zero("silent"), 150),
    Case("one of two CPUs that stands still", HALVES,
         fault("stalled-cpu", "13ms", length="2ms", amount=0), cpu_zero("silent"), 150),
    Case("another client", TWO,
         fault("slow-client", "2ms", device="two", length="2ms"), other_client, 100),
    Case("its own client's previous run", ONE,
         fault("slow-client", "50ms", length="25ms"), own_client, 100),
    Case("an interrupt storm on another line", TWO + "[delay two]\ndispatch = 60us\n",
         fault("interrupt-storm", "61ms", device="two", length="5ms"), handler_of("irq", own=("irq",)), 30),
]


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join([program, *arguments])}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def late_of(case, seed, program, work, seconds):
    """The chains that are late, each with what is expected of it."""
    scenario, trace = work / "case.ini", work / f"case-{seed}"
    scenario.write_text(case.base + case.fault)
    run(program, "record", "sim", "--quiet", "--scenario", str(scenario), "--seed", str(seed),
        "--duration", f"{seconds}s", "-o", str(trace))
    found = []
    for device in ("dev1", "dev2"):
        # The end of the recording stops what is under way.
        found += json.loads(run(program, "blame", "--quiet", "--format", "json", "--worst", "10000",
                                "--device", device, "--to", f"{seconds * 1000 - 100}ms",
                                str(trace)))["worst"]
    truth = Truth(str(trace))
    shutil.rmtree(trace)
    late = [chain for chain in found if chain["total_ns"] > LATE_NS]
    for chain in late:
        assert sum(part["length_ns"] for part in chain["parts"]) == chain["total_ns"], chain
    return [(*case.expect(chain, truth), chain) for chain in late]


def judge(case, late):
    """Prints what was found. Returns whether the case passes."""
    passes = True
    for group, of_group, least in (("held up", False, case.least), ("struck", True, 0)):
        those = [(named, chain) for struck, named, chain in late if struck == of_group]
        named = sum(named for named, _ in those)
        if those:
            print(f"{case.name}: {named} of {len(those)} late chains that were {group} name it "
                  f"({100 * named / len(those):.2f} %)")
        for chain in [chain for named, chain in those if not named][:3]:
            print("  astray:", chain["device"], chain["seq"], chain["class"], chain["total_ns"],
                  [(part["stage"], part["who"], part["length_ns"]) for part in chain["parts"]])
        passes &= len(those) >= least and named >= SHARE * len(those)
    return passes


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2])
    seconds, *seeds = (int(number) for number in sys.argv[3:])
    failed = [case.name for case in CASES
              if not judge(case, [chain for seed in seeds
                                  for chain in late_of(case, seed, program, work, seconds)])]
    if failed:
        sys.exit(f"not named, or too few late chains: {', '.join(failed)}")


main()
