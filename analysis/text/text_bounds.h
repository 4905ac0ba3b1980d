/*
 * What a table of the text report says below its rows where they may lack values: between what their
 * percentiles then lie. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_BOUNDS_H
#define ANALYSIS_TEXT_BOUNDS_H

#include "text_table.h"

/* A line for each strong row that may lack values; for every such row where all is asked for. */
void jscope__text_bounds(const struct jscope__page *page, const struct jscope__text_row *rows,
			 size_t count);

#endif
