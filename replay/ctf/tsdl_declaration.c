#include "tsdl.h"

#include <errno.h>
#include <string.h>

static int word_append(struct jscope__tsdl_parser *parser, char words[JSCOPE__TSDL_NAME_BYTES],
		       const char *word, size_t length)
{
	const size_t used = strlen(words);

	if (length >= JSCOPE__TSDL_NAME_BYTES - 1 - used)
		return jscope__tsdl_limit(parser, "the name of a type has more bytes",
					  JSCOPE__TSDL_NAME_BYTES);
	if (used)
		words[used] = ' ';
	memcpy(words + used + (used > 0), word, length);
	words[used + (used > 0) + length] = '\0';
	return 0;
}

/* The last word may be a name and no part of the type: it is held back until the next comes. */
int jscope__tsdl_words_parse(struct jscope__tsdl_parser *parser,
			     char words[JSCOPE__TSDL_NAME_BYTES], const char **ret_name)
{
	struct jscope__tsdl_token held = { .length = 0 };
	int error = 0;

	while (error == 0 &&
	       (parser->token.kind == JSCOPE__TSDL_WORD || parser->token.kind == '*')) {
		if (held.length)
			error = word_append(parser, words, held.text, held.length);
		held = parser->token;
		jscope__tsdl_advance(parser);
	}
	if (error == 0 && held.length && (!ret_name || held.kind == '*'))
		error = word_append(parser, words, held.text, held.length);
	if (error < 0)
		return error;
	if (*words == '\0' || (ret_name && held.kind != JSCOPE__TSDL_WORD))
		return jscope__tsdl_unexpected(parser, ret_name ? "a type and a name" : "a type");
	if (ret_name)
		*ret_name = jscope__ctf_arena_text(parser->arena, held.text, held.length);
	return !ret_name || *ret_name ? 0 : jscope__tsdl_no_memory(parser);
}

static int length_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	struct jscope__tsdl_value value;
	int error = jscope__tsdl_value_parse(parser, "[]", &value);

	if (error < 0)
		return error;
	if (value.kind != JSCOPE__TSDL_VALUE_PATH)
		return jscope__tsdl_value_unsigned(parser, &value, 0, UINT64_MAX, &type->length);
	type->kind = JSCOPE__CTF_SEQUENCE;
	type->length_path = value.text;
	return 0;
}

/* `a[2][3]` is two times three elements, as in C: what follows a bracket is its element. */
static int bracket_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *element,
			 struct jscope__tsdl_type **ret_type)
{
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_create(parser, JSCOPE__CTF_ARRAY, &type);

	if (error == 0)
		error = length_parse(parser, type);
	if (error == 0)
		error = jscope__tsdl_expect(parser, ']', "']' behind a length");
	if (error == 0)
		error = jscope__tsdl_brackets_parse(parser, element, &type->element);
	if (error == 0)
		error = jscope__tsdl_type_contain(parser, type, type->element);
	if (error < 0)
		return error;
	type->align_bits = type->element->align_bits;
	*ret_type = type;
	return 0;
}

int jscope__tsdl_brackets_parse(struct jscope__tsdl_parser *parser,
				struct jscope__tsdl_type *element,
				struct jscope__tsdl_type **ret_type)
{
	int error = jscope__tsdl_nest(parser);

	*ret_type = element;
	if (error == 0 && jscope__tsdl_take(parser, '['))
		error = bracket_parse(parser, element, ret_type);
	jscope__tsdl_unnest(parser);
	return error;
}

/* Declare a type by a name that the text has just said. */
static int name_declare(struct jscope__tsdl_parser *parser, const char *name,
			struct jscope__tsdl_type *type)
{
	int error = jscope__tsdl_count(parser);

	return error < 0 ? error : jscope__tsdl_scope_declare(parser, "", name, type);
}

/* `typealias TYPE := NAME;`, where words may follow a type that need not say the same. */
static int typealias_parse(struct jscope__tsdl_parser *parser)
{
	char words[JSCOPE__TSDL_NAME_BYTES] = "";
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_parse(parser, &type, NULL);

	if (error == 0)
		error = jscope__tsdl_brackets_parse(parser, type, &type);
	if (error == 0)
		error = jscope__tsdl_expect(parser, JSCOPE__TSDL_IS_TYPE, "':=' of a typealias");
	if (error == 0)
		error = jscope__tsdl_words_parse(parser, words, NULL);
	return error < 0 ? error : name_declare(parser, words, type);
}

/* `typedef TYPE NAME, NAME[4];` */
static int typedef_parse(struct jscope__tsdl_parser *parser)
{
	struct jscope__tsdl_type *base, *type;
	const char *name;
	int error = jscope__tsdl_type_parse(parser, &base, &name);

	if (error == 0 && !name)
		return jscope__tsdl_unexpected(parser, "the name of a typedef");
	while (error == 0) {
		error = jscope__tsdl_brackets_parse(parser, base, &type);
		if (error == 0)
			error = name_declare(parser, name, type);
		if (error < 0 || !jscope__tsdl_take(parser, ','))
			break;
		error = jscope__tsdl_text_parse(parser, &name);
	}
	return error;
}

/* A struct, variant or enum whose name is all that is wanted. */
static int compound_parse(struct jscope__tsdl_parser *parser)
{
	struct jscope__tsdl_type *type;

	return jscope__tsdl_type_parse(parser, &type, NULL);
}

bool jscope__tsdl_at_alias(const struct jscope__tsdl_parser *parser)
{
	return jscope__tsdl_at_word(parser, "typealias") || jscope__tsdl_at_word(parser, "typedef");
}

bool jscope__tsdl_at_declaration(const struct jscope__tsdl_parser *parser)
{
	return jscope__tsdl_at_alias(parser) || jscope__tsdl_at_word(parser, "struct") ||
	       jscope__tsdl_at_word(parser, "variant") || jscope__tsdl_at_word(parser, "enum");
}

int jscope__tsdl_declaration_parse(struct jscope__tsdl_parser *parser)
{
	int error;

	if (jscope__tsdl_take_word(parser, "typealias"))
		error = typealias_parse(parser);
	else if (jscope__tsdl_take_word(parser, "typedef"))
		error = typedef_parse(parser);
	else
		error = compound_parse(parser);
	return error < 0 ? error : jscope__tsdl_expect(parser, ';', "';' behind a declaration");
}
