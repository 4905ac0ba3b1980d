#!/usr/bin/python3
"""The lines that a report tells, against what its scenario hides.

usage: spectrum.py SCENARIO.ini REPORT.json REPLAY.ndjson

Of a scenario with `+ sine` parts every one must be told, within 1 % of its frequency, and no other line.
Amplitude, share of the variance and noise must be those of a least-squares fit of the sines to the
lateness of the points in REPLAY, which is made here, without a spectrum and without a library.

Of a scenario without, a line is false: it is printed, and whoever calls counts.
"""
import json
import math
import re
import sys


def hidden(path):
    """(frequency in Hz, amplitude in ns), the strongest first."""
    with open(path) as file:
        text = re.sub(r";.*", "", file.read())
    units = {"us": 1e3, "ms": 1e6}
    found = [(float(hz), float(size) * units[unit])
             for hz, size, unit in re.findall(r"\+ sine ([\d.]+)Hz ([\d.]+)(us|ms)", text)]
    return sorted(found, key=lambda line: -line[1])


def lateness(path):
    """(due in s, end to end in ns) of each point, by stream."""
    series = {}
    with open(path) as file:
        for line in file:
            record = json.loads(line)
            if record["what"] == "notification" and "end_to_end_ns" in record and \
                    "due_ns" in record["at"]:
                series.setdefault((record["device"], record["stream"]), []).append(
                    (record["at"]["due_ns"] / 1e9, record["end_to_end_ns"]))
    return series


def solve(matrix, right):
    """Gauss, with the largest pivot."""
    rows = [row + [value] for row, value in zip(matrix, right)]
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def fit(points, frequencies):
    """Amplitudes of sines of these frequencies, variance, and deviation without them."""
    start = points[0][0]
    table = [[1.0] + [wave(2 * math.pi * hz * (due - start))
                      for hz in frequencies for wave in (math.sin, math.cos)] for due, _ in points]
    columns = range(len(table[0]))
    normal = [[math.fsum(row[i] * row[j] for row in table) for j in columns] for i in columns]
    right = [math.fsum(row[i] * late for row, (_, late) in zip(table, points)) for i in columns]
    parts = solve(normal, right)
    mean = math.fsum(late for _, late in points) / len(points)
    variance = math.fsum((late - mean) ** 2 for _, late in points) / len(points)
    rest = math.fsum((late - sum(a * b for a, b in zip(parts, row))) ** 2
                     for row, (_, late) in zip(table, points)) / len(points)
    amplitudes = [math.hypot(parts[i], parts[i + 1]) for i in range(1, len(parts), 2)]
    return amplitudes, variance, math.sqrt(rest)


def near(what, told, want, most):
    if abs(told - want) > most:
        print(f"{what}: told {told}, should be {want} within {most}")
    return abs(told - want) <= most


def lines_match(what, spectrum, lines, points):
    amplitudes, variance, noise = fit(points, [hz for hz, _ in lines])
    good = near(f"{what} lines", len(spectrum["lines"]), len(lines), 0)
    # A segment of 1024 points and more knows the amplitude within a few times this.
    unsure = 4 * noise * math.sqrt(2 / spectrum["points"])
    for told, (hz, size), fitted in zip(spectrum["lines"], lines, amplitudes):
        share = fitted**2 / 2 / variance
        good &= near(f"{what} frequency", told["frequency_hz"], hz, 0.01 * hz)
        good &= near(f"{what} {hz} Hz, amplitude", told["amplitude_ns"], fitted, unsure)
        good &= near(f"{what} {hz} Hz, truth", told["amplitude_ns"], size, 1.5 * unsure)
        good &= near(f"{what} {hz} Hz, share", told["share"], share, 3 * unsure / size * share)
        good &= told["false_alarm"] <= 1e-4
    good &= near(f"{what} noise", spectrum["noise_ns"], noise, 0.1 * noise)
    print(what, " ".join(f"{told['frequency_hz']:.3f} Hz {told['amplitude_ns']:.0f} ns"
                         for told in spectrum["lines"]))
    return good


def main(scenario, report_path, replay_path):
    lines, series = hidden(scenario), lateness(replay_path)
    with open(report_path) as file:
        rows = json.load(file)["notifications"]
    if not any(row["spectrum"]["segments"] for row in rows):
        print(f"{scenario}: no stream is long enough")
        return 1
    good = True
    for row in rows:
        spectrum = row["spectrum"]
        if lines:
            good &= lines_match(scenario, spectrum, lines, series[row["device"], row["stream"]])
        elif spectrum["lines"]:
            print(f"{scenario}: false {spectrum['lines']}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
