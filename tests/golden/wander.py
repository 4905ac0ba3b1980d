#!/usr/bin/python3
"""MTIE, TDEV, ADEV, MDEV, drift and what is left without it, against the textbook, from the ground truth.

usage: wander.py TRACE REPORT.json CHECK.json

TRACE holds the ground truth of a virtual device (truth_chain) and its streams; REPORT and CHECK
were made of it. Shares no code with jitterscope: Debian's python3-bt2 reads the trace, and the formulas
(ITU-T G.810 appendix II, NIST SP 1065) are written down as they stand there, window by window, with
integers and fractions where that is possible. Windows with a missing point are left out.

Prints a line per stream, or what differs and exits 1.
"""
import json
import math
import sys

import bt2

WHOLE_NS = 1            # the report cuts the ideal time of a point to whole nanoseconds
RELATIVE = 1e-6


class Series:
    """Instants of one stream, by the number of the point, and the ideal distance of two."""

    def __init__(self, event):
        self.frame_bytes, self.rate = int(event["ba"]), int(event["fs"])
        self.frames, self.at = 0, {}

    def allocate(self, event):
        if int(event["status"]) >= 0 and int(event["notif_count"]):
            self.frames = int(event["actual"]) // int(event["notif_count"]) // self.frame_bytes

    def runs(self):
        """Lists of time errors of points that follow each other."""
        first = min(self.at)
        runs, last = [], None
        for seq in sorted(self.at):
            ideal = (seq - first) * self.frames * 10**9 // self.rate
            if last is None or seq != last + 1:
                runs.append([])
            runs[-1].append(self.at[seq] - self.at[first] - ideal)
            last = seq
        return runs


def series_of(path):
    series = {}
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is not bt2._EventMessageConst:
            continue
        event = message.event
        name = event.name.replace("jscope:", "")
        if name == "wrt_newstream":
            series[int(event["dev"]), int(event["stream"])] = Series(event)
        elif name == "wrt_alloc":
            series[int(event["dev"]), int(event["stream"])].allocate(event)
        elif name == "truth_chain" and int(event["signal_ns"]):
            key = int(event["dev"]), int(event["object"])
            if key in series:
                series[key].at.setdefault(int(event["seq"]), int(event["signal_ns"]))
    return {key: one for key, one in series.items() if len(one.at) > 2}


def windows(runs, points):
    return [run[i:i + points] for run in runs for i in range(len(run) - points + 1)]


def mtie(runs, m):
    return max(max(w) - min(w) for w in windows(runs, m + 1))


def adev(runs, m, tau_ns):
    terms = [(w[2 * m] - 2 * w[m] + w[0]) ** 2 for w in windows(runs, 2 * m + 1)]
    return math.sqrt(sum(terms) / (2 * tau_ns**2 * len(terms)))


def mdev(runs, m, tau_ns):
    terms = [sum(w[k + 2 * m] - 2 * w[k + m] + w[k] for k in range(m)) ** 2
             for w in windows(runs, 3 * m)]
    return math.sqrt(sum(terms) / (2 * m**2 * tau_ns**2 * len(terms)))


def fit(series):
    """Slope of the least-squares line through (ideal, error), and deviation from it."""
    period_ns = series.frames * 1e9 / series.rate
    first = min(series.at)
    points = [((seq - first) * period_ns, at - series.at[first] - (seq - first) * period_ns)
              for seq, at in series.at.items()]
    mean_x = math.fsum(x for x, _ in points) / len(points)
    mean_y = math.fsum(y for _, y in points) / len(points)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in points) / \
        math.fsum((x - mean_x) ** 2 for x, _ in points)
    squares = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return slope * 1e6, math.sqrt(squares / len(points))


class Differences:
    def __init__(self):
        self.count = 0

    def near(self, what, told, want, most):
        if told is None or abs(told - want) > most:
            self.count += 1
            print(f"{what}: told {told}, should be {want}")


def taus_check(differences, what, runs, jitter, series):
    """Every tau that has a window must be told, and no other."""
    spans = {"mtie": lambda m: m + 1, "adev": lambda m: 2 * m + 1, "tdev": lambda m: 3 * m,
             "mdev": lambda m: 3 * m}
    for kind, span in spans.items():
        ms = [2**k for k in range(17) if windows(runs, span(2**k))]
        differences.near(f"{what} taus of {kind}", len(jitter[kind]), len(ms), 0)
        for m, row in zip(ms, jitter[kind]):
            tau_ns = m * series.frames * 1e9 / series.rate
            name = f"{what} {kind} at {m} periods"
            differences.near(name + ", tau", row["tau_ns"], tau_ns, 1)
            differences.near(name + ", windows", row["windows"], len(windows(runs, span(m))), 0)
            total = max(series.at) - min(series.at) + 2 - span(m)
            differences.near(name + ", skipped", row["skipped"], total - row["windows"], 0)
            if kind == "mtie":
                differences.near(name, row["ns"], mtie(runs, m), 0)
            elif kind == "adev":
                want = adev(runs, m, tau_ns)
                differences.near(name, row["value"], want, RELATIVE * want)
            elif kind == "mdev":
                want = mdev(runs, m, tau_ns)
                differences.near(name, row["value"], want, RELATIVE * want)
            else:
                want = tau_ns / math.sqrt(3) * mdev(runs, m, tau_ns)
                differences.near(name, row["ns"], want, RELATIVE * want + 0.001)
    for one, other in zip(jitter["tdev"], jitter["mdev"], strict=True):
        differences.near(f"{what} TDEV against MDEV at {one['tau_ns']}", one["ns"],
                         one["tau_ns"] / math.sqrt(3) * other["value"],
                         RELATIVE * one["ns"] + 0.001)


def check_taus_check(differences, what, figure, jitter):
    """R94 tells the same as the report, of the streams that it names."""
    for row, tau in zip(jitter["mtie"], figure["taus"], strict=True):
        differences.near(f"{what} R94", tau["mtie_ns"], row["ns"], 0)
    for kind, key, name in (("tdev", "tdev_ns", "ns"), ("adev", "adev", "value"),
                           ("mdev", "mdev", "value")):
        told = [tau[key] for tau in figure["taus"] if tau[key] is not None]
        for row, value in zip(jitter[kind], told, strict=True):
            differences.near(f"{what} R94 {kind}", value, row[name],
                             RELATIVE * row[name] + (0.001 if kind == "tdev" else 0))


def main(path, report_path, check_path):
    with open(report_path) as report_file, open(check_path) as check_file:
        report, check = json.load(report_file), json.load(check_file)
    rows = {(r["device"], r["stream"]): r["jitter"] for r in report["notifications"]}
    figures = {f["object"]: f for f in check["rules"][93]["figures"]}
    differences = Differences()
    all_series = series_of(path)
    for (dev, stream), series in all_series.items():
        name = f"dev{dev}", f"stream {stream:#x}"
        what, runs, jitter = " ".join(name), series.runs(), rows[name]
        slope, residual = fit(series)
        taus_check(differences, what, runs, jitter, series)
        check_taus_check(differences, what, figures[what], jitter)
        differences.near(what + " drift", jitter["drift_ppm"], slope, 0.001)
        differences.near(what + " residual", jitter["residual_stddev_ns"], residual,
                         1e-4 * residual + WHOLE_NS)
        print(f"{what}: {len(series.at)} points in {len(runs)} runs, {len(jitter['mtie'])} taus, "
              f"longest MTIE {jitter['mtie'][-1]['ns']} ns")
    if not all_series:
        differences.near("streams", 0, 1, 0)
    return 1 if differences.count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
