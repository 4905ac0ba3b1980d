#!/bin/sh
# replay --view: the player by random orders, the screen by its keys, what is refused.
# usage: view.sh PLAYER_ORDERS
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
orders=$1

# record NAME SCENARIO DURATION
record()
{
	jitterscope record sim --quiet --scenario "$2" --duration "$3" -o "$work/$1"
}
record underrun wavert-underrun 30s
record disk disk-reset 500ms
record streams wavert-several-streams 5s
record capture wavert-capture 1s

for trace in underrun disk streams; do
	"$orders" "$work/$trace" 11 || fail "$trace"
done

refuse()
{
	word=$1
	shift
	run_expect 2 jitterscope replay --view "$@" > "$work/out" 2> "$work/err" < /dev/null
	grep -q -- "$word" "$work/err" || fail "$*: $(cat "$work/err")"
	[ ! -s "$work/out" ] || fail "$*: something was written"
}
refuse '--view needs a terminal' "$work/disk"
refuse '--view draws on the terminal' --format csv "$work/disk"
refuse '--view draws on the terminal' --output "$work/file" "$work/disk"
refuse 'is a live session' lttng-live://localhost/host/h/s

/usr/bin/python3 -c 'import pyte' 2>/dev/null || skip "there is no python3-pyte"
locale -a | grep -qix 'c.utf-*8' || skip "there is no locale C.UTF-8"
cp -r "$work/capture" "$work/cut"
truncate -s 20000 "$work/cut/jscope_0"
esc=$(printf '\033')
cp -r "$work/disk" "$work/odd$esc[31mname"
/usr/bin/python3 "$JSCOPE_SOURCE/tests/cli/view.py" "$work" "$JSCOPE_SOURCE" || fail "view"
