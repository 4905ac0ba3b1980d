/*
 * Two sides of reports beside each other: which figure moved from A, the baseline, to B, by how much,
 * and how sure that is; and whether B, or B against A, keeps to a gate (analysis/gate.h).
 *
 * Each side is one run or several. Distributions of the same device, stream and name are pooled over
 * the runs of a side. Of each a few percentiles are compared; the interval of a difference is that
 * of all of them together: of reports in which nothing moved at most 3 in 100 name anything. One
 * thread.
 */
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/gate.h"
#include "analysis/report.h"

enum jscope_side { JSCOPE_SIDE_A, JSCOPE_SIDE_B, JSCOPE_SIDE_COUNT };

#define JSCOPE_COMPARE_RUNS_MAX 16 /* of one side */

struct jscope_compare;

int jscope_compare_create(struct jscope_compare **ret_compare);
/* NULL is allowed. */
void jscope_compare_destroy(struct jscope_compare *compare);

/*
 * Add a run. report: finished, and made with jscope_report_keep_order(); it is the comparison's from
 * here on, also where this fails. Returns 0, -ENOMEM, -E2BIG (too many runs).
 */
int jscope_compare_add(struct jscope_compare *compare, enum jscope_side side,
		       struct jscope_report *report);

/*
 * What side A calls `a` is what side B calls `b`: a device, stream, interrupt line or thread. What
 * else is called `b` in A makes way for it. Before finish; names are borrowed until then. Returns 0,
 * -E2BIG (too many), -EEXIST (either name has its counterpart already).
 */
#define JSCOPE_COMPARE_SAME_MAX 16
int jscope_compare_add_same(struct jscope_compare *compare, const char *a, const char *b);

/*
 * What a change must have to matter, both of them; the ratio is to the percentile of side A. Changes
 * that are shown to be less are slight. All zero, as in the beginning: nothing is.
 */
struct jscope_smallest {
	jscope_ns ns;
	double ratio;
};
void jscope_compare_set_smallest(struct jscope_compare *compare, struct jscope_smallest smallest);

/*
 * After the last run: compare, where A has any, and judge the gate, which may be NULL.
 * gate: borrowed, outlives the comparison. Returns 0 or -ENOMEM.
 */
int jscope_compare_finish(struct jscope_compare *compare, const struct jscope_gate *gate);

/* All after finish. The least trusted of all runs. */
enum jscope_trust jscope_compare_trust(const struct jscope_compare *compare);

/* How a figure stands. */
enum jscope_standing {
	JSCOPE_STANDING_MOVED,
	JSCOPE_STANDING_FOLLOWS, /* it moved, and has in it something that moved */
	JSCOPE_STANDING_SLIGHT,	 /* it moved, by less than matters */
	JSCOPE_STANDING_STILL,	 /* no shift shown */
	JSCOPE_STANDING_UNKNOWN, /* too few values, or in too few blocks */
	JSCOPE_STANDING_ONLY_A,	 /* the other side has none */
	JSCOPE_STANDING_ONLY_B,
	JSCOPE_STANDING_COUNT
};
/* "moved", "follows", "slight", "still", "unknown", "only_a", "only_b". */
const char *jscope_standing_name(enum jscope_standing standing);

/* How many figures stand so. */
unsigned jscope_compare_count(const struct jscope_compare *compare, enum jscope_standing standing);

/* A figure by its number, from 0; false behind the last. Strings are borrowed. */
struct jscope_figure_standing {
	const char *section, *device, *stream, *name;
	enum jscope_standing standing;
	double detectable_ratio; /* the least growth of the whole that would have been seen; 0: unknown */
};
bool jscope_compare_figure(const struct jscope_compare *compare, unsigned index,
			   struct jscope_figure_standing *ret_figure);

/* Conditions of the gate with this verdict. */
unsigned jscope_compare_verdicts(const struct jscope_compare *compare,
				 enum jscope_gate_verdict verdict);

/* Return 0, -ENOMEM or -EIO. JUnit tells the gate alone. */
int jscope_compare_write_text(const struct jscope_compare *compare,
			      const struct jscope_report_style *style, FILE *stream);
int jscope_compare_write_json(const struct jscope_compare *compare, FILE *stream);
int jscope_compare_write_junit(const struct jscope_compare *compare, FILE *stream);

#endif
