/*
 * The table of MTIE, TDEV, ADEV and MDEV by tau in the texts of report and check. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_TAUS_H
#define ANALYSIS_TEXT_TAUS_H

#include "page.h"
#include "wander.h"

/* indent: columns before it. Windows and those skipped are those of MTIE. */
void jscope__text_taus_head(const struct jscope__page *page, int indent);
void jscope__text_taus_row(const struct jscope__page *page, int indent,
			   const struct jscope__wander_figures *figures);

#endif
