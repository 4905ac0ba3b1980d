/* The text report on one screen: as much of each part as the others leave room for. */
#include <stdlib.h>

#include "report_text.h"

#define SCREEN_LINES 30
/* The longest chains that are told of at least. */
#define WORST_LEAST 3
/* Lines of a table beside its rows: an empty one, title and head. */
#define TABLE_LINES 3
/* Rows of each table at least, where there are several. */
#define ROWS_LEAST 3
/* Lines of the machine in a sentence, and the last one. */
#define MACHINE_LINES 2
#define FOOT_LINES    1

/* A part of the page that is drawn aside, to see how long it is. */
struct part {
	char *text;
	size_t size;
	FILE *before;
	bool had_dashes;
};

/* Where memory is short it goes to the page as it is. */
static void part_begin(struct jscope__page *page, struct part *part)
{
	*part = (struct part){ .before = page->stream, .had_dashes = page->has_dashes };
	page->stream = open_memstream(&part->text, &part->size);
	if (!page->stream)
		page->stream = part->before;
}

/* Lines that it takes. */
static unsigned part_end(struct jscope__page *page, struct part *part)
{
	unsigned lines = 0;

	if (page->stream == part->before)
		return 0;
	if (fclose(page->stream) == EOF)
		part->size = 0;
	page->stream = part->before;
	for (size_t i = 0; i < part->size; i++)
		lines += part->text[i] == '\n';
	return lines;
}

static void part_place(const struct jscope__page *page, struct part *part)
{
	if (part->text)
		fwrite(part->text, 1, part->size, page->stream);
	free(part->text);
}

static void part_drop(struct jscope__page *page, struct part *part)
{
	page->has_dashes = part->had_dashes;
	free(part->text);
}

static unsigned panel_draw(struct jscope__page *page, const struct jscope__subject *subject,
			   unsigned worst_most, struct part *part)
{
	part_begin(page, part);
	if (subject->stream)
		jscope__text_panel(page, subject->stream, worst_most);
	else
		jscope__text_requests_panel(page, subject->device, worst_most);
	return part_end(page, part);
}

/* The first panel is there in any case, if with fewer of the longest. Returns its lines. */
static unsigned first_panel(struct jscope__page *page, const struct jscope__subject *subject,
			    unsigned room)
{
	unsigned most = JSCOPE__WORST_COUNT, lines;
	struct part part;

	lines = panel_draw(page, subject, most, &part);
	while (lines > room && most > WORST_LEAST) {
		part_drop(page, &part);
		lines = panel_draw(page, subject, --most, &part);
	}
	part_place(page, &part);
	return lines;
}

/* Panels of the most troubled as long as they fit. Returns their lines. */
static unsigned panels_write(struct jscope__page *page, const struct jscope__subjects *subjects,
			     unsigned room)
{
	unsigned used = 0;

	if (subjects->count > 0)
		used = first_panel(page, &subjects->list[0], room);
	for (size_t i = 1; i < subjects->count; i++) {
		struct part part;
		const unsigned lines = panel_draw(page, &subjects->list[i], WORST_LEAST, &part);

		if (used + lines > room) {
			part_drop(page, &part);
			break;
		}
		part_place(page, &part);
		used += lines;
	}
	return used;
}

static unsigned room_after(unsigned used)
{
	return used < SCREEN_LINES ? SCREEN_LINES - used : 0;
}

/* How much the rest of the screen has for the rows of each of so many tables. */
static unsigned rows_most(unsigned used, unsigned tables)
{
	const unsigned room = room_after(used);

	return tables > 0 && room / tables > TABLE_LINES ? room / tables - TABLE_LINES : 0;
}

/* What the machine did: in one table beside panels and where there is no room for more. */
static void tables_write(struct jscope__page *page, const struct jscope_report *report,
			 bool has_panels, unsigned used)
{
	const unsigned most = rows_most(used, jscope__text_kernel_tables(report));

	if (has_panels || most < ROWS_LEAST)
		jscope__text_kernel_brief(page, report, rows_most(used, 1));
	else
		jscope__text_kernel(page, report, most);
}

void jscope__text_screen(struct jscope__page *page, const struct jscope_report *report,
			 const struct jscope__subjects *subjects)
{
	const unsigned tables = jscope__text_kernel_tables(report);
	const unsigned below = FOOT_LINES + (tables > 0 ? MACHINE_LINES : 0);
	struct part part;
	unsigned used;

	part_begin(page, &part);
	jscope__text_head(page, report, subjects);
	jscope__text_subjects(page, subjects, jscope__subjects_folded(report));
	used = part_end(page, &part);
	part_place(page, &part);
	used += panels_write(page, subjects, room_after(used + below));
	tables_write(page, report, subjects->count > 0, used + FOOT_LINES);
}
