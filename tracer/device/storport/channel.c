#include "channel.h"

#include <stddef.h>

/* Priority inheritance, as for the lock of the machine: whoever holds them may be a DPC. */
void jscope__channels_init(struct jscope__channels *channels)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	for (uint32_t i = 0; i < channels->count; i++)
		pthread_mutex_init(&channels->locks[i], &attributes);
	pthread_mutexattr_destroy(&attributes);
}

void jscope__channels_finish(struct jscope__channels *channels)
{
	for (uint32_t i = 0; i < channels->count; i++)
		pthread_mutex_destroy(&channels->locks[i]);
}

pthread_mutex_t *jscope__channel_enter(struct jscope__channels *channels, uint32_t hint)
{
	pthread_mutex_t *channel;

	if (channels->count == 0)
		return NULL;
	for (uint32_t i = 0; i < channels->count; i++) {
		channel = &channels->locks[(hint + i) % channels->count];
		if (pthread_mutex_trylock(channel) == 0)
			return channel;
	}
	channel = &channels->locks[hint % channels->count];
	pthread_mutex_lock(channel);
	return channel;
}

void jscope__channel_leave(pthread_mutex_t *channel)
{
	if (channel)
		pthread_mutex_unlock(channel);
}

void jscope__channels_hold(struct jscope__channels *channels)
{
	for (uint32_t i = 0; i < channels->count; i++)
		pthread_mutex_lock(&channels->locks[i]);
}

void jscope__channels_release(struct jscope__channels *channels)
{
	for (uint32_t i = channels->count; i > 0; i--)
		pthread_mutex_unlock(&channels->locks[i - 1]);
}
