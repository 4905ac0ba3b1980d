#include "text_taus.h"

#include <inttypes.h>

void jscope__text_taus_head(const struct jscope__page *page, int indent)
{
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream, "%*s%9s %9s %9s %9s %9s %9s %8s", indent, "", "tau", "MTIE", "TDEV",
		"ADEV", "MDEV", "windows", "skipped");
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc('\n', page->stream);
}

void jscope__text_taus_row(const struct jscope__page *page, int indent,
			   const struct jscope__wander_figures *figures)
{
	char tau[JSCOPE_NS_TEXT_SIZE], mtie[JSCOPE_NS_TEXT_SIZE], tdev[JSCOPE_NS_TEXT_SIZE] = "-";
	char adev[32] = "-", mdev[32] = "-";

	jscope_ns_format(tau, figures->tau_ns);
	jscope_ns_format(mtie, jscope_ns_of_real(figures->mtie_ns));
	if (figures->windows[JSCOPE__TDEV] > 0)
		jscope_ns_format(tdev, jscope_ns_of_real(figures->tdev_ns));
	if (figures->windows[JSCOPE__ADEV] > 0)
		snprintf(adev, sizeof adev, "%.3e", figures->adev);
	if (figures->windows[JSCOPE__TDEV] > 0)
		snprintf(mdev, sizeof mdev, "%.3e", figures->mdev);
	fprintf(page->stream, "%*s%9s %9s %9s %9s %9s %9" PRIu64 " %8" PRIu64 "\n", indent, "", tau,
		mtie, tdev, adev, mdev, figures->windows[JSCOPE__MTIE],
		figures->skipped[JSCOPE__MTIE]);
}
