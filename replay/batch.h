/*
 * Which how many-th request of its device a run of a handler completes: one interrupt may find
 * several that are done, of up to so many devices. For the adapters; one thread.
 */
#ifndef REPLAY_BATCH_H
#define REPLAY_BATCH_H

#include <stddef.h>

#define JSCOPE__BATCH_DEVICES 4

/* Part of what is open; all zero: it has completed nothing yet. */
struct jscope__batch {
	const void *devices[JSCOPE__BATCH_DEVICES];
	unsigned counts[JSCOPE__BATCH_DEVICES];
};

/* One more of that device, from 1; 0 where the run completes requests of too many devices. */
static inline unsigned jscope__batch_next(struct jscope__batch *batch, const void *device)
{
	for (size_t i = 0; i < JSCOPE__BATCH_DEVICES; i++) {
		if (!batch->devices[i])
			batch->devices[i] = device;
		if (batch->devices[i] == device)
			return ++batch->counts[i];
	}
	return 0;
}

#endif
