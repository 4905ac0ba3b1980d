#!/usr/bin/env python3
"""Record while something goes wrong, and see what is left.

recording_test.py CASE BUILD: runs in a mount namespace of its own with an empty /run, so that
neither the machine's session daemon nor another test is in its way. This process is the reaper of
all below it: whatever a recording leaves running ends up as a child of it, and that fails the case.
"""
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

from isolation import isolate, libc, mount, skip
from processes import below, find, wait_until
from recording import FLUSH_S, Case, Recording

NOBODY = 65534


def case_counts(case):
    it = Recording(case, rate=50000, seconds=1)
    it.finish()
    it.expect(program="exit 0", lost_events=0, lost_packets=0, interrupted=0, daemon_died=0,
              disk_full=0, has_probes=1)
    assert it.read() == it.emitted() == 50000
    text = subprocess.run(["babeltrace2", it.output], capture_output=True, text=True).stdout
    line = text.splitlines()[0]
    assert re.search(r'jscope:ev_set: .*vtid = \d+, procname = "firehose".*dev = 1, irql = 2, '
                     r"event = 0x1,", line), line


def case_rate(case):
    it = Recording(case, rate=1000000, seconds=3)
    it.finish(60)
    lost = int(it.result["lost_events"])
    print("lost", lost)
    assert it.emitted() == 3000000
    assert it.read(warnings=lost > 0) + lost == 3000000


def case_loss(case):
    """The consumer stands still for too long: the buffers overflow, and the sum is still right."""
    it = Recording(case, rate=2000000, seconds=3)
    it.wait_flowing()
    consumer = find(it.pid, "lttng-consumerd")
    os.kill(consumer, signal.SIGSTOP)
    # The buffers of two CPUs hold 2.2 M events.
    wait_until("more than fits", lambda: it.emitted() > 4500000, 40)
    os.kill(consumer, signal.SIGCONT)
    it.finish(60)
    lost = int(it.result["lost_events"])
    print("emitted", it.emitted(), "lost", lost)
    assert lost > 0, "nothing was lost: this case shows nothing"
    assert it.read(warnings=True) + lost == it.emitted() == 6000000


def case_recorder_killed(case):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        it = Recording(case, f"trace{number}")
        it.wait_flowing()
        it.kill(it.pid, number)
        it.finish()
        if number != signal.SIGKILL:
            it.expect(program="exit 0", interrupted=1, daemon_died=0, lost_events=0)
        case.check_clean()
        assert it.read() == it.emitted() > 0
    it = Recording(case, "silent", program=["sleep", "30"])
    wait_until("the program", lambda: find(it.pid, "sleep"))
    it.kill(it.pid, signal.SIGKILL)
    it.finish()
    case.check_clean()
    assert not os.path.exists(it.output), "an empty directory was left"
    it = Recording(case, "group", start_new_session=True)
    it.wait_flowing()
    before = it.emitted()
    time.sleep(FLUSH_S)
    os.killpg(it.pid, signal.SIGKILL)
    it.finish()
    case.check_clean()
    assert it.read() >= before > 0


def case_program_killed(case):
    for number in (signal.SIGTERM, signal.SIGKILL):
        it = Recording(case, f"trace{number}")
        it.wait_flowing()
        before = it.kill(find(it.pid, "firehose"), number)
        it.finish()
        it.expect(program="exit 0" if number == signal.SIGTERM else "signal 9", daemon_died=0,
                  interrupted=0)
        assert it.read() >= before > 0


def case_daemon_killed(case):
    for name, number in (("lttng-sessiond", signal.SIGKILL), ("lttng-sessiond", signal.SIGTERM),
                         ("lttng-consumerd", signal.SIGKILL)):
        it = Recording(case, f"{name}{number}")
        it.wait_flowing()
        before = it.kill(find(it.pid, name), number)
        it.finish()
        it.expect(daemon_died=1, interrupted=0)
        assert "went away" in it.told(), it.told()
        case.check_clean()
        assert it.read() >= before > 0, (it.read(), before)


def case_keeper_killed(case):
    it = Recording(case)
    it.wait_flowing()
    before = it.kill(find(it.pid, "jscope-keeper"), signal.SIGKILL)
    wait_until("the end of the program", lambda: not find(os.getpid(), "firehose"), 5)
    it.finish()
    it.expect(program="unknown", daemon_died=1)
    assert it.read() >= before > 0


def case_foreign(case):
    daemon = case.daemon()
    it = Recording(case, "whole", rate=50000, seconds=0.5)
    it.finish()
    it.expect(program="exit 0", lost_events=0, daemon_died=0)
    assert "daemon that runs is used" in it.told()
    assert it.read() == it.emitted() == 25000
    case.check_daemon()
    for who in ("record_tool", "jscope-keeper"):
        it = Recording(case, who)
        it.wait_flowing()
        it.kill(it.pid if who == "record_tool" else find(it.pid, who), signal.SIGKILL)
        it.finish()
        wait_until("the end of the recording", lambda: not find(os.getpid(), "firehose") and
                   "jitterscope" not in case.lttng("list"))
        case.check_daemon()
    case.end_daemon(daemon)


def case_daemon_hangs(case):
    """It costs its time limits, and nothing stays."""
    it = Recording(case)
    it.wait_flowing()
    before = it.kill(find(it.pid, "lttng-sessiond"), signal.SIGSTOP)
    os.kill(it.pid, signal.SIGTERM)
    it.finish(60)
    it.expect(program="exit 0", interrupted=1, daemon_died=1)
    assert "does not answer" in it.told(), it.told()
    # The index of what the daemon had under way may be behind.
    assert it.read(warnings=True) >= before > 0


def case_foreign_killed(case):
    daemon = case.daemon()
    it = Recording(case)
    it.wait_flowing()
    before = it.kill(daemon, signal.SIGKILL)
    it.finish()
    it.expect(daemon_died=1)
    assert it.read() >= before > 0
    wait_until("the end of its consumer", lambda: not find(os.getpid(), "lttng-consumerd"))
    shutil.rmtree("/run/lttng")


def case_disk_full(case):
    disk = os.path.join(case.folder, "disk")
    os.mkdir(disk)
    mount("tmpfs", disk, 0, "size=48m")
    it = Recording(case, output=disk + "/trace")
    it.finish()
    it.expect(error=-28)
    assert "MiB are free" in it.told() and not os.listdir(disk)
    mount("tmpfs", disk, 0, "size=96m")
    it = Recording(case, rate=500000, output=disk + "/trace")
    it.finish()
    it.expect(disk_full=1, daemon_died=0)
    assert "disk is full" in it.told()
    assert it.read(warnings=True) > 20000
    shutil.rmtree(disk + "/trace")
    it = Recording(case, output=disk + "/trace")
    it.wait_flowing()
    time.sleep(0.3)
    with open(disk + "/rest", "wb") as rest:
        try:
            while True:
                rest.write(bytes(1 << 20))
        except OSError:
            pass
        try:
            rest.close()
        except OSError:
            pass
    it.finish()
    it.expect(disk_full=1)
    assert it.read(warnings=True) > 0
    os.unlink(disk + "/rest")
    shutil.rmtree(disk + "/trace")
    it = Recording(case, output=disk + "/trace", program=[
        "sh", "-c", f"cat /dev/zero > {disk}/rest; exec {case.firehose} 1000 1"])
    it.finish()
    it.expect(error=-28)
    assert "before anything" in it.told(), it.told()


def case_without_namespace(case):
    wrap = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-all"]
    it = Recording(case, "alone", rate=50000, seconds=0.5, wrap=wrap)
    it.finish()
    it.expect(program="exit 0", lost_events=0)
    assert "ordinary one was started" in it.told()
    assert it.read() == it.emitted() == 25000
    wait_until("its end", lambda: not find(os.getpid(), "lttng-sessiond"))
    # Somebody else begins to use it: then it stays.
    it = Recording(case, "used", rate=1000, wrap=wrap, duration=2)
    it.wait_flowing(10)
    case.lttng("create other -o " + case.folder + "/other")
    it.finish()
    assert "other" in case.lttng("list") and "jitterscope" not in case.lttng("list")
    with open("/run/lttng/lttng-sessiond.pid") as stream:
        case.end_daemon(int(stream.read()))


def case_ordinary_user(case):
    os.chown(case.folder, NOBODY, NOBODY)
    wrap = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    environment = dict(os.environ, HOME=case.folder, TMPDIR=case.folder)
    if subprocess.run([*wrap, "test", "-x", case.tool]).returncode:
        skip("the build folder is closed to other users")
    it = Recording(case, rate=50000, seconds=0.5, wrap=wrap, env=environment)
    it.finish()
    it.expect(program="exit 0", lost_events=0)
    assert it.read() == it.emitted() == 25000
    for victim in ("record_tool", "jscope-keeper"):
        it = Recording(case, victim, wrap=wrap, env=environment)
        it.wait_flowing()
        it.kill(find(os.getpid(), victim), signal.SIGKILL)
        it.finish()
        case.check_clean()
        assert it.read() > 0
    rests = [name for name in os.listdir(case.folder) if name.startswith("jitterscope-")]
    assert not rests, rests
    it = Recording(case, output="/proc/nowhere", wrap=wrap, env=environment)
    it.finish()
    assert it.result["error"] in ("-2", "-13"), it.result
    os.mkdir(case.folder + "/closed", 0o700)
    it = Recording(case, output=case.folder + "/closed/trace", wrap=wrap, env=environment)
    it.finish()
    it.expect(error=-13)
    environment["TMPDIR"] = "/nonsuch"
    it = Recording(case, "homeless", wrap=wrap, env=environment)
    it.finish()
    it.expect(error=-2)
    assert "set TMPDIR" in it.told() and "sessions" not in it.told(), it.told()


def case_refused(case):
    def refused(error, word, **how):
        it = Recording(case, **how)
        it.finish()
        it.expect(error=error)
        assert word in it.told(), it.told()
        return it

    os.mkdir(case.folder + "/full")
    open(case.folder + "/full/file", "w").close()
    refused(-17, "choose another", output=case.folder + "/full")
    refused(-17, "choose another", output=case.folder + "/full/file")
    refused(-2, "above", output=case.folder + "/no/trace")
    refused(-2, "no program", program=["nonsuch-program"], output=case.folder + "/a")
    refused(-2, "no program", program=["/nonsuch/program"], output=case.folder + "/a")
    refused(-13, "cannot be executed", program=[case.folder + "/full/file"],
            output=case.folder + "/a")
    assert not os.path.exists(case.folder + "/a")
    mount("tmpfs", "/dev/shm", data="size=1m")
    refused(-28, "/dev/shm", output=case.folder + "/a")
    libc.umount2(b"/dev/shm", 2)
    assert not os.path.exists(case.folder + "/a")
    # Found and executable, and yet exec fails: then all that was started is taken back.
    script = case.folder + "/script"
    with open(script, "w") as stream:
        stream.write("#!/nonsuch/interpreter\n")
    os.chmod(script, 0o755)
    refused(-2, "Cannot start", program=[script], output=case.folder + "/b")
    assert not os.path.exists(case.folder + "/b")
    case.check_clean()
    it = refused(-5, "Too many open files", wrap=["prlimit", "--nofile=32:32"],
                 output=case.folder + "/d")
    assert len(it.told().splitlines()) == 1, it.told()
    os.mkdir(case.folder + "/bin")
    os.symlink(shutil.which("true"), case.folder + "/bin/true")
    refused(-2, "apt-get install lttng-tools", program=["true"], output=case.folder + "/c",
            env=dict(os.environ, PATH=case.folder + "/bin"))


def case_ends(case):
    it = Recording(case, "duration", rate=10000, duration=1)
    it.finish()
    it.expect(program="exit 0", interrupted=0)
    assert it.read() == it.emitted() > 0
    it = Recording(case, "stubborn", duration=0.3,
                   program=["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])
    it.finish()
    it.expect(program="signal 9")
    assert "not show any probes" in it.told(), it.told()
    it.expect(has_probes=0)
    assert not os.path.exists(it.output), "an empty directory was left"
    it = Recording(case, "impatient", program=["sh", "-c", "trap '' TERM; echo > " + case.folder +
                                               "/up; while :; do sleep 0.1; done"])
    wait_until("the program", lambda: os.path.exists(case.folder + "/up"))
    begin = time.monotonic()
    os.kill(it.pid, signal.SIGTERM)
    time.sleep(0.3)
    os.kill(it.pid, signal.SIGTERM)
    it.finish()
    it.expect(program="signal 9", interrupted=1)
    assert time.monotonic() - begin < 2.5
    it = Recording(case, "left", program=["sh", "-c", f"sleep 100 & {case.firehose} 10000 0.2; exit 3"])
    it.finish()
    it.expect(program="exit 3", has_probes=1)
    assert "left processes" in it.told() and it.read() == 2000
    it = Recording(case, "removed", rate=10000, seconds=1)
    it.wait_flowing(2000)
    shutil.rmtree(it.output)
    it.finish()
    it.expect(error=-2)
    assert "was removed" in it.told(), it.told()
    it = Recording(case, "input", program=["cat"], stdin=subprocess.PIPE)
    it.process.stdin.write("hello\n")
    it.process.stdin.close()
    it.process.stdin = None
    out, _ = it.process.communicate(timeout=20)
    assert out.startswith("hello\n"), out


def case_forks(case):
    """Each process appears as itself, though nothing follows fork() but the provider."""
    it = Recording(case, program=[case.firehose, "20000", "0.5", case.folder + "/count", "fork"])
    it.finish()
    it.expect(program="exit 0", lost_events=0)
    text = subprocess.run(["babeltrace2", it.output], capture_output=True, text=True).stdout
    threads = re.findall(r"vtid = (\d+)", text)
    assert len(set(threads)) == 2 and len(threads) == 20000, (set(threads), len(threads))


def case_preloaded(case):
    """What is preloaded for the program does not stop the daemon."""
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    it = Recording(case, rate=20000, seconds=0.5, env=dict(
        os.environ, LD_PRELOAD="liblttng-ust-fork.so", ASAN_OPTIONS=options))
    it.finish()
    it.expect(program="exit 0", lost_events=0, has_probes=1)
    assert it.read() == it.emitted() == 10000


def case_together(case):
    each = [Recording(case, f"t{i}", rate=20000, seconds=0.5 + i / 2) for i in range(3)]
    for it in each:
        it.finish()
        it.expect(program="exit 0", lost_events=0, daemon_died=0)
    for i, it in enumerate(each):
        assert it.read() == it.emitted() == 10000 * (i + 1)


def case_terminal(case):
    """Ctrl-C reaches the recorder and the program, not the daemon."""
    note, output = case.folder + "/count", case.folder + "/trace"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(case.tool, [case.tool, output, case.provider, "0", "sh", "-c",
                             f"trap 'exit 5' INT; {case.firehose} 10000 30 {note}; exit 6"])
    wait_until("events", lambda: os.path.exists(note) and os.path.getsize(note))
    time.sleep(0.5)
    os.write(terminal, b"\x03")
    text = b""
    try:
        while chunk := os.read(terminal, 4096):
            text += chunk
    except OSError:
        pass
    os.waitpid(pid, 0)
    assert b"program=exit 5" in text and b"interrupted=1" in text and b"daemon_died=0" in text, text
    run = subprocess.run(["babeltrace2", output], capture_output=True, text=True)
    assert run.stdout.count("\n") > 1000 and not run.stderr, run.stderr


def main():
    name, build = sys.argv[1:]
    isolate()
    case = Case(build)
    try:
        globals()["case_" + name](case)
        case.check_clean()
    finally:
        for pid in below(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for _ in range(2):
            libc.umount2(os.path.join(case.folder, "disk").encode(), 2)
        shutil.rmtree(case.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
