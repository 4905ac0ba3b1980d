/* How the requests of a device came and went: lines and tables of its part of the page. */
#include "text_traffic.h"

#include <inttypes.h>

#include "text_line.h"
#include "text_table.h"

static double percent(uint64_t part, uint64_t whole)
{
	return 100 * (double)part / (double)whole;
}

static void shares_write(const struct jscope__page *page, const struct jscope__traffic *traffic)
{
	const uint64_t span_ns = jscope__traffic_span_ns(traffic);
	char name[JSCOPE__CLASS_TEXT_SIZE];
	const char *before = " of the time outstanding ";

	for (unsigned i = 0; i < JSCOPE__DEPTH_CLASSES; i++) {
		if (traffic->depth_ns[i] == 0)
			continue;
		fprintf(page->stream, "%s%s: %.1f %%", before, jscope__depth_name(name, i),
			percent(traffic->depth_ns[i], span_ns));
		before = ", ";
	}
	if (before[0] == ',')
		fputc('\n', page->stream);
}

static void batches_write(const struct jscope__page *page, const struct jscope__traffic *traffic)
{
	const uint64_t count = jscope__traffic_batch_count(traffic);
	char name[JSCOPE__CLASS_TEXT_SIZE];

	if (count == 0)
		return;
	fprintf(page->stream, " completed per interrupt: %.2f on average, at most %u",
		(double)jscope__traffic_batched(traffic) / (double)count, traffic->batch_max);
	for (unsigned size = 1; size <= JSCOPE__BATCH_SIZES; size++)
		if (jscope__traffic_batches(traffic, size) > 0)
			fprintf(page->stream, ", %s: %.1f %%", jscope__batch_name(name, size),
				percent(jscope__traffic_batches(traffic, size), count));
	if (traffic->batch_unknown > 0)
		fprintf(page->stream, ", %" PRIu64 " unknown", traffic->batch_unknown);
	fputc('\n', page->stream);
}

static void holds_write(const struct jscope__page *page, const char *name,
			const struct jscope__holds *holds)
{
	char total[JSCOPE_NS_TEXT_SIZE], longest[JSCOPE_NS_TEXT_SIZE];
	struct jscope__text_line line;

	if (!jscope__holds_are_known(holds))
		return;
	line = jscope__text_line_begin(page, "held");
	jscope__text_line_item(&line, "%s %" PRIu64 " time%s", name, holds->count,
			       holds->count == 1 ? "" : "s");
	jscope__text_line_item(
		&line, "%s in all, at most %s",
		jscope_ns_format(total, jscope_ns_of_real((double)holds->total_ns)),
		jscope_ns_format(longest, jscope_ns_of_real((double)holds->longest_ns)));
	jscope__text_line_item(&line, "with %" PRIu64 " requests", holds->held);
	if (holds->outlasting > 0)
		jscope__text_line_item(&line, "%" PRIu64 " of them until after its end",
				       holds->outlasting);
	if (holds->cut > 0)
		jscope__text_line_item(&line, "%" PRIu64 " more are cut", holds->cut);
	jscope__text_line_end(&line);
}

void jscope__text_holds(const struct jscope__page *page, const struct jscope__traffic *traffic)
{
	static const char *const names[JSCOPE_HOLD_KIND_COUNT] = { "link down", "reset", "paused" };

	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		holds_write(page, names[kind], &traffic->holds[kind]);
	if (traffic->resets_detected > 0)
		fprintf(page->stream, " resets detected: %" PRIu64 "\n", traffic->resets_detected);
}

void jscope__text_traffic(const struct jscope__page *page, const struct jscope__traffic *traffic)
{
	shares_write(page, traffic);
	batches_write(page, traffic);
	jscope__text_holds(page, traffic);
}

void jscope__text_kinds(struct jscope__page *page, const struct jscope__traffic *traffic)
{
	struct jscope__text_row rows[JSCOPE__KINDS + 1];
	char labels[JSCOPE__KINDS][24];

	for (unsigned i = 0; i < JSCOPE__KINDS; i++) {
		snprintf(labels[i], sizeof labels[i], "%s %s",
			 jscope__op_name(i / JSCOPE__SIZE_COUNT),
			 jscope__size_name(i % JSCOPE__SIZE_COUNT));
		rows[i] = (struct jscope__text_row){ .label = labels[i],
						     .hist = traffic->kinds[i],
						     .share = -1 };
	}
	rows[JSCOPE__KINDS] = (struct jscope__text_row){ .label = "all others",
							 .hist = traffic->kinds_other,
							 .share = -1 };
	jscope__text_table(page, "latency of", rows, JSCOPE__KINDS + 1);
}
