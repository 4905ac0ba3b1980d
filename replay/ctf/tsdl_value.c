#include "tsdl.h"

#include <inttypes.h>
#include <string.h>

#define ALIGN_BITS_MAX 4096

static int value_refuse(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_value *value,
			const char *expected)
{
	return jscope__tsdl_refuse(parser, value->line, "'%.64s' takes %s; " JSCOPE__TSDL_REMEDY,
				   value->attribute, expected);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to three octal digits, or up to two hexadecimal ones behind an x. */
static const char *code_read(const char *at, const char *end, char *ret_byte)
{
	const bool is_hex = *at == 'x';
	const char *stop = at + 3;
	unsigned code = 0;

	for (at += is_hex; at < end && at < stop; at++) {
		const int digit = hex_value(*at);

		if (digit < 0 || (!is_hex && digit > 7))
			break;
		code = code * (is_hex ? 16 : 8) + (unsigned)digit;
	}
	*ret_byte = (char)code;
	return at;
}

/* One character behind a backslash; returns what follows it. */
static const char *escape_read(const char *at, const char *end, char *ret_byte)
{
	static const char letters[] = "abfnrtv", meant[] = "\a\b\f\n\r\t\v";
	const char *letter = strchr(letters, *at);

	if (*at == 'x' || (*at >= '0' && *at <= '7'))
		return code_read(at, end, ret_byte);
	*ret_byte = letter && *letter ? meant[letter - letters] : *at;
	return at + 1;
}

static int string_parse(struct jscope__tsdl_parser *parser, const char **ret_text)
{
	const struct jscope__tsdl_token token = parser->token;
	const char *at = token.text, *end = token.text + token.length;
	char *text = jscope__ctf_arena_get(parser->arena, token.length + 1, 1), *to = text;

	if (!text)
		return jscope__tsdl_no_memory(parser);
	while (at < end) {
		if (*at == '\\' && at + 1 < end)
			at = escape_read(at + 1, end, to);
		else
			*to = *at++;
		if (*to++ == '\0')
			return jscope__tsdl_refuse(parser, token.line,
						   "a string holds a byte of value 0, which would "
						   "end it; " JSCOPE__TSDL_REMEDY);
	}
	jscope__tsdl_advance(parser);
	*ret_text = text;
	return parser->error;
}

static int word_parse(struct jscope__tsdl_parser *parser, const char **ret_text)
{
	const struct jscope__tsdl_token *token = &parser->token;

	*ret_text = jscope__ctf_arena_text(parser->arena, token->text, token->length);
	if (!*ret_text)
		return jscope__tsdl_no_memory(parser);
	jscope__tsdl_advance(parser);
	return parser->error;
}

int jscope__tsdl_text_parse(struct jscope__tsdl_parser *parser, const char **ret_text)
{
	if (parser->token.kind == JSCOPE__TSDL_STRING)
		return string_parse(parser, ret_text);
	if (parser->token.kind == JSCOPE__TSDL_WORD)
		return word_parse(parser, ret_text);
	return jscope__tsdl_unexpected(parser, "a word or a string");
}

static bool take_dot(struct jscope__tsdl_parser *parser)
{
	return jscope__tsdl_take(parser, '.') || jscope__tsdl_take(parser, JSCOPE__TSDL_ARROW);
}

int jscope__tsdl_path_parse(struct jscope__tsdl_parser *parser, const char **ret_path)
{
	char path[JSCOPE__TSDL_NAME_BYTES];
	size_t length = 0;

	do {
		const struct jscope__tsdl_token *token = &parser->token;

		if (token->kind != JSCOPE__TSDL_WORD)
			return jscope__tsdl_unexpected(parser, "a name");
		if (token->length >= sizeof path - 1 - length)
			return jscope__tsdl_limit(parser, "a path has more bytes", sizeof path);
		if (length)
			path[length++] = '.';
		memcpy(path + length, token->text, token->length);
		length += token->length;
		jscope__tsdl_advance(parser);
	} while (take_dot(parser));
	*ret_path = jscope__ctf_arena_text(parser->arena, path, length);
	return *ret_path ? parser->error : jscope__tsdl_no_memory(parser);
}

int jscope__tsdl_value_parse(struct jscope__tsdl_parser *parser, const char *attribute,
			     struct jscope__tsdl_value *ret_value)
{
	struct jscope__tsdl_value value = { .attribute = attribute, .line = parser->token.line };
	int error = 0;

	if (parser->token.kind == JSCOPE__TSDL_STRING) {
		value.kind = JSCOPE__TSDL_VALUE_TEXT;
		error = string_parse(parser, &value.text);
	} else if (parser->token.kind == JSCOPE__TSDL_WORD) {
		value.kind = JSCOPE__TSDL_VALUE_PATH;
		error = jscope__tsdl_path_parse(parser, &value.text);
	} else {
		value.kind = JSCOPE__TSDL_VALUE_NUMBER;
		value.is_negative = jscope__tsdl_take(parser, '-');
		if (!value.is_negative)
			jscope__tsdl_take(parser, '+');
		value.magnitude = parser->token.number;
		error = jscope__tsdl_expect(parser, JSCOPE__TSDL_NUMBER,
					    "a number, a string or a word");
	}
	*ret_value = value;
	return error;
}

int jscope__tsdl_value_unsigned(struct jscope__tsdl_parser *parser,
				const struct jscope__tsdl_value *value, uint64_t min, uint64_t max,
				uint64_t *ret_number)
{
	if (value->kind == JSCOPE__TSDL_VALUE_NUMBER &&
	    (!value->is_negative || value->magnitude == 0) && value->magnitude >= min &&
	    value->magnitude <= max) {
		*ret_number = value->magnitude;
		return 0;
	}
	return jscope__tsdl_refuse(parser, value->line,
				   "'%.64s' takes a number from %" PRIu64 " to %" PRIu64
				   "; " JSCOPE__TSDL_REMEDY,
				   value->attribute, min, max);
}

int jscope__tsdl_value_signed(struct jscope__tsdl_parser *parser,
			      const struct jscope__tsdl_value *value, int64_t *ret_number)
{
	const uint64_t max = (uint64_t)INT64_MAX + value->is_negative;

	if (value->kind != JSCOPE__TSDL_VALUE_NUMBER || value->magnitude > max)
		return value_refuse(parser, value, "a number from -2^63 to 2^63 - 1");
	*ret_number = (int64_t)(value->is_negative ? -value->magnitude : value->magnitude);
	return 0;
}

bool jscope__tsdl_value_is_word(const struct jscope__tsdl_value *value, const char *words)
{
	if (value->kind == JSCOPE__TSDL_VALUE_NUMBER)
		return false;
	while (*words) {
		const size_t length = strcspn(words, " ");

		if (strlen(value->text) == length && memcmp(value->text, words, length) == 0)
			return true;
		words += length;
		words += *words == ' ';
	}
	return false;
}

int jscope__tsdl_value_bool(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, bool *ret_is_true)
{
	const bool is_number = value->kind == JSCOPE__TSDL_VALUE_NUMBER;

	if ((is_number && value->magnitude == 1) || jscope__tsdl_value_is_word(value, "true TRUE"))
		*ret_is_true = true;
	else if ((is_number && value->magnitude == 0) ||
		 jscope__tsdl_value_is_word(value, "false FALSE"))
		*ret_is_true = false;
	else
		return value_refuse(parser, value, "true or false");
	return 0;
}

int jscope__tsdl_value_text(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, const char **ret_text)
{
	if (value->kind == JSCOPE__TSDL_VALUE_NUMBER)
		return value_refuse(parser, value, "a string or a word");
	*ret_text = value->text;
	return 0;
}

/* 32 hexadecimal digits, with dashes after the 4th, 6th, 8th and 10th pair. */
static bool uuid_read(const char *text, uint8_t uuid[16])
{
	for (int i = 0; i < 16; i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		high = hex_value(*text);
		low = high < 0 ? -1 : hex_value(text[1]);
		if (low < 0)
			return false;
		uuid[i] = (uint8_t)(high * 16 + low);
		text += 2;
	}
	return *text == '\0';
}

int jscope__tsdl_value_uuid(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, uint8_t ret_uuid[16])
{
	if (value->kind != JSCOPE__TSDL_VALUE_TEXT || !uuid_read(value->text, ret_uuid))
		return value_refuse(parser, value,
				    "a UUID such as \"2a6422d0-6cee-11e0-8c08-cb07d7b3a564\"");
	return 0;
}

int jscope__tsdl_value_order(struct jscope__tsdl_parser *parser,
			     const struct jscope__tsdl_value *value,
			     enum jscope__tsdl_order *ret_order)
{
	static const struct {
		const char *word;
		enum jscope__tsdl_order order;
	} orders[] = {
		{ "le", JSCOPE__TSDL_LITTLE },
		{ "be", JSCOPE__TSDL_BIG },
		{ "network", JSCOPE__TSDL_BIG },
		{ "native", JSCOPE__TSDL_NATIVE },
	};

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		if (jscope__tsdl_value_is_word(value, orders[i].word)) {
			*ret_order = orders[i].order;
			return 0;
		}
	}
	return value_refuse(parser, value, "le, be, network or native");
}

int jscope__tsdl_value_align(struct jscope__tsdl_parser *parser,
			     const struct jscope__tsdl_value *value, unsigned *ret_align_bits)
{
	if (value->kind != JSCOPE__TSDL_VALUE_NUMBER || value->is_negative ||
	    value->magnitude == 0 || value->magnitude > ALIGN_BITS_MAX ||
	    (value->magnitude & (value->magnitude - 1)) != 0)
		return value_refuse(parser, value, "a power of two from 1 to 4096, in bits");
	*ret_align_bits = (unsigned)value->magnitude;
	return 0;
}
