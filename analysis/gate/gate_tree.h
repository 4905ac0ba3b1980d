/* A gate as it was parsed. Inside analysis/. */
#ifndef ANALYSIS_GATE_TREE_H
#define ANALYSIS_GATE_TREE_H

#include <stdint.h>

#include "analysis/gate.h"
#include "clean.h"

enum jscope__gate_figure {
	JSCOPE__GATE_QUANTILE,
	JSCOPE__GATE_MIN,
	JSCOPE__GATE_MAX,
	JSCOPE__GATE_COUNT
};

enum jscope__relation {
	JSCOPE__LESS,
	JSCOPE__AT_MOST,
	JSCOPE__GREATER,
	JSCOPE__AT_LEAST,
	JSCOPE__EQUAL,
	JSCOPE__UNEQUAL
};

/* figure RELATION offset + scale * baseline; times in ns. */
struct jscope__condition {
	char text[192]; /* as it was written, without blanks around it */
	enum jscope__gate_figure figure;
	double q;	  /* of a quantile, 0 .. 1 */
	char section[16]; /* "" where the name alone says it */
	char name[JSCOPE__NAME_SIZE];
	char owner[JSCOPE__NAME_SIZE]; /* "": each */
	enum jscope__relation relation;
	bool has_baseline;
	double scale, offset;
};

struct jscope_gate {
	unsigned count;
	struct jscope__condition conditions[JSCOPE_GATE_CONDITIONS_MAX];
};

#endif
