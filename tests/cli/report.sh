#!/bin/sh
# The text of a report: one device on one screen of 80 columns, how it stands first, and nothing that
# depends on who looks but for colours, the width and the characters.
. "$JSCOPE_SOURCE/tests/lib.sh"
recordings="$JSCOPE_SOURCE/samples/recordings"
need_program /usr/bin/python3
utf8=C.UTF-8
unset NO_COLOR COLUMNS

# shown NAME TRACE
shown()
{
	for format in text json; do
		COLUMNS=80 LC_ALL=$utf8 jitterscope report --quiet --format $format \
			-o "$work/$1.$format" "$2" || [ $? -eq 3 ] || fail "no report of $1"
	done
	jitterscope replay --quiet --what all --format ndjson "$2" > "$work/$1.ndjson" ||
		[ $? -eq 3 ] || fail "no replay of $1"
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/cli/report.py" "$work/$1.text" "$work/$1.json" \
		"$work/$1.ndjson" || fail "$1: $(cat "$work/$1.text")"
}

for scenario in wavert-10ms wavert-underrun wavert-drops wavert-hum wavert-two-clients wavert-capture \
	midi-in midi-out-clock disk-single-queue disk-link-flap disk-reset audio-module; do
	jitterscope record sim --quiet --scenario "$scenario" --duration 3s -o "$work/$scenario" ||
		fail "no simulation of $scenario"
	shown "$scenario" "$work/$scenario"
done
for recording in "$recordings"/*/; do
	shown "$(basename "$recording")" "$recording"
done

# To a pipe it is as wide as COLUMNS says, between 80 and 160; without colours, whatever COLUMNS says.
widest()
{
	LC_ALL=$utf8 wc -L < "$1"
}
for columns in 40 80 120 160 400; do
	COLUMNS=$columns LC_ALL=$utf8 jitterscope report --quiet "$work/wavert-10ms" > "$work/text"
	expected=$columns
	[ "$columns" -ge 80 ] || expected=80
	[ "$columns" -le 160 ] || expected=160
	[ "$(widest "$work/text")" -eq $expected ] ||
		fail "COLUMNS=$columns: $(widest "$work/text") columns"
	! grep -q "$(printf '\033')" "$work/text" || fail "a file has colours"
done

# Where the terminal has ASCII only, nothing else is written, and no line has another place.
COLUMNS=80 LC_ALL=C jitterscope report --quiet "$work/wavert-10ms" > "$work/ascii"
! LC_ALL=C grep -q '[^ -~]' "$work/ascii" || fail "not ASCII: $(cat "$work/ascii")"
[ "$(wc -l < "$work/ascii")" -eq "$(wc -l < "$work/wavert-10ms.text")" ] || fail "ASCII has other lines"

# On a terminal there are colours, unless they are not wanted; without them the text is the same.
cat > "$work/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[1], sys.argv[1:])
try:
    while chunk := os.read(terminal, 4096):
        sys.stdout.buffer.write(chunk.replace(b"\r", b""))
except OSError:
    pass
os.waitpid(pid, 0)
PY
terminal()
{
	LC_ALL=$utf8 /usr/bin/python3 "$work/terminal.py" jitterscope report --quiet "$work/wavert-10ms"
}
terminal > "$work/coloured"
sed 's/\x1b\[[0-9;]*m//g' "$work/coloured" | cmp - "$work/wavert-10ms.text" ||
	fail "on a terminal it differs: $(cat "$work/coloured")"
! cmp -s "$work/coloured" "$work/wavert-10ms.text" || fail "a terminal has no colours"
NO_COLOR=1 terminal | cmp - "$work/wavert-10ms.text" || fail "NO_COLOR is not obeyed"

# -v has all that the first screen has no room for.
jitterscope report --quiet -v "$work/wavert-10ms" > "$work/verbose"
for word in "cycle-to-cycle" "TIE peak-to-peak" "MTIE" "margin " "seconds " "axis of time" "interval" \
	"p99.9" "mean" "sd" "position drift" "none above the noise"; do
	grep -q -- "$word" "$work/verbose" || fail "-v does not tell: $word"
done
