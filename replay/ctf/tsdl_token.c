#include "tsdl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"

#define SENTENCE_BYTES	384
#define FOUND_BYTES_MAX 40

/* Nothing more is read after an error: the end follows. */
static int fail(struct jscope__tsdl_parser *parser, int error)
{
	parser->error = error;
	parser->next = parser->end;
	parser->token.kind = JSCOPE__TSDL_END;
	return error;
}

/* Strings of the text may hold what moves a terminal's cursor. */
static void disarm(char *sentence)
{
	for (; *sentence; sentence++)
		if ((unsigned char)*sentence < ' ' || *sentence == 127)
			*sentence = '?';
}

int jscope__tsdl_refuse(struct jscope__tsdl_parser *parser, unsigned line, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list arguments;

	if (parser->error)
		return parser->error;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	disarm(sentence);
	jscope_error(-EBADMSG, "Line %u of '%s': %s.", line, parser->file, sentence);
	return fail(parser, -EBADMSG);
}

int jscope__tsdl_limit(struct jscope__tsdl_parser *parser, const char *what, uint64_t limit)
{
	if (parser->error)
		return parser->error;
	jscope_error(-E2BIG,
		     "Line %u of '%s': %s, more than the limit of %" PRIu64
		     "; the metadata is damaged, or the limit too low for it.",
		     parser->token.line, parser->file, what, limit);
	return fail(parser, -E2BIG);
}

int jscope__tsdl_no_memory(struct jscope__tsdl_parser *parser)
{
	if (parser->error)
		return parser->error;
	jscope_error(-ENOMEM, "Memory is short for line %u of '%s'.", parser->line, parser->file);
	return fail(parser, -ENOMEM);
}

/* The token as a person may see it: short, and nothing in it that moves a terminal's cursor. */
static const char *found(const struct jscope__tsdl_token *token, char text[FOUND_BYTES_MAX + 8])
{
	const size_t shown = token->length < FOUND_BYTES_MAX ? token->length : FOUND_BYTES_MAX;
	char *end = text;

	if (token->kind == JSCOPE__TSDL_END)
		return "the end of the text";
	*end++ = '\'';
	for (size_t i = 0; i < shown; i++)
		*end++ = token->text[i] >= ' ' && token->text[i] < 127 ? token->text[i] : '?';
	if (shown < token->length)
		end = stpcpy(end, "...");
	stpcpy(end, "'");
	return text;
}

int jscope__tsdl_unexpected(struct jscope__tsdl_parser *parser, const char *expected)
{
	char text[FOUND_BYTES_MAX + 8];

	return jscope__tsdl_refuse(parser, parser->token.line,
				   "%s was expected, but there is %s; " JSCOPE__TSDL_REMEDY,
				   expected, found(&parser->token, text));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static size_t left(const struct jscope__tsdl_parser *parser)
{
	return (size_t)(parser->end - parser->next);
}

static bool next_is(const struct jscope__tsdl_parser *parser, const char *text)
{
	return left(parser) >= strlen(text) && memcmp(parser->next, text, strlen(text)) == 0;
}

static void line_skip(struct jscope__tsdl_parser *parser)
{
	const char *end = memchr(parser->next, '\n', left(parser));

	parser->next = end ? end : parser->end;
}

static void comment_skip(struct jscope__tsdl_parser *parser)
{
	const unsigned line = parser->line;

	for (parser->next += 2; !next_is(parser, "*/"); parser->next++) {
		if (left(parser) < 2) {
			jscope__tsdl_refuse(
				parser, line,
				"a comment begins that never ends; " JSCOPE__TSDL_REMEDY);
			return;
		}
		parser->line += *parser->next == '\n';
	}
	parser->next += 2;
}

/* Spaces and comments. */
static void gap_skip(struct jscope__tsdl_parser *parser)
{
	while (left(parser) > 0) {
		if (next_is(parser, "/*"))
			comment_skip(parser);
		else if (next_is(parser, "//"))
			line_skip(parser);
		else if (strchr(" \t\r\n\v\f", *parser->next) && *parser->next != '\0')
			parser->line += *parser->next++ == '\n';
		else
			return;
	}
}

/* To the quote that ends it; what a backslash protects is read later. */
static void string_scan(struct jscope__tsdl_parser *parser, struct jscope__tsdl_token *token)
{
	const char *at = parser->next + 1;

	for (; at < parser->end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < parser->end)
			at++;
		parser->line += *at == '\n';
	}
	if (at >= parser->end) {
		jscope__tsdl_refuse(parser, token->line,
				    "a string has no closing quote; " JSCOPE__TSDL_REMEDY);
		return;
	}
	token->kind = JSCOPE__TSDL_STRING;
	token->text = parser->next + 1;
	token->length = (size_t)(at - token->text);
	parser->next = at + 1;
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* Digits up to the end of the token or a suffix such as UL; false where they are no number. */
static bool digits_read(const char *digits, const char *end, uint64_t base, uint64_t *ret_number)
{
	const char *at = digits;
	uint64_t number = 0;

	for (; at < end && (uint64_t)digit_value(*at) < base; at++)
		if (__builtin_mul_overflow(number, base, &number) ||
		    __builtin_add_overflow(number, (uint64_t)digit_value(*at), &number))
			return false;
	*ret_number = number;
	if (at == digits || end - at > 3)
		return false;
	while (at < end && strchr("uUlL", *at))
		at++;
	return at == end;
}

static void number_scan(struct jscope__tsdl_parser *parser, struct jscope__tsdl_token *token)
{
	const char *end = parser->next, *digits = parser->next;
	uint64_t base = 10;

	while (end < parser->end && is_word(*end))
		end++;
	token->kind = JSCOPE__TSDL_NUMBER;
	token->length = (size_t)(end - token->text);
	if (next_is(parser, "0x") || next_is(parser, "0X"))
		base = 16, digits += 2;
	else if (*digits == '0')
		base = 8;
	parser->next = end;
	if (digits_read(digits, end, base, &token->number))
		return;
	parser->token = *token;
	jscope__tsdl_unexpected(parser, "a number from 0 to 2^64 - 1");
}

static void word_scan(struct jscope__tsdl_parser *parser, struct jscope__tsdl_token *token)
{
	while (left(parser) > 0 && is_word(*parser->next))
		parser->next++;
	token->kind = JSCOPE__TSDL_WORD;
	token->length = (size_t)(parser->next - token->text);
}

static void mark_scan(struct jscope__tsdl_parser *parser, struct jscope__tsdl_token *token)
{
	static const struct {
		const char *text;
		int kind;
	} marks[] = {
		{ ":=", JSCOPE__TSDL_IS_TYPE },
		{ "->", JSCOPE__TSDL_ARROW },
		{ "...", JSCOPE__TSDL_RANGE },
	};

	token->kind = (unsigned char)*parser->next;
	token->length = 1;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (next_is(parser, marks[i].text)) {
			token->kind = marks[i].kind;
			token->length = strlen(marks[i].text);
		}
	}
	parser->next += token->length;
}

void jscope__tsdl_advance(struct jscope__tsdl_parser *parser)
{
	struct jscope__tsdl_token token = { .kind = JSCOPE__TSDL_END };

	gap_skip(parser);
	token.line = parser->line;
	token.text = parser->next;
	if (left(parser) == 0)
		;
	else if (*parser->next == '"')
		string_scan(parser, &token);
	else if (is_digit(*parser->next))
		number_scan(parser, &token);
	else if (is_word(*parser->next))
		word_scan(parser, &token);
	else
		mark_scan(parser, &token);
	if (!parser->error)
		parser->token = token;
}

bool jscope__tsdl_at_word(const struct jscope__tsdl_parser *parser, const char *word)
{
	const struct jscope__tsdl_token *token = &parser->token;

	return token->kind == JSCOPE__TSDL_WORD && token->length == strlen(word) &&
	       memcmp(token->text, word, token->length) == 0;
}

bool jscope__tsdl_take(struct jscope__tsdl_parser *parser, int kind)
{
	if (parser->token.kind != kind)
		return false;
	jscope__tsdl_advance(parser);
	return true;
}

bool jscope__tsdl_take_word(struct jscope__tsdl_parser *parser, const char *word)
{
	return jscope__tsdl_at_word(parser, word) && jscope__tsdl_take(parser, JSCOPE__TSDL_WORD);
}

int jscope__tsdl_expect(struct jscope__tsdl_parser *parser, int kind, const char *expected)
{
	if (parser->token.kind != kind)
		return jscope__tsdl_unexpected(parser, expected);
	jscope__tsdl_advance(parser);
	return parser->error;
}

int jscope__tsdl_nest(struct jscope__tsdl_parser *parser)
{
	if (++parser->nesting > parser->limits->nesting)
		return jscope__tsdl_limit(parser, "types and scopes lie too deep in each other",
					  parser->limits->nesting);
	return 0;
}

void jscope__tsdl_unnest(struct jscope__tsdl_parser *parser)
{
	parser->nesting--;
}
