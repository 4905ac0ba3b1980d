/*
 * The longest chains or requests in the text report: how long, when, and which stage was to blame.
 * One thread. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_WORST_H
#define ANALYSIS_TEXT_WORST_H

#include "analysis/hist.h"
#include "page.h"
#include "worst.h"

struct jscope__text_worst_kind {
	const char *what; /* before the number: "point" */
	const char *(*name)(unsigned stage);
	struct jscope_hist *const *usual; /* of its stages */
	unsigned first, end;		  /* those that may be to blame */
};

/* The first `most`, a line each, times counted from the beginning of the trace. */
void jscope__text_worst(const struct jscope__page *page, const struct jscope__worst *worst,
			const struct jscope__text_worst_kind *kind, unsigned most);

const char *jscope__text_chain_stage(unsigned stage);
const char *jscope__text_request_stage(unsigned stage);

#endif
