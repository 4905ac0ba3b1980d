/*
 * A storm of interrupts, again and again: a timer of the machine that is set to many of them a second, of
 * which a test knows that they hold the CPU and wake nobody.
 * usage: guest_storm HZ STORM_MS PAUSE_MS, until it is ended
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hpet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

static void sleep_for(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static int storm_for(int timer, long ms)
{
	if (ioctl(timer, HPET_IE_ON, 0) != 0)
		return -errno;
	sleep_for(ms);
	return ioctl(timer, HPET_IE_OFF, 0) == 0 ? 0 : -errno;
}

int main(int argc, char **argv)
{
	int timer;

	if (argc != 4) {
		fprintf(stderr, "usage: guest_storm HZ STORM_MS PAUSE_MS\n");
		return 2;
	}
	timer = open("/dev/hpet", O_RDONLY);
	if (timer < 0 || ioctl(timer, HPET_IRQFREQ, strtoul(argv[1], NULL, 10)) != 0) {
		perror("guest_storm: /dev/hpet");
		return 1;
	}
	while (storm_for(timer, atol(argv[2])) == 0)
		sleep_for(atol(argv[3]));
	perror("guest_storm");
	return 1;
}
