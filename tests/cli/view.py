"""Keys are pressed in `jitterscope replay --view`, and what its screen says is held against replay."""

import bisect
import json
import os
import random
import re
import signal
import subprocess
import sys

from view_terminal import Terminal

work, source = sys.argv[1:]
LEAVE = b"\x1b[?1049l"  # the screen that was there before comes back


def check(name, holds, *said):
    if not holds:
        sys.exit(f"{name}: " + "\n".join(map(str, said)))


def replay(trace, what):
    text = subprocess.run(["jitterscope", "replay", "-q", "--format", "ndjson", "--what", what,
                           f"{work}/{trace}"], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def begin_of(trace):
    """What times count from, on the trace clock."""
    report = subprocess.run(["jitterscope", "report", "-q", "--format", "json", f"{work}/{trace}"],
                            capture_output=True, text=True).stdout
    return json.loads(report)["trace"]["begin_ns"]


def view(trace, *options, **terminal):
    return Terminal(["jitterscope", "replay", "--view", *options, f"{work}/{trace}"], **terminal)


def now_of(text):
    """The time that is shown, in ns."""
    found = re.search(r" x[0-9.e+-]+ +([0-9]+)\.([0-9]{9}) s of ", text)
    return int(found[1]) * 10**9 + int(found[2]) if found else None


def lines_of(text):
    """-1 where it is not there, or not whole: a screen comes in pieces."""
    found = re.search(r" lines so far: (\d+) ", text)
    return int(found[1]) if found else -1


def has_begun(text):
    return lines_of(text) > 0


def go(terminal, ns, *words):
    terminal.press(f"g{ns}ns\r")
    terminal.until(f"{words} at {ns} ns", lambda text: now_of(text) == ns and
                   all(word in text for word in words))


def a_pause_pauses_and_a_step_is_one_line():
    terminal = view("underrun")
    terminal.until("playing", lambda text: "PLAYING" in text and (now_of(text) or 0) > 10**8)
    terminal.press(" ")
    paused = terminal.until("a pause", lambda text: "PAUSED" in text)
    paused = terminal.settle(1)
    check("pause", terminal.settle(1) == paused, paused, terminal.text())
    count = lines_of(paused)
    for key, change in ((".", 1), (".", 2), ("\x1bOC", 3), (",", 2), ("\x1bOD", 1), (",", 0)):
        terminal.press(key)
        terminal.until(f"{change} lines on", lambda text: lines_of(text) == count + change)
    terminal.press(" ")
    terminal.until("going on", lambda text: "PLAYING" in text and lines_of(text) > count + 9)
    terminal.press("q")
    check("q", terminal.ended() == 0, terminal.status)
    check("the screen of before", LEAVE in terminal.raw)


def a_seek_shows_what_replay_says():
    """Near and far, back and forth: the position told last, and the glitches until then."""
    positions = [p for p in replay("underrun", "positions")]
    begin = begin_of("underrun")
    told = [p for p in positions if p["what"] == "position"]
    glitches = [p["at_ns"] for p in positions if p["what"] == "glitch"]
    instants = [p["at_ns"] for p in told]
    terminal = view("underrun")
    terminal.until("a line", has_begun)
    terminal.press(" ")
    dice = random.Random(5)
    for _ in range(12):
        ns = dice.randrange(20_000_000, 29_900_000_000)
        last = told[bisect.bisect_right(instants, begin + ns) - 1]
        go(terminal, ns, f"headroom {last['headroom_frames']} frames",
           f"device {last['linear_frames']} (offset {last['offset_frames']})",
           f"written {last['written_frames']} ",
           f" {bisect.bisect_right(glitches, begin + ns)} glitch")
    ns = 3 * 10**9
    go(terminal, ns)
    for key, place in (("n", bisect.bisect_right(glitches, begin + ns)),
                       ("n", bisect.bisect_right(glitches, begin + ns) + 1),
                       ("N", bisect.bisect_right(glitches, begin + ns))):
        terminal.press(key)
        terminal.until(f"glitch {place}", lambda text: now_of(text) == glitches[place] - begin)
    for key, ns in (("]", 10**9), ("]", 2 * 10**9), ("\x1b[6~", 12 * 10**9), ("[", 11 * 10**9),
                    ("\x1b[5~", 10**9)):
        terminal.press(key)
        terminal.until(f"{ns} further", lambda text:
                       now_of(text) == ns + glitches[place] - begin)
    terminal.press("\x1bOF")
    count = len(replay("underrun", "all"))
    terminal.until("the end", lambda text: " END " in text and lines_of(text) == count)
    terminal.press("0")
    terminal.until("the begin", lambda text: lines_of(text) == 1)
    first = now_of(terminal.text())
    terminal.press("[.")
    terminal.until("the second line", lambda text: lines_of(text) == 2 and now_of(text) > first)
    terminal.press("g5\r")
    terminal.until("a remark", lambda text: "A time has a unit" in text)
    terminal.press("q")
    check("q", terminal.ended() == 0, terminal.status)


def every_key_is_told():
    """The same in the help as in docs/playback.md."""
    with open(f"{source}/docs/playback.md", encoding="utf-8") as page:
        rows = re.findall(r"^\| `([^|]*)` \| ([^|]*) \|$", page.read(), re.M)
    terminal = view("disk", "--speed", "0.001")
    terminal.until("a line", has_begun)
    terminal.press("?")
    text = terminal.until("help", lambda text: "Keys" in text and " q  " in text)
    shown = [tuple(re.split(r"  +", line.strip(), maxsplit=1))
             for line in text.splitlines()[1:] if line.strip()]
    check("keys", shown == [(keys.strip(), told.strip()) for keys, told in rows], shown, rows)
    terminal.press(" ")
    terminal.until("no help", lambda text: "lines so far" in text)
    terminal.press("+")
    terminal.until("faster", lambda text: " x0.002 " in text)
    terminal.press("--")
    terminal.until("slower", lambda text: " x0.0005 " in text)
    terminal.press("q")
    terminal.ended()


def it_lives_with_its_terminal():
    terminal = view("capture", "--speed", "0.01")
    terminal.until("a line", has_begun)
    terminal.resize(40, 10)
    terminal.until("too small", lambda text: "too small" in text)
    terminal.resize(120, 40)
    terminal.until("room", lambda text: "lines so far" in text and "q quit" in text)
    terminal.until("a position", lambda text: "R read" in text and "wavert" in text)
    os.kill(terminal.pid, signal.SIGTERM)
    check("SIGTERM", terminal.ended() == 3, terminal.status)
    check("the screen of before", LEAVE in terminal.raw)
    check("why", b"Stopped before the end of" in terminal.raw.split(LEAVE)[1])


def an_interrupt_leaves():
    terminal = view("capture", "--speed", "0.000001")
    terminal.until("a line", has_begun)
    terminal.press("\x03")
    check("Ctrl-C", terminal.ended() == 3, terminal.status)
    check("the screen of before", LEAVE in terminal.raw)


def colours_mean_something():
    for environment, red in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = view("underrun", "--speed", "0.01", **environment)
        terminal.until("a line", has_begun)
        terminal.press("n")
        terminal.until("a glitch", lambda text: "1 glitch," in text)
        terminal.press("q")
        terminal.ended()
        check("geometry", "48000 Hz)" in terminal.text(), terminal.text())
        check("colour", (b"\x1b[31m" in terminal.raw) == red, environment)


def an_unknown_terminal_is_refused():
    terminal = view("capture", TERM="nonsense")
    check("TERM", terminal.ended() == 1, terminal.status)
    check("TERM", b"'nonsense' is not known here" in terminal.raw, terminal.raw)


def devices_and_streams_take_turns():
    terminal = view("odd\x1b[31mname", "--speed", "0.01")
    terminal.until("its name", lambda text: "odd?[31mname" in text.splitlines()[0])
    terminal.until("a line", has_begun)
    terminal.press("$")
    terminal.until("the end", lambda text: " END " in text and "1 of 4" in text)
    for _ in range(2):
        terminal.until("requests", lambda text: "requests of dev" in text)
        terminal.press("\t")
        terminal.until("a stream", lambda text: "dev1 " in text.splitlines()[1] and
                       "requests of" not in text.splitlines()[1])
        terminal.press("\x1b[Z")
    terminal.press("q")
    terminal.ended()


def what_a_kernel_does_not_tell_is_not_drawn():
    terminal = Terminal(["jitterscope", "replay", "--view", "--speed", "0.1",
                         f"{source}/samples/recordings/hda-480-steady"])
    terminal.until("the lack of a buffer", lambda text: "the trace tells of no buffer" in text)
    terminal.press("q")
    check("q", terminal.ended() in (0, 3), terminal.status)


def a_sound_card_is_shown_before_timers_and_disks():
    terminal = Terminal(["jitterscope", "replay", "--view", "--speed", "1000000",
                         f"{source}/samples/recordings/hda-128-one-xrun"])
    terminal.until("the card", lambda text: text.splitlines()[1].startswith(" snd_hda_intel:card0 (pcm"))
    terminal.press("q")
    check("q", terminal.ended() in (0, 3), terminal.status)


def a_step_back_is_one_line_of_those_shown():
    terminal = view("capture", "--what", "notifications")
    terminal.until("a line", has_begun)
    terminal.press(" g505ms\r")
    terminal.until("a position behind the last line", lambda text: now_of(text) == 505_000_000)
    lines = lines_of(terminal.settle())
    terminal.press(",")
    terminal.until("the line before", lambda text: lines_of(text) == lines - 1)
    terminal.press("q")
    check("q", terminal.ended() == 0, terminal.status)


def what_is_damaged_is_told_in_the_end():
    terminal = view("cut")
    terminal.until("a line", has_begun)
    terminal.press("$")
    terminal.until("the end", lambda text: " END " in text and " of ..." not in text)
    terminal.press("q")
    check("damaged", terminal.ended() == 3, terminal.status)
    check("damaged", b"The trace is partial" in terminal.raw, terminal.raw[-500:])


def who_quits_on_the_way_back_has_damaged_nothing():
    terminal = view("underrun")
    terminal.until("a line", has_begun)
    terminal.press(" $")
    terminal.until("the end", lambda text: " END " in text)
    terminal.press("0")
    terminal.until("the begin", lambda text: "lines so far: 1 " in text)
    terminal.press("q")
    check("quit", terminal.ended() == 0, terminal.status)
    check("quit", b"partial" not in terminal.raw, terminal.raw[-500:])


a_pause_pauses_and_a_step_is_one_line()
a_seek_shows_what_replay_says()
every_key_is_told()
it_lives_with_its_terminal()
an_interrupt_leaves()
colours_mean_something()
an_unknown_terminal_is_refused()
devices_and_streams_take_turns()
what_a_kernel_does_not_tell_is_not_drawn()
a_sound_card_is_shown_before_timers_and_disks()
what_is_damaged_is_told_in_the_end()
who_quits_on_the_way_back_has_damaged_nothing()
a_step_back_is_one_line_of_those_shown()
