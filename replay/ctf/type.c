#include "type.h"

#include <string.h>

/* Alignments up to here are known from a position modulo 64. */
#define ALIGN_BITS_KNOWN 64

static bool aligned(uint64_t at_bits, unsigned align_bits, uint64_t *ret_at_bits)
{
	const uint64_t mask = align_bits - 1;

	*ret_at_bits = (at_bits + mask) & ~mask;
	return align_bits <= ALIGN_BITS_KNOWN && *ret_at_bits >= at_bits;
}

static bool members_fixed(const struct jscope__ctf_type *type, uint64_t *at_bits)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (!jscope__ctf_type_fixed_size(type->fields[i].type, *at_bits, at_bits))
			return false;
	return true;
}

/*
 * All elements are alike: each begins at its own alignment, which every alignment inside of it
 * divides.
 */
static bool elements_fixed(const struct jscope__ctf_type *type, uint64_t *at_bits)
{
	const uint64_t begin_bits = *at_bits;
	uint64_t end_bits, stride_bits, all_bits;

	if (type->length == 0)
		return true;
	if (!jscope__ctf_type_fixed_size(type->element, begin_bits, &end_bits) ||
	    !aligned(end_bits - begin_bits, type->element->align_bits, &stride_bits))
		return false;
	return !__builtin_mul_overflow(stride_bits, type->length - 1, &all_bits) &&
	       !__builtin_add_overflow(all_bits, end_bits, at_bits);
}

bool jscope__ctf_type_fixed_size(const struct jscope__ctf_type *type, uint64_t at_bits,
				 uint64_t *ret_end_bits)
{
	uint64_t end_bits, size_bits = 0;
	bool is_fixed = aligned(at_bits, type->align_bits, &end_bits);

	switch (type->kind) {
	case JSCOPE__CTF_INTEGER:
	case JSCOPE__CTF_ENUMERATION:
		size_bits = type->integer.size_bits;
		break;
	case JSCOPE__CTF_FLOAT:
		size_bits = type->float_size_bits;
		break;
	case JSCOPE__CTF_STRUCT:
		is_fixed = is_fixed && members_fixed(type, &end_bits);
		break;
	case JSCOPE__CTF_ARRAY:
		is_fixed = is_fixed && elements_fixed(type, &end_bits);
		break;
	case JSCOPE__CTF_STRING:
	case JSCOPE__CTF_VARIANT:
	case JSCOPE__CTF_SEQUENCE:
		is_fixed = false;
		break;
	}
	if (!is_fixed || __builtin_add_overflow(end_bits, size_bits, &end_bits))
		return false;
	*ret_end_bits = end_bits;
	return true;
}

const struct jscope__ctf_field *jscope__ctf_type_member(const struct jscope__ctf_type *type,
							const char *name)
{
	if (!type || type->kind != JSCOPE__CTF_STRUCT)
		return NULL;
	for (size_t i = 0; i < type->field_count; i++)
		if (strcmp(type->fields[i].name, name) == 0)
			return &type->fields[i];
	return NULL;
}

/* Order of two values of an enumeration: below 0, 0, above 0. */
static int value_compare(const struct jscope__ctf_type *type, int64_t left, int64_t right)
{
	if (type->integer.is_signed)
		return (left > right) - (left < right);
	return ((uint64_t)left > (uint64_t)right) - ((uint64_t)left < (uint64_t)right);
}

static bool label_covers(const struct jscope__ctf_type *type, const struct jscope__ctf_label *label,
			 int64_t value)
{
	return value_compare(type, label->low, value) <= 0 &&
	       value_compare(type, value, label->high) <= 0;
}

/* The only label that can cover a value, where they ascend and are disjoint. */
static const struct jscope__ctf_label *label_halve(const struct jscope__ctf_type *type,
						   int64_t value)
{
	size_t first = 0, end = type->label_count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (label_covers(type, &type->labels[middle], value))
			return &type->labels[middle];
		if (value_compare(type, type->labels[middle].low, value) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

const struct jscope__ctf_label *jscope__ctf_type_label(const struct jscope__ctf_type *type,
						       int64_t value)
{
	if (type->kind != JSCOPE__CTF_ENUMERATION)
		return NULL;
	if (type->labels_ascend)
		return label_halve(type, value);
	for (size_t i = 0; i < type->label_count; i++)
		if (label_covers(type, &type->labels[i], value))
			return &type->labels[i];
	return NULL;
}
