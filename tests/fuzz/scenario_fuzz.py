#!/usr/bin/python3
"""Scenarios that nobody would write: shipped ones with numbers at their extremes, keys that belong
elsewhere, sections over and over, junk, and includes that lead astray.

usage: scenario_fuzz.py ROUNDS [SEED [DIRECTORY]]

Each is simulated for 50 ms, or 20000 events. It must be refused with file, line and remedy, and then
leave nothing behind, or be recorded; it may not crash, leak (under sanitizers) nor take longer than
20 s. What fails is kept in DIRECTORY (else: the current one). A round depends on its seed and number
alone: SEED + N with one round is round N.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HANG_S = 20
DURATION, EVENTS = "50ms", "20000"
DONE, DEGRADED, FAILED = 0, 3, 1        # exit statuses that are right for some scenario
SAMPLES = os.path.join(os.environ["JSCOPE_SOURCE"], "samples", "scenarios")
NUMBERS = ["0", "1", "-1", "2", "3", "63", "64", "65", "255", "256", "4095", "65535", "2147483647",
           "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
           "-9223372036854775808", "99999999999999999999999999", "0.5", "1e9", "0x10", "nan", ""]
UNITS = ["ns", "us", "ms", "s", "m", "h", "", "weeks"]
LAWS = ["constant 1ns", "uniform 0 1s", "uniform 1s 0", "normal 0 10s", "lognormal 1ns 100",
        "lognormal 1s 0.0001", "exponential 1ns", "exponential 10s max 1ns", "pareto 1ns 0.0001",
        "pareto 1s 100", "burst 0 0 1ns 1ns", "burst 1ns 10s 1ns 10s", "burst 0 1ms 1h 1ns",
        "empirical nothing 3", "max max max", "exponential"]
INCLUDES = ["hostile.ini", ".", "/", "/dev/zero", "/dev/null", "nowhere.ini", "/proc/self/mem",
            "parts/" * 1200, "\x01\x02", "../" * 40 + "etc/passwd", "fifo"]


def corpus():
    """The shipped scenarios as lists of lines, and every line of each kind of section."""
    files, keys = [], []
    for name in sorted(os.listdir(SAMPLES)):
        if name.endswith(".ini"):
            with open(os.path.join(SAMPLES, name)) as file:
                files.append([line.rstrip("\n") for line in file if not line.startswith(";")])
    for lines in files:
        keys += [line for line in lines if "=" in line and not line.startswith("include")]
    return files, sorted(set(keys))


def fault_names():
    path = os.path.join(os.environ["JSCOPE_SOURCE"], "tracer", "include", "tracer", "faults.def")
    with open(path) as file:
        names = re.findall(r"^(?:FAULT|FORGED)\((\w+)", file.read(), re.M)
    return [name.replace("_", "-") for name in names]


class Mutator:
    def __init__(self, seed, files, keys, faults):
        self.random, self.keys, self.faults = random.Random(seed), keys, faults
        self.files = files
        self.lines = list(self.random.choice(files))

    def number(self):
        return self.random.choice(NUMBERS) + self.random.choice(UNITS)

    def word(self):
        return f"x{self.random.randrange(1000)}"

    def place(self):
        return self.random.randrange(len(self.lines) + 1)

    def extreme(self):
        assigned = [i for i, line in enumerate(self.lines) if "=" in line]
        if assigned:
            i = self.random.choice(assigned)
            key = self.lines[i].split("=")[0].strip()
            value = self.random.choice([self.number(), self.number(), self.random.choice(LAWS)])
            self.lines[i] = f"{key} = {value}"

    def foreign_key(self):
        self.lines.insert(self.place(), self.random.choice(self.keys))

    def repeat_section(self):
        heads = [i for i, line in enumerate(self.lines) if line.startswith("[")]
        if heads:
            begin = self.random.choice(heads)
            end = min([i for i in heads if i > begin], default=len(self.lines))
            for _ in range(self.random.choice([1, 2, 9, 33])):
                name = " " + self.word() if self.random.random() < .8 else ""
                kind = re.split(r"[ \]]", self.lines[begin])[0]
                self.lines += [f"{kind}{name}]"] + self.lines[begin + 1:end]

    def graft(self):
        other = self.random.choice(self.files)
        heads = [i for i, line in enumerate(other) if line.startswith("[")]
        if heads:
            self.lines += other[self.random.choice(heads):]

    def shuffle(self):
        self.random.shuffle(self.lines)

    def junk(self):
        size = self.random.choice([1, 7, 300, 3000])
        self.lines.insert(self.place(), "".join(chr(self.random.randrange(256))
                                                for _ in range(size)))

    def cut(self):
        del self.lines[self.place():]

    def include(self):
        self.lines.insert(0, "include = " + self.random.choice(INCLUDES))

    def fault(self):
        self.lines += [f"[fault {self.word()}]", "kind = " + self.random.choice(self.faults),
                       "at = " + self.random.choice(["0s", "1ms", self.number()]),
                       "every = " + self.random.choice(["1us", "10us", "1ms", self.number()]),
                       "count = 0",
                       "length = " + self.random.choice(["1ns", "1ms", "10s", self.number()]),
                       "amount = " + self.random.choice(["0", "1", self.number()])]

    def storm(self):
        """Everything as fast as it is allowed to be."""
        lines = self.random.choice([
            ["[load {}]", "level = isr", "busy = 1ms", "every = 0"],
            ["[load {}]", "level = dpc", "busy = 0", "every = 1ns"],
            ["[load {}]", "level = thread", "busy = 10s", "every = 0"],
            ["[disk {}]", "device = 0", "think = 0", "clients = 64", "outstanding = 256"],
            ["[disk {}]", "device = 0", "depth = 1", "slots = 1", "batch = 256", "batch_wait = 0",
             "timer = 1ms", "reset_every = 1ms", "wmi_every = 1ms"],
            ["[midi {}]", "arrival = 0", "capture = yes", "streams = 16", "fifo_bytes = 1"],
            ["[midi {}]", "arrival = 0", "message_bytes = 256", "delayed_service = 100us"],
            ["[module {}]", "arrival = 0", "size_bytes = 64000", "listeners = 16"],
            ["[stream {}]", "rate = 768000", "period_frames = 1", "pause_every = 1ms", "pause = 1ms"],
            ["[delay]", "interrupt = 10s", "dispatch = 10s", "queue = 10s", "handler = 10s"]])
        self.lines += [lines[0].format(self.word())] + lines[1:]

    def text(self):
        mutations = [self.extreme, self.foreign_key, self.repeat_section, self.graft] + \
            4 * [self.fault] + 4 * [self.storm]
        for _ in range(self.random.choice([1, 1, 2, 3, 4])):
            self.random.choice(mutations)()
        if self.random.random() < .15:
            self.random.choice([self.shuffle, self.junk, self.cut, self.include])()
        return "\n".join(self.lines).encode("latin-1") + b"\n"


def defect_of(status, errors, directory):
    """What is wrong with the way a run ended; None for nothing."""
    output = os.path.join(directory, "trace")
    if status is None:
        return f"ran longer than {HANG_S} s"
    if status not in (DONE, DEGRADED, FAILED):
        return f"ended with {status}"
    if status != FAILED:
        return None if os.path.isfile(os.path.join(output, "metadata")) else "recorded nothing"
    first = errors.partition("\n")[0]
    if re.match(r"jitterscope: .* failed with STATUS_\w+; change the scenario\.$", first):
        return None
    if os.path.exists(output):
        return "refused, but left a directory"
    if not re.search(r"^jitterscope: (\S+:\d+: .*|The [a-z-]+ of line \d+ is for CPU .*|"
                     r"The devices of the scenario cannot be built: .*)[.?]$", errors, re.M):
        return "refused without file and line"
    if not re.search(r"; |, not '|stands before|does '.*' include|cannot be read", errors):
        return "refused without a remedy"
    return None


def run(directory):
    command = ["jitterscope", "record", "sim", "--quiet", "--duration", DURATION, "--events", EVENTS,
               "--scenario", os.path.join(directory, "hostile.ini"),
               "-o", os.path.join(directory, "trace")]
    try:
        done = subprocess.run(command, timeout=HANG_S, capture_output=True)
    except subprocess.TimeoutExpired as hung:
        return None, (hung.stderr or b"").decode(errors="replace")
    return done.returncode, done.stderr.decode(errors="replace")


def play(seed, files, keys, faults, keep):
    """One round. Returns its exit status; None when it failed."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "hostile.ini")
        with open(path, "wb") as file:
            file.write(Mutator(seed, files, keys, faults).text())
        os.symlink(os.path.join(SAMPLES, "parts"), os.path.join(directory, "parts"))
        os.mkfifo(os.path.join(directory, "fifo"))
        status, errors = run(directory)
        defect = defect_of(status, errors, directory)
        if defect is None:
            return status
        kept = os.path.join(keep, f"hostile-{seed}.ini")
        shutil.copy(path, kept)
        print(f"FAILED: {kept}: {defect}\n{errors[:3000]}")
        return None


def main():
    rounds = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    keep = sys.argv[3] if len(sys.argv) > 3 else "."
    files, keys = corpus()
    faults = fault_names()
    results = [play(first + i, files, keys, faults, keep) for i in range(rounds)]
    recorded = sum(status in (DONE, DEGRADED) for status in results)
    print(f"{rounds} scenarios: {recorded} recorded, {results.count(FAILED)} refused, "
          f"{results.count(None)} wrong")
    # A fuzzer whose scenarios are all refused, or all taken, looks at half of it.
    if results.count(None) or rounds >= 40 and not rounds // 10 <= recorded <= rounds * 9 // 10:
        sys.exit(1)


main()
