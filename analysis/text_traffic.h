/* Parts of the text report that tell how the requests of a device came and went. Inside analysis/. */
#ifndef ANALYSIS_TEXT_TRAFFIC_H
#define ANALYSIS_TEXT_TRAFFIC_H

#include "page.h"
#include "traffic.h"

/* Lines: batches and holds, and where the page is verbose shares of the time. */
void jscope__text_traffic(const struct jscope__page *page, const struct jscope__traffic *traffic);
/* The table of latencies by operation and size. */
void jscope__text_kinds(struct jscope__page *page, const struct jscope__traffic *traffic);

#endif
