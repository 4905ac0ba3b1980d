/*
 * The page on which the text report is drawn: a stream, its width, what its terminal can show, and
 * the small things that every part of the report writes. Inside analysis/.
 */
#ifndef ANALYSIS_PAGE_H
#define ANALYSIS_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/report.h"
#include "common/ns.h"

enum jscope__paint {
	JSCOPE__PAINT_NONE,
	JSCOPE__PAINT_STRONG,
	JSCOPE__PAINT_FAINT,
	JSCOPE__PAINT_GOOD,
	JSCOPE__PAINT_WARN,
	JSCOPE__PAINT_BAD,
	JSCOPE__PAINT_BAR,
};

struct jscope__page {
	FILE *stream;
	bool colour, utf8, verbose, plain;
	bool has_dashes;	 /* a percentile was told by "-" */
	unsigned columns;	 /* 80 .. 160 */
	jscope_ns late_bound_ns; /* as asked for, 0: by the period */
	jscope_ns begin_ns;	 /* where times on the page count from */
};

/* style may be NULL. UTF-8 is used where LC_CTYPE has it. */
void jscope__page_init(struct jscope__page *page, const struct jscope_report_style *style,
		       jscope_ns begin_ns, FILE *stream);

/* Start or, with PAINT_NONE, end a colour. Nothing where colour is not wanted. */
void jscope__page_paint(const struct jscope__page *page, enum jscope__paint paint);

/* A cleaned name, in at most `columns` (> 0), padded to them when `pad`. Returns those it took. */
unsigned jscope__page_name(const struct jscope__page *page, const char *name, unsigned columns,
			   bool pad);

/* The first of both where the terminal has UTF-8. */
const char *jscope__page_sign(const struct jscope__page *page, const char *utf8, const char *ascii);

/* Repeat a sign. */
void jscope__page_repeat(const struct jscope__page *page, const char *sign, unsigned count);

/* "1 chain", "2 chains"; thousands apart: "1 234 567". */
void jscope__page_count(const struct jscope__page *page, uint64_t count);

/* A title with a line to the right edge; `right` (ASCII, may be "") stands at its end. */
void jscope__page_title(const struct jscope__page *page, const char *title, const char *right);

/* One unit for many durations, so that their digits stand in line. */
struct jscope__scale {
	double ns;
	const char *unit;
	int decimals;
};

/* The smallest unit in which `digits` hold `max_ns` and a decimal: small figures keep theirs. */
struct jscope__scale jscope__scale_choose(jscope_ns max_ns, int digits);

#endif
