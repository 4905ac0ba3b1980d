/*
 * When the device reached its points, where the trace does not say: the grid of its period under the
 * earliest of its interrupts. Of the lateness of an interrupt only what is above the best one is then
 * known. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_DUE_H
#define ANALYSIS_WHATIF_DUE_H

#include "whatif_delays.h"

/* Sets at[JSCOPE_DUE] and the point of each chain. The chains are in the order of their instants. */
void jscope__due_estimate(struct jscope__delays *series);

#endif
