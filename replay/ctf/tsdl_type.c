#include "tsdl.h"

#include <string.h>

int jscope__tsdl_count(struct jscope__tsdl_parser *parser)
{
	if (++parser->declared_count > parser->limits->type_count)
		return jscope__tsdl_limit(parser, "there are more types, fields and labels",
					  parser->limits->type_count);
	return 0;
}

int jscope__tsdl_type_create(struct jscope__tsdl_parser *parser, enum jscope__ctf_kind kind,
			     struct jscope__tsdl_type **ret_type)
{
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_count(parser);

	if (error < 0)
		return error;
	type = jscope__ctf_arena_get(parser->arena, 1, sizeof *type);
	if (!type)
		return jscope__tsdl_no_memory(parser);
	type->kind = kind;
	type->line = parser->token.line;
	type->depth = 1;
	*ret_type = type;
	return 0;
}

int jscope__tsdl_type_contain(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type,
			      const struct jscope__tsdl_type *inner)
{
	if (type->depth <= inner->depth)
		type->depth = inner->depth + 1;
	if (type->depth > parser->limits->nesting)
		return jscope__tsdl_limit(parser, "types lie too deep in each other",
					  parser->limits->nesting);
	return 0;
}

bool jscope__tsdl_can_be_named(const struct jscope__tsdl_type *type)
{
	return type->kind == JSCOPE__CTF_STRUCT || type->kind == JSCOPE__CTF_VARIANT ||
	       type->kind == JSCOPE__CTF_ENUMERATION;
}

/* `const` changes nothing in a file, but may be a part of the name that was declared. */
static void const_remove(char *words)
{
	char *from = words, *to = words;

	while (*from) {
		const size_t length = strcspn(from, " ");
		const bool is_const = length == 5 && memcmp(from, "const", 5) == 0;

		if (!is_const) {
			if (to > words)
				*to++ = ' ';
			memmove(to, from, length);
			to += length;
		}
		from += length;
		from += *from == ' ';
	}
	*to = '\0';
}

static int named_parse(struct jscope__tsdl_parser *parser, bool is_const,
		       struct jscope__tsdl_type **ret_type, const char **ret_name)
{
	const unsigned line = parser->token.line;
	char words[JSCOPE__TSDL_NAME_BYTES] = "";
	int error;

	if (is_const)
		stpcpy(words, "const");
	error = jscope__tsdl_words_parse(parser, words, ret_name);

	if (error < 0)
		return error;
	*ret_type = jscope__tsdl_scope_find(parser, "", words);
	if (!*ret_type) {
		const_remove(words);
		*ret_type = jscope__tsdl_scope_find(parser, "", words);
	}
	if (*ret_type)
		return 0;
	return jscope__tsdl_refuse(parser, line,
				   "no type '%.64s' is declared before this; " JSCOPE__TSDL_REMEDY,
				   words);
}

static const struct {
	const char *word;
	int (*parse)(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type);
} keywords[] = {
	{ "integer", jscope__tsdl_integer_parse }, { "floating_point", jscope__tsdl_float_parse },
	{ "string", jscope__tsdl_string_parse },   { "enum", jscope__tsdl_enum_parse },
	{ "struct", jscope__tsdl_struct_parse },   { "variant", jscope__tsdl_variant_parse },
};

/* Returns whether there is a keyword. */
static bool keyword_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type,
			  int *ret_error)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (jscope__tsdl_take_word(parser, keywords[i].word)) {
			*ret_error = keywords[i].parse(parser, ret_type);
			return true;
		}
	}
	return false;
}

static int type_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type,
		      const char **ret_name)
{
	const bool is_const = jscope__tsdl_take_word(parser, "const");
	int error;

	if (!keyword_parse(parser, ret_type, &error))
		return named_parse(parser, is_const, ret_type, ret_name);
	if (error == 0 && ret_name && parser->token.kind == JSCOPE__TSDL_WORD)
		error = jscope__tsdl_text_parse(parser, ret_name);
	return error;
}

int jscope__tsdl_type_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type,
			    const char **ret_name)
{
	int error = jscope__tsdl_nest(parser);

	if (ret_name)
		*ret_name = NULL;
	if (error == 0)
		error = type_parse(parser, ret_type, ret_name);
	jscope__tsdl_unnest(parser);
	return error;
}
