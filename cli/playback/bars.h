/*
 * Bars of single characters, as the view draws them: a cyclic buffer, and the stages of a chain.
 * Pure; any thread.
 */
#ifndef CLI_PLAYBACK_BARS_H
#define CLI_PLAYBACK_BARS_H

#include "analysis/record.h"

#define JSCOPE_STRIP_MAX (JSCOPE_INSTANT_COUNT + 1)

/* The instants of a notification or request, and what lies between neighbours. */
struct jscope_strip {
	unsigned instant_count, span_count;
	struct {
		const char *name;
		jscope_ns at_ns;
	} instants[JSCOPE_STRIP_MAX];
	struct {
		const char *name;
		char letter; /* of the bar */
		jscope_ns length_ns;
	} spans[JSCOPE_STRIP_MAX];
};

/* record: a notification or a request. Known instants only. */
void jscope_strip_make(const struct jscope_record *record, struct jscope_strip *ret_strip);

/* width letters, as many of each span as it has a share, at least one of each that there is; "" without spans. */
void jscope_strip_draw(const struct jscope_strip *strip, unsigned width, char *cells);

/* A stream's buffer at a position told, whose buffer_frames are known. */
struct jscope_ring {
	int64_t buffer_frames, period_frames; /* period 0 where unknown */
	int64_t device_frames;		      /* offset of the device */
	int64_t client_frames; /* offset up to which its client has come, -1 unknown */
	int64_t filled_frames; /* from the earlier to the later of them, 0 to buffer */
	bool is_capture;
};

void jscope_ring_make(const struct jscope_position *position, struct jscope_ring *ret_ring);

/*
 * cells: width characters and a NUL: '=' filled, '.' empty, 'D' the device, 'W' or 'R' where its
 * client writes or reads on, 'X' both. marks: '^' where a notification point lies.
 */
void jscope_ring_draw(const struct jscope_ring *ring, unsigned width, char *cells, char *marks);

#endif
