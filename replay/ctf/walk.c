#include "walk.h"

#include <errno.h>

#include "bits.h"

/*
 * Fields may take no space at all (empty structures, arrays of them), so bits alone do not bound
 * the work that a few bytes can ask for. A scope may visit so many fields, and more per bit read.
 */
#define STEPS_FREE    1024
#define STEPS_PER_BIT 64

struct walk {
	struct jscope__ctf_cursor *cursor;
	const struct jscope__ctf_visitor *visitor;
	void *state;
	uint64_t begin_bits;
	uint64_t steps;
};

static int type_walk(struct walk *walk, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index);

static int fail(struct walk *walk, int error, const char *reason)
{
	walk->cursor->reason = reason;
	return error;
}

static int bits_missing(struct walk *walk)
{
	return fail(walk, -ENODATA, "a field goes beyond the end");
}

static uint64_t bits_left(const struct walk *walk)
{
	return walk->cursor->end_bits - walk->cursor->at_bits;
}

static const uint8_t *byte_at(const struct walk *walk)
{
	return walk->cursor->window + (walk->cursor->at_bits - walk->cursor->window_bits) / 8;
}

static int align(struct walk *walk, unsigned align_bits)
{
	const uint64_t padding_bits = -walk->cursor->at_bits & (align_bits - 1);

	if (padding_bits > bits_left(walk))
		return bits_missing(walk);
	walk->cursor->at_bits += padding_bits;
	return 0;
}

/* Take an integer of 1..64 bits. */
static int bits_take(struct walk *walk, unsigned size_bits, bool is_signed, bool is_big_endian,
		     int64_t *ret_value)
{
	struct jscope__ctf_cursor *cursor = walk->cursor;

	if (size_bits > bits_left(walk))
		return bits_missing(walk);
	*ret_value = jscope__ctf_bits_get(cursor->window, cursor->at_bits - cursor->window_bits,
					  size_bits, is_signed, is_big_endian);
	cursor->at_bits += size_bits;
	return 0;
}

static bool values_are_visited(const struct walk *walk)
{
	return walk->visitor && walk->visitor->value;
}

static void tell_value(const struct walk *walk, const struct jscope__ctf_type *type,
		       const struct jscope__ctf_field *field, uint64_t index,
		       const struct jscope__ctf_value *value)
{
	if (values_are_visited(walk))
		walk->visitor->value(walk->state, type, field, index, value);
}

static void tell_begin(const struct walk *walk, const struct jscope__ctf_type *type,
		       const struct jscope__ctf_field *field, uint64_t index,
		       const struct jscope__ctf_value *value)
{
	if (walk->visitor && walk->visitor->begin)
		walk->visitor->begin(walk->state, type, field, index, value);
}

static void tell_end(const struct walk *walk, const struct jscope__ctf_type *type)
{
	if (walk->visitor && walk->visitor->end)
		walk->visitor->end(walk->state, type);
}

static int integer_walk(struct walk *walk, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index)
{
	const struct jscope__ctf_integer *integer = &type->integer;
	struct jscope__ctf_value value;
	int error = bits_take(walk, integer->size_bits, integer->is_signed, integer->is_big_endian,
			      &value.integer);

	if (error < 0)
		return error;
	if (integer->reference != JSCOPE__CTF_REFERENCE_NONE)
		walk->cursor->refs[integer->reference] = value.integer;
	tell_value(walk, type, field, index, &value);
	return 0;
}

static double real_of(int64_t bits, unsigned size_bits)
{
	const uint32_t half = (uint32_t)bits;
	float single;
	double real;

	if (size_bits == 32) {
		memcpy(&single, &half, sizeof single);
		return (double)single;
	}
	memcpy(&real, &bits, sizeof real);
	return real;
}

static int float_walk(struct walk *walk, const struct jscope__ctf_type *type,
		      const struct jscope__ctf_field *field, uint64_t index)
{
	struct jscope__ctf_value value;
	int64_t bits;
	int error = bits_take(walk, type->float_size_bits, false, type->float_is_big_endian, &bits);

	if (error < 0)
		return error;
	value.real = real_of(bits, type->float_size_bits);
	tell_value(walk, type, field, index, &value);
	return 0;
}

/* The bytes of a string are whole ones, whatever its type says. */
static int string_walk(struct walk *walk, const struct jscope__ctf_type *type,
		       const struct jscope__ctf_field *field, uint64_t index)
{
	struct jscope__ctf_value value;
	const uint8_t *zero = NULL;
	int error = align(walk, 8);

	if (error < 0)
		return error;
	value.bytes = byte_at(walk);
	if (bits_left(walk) >= 8)
		zero = memchr(value.bytes, 0, bits_left(walk) / 8);
	if (!zero)
		return fail(walk, -ENODATA, "a string has no end");
	value.size_bytes = (uint64_t)(zero - value.bytes);
	walk->cursor->at_bits += (value.size_bytes + 1) * 8;
	tell_value(walk, type, field, index, &value);
	return 0;
}

static int struct_walk(struct walk *walk, const struct jscope__ctf_type *type,
		       const struct jscope__ctf_field *field, uint64_t index)
{
	const struct jscope__ctf_value none = { 0 };
	int error = 0;

	tell_begin(walk, type, field, index, &none);
	for (size_t i = 0; !error && i < type->field_count; i++)
		error = type_walk(walk, type->fields[i].type, &type->fields[i], i);
	if (!error)
		tell_end(walk, type);
	return error;
}

/* NULL for none. */
static const struct jscope__ctf_field *option_select(const struct jscope__ctf_type *variant,
						     int64_t value)
{
	const struct jscope__ctf_label *label = jscope__ctf_type_label(variant->tag, value);

	return label ? variant->options[label - variant->tag->labels] : NULL;
}

static int variant_walk(struct walk *walk, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index)
{
	struct jscope__ctf_value value = {
		.option = option_select(type, walk->cursor->refs[type->tag_reference]),
	};
	int error;

	if (!value.option)
		return fail(walk, -EBADMSG, "no option of a variant has the value of its tag");
	tell_begin(walk, type, field, index, &value);
	error = type_walk(walk, value.option->type, value.option, 0);
	if (!error)
		tell_end(walk, type);
	return error;
}

/* Elements that lie in a row without gaps and make one value together. */
static bool elements_are_bytes(const struct walk *walk, const struct jscope__ctf_type *type)
{
	const struct jscope__ctf_type *element = type->element;

	if (walk->cursor->at_bits % 8 || element->kind != JSCOPE__CTF_INTEGER ||
	    element->integer.size_bits != 8 || element->align_bits > 8)
		return false;
	return type->elements_are_text || !element->integer.is_signed;
}

static int bytes_walk(struct walk *walk, const struct jscope__ctf_type *type,
		      const struct jscope__ctf_field *field, uint64_t index, uint64_t length)
{
	const struct jscope__ctf_value value = { .bytes = byte_at(walk), .size_bytes = length };

	if (length > bits_left(walk) / 8)
		return bits_missing(walk);
	walk->cursor->at_bits += length * 8;
	tell_value(walk, type, field, index, &value);
	return 0;
}

/* Bits of a number, 0 for what is none. */
static unsigned number_size_bits(const struct jscope__ctf_type *type)
{
	if (type->kind == JSCOPE__CTF_INTEGER || type->kind == JSCOPE__CTF_ENUMERATION)
		return type->integer.size_bits;
	return type->kind == JSCOPE__CTF_FLOAT ? type->float_size_bits : 0;
}

/* Go over `length` numbers, of which the first is aligned, without a look at them. */
static int numbers_skip(struct walk *walk, const struct jscope__ctf_type *element, uint64_t length)
{
	const unsigned size_bits = number_size_bits(element);
	const unsigned padding_bits = -size_bits & (element->align_bits - 1);
	const uint64_t stride_bits = size_bits + padding_bits;

	if (!length)
		return 0;
	if (size_bits > bits_left(walk) || length - 1 > (bits_left(walk) - size_bits) / stride_bits)
		return bits_missing(walk);
	walk->cursor->at_bits += (length - 1) * stride_bits + size_bits;
	return 0;
}

static int elements_walk(struct walk *walk, const struct jscope__ctf_type *type,
			 const struct jscope__ctf_field *field, uint64_t index, uint64_t length)
{
	const struct jscope__ctf_value value = { .length = length };
	int error = 0;

	tell_begin(walk, type, field, index, &value);
	if (!values_are_visited(walk) && number_size_bits(type->element)) {
		error = numbers_skip(walk, type->element, length);
	} else {
		for (uint64_t i = 0; !error && i < length; i++)
			error = type_walk(walk, type->element, NULL, i);
	}
	if (!error)
		tell_end(walk, type);
	return error;
}

static int array_walk(struct walk *walk, const struct jscope__ctf_type *type,
		      const struct jscope__ctf_field *field, uint64_t index, uint64_t length)
{
	if (elements_are_bytes(walk, type))
		return bytes_walk(walk, type, field, index, length);
	return elements_walk(walk, type, field, index, length);
}

static int sequence_walk(struct walk *walk, const struct jscope__ctf_type *type,
			 const struct jscope__ctf_field *field, uint64_t index)
{
	const int64_t length = walk->cursor->refs[type->length_reference];

	if (length < 0 && type->length_type->integer.is_signed)
		return fail(walk, -EBADMSG, "the length of a sequence is negative");
	if ((uint64_t)length > walk->cursor->sequence_length_max)
		return fail(walk, -EBADMSG, "a sequence is longer than the limit");
	return array_walk(walk, type, field, index, (uint64_t)length);
}

static int step(struct walk *walk)
{
	const uint64_t read_bits = walk->cursor->at_bits - walk->begin_bits;

	if (++walk->steps > STEPS_FREE && walk->steps / STEPS_PER_BIT > read_bits)
		return fail(walk, -EBADMSG, "its fields are too many for the bits that they take");
	return 0;
}

static int type_walk(struct walk *walk, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index)
{
	int error = step(walk);

	if (!error)
		error = align(walk, type->align_bits);
	if (error < 0)
		return error;
	switch (type->kind) {
	case JSCOPE__CTF_INTEGER:
	case JSCOPE__CTF_ENUMERATION:
		return integer_walk(walk, type, field, index);
	case JSCOPE__CTF_FLOAT:
		return float_walk(walk, type, field, index);
	case JSCOPE__CTF_STRING:
		return string_walk(walk, type, field, index);
	case JSCOPE__CTF_STRUCT:
		return struct_walk(walk, type, field, index);
	case JSCOPE__CTF_VARIANT:
		return variant_walk(walk, type, field, index);
	case JSCOPE__CTF_ARRAY:
		return array_walk(walk, type, field, index, type->length);
	case JSCOPE__CTF_SEQUENCE:
		return sequence_walk(walk, type, field, index);
	}
	return fail(walk, -EBADMSG, "a field has a type of no known kind");
}

int jscope__ctf_walk(struct jscope__ctf_cursor *cursor, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_visitor *visitor, void *state)
{
	struct walk walk = {
		.cursor = cursor,
		.visitor = visitor,
		.state = state,
		.begin_bits = cursor->at_bits,
	};

	if (cursor->at_bits > cursor->end_bits)
		return bits_missing(&walk);
	return type_walk(&walk, type, NULL, 0);
}
