/*
 * Lanes: what overlaps in time is dealt to different ones, so that nothing on one of them waits for the
 * other. Claims of one key are one, and share a lane. Inside cli/like/.
 */
#ifndef CLI_LIKE_LANES_H
#define CLI_LIKE_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

struct jscope__like_claim {
	jscope_ns key;
	jscope_ns begin_ns, end_ns;
	size_t owner; /* the caller's */
	unsigned lane;
};

struct jscope__like_lanes {
	unsigned count;	  /* used */
	uint64_t crowded; /* claims for which none was free; they share one */
};

/*
 * Deal claims to at most `most` lanes (1 .. 64), and leave them by key and begin. Returns 0 or -ENOMEM.
 */
int jscope__like_lanes_deal(struct jscope__like_claim *claims, size_t count, unsigned most,
			    struct jscope__like_lanes *ret_lanes);

#endif
