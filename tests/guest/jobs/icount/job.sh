# Devices whose every period and latency is known.
. /etc/guest.sh

# null_disk NAME COMPLETION_NS: a disk that answers by a timer
null_disk()
{
	disk=/sys/kernel/config/nullb/$1
	mkdir "$disk"
	echo 2 > "$disk/irqmode"
	echo "$2" > "$disk/completion_nsec"
	echo 64 > "$disk/size"
	echo 1 > "$disk/power"
}

null_disks()
{
	modprobe null_blk nr_devices=0
	mount -t configfs configfs /sys/kernel/config
	null_disk nullb0 10000
	null_disk nullb1 100000
	null_disk nullb2 1000000
}

read_null_disks()
{
	for disk in nullb0 nullb1 nullb2; do
		read_disk $disk 200
	done
}

# scsi_disk NAME DELAY_NS
scsi_disk()
{
	echo -n "$2" > /sys/bus/pseudo/drivers/scsi_debug/ndelay
	record "$1" block read_disk sda 200
}

play_with_hog()
{
	guest_hog 4000 7000 &
	hog=$!
	play 0 480 3
	kill $hog
}

play_into_loop()
{
	arecord -D hw:1,1 -t raw -f S16_LE -r 48000 -c 2 --period-size=480 --buffer-size=1920 \
		-d 3 /dev/null &
	play 1 480 3
	wait $!
}

null_disks
record null block read_null_disks

modprobe sd_mod
modprobe scsi_debug dev_size_mb=16 delay=0 ndelay=2000000
wait_for 10 [ -b /dev/sda ]
scsi_disk scsi-2ms 2000000
scsi_disk scsi-500us 500000

sound_card 0 snd-intel8x0
record ac97 audio play 0 480 3
record ac97-hog audio play_with_hog

sound_card 1 snd-dummy index=1 hrtimer=1 pcm_devs=1 pcm_substreams=1
record dummy-hrtimer audio play 1 480 3
rmmod snd-dummy
sound_card 1 snd-dummy index=1 hrtimer=0 pcm_devs=1 pcm_substreams=1
record dummy-jiffies audio play 1 480 3
rmmod snd-dummy
sound_card 1 snd-aloop index=1
record loop audio play_into_loop
