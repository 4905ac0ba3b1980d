#!/usr/bin/python3
"""The clock of a device, its positions and the margins of its buffer, against truth and plain counting.

usage: clock.py WHAT TRACE REPORT.json LINES.ndjson FRAMES PPM...

WHAT: "simulated" where TRACE holds the truth of a virtual device, "recorded" where it does not.
LINES: of `replay --what all`. FRAMES: of the buffer of each stream. PPM: by how much the clock of each
stream is fast, as its scenario says, in the order of the devices.

- The device reached point k, which is k periods of frames, when truth_chain says; in between it moves
  evenly. Each told position must be at most a frame short of that, and the one that is carried on to
  the instant of an answer within CARRIED_FRAMES.
- A device that is fast by s has periods that are longer by 1 / (1 + s) - 1: the drift of the clock and
  that of the points must be that, within SIGMAS standard errors by the deviation that they state.
- The least headroom of each second, and the headroom in tenths of the buffer, counted line by line.

Prints a line per stream, or what differs and exits 1. Shares no code with jitterscope.
"""
import bisect
import collections
import json
import math
import sys

CARRIED_FRAMES = 2      # one for the told position, one for the line through them
SIGMAS = 4
ROUNDED = 0.001         # figures of the report have three decimals
SECOND = 10**9
WORST = 8

wrong = []


def demand(holds, text):
    if not holds:
        wrong.append(text)


def truth_of(path):
    """{(dev, stream): [(due_ns, frames)]} of all points."""
    import bt2
    shapes, points = {}, collections.defaultdict(list)
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is not bt2._EventMessageConst:
            continue
        event = message.event
        name = event.name.replace("jscope:", "")
        if name == "wrt_newstream":
            shapes[int(event["dev"]), int(event["stream"])] = [int(event["ba"]), 0]
        elif name == "wrt_alloc" and int(event["status"]) >= 0:
            shape = shapes[int(event["dev"]), int(event["stream"])]
            shape[1] = int(event["actual"]) // int(event["notif_count"]) // shape[0]
        elif name == "truth_chain":
            key = int(event["dev"]), int(event["object"])
            if key in shapes and int(event["due_ns"]):
                clock = event.stream.cls.default_clock_class.offset
                due_ns = int(event["due_ns"]) + clock.seconds * SECOND + clock.cycles
                points[key].append((due_ns, int(event["seq"]) * shapes[key][1]))
    return {(f"dev{dev}", f"stream {stream:#x}"): sorted(series)
            for (dev, stream), series in points.items()}


def frames_at(series, at_ns):
    """Where the device is; None outside of what its points tell."""
    i = bisect.bisect(series, (at_ns, math.inf))
    if i == 0 or i == len(series):
        return None
    (a_ns, a), (b_ns, b) = series[i - 1], series[i]
    return a + (at_ns - a_ns) * (b - a) / (b_ns - a_ns)


def positions_check(name, lines, series):
    """Returns how many were looked at, and the largest error of those that were carried on."""
    count, carried = 0, 0
    for line in lines:
        if line["what"] == "position":
            true = frames_at(series, line["at_ns"])
            if true is not None:
                count += 1
                short = true - line["linear_frames"]
                # The instants of truth are whole nanoseconds, too: a thousandth of a frame.
                demand(-1e-3 < short < 1 + 1e-3, f"{name}: {line} is {short} frames short")
        elif line["what"] == "notification" and "position_frames" in line:
            true = frames_at(series, line["at"].get("served_ns", line["at"]["signal_ns"]))
            if true is not None:
                count += 1
                error = abs(true - line["position_frames"])
                carried = max(carried, error)
                demand(error <= CARRIED_FRAMES, f"{name}: {line} is off by {error} frames")
    return count, carried


def drift_error_ppm(deviation_ns, instants):
    """The standard error of a slope over these instants."""
    mean = sum(instants) / len(instants)
    squares = sum((instant - mean) ** 2 for instant in instants)
    return 1e6 * deviation_ns / math.sqrt(squares)


def drift_check(name, row, lines, ppm):
    want = 1e6 / (1 + ppm / 1e6) - 1e6
    clock, jitter = row["headroom"]["clock"], row["jitter"]
    told = [line["at_ns"] for line in lines if line["what"] == "position"]
    signals = [line["at"]["signal_ns"] for line in lines
               if line["what"] == "notification" and "signal_ns" in line["at"]]
    demand(clock["positions"] == len(told), f"{name}: {clock} of {len(told)} positions")
    for what, drift, deviation, instants in (
            ("clock", clock["drift_ppm"], clock["residual_ns"], told),
            ("points", jitter["drift_ppm"], jitter["residual_stddev_ns"], signals)):
        most = SIGMAS * drift_error_ppm(deviation, instants) + ROUNDED
        demand(most < 5, f"{name}: {what} tells a drift within {most} ppm only")
        demand(abs(drift - want) <= most, f"{name}: {what} drift {drift}, not {want} +- {most}")


def headrooms_of(lines):
    """(instant, frames) where a client answered; where it never does, where a position was told."""
    served, seen = [], None
    for line in lines:
        if line["what"] == "notification" and "headroom_frames" in line:
            answer = line["at"].get("served_ns")
            if answer is None or answer != seen:
                served.append((max(line["at"].values()), line["headroom_frames"]))
            seen = answer
    return served or [(line["at_ns"], line["headroom_frames"]) for line in lines
                      if line["what"] == "position" and "headroom_frames" in line]


def margins_check(name, headroom, lines, frames):
    least, tenths = {}, collections.Counter()
    for at_ns, left in headrooms_of(lines):
        second = at_ns // SECOND
        least[second] = min(left, least.get(second, left))
        tenths[None if left < 0 else min(left * 10 // frames, 10) * 10] += 1
    told = headroom["minimum_per_second"]
    worst = sorted((left, second) for second, left in least.items())[:WORST]
    demand(told["left_out"] == 0, f"{name}: {told['left_out']} headrooms left out")
    demand(told["seconds"] == len(least), f"{name}: {told['seconds']} seconds of {len(least)}")
    demand([(row["frames"], row["begin_ns"] // SECOND) for row in told["worst"]] == worst,
           f"{name}: worst seconds {told['worst']}, not {worst}")
    steps = {row["from_percent"]: row["count"] for row in headroom["near_miss"] if row["count"]}
    demand(steps == dict(tenths), f"{name}: near misses {steps}, not {dict(tenths)}")
    return len(least)


def listed_check(name, headroom, lines):
    """Glitches and defects of the lines are those that the report counts."""
    causes = collections.Counter(line["cause"] for line in lines if line["what"] == "glitch")
    defects = collections.Counter(line["defect"] for line in lines if line["what"] == "defect")
    counted = {cause: count for cause, count in headroom["glitch_causes"].items() if count}
    demand(counted == dict(causes), f"{name}: causes {counted}, lines {dict(causes)}")
    counted = {defect: row["count"] for defect, row in headroom["position_defects"].items()
               if row["count"]}
    demand(counted == dict(defects), f"{name}: defects {counted}, lines {dict(defects)}")
    return sum(causes.values()), sum(defects.values())


def main():
    what, path, report_path, lines_path, frames = sys.argv[1:6]
    with open(report_path) as report_file, open(lines_path) as lines_file:
        report, lines = json.load(report_file), [json.loads(line) for line in lines_file]
    truth = truth_of(path) if what == "simulated" else {}
    told = [line["at_ns"] for line in lines if "at_ns" in line]
    demand(told == sorted(told), "positions, defects and glitches are not in order of time")
    rows = sorted((row for row in report["notifications"] if "headroom" in row),
                  key=lambda row: row["device"])
    demand(rows, "no stream has headroom")
    for i, row in enumerate(rows):
        key = row["device"], row["stream"]
        name, own = " ".join(key), [line for line in lines
                                    if (line["device"], line.get("stream")) == key]
        seconds = margins_check(name, row["headroom"], own, int(frames))
        glitches, defects = listed_check(name, row["headroom"], own)
        print(f"{name}: {seconds} seconds, {glitches} glitches, {defects} defects")
        if what == "simulated":
            count, carried = positions_check(name, own, truth[key])
            demand(count > 100, f"{name}: only {count} positions to look at")
            drift_check(name, row, own, float(sys.argv[6 + i]))
            print(f"{name}: {count} positions, carried ones within {carried:.3f} frames, "
                  f"drift {row['headroom']['clock']['drift_ppm']} ppm")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
