"""A made kernel with one sound card, in which someone is injected into every tenth chain.

CPU 0 takes the interrupt of a card each 10 ms and wakes its client there; small interrupts, softirqs
and timers come at random beside that. Each culprit has a trace of its own, in LTTng's
vocabulary, whose maker knows into which chain it has put whom.
"""
import random
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "chains"))
import ctf                           # noqa: E402
from event import Event              # noqa: E402

US, MS = 1000, 1_000_000
CLIENT, HOG, BESIDE, RECORDER = 100, 900, 901, 902
NAMES = {0: "swapper/0", CLIENT: "aplay", HOG: "hog", BESIDE: "beside", RECORDER: "lttng-consumerd"}
CARD, OTHER_LINE, SMALL_LINE = 22, 13, 14
OURS, TIMER, NET = 6, 1, 3           # softirqs: tasklets are ours where there is one
EVERY = 10

CLASSES = {
    "irq_handler_entry": [("irq", "s32"), ("name", "string")],
    "irq_handler_exit": [("irq", "s32"), ("ret", "s32")],
    "irq_softirq_raise": [("vec", "u32")],
    "irq_softirq_entry": [("vec", "u32")],
    "irq_softirq_exit": [("vec", "u32")],
    "timer_hrtimer_start": [("hrtimer", "u64"), ("function", "u64"), ("expires", "s64"),
                            ("softexpires", "s64")],
    "timer_hrtimer_expire_entry": [("hrtimer", "u64"), ("now", "s64"), ("function", "u64")],
    "timer_hrtimer_expire_exit": [("hrtimer", "u64")],
    "sched_waking": [("comm", "string"), ("tid", "s32"), ("target_cpu", "s32")],
    "sched_migrate_task": [("comm", "string"), ("tid", "s32"), ("orig_cpu", "s32"),
                           ("dest_cpu", "s32")],
    "sched_switch": [("prev_comm", "string"), ("prev_tid", "s32"), ("prev_state", "s64"),
                     ("next_comm", "string"), ("next_tid", "s32")],
    "pcm_period_elapsed_entry": [("ip", "u64")],
    "pcm_period_elapsed_exit": [("ip", "u64")],
}


class Cpu:
    """What happens on one CPU, told from one instant on."""

    def __init__(self, machine, number):
        self.machine, self.number, self.at, self.tid = machine, number, 0, 0

    def tell(self, name, after=US, /, **fields):
        self.at += after
        self.machine.events.append(Event(0, self.at, self.number, name, fields))

    def switch(self, tid, after=US, state=0):
        self.tell("sched_switch", after, prev_comm=NAMES[self.tid], prev_tid=self.tid,
                  prev_state=state, next_comm=NAMES[tid], next_tid=tid)
        self.tid = tid

    def irq(self, line, length):
        self.tell("irq_handler_entry", irq=line, name=f"line{line}")
        self.tell("irq_handler_exit", length, irq=line, ret=1)

    def softirq(self, vector, length):
        self.tell("irq_softirq_entry", vec=vector)
        self.tell("irq_softirq_exit", length, vec=vector)

    def timer(self, timer, length):
        self.tell("timer_hrtimer_expire_entry", hrtimer=timer, now=self.at, function=timer)
        self.tell("timer_hrtimer_expire_exit", length, hrtimer=timer)

    def noise(self):
        """Something small that happens anyway."""
        length = self.machine.rng.randint(1, 9) * US
        choice = self.machine.rng.randrange(4)
        if choice == 0:
            self.irq(SMALL_LINE, length)
        elif choice == 1:
            self.softirq(TIMER, length)
        elif choice == 2:
            self.timer(0xB0, length)

    def signal(self, cpu=0):
        self.tell("pcm_period_elapsed_entry", ip=1)
        self.tell("sched_waking", comm=NAMES[CLIENT], tid=CLIENT, target_cpu=cpu)
        self.tell("pcm_period_elapsed_exit", ip=1)


class Machine:
    """injected: who is put between interrupt, signal and run; see CASES."""

    def __init__(self, seed, injected):
        self.rng, self.injected = random.Random(seed), injected
        self.events, self.struck = [], set()
        self.cpus = [Cpu(self, 0), Cpu(self, 1)]

    def length(self):
        return self.rng.randint(600, 3000) * US

    def chain(self, begin, injected):
        """From the interrupt of the card until its client sleeps again."""
        cpu = self.cpus[0]
        cpu.at = begin
        injected.before(self, cpu)
        cpu.tell("irq_handler_entry", irq=CARD, name="card")
        if injected is not CALM:
            self.struck.add(cpu.at)
        injected.handler(self, cpu)
        cpu.noise()
        cpu = injected.wait(self, cpu) or cpu
        cpu.switch(CLIENT, self.rng.randint(1, 20) * US)
        cpu.tell("irq_handler_entry", 50 * US, irq=SMALL_LINE, name="line14")
        cpu.tell("irq_handler_exit", irq=SMALL_LINE, ret=1)
        cpu.switch(0, 100 * US, state=1)

    def run(self, chains):
        for cpu in self.cpus:
            cpu.switch(HOG, 10 * US)
            cpu.switch(0, US, state=1)
        for i in range(chains):
            self.chain((i + 1) * 10 * MS, self.injected if i % EVERY == EVERY - 1 else CALM)

    def write(self, path):
        packets = []
        for cpu in self.cpus:
            events = [event for event in self.events if event.cpu == cpu.number]
            assert all(a.at < b.at for a, b in zip(events, events[1:])), "time goes back"
            packets.append(ctf.Packet(cpu.number, 0, events, events[0].at, events[-1].at, 0))
        ctf.write(path, packets, CLASSES, "kernel")


class Calm:
    """Nobody. The others say what is different with them, and who is to be named: kind, and which."""
    who = None

    def before(self, machine, cpu):
        pass

    def handler(self, machine, cpu):
        cpu.signal()
        cpu.tell("irq_handler_exit", irq=CARD, ret=1)

    def wait(self, machine, cpu):
        pass


class HardIrq(Calm):
    who = ("irq", OTHER_LINE)

    def wait(self, machine, cpu):
        cpu.irq(OTHER_LINE, machine.length())


class Softirq(Calm):
    who = ("softirq", NET)

    def wait(self, machine, cpu):
        cpu.softirq(NET, machine.length())


class SoftirqAhead(Calm):
    """The card notifies from a softirq, and another one runs before that."""
    who = ("softirq", NET)

    def handler(self, machine, cpu):
        cpu.tell("irq_softirq_raise", vec=OURS)
        cpu.tell("irq_handler_exit", irq=CARD, ret=1)
        cpu.softirq(NET, machine.length())
        cpu.tell("irq_softirq_entry", vec=OURS)
        cpu.signal()
        cpu.tell("irq_softirq_exit", vec=OURS)


class OwnSoftirq(Calm):
    who = ("itself", None)

    def handler(self, machine, cpu):
        cpu.tell("irq_softirq_raise", vec=OURS)
        cpu.tell("irq_handler_exit", irq=CARD, ret=1)
        cpu.tell("irq_softirq_entry", vec=OURS)
        cpu.at += machine.length()
        cpu.signal()
        cpu.tell("irq_softirq_exit", vec=OURS)


class Timer(Calm):
    who = ("timer", "0xc0")

    def wait(self, machine, cpu):
        cpu.timer(0xC0, machine.length())


class Task(Calm):
    """A thread of higher priority, interrupted now and then."""
    tid = HOG
    who = ("thread", HOG)

    def before(self, machine, cpu):
        cpu.switch(self.tid)

    def wait(self, machine, cpu):
        end = cpu.at + machine.length()
        while cpu.at < end:
            cpu.at += machine.rng.randint(50, 300) * US
            cpu.noise()
        cpu.switch(0, US, state=1)


class Recorder(Task):
    tid = RECORDER
    who = ("recorder", RECORDER)


class TwoTasks(Calm):
    """The client runs only behind a second one, which is the longer one."""
    who = ("thread", HOG)

    def wait(self, machine, cpu):
        length = machine.length()
        cpu.switch(BESIDE)
        cpu.switch(HOG, length // 4)
        cpu.switch(0, length, state=1)


class IdleExit(Calm):
    who = ("idle_exit", 0)

    def wait(self, machine, cpu):
        cpu.at += machine.length()


class Migration(Calm):
    """It is to run on CPU 1, which is free; at last it is moved, and runs on CPU 0."""
    who = ("migration", 1)

    def handler(self, machine, cpu):
        cpu.signal(1)
        cpu.tell("irq_handler_exit", irq=CARD, ret=1)

    def wait(self, machine, cpu):
        cpu.tell("sched_migrate_task", machine.length(), comm=NAMES[CLIENT], tid=CLIENT,
                 orig_cpu=1, dest_cpu=0)


class BusyElsewhere(Calm):
    """It waits on CPU 1, where a thread runs, until it is moved away from there."""
    who = ("thread", HOG)

    def before(self, machine, cpu):
        other = machine.cpus[1]
        other.at = cpu.at
        other.switch(HOG)

    def handler(self, machine, cpu):
        cpu.signal(1)
        cpu.tell("irq_handler_exit", irq=CARD, ret=1)

    def wait(self, machine, cpu):
        cpu.tell("sched_migrate_task", machine.length(), comm=NAMES[CLIENT], tid=CLIENT,
                 orig_cpu=1, dest_cpu=0)
        other = machine.cpus[1]
        other.at = cpu.at
        other.switch(0, 100 * US, state=1)


class OwnIrq(Calm):
    """Its own handler takes long before it tells."""
    who = ("itself", None)

    def handler(self, machine, cpu):
        cpu.at += machine.length()
        super().handler(machine, cpu)


CALM = Calm()
CASES = {
    "an interrupt of another line": HardIrq(),
    "a softirq": Softirq(),
    "a softirq ahead of its own": SoftirqAhead(),
    "its own softirq": OwnSoftirq(),
    "its own interrupt handler": OwnIrq(),
    "a timer's function": Timer(),
    "a thread": Task(),
    "the longer of two threads": TwoTasks(),
    "a thread on the CPU that it left": BusyElsewhere(),
    "the recorder": Recorder(),
    "a long way out of idle": IdleExit(),
    "a migration that came late": Migration(),
}


def make(name, seed, chains, path):
    """Writes a trace; returns the begins of the chains that are late, on the trace's clock."""
    machine = Machine(f"{name} {seed}", CASES[name])
    machine.run(chains)
    machine.write(path)
    return {at + ctf.OFFSET_S * 1_000_000_000 for at in machine.struck}
