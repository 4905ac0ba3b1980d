/* Parts of the text report, each drawn on a page. Inside analysis/. */
#ifndef ANALYSIS_REPORT_TEXT_H
#define ANALYSIS_REPORT_TEXT_H

#include "page.h"
#include "report_rows.h"

void jscope__text_head(const struct jscope__page *page, const struct jscope_report *report);
void jscope__text_streams(struct jscope__page *page, const struct jscope_report *report);
void jscope__text_kernel(struct jscope__page *page, const struct jscope_report *report);

#endif
