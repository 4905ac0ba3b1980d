/*
 * What the long delays of a recording are: drawn for their points, or stalls in time.
 *
 * A stall (the CPU was taken, nothing ran) does not choose whom it meets. In the share of all time that
 * the client works in, it meets its work, which then takes that much longer. So where long delays are
 * stalls, works are as long as often as that share says; where they belong to their points, works are
 * not. That can be told where there are enough of them. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_NATURE_H
#define ANALYSIS_WHATIF_NATURE_H

#include "whatif_delays.h"

/* Delays above this are long. */
static inline jscope_ns jscope__stall_ns(const struct jscope__delays *series)
{
	return series->period_ns / 4;
}

/* Whether someone waits for the CPU in the delay up to that instant. */
static inline bool jscope__nature_stalls(enum jscope_instant to)
{
	return to == JSCOPE_IRQ || to == JSCOPE_DEFERRED || to == JSCOPE_RUN;
}

/* Of a series whose draws and medians are known. */
enum jscope__nature jscope__nature_find(const struct jscope__delays *series);

#endif
