#include "text.h"

#include <string.h>

#include "text_format.h"

struct writer {
	struct jscope__text *text;
	unsigned depth; /* fields that began and did not end */
};

/* What stands before a field. False where it is too deep for more than that. */
static bool field_begin(const struct writer *writer, const struct jscope__ctf_field *field,
			uint64_t index)
{
	const unsigned too_deep = JSCOPE__TEXT_DEPTH_MAX + 1;

	if (writer->depth > too_deep)
		return false;
	if (field)
		jscope__text_member(writer->text, index, field->name);
	else if (writer->depth)
		jscope__text_element(writer->text, index);
	if (writer->depth == too_deep)
		jscope__text_add(writer->text, "...");
	return writer->depth < too_deep;
}

static bool is_list(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_ARRAY || type->kind == JSCOPE__CTF_SEQUENCE;
}

static void write_begin(void *state, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index,
			const struct jscope__ctf_value *value)
{
	struct writer *writer = state;

	(void)value;
	if (field_begin(writer, field, index))
		jscope__text_add(writer->text, is_list(type) ? "[" : "{");
	writer->depth++;
}

static void write_end(void *state, const struct jscope__ctf_type *type)
{
	struct writer *writer = state;

	if (--writer->depth <= JSCOPE__TEXT_DEPTH_MAX)
		jscope__text_add(writer->text, is_list(type) ? " ]" : " }");
}

/* Arrays of characters are as wide as what may stand in them: the string ends at a zero. */
static void characters_write(struct jscope__text *text, const struct jscope__ctf_value *value)
{
	const char *bytes = (const char *)value->bytes;

	jscope__text_string(text, bytes, strnlen(bytes, value->size_bytes));
}

/* Each byte is a field of its own, and one level deeper than the array. */
static void bytes_write(struct writer *writer, const struct jscope__ctf_integer *element,
			const struct jscope__ctf_value *value)
{
	struct jscope__text *text = writer->text;

	jscope__text_add(text, "[");
	writer->depth++;
	for (uint64_t i = 0; i < value->size_bytes && !text->cut; i++)
		if (field_begin(writer, NULL, i))
			jscope__text_integer(text, value->bytes[i], false, element->base);
	writer->depth--;
	jscope__text_add(text, " ]");
}

static void array_write(struct writer *writer, const struct jscope__ctf_type *type,
			const struct jscope__ctf_value *value)
{
	if (type->elements_are_text)
		characters_write(writer->text, value);
	else
		bytes_write(writer, &type->element->integer, value);
}

static void enumeration_write(struct jscope__text *text, const struct jscope__ctf_type *type,
			      int64_t value)
{
	const struct jscope__ctf_label *label = jscope__ctf_type_label(type, value);

	jscope__text_enumeration(text, label ? label->name : NULL, value, type->integer.is_signed);
}

static void write_value(void *state, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index,
			const struct jscope__ctf_value *value)
{
	struct writer *writer = state;

	if (!field_begin(writer, field, index))
		return;
	if (type->kind == JSCOPE__CTF_INTEGER)
		jscope__text_integer(writer->text, value->integer, type->integer.is_signed,
				     type->integer.base);
	else if (type->kind == JSCOPE__CTF_ENUMERATION)
		enumeration_write(writer->text, type, value->integer);
	else if (type->kind == JSCOPE__CTF_FLOAT)
		jscope__text_real(writer->text, value->real);
	else if (type->kind == JSCOPE__CTF_STRING)
		jscope__text_string(writer->text, (const char *)value->bytes, value->size_bytes);
	else
		array_write(writer, type, value);
}

int jscope__ctf_text_scope(struct jscope__text *text, struct jscope__ctf_cursor *cursor,
			   const struct jscope__ctf_type *type)
{
	static const struct jscope__ctf_visitor visitor = {
		.begin = write_begin,
		.end = write_end,
		.value = write_value,
	};
	struct writer writer = { .text = text };

	return jscope__ctf_walk(cursor, type, &visitor, &writer);
}
