/*
 * What-if: the lateness of a recording, replayed through another geometry of the buffer, other work
 * of the client, or with a stage capped: how often the device would have run out, how close it would
 * have come, and the smallest buffer that is safe. Filled through the sink while a trace is replayed,
 * then computed once and written. One thread.
 *
 * Nothing that is replayed has an effect on what made the recording late (open loop): a program that
 * wakes more often loads its machine more, and that is not in the figures.
 */
#ifndef ANALYSIS_WHATIF_H
#define ANALYSIS_WHATIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/report.h"
#include "replay/timeline.h"
#include "replay/trace.h"

/* Values of each list, and periods that a buffer may have. */
#define JSCOPE_WHATIF_LIST_MAX	 16
#define JSCOPE_WHATIF_BUFFER_MAX 64

/* Frames of a period. */
#define JSCOPE_WHATIF_PERIOD_MAX 16777216

/* Chains kept where nobody says how many, of all streams together: 42 MB. */
#define JSCOPE_WHATIF_CHAINS (1u << 19)

#define JSCOPE_WHATIF_STREAMS 64

struct jscope_whatif_settings {
	uint32_t periods[JSCOPE_WHATIF_LIST_MAX]; /* frames; none: as recorded */
	size_t period_count;
	uint32_t buffers[JSCOPE_WHATIF_LIST_MAX]; /* periods; none: as recorded */
	size_t buffer_count;
	/* No delay of that stage is longer; UNKNOWN: as recorded. `unexplained` has none. */
	jscope_ns cap_ns[JSCOPE_STAGE_COUNT];
	jscope_ns work_ns;   /* of the client, from waking to answering; UNKNOWN: as recorded */
	bool work_per_frame; /* as recorded, in proportion to the period */
	double rate_per_s;   /* glitches that are bearable */
	const char *rate;    /* the same as it was given, "1/h"; borrowed */
	size_t chain_max;
	/* Of streams of sound cards of which the trace does not tell it; 0: unknown. Their client
	 * then answers as soon as it runs. */
	uint32_t geometry_period, geometry_buffer, geometry_rate_hz;
};

/* No list, nothing capped, one glitch an hour, JSCOPE_WHATIF_CHAINS. */
void jscope_whatif_settings_init(struct jscope_whatif_settings *settings);

struct jscope_whatif;

/* settings: copied. Returns 0 or -ENOMEM. */
int jscope_whatif_create(const struct jscope_whatif_settings *settings,
			 struct jscope_whatif **ret_whatif);
void jscope_whatif_destroy(struct jscope_whatif *whatif);

/* Where jscope_trace_replay() delivers. Owned by the object. */
const struct jscope_timeline_sink *jscope_whatif_sink(struct jscope_whatif *whatif);

/* After the replay: compute all cells. Borrows info. Returns 0 or -ENOMEM. */
int jscope_whatif_finish(struct jscope_whatif *whatif, const struct jscope_trace_info *info);

/* Not all that was recorded could be used, or no stream has a buffer. */
bool jscope_whatif_is_degraded(const struct jscope_whatif *whatif);

/* After finish. Return 0, -EIO or -ENOMEM. */
int jscope_whatif_write_text(const struct jscope_whatif *whatif,
			     const struct jscope_report_style *style, FILE *stream);
int jscope_whatif_write_json(const struct jscope_whatif *whatif, FILE *stream);

#endif
