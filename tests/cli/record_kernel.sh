#!/bin/sh
# `record kernel` as a user types it: what is refused, what is told, and what is then in the trace.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

# says STATUS PATTERN [OPTION...]: of `record kernel`.
says()
{
	expected=$1
	pattern=$2
	shift 2
	status=0
	timeout 60 jitterscope record kernel "$@" > "$work/out" 2> "$work/err" || status=$?
	[ "$status" -eq "$expected" ] || fail "$*: exits $status: $(cat "$work/err")"
	grep -q -- "$pattern" "$work/err" || fail "$*: '$pattern' is not in: $(cat "$work/err")"
}

# What is refused, whoever asks.
trace=$work/trace
says 2 "-o DIR is missing"
says 2 "cannot go to standard output" -o -
says 2 "one of irq, block, audio, midi, timer, all, not 'disk'" --preset disk -o "$trace"
says 2 "--irq selects among interrupts, .* --preset irq" --preset timer --irq 3 -o "$trace"
says 2 "--disk selects among block requests, .* --preset block" --disk vda -o "$trace"
says 2 "--card selects among sound cards, .* --preset audio" --card 0 -o "$trace"
says 2 "--pid selects among wake-ups" --preset timer --sched none --pid 1 -o "$trace"
says 1 "no disk 'no-such-disk': see lsblk" --preset block --disk no-such-disk -o "$trace"
says 1 "no disk '../..': see lsblk" --preset block --disk ../.. -o "$trace"
says 1 "no sound card 'none': see /proc/asound/cards" --preset audio --card none -o "$trace"
says 1 "no sound card '99'" --preset midi --card 99 -o "$trace"
says 2 "id of a process, not 'cat'" --pid cat -o "$trace"
says 1 "no process 2147483647" --pid 2147483647 -o "$trace"
says 2 "CPUs such as 0 or 2-5, not '1-'" --on-cpu 1- -o "$trace"
says 2 "CPUs such as 0 or 2-5, not '3-2'" --on-cpu 3-2 -o "$trace"
says 2 "no CPU 100000" --on-cpu 0,100000 -o "$trace"
says 2 "power of two" --buffer 3M -o "$trace"
says 2 "--buffer takes 64K to 1G, not 4K" --buffer 4K -o "$trace"
says 2 "a size such as 1G, or a time such as 10m" --rotate often -o "$trace"
says 2 "size of 64K or more, or a time, not 4K" --rotate 4K -o "$trace"
says 2 "100ms or more" --rotate 1ms -o "$trace"
says 2 "--keep is for the chunks of --rotate" --keep 3 -o "$trace"
says 2 "--flight wants a condition" --flight 50ms -o "$trace"
says 2 "--on is for a flight recorder" --on 'wake>1ms' -o "$trace"
says 2 "exclude each other" --flight 1s --on 'wake>1ms' --rotate 1G -o "$trace"
says 1 "no program 'no-such-program'" -o "$trace" -- no-such-program
mkdir "$work/full"
touch "$work/full/something"
says 1 "is no empty, writable directory" -o "$work/full" -- true
[ ! -e "$trace" ] || fail "a recording that was refused left '$trace'"

run_expect 0 jitterscope record kernel --list > "$work/list"
for preset in irq block audio midi timer all; do
	grep -q "^$preset:" "$work/list" || fail "preset $preset is not listed"
done
sed -n '/^block:/,/^audio:/p' "$work/list" | grep -q '  block_rq_issue ' ||
	fail "the events of preset block are not listed"

# nobody COMMAND...: without rights; where root may become nobody, and nobody reaches what was built.
nobody()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# Without rights the missing ones are named.
chmod 755 "$work"
mkdir -m 777 "$work/open"
if [ "$(id -u)" -eq 0 ] && nobody jitterscope --version > /dev/null 2>&1 &&
	nobody test -w "$work/open" 2> /dev/null; then
	status=0
	nobody jitterscope record kernel -o "$work/open/trace" 2> "$work/err" || status=$?
	[ "$status" -eq 1 ] || fail "without rights it exits $status: $(cat "$work/err")"
	grep -q "CAP_BPF" "$work/err" || fail "the right is not named: $(cat "$work/err")"
	[ ! -e "$work/open/trace" ] || fail "without rights a directory was left"
fi

. "$JSCOPE_SOURCE/tests/golden/kernel.sh"
need_kernel

# events FILE NAME: how many events of this name a listing has.
events()
{
	grep -c " $2:" "$1" || true
}

# kernel OPTION...: record, and list what was recorded in $work/events.
kernel()
{
	rm -rf "$trace"
	says 0 "See it with: jitterscope report $trace" "$@"
	jitterscope events --quiet "$trace" > "$work/events"
}

# disks: those that were there before, and are now; others may come and go meanwhile.
disks()
{
	ls /sys/class/block | sort | comm -12 "$work/disks" -
}

# It lasts as long as its program, which runs when everything is attached.
ls /sys/class/block | sort > "$work/disks"
kernel --preset timer -o "$trace" -- sh -c 'sleep 0.2; exit 5'
grep -q "Recording the kernel (preset timer: [0-9]* events, [0-9]* CPUs) into '$trace'" "$work/err" ||
	fail "it does not say that it records: $(cat "$work/err")"
grep -q "The program ended with status 5" "$work/err" || fail "the program's status is not told"
[ "$(events "$work/events" timer_hrtimer_expire_entry)" -gt 0 ] || fail "no timer expired"
[ "$(events "$work/events" jscope_probe_stats)" -ge 5 ] || fail "no probe tells how often it fired"
for disk in $(disks); do
	grep -q "lttng_statedump_block_device:.*diskname = \"$disk\"" "$work/events" ||
		fail "disk $disk is not told"
done
grep -q "comm = .*sleep" "$work/events" || fail "the program is not in the trace"

# A program that still runs when the time is over is ended. Its timer is what wakes it.
kernel --duration 300ms -o "$trace" -- sh -c 'while :; do sleep 0.01; done'
[ "$(events "$work/events" sched_switch)" -gt 0 ] || fail "no thread was switched to"

# A program that is killed by somebody else ends a recording that is not what was asked for.
rm -rf "$trace"
says 3 "The program was ended by signal 9" -o "$trace" -- sh -c 'kill -9 $$'

# Quiet is quiet, also about the rest.
rm -rf "$trace"
run_expect 0 jitterscope record kernel -q --duration 100ms -o "$trace" 2> "$work/err"
[ ! -s "$work/err" ] || fail "--quiet says: $(cat "$work/err")"

# What is filtered in the kernel is not in the trace.
cpu=$(sed -n 's/^Cpus_allowed_list:.*[^0-9]//p' /proc/self/status)
kernel --preset all --on-cpu "$cpu" --duration 300ms -o "$trace"
! grep -v "jscope_probe_stats\|lttng_statedump" "$work/events" | grep -v "cpu_id = $cpu[ ,}]" > "$work/rest" ||
	fail "another CPU is there: $(head -n 1 "$work/rest")"
kernel --preset all --sched none --duration 300ms -o "$trace"
! grep ' sched_' "$work/events" > "$work/rest" || fail "--sched none: $(head -n 1 "$work/rest")"
kernel --preset irq --irq no-such-handler --duration 300ms -o "$trace"
[ "$(events "$work/events" irq_handler_entry)" -eq 0 ] || fail "other interrupts are there"
[ ! -d /sys/kernel/irq ] || grep -q "no interrupt 'no-such-handler' now" "$work/err" ||
	fail "that there is no such interrupt is not told: $(cat "$work/err")"
line=$(grep -l '[a-z]' /sys/kernel/irq/*/actions 2> /dev/null | head -n 1)
if [ -n "$line" ]; then
	name=$(cut -d , -f 1 "$line")
	line=${line%/actions}
	kernel --preset irq --irq "${line##*/},$name" --duration 100ms -o "$trace"
	! grep "no interrupt" "$work/err" || fail "that there is an interrupt '$name' is not seen"
fi

# The flight recorder keeps what is around a condition, and nothing without one.
rm -rf "$trace"
says 0 "No condition was met" --flight 5ms --on 'irq>10s' --duration 300ms -o "$trace"
rm -rf "$trace"
says 2 "wake" --flight 5ms --on 'sleep>10s' -o "$trace"
[ ! -e "$trace" ] || fail "a condition that nobody understands left '$trace'"
rm -rf "$trace"
says 0 "Kept [1-9][0-9]* trace" --preset all --flight 5ms --on 'wake>1ns' --duration 300ms -o "$trace"
jitterscope events --quiet "$trace/trigger-001" | head -n 1 | grep -q jscope_flight_trigger ||
	fail "the first trace does not begin with its trigger"

# The table, where it is no terminal once at the end.
rm -rf "$trace"
run_expect 0 jitterscope record kernel --live --duration 500ms -o "$trace" > "$work/table" 2> "$work/err"
grep -q "waking to running" "$work/table" || fail "no table: $(cat "$work/table")"
