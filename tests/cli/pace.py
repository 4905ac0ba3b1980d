"""Do lines come at their instants? How late they may be is left to the machine; early is never."""

import json
import signal
import subprocess
import sys
import time

trace = sys.argv[1]


def play(*options):
    return subprocess.Popen(["jitterscope", "replay", "--format", "ndjson", *options, trace],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


def arrivals(stream):
    """(when it came, its instant) of each line, in seconds."""
    for line in iter(stream.readline, b""):
        came = time.monotonic()
        yield came, json.loads(line)["at"]["due_ns"] / 1e9


def lateness(speed, *options):
    """By how much each line came after its instant, counted from the start of the program."""
    begin = time.monotonic()
    player = play("--speed", str(speed), *options)
    lines = list(arrivals(player.stdout))
    assert player.wait() == 0, player.stderr.read()
    first = lines[0][1]
    return [came - begin - (instant - first) / speed for came, instant in lines]


def check(name, holds, *said):
    if not holds:
        sys.exit(f"{name}: {said}")


def no_line_is_early_and_none_drifts(speed, *options):
    """
    The first line comes some time after the start of the program, so every other may come no earlier
    than that much after its instant, but for what the pipe took of the first. A stall makes single
    lines late, drift all of them: so the least late of the last ones is compared.
    """
    late = lateness(speed, *options)
    check("lines", len(late) > 100, len(late))
    check("early", min(late) > 0, min(late))
    part = len(late) // 4
    check("drift", min(late[-part:]) < min(late[:part]) + 0.02, min(late[:part]), min(late[-part:]))


def it_takes_its_time():
    """1.8 s at ten times the speed are no less than 0.18 s, at a tenth 0.2 s are no less than 2."""
    for speed, window, least in ((10, ("--to", "1.8s"), 0.179), (0.1, ("--to", "0.2s"), 1.9)):
        begin = time.monotonic()
        player = play("--speed", str(speed), "--from", "3ms", *window)
        player.communicate()
        took = time.monotonic() - begin
        check("time", took >= least - 0.01, speed, took)


def an_interrupt_ends_it_at_once():
    """So slow that the next line would come in hours: what was written by then is whole."""
    for number in (signal.SIGINT, signal.SIGTERM):
        player = play("--speed", "0.000001")
        first = player.stdout.readline()
        player.send_signal(number)
        rest, errors = player.communicate(timeout=60)
        check("interrupt", json.loads(first)["what"] == "notification", first)
        check("interrupt", rest == b"" and player.returncode == 3, rest, player.returncode)
        check("interrupt", b"Stopped before the end of" in errors, errors)


def a_stop_of_the_program_is_told():
    """Half a second in which it was not there, when its next line was due after some 30 ms."""
    player = play("--speed", "0.1")
    player.stdout.readline()
    player.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    player.send_signal(signal.SIGCONT)
    player.stdout.readline()
    player.send_signal(signal.SIGINT)
    _, errors = player.communicate(timeout=60)
    told = errors.decode().split("later than ")[1].split()
    check("stop", told[1] == "s" or (told[1] == "ms" and float(told[0]) > 300), errors)


no_line_is_early_and_none_drifts(1)
no_line_is_early_and_none_drifts(0.5, "--from", "1s", "--to", "1.6s")
it_takes_its_time()
an_interrupt_ends_it_at_once()
a_stop_of_the_program_is_told()
