#include "tsdl.h"

/* A value behind a label, as the bit pattern that its integer holds. */
static int number_parse(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_type *type,
			const char *label, int64_t *ret_number)
{
	struct jscope__tsdl_value value;
	int error = jscope__tsdl_value_parse(parser, label, &value);

	if (error < 0)
		return error;
	if (type->is_signed || value.is_negative)
		return jscope__tsdl_value_signed(parser, &value, ret_number);
	return jscope__tsdl_value_unsigned(parser, &value, 0, UINT64_MAX, (uint64_t *)ret_number);
}

static bool is_below(const struct jscope__tsdl_type *type, int64_t left, int64_t right)
{
	return type->is_signed ? left < right : (uint64_t)left < (uint64_t)right;
}

/* A label without a value goes on from the one before it. */
static int number_follow(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_type *type,
			 int64_t *ret_number)
{
	const int64_t max = type->is_signed ? INT64_MAX : -1;
	const int64_t last = type->label_count ? type->labels[type->label_count - 1].high : max;

	if (type->label_count && last == max)
		return jscope__tsdl_refuse(
			parser, parser->token.line,
			"a label without a value follows the greatest number; " JSCOPE__TSDL_REMEDY);
	*ret_number = type->label_count ? last + 1 : 0;
	return 0;
}

static int range_parse(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_type *type,
		       struct jscope__ctf_label *label)
{
	const unsigned line = parser->token.line;
	int error;

	if (!jscope__tsdl_take(parser, '=')) {
		error = number_follow(parser, type, &label->low);
		label->high = label->low;
		return error;
	}
	error = number_parse(parser, type, label->name, &label->low);
	label->high = label->low;
	if (error == 0 && jscope__tsdl_take(parser, JSCOPE__TSDL_RANGE))
		error = number_parse(parser, type, label->name, &label->high);
	if (error == 0 && is_below(type, label->high, label->low))
		error = jscope__tsdl_refuse(
			parser, line,
			"the range of the label '%.64s' ends before it begins; " JSCOPE__TSDL_REMEDY,
			label->name);
	return error;
}

static int label_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	struct jscope__ctf_label label;
	int error = jscope__tsdl_text_parse(parser, &label.name);

	if (error == 0)
		error = range_parse(parser, type, &label);
	if (error == 0)
		error = jscope__tsdl_count(parser);
	if (error < 0)
		return error;
	if (type->label_count &&
	    !is_below(type, type->labels[type->label_count - 1].high, label.low))
		type->labels_ascend = false;
	type->labels = jscope__ctf_arena_extend(parser->arena, type->labels, type->label_count,
						sizeof label);
	if (!type->labels)
		return jscope__tsdl_no_memory(parser);
	type->labels[type->label_count++] = label;
	return 0;
}

/* A comma may stand behind the last label, too. */
static int labels_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	int error = jscope__tsdl_expect(parser, '{', "'{' of an enumeration");

	type->labels_ascend = true;
	while (error == 0 && parser->token.kind != '}') {
		error = label_parse(parser, type);
		if (error == 0 && !jscope__tsdl_take(parser, ',') && parser->token.kind != '}')
			error = jscope__tsdl_unexpected(parser, "',' or '}' behind a label");
	}
	return error < 0 ? error : jscope__tsdl_expect(parser, '}', "'}' of an enumeration");
}

/* The integer behind `:`, which is `int` where none is given. */
static int integer_of(struct jscope__tsdl_parser *parser,
		      const struct jscope__tsdl_type **ret_integer)
{
	const unsigned line = parser->token.line;
	struct jscope__tsdl_type *integer = NULL;

	if (jscope__tsdl_take(parser, ':')) {
		int error = jscope__tsdl_type_parse(parser, &integer, NULL);

		if (error < 0)
			return error;
	} else {
		integer = jscope__tsdl_scope_find(parser, "", "int");
		if (!integer)
			return jscope__tsdl_refuse(
				parser, line,
				"an enumeration names no integer, and no type 'int' is declared; " JSCOPE__TSDL_REMEDY);
	}
	if (integer->kind != JSCOPE__CTF_INTEGER)
		return jscope__tsdl_refuse(
			parser, line,
			"an enumeration is made of what is no integer; " JSCOPE__TSDL_REMEDY);
	*ret_integer = integer;
	return 0;
}

static int enum_declare(struct jscope__tsdl_parser *parser, const char *name, unsigned line,
			struct jscope__tsdl_type **ret_type)
{
	const struct jscope__tsdl_type *integer = NULL;
	struct jscope__tsdl_type *type;
	int error = integer_of(parser, &integer);

	if (error == 0)
		error = jscope__tsdl_type_create(parser, JSCOPE__CTF_ENUMERATION, &type);
	if (error < 0)
		return error;
	*type = *integer;
	type->kind = JSCOPE__CTF_ENUMERATION;
	type->line = line;
	error = labels_parse(parser, type);
	if (error == 0 && name)
		error = jscope__tsdl_scope_declare(parser, "enum ", name, type);
	*ret_type = type;
	return error;
}

int jscope__tsdl_enum_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type)
{
	const unsigned line = parser->token.line;
	const char *name = NULL;
	int error = 0;

	if (parser->token.kind == JSCOPE__TSDL_WORD)
		error = jscope__tsdl_text_parse(parser, &name);
	if (error < 0)
		return error;
	if (!name || parser->token.kind == '{' || parser->token.kind == ':')
		return enum_declare(parser, name, line, ret_type);
	*ret_type = jscope__tsdl_scope_find(parser, "enum ", name);
	return *ret_type
		       ? 0
		       : jscope__tsdl_refuse(
				 parser, line,
				 "no enumeration '%.64s' is declared before this; " JSCOPE__TSDL_REMEDY,
				 name);
}
