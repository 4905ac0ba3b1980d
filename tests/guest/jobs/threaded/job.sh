# Handlers in threads, which an interrupt wakes.
. /etc/guest.sh

sound_card 0 snd-intel8x0
record ac97 audio play 0 480 2

modprobe sd_mod
modprobe ahci
wait_for 10 [ -b /dev/sda ]
record disk block read_disk sda 200
