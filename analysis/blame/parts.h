/* The parts of a chain, one behind the other, each with its stage and culprit. Inside analysis/. */
#ifndef ANALYSIS_PARTS_H
#define ANALYSIS_PARTS_H

#include "culprit.h"

/* Notifications have those of enum jscope_stage, requests and clients' answers the ones from here on. */
enum {
	JSCOPE__STAGE_SUBMIT = JSCOPE_STAGE_COUNT,
	JSCOPE__STAGE_DEVICE,
	JSCOPE__STAGE_COMPLETE,
	JSCOPE__STAGE_REQUEST_WAKE,
	JSCOPE__STAGE_REQUEST_UNEXPLAINED,
	JSCOPE__STAGE_SERVICE,
	JSCOPE__STAGE_ANY_COUNT
};

/* "wake", "submit". */
const char *jscope__any_stage_name(unsigned stage);

struct jscope__part {
	unsigned stage;
	struct jscope__culprit culprit;
	jscope_ns begin_ns, length_ns; /* length < 0 only where the instants are out of order */
};

#define JSCOPE__PARTS_MAX   256
#define JSCOPE__PARTS_ORDER 192 /* so many in order; then each joins one of its stage and culprit */

struct jscope__parts {
	unsigned count;
	/* In order of their begin; beyond JSCOPE__PARTS_ORDER later times are added to earlier ones. */
	struct jscope__part part[JSCOPE__PARTS_MAX];
	jscope_ns total_ns; /* from the first instant to the last: the sum of all */
};

/* Behind those that there are; what goes on with the last one prolongs it. */
void jscope__part_add(struct jscope__parts *parts, unsigned stage, struct jscope__culprit culprit,
		      jscope_ns begin_ns, jscope_ns end_ns);
void jscope__part_add_unknown(struct jscope__parts *parts, unsigned stage,
			      enum jscope__unknown unknown, jscope_ns begin_ns, jscope_ns end_ns);

/* The culprit that has most of some parts, and how much in all; length 0 where there are none. */
struct jscope__part jscope__parts_most(const struct jscope__part *parts, unsigned count);

#endif
