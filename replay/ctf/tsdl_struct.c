#include "tsdl.h"

#include <stdlib.h>
#include <string.h>

/* Order of a name that ends at its zero and one of a length: as strcmp() has it. */
static int name_compare(const char *name, const char *other, size_t length)
{
	const int order = strncmp(name, other, length);

	return order ? order : name[length] != '\0';
}

/* Where a name is, or would be, among the fields sorted by name. */
static size_t name_place(const struct jscope__tsdl_type *type, const char *name, size_t length)
{
	size_t first = 0, end = type->field_count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		const uint32_t index = type->by_name[middle];

		if (name_compare(type->fields[index].written_name, name, length) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

size_t jscope__tsdl_field_find(const struct jscope__tsdl_type *type, const char *name,
			       size_t length)
{
	const size_t place = name_place(type, name, length);

	if (place == type->field_count ||
	    name_compare(type->fields[type->by_name[place]].written_name, name, length) != 0)
		return type->field_count;
	return type->by_name[place];
}

static int index_compare(const void *left, const void *right, void *fields)
{
	const struct jscope__tsdl_field *field = fields;

	return strcmp(field[*(const uint32_t *)left].written_name,
		      field[*(const uint32_t *)right].written_name);
}

static int fields_sort(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	const size_t count = type->field_count;

	type->by_name = jscope__ctf_arena_get(parser->arena, count, sizeof *type->by_name);
	if (!type->by_name)
		return jscope__tsdl_no_memory(parser);
	for (size_t i = 0; i < count; i++)
		type->by_name[i] = (uint32_t)i;
	qsort_r(type->by_name, count, sizeof *type->by_name, index_compare, type->fields);
	for (size_t i = 1; i < count; i++)
		if (index_compare(&type->by_name[i - 1], &type->by_name[i], type->fields) == 0)
			return jscope__tsdl_refuse(
				parser, type->line,
				"two fields of one structure or variant are named "
				"'%.64s'; " JSCOPE__TSDL_REMEDY,
				type->fields[type->by_name[i]].written_name);
	return 0;
}

/* The underscore in front of a name protects it from TSDL's own words, and people do not see it. */
static void fields_name(struct jscope__tsdl_type *type)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const char *name = type->fields[i].written_name;
		const size_t length = strlen(name);

		if (length > 1 && *name == '_' &&
		    jscope__tsdl_field_find(type, name + 1, length - 1) == type->field_count)
			name++;
		type->fields[i].name = name;
	}
}

static int field_add(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type,
		     const char *name, struct jscope__tsdl_type *field_type)
{
	int error = jscope__tsdl_count(parser);

	if (error == 0)
		error = jscope__tsdl_type_contain(parser, type, field_type);
	if (error < 0)
		return error;
	type->fields = jscope__ctf_arena_extend(parser->arena, type->fields, type->field_count,
						sizeof *type->fields);
	if (!type->fields)
		return jscope__tsdl_no_memory(parser);
	type->fields[type->field_count++] = (struct jscope__tsdl_field){
		.written_name = name,
		.type = field_type,
	};
	if (type->kind == JSCOPE__CTF_STRUCT && type->align_bits < field_type->align_bits)
		type->align_bits = field_type->align_bits;
	return 0;
}

static int declarator_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type,
			    const char *name, struct jscope__tsdl_type *base)
{
	struct jscope__tsdl_type *field_type;
	int error = jscope__tsdl_brackets_parse(parser, base, &field_type);

	return error < 0 ? error : field_add(parser, type, name, field_type);
}

/* `TYPE a, b[4];` */
static int member_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	struct jscope__tsdl_type *base;
	const char *name;
	int error = jscope__tsdl_type_parse(parser, &base, &name);

	if (error == 0 && !name && !jscope__tsdl_can_be_named(base))
		return jscope__tsdl_unexpected(parser, "the name of a field");
	while (error == 0 && name) {
		error = declarator_parse(parser, type, name, base);
		if (error < 0 || !jscope__tsdl_take(parser, ','))
			break;
		if (parser->token.kind != JSCOPE__TSDL_WORD)
			return jscope__tsdl_unexpected(parser, "the name of a field");
		error = jscope__tsdl_text_parse(parser, &name);
	}
	return error < 0 ? error : jscope__tsdl_expect(parser, ';', "';' behind a field");
}

static int members_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	int error = jscope__tsdl_expect(parser, '{', "'{'");

	while (error == 0 && parser->token.kind != '}')
		error = jscope__tsdl_at_alias(parser) ? jscope__tsdl_declaration_parse(parser)
						      : member_parse(parser, type);
	return error < 0 ? error : jscope__tsdl_expect(parser, '}', "'}' or a field");
}

/* What stands between the braces, with a scope of names of its own. */
static int body_parse(struct jscope__tsdl_parser *parser, enum jscope__ctf_kind kind, unsigned line,
		      struct jscope__tsdl_type **ret_type)
{
	struct jscope__tsdl_scope scope;
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_create(parser, kind, &type);

	if (error < 0)
		return error;
	type->align_bits = 1;
	type->line = line;
	jscope__tsdl_scope_enter(parser, &scope);
	error = members_parse(parser, type);
	jscope__tsdl_scope_leave(parser);
	if (error == 0)
		error = fields_sort(parser, type);
	if (error < 0)
		return error;
	fields_name(type);
	*ret_type = type;
	return 0;
}

/* `align(8)` behind a structure. */
static int align_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type)
{
	struct jscope__tsdl_value value;
	unsigned align_bits;
	int error;

	if (!jscope__tsdl_take_word(parser, "align"))
		return 0;
	error = jscope__tsdl_expect(parser, '(', "'(' behind 'align'");
	if (error == 0)
		error = jscope__tsdl_value_parse(parser, "align", &value);
	if (error == 0)
		error = jscope__tsdl_value_align(parser, &value, &align_bits);
	if (error < 0)
		return error;
	if (type->align_bits < align_bits)
		type->align_bits = align_bits;
	return jscope__tsdl_expect(parser, ')', "')' behind an alignment");
}

static int name_parse(struct jscope__tsdl_parser *parser, const char **ret_name)
{
	*ret_name = NULL;
	return parser->token.kind == JSCOPE__TSDL_WORD ? jscope__tsdl_text_parse(parser, ret_name)
						       : 0;
}

/* The type that was declared by that name. */
static int declared_find(struct jscope__tsdl_parser *parser, const char *kind, const char *name,
			 struct jscope__tsdl_type **ret_type)
{
	if (!name)
		return jscope__tsdl_unexpected(parser, "'{' or the name of a type");
	*ret_type = jscope__tsdl_scope_find(parser, kind, name);
	if (*ret_type)
		return 0;
	return jscope__tsdl_refuse(
		parser, parser->token.line,
		"no type '%s%.64s' is declared before this; " JSCOPE__TSDL_REMEDY, kind, name);
}

int jscope__tsdl_struct_parse(struct jscope__tsdl_parser *parser,
			      struct jscope__tsdl_type **ret_type)
{
	const unsigned line = parser->token.line;
	const char *name;
	int error = name_parse(parser, &name);

	if (error < 0)
		return error;
	if (parser->token.kind != '{')
		return declared_find(parser, "struct ", name, ret_type);
	error = body_parse(parser, JSCOPE__CTF_STRUCT, line, ret_type);
	if (error == 0)
		error = align_parse(parser, *ret_type);
	if (error == 0 && name)
		error = jscope__tsdl_scope_declare(parser, "struct ", name, *ret_type);
	return error;
}

static int tag_parse(struct jscope__tsdl_parser *parser, const char **ret_tag)
{
	int error;

	*ret_tag = NULL;
	if (!jscope__tsdl_take(parser, '<'))
		return 0;
	error = jscope__tsdl_path_parse(parser, ret_tag);
	return error < 0 ? error : jscope__tsdl_expect(parser, '>', "'>' behind a tag");
}

/* A declared variant gets its tag where it is used, so that each use may have another one. */
static int variant_tag(struct jscope__tsdl_parser *parser, const char *tag,
		       struct jscope__tsdl_type **type)
{
	struct jscope__tsdl_type *tagged;
	int error = jscope__tsdl_type_create(parser, JSCOPE__CTF_VARIANT, &tagged);

	if (error < 0)
		return error;
	*tagged = **type;
	tagged->tag = tag;
	*type = tagged;
	return 0;
}

int jscope__tsdl_variant_parse(struct jscope__tsdl_parser *parser,
			       struct jscope__tsdl_type **ret_type)
{
	const unsigned line = parser->token.line;
	const char *name, *tag;
	int error = name_parse(parser, &name);

	if (error == 0)
		error = tag_parse(parser, &tag);
	if (error < 0)
		return error;
	if (parser->token.kind == '{') {
		error = body_parse(parser, JSCOPE__CTF_VARIANT, line, ret_type);
		if (error == 0 && name)
			error = jscope__tsdl_scope_declare(parser, "variant ", name, *ret_type);
	} else {
		error = declared_find(parser, "variant ", name, ret_type);
	}
	return error == 0 && tag ? variant_tag(parser, tag, ret_type) : error;
}
