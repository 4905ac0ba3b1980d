/*
 * What a session took for each stage, as distributions to draw from: for devices of a scenario that
 * have no counterpart in the recording. Inside cli/like/.
 */
#ifndef CLI_LIKE_DRAWN_H
#define CLI_LIKE_DRAWN_H

#include "session.h"
#include "tracer/scenario.h"

/*
 * Give every device that has no delays of its own those of all chains, as they were recorded: before
 * anything is estimated. Returns 0, -ENOMEM, -E2BIG (too many [delay]).
 */
int jscope__like_drawn_apply(struct jscope_scenario *scenario,
			     const struct jscope__like_session *session);

#endif
