#include "header.h"

#include <string.h>

static uint64_t align_up(uint64_t at_bits, unsigned align_bits)
{
	return (at_bits + align_bits - 1) & ~(uint64_t)(align_bits - 1);
}

static bool is_integer(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_INTEGER || type->kind == JSCOPE__CTF_ENUMERATION;
}

static bool is_timestamp(const struct jscope__ctf_field *field)
{
	return is_integer(field->type) &&
	       (field->type->integer.clock || !strcmp(field->name, "timestamp"));
}

/* A form under construction: begin_bits is where the header begins, modulo 64. */
struct builder {
	uint64_t begin_bits, at_bits;
	struct jscope__ctf_form *form;
};

static bool integer_place(struct builder *builder, const struct jscope__ctf_type *type,
			  struct jscope__ctf_place *ret_place)
{
	const unsigned size_bits = type->integer.size_bits;
	const uint64_t at_bits = align_up(builder->at_bits, type->align_bits) - builder->begin_bits;
	const unsigned skip_bits = at_bits % 8;

	builder->at_bits = builder->begin_bits + at_bits + size_bits;
	if (at_bits + size_bits > 8 * JSCOPE__CTF_HEADER_BYTES || skip_bits + size_bits > 64)
		return false;
	*ret_place = (struct jscope__ctf_place){
		.mask = UINT64_MAX >> (64 - size_bits),
		.at_bytes = (uint8_t)(at_bits / 8),
		.shift_bits = (uint8_t)(type->integer.is_big_endian ? 64 - skip_bits - size_bits
								    : skip_bits),
		.size_bits = (uint8_t)size_bits,
		.is_big_endian = type->integer.is_big_endian,
	};
	return true;
}

/* Only what we know may stand in a compiled header. */
static bool field_place(struct builder *builder, const struct jscope__ctf_field *field)
{
	if (is_timestamp(field))
		return integer_place(builder, field->type, &builder->form->timestamp);
	if (is_integer(field->type) && !strcmp(field->name, "id"))
		return integer_place(builder, field->type, &builder->form->id);
	return false;
}

static bool members_place(struct builder *builder, const struct jscope__ctf_type *type)
{
	builder->at_bits = align_up(builder->at_bits, type->align_bits);
	for (size_t i = 0; i < type->field_count; i++)
		if (!field_place(builder, &type->fields[i]))
			return false;
	return true;
}

static bool form_finish(struct builder *builder)
{
	const uint64_t size_bits = builder->at_bits - builder->begin_bits;

	builder->form->size_bytes = (uint32_t)(size_bits / 8);
	return size_bits % 8 == 0;
}

/* `{ id; timestamp; }` in any order, either of which may be missing. */
static bool plain_compile(const struct jscope__ctf_type *type, unsigned phase,
			  struct jscope__ctf_form *form)
{
	struct builder builder = { 8 * phase, 8 * phase, form };

	return members_place(&builder, type) && form_finish(&builder);
}

/* `{ enum id; variant <id> { { timestamp } compact; { id; timestamp } extended; } }` */
static bool is_escaping(const struct jscope__ctf_type *type)
{
	const struct jscope__ctf_type *tag, *variant;

	if (type->field_count != 2 || strcmp(type->fields[0].name, "id") != 0)
		return false;
	tag = type->fields[0].type;
	variant = type->fields[1].type;
	return tag->kind == JSCOPE__CTF_ENUMERATION && variant->kind == JSCOPE__CTF_VARIANT &&
	       variant->tag == tag && tag->label_count == 2 && !tag->integer.is_signed &&
	       variant->options[0] && variant->options[1] &&
	       variant->options[0]->type->kind == JSCOPE__CTF_STRUCT &&
	       variant->options[1]->type->kind == JSCOPE__CTF_STRUCT;
}

/* The usual ids are all up to the escape, which is the last one. */
static bool labels_split(const struct jscope__ctf_type *tag, uint64_t *ret_escape)
{
	const struct jscope__ctf_label *usual = &tag->labels[0], *last = &tag->labels[1];

	*ret_escape = UINT64_MAX >> (64 - tag->integer.size_bits);
	return last->low == last->high && (uint64_t)last->low == *ret_escape && usual->low == 0 &&
	       (uint64_t)usual->high == *ret_escape - 1;
}

static bool option_compile(const struct jscope__ctf_type *type, size_t option, unsigned phase,
			   struct jscope__ctf_form *form)
{
	const struct jscope__ctf_type *variant = type->fields[1].type;
	struct builder builder = { 8 * phase, 8 * phase, form };

	return integer_place(&builder, type->fields[0].type, &form->id) &&
	       members_place(&builder, variant->options[option]->type) && form_finish(&builder);
}

static bool phase_compile(struct jscope__ctf_header *header, unsigned phase)
{
	if (!header->has_escape)
		return plain_compile(header->type, phase, &header->usual[phase]);
	return option_compile(header->type, 0, phase, &header->usual[phase]) &&
	       option_compile(header->type, 1, phase, &header->extended[phase]);
}

static bool place_equals(const struct jscope__ctf_place *a, const struct jscope__ctf_place *b)
{
	return a->mask == b->mask && a->at_bytes == b->at_bytes && a->shift_bits == b->shift_bits;
}

static bool forms_are_equal(const struct jscope__ctf_form *forms, unsigned align_bytes)
{
	for (unsigned phase = align_bytes; phase < 8; phase += align_bytes)
		if (forms[phase].size_bytes != forms[0].size_bytes ||
		    !place_equals(&forms[phase].id, &forms[0].id) ||
		    !place_equals(&forms[phase].timestamp, &forms[0].timestamp))
			return false;
	return true;
}

/* Whether a type keeps an integer's value at that reference. */
static bool keeps(const struct jscope__ctf_type *type, uint32_t reference)
{
	if (is_integer(type))
		return type->integer.reference == reference;
	if (type->kind == JSCOPE__CTF_ARRAY || type->kind == JSCOPE__CTF_SEQUENCE)
		return keeps(type->element, reference);
	if (type->kind != JSCOPE__CTF_STRUCT && type->kind != JSCOPE__CTF_VARIANT)
		return false;
	for (size_t i = 0; i < type->field_count; i++)
		if (keeps(type->fields[i].type, reference))
			return true;
	return false;
}

/* Whether a type has a length or a tag in the header. type: NULL where there is none. */
static bool refers(const struct jscope__ctf_type *type, const struct jscope__ctf_type *header)
{
	if (!type)
		return false;
	if (type->kind == JSCOPE__CTF_ARRAY)
		return refers(type->element, header);
	if (type->kind == JSCOPE__CTF_SEQUENCE)
		return keeps(header, type->length_reference) || refers(type->element, header);
	if (type->kind == JSCOPE__CTF_VARIANT && keeps(header, type->tag_reference))
		return true;
	if (type->kind != JSCOPE__CTF_STRUCT && type->kind != JSCOPE__CTF_VARIANT)
		return false;
	for (size_t i = 0; i < type->field_count; i++)
		if (refers(type->fields[i].type, header))
			return true;
	return false;
}

static bool events_refer(const struct jscope__ctf_stream_class *stream_class)
{
	const struct jscope__ctf_type *header = stream_class->event_header;

	if (refers(stream_class->event_context, header))
		return true;
	for (size_t i = 0; i < stream_class->event_count; i++)
		if (refers(stream_class->events[i].context, header) ||
		    refers(stream_class->events[i].fields, header))
			return true;
	return false;
}

void jscope__ctf_header_compile(const struct jscope__ctf_stream_class *stream_class,
				struct jscope__ctf_header *ret_header)
{
	const struct jscope__ctf_type *type = stream_class->event_header;
	struct jscope__ctf_header *header = ret_header;
	bool fits;

	memset(header, 0, sizeof *header);
	header->type = type;
	header->align_bytes = 1;
	header->is_referred_to = type && events_refer(stream_class);
	if (!type || header->is_referred_to || type->align_bits < 8 || type->align_bits > 64)
		return;
	header->align_bytes = type->align_bits / 8;
	header->has_escape = is_escaping(type);
	fits = !header->has_escape || labels_split(type->fields[0].type, &header->escape);
	for (unsigned phase = 0; fits && phase < 8; phase += header->align_bytes)
		fits = phase_compile(header, phase);
	header->is_compiled = fits;
	header->is_uniform = fits && forms_are_equal(header->usual, header->align_bytes) &&
			     forms_are_equal(header->extended, header->align_bytes);
}

static void stamp_value(void *state, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index,
			const struct jscope__ctf_value *value)
{
	struct jscope__ctf_stamp *stamp = state;

	(void)index;
	if (!field || !is_integer(type))
		return;
	if (is_timestamp(field)) {
		stamp->cycles = (uint64_t)value->integer;
		stamp->cycles_bits = type->integer.size_bits;
	} else if (!strcmp(field->name, "id")) {
		stamp->id = (uint64_t)value->integer;
	}
}

int jscope__ctf_header_walk(const struct jscope__ctf_header *header,
			    struct jscope__ctf_cursor *cursor, struct jscope__ctf_stamp *ret_stamp)
{
	static const struct jscope__ctf_visitor visitor = { .value = stamp_value };

	*ret_stamp = (struct jscope__ctf_stamp){ 0 };
	return header->type ? jscope__ctf_walk(cursor, header->type, &visitor, ret_stamp) : 0;
}
