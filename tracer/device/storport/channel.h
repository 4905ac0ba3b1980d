/*
 * Concurrent channels: a miniport that locks by itself may be given several requests at a time, one
 * per channel, each behind a lock of its own. Whatever stops the adapter (a pause, a reset, its
 * removal) holds all channels, so that it comes before or after each call of StartIo.
 *
 * Used by the port, from any thread, at dispatch level or below, never within StartIo. Locks are
 * taken in this order: channels by their numbers, the lock of the machine. Without channels nothing
 * here does anything.
 */
#ifndef DEVICE_CHANNEL_H
#define DEVICE_CHANNEL_H

#include <pthread.h>
#include <stdint.h>

#define JSCOPE__CHANNELS_MAX 16

struct jscope__channels {
	uint32_t count; /* 0: StartIo runs under the lock of the machine */
	pthread_mutex_t locks[JSCOPE__CHANNELS_MAX];
};

/* count is filled in by the caller. */
void jscope__channels_init(struct jscope__channels *channels);
void jscope__channels_finish(struct jscope__channels *channels);

/*
 * Enter a channel that is free, the first one from `hint` on; wait where there is none. Returns what
 * to leave; NULL, which may be left, without channels.
 */
pthread_mutex_t *jscope__channel_enter(struct jscope__channels *channels, uint32_t hint);
void jscope__channel_leave(pthread_mutex_t *channel);

/* Wait until no StartIo runs, and let none begin until they are released. */
void jscope__channels_hold(struct jscope__channels *channels);
void jscope__channels_release(struct jscope__channels *channels);

#endif
