#include "tsdl.h"

#include <string.h>

/* Attributes of `integer`, `floating_point` and `string`; target: their jscope__tsdl_type. */

static int size_set(struct jscope__tsdl_parser *parser, void *target,
		    const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;
	uint64_t size_bits;
	int error = jscope__tsdl_value_unsigned(parser, value, 1, 64, &size_bits);

	if (error == 0)
		type->size_bits = (unsigned)size_bits;
	return error;
}

static int align_set(struct jscope__tsdl_parser *parser, void *target,
		     const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	return jscope__tsdl_value_align(parser, value, &type->align_bits);
}

static int signed_set(struct jscope__tsdl_parser *parser, void *target,
		      const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	return jscope__tsdl_value_bool(parser, value, &type->is_signed);
}

static int order_set(struct jscope__tsdl_parser *parser, void *target,
		     const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	return jscope__tsdl_value_order(parser, value, &type->order);
}

/* Case counts: `x` and `X`, `d` and `u` are the letters of printf(). */
static unsigned base_of(const char *word)
{
	static const struct {
		const char *word;
		unsigned base;
	} words[] = {
		{ "decimal", 10 }, { "dec", 10 }, { "d", 10 }, { "i", 10 },	      { "u", 10 },
		{ "hex", 16 },	   { "x", 16 },	  { "X", 16 }, { "hexadecimal", 16 }, { "p", 16 },
		{ "octal", 8 },	   { "oct", 8 },  { "o", 8 },  { "binary", 2 },	      { "b", 2 },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].base;
	return 0;
}

static int base_set(struct jscope__tsdl_parser *parser, void *target,
		    const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;
	const uint64_t base =
		value->kind == JSCOPE__TSDL_VALUE_NUMBER ? value->magnitude : base_of(value->text);

	if (value->is_negative || (base != 2 && base != 8 && base != 10 && base != 16))
		return jscope__tsdl_refuse(
			parser, value->line,
			"'base' takes 2, 8, 10, 16 or a word for one of them; " JSCOPE__TSDL_REMEDY);
	type->base = (unsigned)base;
	return 0;
}

static int encoding_set(struct jscope__tsdl_parser *parser, void *target,
			const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	type->is_text = jscope__tsdl_value_is_word(value, "UTF8 utf8 UTF-8 utf-8 ASCII ascii");
	if (type->is_text || jscope__tsdl_value_is_word(value, "none NONE"))
		return 0;
	return jscope__tsdl_refuse(parser, value->line,
				   "'encoding' takes none, UTF8 or ASCII; " JSCOPE__TSDL_REMEDY);
}

/* `clock.NAME.value`: the name is kept, and looked up when all clocks are known. */
static int map_set(struct jscope__tsdl_parser *parser, void *target,
		   const struct jscope__tsdl_value *value)
{
	static const char prefix[] = "clock.", suffix[] = ".value";
	struct jscope__tsdl_type *type = target;
	const char *path = value->kind == JSCOPE__TSDL_VALUE_NUMBER ? "" : value->text;
	const size_t length = strlen(path), around = sizeof prefix + sizeof suffix - 2;

	if (length <= around || strncmp(path, prefix, sizeof prefix - 1) != 0 ||
	    strcmp(path + length - (sizeof suffix - 1), suffix) != 0)
		return jscope__tsdl_refuse(
			parser, value->line,
			"'map' takes a clock such as clock.monotonic.value; " JSCOPE__TSDL_REMEDY);
	type->clock =
		jscope__ctf_arena_text(parser->arena, path + sizeof prefix - 1, length - around);
	return type->clock ? 0 : jscope__tsdl_no_memory(parser);
}

/* Whole bytes begin at whole bytes, if nothing else is said. */
static unsigned align_usual(unsigned size_bits)
{
	return size_bits % 8 == 0 ? 8 : 1;
}

int jscope__tsdl_integer_parse(struct jscope__tsdl_parser *parser,
			       struct jscope__tsdl_type **ret_type)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "size", .set = size_set },
		{ .name = "align", .set = align_set },
		{ .name = "signed", .set = signed_set },
		{ .name = "byte_order", .set = order_set },
		{ .name = "base", .set = base_set },
		{ .name = "map", .set = map_set },
		{ .name = "encoding", .set = encoding_set },
	};
	static const struct jscope__tsdl_form form = { "an integer", rows,
						       sizeof rows / sizeof *rows, NULL };
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_create(parser, JSCOPE__CTF_INTEGER, &type);

	if (error < 0)
		return error;
	type->base = 10;
	error = jscope__tsdl_form_parse(parser, &form, type);
	if (error < 0)
		return error;
	if (type->size_bits == 0)
		return jscope__tsdl_refuse(parser, type->line,
					   "an integer has no 'size'; " JSCOPE__TSDL_REMEDY);
	if (type->align_bits == 0)
		type->align_bits = align_usual(type->size_bits);
	*ret_type = type;
	return 0;
}

static int digits_set(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_value *value,
		      unsigned *ret_bits)
{
	uint64_t bits;
	int error = jscope__tsdl_value_unsigned(parser, value, 1, 113, &bits);

	if (error == 0)
		*ret_bits = (unsigned)bits;
	return error;
}

static int exponent_set(struct jscope__tsdl_parser *parser, void *target,
			const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	return digits_set(parser, value, &type->exponent_bits);
}

static int mantissa_set(struct jscope__tsdl_parser *parser, void *target,
			const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_type *type = target;

	return digits_set(parser, value, &type->mantissa_bits);
}

int jscope__tsdl_float_parse(struct jscope__tsdl_parser *parser,
			     struct jscope__tsdl_type **ret_type)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "exp_dig", .set = exponent_set },
		{ .name = "mant_dig", .set = mantissa_set },
		{ .name = "byte_order", .set = order_set },
		{ .name = "align", .set = align_set },
	};
	static const struct jscope__tsdl_form form = { "a floating point number", rows,
						       sizeof rows / sizeof *rows, NULL };
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_create(parser, JSCOPE__CTF_FLOAT, &type);

	if (error == 0)
		error = jscope__tsdl_form_parse(parser, &form, type);
	if (error < 0)
		return error;
	if (!(type->exponent_bits == 8 && type->mantissa_bits == 24) &&
	    !(type->exponent_bits == 11 && type->mantissa_bits == 53))
		return jscope__tsdl_refuse(
			parser, type->line,
			"a floating point number has %u bits of exponent and %u of mantissa, and "
			"only 8 and 24 or 11 and 53 can be read; have the tracer write one of them",
			type->exponent_bits, type->mantissa_bits);
	if (type->align_bits == 0)
		type->align_bits = align_usual(type->exponent_bits + type->mantissa_bits);
	*ret_type = type;
	return 0;
}

int jscope__tsdl_string_parse(struct jscope__tsdl_parser *parser,
			      struct jscope__tsdl_type **ret_type)
{
	static const struct jscope__tsdl_row rows[] = { { .name = "encoding",
							  .set = encoding_set } };
	static const struct jscope__tsdl_form form = { "a string", rows, 1, NULL };
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_create(parser, JSCOPE__CTF_STRING, &type);

	if (error < 0)
		return error;
	type->align_bits = 8;
	*ret_type = type;
	return parser->token.kind == '{' ? jscope__tsdl_form_parse(parser, &form, type) : 0;
}
