/*
 * What the judge found, for people, programs and CI. All after jscope_judge_finish(); one thread.
 */
#ifndef ANALYSIS_CHECK_H
#define ANALYSIS_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/report.h"
#include "analysis/rules.h"
#include "replay/trace.h"

/* All of it borrowed. */
struct jscope_check {
	const struct jscope_judge *judge;
	const struct jscope_trace_info *info;
	enum jscope_profile profile;
	bool strict; /* warnings count as failures */
};

/* A violation of this class makes the check fail: errors, limits of a named profile, and with
 * `strict` warnings. */
bool jscope_check_is_failure(const struct jscope_check *check, enum jscope_rule_class class);
/* Does any rule fail? */
bool jscope_check_fails(const struct jscope_check *check);

/* Return 0, -ENOMEM or -EIO. */
int jscope_check_write_text(const struct jscope_check *check,
			    const struct jscope_report_style *style, FILE *stream);
int jscope_check_write_json(const struct jscope_check *check, FILE *stream);
int jscope_check_write_junit(const struct jscope_check *check, FILE *stream);

/* The reference page of the rules (docs/rules.md), in Markdown. */
void jscope_check_write_rules(FILE *stream);

#endif
