#include "tsdl.h"

#include <string.h>

static const struct jscope__tsdl_row *row_find(const struct jscope__tsdl_form *form,
					       const char *name)
{
	for (size_t i = 0; i < form->row_count; i++)
		if (strcmp(form->rows[i].name, name) == 0)
			return &form->rows[i];
	return NULL;
}

static int value_take(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_form *form,
		      const struct jscope__tsdl_row *row, const char *name, void *target)
{
	struct jscope__tsdl_value value;
	int error = jscope__tsdl_value_parse(parser, name, &value);

	if (error < 0)
		return error;
	if (row && row->set)
		return row->set(parser, target, &value);
	if (row)
		return jscope__tsdl_refuse(parser, value.line,
					   "'%.64s' takes a type behind ':='; " JSCOPE__TSDL_REMEDY,
					   name);
	return form->other ? form->other(parser, target, &value) : 0;
}

static int type_take(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_row *row,
		     const char *name, void *target)
{
	const unsigned line = parser->token.line;
	struct jscope__tsdl_block *block = target;
	struct jscope__tsdl_type *type;
	int error = jscope__tsdl_type_parse(parser, &type, NULL);

	if (error < 0 || !row)
		return error;
	if (row->set)
		return jscope__tsdl_refuse(parser, line,
					   "'%.64s' takes a value behind '='; " JSCOPE__TSDL_REMEDY,
					   name);
	if (type->kind != JSCOPE__CTF_STRUCT)
		return jscope__tsdl_refuse(parser, line,
					   "'%.64s' takes a structure; " JSCOPE__TSDL_REMEDY, name);
	block->roots[row->root] = type;
	return 0;
}

/* seen: a bit for each row that had its turn. */
static int attribute_parse(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_form *form,
			   void *target, uint32_t *seen)
{
	const unsigned line = parser->token.line;
	const struct jscope__tsdl_row *row;
	const char *name;
	int error;

	if (parser->token.kind != JSCOPE__TSDL_WORD)
		return jscope__tsdl_unexpected(parser, "an attribute or '}'");
	error = jscope__tsdl_path_parse(parser, &name);
	if (error < 0)
		return error;
	row = row_find(form, name);
	if (row && (*seen & (uint32_t)1 << (row - form->rows)))
		return jscope__tsdl_refuse(parser, line,
					   "'%.64s' is given twice to %s; " JSCOPE__TSDL_REMEDY,
					   name, form->noun);
	if (row)
		*seen |= (uint32_t)1 << (row - form->rows);
	if (jscope__tsdl_take(parser, '='))
		error = value_take(parser, form, row, name, target);
	else if (jscope__tsdl_take(parser, JSCOPE__TSDL_IS_TYPE))
		error = type_take(parser, row, name, target);
	else
		return jscope__tsdl_unexpected(parser, "'=' or ':=' behind an attribute");
	return error < 0 ? error : jscope__tsdl_expect(parser, ';', "';' behind an attribute");
}

static int body_parse(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_form *form,
		      void *target)
{
	uint32_t seen = 0;
	int error = jscope__tsdl_expect(parser, '{', "'{'");

	while (error == 0 && parser->token.kind != '}')
		error = jscope__tsdl_at_declaration(parser)
				? jscope__tsdl_declaration_parse(parser)
				: attribute_parse(parser, form, target, &seen);
	return error < 0 ? error : jscope__tsdl_expect(parser, '}', "'}'");
}

int jscope__tsdl_form_parse(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_form *form, void *target)
{
	struct jscope__tsdl_scope scope;
	int error;

	jscope__tsdl_scope_enter(parser, &scope);
	error = body_parse(parser, form, target);
	jscope__tsdl_scope_leave(parser);
	return error;
}
