/*
 * Figures of a stream in the text report that are made of its distributions: how its delays vary,
 * what they hid, and how its positions fare in the position test. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_METROLOGY_H
#define ANALYSIS_TEXT_METROLOGY_H

#include "page.h"
#include "report_rows.h"

/* All of it in a verbose report; else a line for what failed, and nothing where nothing did. */
void jscope__text_metrology(const struct jscope__page *page, const struct jscope__stream_row *row);
/* What the latencies of a device hid, in a verbose report. */
void jscope__text_pace(const struct jscope__page *page, const struct jscope__device_row *row);

#endif
