"""Streams that notify, at random, as our own probes record them: every chain from its point to the write.

Devices share CPUs and an interrupt line. Interrupts wait and then serve several points, or never come;
DPCs wait and then serve several interrupts; events are set again before anybody woke.
"""
import heapq

from event import Event

COMMON = [("dev", "u32"), ("irql", "u8")]


def fields(*rows):
    return COMMON + list(rows)


CLASSES = {"jscope:" + name: rows for name, rows in {
    "wrt_newstream": fields(("stream", "u64"), ("capture", "u8"), ("fs", "u32"), ("ba", "u32")),
    "wrt_alloc": fields(("stream", "u64"), ("notif_count", "u32"), ("requested", "u32"),
                        ("actual", "u32"), ("status", "s32")),
    "wrt_register": fields(("stream", "u64"), ("event", "u64"), ("status", "s32")),
    "wrt_state": fields(("stream", "u64"), ("old", "u8"), ("new", "u8"), ("linear", "u64"),
                        ("status", "s32")),
    "dev_point": fields(("stream", "u64"), ("k", "u64"), ("ideal_ns", "u64"), ("linear", "u64")),
    "irq_entry": fields(("irq", "u32"), ("seq", "u64"), ("true_ts_ns", "u64")),
    "irq_exit": fields(("irq", "u32"), ("seq", "u64"), ("claimed", "u8")),
    "dpc_insert": fields(("dpc", "u64"), ("caller_seq", "u64"), ("target_cpu", "u32"),
                         ("inserted", "u8")),
    "dpc_entry": fields(("dpc", "u64"), ("kind", "u8"), ("run", "u64")),
    "dpc_exit": fields(("dpc", "u64"), ("kind", "u8"), ("run", "u64")),
    "ev_set": fields(("event", "u64"), ("prev", "u8"), ("dpc", "u64"), ("run", "u64"),
                     ("packet", "u64")),
    "ev_wait": fields(("event", "u64"), ("tid", "u32")),
    "ev_wake": fields(("event", "u64"), ("tid", "u32"), ("count", "u64")),
    "wrt_write": fields(("stream", "u64"), ("prev", "u32"), ("target", "u32")),
}.items()}
CONTEXT = [("vtid", "s32")]

LINE, PACKET_BYTES, PERIOD_NS = 16, 1920, 10_000_000
POINT_THREAD = 1


class Stream:
    """A device with one stream, its DPC, and the client that waits for its event."""

    def __init__(self, number):
        self.dev, self.id, self.dpc, self.event = number, 0x10 + number, 0x20 + number, 0x30 + number
        self.tid = 100 + number
        self.point, self.seq, self.run, self.wakes, self.target = 0, 0, 0, 0, 0
        self.asserted = None            # since when, while nobody has come for it
        self.served = 0                 # the last point that an interrupt came for
        self.queued = self.signalled = self.is_awake = self.is_running = False


class Machine:
    """Happenings by their time; each leaves its events one behind the other."""

    def __init__(self, rng, cpus, ties, overtakes):
        """overtakes: a DPC may run on another CPU while it runs on one."""
        self.rng, self.cpus, self.ties, self.overtakes = rng, cpus, ties, overtakes
        self.events, self.agenda, self.at, self.cpu = [], [], 1000, 0
        self.streams = [Stream(i + 1) for i in range(rng.randint(1, 3))]
        self.busy = {cpu: [] for cpu in range(cpus)}    # DPCs that run or wait, by CPU

    def tell(self, cpu, vtid, name, stream, /, **more):
        last = self.events[-1] if self.events else None
        if last and last.at == self.at and last.cpu != cpu and self.ties != "any":
            self.at += 1                    # nobody could tell which of two CPUs was first
        self.events.append(Event(len(self.events), self.at, cpu, "jscope:" + name,
                                 {"vtid": vtid, "dev": stream.dev, "irql": 0, **more}))
        if self.ties == "no" or self.rng.random() > 0.4:
            self.at += self.rng.choice((1, 1, 50, 700))

    def later(self, happening, *what, most=None):
        most = most or self.rng.choice((2_000, 20_000, 200_000, 200_000, 4_000_000))
        heapq.heappush(self.agenda, (self.at + self.rng.randint(1, most), len(self.agenda),
                                     self.rng.random(), happening, what))

    def any_cpu(self):
        return self.rng.randrange(self.cpus)

    def set_up(self, stream):
        def tell(name, **more):
            self.tell(0, stream.tid, name, stream, stream=stream.id, **more)
        tell("wrt_newstream", capture=0, fs=48000, ba=4)
        tell("wrt_alloc", notif_count=2, requested=2 * PACKET_BYTES, actual=2 * PACKET_BYTES, status=0)
        tell("wrt_register", event=stream.event, status=0)
        for state in range(3):
            tell("wrt_state", old=state, new=state + 1, linear=0, status=0)
        self.tell(0, stream.tid, "ev_wait", stream, event=stream.event, tid=stream.tid)
        self.later(self.cross, stream, most=PERIOD_NS)

    def cross(self, stream):
        stream.point += 1
        due = self.at - self.rng.choice((0, 0, 1, 300))
        self.tell(self.any_cpu(), POINT_THREAD, "dev_point", stream, stream=stream.id,
                  k=stream.point, ideal_ns=due, linear=stream.point * PACKET_BYTES)
        if self.rng.random() < 0.05:
            stream.seq += stream.asserted is None       # nobody comes, ever
        elif stream.asserted is None:
            stream.asserted = due
            stream.seq += 1
            held = self.rng.random() < 0.1              # so that it serves more than one point
            self.later(self.interrupt, stream, most=3 * PERIOD_NS if held else None)
        heapq.heappush(self.agenda, (self.at + PERIOD_NS + self.rng.randint(-9000, 9000),
                                     len(self.agenda), self.rng.random(), self.cross, (stream,)))

    def interrupt(self, stream):
        """Of a shared line each device is asked; the one that asserted it queues its DPC."""
        cpu = self.any_cpu()
        thread = 2 + cpu
        others = [s for s in self.streams if s is not stream]
        if others and self.rng.random() < 0.5:
            other = self.rng.choice(others)
            self.tell(cpu, thread, "irq_entry", other, irq=LINE, seq=0, true_ts_ns=0)
            self.tell(cpu, thread, "irq_exit", other, irq=LINE, seq=0, claimed=0)
        asserted, stream.asserted, stream.served = stream.asserted, None, stream.point
        self.tell(cpu, thread, "irq_entry", stream, irq=LINE, seq=stream.seq, true_ts_ns=asserted)
        inserted = not stream.queued
        target = self.any_cpu()
        self.tell(cpu, thread, "dpc_insert", stream, dpc=stream.dpc, caller_seq=stream.seq,
                  target_cpu=target, inserted=int(inserted))
        self.tell(cpu, thread, "irq_exit", stream, irq=LINE, seq=stream.seq, claimed=1)
        if inserted:
            stream.queued = True
            self.busy[target].append(stream)
            if len(self.busy[target]) == 1:
                self.later(self.dpc, stream, target)

    def dpc(self, stream, cpu):
        if stream.is_running and not self.overtakes:
            self.later(self.dpc, stream, cpu)
            return
        stream.queued, stream.is_running = False, True
        stream.run += 1
        self.tell(cpu, 2 + cpu, "dpc_entry", stream, dpc=stream.dpc, kind=0, run=stream.run)
        held = self.rng.random() < 0.05                 # others come meanwhile
        self.later(self.signal, stream, cpu, stream.run, stream.served,
                   most=2 * PERIOD_NS if held else None)

    def signal(self, stream, cpu, run, packet):
        self.tell(cpu, 2 + cpu, "ev_set", stream, event=stream.event, prev=int(stream.signalled),
                  dpc=stream.dpc, run=run, packet=packet)
        if not stream.signalled:
            stream.signalled = True
            if not stream.is_awake:
                self.later(self.wake, stream)
        self.tell(cpu, 2 + cpu, "dpc_exit", stream, dpc=stream.dpc, kind=0, run=run)
        stream.is_running = False
        self.busy[cpu].pop(0)
        if self.busy[cpu]:
            self.later(self.dpc, self.busy[cpu][0], cpu)

    def wake(self, stream):
        stream.signalled, stream.is_awake = False, True
        stream.wakes += 1
        self.tell(self.any_cpu(), stream.tid, "ev_wake", stream, event=stream.event,
                  tid=stream.tid, count=stream.wakes)
        held = self.rng.random() < 0.05                 # the event is set again meanwhile
        self.later(self.answer, stream, most=3 * PERIOD_NS if held else None)

    def answer(self, stream):
        cpu = self.any_cpu()
        if self.rng.random() < 0.1:                     # somebody else, who was not woken
            self.tell(cpu, stream.tid + 50, "wrt_write", stream, stream=stream.id,
                      prev=stream.target, target=stream.target)
        if self.rng.random() < 0.9:
            old, stream.target = stream.target, (stream.target + PACKET_BYTES) % (2 * PACKET_BYTES)
            self.tell(cpu, stream.tid, "wrt_write", stream, stream=stream.id, prev=old,
                      target=stream.target)
        self.tell(cpu, stream.tid, "ev_wait", stream, event=stream.event, tid=stream.tid)
        stream.is_awake = False
        if stream.signalled:
            self.later(self.wake, stream)

    def run(self, count):
        for stream in self.streams:
            self.set_up(stream)
        while len(self.events) < count:
            at, _, _, happening, what = heapq.heappop(self.agenda)
            self.at = max(self.at + 1, at)
            happening(*what)
        return self.events
