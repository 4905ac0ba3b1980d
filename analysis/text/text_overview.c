/* One line for each stream and disk of a report that has several. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report_text.h"
#include "text_table.h"
#include "text_verdict.h"

#define OVERVIEW_MAX 8

struct overview_row {
	char name[JSCOPE__SUBJECT_NAME_SIZE];
	char note[JSCOPE__TROUBLE_TEXT_SIZE + 16];
};

static void row_fill(const struct jscope__subject *subject, struct overview_row *texts,
		     struct jscope__text_row *row)
{
	char trouble[JSCOPE__TROUBLE_TEXT_SIZE];

	jscope__subject_name(subject, texts->name);
	snprintf(texts->note, sizeof texts->note, "%-11s %s",
		 jscope__text_trouble(subject, trouble),
		 jscope__trust_name(jscope__hist_trust(subject->hist)));
	*row = (struct jscope__text_row){ .label = texts->name,
					  .hist = subject->hist,
					  .share = -1,
					  .note = texts->note,
					  .note_paint = subject->trouble >= JSCOPE__TROUBLE_LATE
								? jscope__text_trouble_paint(
									  subject->trouble)
								: JSCOPE__PAINT_FAINT };
}

void jscope__text_subjects(struct jscope__page *page, const struct jscope__subjects *subjects,
			   uint64_t folded)
{
	const size_t most = page->verbose ? SIZE_MAX : OVERVIEW_MAX;
	const size_t count = subjects->count < most ? subjects->count : most;
	struct jscope__text_row *rows = calloc(count + 1, sizeof rows[0]);
	struct overview_row *texts = calloc(count + 1, sizeof texts[0]);
	const uint64_t left = subjects->count - count + folded;

	if (rows && texts && subjects->count + folded > 1) {
		for (size_t i = 0; i < count; i++)
			row_fill(&subjects->list[i], &texts[i], &rows[i]);
		fputc('\n', page->stream);
		jscope__text_overview(page, "device", rows, count);
		if (left > 0)
			fprintf(page->stream, " + %" PRIu64 " more (-v shows them)\n", left);
	}
	free(rows);
	free(texts);
}
