# Shared by the jobs, inside the guest: `. /etc/guest.sh`. Not a program.

# The job's own output, which the host shows where it fails, is on stdout; this is how far it came.
say()
{
	echo "guest: $*" > /dev/console
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	tenths=$(($1 * 10))
	shift
	until "$@"; do
		[ "$tenths" -gt 0 ] || { echo "in vain: $*"; return 1; }
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

recorder_tells()
{
	grep -qs 'Recording' "$step/stderr" || ! kill -0 "$recorder" 2>/dev/null
}

# record_begin NAME PRESET: returns when the recorder has everything attached
record_begin()
{
	step=/out/$1
	mkdir -p "$step"
	say "$1"
	# Without job control a shell lets what runs in the background ignore Ctrl-C.
	set -m
	jitterscope record kernel --preset "$2" -o "$step/trace" 2> "$step/stderr" &
	recorder=$!
	set +m
	wait_for 60 recorder_tells
	cat /proc/interrupts > "$step/interrupts.before"
}

# record_end: as Ctrl-C ends it
record_end()
{
	cat /proc/interrupts > "$step/interrupts.after"
	kill -INT "$recorder" 2>/dev/null || :
	(sleep 60 && kill -KILL "$recorder") &
	watchdog=$!
	status=0
	wait "$recorder" || status=$?
	kill $watchdog 2>/dev/null || :
	echo "$status" > "$step/status"
	echo "$step: jitterscope ended with $status: $(cat "$step/stderr")"
}

# record NAME PRESET COMMAND...
record()
{
	record_begin "$1" "$2"
	shift 2
	"$@" > "$step/output" 2>&1
	record_end
}

# read_disk DEVICE COUNT: so many blocks of 4 KiB, one after the other
read_disk()
{
	dd if="/dev/$1" of=/dev/null bs=4096 count="$2" iflag=direct
}

# play CARD FRAMES SECONDS [FACTOR]: silence in periods of so many frames, FACTOR (4) in the buffer
play()
{
	aplay -D "hw:$1,0" -t raw -f S16_LE -r 48000 -c 2 --period-size="$2" \
		--buffer-size=$(($2 * ${4:-4})) -d "$3" /dev/zero
}

# sound_card CARD MODULE [PARAMETER...]: waits until it can play
sound_card()
{
	card=$1
	shift
	modprobe "$@"
	wait_for 10 [ -e "/dev/snd/pcmC${card}D0p" ]
}
