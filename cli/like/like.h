/*
 * A scenario like a recorded session. Without a scenario of one's own: its streams as they were set up,
 * point by point as late as they were, so that a glitch that was seen once comes again. With one: as
 * late as the recorded streams were at that time.
 */
#ifndef CLI_LIKE_H
#define CLI_LIKE_H

#include <stdbool.h>

#include "tracer/scenario.h"

/*
 * Learn from the recording at `path`. geometry: the scenario is an empty one, and becomes the recorded
 * session. Else its streams get the delays of the recorded ones, the first those of the first, unless
 * they have a [delay] of their own; all its other devices draw from what was recorded. What the scenario
 * cannot hold of the recording is said on stderr, a sentence each, and so is what the recording lost.
 * Returns 0, 1 where it lost something or is damaged, or a negative errno with a sentence; -ENODATA when
 * there is no notification to learn from.
 */
int jscope_like_apply(struct jscope_scenario *scenario, const char *path, bool geometry);

#endif
