/*
 * The text report. On one screen: how it stands, an overview where there are several devices, and
 * panels of the most troubled. A verbose page has all of everything instead. Each part is drawn on
 * a page. One thread. Inside analysis/.
 */
#ifndef ANALYSIS_REPORT_TEXT_H
#define ANALYSIS_REPORT_TEXT_H

#include "page.h"
#include "report_rows.h"
#include "subject.h"

/* All of it on one screen; the foot is missing. */
void jscope__text_screen(struct jscope__page *page, const struct jscope_report *report,
			 const struct jscope__subjects *subjects);

/* How it stands, and how far that can be trusted. */
void jscope__text_head(const struct jscope__page *page, const struct jscope_report *report,
		       const struct jscope__subjects *subjects);

/* A line for each of the first few subjects, where there are several. */
void jscope__text_subjects(struct jscope__page *page, const struct jscope__subjects *subjects,
			   uint64_t folded);

/* One of them; the longest chains or requests, at most so many. */
void jscope__text_panel(struct jscope__page *page, const struct jscope__stream_row *row,
			unsigned worst_most);
void jscope__text_requests_panel(struct jscope__page *page, const struct jscope__device_row *row,
				 unsigned worst_most);

/* All of them. */
void jscope__text_streams(struct jscope__page *page, const struct jscope_report *report);
void jscope__text_requests(struct jscope__page *page, const struct jscope_report *report);

/* Tables of timers, interrupts, softirqs and wake-ups, each of at most so many rows; how many. */
void jscope__text_kernel(struct jscope__page *page, const struct jscope_report *report,
			 size_t most);
unsigned jscope__text_kernel_tables(const struct jscope_report *report);
/* The longest of all of them in one table; where that has no rows, in a sentence. */
void jscope__text_kernel_brief(struct jscope__page *page, const struct jscope_report *report,
			       size_t most);

#endif
