/*
 * Figures of a stream in the text report beside its distributions: how its delays vary, what they
 * hid, and how its positions fare in the position test. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_METROLOGY_H
#define ANALYSIS_TEXT_METROLOGY_H

#include "page.h"
#include "report_rows.h"

/* All of it in a verbose report; else what fails of the position test, and mostly nothing. */
void jscope__text_metrology(const struct jscope__page *page, const struct jscope__stream_row *row);
/* What the latencies of a device hid, in a verbose report. */
void jscope__text_pace(const struct jscope__page *page, const struct jscope__device_row *row);

#endif
