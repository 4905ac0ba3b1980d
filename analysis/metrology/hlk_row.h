/*
 * What the position test would say of one stream (hlk.h): each figure at its worst, held against its
 * limit. Part of the row of a stream; one thread. Inside analysis/. Memory is taken with the first
 * position.
 */
#ifndef ANALYSIS_HLK_ROW_H
#define ANALYSIS_HLK_ROW_H

#include "hlk.h"
#include "replay/timeline.h"

struct jscope__hlk_score {
	uint64_t checked, exceeded; /* windows, epochs or starts */
	double worst;		    /* the one of the largest magnitude, with its sign */
};

/* All zero to begin. */
struct jscope__hlk_row {
	struct jscope__hlk *series; /* owned */
	struct jscope__hlk_score scores[JSCOPE__HLK_FIGURES];
	uint64_t left_out; /* positions for which there was no memory */
};

/* A position of a stream that the test is made for. */
void jscope__hlk_row_position(struct jscope__hlk_row *row, const struct jscope_position *position);
/* Something was lost: what comes next need not follow. */
void jscope__hlk_row_break(struct jscope__hlk_row *row);
/* After the last one. */
void jscope__hlk_row_close(struct jscope__hlk_row *row);
void jscope__hlk_row_finish(struct jscope__hlk_row *row);

/* Is there a figure; does one fail; does one warn? */
bool jscope__hlk_row_is_told(const struct jscope__hlk_row *row);
bool jscope__hlk_row_fails(const struct jscope__hlk_row *row);
bool jscope__hlk_row_warns(const struct jscope__hlk_row *row);

#endif
