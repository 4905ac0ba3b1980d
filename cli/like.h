/*
 * A scenario like a recorded session: the lateness of each stage as it was measured, and where no
 * scenario was asked for, the geometry of the stream too.
 */
#ifndef CLI_LIKE_H
#define CLI_LIKE_H

#include <stdbool.h>

#include "tracer/scenario.h"

/*
 * Replay the recording at `path` and give every device of the scenario that has no delays of its own
 * the delays that were measured: each stage draws from what it took in the recording. geometry: take
 * rate, period and notifications of the first stream of the recording as well. Returns 0 or a
 * negative errno with a sentence; -ENODATA when there is no notification to learn from.
 */
int jscope_like_apply(struct jscope_scenario *scenario, const char *path, bool geometry);

#endif
