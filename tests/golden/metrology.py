#!/usr/bin/python3
"""PDV, what latencies hid, and the figures of the position test, from the definitions.

usage: metrology.py TRACE REPORT.json CHECK.json NOTIFICATIONS.ndjson REQUESTS.ndjson

REPORT, CHECK (--profile hlk), NOTIFICATIONS and REQUESTS were made of TRACE. Shares no code with jitterscope. PDV is
d - min d of RFC 5481. What a latency hid is looked for point by point in the whole list of
notifications (DOMAIN 6.3): a missed point waited until the next one was told, and a chain without a
wake until the end of the chain that it began in. Positions are those of the trace, read by Debian's
python3-bt2, and the test is the published one: 100 readings, a line for the offset, the errors
against the nominal rate.

Prints a line per stream and device, or what differs and exits 1.
"""
import json
import math
import sys

QUANTILES = (("p50", .5), ("p90", .9), ("p95", .95), ("p99", .99), ("p99_9", .999))
BUCKET = 1 / 1024
MEAN = 0.0006


class Differences:
    def __init__(self):
        self.count = 0

    def near(self, what, told, want, most=0):
        if told is None or abs(told - want) > most:
            self.count += 1
            print(f"{what}: told {told}, should be {want}")


def quantile(values, q):
    return values[math.ceil(q * len(values)) - 1] if len(values) * (1 - q) >= 1 else None


def dist_check(differences, what, dist, values, error):
    """error: of a percentile, by its value."""
    values = sorted(values)
    differences.near(what + " count", dist["count"], len(values))
    differences.near(what + " max", dist["max"], values[-1])
    differences.near(what + " min", dist["min"], values[0])
    differences.near(what + " mean", dist["mean"], math.fsum(values) / len(values), MEAN)
    for key, q in QUANTILES:
        want = quantile(values, q)
        if want is None and dist[key] is not None:
            differences.near(f"{what} {key}", dist[key], math.nan)
        elif want is not None:
            differences.near(f"{what} {key}", dist[key], want, error(want))


def begin_of(record):
    return next(iter(record["at"].values()))


def end_of(record):
    return begin_of(record) + record["end_to_end_ns"]


def hidden(records, period_ns):
    """What was not told, as far as other records tell how long it waited."""
    told = sorted((r for r in records if "end_to_end_ns" in r), key=lambda r: r["seq"])
    waits, left_out = [], 0
    for record in records:
        if record["class"] == "missed":
            due = record["at"].get("due_ns")
            after = [end_of(r) for r in told if r["seq"] > record["seq"] and due is not None]
            left_out += not after
            waits += [after[0] - due] if after else []
        elif "end_to_end_ns" not in record and record["class"] not in ("censored", "spurious"):
            begin = begin_of(record)
            waits += [end_of(r) - begin for r in told if begin_of(r) < begin <= end_of(r) and
                      r["end_to_end_ns"] > period_ns][:1]
    return waits, left_out


def stream_check(differences, what, row, records):
    latencies = [r["end_to_end_ns"] for r in records if "end_to_end_ns" in r]
    if not latencies:
        differences.near(what + " figures", sum(key in row for key in ("pdv", "corrected")), 0)
        return "no delays"
    least, pdv = min(latencies), row["pdv"]
    differences.near(what + " reference", pdv["reference"], least)
    differences.near(what + " error told", pdv["percentile_error"], 0, max(latencies) * BUCKET + 1)
    dist_check(differences, what + " PDV", pdv, [d - least for d in latencies],
               lambda want: (want + least) * BUCKET + 1)
    if not row["nominal_period_ns"]:
        return f"{len(latencies)} delays"
    waits, left_out = hidden(records, row["nominal_period_ns"])
    corrected = row["corrected"]
    differences.near(what + " known", corrected["known"], len(waits))
    differences.near(what + " filled", corrected["back_filled"], 0)
    differences.near(what + " left out", corrected["left_out"], left_out)
    if waits:
        dist_check(differences, what + " corrected", corrected["end_to_end"], latencies + waits,
                   lambda want: want * BUCKET + 1)
    return f"{len(latencies)} delays, {len(waits)} hidden"


def pace_of(requests):
    """The interval of a client that issues one by one, and of each latency what it hid."""
    issues = sorted(r["at"]["issue_ns"] for r in requests)
    intervals = sorted(b - a for a, b in zip(issues, issues[1:]))
    interval = quantile(intervals, .5)
    latencies = [r["latency_ns"] for r in requests]
    return interval, [d - k * interval for d in latencies for k in range(1, 1 + (d - 1) // interval)]


def device_check(differences, what, row, requests):
    interval, waits = pace_of(requests)
    corrected = row["corrected"]
    differences.near(what + " interval", corrected["expected_interval_ns"], interval,
                     interval * BUCKET)
    differences.near(what + " filled", corrected["back_filled"], len(waits))
    latencies = [r["latency_ns"] for r in requests]
    dist = corrected["latency"]
    differences.near(what + " count", dist["count"], len(latencies) + len(waits))
    differences.near(what + " max", dist["max"], max(latencies))
    longest, values = max(latencies), sorted(latencies + waits)
    for key, q in QUANTILES:
        if quantile(values, q) is not None:
            differences.near(f"{what} {key}", dist[key], quantile(values, q),
                             2 * longest * BUCKET)
    return f"{len(latencies)} requests, {len(waits)} hidden"


def readings_of(path):
    """By device and stream: per RUN epoch its begin, and the positions that were read in it."""
    import bt2
    facts, epochs = {}, {}
    for message in bt2.TraceCollectionMessageIterator(path):
        if type(message) is not bt2._EventMessageConst:
            continue
        event, now = message.event, message.default_clock_snapshot.ns_from_origin
        name = event.name.replace("jscope:", "")
        if not name.startswith("wrt_"):
            continue
        key = (int(event["dev"]), int(event["stream"])) \
            if "stream" in event.payload_field else None
        if name == "wrt_newstream":
            facts[key] = {"ba": int(event["ba"]), "fs": int(event["fs"]), "run": False,
                          "period": 0}
        elif name == "wrt_alloc" and int(event["notif_count"]):
            facts[key]["period"] = int(event["actual"]) // int(event["notif_count"]) * 10**9 \
                // (facts[key]["ba"] * facts[key]["fs"])
        elif name == "wrt_state" and int(event["status"]) >= 0:
            facts[key]["run"] = int(event["new"]) == 3
            if facts[key]["run"]:
                epochs.setdefault(key, []).append((now, int(event["linear"]), []))
        elif name == "wrt_pos" and facts[key]["run"]:
            epochs[key][-1][2].append((int(event["pos_ts_ns"]), now, int(event["linear"])))
    return facts, epochs


def slope_of(points):
    mean_x = math.fsum(x for x, _ in points) / len(points)
    mean_y = math.fsum(y for _, y in points) / len(points)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in points) / \
        math.fsum((x - mean_x) ** 2 for x, _ in points)
    return slope, mean_y - slope * mean_x


def taken(readings, period_ns):
    kept = []
    for at, read, linear in readings:
        if read - at < 10**6 and at - readings[0][0] >= 10**8 and \
                (not kept or at - kept[-1][0] > period_ns // 2):
            kept.append((at, linear - readings[0][2]))
    return kept


def window_figures(window, rate):
    points = [((at - window[0][0]) / 1e9, linear) for at, linear in window]
    offset = slope_of(points)[1]
    errors = [(x - (y - offset) / rate) * 1e3 for x, y in points]
    mean = math.fsum(errors) / len(errors)
    deviation = math.sqrt(math.fsum((e - mean) ** 2 for e in errors) / len(errors))
    return {"mean": mean, "deviation": deviation, "largest": max(map(abs, errors))}


def epoch_figures(epoch, fact):
    begin, begin_linear, readings = epoch
    rate = fact["ba"] * fact["fs"]
    moved = [(at, linear) for at, _, linear in readings if linear > begin_linear]
    if moved:
        first = (moved[0][0] - begin) / 1e6
        played = (moved[0][1] - begin_linear) / fact["ba"] * 1e3 / fact["fs"]
        yield {"first_position": first, "start": first - played, "ahead": max(played - first, 0)}
    kept = taken(readings, fact["period"]) if readings else []
    if len(kept) >= 30:
        points = [((at - kept[0][0]) / 1e9, linear) for at, linear in kept]
        yield {"rate": (slope_of(points)[0] / rate - 1) * 1e6}
    for i in range(0, len(kept), 100):
        if len(kept[i:i + 100]) >= 30:
            yield window_figures(kept[i:i + 100], rate)


# What the published test allows; (limit, whether it may be reached, whole units only, a warning).
LIMITS = {"rate": (10000, True, False, False), "mean": (2, False, True, False),
          "deviation": (1, False, False, False), "largest": (4, False, False, False),
          "start": (20, True, False, True), "ahead": (1, True, False, True),
          "first_position": (500, True, False, True)}


def exceeds(key, value):
    limit, reach, whole, _ = LIMITS[key]
    size = math.floor(abs(value)) if whole else abs(value)
    return size > limit if reach else size >= limit


def hlk_check(differences, what, row, epochs, fact):
    told, all_figures = row.get("hlk", {"verdict": None}), {}
    for epoch in epochs:
        for figures in epoch_figures(epoch, fact):
            for key, value in figures.items():
                all_figures.setdefault(key, []).append(value)
    for key, values in all_figures.items():
        worst, name = max(values, key=abs), f"{what} HLK {key}"
        bad = sum(exceeds(key, value) for value in values)
        figure = told.get(key) or {"worst": None, "limit": None, "checked": None, "exceeded": None}
        # The sign of a mean of next to nothing is a matter of rounding.
        differences.near(name, figure["worst"], worst, 0.0011 + (2e-3 if key == "mean" else 0))
        differences.near(name + " limit", figure["limit"], LIMITS[key][0])
        differences.near(name + " checked", figure["checked"], len(values))
        differences.near(name + " exceeded", figure["exceeded"], bad)
    fails = any(exceeds(k, v) for k, vs in all_figures.items() for v in vs if not LIMITS[k][3])
    differences.near(what + " HLK fails", int(told["verdict"] == "failed"), int(fails))
    return f"HLK {told['verdict']}"


def rules_check(differences, rows, rules):
    """R20 and R21 judge by the same windows and limits."""
    told = [row["hlk"] for row in rows if "hlk" in row]
    for rule, keys in ((rules[19], ("rate",)), (rules[20], ("mean", "deviation", "largest"))):
        name, figures = f"R{rule['rule']}", [hlk[key] for hlk in told for key in keys if key in hlk]
        differences.near(name + " judged", rule["judged"],
                         sum(figure["checked"] for figure in figures) // len(keys))
        differences.near(name + " violated", int(rule["violated"] > 0),
                         int(any(figure["exceeded"] for figure in figures)))


def records_of(path):
    by_name = {}
    with open(path) as lines:
        for record in map(json.loads, lines):
            by_name.setdefault((record["device"], record.get("stream")), []).append(record)
    return by_name


def main(path, report_path, check_path, notifications_path, requests_path):
    with open(report_path) as report_file, open(check_path) as check_file:
        report, rules = json.load(report_file), json.load(check_file)["rules"]
    differences, seen = Differences(), 0
    facts, epochs = ({}, {})
    if any(row["kind"] == "wavert" for row in report["notifications"]):
        facts, epochs = readings_of(path)
    notifications, requests = records_of(notifications_path), records_of(requests_path)
    for row in report["notifications"]:
        what = f"{row['device']} {row['stream']}"
        said = stream_check(differences, what, row, notifications.get((row["device"], row["stream"]), []))
        for (dev, stream), fact in facts.items():
            if (row["device"], row["stream"]) == (f"dev{dev}", f"stream {stream:#x}"):
                said += ", " + hlk_check(differences, what, row, epochs[dev, stream], fact)
        print(f"{what}: {said}")
        seen += 1
    for row in report["requests"]:
        if "corrected" in row:
            print(row["device"] + ": " + device_check(differences, row["device"], row,
                                                      requests[row["device"], None]))
            seen += 1
    rules_check(differences, report["notifications"], rules)
    if not seen:
        differences.near("streams and devices", 0, 1)
    return 1 if differences.count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
