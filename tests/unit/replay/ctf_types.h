/*
 * Types of CTF made by hand, bytes to lay them over, and a visitor that writes down what it is
 * told. For tests of what decodes. Everything lives until types_forget().
 */
#ifndef TESTS_UNIT_REPLAY_CTF_TYPES_H
#define TESTS_UNIT_REPLAY_CTF_TYPES_H

#include "ctf/walk.h"

struct jscope__ctf_type *type_integer(unsigned size_bits, unsigned align_bits, bool is_signed,
				      bool is_big_endian);
/* Little endian, aligned to 8 bits. */
struct jscope__ctf_type *type_u(unsigned size_bits);
/* An integer that others need: its value goes into refs[reference]. */
struct jscope__ctf_type *type_kept(struct jscope__ctf_type *integer, uint32_t reference);
struct jscope__ctf_type *type_enumeration(unsigned size_bits, bool is_signed);
void type_label_add(struct jscope__ctf_type *enumeration, const char *name, int64_t low,
		    int64_t high);
struct jscope__ctf_type *type_float(unsigned size_bits, unsigned align_bits, bool is_big_endian);
struct jscope__ctf_type *type_string(void);
struct jscope__ctf_type *type_struct(void);
void type_field_add(struct jscope__ctf_type *structure, const char *name,
		    struct jscope__ctf_type *type);
/* Its options are those whose names are labels of the tag, which must be complete. */
struct jscope__ctf_type *type_variant(const struct jscope__ctf_type *tag, uint32_t reference);
void type_option_add(struct jscope__ctf_type *variant, const char *name,
		     struct jscope__ctf_type *type);
struct jscope__ctf_type *type_array(struct jscope__ctf_type *element, uint64_t length);
struct jscope__ctf_type *type_sequence(struct jscope__ctf_type *element,
				       const struct jscope__ctf_type *length);
/* An array or sequence of bytes is one of characters. */
struct jscope__ctf_type *type_text(struct jscope__ctf_type *array);
void types_forget(void);

#define REFERENCES 8

/*
 * A window of exactly as many bytes as a walk may touch, so that a sanitizer sees every byte too
 * many. end_bits: how many bits of `bytes` count.
 */
struct place {
	uint8_t *memory;
	int64_t refs[REFERENCES];
	struct jscope__ctf_cursor cursor;
};
void place_make(struct place *place, const void *bytes, uint64_t end_bits);
void place_free(struct place *place);

/* What was visited: " a=1 s{ x=2 } l[ 0=1 ] v{ option=3 } text="x"". */
struct journal {
	char text[4096];
	size_t length;
};
extern const struct jscope__ctf_visitor journal_visitor;

#endif
