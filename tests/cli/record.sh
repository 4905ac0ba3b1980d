#!/bin/sh
# Recording from surroundings that are not a terminal in a tidy shell.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program lttng-sessiond

# Nothing that is opened may take the place of a closed standard stream.
status=0
jitterscope record live --duration 300ms -o "$work/closed" <&- >&- 2>&- || status=$?
[ "$status" -eq 0 ] || fail "with closed streams it exits $status"
jitterscope events --quiet "$work/closed" > "$work/events"
grep -q 'jscope:ev_wake' "$work/events" || fail "with closed streams nothing was recorded"

# The hint can be pasted.
run_expect 0 jitterscope record live --duration 100ms -o "$work/it's here" 2> "$work/err"
hint=$(sed -n 's/.*with: jitterscope report //p' "$work/err")
eval "set -- $hint"
[ "$#" -eq 1 ] && [ -d "$1" ] || fail "the hint is no path: $hint"

# A program that Ctrl-C ends has ended as it should; this is what the terminal does.
cat > "$work/interrupt.py" <<'PY'
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
text, told = b"", False
try:
    while chunk := os.read(terminal, 4096):
        text += chunk
        if b"1." in text and not told:
            os.write(terminal, b"\x03")
            told = True
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
need_program python3
run_expect 0 python3 "$work/interrupt.py" jitterscope record app -o "$work/app" -- sample-driver
jitterscope events --quiet "$work/app" > "$work/events"
grep -q 'jscope:ev_wake' "$work/events" || fail "nothing was recorded before Ctrl-C"
