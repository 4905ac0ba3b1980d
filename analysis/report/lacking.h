/*
 * How far a single distribution can be trusted, by what it may lack. Inside analysis/; its threshold
 * stands in trust.c with the others.
 */
#ifndef ANALYSIS_LACKING_H
#define ANALYSIS_LACKING_H

#include "analysis/hist.h"
#include "analysis/report.h"

enum jscope_trust jscope__hist_trust(const struct jscope_hist *hist);

const char *jscope__trust_name(enum jscope_trust trust);

#endif
