"""The chains of a kernel trace, from their definition alone. Shares no code with jitterscope.

reconstruct(events) gives chains of a whole trace, event by event: what is open on a CPU, what led
to that, and whom it wakes. Each chain knows its `needs`: the first instant it rests upon.
"""
import copy


class Cause:
    """What runs on a CPU, and what led to it."""

    def __init__(self, what, id_, event, path, irq=None, queued=None, deferred=None, name="",
                 needs=None):
        self.what, self.id, self.begin, self.path = what, id_, event.at, path
        self.irq, self.queued, self.deferred, self.name = irq, queued, deferred, name
        self.needs = event.at if needs is None else min(needs, event.at)
        self.due, self.waits, self.told = None, False, False


class Chain:
    def __init__(self, kind, device, stream, at, path, needs):
        self.kind, self.device, self.stream = kind, device, stream
        self.at, self.path, self.needs = at, path, needs
        self.until = -1

    def end(self):
        return max(self.until, *(value for value in self.at.values() if value is not None))

    def spans(self):
        """From the first instant of its path to the last."""
        return self.at.get(self.path[0]) is not None and self.at.get(self.path[-1]) is not None

    def __repr__(self):
        return f"{self.kind} {self.device} {self.stream} {self.at} path {self.path}"


ORDER = ("due", "irq", "queued", "deferred", "signal", "run")


class Cpu:
    def __init__(self):
        self.stack, self.tid, self.since, self.thread = [], None, None, None
        self.call, self.completed, self.asker, self.gone = None, None, None, None


class Reference:
    def __init__(self):
        self.cpus, self.chains, self.requests = {}, [], []
        self.raises, self.works, self.threads, self.issued, self.inserted = {}, {}, {}, {}, {}
        self.waiting, self.running, self.left, self.sets, self.woken = {}, {}, {}, {}, {}
        self.lines, self.entered, self.raised, self.first = {}, {}, {}, 0

    def top(self, cpu):
        return cpu.stack[-1] if cpu.stack else cpu.thread

    def rests_on(self, cpu, at):
        """The first instant that tells what a CPU is at."""
        needs = [at]
        needs += [cause.needs for cause in cpu.stack]
        needs.append(cpu.since if cpu.since is not None else -1)
        if not cpu.stack and cpu.thread:
            needs.append(cpu.thread.needs)
        return min(needs)

    def reconstruct(self, events):
        self.first = events[0].at
        for event in events:
            cpu = self.cpus.setdefault(event.cpu, Cpu())
            name = event.name.removeprefix("timer_").replace("irq_softirq", "softirq")
            getattr(self, "on_" + name)(event, cpu)
        for cpu in self.cpus.values():
            for cause in cpu.stack:
                if cause.waits:
                    cause.needs = -1        # it may yet wake somebody
                    self.expired(cause, cause.begin)
        return self

    # Handlers.

    def enter(self, cpu, cause):
        self.midi_end(cpu)
        cpu.asker = None
        cpu.stack.append(cause)

    def leave(self, cpu):
        self.midi_end(cpu)
        cause = cpu.stack.pop()
        if cpu.completed and cpu.completed[0] > len(cpu.stack):
            cpu.completed = None
        return cause

    def on_irq_handler_entry(self, event, cpu):
        self.enter(cpu, Cause("irq", event["irq"], event, ("irq",), irq=event.at,
                              name=event["name"]))

    def on_irq_handler_exit(self, event, cpu):
        cause = self.leave(cpu)
        if event["ret"] == 2:
            cpu.asker = cause
            asked = self.threads.get(self.lines.get(cause.id))
            if asked and asked.what == "thread":    # it may be for either from now on
                asked.irq = asked.queued = None

    def on_softirq_raise(self, event, cpu):
        cause = self.top(cpu)
        leads = cause is not None and cause.irq is not None and \
            (cause.what in ("irq", "timer") if cpu.stack else cause.what == "thread")
        pending = self.raises.setdefault((event.cpu, event["vec"]), [])
        pending.append((event.at, cause.irq if leads else None, cause.name if leads else "",
                        self.rests_on(cpu, event.at)))

    def on_softirq_entry(self, event, cpu):
        raises = self.raises.pop((event.cpu, event["vec"]), [])
        before = self.entered.get((event.cpu, event["vec"]), self.first)
        self.entered[event.cpu, event["vec"]] = event.at
        self.raised[event.at] = raises[0][0] if raises else event.at
        irqs = {irq for _, irq, _, _ in raises}
        is_one = len(irqs) == 1 and None not in irqs
        self.enter(cpu, Cause("softirq", event["vec"], event, ("irq", "queued", "deferred"),
                              irq=raises[0][1] if is_one else None,
                              queued=raises[0][0] if raises else None, deferred=event.at,
                              name=raises[0][2] if is_one else "",
                              needs=min((needs for _, _, _, needs in raises), default=-1)))
        cpu.stack[-1].needs = min(cpu.stack[-1].needs, before)

    def on_softirq_exit(self, event, cpu):
        self.leave(cpu)

    # Timers.

    def on_hrtimer_start(self, event, cpu):
        self.sets[event["hrtimer"]] = (event["softexpires"], event.at)

    def on_hrtimer_cancel(self, event, cpu):
        cpu.gone = event["hrtimer"], self.sets.pop(event["hrtimer"], None)

    def on_hrtimer_expire_entry(self, event, cpu):
        cause = Cause("timer", event["hrtimer"], event, ("irq",), irq=event.at)
        known = self.sets.pop(event["hrtimer"], None)
        if known is None and cpu.gone and cpu.gone[0] == event["hrtimer"]:
            known = cpu.gone[1]
        cause.due, cause.set = known if known else (None, -1)
        cause.waits, cause.function = True, event["function"]
        cpu.gone = None
        self.enter(cpu, cause)

    def on_hrtimer_expire_exit(self, event, cpu):
        cause = self.leave(cpu)
        if cause.waits:
            self.expired(cause, event.at)

    def expired(self, cause, at):
        """It wakes nobody: that is known when it is over."""
        chain = Chain("hrtimer", "hrtimer", hex(cause.function),
                      {"due": cause.due, "irq": cause.begin}, ("due", "irq"),
                      min(cause.needs, cause.set))
        chain.until = at
        self.chains.append(chain)

    # Work and threads.

    def on_workqueue_queue_work(self, event, cpu):
        cause = self.top(cpu)
        self.works[event["work"]] = (event.at, copy.copy(cause), self.rests_on(cpu, event.at))

    def on_workqueue_execute_start(self, event, cpu):
        self.midi_end(cpu)
        at, cause, needs = self.works.pop(event["work"], (None, None, -1))
        path = ("irq",) if cause and "irq" in cause.path else ()
        work = Cause("work", event["work"], event, (*path, "queued", "deferred"),
                     irq=cause.irq if cause else None, queued=at, deferred=event.at,
                     name=cause.name if cause else "", needs=needs)
        self.threads[cpu.tid] = cpu.thread = work

    def on_workqueue_execute_end(self, event, cpu):
        self.midi_end(cpu)
        if not cpu.stack:
            cpu.completed = None
            self.threads.pop(cpu.tid, None)
            cpu.thread = None

    def thread_asked(self, event, cpu):
        """By its handler, unless that had found it awake: then somebody else is woken here."""
        asker, cpu.asker = cpu.asker, None
        if not asker or not event["comm"].startswith("irq/"):
            return
        self.lines[asker.id] = event["tid"]
        self.threads[event["tid"]] = Cause(
            "thread", asker.id, event, ("irq", "queued", "deferred"), irq=asker.irq,
            queued=event.at, name=asker.name, needs=asker.needs)

    # The scheduler.

    def on_sched_waking(self, event, cpu):
        tid = event["tid"]
        will_run = not self.running.get(tid)
        self.thread_asked(event, cpu)
        needs = min(self.rests_on(cpu, event.at), self.left.get(tid, -1))
        top = cpu.stack[-1] if cpu.stack else None
        if will_run and top and top.what == "timer" and top.waits:
            top.waits = False
            chain = Chain("hrtimer", None, str(tid),
                          {"due": top.due, "irq": top.begin, "signal": event.at, "run": None},
                          ("due", "irq", "signal", "run"), min(needs, top.set))
            self.chains.append(chain)
            self.waiting.setdefault(tid, []).append(chain)
        if cpu.call and not cpu.call[1].at.get("signal") and cpu.call[0] == len(cpu.stack):
            chain = cpu.call[1]
            chain.at["signal"] = event.at
            chain.needs = min(chain.needs, needs)
            if will_run:
                self.waiting.setdefault(tid, []).append(chain)
            return
        if not (cpu.completed and cpu.completed[0] == len(cpu.stack)):
            if will_run:
                self.line_wakes(event, cpu, needs)
            return
        request, cpu.completed = cpu.completed[1], None
        request["wake_needs"] = min(needs, request["needs"])
        if will_run:
            self.waiting.setdefault(tid, []).append(request)

    def line_wakes(self, event, cpu, needs):
        """The first that is woken by an interrupt, where nothing else is told from there."""
        cause = self.top(cpu)
        if not cause or cause.told or cause.irq is None or not cause.name:
            return
        cause.told = True
        chain = Chain("irq", cause.name, "interrupt",
                      {"irq": cause.irq, "queued": cause.queued, "deferred": cause.deferred,
                       "signal": event.at, "run": None}, (*cause.path, "signal", "run"), needs)
        self.chains.append(chain)
        self.waiting.setdefault(event["tid"], []).append(chain)

    def on_sched_switch(self, event, cpu):
        self.midi_end(cpu)
        cpu.completed = cpu.asker = None
        self.running[event["prev_tid"]] = self.running.get(event["prev_tid"], 1) - 1
        self.left[event["prev_tid"]] = event.at
        tid = event["next_tid"]
        self.running[tid] = self.running.get(tid, 0) + 1
        cpu.tid, cpu.since = tid, event.at
        cpu.thread = self.threads.get(tid) if tid else None
        if cpu.thread and cpu.thread.deferred is None:
            cpu.thread.deferred = event.at
        for waiter in self.waiting.pop(tid, []):
            if isinstance(waiter, Chain):
                waiter.at["run"] = event.at
            else:
                waiter["run"] = event.at

    # Those that notify.

    def call_begin(self, event, cpu, kind, device, stream):
        cause = self.top(cpu)
        if cause:
            cause.told = True
        path = (*(cause.path if cause else ()), "signal", "run")
        at = {"irq": cause.irq, "queued": cause.queued, "deferred": cause.deferred} if cause \
            else {}
        if device is None:
            device = (cause.name if cause else "") or "pcm"
        chain = Chain(kind, device, stream, {**at, "signal": None, "run": None}, path,
                      self.rests_on(cpu, event.at))
        chain.until = event.at
        self.chains.append(chain)
        cpu.call = (len(cpu.stack), chain)

    def midi_end(self, cpu):
        """Nothing tells where it returns: whatever else the CPU begins or ends is that."""
        if cpu.call and cpu.call[1].kind == "midi":
            cpu.call = None

    def on_pcm_period_elapsed_entry(self, event, cpu):
        self.call_begin(event, cpu, "pcm", None, "")

    def on_pcm_period_elapsed_exit(self, event, cpu):
        cpu.call = None

    def on_snd_rawmidi_receive(self, event, cpu):
        self.call_begin(event, cpu, "midi", f"hw:{event['card']},{event['device']}",
                        f"midi in {event['substream']}")

    # Requests.

    def key(self, event):
        return event["dev"], event["sector"]

    def on_block_rq_insert(self, event, cpu):
        self.inserted[self.key(event)] = event.at

    def on_block_rq_issue(self, event, cpu):
        queued = self.inserted.pop(self.key(event), None)
        self.issued[self.key(event)] = {"sector": event["sector"], "queued": queued,
                                        "issue": event.at, "irq": None, "softirq": None,
                                        "complete": None, "run": None}

    def on_block_rq_complete(self, event, cpu):
        self.midi_end(cpu)
        request = self.issued.pop(self.key(event), None)
        if not request:
            return
        cause = self.top(cpu)
        request["complete"] = event.at
        request["needs"] = min(request["issue"], self.rests_on(cpu, event.at))
        if cause:
            cause.told = True
        for word, value in (("irq", cause.irq), ("softirq", cause.deferred)) if cause else ():
            if value is not None and value >= request["issue"]:
                request[word] = value
        self.requests.append(request)
        cpu.completed = (len(cpu.stack), request)
