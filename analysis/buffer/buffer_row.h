/*
 * What a report knows of the buffer of one stream beside its headroom: margins, glitches by cause,
 * defects of its positions, the device's clock. Part of the row of a stream. Inside analysis/.
 */
#ifndef ANALYSIS_BUFFER_ROW_H
#define ANALYSIS_BUFFER_ROW_H

#include "buffer_clock.h"
#include "buffer_margin.h"
#include "replay/timeline.h"

/* Glitches that are kept with their times: the first ones. */
#define JSCOPE__GLITCHES_KEPT 64

struct jscope__kept_glitch {
	jscope_ns at_ns;
	enum jscope_cause cause;
	bool inferred;
};

struct jscope__defect_row {
	uint64_t count;
	jscope_ns first_ns;
	int64_t worst_frames; /* the largest error, with its sign */
};

/* All zero to begin. */
struct jscope__buffer_row {
	struct jscope__margin served, told; /* headroom when served; at told positions */
	uint64_t causes[JSCOPE_CAUSE_COUNT], inferred;
	unsigned kept_count;
	struct jscope__kept_glitch kept[JSCOPE__GLITCHES_KEPT];
	struct jscope__defect_row defects[JSCOPE_DEFECT_COUNT];
	struct jscope__buffer_clock clock;
};

void jscope__buffer_row_glitch(struct jscope__buffer_row *row, const struct jscope_glitch *glitch);
void jscope__buffer_row_defect(struct jscope__buffer_row *row,
			       const struct jscope_position_defect *defect);
void jscope__buffer_row_position(struct jscope__buffer_row *row,
				 const struct jscope_position *position);
void jscope__buffer_row_close(struct jscope__buffer_row *row);
void jscope__buffer_row_merge(struct jscope__buffer_row *row,
			      const struct jscope__buffer_row *from);
uint64_t jscope__buffer_row_defects(const struct jscope__buffer_row *row);

#endif
