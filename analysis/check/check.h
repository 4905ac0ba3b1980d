/* What the formats of a check share. Inside analysis/. */
#ifndef ANALYSIS_CHECK_PRIVATE_H
#define ANALYSIS_CHECK_PRIVATE_H

#include "analysis/check.h"

struct jscope__check_counts {
	unsigned verdicts[JSCOPE_VERDICT_VIOLATED + 1];
	unsigned failed;			   /* of those violated */
	unsigned violated[JSCOPE_RULE_METRIC + 1]; /* by the worst class */
};

struct jscope__check_counts jscope__check_count(const struct jscope_check *check);

/* Is this rule violated in a way that makes the check fail? */
bool jscope__check_rule_fails(const struct jscope_check *check,
			      const struct jscope_rule_result *result);

/* Seconds since the trace began. */
double jscope__check_seconds(const struct jscope_check *check, jscope_ns at_ns);

/* Room for a line that tells a figure, its NUL included. */
#define JSCOPE__FIGURE_SIZE 256

/*
 * Line `i`, from 0, of what a rule tells in figures: its figure, or where it tells several apart one
 * each with its object, and how many are left out. NULL behind the last one. Text of the trace is in
 * it as it is.
 */
const char *jscope__check_figure(const struct jscope_rule_result *result, unsigned i,
				 char line[JSCOPE__FIGURE_SIZE]);

#endif
