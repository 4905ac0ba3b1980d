/* The buffer of a stream in the text report: at most two lines, and only of what there is to say. */
#include "text_buffer.h"

#include <inttypes.h>
#include <string.h>

#include "text_line.h"

/* "late_wake" for people. */
static void words_of(char *name)
{
	for (; *name; name++)
		if (*name == '_')
			*name = ' ';
}

static double since_s(const struct jscope__page *page, jscope_ns at_ns)
{
	return (double)jscope_sub_sat(at_ns, page->begin_ns) / 1e9;
}

static void causes_write(const struct jscope__page *page, const struct jscope__buffer_row *buffer)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "glitches");
	char text[96];

	for (enum jscope_cause cause = 0; cause < JSCOPE_CAUSE_COUNT; cause++) {
		if (!buffer->causes[cause])
			continue;
		snprintf(text, sizeof text, "%s %" PRIu64, jscope_cause_name(cause),
			 buffer->causes[cause]);
		words_of(text);
		jscope__text_line_item(&line, "%s", text);
	}
	if (buffer->inferred) {
		snprintf(text, sizeof text, "inferred %" PRIu64, buffer->inferred);
		jscope__text_line_item(&line, "%s", text);
	}
	for (unsigned i = 0; i < buffer->kept_count && (i < 1 || page->verbose); i++) {
		snprintf(text, sizeof text, "%s at %+.6f s (%s)", i == 0 ? "first" : "next",
			 since_s(page, buffer->kept[i].at_ns),
			 jscope_cause_name(buffer->kept[i].cause));
		words_of(text);
		jscope__text_line_item(&line, "%s", text);
	}
	fputc('\n', page->stream);
}

static void clock_item(struct jscope__text_line *line, const struct jscope__buffer_clock *clock)
{
	char text[96], residual[JSCOPE_NS_TEXT_SIZE];
	struct jscope__clock_figures figures;

	if (!jscope__clock_figures(clock, &figures))
		return;
	snprintf(text, sizeof text, "drift %+.3f ppm", figures.drift_ppm);
	jscope__text_line_item(line, "%s", text);
	snprintf(text, sizeof text, "residual %s",
		 jscope_ns_format(residual, jscope_ns_of_real(figures.residual_ns)));
	jscope__text_line_item(line, "%s", text);
	snprintf(text, sizeof text, "%u epoch%s", clock->epochs, clock->epochs == 1 ? "" : "s");
	jscope__text_line_item(line, "%s", text);
}

static void defects_items(struct jscope__text_line *line, const struct jscope__buffer_row *buffer)
{
	char text[96];

	for (enum jscope_defect i = 0; i < JSCOPE_DEFECT_COUNT; i++) {
		const struct jscope__defect_row *row = &buffer->defects[i];

		if (!row->count)
			continue;
		snprintf(text, sizeof text, "%s %" PRIu64 " (first at %+.6f s)",
			 jscope_defect_name(i), row->count, since_s(line->page, row->first_ns));
		jscope__text_line_item(line, "%s", text);
	}
}

static void position_write(const struct jscope__page *page, const struct jscope__buffer_row *buffer)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "position");

	clock_item(&line, &buffer->clock);
	defects_items(&line, buffer);
	fputc('\n', page->stream);
}

static void steps_write(const struct jscope__page *page, const struct jscope__margin *margin)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "margin");
	char text[64];

	for (unsigned i = 0; i < JSCOPE__MARGIN_STEPS; i++) {
		if (!margin->steps[i])
			continue;
		if (i == 0)
			snprintf(text, sizeof text, "below 0 %%: %" PRIu64, margin->steps[i]);
		else
			snprintf(text, sizeof text, "from %u %%: %" PRIu64, 10 * (i - 1),
				 margin->steps[i]);
		jscope__text_line_item(&line, "%s", text);
	}
	if (margin->unsized) {
		snprintf(text, sizeof text, "of an unknown buffer: %" PRIu64, margin->unsized);
		jscope__text_line_item(&line, "%s", text);
	}
	fputc('\n', page->stream);
}

static void worst_write(const struct jscope__page *page, const struct jscope__margin *margin)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "seconds");
	char text[64];

	for (unsigned i = 0; i < margin->worst_count; i++) {
		jscope_ns begin_ns = jscope_muldiv(margin->worst[i].number, JSCOPE_NS_PER_SEC, 1);

		snprintf(text, sizeof text, "least %" PRId64 " frames at %+.1f s",
			 margin->worst[i].frames, since_s(page, begin_ns));
		jscope__text_line_item(&line, "%s", text);
	}
	fputc('\n', page->stream);
}

void jscope__text_buffer(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__buffer_row *buffer = &row->buffer;
	const struct jscope__margin *margin = jscope__headroom_margin(row);
	struct jscope__clock_figures figures;

	if (buffer->kept_count)
		causes_write(page, buffer);
	if (page->plain)
		return;
	if (jscope__buffer_row_defects(buffer) ||
	    (page->verbose && jscope__clock_figures(&buffer->clock, &figures)))
		position_write(page, buffer);
	if (page->verbose && margin->seconds) {
		steps_write(page, margin);
		worst_write(page, margin);
	}
}
