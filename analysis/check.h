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

#endif
