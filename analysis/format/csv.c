#include "csv.h"

#include <string.h>

void jscope__csv_text(FILE *stream, const char *text)
{
	const char *guard = *text && strchr("=+-@", *text) ? "'" : "";

	if (!strpbrk(text, ",\"\r\n")) {
		fprintf(stream, "%s%s", guard, text);
		return;
	}
	fprintf(stream, "\"%s", guard);
	for (; *text; text++)
		fputs(*text == '"' ? "\"\"" : (char[]){ *text, '\0' }, stream);
	fputc('"', stream);
}
