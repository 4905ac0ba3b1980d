#!/usr/bin/env python3
"""Record the running kernel while something goes wrong, and see what is left.

kernel_test.py CASE BUILD
"""
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from isolation import MS_PRIVATE, MS_REC, CLONE_NEWNS, libc, mount, skip
from processes import find, wait_until

FLUSH_S = 1.0  # the promise: what is older survives whatever is killed
MNT_DETACH = 2
BEGUN = "Recording the kernel"


class Kernel:
    """A run of `record kernel` that has begun."""

    def __init__(self, case, *options, name="trace", program=(), **popen):
        self.tool = case.tool
        self.output = os.path.join(case.folder, name)
        self.log = os.path.join(case.logs, name.replace("/", "-"))
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [case.tool, "record", "kernel", *options, "-o", self.output,
                 *(["--", *program] if program else [])], stderr=log, **popen)
        wait_until("the beginning", lambda: BEGUN in self.told() or
                   self.process.poll() is not None, 30)

    def told(self):
        with open(self.log) as stream:
            return stream.read()

    def end(self, number=signal.SIGINT, status=0):
        self.process.send_signal(number)
        return self.wait(status)

    def wait(self, status=0):
        got = self.process.wait(30)
        assert got == status, f"exit status {got}, not {status}: {self.told()}"
        return self.told()

    def recorded(self):
        """How many events it says that it recorded."""
        return int(re.search(r"Recorded (\d+) events", self.told())[1])

    def lines(self, name=None):
        """The events as babeltrace2 prints them, without a complaint."""
        run = subprocess.run(["babeltrace2", "--clock-seconds", self.output],
                             capture_output=True, text=True)
        assert run.returncode == 0 and not run.stderr, run.stderr
        lines = run.stdout.splitlines()
        return [it for it in lines if f" {name}: " in it] if name else lines

    def report(self, statuses=(0,)):
        run = subprocess.run([self.tool, "report", "--plain", self.output], capture_output=True,
                             text=True)
        assert run.returncode in statuses, f"report exits {run.returncode}: {run.stdout}{run.stderr}"
        return run.stdout

    def chunks(self):
        return sorted(it for it in os.listdir(self.output) if re.match(r"\d{6}-\d{8}T\d{6}Z$", it))


class Case:
    def __init__(self, build):
        self.tool = f"{build}/bin/jitterscope"
        self.folder = tempfile.mkdtemp(prefix="jscope-kernel-")
        self.logs = os.path.join(self.folder, "logs")
        os.mkdir(self.logs)
        self.mounts = []

    def need(self):
        """A machine that cannot, a user who may not."""
        if not shutil.which("babeltrace2"):
            skip("needs babeltrace2")
        run = subprocess.run([self.tool, "doctor"], capture_output=True, text=True, check=True)
        if not re.search(r"^ok +record kernel ", run.stdout, re.MULTILINE):
            skip(re.search(r"record kernel.*\n.*", run.stdout)[0])

    def disk(self, size):
        path = os.path.join(self.folder, f"disk-{size}")
        os.mkdir(path)
        mount("tmpfs", path, 0, f"size={size}")
        self.mounts.append(path)
        return path

    def clean(self):
        for path in self.mounts:
            libc.umount2(path.encode(), MNT_DETACH)
        shutil.rmtree(self.folder)


class Pipe:
    """Two processes that wake each other, with so long a rest between."""

    CHILD = "import os, time\nwhile os.read(0, 1):\n time.sleep({})\n os.write(1, b'x')"

    def __init__(self, rest_s=0):
        self.child = [sys.executable, "-c", self.CHILD.format(rest_s)]

    def __enter__(self):
        there, back = os.pipe(), os.pipe()
        self.processes = [
            subprocess.Popen(self.child, stdin=there[0], stdout=back[1], stderr=subprocess.DEVNULL),
            subprocess.Popen(self.child, stdin=back[0], stdout=there[1], stderr=subprocess.DEVNULL)]
        os.write(there[1], b"x")
        for end in there + back:
            os.close(end)

    def __exit__(self, *error):
        for process in self.processes:
            process.kill()
            process.wait()


def seconds(line):
    return float(re.match(r"\[(\d+\.\d+)\]", line)[1])


def switches(kernel):
    """By CPU who followed whom, in order; what every recording of a time has alike."""
    found = {}
    for line in kernel.lines("sched_switch"):
        cpu = int(re.search(r"cpu_id = (\d+)", line)[1])
        found.setdefault(cpu, []).append(tuple(re.findall(r"(?:prev|next)_tid = (-?\d+)", line)))
    return found


def is_within(part, whole):
    """Whether a list lies in another in one piece."""
    first = part[:50]
    return any(whole[i:i + len(part)] == part for i in range(len(whole) - len(part) + 1)
               if whole[i:i + 50] == first)


def check_whole(kernel):
    """Every record that was made is in the trace once, also where chunks meet."""
    fired = {}
    for line in kernel.lines("jscope_probe_stats"):
        made, lost, event = re.search(r'fired = (\d+), lost = (\d+), event = "(\w+)"', line).groups()
        fired[event] = int(made) - int(lost)
    assert len(fired) > 5, "no probe tells how often it fired"
    lines = kernel.lines()
    for event, count in fired.items():
        # Of a long name it is the end.
        named = f"{event}: {{" if len(event) == 23 else f" {event}: {{"
        got = sum(1 for line in lines if named in line)
        assert got == count, f"{event}: {got} of {count} events are there"
    assert len(lines) == kernel.recorded(), f"{len(lines)} of {kernel.recorded()}"
    stamps = [seconds(line) for line in lines]
    assert stamps == sorted(stamps)


def case_signals(case):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        it = Kernel(case, name=f"trace-{number}")
        time.sleep(0.3)
        it.end(number)
        check_whole(it)
        it.report()


def case_terminal(case):
    """Ctrl-C in a terminal reaches the program as well, whose cleaning up is waited for."""
    output = os.path.join(case.folder, "trace")
    clean = os.path.join(case.folder, "clean")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(case.tool, [case.tool, "record", "kernel", "-o", output, "--", "sh", "-c",
                             f"trap 'sleep 0.5; touch {clean}; exit 0' INT; sleep 60 & wait"])
    text, told = b"", 0
    try:
        while chunk := os.read(terminal, 4096):
            text += chunk
            if re.search(rb"recording: 0\.[4-9]", text) and not told:
                told = os.write(terminal, b"\x03")
    except OSError:
        pass
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0 and os.path.exists(clean), text.decode()
    assert b"Recorded" in text, text.decode()


def case_killed(case):
    """What is older than a second is there, and nothing complains about the end."""
    # So few events that hardly a packet gets full.
    it = Kernel(case, "--preset", "irq", "--sched", "none")
    time.sleep(2.5)
    killed_s = time.time()
    it.end(signal.SIGKILL, -signal.SIGKILL)
    # The trace's clock tells the time of day. The CPUs may end apart, which the report says.
    last_s = {re.search(r"cpu_id = (\d+)", line)[1]: seconds(line)
              for line in it.lines("irq_softirq_entry")}
    assert len(last_s) == os.cpu_count(), f"only CPUs {list(last_s)} are there"
    for cpu, last in last_s.items():
        assert killed_s - last < FLUSH_S + 0.7, f"CPU {cpu}: {killed_s - last} s are lost"
    it.report(statuses=(0, 3))


def case_program_killed_with_us(case):
    it = Kernel(case, program=["sleep", "100"])
    program = wait_until("the program", lambda: find(it.process.pid, "sleep"))
    it.end(signal.SIGKILL, -signal.SIGKILL)
    wait_until("the program's end", lambda: not os.path.exists(f"/proc/{program}"))


def case_disk_full(case):
    if os.geteuid() or libc.unshare(CLONE_NEWNS):
        skip("needs a mount namespace")
    mount(None, "/", MS_REC | MS_PRIVATE)
    disk = case.disk("48m")
    it = Kernel(case, name="disk-48m/trace")
    assert "MiB are free" in it.wait(1) and not os.listdir(disk)
    disk = case.disk("80m")
    with Pipe():
        it = Kernel(case, "--preset", "all", name="disk-80m/trace")
        rest = open(f"{disk}/rest", "wb")
        for _ in range(30):
            rest.write(bytes(1 << 20))
            rest.flush()
            time.sleep(0.02)
        told = it.wait(3)
    assert "disk is full" in told, told
    assert shutil.disk_usage(disk).free > 4 << 20, "it did not end before the disk was full"
    assert len(it.lines()) == it.recorded()


def case_disk_suddenly_full(case):
    """Somebody else takes all there is at once: the trace ends with its last whole packet."""
    if os.geteuid() or libc.unshare(CLONE_NEWNS):
        skip("needs a mount namespace")
    mount(None, "/", MS_REC | MS_PRIVATE)
    disk = case.disk("80m")
    with Pipe():
        it = Kernel(case, "--preset", "all", name="disk-80m/trace")
        time.sleep(1.5)
        with open(f"{disk}/rest", "wb", buffering=0) as rest:
            try:
                while True:
                    rest.write(bytes(1 << 16))
            except OSError:
                pass
        told = it.wait(3)
    assert "disk is full" in told, told
    assert len(it.lines()) > 1000


def rotated(case, *options):
    """Beside a recording that is not rotated and that begins before and ends after it."""
    with Pipe(0.0002):
        plain = Kernel(case, "--preset", "all", name="plain")
        it = Kernel(case, "--preset", "all", *options)
        time.sleep(3)
        it.end()
        plain.end()
    return it, plain


def check_rotated(it, plain):
    check_whole(it)
    check_whole(plain)
    whole = switches(plain)
    for cpu, part in switches(it).items():
        assert len(part) > 100, f"CPU {cpu} has {len(part)} switches"
        assert is_within(part, whole[cpu]), f"CPU {cpu} has not the switches of the plain recording"
    it.report()


def case_rotated_by_time(case):
    it, plain = rotated(case, "--rotate", "300ms")
    assert len(it.chunks()) >= 8, it.chunks()
    check_rotated(it, plain)


def case_rotated_by_size(case):
    it, plain = rotated(case, "--rotate", "256K")
    assert len(it.chunks()) >= 3, it.chunks()
    check_rotated(it, plain)


def case_keeps(case):
    it, plain = rotated(case, "--rotate", "300ms", "--keep", "3")
    made = int(re.search(r"in (\d+) chunks", it.told())[1])
    assert [int(chunk[:6]) for chunk in it.chunks()] == [made - 2, made - 1, made], it.chunks()
    whole = switches(plain)
    for cpu, part in switches(it).items():
        assert is_within(part, whole[cpu]), f"CPU {cpu} has not the switches of the plain recording"
    it.report()


def case_removed(case):
    it = Kernel(case)
    shutil.rmtree(it.output)
    assert "was removed while it was recorded into" in it.end(status=1)


def main():
    name, build = sys.argv[1:]
    case = Case(build)
    try:
        case.need()
        globals()["case_" + name](case)
    finally:
        case.clean()


if __name__ == "__main__":
    main()
