#include "text_worst.h"

#include <inttypes.h>

#include "report_rows.h"
#include "text_line.h"

const char *jscope__text_chain_stage(unsigned stage)
{
	return jscope_stage_name((enum jscope_stage)stage);
}

const char *jscope__text_request_stage(unsigned stage)
{
	return jscope__request_stage_name((enum jscope__request_stage)stage);
}

/* "3.001 ms in queue (p50 4.500 us)": that is long, since it is seldom so. */
static void blame_write(struct jscope__text_line *line, const struct jscope__worst_one *one,
			const struct jscope__text_worst_kind *kind)
{
	const unsigned stage = jscope__worst_blamed(one, kind->usual, kind->first, kind->end);
	char took[JSCOPE_NS_TEXT_SIZE], usual[JSCOPE_NS_TEXT_SIZE], text[96];
	int used;

	if (stage == kind->end)
		return;
	used = snprintf(text, sizeof text, "%s in %s", jscope_ns_format(took, one->stage_ns[stage]),
			kind->name(stage));
	if (jscope_hist_has_quantile(kind->usual[stage], 0.5))
		snprintf(text + used, sizeof text - (size_t)used, " (p50 %s)",
			 jscope_ns_format(usual, jscope_hist_quantile(kind->usual[stage], 0.5)));
	/* What is usual is not worth a line of its own. */
	if (!jscope__text_line_has_room(line, text))
		text[used] = '\0';
	jscope__text_line_item(line, "%s", text);
}

void jscope__text_worst(const struct jscope__page *page, const struct jscope__worst *worst,
			const struct jscope__text_worst_kind *kind, unsigned most)
{
	char length[JSCOPE_NS_TEXT_SIZE];

	for (unsigned i = 0; i < worst->count && i < most; i++) {
		const struct jscope__worst_one *one = &worst->ones[i];
		struct jscope__text_line line = jscope__text_line_begin(page, i ? "" : "worst");

		jscope__text_line_item(&line, "%-8s at %+.6f s",
				       jscope_ns_format(length, one->length_ns),
				       (double)jscope_sub_sat(one->first_ns, page->begin_ns) / 1e9);
		jscope__text_line_item(&line, "%s %" PRIu64, kind->what, one->id);
		blame_write(&line, one, kind);
		jscope__text_line_end(&line);
	}
}
