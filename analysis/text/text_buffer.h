/* The lines of a stream's buffer below its headroom in the text report. Inside analysis/. */
#ifndef ANALYSIS_TEXT_BUFFER_H
#define ANALYSIS_TEXT_BUFFER_H

#include "page.h"
#include "report_rows.h"

void jscope__text_buffer(const struct jscope__page *page, const struct jscope__stream_row *row);

#endif
