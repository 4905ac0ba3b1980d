/*
 * Points that a stream had and its trace does not tell, where points have numbers: a hole in the
 * numbers is as many points as it is wide, and losses between two points that follow each other
 * have cost none. Before the first and behind the last point of an epoch there are no numbers to
 * tell; there each lost event may have been a point. Inside analysis/.
 */
#ifndef ANALYSIS_NUMBERING_H
#define ANALYSIS_NUMBERING_H

#include "replay/timeline.h"

/* All zero in the beginning. */
struct jscope__numbering {
	bool begun;
	bool useless; /* points without numbers, or of the same one, are among them */
	unsigned epoch;
	uint64_t first, last, count; /* of the epoch */
	jscope_ns first_ns;
	uint64_t hidden; /* in epochs that are over, and at the ends of all */
	/* Events lost since a point proved that they are no end of the epoch; their windows. */
	uint64_t pending;
	jscope_ns pending_begin_ns, pending_end_ns;
};

void jscope__numbering_add(struct jscope__numbering *numbering,
			   const struct jscope_notification *notification);
void jscope__numbering_loss(struct jscope__numbering *numbering, const struct jscope_loss *loss);

/* Whether all of its points had numbers. */
bool jscope__numbering_is_known(const struct jscope__numbering *numbering);

/* Points that are told of nowhere, at most, where `lost` events were lost. */
uint64_t jscope__numbering_hidden(const struct jscope__numbering *numbering, uint64_t lost);

#endif
