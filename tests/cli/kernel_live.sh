#!/bin/sh
# `record kernel --live`: drawn anew on a terminal until Ctrl-C, and the last table tells what the report
# of the same recording tells; elsewhere it is written once.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_kernel

cat > "$work/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 16, 80, 0, 0))

def tables(text):
    return [part for part in text.split(b"\x1b[J") if b"events recorded" in part]

text, pressed = b"", False
try:
    while chunk := os.read(terminal, 4096):
        text += chunk
        drawings = tables(text)
        # The key makes the terminal drop what is on its way: press it when a drawing is whole.
        if len(drawings) >= 3 and b"Ctrl-C" in drawings[-1] and not pressed:
            os.write(terminal, b"\x03")
            pressed = True
except OSError:
    pass
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
assert status in (0, 3), (status, text)
drawings = tables(text)
assert len(drawings) >= 4, text
for drawing in drawings[:3]:
    assert drawing.count(b"\n") < 16 and b"Ctrl-C" in drawing, drawing
    assert all(len(line.rstrip()) <= 80 for line in drawing.split(b"\n")), drawing
assert b"events lost" in drawings[-1] and b"Ctrl-C" not in drawings[-1], drawings[-1]
with open(sys.argv[1], "wb") as file:
    file.write(drawings[-1].replace(b"\r", b""))
PY

cat > "$work/compare.py" <<'PY'
"""usage: compare.py TABLE REPORT.json: the counts of interrupts and softirqs are those of the report"""
import json, sys
with open(sys.argv[1]) as file:
    sections = file.read().split("\n\n")
with open(sys.argv[2]) as file:
    report = json.load(file)
if report["trace"]["lost_events"]:
    print("events were lost; there is nothing to compare")
    sys.exit(0)
told = {}
for section in sections[1:]:
    title, *rows = section.split("\n")
    for row in rows:
        if title.split()[0] in ("interrupts", "softirqs") and row.strip():
            told[title.split()[0], int(row.split()[0])] = int(row[28:36])
found = {("interrupts", row["irq"]): row["duration"]["count"] for row in report["irqs"]}
found |= {("softirqs", row["vec"]): row["duration"]["count"] for row in report["softirqs"]}
found = {key: count for key, count in found.items() if count}
assert told == found and len(told) > 1, (told, found)
PY

# report_agrees NAME: the report of NAME.trace and the table of that name
report_agrees()
{
	jitterscope report --quiet --format json -o "$work/report.json" "$work/$1.trace" || [ $? -eq 3 ]
	python3 "$work/compare.py" "$work/$1" "$work/report.json" ||
		fail "the table and the report differ: $(cat "$work/$1")"
}

python3 "$work/terminal.py" "$work/drawn" jitterscope record kernel --preset irq --live \
	-o "$work/drawn.trace"
report_agrees drawn

jitterscope record kernel --quiet --preset irq --live -d 1500ms -o "$work/once.trace" \
	> "$work/once" || [ $? -eq 3 ]
[ "$(grep -c 'events recorded' "$work/once")" -eq 1 ] || fail "there is not one table"
! grep -q "$(printf '\033')" "$work/once" || fail "a file has escape sequences"
report_agrees once
