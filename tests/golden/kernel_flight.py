#!/usr/bin/python3
"""Independent reading of a trace of the flight recorder, by Debian's python3-bt2.

usage: kernel_flight.py TRACE REPLAY.ndjson REPORT.json FLIGHT_NS

Shares no code with jitterscope. The trace begins with its trigger; what lies between is no more than
FLIGHT_NS before the end of the first pair, or the pair, and FLIGHT_NS after the last, of those that
made it longer. Between the begin and the end that each trigger tells, the events of the pair lie, and
nothing that would end it before; requests are in the replay with the same latency, and the report finds
the first trigger in what replay makes of the trace. Exits 77 where events were lost.
"""
import bisect
import json
import sys

import bt2

LONGEST = 8     # times FLIGHT_NS after the first trigger

MEASURES = ["irq", "softirq", "wake", "block", "period", "headroom"]


class Event:
    def __init__(self, message):
        self.name = message.event.name
        self.ns = message.default_clock_snapshot.value
        self.offset_ns = message.default_clock_snapshot.ns_from_origin - self.ns
        self.cpu = int(message.event.packet.context_field["cpu_id"])
        self.fields = {name: int(field) if isinstance(field, bt2._IntegerFieldConst) else str(field)
                       for name, field in message.event.payload_field.items()}

    def __getitem__(self, field):
        return self.fields[field]

    def is_of(self, name, key, field):
        return self.name == name and self[field] == key


def read(path):
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is bt2._DiscardedEventsMessageConst:
            sys.exit(77)
        if type(message) is bt2._EventMessageConst:
            yield Event(message)


def fail(trigger, sentence):
    sys.exit(f"{trigger.fields}: {sentence}")


def ends(trigger):
    """Predicates of the first and the last event of what the trigger measured."""
    key, cpu = trigger["key"], trigger["on_cpu"]
    measure = MEASURES[trigger["measure"]]
    if measure == "irq":
        return (lambda e: e.cpu == cpu and e.is_of("irq_handler_entry", key, "irq"),
                lambda e: e.cpu == cpu and e.is_of("irq_handler_exit", key, "irq"))
    if measure == "softirq":
        return (lambda e: e.cpu == cpu and e.is_of("irq_softirq_entry", key, "vec"),
                lambda e: e.cpu == cpu and e.is_of("irq_softirq_exit", key, "vec"))
    if measure == "wake":
        return (lambda e: e.name in ("sched_waking", "sched_wakeup_new") and e["tid"] == key,
                lambda e: e.is_of("sched_switch", key, "next_tid"))
    if measure == "block":
        return (lambda e: e.is_of("block_rq_issue", key, "dev"),
                lambda e: e.is_of("block_rq_complete", key, "dev"))
    fail(trigger, "of sound, which nobody plays here")


def check_pair(trigger, events):
    """Both events are there, at these instants, and none of their kind that would end it earlier."""
    first, last = ends(trigger)
    inside = events[bisect.bisect_left(events, trigger["begin"], key=lambda e: e.ns):
                    bisect.bisect_right(events, trigger["end"], key=lambda e: e.ns)]
    begins = [e for e in inside if e.ns == trigger["begin"] and first(e)]
    finals = [e for e in inside if e.ns == trigger["end"] and last(e)]
    if trigger["begin"] < events[0].ns:
        print("a pair that began before the trace of another", file=sys.stderr)
    elif not begins:
        fail(trigger, "nothing begins there")
    if not finals or finals[0].cpu != trigger["on_cpu"]:
        fail(trigger, "nothing ends there")
    if trigger["value"] != trigger["end"] - trigger["begin"]:
        fail(trigger, "the value is not the time between")
    if trigger["value"] <= trigger["bound"]:
        fail(trigger, "the bound was kept")
    between = [e for e in inside if trigger["begin"] < e.ns < trigger["end"] and last(e)]
    if "rq" in finals[0].fields:
        rq = finals[0]["rq"]
        between = [e for e in between if e["rq"] == rq]
        if begins and all(e["rq"] != rq for e in begins):
            fail(trigger, "another request begins there")
    if between:
        fail(trigger, "it ended before")


def check_window(triggers, events, flight_ns):
    first = triggers[0]
    begin = min(first["begin"], first["end"] - flight_ns)
    end = min(triggers[-1]["end"] + flight_ns, first["end"] + LONGEST * flight_ns)
    for event in events:
        if not begin <= event.ns <= end:
            fail(first, f"{event.name} at {event.ns} is not between {begin} and {end}")
    for trigger in triggers[1:]:
        if trigger["end"] > end:
            fail(trigger, "this should have had a trace of its own")


def check_replay(triggers, path, offset_ns):
    """Requests, of which replay tells each."""
    with open(path) as file:
        records = [json.loads(line) for line in file]
    latencies = {(r["at"].get("issue_ns"), r["at"].get("complete_ns")): r.get("latency_ns")
                 for r in records if r["what"] == "request"}
    for trigger in triggers:
        if MEASURES[trigger["measure"]] != "block" or trigger["begin"] < triggers[0].ns:
            continue
        at = (trigger["begin"] + offset_ns, trigger["end"] + offset_ns)
        if latencies.get(at) != trigger["value"]:
            fail(trigger, f"replay tells {latencies.get(at)} ns")


def check_report(trigger, path, count):
    with open(path) as file:
        told = json.load(file)["trigger"]
    at = (trigger["begin"] + trigger.offset_ns, trigger["end"] + trigger.offset_ns)
    if not told["found"]:
        fail(trigger, "the report does not find it")
    if (told["begin_ns"], told["end_ns"], told["value"]) != (*at, trigger["value"]):
        fail(trigger, f"the report tells {told}")
    if told["count"] != count:
        fail(trigger, f"the report counts {told['count']} triggers of {count}")


def main():
    trace, replay, report, flight_ns = sys.argv[1:]
    events = list(read(trace))
    if events[0].name != "jscope_flight_trigger":
        sys.exit(f"the trace begins with {events[0].name}")
    triggers = [e for e in events if e.name == "jscope_flight_trigger"]
    check_window(triggers, events, int(flight_ns))
    for trigger in triggers:
        check_pair(trigger, events)
    check_replay(triggers, replay, triggers[0].offset_ns)
    check_report(triggers[0], report, len(triggers))
    print(f"{trace}: {len(triggers)} triggers in {len(events)} events")


main()
