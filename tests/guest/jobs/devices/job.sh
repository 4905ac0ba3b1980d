# Drivers of devices with interrupts of their own.
. /etc/guest.sh

# The hog holds a CPU for longer than the buffer lasts.
play_with_hog()
{
	taskset 2 guest_hog 30000 700000 &
	hog=$!
	taskset 2 aplay -D hw:0,0 -t raw -f S16_LE -r 48000 -c 2 --period-size=128 \
		--buffer-size=512 -d 2 /dev/zero
	kill $hog
}

read_disks()
{
	for disk in nvme0n1 vda sda sdb; do
		read_disk $disk 200
	done
}

midi_client()
{
	aconnect -l | sed -n "s/^client \([0-9]*\): .Virtual Raw.*/\1/p" | sed -n "$1p"
}

receiver_open()
{
	sed -n '/^Input/,$p' "/proc/asound/card$card/midi1" | grep -q Owner
}

# Ten messages from one virtual port to the other, which must be open to receive.
send_midi()
{
	aconnect "$(midi_client 1):0" "$(midi_client 2):0"
	card=$(sed -n 's/^ *\([0-9]*\) .*VirMIDI.*/\1/p' /proc/asound/cards | head -n 1)
	amidi -p "hw:$card,1" -d > /tmp/received &
	receiver=$!
	wait_for 20 receiver_open
	for key in 30 31 32 33 34 35 36 37 38 39; do
		amidi -p "hw:$card,0" -S "90 $key 7f"
	done
	sleep 1
	kill $receiver
	cat /tmp/received
}

# A CPU leaves and comes back while a stream plays.
play_with_cpu_change()
{
	play 0 480 4 &
	player=$!
	sleep 1
	echo 0 > /sys/devices/system/cpu/cpu1/online
	sleep 1
	echo 1 > /sys/devices/system/cpu/cpu1/online
	taskset 2 sleep 1
	wait $player
}

sound_card 0 snd-hda-intel power_save=0
modprobe snd-hda-codec-generic
record hda-xrun audio play_with_hog
record cpu-change audio play_with_cpu_change

modprobe sd_mod
modprobe virtio_pci
while read -r module disk; do
	modprobe "$module"
	wait_for 20 [ -b "/dev/$disk" ]
done <<-DISKS
	nvme nvme0n1
	virtio_blk vda
	ahci sda
	virtio_scsi sdb
DISKS
record disks block read_disks

modprobe snd-seq
modprobe snd-virmidi midi_devs=2
record midi midi send_midi
