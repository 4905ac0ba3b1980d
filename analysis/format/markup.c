#include "markup.h"

#include "clean.h"

static void character_write(FILE *stream, const char *text, size_t size)
{
	switch (*text) {
	case '&':
		fputs("&amp;", stream);
		break;
	case '<':
		fputs("&lt;", stream);
		break;
	case '>':
		fputs("&gt;", stream);
		break;
	case '"':
		fputs("&quot;", stream);
		break;
	default:
		fwrite(text, 1, size, stream);
	}
}

void jscope__markup_write(FILE *stream, const char *text, unsigned characters)
{
	uint32_t character;

	for (size_t size; *text; text += size) {
		size = jscope__character_decode(text, &character);
		if (characters-- == 0) {
			fputs("\u2026", stream);
			return;
		}
		character_write(stream, text, size);
	}
}
