/* Parts of the text report that tell how the requests of a device came and went. Inside analysis/. */
#ifndef ANALYSIS_TEXT_TRAFFIC_H
#define ANALYSIS_TEXT_TRAFFIC_H

#include "page.h"
#include "traffic.h"

/* Lines of when the device took no requests; the same behind shares of the time and batches. */
void jscope__text_holds(const struct jscope__page *page, const struct jscope__traffic *traffic);
void jscope__text_traffic(const struct jscope__page *page, const struct jscope__traffic *traffic);
/* The table of latencies by operation and size. */
void jscope__text_kinds(struct jscope__page *page, const struct jscope__traffic *traffic);

#endif
