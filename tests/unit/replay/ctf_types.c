#include "ctf_types.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPES	 4096
#define PER_TYPE 16

/* A type with room for whatever belongs to it. */
struct node {
	struct jscope__ctf_type type;
	struct jscope__ctf_label labels[PER_TYPE];
	struct jscope__ctf_field fields[PER_TYPE];
	const struct jscope__ctf_field *options[PER_TYPE];
};

static struct node *nodes[TYPES];
static size_t node_count;

static struct jscope__ctf_type *make(enum jscope__ctf_kind kind, unsigned align_bits)
{
	struct node *node = calloc(1, sizeof *node);

	if (!node || node_count == TYPES)
		abort();
	nodes[node_count++] = node;
	node->type.kind = kind;
	node->type.align_bits = align_bits;
	return &node->type;
}

void types_forget(void)
{
	while (node_count)
		free(nodes[--node_count]);
}

struct jscope__ctf_type *type_integer(unsigned size_bits, unsigned align_bits, bool is_signed,
				      bool is_big_endian)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_INTEGER, align_bits);

	type->integer = (struct jscope__ctf_integer){ .size_bits = size_bits,
						      .is_signed = is_signed,
						      .is_big_endian = is_big_endian,
						      .base = 10,
						      .reference = JSCOPE__CTF_REFERENCE_NONE };
	return type;
}

struct jscope__ctf_type *type_u(unsigned size_bits)
{
	return type_integer(size_bits, 8, false, false);
}

struct jscope__ctf_type *type_kept(struct jscope__ctf_type *integer, uint32_t reference)
{
	integer->integer.reference = reference;
	return integer;
}

struct jscope__ctf_type *type_enumeration(unsigned size_bits, bool is_signed)
{
	struct jscope__ctf_type *type = type_integer(size_bits, 8, is_signed, false);

	type->kind = JSCOPE__CTF_ENUMERATION;
	type->labels = ((struct node *)type)->labels;
	return type;
}

void type_label_add(struct jscope__ctf_type *enumeration, const char *name, int64_t low,
		    int64_t high)
{
	enumeration->labels[enumeration->label_count++] =
		(struct jscope__ctf_label){ name, low, high };
}

struct jscope__ctf_type *type_float(unsigned size_bits, unsigned align_bits, bool is_big_endian)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_FLOAT, align_bits);

	type->float_size_bits = size_bits;
	type->float_is_big_endian = is_big_endian;
	return type;
}

struct jscope__ctf_type *type_string(void)
{
	return make(JSCOPE__CTF_STRING, 8);
}

struct jscope__ctf_type *type_struct(void)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_STRUCT, 1);

	type->fields = ((struct node *)type)->fields;
	return type;
}

void type_field_add(struct jscope__ctf_type *structure, const char *name,
		    struct jscope__ctf_type *type)
{
	structure->fields[structure->field_count++] =
		(struct jscope__ctf_field){ .name = name, .written_name = name, .type = type };
	if (structure->align_bits < type->align_bits)
		structure->align_bits = type->align_bits;
}

struct jscope__ctf_type *type_variant(const struct jscope__ctf_type *tag, uint32_t reference)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_VARIANT, 1);

	type->fields = ((struct node *)type)->fields;
	type->options = ((struct node *)type)->options;
	type->tag = tag;
	type->tag_reference = reference;
	return type;
}

void type_option_add(struct jscope__ctf_type *variant, const char *name,
		     struct jscope__ctf_type *type)
{
	struct jscope__ctf_field *field = &variant->fields[variant->field_count++];

	*field = (struct jscope__ctf_field){ .name = name, .written_name = name, .type = type };
	for (size_t i = 0; i < variant->tag->label_count; i++)
		if (strcmp(variant->tag->labels[i].name, name) == 0)
			variant->options[i] = field;
}

struct jscope__ctf_type *type_array(struct jscope__ctf_type *element, uint64_t length)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_ARRAY, element->align_bits);

	type->element = element;
	type->length = length;
	return type;
}

struct jscope__ctf_type *type_sequence(struct jscope__ctf_type *element,
				       const struct jscope__ctf_type *length)
{
	struct jscope__ctf_type *type = make(JSCOPE__CTF_SEQUENCE, element->align_bits);

	type->element = element;
	type->length_type = length;
	type->length_reference = length->integer.reference;
	return type;
}

struct jscope__ctf_type *type_text(struct jscope__ctf_type *array)
{
	array->elements_are_text = true;
	return array;
}

void place_make(struct place *place, const void *bytes, uint64_t end_bits)
{
	const size_t size_bytes = (end_bits + 7) / 8;

	memset(place, 0, sizeof *place);
	place->memory = calloc(1, size_bytes + JSCOPE__CTF_PADDING_BYTES);
	if (!place->memory)
		abort();
	if (size_bytes)
		memcpy(place->memory, bytes, size_bytes);
	memset(place->memory + size_bytes, 0xa5, JSCOPE__CTF_PADDING_BYTES);
	place->cursor = (struct jscope__ctf_cursor){ .window = place->memory,
						     .end_bits = end_bits,
						     .refs = place->refs,
						     .sequence_length_max = 1 << 24 };
}

void place_free(struct place *place)
{
	free(place->memory);
}

static void write_down(struct journal *journal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void write_down(struct journal *journal, const char *format, ...)
{
	const size_t room = sizeof journal->text - journal->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(journal->text + journal->length, room, format, args);
	va_end(args);
	if (length > 0)
		journal->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void name_write(struct journal *journal, const struct jscope__ctf_field *field,
		       uint64_t index)
{
	if (field)
		write_down(journal, " %s=", field->name);
	else
		write_down(journal, " %" PRIu64 "=", index);
}

static void on_begin(void *state, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index,
		     const struct jscope__ctf_value *value)
{
	name_write(state, field, index);
	if (type->kind == JSCOPE__CTF_STRUCT)
		write_down(state, "{");
	else if (type->kind == JSCOPE__CTF_VARIANT)
		write_down(state, "<%s", value->option->name);
	else
		write_down(state, "%" PRIu64 "[", value->length);
}

static void on_end(void *state, const struct jscope__ctf_type *type)
{
	if (type->kind == JSCOPE__CTF_STRUCT)
		write_down(state, " }");
	else
		write_down(state, type->kind == JSCOPE__CTF_VARIANT ? " >" : " ]");
}

static void on_value(void *state, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index,
		     const struct jscope__ctf_value *value)
{
	name_write(state, field, index);
	if (type->kind == JSCOPE__CTF_FLOAT)
		write_down(state, "%g", value->real);
	else if (type->kind == JSCOPE__CTF_STRING)
		write_down(state, "\"%.*s\"", (int)value->size_bytes, (const char *)value->bytes);
	else if (type->kind <= JSCOPE__CTF_ENUMERATION && type->integer.is_signed)
		write_down(state, "%" PRId64, value->integer);
	else if (type->kind <= JSCOPE__CTF_ENUMERATION)
		write_down(state, "%" PRIu64, (uint64_t)value->integer);
	for (uint64_t i = 0; type->kind >= JSCOPE__CTF_ARRAY && i < value->size_bytes; i++)
		write_down(state, "%02x", value->bytes[i]);
}

const struct jscope__ctf_visitor journal_visitor = {
	.begin = on_begin,
	.end = on_end,
	.value = on_value,
};
