/*
 * The buffer to use: what a person wants of all the cells, so that it stands first. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_ADVICE_H
#define ANALYSIS_WHATIF_ADVICE_H

#include "whatif_rows.h"

struct jscope__advice {
	const struct jscope__whatif_period *period; /* NULL: no period has a buffer that is safe */
	unsigned periods;			    /* of the buffer */
	/* The rate asked for is kept with 95 %; else it is only what is to be expected. */
	bool is_sure;
};

/*
 * Of the periods that were asked for: a recorded one before an extrapolated one, one that is sure before
 * one that is likely, and then the one with the least latency.
 */
struct jscope__advice jscope__advice_find(const struct jscope__whatif_stream *stream);

#endif
