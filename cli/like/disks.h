/*
 * The disks of a recorded session as disks of a scenario, each of whose requests goes as the recorded one
 * did. Inside cli/like/.
 */
#ifndef CLI_LIKE_DISKS_H
#define CLI_LIKE_DISKS_H

#include "session.h"
#include "traffic.h"

struct jscope__like_disk {
	const char *name; /* borrowed */
	bool is_full;
	uint64_t count, unqueued, uninterrupted, unheard, capped,
		crowded; /* as those of its traffic */
};

struct jscope__like_disks {
	struct jscope__like_disk disks[JSCOPE_DISKS_MAX];
	unsigned count;
	jscope_ns end_ns; /* of the new session, since its begin: the last request is over */
};

/*
 * Add the disks of a session to a scenario that has no others. Their CPUs begin with the first one behind
 * those of the machine, which grows by them. Returns 0, -ENOMEM, or -E2BIG with a sentence.
 */
int jscope__like_disks_make(struct jscope_scenario *scenario,
			    const struct jscope__like_session *session,
			    struct jscope__like_disks *ret_disks);

#endif
