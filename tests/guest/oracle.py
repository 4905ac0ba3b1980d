"""What is checked of a capture that a guest left: shared by the check.py of the jobs.

Every figure is taken twice: from jitterscope's own replay and report, and from the events of the
trace as Debian's python3-bt2 reads them, which shares no code with it.
"""
import collections
import json
import pathlib
import statistics
import subprocess

import bt2

US = 1000
MS = 1000 * US
TICK_NS = 50 * US       # what else the kernel may do on the way of a request
RUN_ANYHOW = (0, 3)     # jitterscope looked at all of a trace that has gaps

Event = collections.namedtuple("Event", "ns cpu name field")


def expect(condition, *words):
    """Unlike assert, says what was found."""
    if not condition:
        raise SystemExit("FAILED: " + " ".join(str(word) for word in words))


def jitterscope(*arguments):
    run = subprocess.run(["jitterscope", *arguments], capture_output=True, text=True)
    expect(run.returncode in RUN_ANYHOW, arguments, "exits", run.returncode, run.stderr)
    return run.stdout


def interrupt_counts(path):
    """Interrupts per handler, of all CPUs, as /proc/interrupts tells them."""
    lines = path.read_text().splitlines()
    cpus = len(lines[0].split())
    counts = collections.Counter()
    for words in (line.split() for line in lines[1:]):
        if words[0].rstrip(":").isdigit():
            counts[words[-1]] += sum(int(word) for word in words[1:cpus + 1] if word.isdigit())
    return counts


class Capture:
    """One recording of a job, with what the guest kept beside it."""

    def __init__(self, job_folder, name):
        self.name = name
        self.folder = pathlib.Path(job_folder, name)
        self.trace = str(self.folder / "trace")
        self.report = json.loads(jitterscope("report", "--quiet", "--format", "json", self.trace))
        self.events = list(self.read_events())
        self.check_sound()

    def read_events(self):
        for message in bt2.TraceCollectionMessageIterator(self.trace):
            expect(type(message) is not bt2._DiscardedEventsMessageConst, self.name, "lost events")
            if type(message) is bt2._EventMessageConst:
                event = message.event
                yield Event(message.default_clock_snapshot.ns_from_origin,
                            int(event.packet.context_field["cpu_id"]), event.name,
                            event.payload_field)

    def check_sound(self):
        """Nothing was lost, and no tool finds fault with the trace."""
        status = int((self.folder / "status").read_text())
        expect(status == 0, self.name, "ended with", status, (self.folder / "stderr").read_text())
        trace = self.report["trace"]
        expect(not trace["lost_events"] and not trace["lost_packets"] and not trace["partial"]
               and not trace["errors"], self.name, trace)
        lost = {str(e.field["event"]): int(e.field["lost"]) for e in self.named("jscope_probe_stats")}
        expect(lost and not any(lost.values()), self.name, "probes lost", lost)
        for reader in ("babeltrace2", "babeltrace"):
            run = subprocess.run([reader, self.trace], capture_output=True, text=True)
            expect(run.returncode == 0 and not run.stderr, reader, self.name, run.stderr)
            count = len(run.stdout.splitlines())
            expect(count == len(self.events) == trace["events"], self.name, "has", trace["events"],
                   "events, for bt2", len(self.events), "and for", reader, count)

    def named(self, name):
        return [event for event in self.events if event.name == name]

    def interrupts(self, handler):
        """How many it had, by a part of its name: all of /proc/interrupts, trace and report."""
        before, after = (interrupt_counts(self.folder / f"interrupts.{when}")
                         for when in ("before", "after"))
        counted = sum(after[name] - before[name] for name in after if handler in name)
        traced = sum(handler in str(event.field["name"])
                     for event in self.named("irq_handler_entry"))
        told = sum(irq["count"] for irq in self.report["irqs"] if handler in irq["name"])
        expect(counted == traced == told, self.name, handler, "interrupts: counted", counted,
               "in the trace", traced, "in the report", told)
        return counted

    def output(self):
        return (self.folder / "output").read_text()

    def replay(self, what):
        """The timeline of notifications, requests or positions."""
        text = jitterscope("replay", "--quiet", "--what", what, "--format", "ndjson", self.trace)
        return [json.loads(line) for line in text.splitlines()]

    def notifications(self, kind):
        return [line for line in self.replay("notifications") if line["kind"] == kind]


def steps(values):
    return [b - a for a, b in zip(values, values[1:])]


class Disk:
    """The requests of one disk, by its name."""

    def __init__(self, capture, name):
        self.capture, self.name = capture, name
        self.row, = [row for row in capture.report["requests"] if row["name"] == name]
        self.replayed = [line["latency_ns"] for line in capture.replay("requests")
                         if line["device"] == self.row["device"]]
        self.traced = list(self.pair())

    def pair(self):
        major, minor = (int(number) for number in self.row["device"].split(":"))
        issued = {}
        for event in self.capture.events:
            if event.name not in ("block_rq_issue", "block_rq_complete"):
                continue
            if int(event.field["dev"]) != major << 20 | minor or not event.field["nr_sector"]:
                continue
            if event.name == "block_rq_issue":
                issued[int(event.field["rq"])] = event.ns
            elif int(event.field["rq"]) in issued:
                yield event.ns - issued.pop(int(event.field["rq"]))

    def check(self, count, least_ns, most_ns):
        """So many requests, each as long as the disk was told to take, by all three accounts.

        One in a hundred may meet a tick of the kernel on its way, and take a little longer.
        """
        expect(self.row["issued"] == self.row["completed"] == count, self.name, self.row)
        expect(sorted(self.replayed) == sorted(self.traced), self.name, "replay and trace differ")
        latency = self.row["latency"]
        expect((latency["count"], latency["min"], latency["max"]) ==
               (count, min(self.traced), max(self.traced)), self.name, latency)
        beyond = [ns for ns in self.traced if ns > most_ns]
        expect(least_ns <= latency["min"] and len(beyond) * 100 <= count
               and latency["max"] <= most_ns + TICK_NS, self.capture.name, self.name,
               "takes", latency["min"], "to", latency["max"], "ns; beyond", most_ns, "ns are",
               len(beyond))
        print(f"{self.capture.name}: {count} requests of {self.name} take {latency['min']} to "
              f"{latency['max']} ns")


class Stream:
    """The periods of the one substream that a device has open in a direction."""

    DIRECTIONS = ("playback", "capture")

    def __init__(self, capture, card, device=0, direction="playback"):
        self.capture = capture
        self.who = {"device": f"hw:{card},{device}", "stream": f"{direction} 0"}
        self.elapsed = [
            event for event in capture.named("snd_pcm_period_elapsed_exit")
            if (event.field["card"], event.field["device"], event.field["stream"]) ==
            (card, device, self.DIRECTIONS.index(direction))]
        self.told = self.mine(capture.notifications("pcm"))
        self.row, = self.mine(capture.report["notifications"])
        expect(len(self.elapsed) == len(self.told) == self.row["counts"]["points"], capture.name,
               len(self.elapsed), "periods elapsed,", len(self.told), "are told, the report has",
               self.row["counts"])

    def mine(self, rows):
        return [row for row in rows if self.who.items() <= row.items()]

    def check_count(self, least, most):
        expect(least <= len(self.elapsed) <= most, self.capture.name, "has", len(self.elapsed),
               "periods, not", least, "to", most)

    def instants(self):
        """When each period was over: by the trace, and the interrupts of the replay."""
        return (("trace", [event.ns for event in self.elapsed]),
                ("replay", [line["at"].get("irq_ns", line["at"].get("signal_ns"))
                            for line in self.told]))

    def check_grid(self, period_ns, late_ns, skip=3):
        """
        Where something keeps interrupts waiting: periods are on a grid, or late. All but one of twenty by
        no more than that, and none by a tenth of a period.
        """
        for where, instants in self.instants():
            off = [ns - i * period_ns for i, ns in enumerate(instants)][skip:]
            late = sorted(ns - min(off) for ns in off)
            usual = late[len(late) * 19 // 20]
            expect(usual <= late_ns, self.capture.name, where, "one of twenty is", usual, "ns late")
            expect(late[-1] <= period_ns // 10, self.capture.name, where, "one is", late[-1], "ns late")
            print(f"{self.capture.name}: {len(late)} periods by the {where} are up to {usual} ns late, "
                  f"one of twenty up to {late[-1]} ns")

    def check_intervals(self, ideals_ns, bound_ns, skip=3):
        """Each interval is one of a few; in the trace, and from irq to irq in the replay."""
        for where, instants in self.instants():
            offs = [min((step - ideal for ideal in ideals_ns), key=abs)
                    for step in steps(instants)[skip:]]
            worst = max(offs, key=abs)
            expect(abs(worst) <= bound_ns, self.capture.name, where, "an interval is", worst,
                   "ns off", ideals_ns)
            print(f"{self.capture.name}: {len(offs)} intervals by the {where} are {min(offs):+d} "
                  f"to {max(offs):+d} ns off {'/'.join(f'{i / MS:g}' for i in ideals_ns)} ms")

    def check_positions(self, step_frames, skip=3):
        """What each period adds to the position of the device."""
        traced = collections.Counter(steps([int(e.field["hw_ptr"]) for e in self.elapsed])[skip:])
        expect(set(traced) <= set(step_frames), self.capture.name, "hw_ptr steps", traced)
        told = [line["linear_frames"] for line in self.mine(self.capture.replay("positions"))]
        expect(told and told[-1] - told[0] == int(self.elapsed[-1].field["hw_ptr"])
               - int(self.elapsed[0].field["hw_ptr"]), self.capture.name, "positions are told from",
               told[:1], "to", told[-1:])

    def check_position_current(self, frames):
        """The position is that of the period which is over, not of the one before."""
        for number, event in enumerate(self.elapsed, 1):
            ahead = int(event.field["hw_ptr"]) - number * frames
            expect(0 <= ahead <= 2, self.capture.name, "period", number, "ends at",
                   event.field["hw_ptr"])

    def stage_max(self):
        return {name: stage["max"] for name, stage in self.row["stages"].items()}
