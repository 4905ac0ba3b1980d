#include "page.h"

#include <inttypes.h>
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "clean.h"

#define COLUMNS_MIN 80
#define COLUMNS_MAX 160

void jscope__page_init(struct jscope__page *page, const struct jscope_report_style *style,
		       jscope_ns begin_ns, FILE *stream)
{
	unsigned columns = style && style->columns ? style->columns : 80;

	*page = (struct jscope__page){ .stream = stream, .begin_ns = begin_ns };
	page->colour = style && style->colour;
	page->verbose = style && style->verbose;
	page->plain = style && style->plain;
	page->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	page->columns = columns;
	if (page->columns < COLUMNS_MIN)
		page->columns = COLUMNS_MIN;
	if (page->columns > COLUMNS_MAX)
		page->columns = COLUMNS_MAX;
}

void jscope__page_paint(const struct jscope__page *page, enum jscope__paint paint)
{
	static const char *const codes[] = { "0", "1", "2", "1;32", "1;33", "1;31", "36" };

	if (page->colour)
		fprintf(page->stream, "\033[%sm", codes[paint]);
}

/* Where the terminal has ASCII only, other characters become "?". */
static void character_write(const struct jscope__page *page, const char *text, size_t size)
{
	if (size > 1 && !page->utf8)
		fputc('?', page->stream);
	else
		fwrite(text, 1, size, page->stream);
}

/* Columns of a character, one when it is only stood for. */
static unsigned columns_shown(const struct jscope__page *page, uint32_t character)
{
	return page->utf8 || character < 0x80 ? jscope__character_columns(character) : 1;
}

static unsigned name_columns(const struct jscope__page *page, const char *name)
{
	unsigned columns = 0;
	uint32_t character;

	while (*name) {
		name += jscope__character_decode(name, &character);
		columns += columns_shown(page, character);
	}
	return columns;
}

unsigned jscope__page_name(const struct jscope__page *page, const char *name, unsigned columns,
			   bool pad)
{
	bool fits = name_columns(page, name) <= columns;
	unsigned used = 0;
	uint32_t character;

	for (size_t size; *name; name += size) {
		size = jscope__character_decode(name, &character);
		if (used + columns_shown(page, character) + !fits > columns)
			break;
		character_write(page, name, size);
		used += columns_shown(page, character);
	}
	if (!fits) {
		fputc('~', page->stream);
		used++;
	}
	if (pad)
		jscope__page_repeat(page, " ", columns - used);
	return used;
}

const char *jscope__page_sign(const struct jscope__page *page, const char *utf8, const char *ascii)
{
	return page->utf8 ? utf8 : ascii;
}

void jscope__page_repeat(const struct jscope__page *page, const char *sign, unsigned count)
{
	while (count-- > 0)
		fputs(sign, page->stream);
}

static void grouped_write(const struct jscope__page *page, uint64_t count)
{
	if (count < 1000) {
		fprintf(page->stream, "%" PRIu64, count);
		return;
	}
	grouped_write(page, count / 1000);
	fprintf(page->stream, ",%03" PRIu64, count % 1000);
}

void jscope__page_count(const struct jscope__page *page, uint64_t count)
{
	grouped_write(page, count);
}

void jscope__page_title(const struct jscope__page *page, const char *title, const char *right)
{
	const char *line = jscope__page_sign(page, "\u2500", "-");
	unsigned right_columns = *right ? (unsigned)strlen(right) + 4 : 0;
	unsigned used;

	fprintf(page->stream, "%s%s ", line, line);
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	used = jscope__page_name(page, title, page->columns - right_columns - 6, false);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc(' ', page->stream);
	jscope__page_repeat(page, line, page->columns - 4 - used - right_columns);
	if (*right)
		fprintf(page->stream, " %s %s%s", right, line, line);
	fputc('\n', page->stream);
}

/* Digits before the point of a figure that will be rounded. */
static int digits_before(double figure)
{
	int digits = 1;

	for (; figure >= 9.9995; figure /= 10)
		digits++;
	return digits;
}

struct jscope__scale jscope__scale_choose(jscope_ns max_ns, int digits)
{
	static const struct jscope__scale units[] = {
		{ 1, "ns", 0 }, { 1e3, "us", 3 }, { 1e6, "ms", 3 }, { 1e9, "s", 3 }
	};
	double max = fabs((double)max_ns);
	struct jscope__scale scale;
	size_t i = 0;
	int before;

	if (max >= 1e3)
		for (i = 1; i < 3 && digits_before(max / units[i].ns) >= digits; i++)
			;
	scale = units[i];
	before = digits_before(max / scale.ns);
	if (scale.decimals > digits - before)
		scale.decimals = digits > before ? digits - before : 0;
	return scale;
}
