/*
 * Things that processes do while they are recorded. Each runs in a process of its own, named
 * WORK_NAME.
 */
#ifndef TESTS_UNIT_TRACER_KERNEL_PROBES_WORK_H
#define TESTS_UNIT_TRACER_KERNEL_PROBES_WORK_H

#include <stdbool.h>

#define WORK_NAME	"jscope-work"
#define WORK_PING_PONGS 500
#define WORK_READ_BYTES 4096

/* state: int *, how often to sleep for a millisecond. */
void work_sleep(void *state);
/* With a process of its own, over two pipes, WORK_PING_PONGS times, on one CPU. */
void work_ping_pong(void *state);

/* From now on run on this CPU only. Returns whether that is allowed. */
bool work_stay_on(int cpu);
/* Sleep on each CPU in turn on which we may run. */
void work_visit_cpus(void *state);

struct work_reads {
	const char *path; /* a file on a disk, of so many blocks at least */
	int count;
};
/* state: struct work_reads *. Read blocks of WORK_READ_BYTES from the disk itself. */
void work_read(void *state);

#endif
