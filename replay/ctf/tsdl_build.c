#include "tsdl.h"

#include <stdio.h>
#include <string.h>

static int build(struct jscope__tsdl_builder *builder, const struct jscope__tsdl_place *outer,
		 const struct jscope__tsdl_type *declared, const char *name,
		 struct jscope__ctf_type *type);

static int count(struct jscope__tsdl_builder *builder, uint64_t more)
{
	const uint64_t limit = builder->parser->limits->type_count;

	builder->type_count += more;
	if (builder->type_count > limit)
		return jscope__tsdl_limit(builder->parser,
					  "the fields of all events and streams are more", limit);
	return 0;
}

static bool is_big_endian(const struct jscope__tsdl_builder *builder,
			  const struct jscope__tsdl_type *declared)
{
	const enum jscope__tsdl_order order =
		declared->order == JSCOPE__TSDL_NATIVE ? builder->parser->order : declared->order;

	return order == JSCOPE__TSDL_BIG;
}

static bool is_timestamp(const struct jscope__tsdl_builder *builder, const char *name)
{
	if (builder->root == JSCOPE__TSDL_EVENT_HEADER)
		return strcmp(name, "timestamp") == 0;
	return builder->root == JSCOPE__TSDL_PACKET_CONTEXT &&
	       (strcmp(name, "timestamp_begin") == 0 || strcmp(name, "timestamp_end") == 0);
}

static int clock_build(struct jscope__tsdl_builder *builder,
		       const struct jscope__tsdl_type *declared, const char *name,
		       const struct jscope__ctf_clock **ret_clock)
{
	if (!declared->clock) {
		*ret_clock = NULL;
		return is_timestamp(builder, name)
			       ? jscope__tsdl_clock_only(builder->parser, declared->line, ret_clock)
			       : 0;
	}
	*ret_clock = jscope__tsdl_clock_find(builder->parser, declared->clock);
	if (*ret_clock)
		return 0;
	return jscope__tsdl_refuse(
		builder->parser, declared->line,
		"an integer is mapped to the clock '%.64s', which is not declared; " JSCOPE__TSDL_REMEDY,
		declared->clock);
}

/* Labels do not depend on the place, and are shared by all places. */
static int integer_build(struct jscope__tsdl_builder *builder,
			 const struct jscope__tsdl_type *declared, const char *name,
			 struct jscope__ctf_type *type)
{
	type->integer = (struct jscope__ctf_integer){
		.size_bits = declared->size_bits,
		.is_signed = declared->is_signed,
		.is_big_endian = is_big_endian(builder, declared),
		.is_text = declared->is_text,
		.base = declared->base,
		.reference = JSCOPE__CTF_REFERENCE_NONE,
	};
	type->labels = declared->labels;
	type->label_count = declared->label_count;
	type->labels_ascend = declared->labels_ascend;
	return clock_build(builder, declared, name, &type->integer.clock);
}

static int float_build(struct jscope__tsdl_builder *builder,
		       const struct jscope__tsdl_type *declared, struct jscope__ctf_type *type)
{
	type->float_size_bits = declared->exponent_bits + declared->mantissa_bits;
	type->float_is_big_endian = is_big_endian(builder, declared);
	return 0;
}

/* A field counts as a member only when it is built: see tsdl_path.c. */
static int fields_build(struct jscope__tsdl_builder *builder,
			const struct jscope__tsdl_place *place)
{
	const struct jscope__tsdl_type *declared = place->tree.declared;
	struct jscope__ctf_type *type = place->tree.type, *types;
	int error = count(builder, declared->field_count);

	if (error < 0)
		return error;
	type->fields = jscope__ctf_arena_get(builder->parser->arena, declared->field_count,
					     sizeof *type->fields);
	types = jscope__ctf_arena_get(builder->parser->arena, declared->field_count, sizeof *types);
	if (!type->fields || !types)
		return jscope__tsdl_no_memory(builder->parser);
	for (size_t i = 0; i < declared->field_count && error == 0; i++) {
		const struct jscope__tsdl_field *field = &declared->fields[i];

		type->fields[i] =
			(struct jscope__ctf_field){ field->name, field->written_name, &types[i] };
		error = build(builder, place, field->type, field->name, &types[i]);
		type->field_count = i + 1;
	}
	return error;
}

/* A number under which the value of an integer is kept while decoding. */
static uint32_t reference_of(struct jscope__tsdl_builder *builder, struct jscope__ctf_type *type)
{
	if (type->integer.reference == JSCOPE__CTF_REFERENCE_NONE)
		type->integer.reference = builder->parser->metadata->reference_count++;
	return type->integer.reference;
}

/* The option for a label: of the same name, where either may be protected by an underscore. */
static const struct jscope__ctf_field *option_find(const struct jscope__tsdl_place *place,
						   const char *label)
{
	const struct jscope__tsdl_type *declared = place->tree.declared;
	char protected[JSCOPE__TSDL_NAME_BYTES];
	size_t index = jscope__tsdl_field_find(declared, label, strlen(label));

	if (index == declared->field_count && strlen(label) < sizeof protected - 1) {
		snprintf(protected, sizeof protected, "_%s", label);
		index = jscope__tsdl_field_find(declared, protected, strlen(protected));
	}
	if (index == declared->field_count && *label == '_')
		index = jscope__tsdl_field_find(declared, label + 1, strlen(label) - 1);
	return index < declared->field_count ? &place->tree.type->fields[index] : NULL;
}

static int options_build(struct jscope__tsdl_builder *builder,
			 const struct jscope__tsdl_place *place)
{
	struct jscope__ctf_type *type = place->tree.type;
	int error = count(builder, type->tag->label_count);

	if (error < 0)
		return error;
	type->options = jscope__ctf_arena_get(builder->parser->arena, type->tag->label_count,
					      sizeof *type->options);
	if (!type->options)
		return jscope__tsdl_no_memory(builder->parser);
	for (size_t i = 0; i < type->tag->label_count; i++)
		type->options[i] = option_find(place, type->tag->labels[i].name);
	return 0;
}

static int tag_build(struct jscope__tsdl_builder *builder, const struct jscope__tsdl_place *place)
{
	const struct jscope__tsdl_type *declared = place->tree.declared;
	struct jscope__ctf_type *type = place->tree.type, *tag;

	if (!declared->tag)
		return jscope__tsdl_refuse(
			builder->parser, declared->line,
			"a variant is used that has no tag; " JSCOPE__TSDL_REMEDY);
	tag = jscope__tsdl_path_resolve(builder, place->outer, declared->tag);
	if (!tag || tag->kind != JSCOPE__CTF_ENUMERATION)
		return jscope__tsdl_refuse(
			builder->parser, declared->line,
			"the tag '%.64s' of a variant is no enumeration that comes "
			"before it; " JSCOPE__TSDL_REMEDY,
			declared->tag);
	type->tag = tag;
	type->tag_reference = reference_of(builder, tag);
	return 0;
}

static int variant_build(struct jscope__tsdl_builder *builder,
			 const struct jscope__tsdl_place *place)
{
	int error = tag_build(builder, place);

	if (error == 0)
		error = fields_build(builder, place);
	return error < 0 ? error : options_build(builder, place);
}

static int length_build(struct jscope__tsdl_builder *builder,
			const struct jscope__tsdl_place *place)
{
	const struct jscope__tsdl_type *declared = place->tree.declared;
	struct jscope__ctf_type *type = place->tree.type, *length;

	length = jscope__tsdl_path_resolve(builder, place->outer, declared->length_path);
	if (!length ||
	    (length->kind != JSCOPE__CTF_INTEGER && length->kind != JSCOPE__CTF_ENUMERATION) ||
	    length->integer.is_signed)
		return jscope__tsdl_refuse(
			builder->parser, declared->line,
			"the length '%.64s' of a sequence is no unsigned integer "
			"that comes before it; " JSCOPE__TSDL_REMEDY,
			declared->length_path);
	type->length_type = length;
	type->length_reference = reference_of(builder, length);
	return 0;
}

static bool is_character(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_INTEGER && type->integer.is_text &&
	       type->integer.size_bits == 8 && type->align_bits == 8;
}

static int elements_build(struct jscope__tsdl_builder *builder,
			  const struct jscope__tsdl_place *place)
{
	const struct jscope__tsdl_type *declared = place->tree.declared;
	struct jscope__ctf_type *type = place->tree.type;
	int error = count(builder, 1);

	if (error < 0)
		return error;
	type->element = jscope__ctf_arena_get(builder->parser->arena, 1, sizeof *type->element);
	if (!type->element)
		return jscope__tsdl_no_memory(builder->parser);
	if (type->kind == JSCOPE__CTF_ARRAY)
		type->length = declared->length;
	else
		error = length_build(builder, place);
	if (error == 0)
		error = build(builder, place, declared->element, "", type->element);
	type->elements_are_text = error == 0 && is_character(type->element);
	return error;
}

static int build(struct jscope__tsdl_builder *builder, const struct jscope__tsdl_place *outer,
		 const struct jscope__tsdl_type *declared, const char *name,
		 struct jscope__ctf_type *type)
{
	const struct jscope__tsdl_place place = { .outer = outer,
						  .tree = { .declared = declared, .type = type } };

	type->kind = declared->kind;
	type->align_bits = declared->align_bits;
	switch (declared->kind) {
	case JSCOPE__CTF_INTEGER:
	case JSCOPE__CTF_ENUMERATION:
		return integer_build(builder, declared, name, type);
	case JSCOPE__CTF_FLOAT:
		return float_build(builder, declared, type);
	case JSCOPE__CTF_STRUCT:
		return fields_build(builder, &place);
	case JSCOPE__CTF_VARIANT:
		return variant_build(builder, &place);
	case JSCOPE__CTF_ARRAY:
	case JSCOPE__CTF_SEQUENCE:
		return elements_build(builder, &place);
	case JSCOPE__CTF_STRING:
		break;
	}
	return 0;
}

int jscope__tsdl_build(struct jscope__tsdl_builder *builder, enum jscope__tsdl_root root,
		       const struct jscope__tsdl_type *declared, struct jscope__ctf_type **ret_type)
{
	struct jscope__ctf_type *type = NULL;
	int error = 0;

	if (declared) {
		error = count(builder, 1);
		type = error < 0 ? NULL
				 : jscope__ctf_arena_get(builder->parser->arena, 1, sizeof *type);
		if (!type)
			return error < 0 ? error : jscope__tsdl_no_memory(builder->parser);
	}
	builder->root = root;
	builder->roots[root] = (struct jscope__tsdl_tree){ .declared = declared, .type = type };
	if (declared)
		error = build(builder, NULL, declared, "", type);
	*ret_type = type;
	return error;
}
