/*
 * The keeper: the process that does the recording, below the process that asked for it.
 *
 * It has the mount namespace, the session daemon and the program below itself and outlives its
 * recorder, so that even a recorder killed with -9 leaves a readable trace and nothing running. It
 * has a process group of its own, so that neither Ctrl-C nor a kill of the recorder's group ends
 * it.
 */
#ifndef TRACER_LTTNG_KEEPER_H
#define TRACER_LTTNG_KEEPER_H

#include "common/ns.h"
#include "output.h"
#include "program.h"

struct jscope__plan {
	char name[64]; /* of the session */
	struct jscope__output output;
	struct jscope__program program;
	jscope_ns duration_ns; /* 0: no limit */
};

/*
 * Record, as the forked child that this is, and say over `link` how it went (link.h). Returns once
 * all is cleaned up; the caller then ends the process.
 */
void jscope__keeper_run(const struct jscope__plan *plan, int link);

/* Clean up behind a keeper that was killed itself. */
void jscope__keeper_sweep(const struct jscope__plan *plan);

#endif
