#include "common/error.h"

#include <stdarg.h>
#include <string.h>

static _Thread_local struct {
	unsigned count;
	char text[JSCOPE_ERROR_MAX][JSCOPE_ERROR_TEXT_MAX];
} errors;

int jscope_error(int error, const char *format, ...)
{
	va_list arguments;

	if (errors.count == JSCOPE_ERROR_MAX)
		return error;
	va_start(arguments, format);
	vsnprintf(errors.text[errors.count++], JSCOPE_ERROR_TEXT_MAX, format, arguments);
	va_end(arguments);
	return error;
}

const char *jscope_error_sentence(unsigned index)
{
	return index < errors.count ? errors.text[index] : NULL;
}

void jscope_error_print(FILE *stream, int error)
{
	if (errors.count == 0)
		fprintf(stream, "jitterscope: %s\n", strerror(-error));
	for (unsigned i = 0; i < errors.count; i++)
		fprintf(stream, "jitterscope: %s\n", errors.text[i]);
	jscope_error_clear();
}

void jscope_error_clear(void)
{
	errors.count = 0;
}
