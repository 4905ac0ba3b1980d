/*
 * The types of CTF 1.8 as the metadata declares them: checked, resolved, ready to be laid over
 * bytes. Made by the TSDL parser (metadata.h), read by all that decode. Read-only after parsing, so
 * any thread may look at them.
 *
 * Each place where a type is used has a node of its own (an alias used twice is two trees), so that
 * a node stands for one field and its address identifies it.
 */
#ifndef REPLAY_CTF_TYPE_H
#define REPLAY_CTF_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum jscope__ctf_kind {
	JSCOPE__CTF_INTEGER,
	JSCOPE__CTF_ENUMERATION, /* an integer with labels: `integer` is valid, too */
	JSCOPE__CTF_FLOAT,
	JSCOPE__CTF_STRING, /* bytes up to and with a zero */
	JSCOPE__CTF_STRUCT,
	JSCOPE__CTF_VARIANT,  /* the option that the label of the tag names */
	JSCOPE__CTF_ARRAY,    /* a constant number of elements */
	JSCOPE__CTF_SEQUENCE, /* as many elements as an earlier integer says */
};

/* Where the values of lengths and tags are kept while decoding: refs[reference]. */
#define JSCOPE__CTF_REFERENCE_NONE UINT32_MAX

struct jscope__ctf_clock;

struct jscope__ctf_integer {
	unsigned size_bits; /* 1..64 */
	bool is_signed, is_big_endian;
	bool is_text;  /* encoding ASCII or UTF8: in an array of bytes it makes a string */
	unsigned base; /* 2, 8, 10 or 16, for people */
	const struct jscope__ctf_clock *clock; /* it is a timestamp of this clock; NULL for none */
	uint32_t reference; /* others need its value: put it into refs[reference] */
};

/* Labels of an enumeration: `low <= value <= high` in the signedness of its integer. */
struct jscope__ctf_label {
	const char *name;
	int64_t low, high; /* bit patterns of uint64_t where the integer is unsigned */
};

/* A member of a structure or an option of a variant. */
struct jscope__ctf_field {
	const char *name; /* as people see it: without the leading '_' that TSDL protects with */
	const char *written_name; /* as in the metadata */
	struct jscope__ctf_type *type;
};

struct jscope__ctf_type {
	enum jscope__ctf_kind kind;
	unsigned
		align_bits; /* a power of two, 1..4096; structures: the greatest of their members' */
	union {
		struct {
			struct jscope__ctf_integer integer; /* of INTEGER and ENUMERATION */
			struct jscope__ctf_label *labels;   /* of ENUMERATION, in declared order */
			size_t label_count;
			bool labels_ascend; /* and are disjoint: a search may halve them */
		};
		struct {
			unsigned float_size_bits; /* 32 or 64 */
			bool float_is_big_endian;
		};
		struct { /* of STRUCT and VARIANT */
			struct jscope__ctf_field *fields;
			size_t field_count;
			/* Of VARIANT: where its tag's value is kept, and which enumeration names it;
			 * options[i] is the field for the tag's label i, NULL where there is none. */
			uint32_t tag_reference;
			const struct jscope__ctf_type *tag;
			const struct jscope__ctf_field **options;
		};
		struct { /* of ARRAY and SEQUENCE */
			struct jscope__ctf_type *element;
			uint64_t length;	   /* of ARRAY */
			uint32_t length_reference; /* of SEQUENCE: where its length is kept */
			const struct jscope__ctf_type *length_type; /* of SEQUENCE: that integer */
			bool elements_are_text; /* bytes that are characters, whole ones */
		};
	};
};

/* Bits of a type that always takes as many; false where lengths vary or padding does.
 * at_bits: where it begins, modulo 64 at least, counted from the beginning of the packet. */
bool jscope__ctf_type_fixed_size(const struct jscope__ctf_type *type, uint64_t at_bits,
				 uint64_t *ret_end_bits);

/* The member of a structure by the name that people see; NULL for none, or where it is none. */
const struct jscope__ctf_field *jscope__ctf_type_member(const struct jscope__ctf_type *type,
							const char *name);

/* The label of an enumeration's value, NULL for none. */
const struct jscope__ctf_label *jscope__ctf_type_label(const struct jscope__ctf_type *type,
						       int64_t value);

#endif
