#include "damage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names of files come from whoever made the trace, and sentences go to terminals. */
static void controls_replace(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/* One more of at most `max` sentences; where memory is short, none. */
__attribute__((format(printf, 4, 0))) static void
sentence_add(char **sentences, unsigned *count, unsigned max, const char *format, va_list arguments)
{
	if (*count == max)
		return;
	if (vasprintf(&sentences[*count], format, arguments) >= 0)
		controls_replace(sentences[(*count)++]);
	else
		sentences[*count] = NULL;
}

void jscope__ctf_damage_add(struct jscope__ctf_damage *damage, const char *format, ...)
{
	va_list arguments;

	damage->count++;
	va_start(arguments, format);
	sentence_add(damage->sentences, &damage->sentence_count, JSCOPE__CTF_DAMAGE_SENTENCES,
		     format, arguments);
	va_end(arguments);
}

void jscope__ctf_damage_remark(struct jscope__ctf_damage *damage, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	sentence_add(damage->remarks, &damage->remark_count, JSCOPE__CTF_DAMAGE_REMARKS, format,
		     arguments);
	va_end(arguments);
}

void jscope__ctf_damage_finish(struct jscope__ctf_damage *damage)
{
	for (unsigned i = 0; i < damage->sentence_count; i++)
		free(damage->sentences[i]);
	for (unsigned i = 0; i < damage->remark_count; i++)
		free(damage->remarks[i]);
	memset(damage, 0, sizeof *damage);
}
