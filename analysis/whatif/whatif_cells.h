/* All periods of one stream, replayed; what is safe. Inside analysis/. */
#ifndef ANALYSIS_WHATIF_CELLS_H
#define ANALYSIS_WHATIF_CELLS_H

#include "whatif_rows.h"

/* Returns 0 or -ENOMEM. Only where there is something to replay. */
int jscope__whatif_stream_compute(const struct jscope_whatif *whatif,
				  struct jscope__whatif_stream *stream);

void jscope__whatif_stream_finish(struct jscope__whatif_stream *stream);

#endif
