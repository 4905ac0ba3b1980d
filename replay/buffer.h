/*
 * What goes on around the buffer of one stream, whichever vocabulary tells it: which positions do not
 * follow from those before, and why the device ran out. Between an adapter and the sink; one thread.
 *
 * A glitch is judged when the chains that were open at its instant have come, which is after it, or
 * when it has waited for ten seconds: lines of other streams would have to wait for it.
 * Memory is bounded: so many chains are remembered, and so many glitches wait.
 */
#ifndef REPLAY_BUFFER_H
#define REPLAY_BUFFER_H

#include <stdbool.h>

#include "replay/timeline.h"

struct jscope__output;
struct jscope__buffer;

/* Who is told of a glitch with its cause. */
typedef void jscope__glitch_fn(struct jscope__output *output, const struct jscope_glitch *glitch);

/* Whether a stream has a buffer at all. */
bool jscope__buffer_is_due(const struct jscope_stream_info *info);

/* NULL without memory. `output` and `info` are borrowed, and outlive it. */
struct jscope__buffer *jscope__buffer_create(struct jscope__output *output,
					     const struct jscope_stream_info *info,
					     jscope__glitch_fn *tell);
void jscope__buffer_destroy(struct jscope__buffer *buffer);

/* A chain is complete. May tell glitches. */
void jscope__buffer_notification(struct jscope__buffer *buffer,
				 const struct jscope_notification *notification);
/* Something is wrong with a position: true, with what. */
bool jscope__buffer_position(struct jscope__buffer *buffer, const struct jscope_position *position,
			     struct jscope_position_defect *ret_defect);
/* The client came in time, and its answer was not taken. */
void jscope__buffer_refusal(struct jscope__buffer *buffer, jscope_ns at_ns);
/* The device ran out; its cause is yet to be found. */
void jscope__buffer_glitch(struct jscope__buffer *buffer, const struct jscope_glitch *glitch);
/* Tell the glitches that have waited too long for chains, in a stream that fell silent. */
void jscope__buffer_expire(struct jscope__buffer *buffer, jscope_ns now_ns);
/* No more chains come: judge what waits. */
void jscope__buffer_close(struct jscope__buffer *buffer);

#endif
