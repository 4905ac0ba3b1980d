#!/usr/bin/env python3
"""Blame against faults that were injected: each late chain must name what made it late.

usage: blame_injected.py JITTERSCOPE WORK_DIR SECONDS SEED...

Each case of a device is a scenario with one fault that strikes again and again, and says who is to be
named in a chain that took longer than all chains do without it. The ground truth of the device says
which these are (truth_chain), and whether the fault made a chain late by itself or by what it waited for;
and which thread is whose client. Each case of a kernel is made (blame_machine.py) by what knows whom it
put into which chain. At least 99 % of the late chains of each case must name it, of those that were
struck and of those that were held up alike, and none may be missing.

The last lines are the table of blame_injected.md.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys

import bt2

import blame_machine

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
# least: so many chains must have been held up; late: those that blame calls the worst.
Case = collections.namedtuple("Case", "name base fault expect least late", defaults=("worst",))
LATE_NS = MS // 2       # without a fault they take 60 us, and as long as one work of a client more


def fault(kind, every, **settings):
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    return f"[fault]\nkind = {kind}\nat = 100ms\nevery = {every}\ncount = 0\n{lines}"


class Truth:
    """The chains and clients of a trace, by the number of their device."""

    def __init__(self, path):
        self.chains, self.clients, self.begin_ns = {}, collections.defaultdict(set), None
        for message in bt2.TraceCollectionMessageIterator(path):
            if type(message) is not bt2._EventMessageConst:
                continue
            event = message.event
            if self.begin_ns is None:
                self.begin_ns = message.default_clock_snapshot.ns_from_origin
            if event.name == "jscope:truth_chain":
                self.chains[int(event["dev"]), int(event["seq"])] = {
                    name: int(event[name + "_ns"]) for name in ("due", "deferred", "signal", "run")}
            elif event.name == "jscope:ev_wake":
                self.clients[int(event["dev"])].add(int(event["tid"]))


    def late(self, until_ns):
        """What names the chains that were late, and over by then."""
        return {name for name, at in self.chains.items()
                if at["due"] and 0 < at["run"] < self.begin_ns + until_ns
                and at["run"] - at["due"] > LATE_NS}


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


def slow_client(chain, truth):
    return True, chain["device"] == "dev1" and top(chain) == ("itself", None, None, None)


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
    Case("its own client at its work", ONE,
         fault("slow-client", "50ms", length="3ms"), slow_client, 0, "worst_services"),
    Case("an interrupt storm on another line", TWO + "[delay two]\ndispatch = 60us\n",
         fault("interrupt-storm", "61ms", device="two", length="5ms"), handler_of("irq", own=("irq",)), 30),
]


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join([program, *arguments])}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def blame(program, trace, *options):
    """Of each chain that it tells the parts must be the whole."""
    told = json.loads(run(program, "blame", "--quiet", "--format", "json", "--worst", "10000",
                          *options, str(trace)))
    for chain in told["worst"] + told["worst_services"]:
        assert sum(part["length_ns"] for part in chain["parts"]) == chain["total_ns"], chain
    return told


def late_of(case, seed, program, work, seconds):
    """The chains that are late, each with what is expected of it."""
    scenario, trace = work / "case.ini", work / f"case-{seed}"
    scenario.write_text(case.base + case.fault)
    run(program, "record", "sim", "--quiet", "--scenario", str(scenario), "--seed", str(seed),
        "--duration", f"{seconds}s", "-o", str(trace))
    found = []
    for device in ("dev1", "dev2"):
        # The end of the recording stops what is under way.
        found += blame(program, trace, "--device", device, "--to",
                       f"{seconds * 1000 - 100}ms")[case.late]
    truth = Truth(str(trace))
    shutil.rmtree(trace)
    late = [chain for chain in found if chain["total_ns"] > LATE_NS]
    if case.late == "worst":
        missing = truth.late((seconds * 1000 - 200) * MS) - {(device_of(chain), chain["seq"])
                                                              for chain in late}
        assert not missing, (case.name, len(missing), min(missing))
    return [(*case.expect(chain, truth), chain) for chain in late]


def late_of_kernel(name, seed, program, work, chains):
    """The same of a made kernel: all chains that are late were held up by the one that it put there."""
    trace = work / f"kernel-{seed}"
    struck = blame_machine.make(name, seed, chains, str(trace))
    late = [chain for chain in blame(program, trace)["worst"] if chain["total_ns"] > LATE_NS]
    shutil.rmtree(trace)
    missing = struck ^ {chain["begin_ns"] for chain in late}
    assert not missing, (name, len(missing), min(missing))
    kind, which = blame_machine.CASES[name].who
    return [(False, (top(chain)[0], top(chain)[2] if top(chain)[3] is None else top(chain)[3])
             == (kind, which), chain) for chain in late]


def judge(name, least, late, table):
    """Adds its lines to the table. Returns whether the case passes."""
    passes = True
    for group, of_group, at_least in (("held up", False, least), ("struck", True, 0)):
        those = [(named, chain) for struck, named, chain in late if struck == of_group]
        named = sum(named for named, _ in those)
        if those:
            table.append(f"| {name} | {group} | {len(those)} | {named} | "
                         f"{100 * named / len(those):.2f} % |")
        for chain in [chain for named, chain in those if not named][:3]:
            print("  astray:", chain["device"], chain["seq"], chain["class"], chain["total_ns"],
                  [(part["stage"], part["who"], part["length_ns"]) for part in chain["parts"]])
        passes &= len(those) >= at_least and named >= SHARE * len(those)
    return passes and bool(late)


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2])
    seconds, *seeds = (int(number) for number in sys.argv[3:])
    table, failed = [], []
    for case in CASES:
        late = [chain for seed in seeds for chain in late_of(case, seed, program, work, seconds)]
        if not judge(f"device: {case.name}", case.least, late, table):
            failed.append(case.name)
    for name in blame_machine.CASES:
        late = [chain for seed in seeds
                for chain in late_of_kernel(name, seed, program, work, 100 * seconds)]
        if not judge(f"kernel: {name}", len(seeds), late, table):
            failed.append(name)
    print("| culprit | chains | late | named | share |\n|---|---|---:|---:|---:|", *table, sep="\n")
    if failed:
        sys.exit(f"not named, or too few late chains: {', '.join(failed)}")


main()
