#!/bin/sh
# A session is read while it runs, from another host than it is recorded on. What was read live is
# what the relay daemon has stored, which babeltrace2 counts and the driver tells of.
set -eu
. "$JSCOPE_SOURCE/tests/cli/live_session_hosts.sh"

# same_report LIVE STORED: but for the path.
same_report()
{
	python3 - "$1" "$2" <<'PY'
import json, sys
live, stored = (json.load(open(path)) for path in sys.argv[1:])
assert live["trace"].pop("path").startswith("lttng-live://")
stored["trace"].pop("path")
for report in (live, stored):
    report["trace"]["reader"] = "any"
assert live == stored, "the reports differ"
PY
}

# The program starts when the reader is there already.
session report
jitterscope report --format json -o "$work/live.json" "$url" &
reader=$!
attached report
driver
session_end report
run_expect 0 wait "$reader"
jitterscope report --format json -o "$work/stored.json" "$stored"
same_report "$work/live.json" "$work/stored.json" || fail "a live report is not that of its trace"
babeltrace2 "$stored" > "$work/babeltrace2"
python3 - "$work/live.json" "$(wc -l < "$work/babeltrace2")" <<'PY' || fail "events are missing"
import json, sys
report = json.load(open(sys.argv[1]))
assert report["trace"]["events"] == int(sys.argv[2]), report["trace"]
assert report["irqs"][0]["count"] == 400, report["irqs"]
assert not report["trace"]["partial"] and not report["trace"]["lost_events"], report["trace"]
PY

# until_lines COUNT FILE: lines come while the session runs.
until_lines()
{
	for _ in $(seq 100); do
		[ "$(wc -l < "$2")" -lt "$1" ] || return 0
		sleep 0.1
	done
	fail "$(wc -l < "$2") lines have come, not $1"
}

session replay
jitterscope replay --format ndjson "$url" > "$work/replay" &
reader=$!
attached replay
driver
until_lines 400 "$work/replay"
session_end replay
run_expect 0 wait "$reader"
jitterscope replay --format ndjson "$stored" | cmp - "$work/replay" || fail "replay differs"

session events
jitterscope events "$url" > "$work/events" &
reader=$!
attached events
driver
until_lines 3000 "$work/events"
session_end events
run_expect 0 wait "$reader"
jitterscope events "$stored" | cmp - "$work/events" || fail "events differ"

session check
jitterscope check --quiet --format json "$url" > "$work/check" &
reader=$!
attached check
driver
session_end check
status=0
jitterscope check --quiet --format json "$stored" > "$work/check.stored" || status=$?
run_expect "$status" wait "$reader"
for result in check check.stored; do
	grep -vE '"(path|reader)"' "$work/$result" > "$work/$result.facts"
done
diff "$work/check.facts" "$work/check.stored.facts" || fail "check differs"

# A second of the stream is the first second of its trace.
session last
jitterscope report --last 1s --format json -o "$work/last.json" "$url" &
reader=$!
attached last
driver
run_expect 0 wait "$reader"
session_end last
jitterscope report --to 1s --format json "$stored" | python3 -c '
import json, sys
live, stored = json.load(open(sys.argv[1])), json.load(sys.stdin)
assert live["irqs"] == stored["irqs"] and live["notifications"] == stored["notifications"]
assert 150 < live["irqs"][0]["count"] < 250, live["irqs"]
' "$work/last.json" || fail "--last 1s is not the first second"

# Where nothing happens time passes all the same, and without the CPU.
session idle
run_expect 0 python3 - jitterscope report --last 2s "$url" <<'PY'
import resource, subprocess, sys, time
begin = time.monotonic()
report = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
assert report.returncode == 3 and "no events" in report.stdout, report
assert 3 < time.monotonic() - begin < 15
used = resource.getrusage(resource.RUSAGE_CHILDREN)
assert used.ru_utime + used.ru_stime < 0.4, used
PY

# On a terminal the report is drawn anew, before anything happens too, and stays when it ends.
cat > "$work/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
ERASE = b"\x1b[J"
text, told, whole = b"", 0, 0
try:
    while chunk := os.read(terminal, 4096):
        text += chunk
        drawings = text.split(ERASE)[1:]
        if len(drawings) >= 3 and not told:
            open(sys.argv[1], "w").close()  # now the driver may start
            told = 1
        # The key makes the terminal drop what is on its way: press it when a drawing is whole.
        if told == 1 and b"400 points" in drawings[-1] and b"Ctrl-C" in drawings[-1]:
            os.write(terminal, b"\x03")
            told, whole = 2, len(drawings)
except OSError:
    pass
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
drawings = text.split(ERASE)[1:]
last = drawings[-1]
assert status == 0, (status, text)
assert b"400 points" in last and last.count(b"\n") > 24, last
assert whole >= 4, text
for drawing in drawings[:whole]:
    assert drawing.count(b"\n") < 24, drawing
    assert b"Ctrl-C" in drawing, drawing
PY
session terminal
python3 "$work/terminal.py" "$work/drawn" jitterscope report "$url" &
reader=$!
for _ in $(seq 200); do [ -e "$work/drawn" ] && break; sleep 0.1; done
driver
run_expect 0 wait "$reader"
