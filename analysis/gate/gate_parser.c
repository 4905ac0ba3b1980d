#include "gate_parser.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

/* So much of the gate before the place is shown, and so much of it at all. */
#define BEFORE_MAX 60
#define SHOWN_MAX  100

int jscope__gate_refuse(const struct jscope__gate_parser *parser, const char *at,
			const char *format, ...)
{
	const size_t before = (size_t)(at - parser->text);
	const size_t shown = before < BEFORE_MAX ? before : BEFORE_MAX;
	char sentence[400], clean[SHOWN_MAX + 4];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	for (size_t i = 0; i <= SHOWN_MAX; i++) {
		clean[i] = at[(ptrdiff_t)i - (ptrdiff_t)shown];
		if (!clean[i])
			break;
		/* One column each, so that the mark stands where it should. */
		if (!isprint((unsigned char)clean[i]))
			clean[i] = '?';
	}
	clean[SHOWN_MAX] = '\0';
	jscope_error(-EINVAL, "--gate: %s", sentence);
	jscope_error(-EINVAL, "  %s", clean);
	return jscope_error(-EINVAL, "  %*s^", (int)shown, "");
}

void jscope__gate_blanks(struct jscope__gate_parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

bool jscope__gate_is_next(struct jscope__gate_parser *parser, const char *sign)
{
	jscope__gate_blanks(parser);
	return strncmp(parser->at, sign, strlen(sign)) == 0;
}

bool jscope__gate_take(struct jscope__gate_parser *parser, const char *sign)
{
	if (!jscope__gate_is_next(parser, sign))
		return false;
	parser->at += strlen(sign);
	return true;
}

int jscope__gate_expect(struct jscope__gate_parser *parser, const char *sign, const char *after)
{
	if (jscope__gate_take(parser, sign))
		return 0;
	return jscope__gate_refuse(parser, parser->at, "'%s' is missing after %s.", sign, after);
}

size_t jscope__gate_word_length(const char *at)
{
	size_t length = 0;

	if (isdigit((unsigned char)*at))
		return 0;
	while (isalnum((unsigned char)at[length]) || at[length] == '_')
		length++;
	return length;
}

/* A word of the grammar, and nothing longer. */
bool jscope__gate_take_word(struct jscope__gate_parser *parser, const char *word)
{
	jscope__gate_blanks(parser);
	if (jscope__gate_word_length(parser->at) != strlen(word) ||
	    !jscope__gate_is_next(parser, word))
		return false;
	parser->at += strlen(word);
	return true;
}

int jscope__gate_number(struct jscope__gate_parser *parser, double *ret_number)
{
	char *end;

	jscope__gate_blanks(parser);
	/* Neither "nan" nor "0x1" is a number to a person. */
	if (!isdigit((unsigned char)*parser->at) && *parser->at != '.')
		return jscope__gate_refuse(parser, parser->at, "A number is missing.");
	if (parser->at[0] == '0' && tolower((unsigned char)parser->at[1]) == 'x')
		return jscope__gate_refuse(parser, parser->at, "Numbers are decimal.");
	*ret_number = strtod(parser->at, &end);
	if (end == parser->at || !isfinite(*ret_number))
		return jscope__gate_refuse(parser, parser->at, "This is no number.");
	parser->at = end;
	return 0;
}
