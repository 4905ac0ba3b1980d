# A storm of interrupts that wake nobody, while a sound card plays.
. /etc/guest.sh

play_in_storm()
{
	guest_storm 60000 12 41 &
	storm=$!
	play 0 480 2
	kill $storm
}

sound_card 0 snd-intel8x0
# What the recorder does is to wait for the player.
record_begin storm audio
renice -n 19 -p $recorder
play_in_storm > "$step/output" 2>&1
record_end
