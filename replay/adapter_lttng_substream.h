/*
 * Substreams of sound cards, as our own events tell them: calls, positions, writes. Shared by
 * adapter_lttng_pcm.c, _substream.c and _substream_position.c. One thread.
 */
#ifndef REPLAY_ADAPTER_LTTNG_SUBSTREAM_H
#define REPLAY_ADAPTER_LTTNG_SUBSTREAM_H

#include "adapter_lttng.h"

/* Calls whose chains are open at a time: further ones are told without their answer. */
#define JSCOPE__LTTNG_CALLS 8

/* Where the device was in an event, and how far ahead of it the client. */
struct jscope__lttng_place {
	bool is_known, has_headroom;
	int64_t linear_frames, headroom_frames;
};

/* What the end of a call told. */
struct jscope__lttng_ended {
	uint64_t seq; /* of the call; 0: none */
	unsigned epoch;
	struct jscope__lttng_place place;
	bool in_glitch; /* the device had run out by then */
};

struct jscope__lttng_substream {
	struct jscope_stream_info *info;
	bool is_capture;

	/* Calls, counted from 1. */
	uint64_t begun_count, ended_count;
	jscope_ns begun_ns; /* the last one */
	uint32_t begun_cpu;
	struct jscope__lttng_ended ended[JSCOPE__LTTNG_CALLS];
	/* Of which the scheduler has no more to tell; they wait for their end and their answer. */
	struct jscope_notification told[JSCOPE__LTTNG_CALLS];
	unsigned told_count;

	/* Positions as the kernel counts them, frames modulo boundary, of the last event. */
	bool is_located;
	jscope_ns located_ns;
	int64_t hw_ptr, appl_ptr, boundary, laps;
	unsigned epoch; /* RUN epochs so far */
	bool is_over;	/* the next position that runs begins another one */
	bool in_glitch;
};

void jscope__lttng_substream_entry(struct jscope__lttng *adapter, const struct jscope_event *event);
void jscope__lttng_substream_exit(struct jscope__lttng *adapter, const struct jscope_event *event);
void jscope__lttng_substream_answer(struct jscope__lttng *adapter,
				    const struct jscope_event *event);
void jscope__lttng_substream_xrun(struct jscope__lttng *adapter, const struct jscope_event *event);

/*
 * Take the position and the geometry of an event over. The place is that of the device now; its
 * headroom is that of the client where it was before the event, if `before`, else where it is now.
 */
struct jscope__lttng_place jscope__lttng_substream_locate(struct jscope__lttng *adapter,
							  struct jscope__lttng_substream *substream,
							  const struct jscope_event *event,
							  bool before);
/* The device ran out, as the kernel says or as the place shows. Each time is told once. */
void jscope__lttng_substream_judge(struct jscope__lttng *adapter,
				   struct jscope__lttng_substream *substream,
				   const struct jscope_event *event,
				   const struct jscope__lttng_place *place, bool is_xrun);
/* A record of where the device is, for the timeline. */
void jscope__lttng_substream_tell(struct jscope__lttng *adapter,
				  const struct jscope__lttng_substream *substream,
				  const struct jscope_event *event,
				  const struct jscope__lttng_place *place);

#endif
