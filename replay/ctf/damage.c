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

void jscope__ctf_damage_add(struct jscope__ctf_damage *damage, const char *format, ...)
{
	char **sentence = &damage->sentences[damage->sentence_count];
	va_list arguments;

	damage->count++;
	if (damage->sentence_count == JSCOPE__CTF_DAMAGE_SENTENCES)
		return;
	va_start(arguments, format);
	if (vasprintf(sentence, format, arguments) >= 0) {
		damage->sentence_count++;
		controls_replace(*sentence);
	} else {
		*sentence = NULL;
	}
	va_end(arguments);
}

void jscope__ctf_damage_finish(struct jscope__ctf_damage *damage)
{
	for (unsigned i = 0; i < damage->sentence_count; i++)
		free(damage->sentences[i]);
	memset(damage, 0, sizeof *damage);
}
