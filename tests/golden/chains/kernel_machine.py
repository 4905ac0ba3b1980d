"""A machine that does anything a kernel may do, at random, as LTTng records it.

Interrupt lines with softirqs, threads and work behind them; timers; sound cards and MIDI ports that
notify, disks that complete, from wherever drivers do that; threads that are woken and move.
"""
from event import Clock, Event

CLASSES = {
    "irq_handler_entry": [("irq", "s32"), ("name", "string")],
    "irq_handler_exit": [("irq", "s32"), ("ret", "s32")],
    "irq_softirq_raise": [("vec", "u32")],
    "irq_softirq_entry": [("vec", "u32")],
    "irq_softirq_exit": [("vec", "u32")],
    "timer_hrtimer_start": [("hrtimer", "u64"), ("function", "u64"), ("expires", "s64"),
                            ("softexpires", "s64")],
    "timer_hrtimer_cancel": [("hrtimer", "u64")],
    "timer_hrtimer_expire_entry": [("hrtimer", "u64"), ("now", "s64"), ("function", "u64")],
    "timer_hrtimer_expire_exit": [("hrtimer", "u64")],
    "workqueue_queue_work": [("work", "u64")],
    "workqueue_execute_start": [("work", "u64")],
    "workqueue_execute_end": [("work", "u64")],
    "sched_waking": [("comm", "string"), ("tid", "s32"), ("target_cpu", "s32")],
    "sched_switch": [("prev_comm", "string"), ("prev_tid", "s32"), ("prev_state", "s64"),
                     ("next_comm", "string"), ("next_tid", "s32")],
    "block_rq_insert": [("dev", "u32"), ("sector", "u64"), ("nr_sector", "u32"), ("rwbs", "u32")],
    "block_rq_issue": [("dev", "u32"), ("sector", "u64"), ("nr_sector", "u32"), ("rwbs", "u32")],
    "block_rq_complete": [("dev", "u32"), ("sector", "u64"), ("nr_sector", "u32"),
                          ("error", "s32"), ("rwbs", "u32")],
    "pcm_period_elapsed_entry": [("ip", "u64")],
    "pcm_period_elapsed_exit": [("ip", "u64")],
    "snd_rawmidi_receive": [("card", "s32"), ("device", "s32"), ("substream", "s32"),
                            ("count", "s32")],
}

LINES = {11: "nvme0q1", 12: "snd_hda_intel:card0", 13: "eth0", 14: "threaded"}
THREADED = 14
CLIENTS = {100 + i: f"client{i}" for i in range(14)}
WORKERS = {200: "kworker/0:1", 201: "kworker/u8:2"}
IRQ_THREAD = 300
NAMES = {0: "swapper/0", IRQ_THREAD: "irq/14-threaded", **CLIENTS, **WORKERS}
VECTORS = (3, 4, 6)
TIMERS = (0xA0, 0xB0, 0xC0)


class Open:
    def __init__(self, what, id_):
        self.what, self.id, self.calls, self.acts = what, id_, False, 0


class Cpu:
    def __init__(self, number):
        self.number, self.stack, self.tid, self.work = number, [], 0, None
        self.pending, self.call = set(), False


class Machine:
    def __init__(self, rng, cpus, ties):
        self.rng, self.clock, self.events = rng, Clock(rng, ties), []
        self.cpus = [Cpu(i) for i in range(cpus)]
        self.ready, self.asleep = set(), set(NAMES) - {0}
        self.works, self.timers, self.issued, self.inserted = [], {}, [], []

    def tell(self, cpu, event, /, **fields):
        at = self.clock.next(cpu.number)
        if event == "timer_hrtimer_expire_entry":
            fields["now"] = at
        self.events.append(Event(len(self.events), at, cpu.number, event, fields))

    def lines_free(self):
        busy = {o.id for cpu in self.cpus for o in cpu.stack if o.what == "irq"}
        return [line for line in LINES if line not in busy]

    # What begins and ends on a CPU.

    def irq_enter(self, cpu):
        lines = self.lines_free()
        if not lines:
            return
        line = self.rng.choice(lines)
        cpu.stack.append(Open("irq", line))
        self.tell(cpu, "irq_handler_entry", irq=line, name=LINES[line])

    def timer_enter(self, cpu):
        timers = [timer for timer, (on, due) in self.timers.items()
                  if on == cpu.number and due <= self.clock.at]
        if not timers:
            return
        timer = self.rng.choice(timers)
        del self.timers[timer]
        cpu.stack.append(Open("timer", timer))
        self.tell(cpu, "timer_hrtimer_cancel", hrtimer=timer)
        self.tell(cpu, "timer_hrtimer_expire_entry", hrtimer=timer, function=timer + 1)

    def softirq_enter(self, cpu):
        vector = self.rng.choice(sorted(cpu.pending))
        cpu.pending.remove(vector)
        cpu.stack.append(Open("softirq", vector))
        self.tell(cpu, "irq_softirq_entry", vec=vector)

    def leave(self, cpu):
        top = cpu.stack.pop()
        if top.what == "softirq":
            self.tell(cpu, "irq_softirq_exit", vec=top.id)
        elif top.what == "timer":
            self.tell(cpu, "timer_hrtimer_expire_exit", hrtimer=top.id)
        else:
            wakes = top.id == THREADED and self.rng.random() < 0.8
            self.tell(cpu, "irq_handler_exit", irq=top.id,
                      ret=2 if wakes else self.rng.choice((1, 1, 0)))
            if wakes:
                self.wake(cpu, IRQ_THREAD)

    # What is done from wherever.

    def wake(self, cpu, tid):
        if tid in self.asleep:
            self.asleep.remove(tid)
            self.ready.add(tid)
            self.tell(cpu, "sched_waking", comm=NAMES[tid], tid=tid, target_cpu=cpu.number)

    def wake_any(self, cpu):
        tids = sorted(self.asleep & set(CLIENTS))
        if tids:
            self.wake(cpu, self.rng.choice(tids))

    def raise_softirq(self, cpu):
        vector = self.rng.choice(VECTORS)
        cpu.pending.add(vector)
        self.tell(cpu, "irq_softirq_raise", vec=vector)

    def queue(self, cpu):
        busy = set(self.works) | set(self.work_of.values())
        work = next(work for work in range(0x1000, 0x80000, 0x100) if work not in busy)
        self.works.append(work)
        self.tell(cpu, "workqueue_queue_work", work=work)
        self.wake(cpu, self.rng.choice(sorted(WORKERS)))

    def period(self, cpu):
        self.tell(cpu, "pcm_period_elapsed_entry", ip=1)
        cpu.call = True
        for _ in range(self.rng.choice((0, 1, 1, 1, 2))):
            if self.rng.random() < 0.2 and not any(o.what != "softirq" for o in cpu.stack):
                self.irq_enter(cpu)
                if cpu.stack and cpu.stack[-1].what == "irq":
                    self.wake_any(cpu)
                    self.leave(cpu)
            self.wake_any(cpu)
        cpu.call = False
        self.tell(cpu, "pcm_period_elapsed_exit", ip=1)

    def receive(self, cpu):
        self.tell(cpu, "snd_rawmidi_receive", card=1, device=0, substream=self.rng.randrange(2),
                  count=3)
        if self.rng.random() < 0.8:
            self.wake_any(cpu)

    def insert(self, cpu):
        """Of few sectors, so that the same one is asked for again and again."""
        busy = {request["sector"] for request in self.inserted + self.issued}
        free = [8 * i for i in range(1, 30) if 8 * i not in busy]
        if not free:
            return
        sector = self.rng.choice(free[:4])
        request = {"dev": 259 << 20, "sector": sector, "nr_sector": 8, "rwbs": 4}
        if self.rng.random() < 0.6:
            self.tell(cpu, "block_rq_insert", **request)
        self.inserted.append(request)

    def issue(self, cpu):
        request = self.inserted.pop(0)
        self.issued.append(request)
        self.tell(cpu, "block_rq_issue", **request)

    def complete(self, cpu):
        request = self.issued.pop(self.rng.randrange(len(self.issued)))
        self.tell(cpu, "block_rq_complete", error=0, **request)
        if self.rng.random() < 0.7:
            self.wake_any(cpu)

    def set_timer(self, cpu):
        timer = self.rng.choice(TIMERS)
        if any(o.id == timer for c in self.cpus for o in c.stack):
            return
        if timer in self.timers:
            self.tell(cpu, "timer_hrtimer_cancel", hrtimer=timer)
            self.timers.pop(timer)
            if self.rng.random() < 0.5:
                return
        due = self.clock.at + self.rng.randint(1, 9000)
        self.timers[timer] = self.rng.randrange(len(self.cpus)), due
        self.tell(cpu, "timer_hrtimer_start", hrtimer=timer, function=timer + 1,
                  expires=due + self.rng.randrange(100), softexpires=due)

    def switch(self, cpu):
        ready = sorted(self.ready)
        running = {c.tid for c in self.cpus}
        ready = [tid for tid in ready if tid not in running]
        special = [tid for tid in ready if tid not in CLIENTS]
        old, new = cpu.tid, self.rng.choice(ready + 2 * special) if ready else 0
        if new == old:
            return
        stays = cpu.work is not None or self.rng.random() < 0.3
        if old:
            (self.ready if stays else self.asleep).add(old)
        self.ready.discard(new)
        cpu.tid, cpu.work = new, self.work_of.get(new) if new else None
        self.tell(cpu, "sched_switch", prev_comm=NAMES[old], prev_tid=old,
                  prev_state=0 if stays else 1, next_comm=NAMES[new], next_tid=new)

    work_of = {}

    def work_step(self, cpu):
        if cpu.work is not None and self.rng.random() < 0.6:
            self.act(cpu)
        elif cpu.work is not None:
            self.tell(cpu, "workqueue_execute_end", work=cpu.work)
            cpu.work = None
            self.work_of.pop(cpu.tid, None)
        elif self.works:
            cpu.work = self.works.pop(0)
            self.work_of[cpu.tid] = cpu.work
            self.tell(cpu, "workqueue_execute_start", work=cpu.work)

    def act(self, cpu):
        deeds = [self.wake_any, self.raise_softirq, self.queue, self.period, self.receive]
        if self.inserted:
            deeds += [self.issue, self.issue]
        if self.issued:
            deeds += [self.complete] * 5
        if not cpu.stack:
            deeds += [self.insert] * 4 + [self.set_timer] * 4
        self.rng.choice(deeds)(cpu)

    def step(self):
        cpu = self.rng.choice(self.cpus)
        if cpu.stack:
            top = cpu.stack[-1]
            top.acts += 1
            if top.acts > 1 and self.rng.random() < 0.6:
                self.leave(cpu)
            elif top.what == "softirq" and self.rng.random() < 0.2:
                self.rng.choice((self.irq_enter, self.timer_enter))(cpu)
            else:
                self.act(cpu)
            return
        chance = self.rng.random()
        if cpu.pending and chance < 0.3:
            self.softirq_enter(cpu)
        elif chance < 0.45:
            self.rng.choice((self.irq_enter, self.timer_enter))(cpu)
        elif cpu.tid in WORKERS and self.rng.random() < 0.6:
            self.work_step(cpu)
        elif chance < 0.8:
            self.switch(cpu)
        elif cpu.tid in CLIENTS or cpu.tid == IRQ_THREAD:
            self.act(cpu)

    def run(self, count):
        self.work_of = {}
        while len(self.events) < count:
            self.step()
        return self.events
