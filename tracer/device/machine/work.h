/*
 * Work items: what a DPC may not do is left to a thread at passive level (IoQueueWorkItem).
 *
 * A worker is a task with a queue of items, worked off in the order in which they were queued. An
 * item is queued once at most, as a DPC is; from the moment it is taken it can be queued anew. The
 * thread belongs to one driver, which brings its device up and takes it down there, too.
 */
#ifndef DEVICE_WORK_H
#define DEVICE_WORK_H

#include "follow.h"
#include "task.h"

struct jscope__work {
	void (*routine)(struct jscope__context *context, void *state);
	void *state;
	/* Under the lock: */
	bool queued;
	struct jscope__work *next;
};

struct jscope__worker {
	struct jscope__kevent event;
	struct jscope__follower follower;
	uint64_t
		object; /* on whose behalf, for the truth; the event itself unless said otherwise */
	/*
	 * The driver's, NULL for none: at the start, and when the machine stops. After close()
	 * nothing queues items any more; those that are queued are still worked off.
	 */
	void (*open)(struct jscope__context *context, void *state);
	void (*close)(struct jscope__context *context, void *state);
	void *state;
	/* Under the lock: */
	struct jscope__work *first, *last;
};

/* Fill in a worker and its task. While the machine is put together. */
void jscope__worker_init(struct jscope__worker *worker, struct jscope__machine *machine,
			 uint32_t dev, const struct jscope_distribution *wake,
			 struct jscope__task *task);

/* Work off what is queued, and tell what became of it. What the worker does when it stops. */
void jscope__worker_finish(struct jscope__context *context, struct jscope__worker *worker);

/*
 * Queue an item at dispatch level or below, because of `origin_count` things that are followed. The
 * event tells the sequence number of the last of them. Returns whether it was queued; false: it was
 * queued already. Takes the lock.
 */
bool jscope__work_queue(struct jscope__context *context, struct jscope__worker *worker,
			struct jscope__work *work, const struct jscope__origin *origins,
			unsigned origin_count);

#endif
