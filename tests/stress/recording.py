"""A recording in which something may go wrong, and the place where one is made."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from processes import below, processes, wait_until

FLUSH_S = 0.2  # the promise: events older than this survive whatever is killed


class Recording:
    """A run of record_tool with a firehose, or another program."""

    def __init__(self, case, name="trace", rate=100000, seconds=30, duration=0, program=None,
                 output=None, wrap=(), **popen):
        self.output = output or os.path.join(case.folder, name)
        self.note = os.path.join(case.folder, name + ".count")
        self.log = os.path.join(case.folder, name + ".log")
        program = program or [case.firehose, str(rate), str(seconds), self.note]
        if os.path.exists(self.note):
            os.unlink(self.note)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [*wrap, case.tool, self.output, case.provider, str(duration), *program],
                stdout=subprocess.PIPE, stderr=log, text=True, **popen)
        self.pid = self.process.pid

    def emitted(self):
        try:
            with open(self.note) as stream:
                return int(stream.read() or 0)
        except FileNotFoundError:
            return 0

    def wait_flowing(self, count=20000):
        wait_until("events", lambda: self.emitted() > count)

    def kill(self, pid, number):
        """Kill and return how many events were emitted FLUSH_S before."""
        emitted = self.emitted()
        time.sleep(FLUSH_S)
        assert pid, "there is no such process"
        os.kill(pid, number)
        return emitted

    def finish(self, limit_s=30):
        out, _ = self.process.communicate(timeout=limit_s)
        self.result = dict(line.split("=") for line in out.splitlines() if "=" in line)
        return self.result

    def told(self):
        with open(self.log) as stream:
            return stream.read()

    def expect(self, **expected):
        for name, value in expected.items():
            got = self.result.get(name)
            assert got == str(value), f"{name} is {got}, not {value}; {self.told()}"

    def read(self, warnings=False):
        """How many events babeltrace2 reads."""
        run = subprocess.run(["babeltrace2", self.output, "-c", "sink.utils.counter", "-p",
                              "step=+0,hide-zero=true"], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert warnings or not run.stderr, run.stderr
        return int((re.search(r"(\d+) Event message", run.stdout) or [0, 0])[1])


class Case:
    def __init__(self, build):
        self.folder = tempfile.mkdtemp(prefix="jscope-stress-")
        os.chmod(self.folder, 0o755)
        self.tool = f"{build}/tests/stress/record_tool"
        self.firehose = f"{build}/tests/stress/firehose"
        self.provider = subprocess.check_output(
            ["find", build, "-name", "libjscope-ust.so", "-path", "*lib*"],
            text=True).split("\n")[0]

    def daemon(self):
        """Somebody else's session daemon with a session that runs."""
        subprocess.run(["lttng-sessiond", "--no-kernel", "--daemonize"], check=True,
                       stderr=subprocess.DEVNULL)
        for command in ("create other -o " + self.folder + "/other",
                        "enable-channel -u -s other theirs", "enable-event -u -a -s other -c theirs",
                        "start other"):
            self.lttng(command)
        with open("/run/lttng/lttng-sessiond.pid") as stream:
            return int(stream.read())

    @staticmethod
    def lttng(command):
        return subprocess.run(["lttng", "-n", *command.split()], check=True, capture_output=True,
                              text=True).stdout

    def check_daemon(self):
        """The other session is as it was and ours is gone."""
        sessions = self.lttng("list")
        assert "other" in sessions and "[active]" in sessions, sessions
        assert "jitterscope" not in sessions, sessions
        theirs = self.lttng("list other")
        assert "theirs: [enabled]" in theirs and "jscope" not in theirs.split("Channels")[1], theirs

    def end_daemon(self, pid):
        os.kill(pid, signal.SIGTERM)
        wait_until("the end of the daemon", lambda: pid not in processes())
        shutil.rmtree("/run/lttng")

    def check_clean(self):
        def rest():
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass
            return below(os.getpid())
        wait_until("the end of all processes", lambda: not rest())
        assert not os.path.exists("/run/lttng"), "the mount point was left"
        with open("/proc/self/mounts") as stream:
            assert "jitterscope" not in stream.read(), "a mount was left"
        rests = [it for it in os.listdir(tempfile.gettempdir()) if it.startswith("jitterscope-")]
        assert not rests, rests
