/*
 * The rules R1..R94 that a notifying device, its driver and its clients obey (DOMAIN 7.5), and the
 * judge that applies them to a trace in one streaming pass.
 *
 * Per rule the judge says passed, violated (how often, and the first few with time, object and a
 * sentence), inconclusive (what it needed was lost from the trace), or not applicable (nothing in the
 * trace that it speaks of). One thread. State grows with the objects in flight, each table bounded
 * and its refusals counted.
 */
#ifndef ANALYSIS_RULES_H
#define ANALYSIS_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/timeline.h"

#define JSCOPE_RULE_COUNT      94 /* numbered from 1 */
#define JSCOPE_VIOLATIONS_KEPT 8  /* per rule; more are counted */
#define JSCOPE_FIGURES_KEPT    8  /* per rule; more are counted */

enum jscope_rule_class {
	JSCOPE_RULE_ERROR,   /* E */
	JSCOPE_RULE_WARNING, /* W */
	JSCOPE_RULE_METRIC,  /* M: a figure with a limit, judged in a named profile only */
};
/* "error", "warning", "metric". */
const char *jscope_rule_class_name(enum jscope_rule_class class);

/* Sets of limits and habits beside the documented contract. */
enum jscope_profile {
	JSCOPE_PROFILE_NONE,
	JSCOPE_PROFILE_HLK,
	JSCOPE_PROFILE_STRICT,
	JSCOPE_PROFILE_SYSVAD,
	JSCOPE_PROFILE_REACTOS,
	JSCOPE_PROFILE_COUNT
};
/* "hlk"; JSCOPE_PROFILE_NONE is "none". */
const char *jscope_profile_name(enum jscope_profile profile);

enum jscope_verdict {
	JSCOPE_VERDICT_NOT_APPLICABLE,
	JSCOPE_VERDICT_PASSED,
	JSCOPE_VERDICT_INCONCLUSIVE,
	JSCOPE_VERDICT_VIOLATED,
};
/* "not applicable", "passed", "inconclusive", "violated". */
const char *jscope_verdict_name(enum jscope_verdict verdict);

struct jscope_rule {
	unsigned number;
	enum jscope_rule_class class;
	const char *title; /* what must hold, one sentence */
	const char *basis; /* "documented, DOMAIN 1.5" */
};

/* number: 1 .. JSCOPE_RULE_COUNT. */
const struct jscope_rule *jscope_rule_describe(unsigned number);

struct jscope_violation {
	jscope_ns at_ns;
	enum jscope_rule_class class; /* may be milder than the rule's: E/W rules */
	char object[48];	      /* "dev1 stream 0x1" */
	char sentence[240];	      /* what happened, what should have, and why it matters */
};

struct jscope__wander_table;

/* A figure of one object where a rule tells several of them apart. */
struct jscope_figure {
	char object[48]; /* "dev1 stream 0x1" */
	char text[96];
	/* Of R94 what the writers tell beside it, else NULL. Borrowed from the judge. */
	const struct jscope__wander_table *wander;
};

struct jscope_rule_result {
	const struct jscope_rule *rule;
	enum jscope_verdict verdict;
	enum jscope_rule_class class; /* of the worst violation */
	uint64_t checked;	      /* how often it applied and could be judged */
	uint64_t violated;
	uint64_t inconclusive; /* how often it applied and could not be judged */
	char figure[96];       /* of a metric: "max 231 us of 4000 us"; "" without one */
	/* Each object's, the worst first, whose text is the figure above; 0 where the rule has no objects. */
	unsigned figures_kept;
	uint64_t figures_left_out;
	struct jscope_figure figures[JSCOPE_FIGURES_KEPT];
	unsigned kept;
	struct jscope_violation violations[JSCOPE_VIOLATIONS_KEPT]; /* the first ones */
};

struct jscope_judge;

/* Returns 0 or -ENOMEM. */
int jscope_judge_create(enum jscope_profile profile, struct jscope_judge **ret_judge);
void jscope_judge_destroy(struct jscope_judge *judge);

/* Where the trace goes: hand it to jscope_trace_replay(). */
const struct jscope_timeline_sink *jscope_judge_sink(struct jscope_judge *judge);

/* The trace is at its end; `partial`: it broke off before. Returns 0 or -ENOMEM. */
int jscope_judge_finish(struct jscope_judge *judge, bool partial);

/* After finish. Borrowed from the judge. */
const struct jscope_rule_result *jscope_judge_result(const struct jscope_judge *judge,
						     unsigned number);
/* What tables at their limit could not take; results are lower bounds then. */
uint64_t jscope_judge_refused(const struct jscope_judge *judge);

#endif
