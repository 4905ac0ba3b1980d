/*
 * Who holds each CPU, put together from what the kernel and what a device's own events say of it, and
 * told to the sink whenever it changes. Made only where the sink asks for it; for the adapters, one
 * thread.
 *
 * The kernel knows of threads and handlers, the device's events of what a thread is at: where both
 * tell of a CPU the kernel says who runs, and the device what that does.
 */
#ifndef REPLAY_OCCUPANCY_H
#define REPLAY_OCCUPANCY_H

#include "common/map.h"
#include "output.h"

#define JSCOPE__OCCUPANCY_CPUS 4096

struct jscope__occupancy {
	struct jscope__output *output; /* borrowed */
	struct jscope_map *cpus;       /* number -> owned pointer */
	uint64_t refused;
};

/* Returns 0 or -ENOMEM. */
int jscope__occupancy_create(struct jscope__output *output,
			     struct jscope__occupancy **ret_occupancy);
/* NULL is legal. */
void jscope__occupancy_destroy(struct jscope__occupancy *occupancy);
/* What found no room; 0 of NULL. */
uint64_t jscope__occupancy_refused(const struct jscope__occupancy *occupancy);

/* How the thread that ran until now left. All zero where none did, or nothing is known. */
struct jscope__departure {
	bool is_asleep; /* it waits for something: nobody took the CPU from it */
	const struct jscope_occupant *unseen; /* it, where that is another one than was told */
};

/* What the kernel runs on a CPU from the event in hand on. Strings of it live as long as the reader. */
void jscope__occupancy_kernel(struct jscope__occupancy *occupancy, uint32_t cpu,
			      const struct jscope_occupant *by,
			      const struct jscope__departure *departure);

/* What a device's events tell: a handler, or a thread's time between two waits, begins and ends. */
void jscope__occupancy_begin(struct jscope__occupancy *occupancy, uint32_t cpu,
			     const struct jscope_occupant *by);
/* by: holder, device and id count; begin and thread do not. */
void jscope__occupancy_end(struct jscope__occupancy *occupancy, uint32_t cpu,
			   const struct jscope_occupant *by);

/* A DPC enters the queue of a CPU, and leaves it. */
void jscope__occupancy_queue(struct jscope__occupancy *occupancy, uint32_t cpu, uint32_t dev,
			     uint64_t dpc, bool at_head);
/* cpu: whose queue it probably is. */
void jscope__occupancy_unqueue(struct jscope__occupancy *occupancy, uint32_t cpu, uint32_t dev,
			       uint64_t dpc);

#endif
