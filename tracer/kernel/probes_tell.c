#include "probes_tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void jscope__kernel_probes_tell(const struct jscope__kernel_probes_settings *settings,
				const char *format, ...)
{
	char sentence[320];
	va_list arguments;

	if (!settings->tell)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	settings->tell(settings->state, sentence);
}

bool jscope__kernel_program_is_of(const char *program, const char *noun)
{
	const size_t length = strlen(noun);

	return strncmp(program, noun, length) == 0 && strncmp(program + length, "__", 2) == 0;
}
