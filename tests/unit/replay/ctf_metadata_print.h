/*
 * Metadata as a text that people and tests can compare.
 *
 * A type: `u32` and `i8` integers, `enum u5{"a"=0..30}`, `f64`, `string`, `struct{a:u8,b:u8}`,
 * `variant[#0]{x:u8,y:u8}(x,-)` with the option of each label, `u8[4]` and `u8[#0]` arrays and
 * sequences, whose `#0` is the reference of their length. Behind an integer: `be` big endian, `t`
 * text, `/16` its base unless that is 10, `~clock`, `#0` its own reference; behind any type `@16`
 * where it is not aligned to 8 bits; behind arrays of characters `"`.
 */
#ifndef TESTS_UNIT_REPLAY_CTF_METADATA_PRINT_H
#define TESTS_UNIT_REPLAY_CTF_METADATA_PRINT_H

#include <stdio.h>

#include "ctf/metadata.h"

void ctf_type_print(FILE *stream, const struct jscope__ctf_type *type);
/* Everything, a line each for the trace, clocks, entries of the environment, roots and events. */
void ctf_metadata_print(FILE *stream, const struct jscope__ctf_metadata *metadata);

/*
 * Parse a text named "m" and tell what came of it: as above, or the number of the error and its
 * only sentence, "-74 Line 1 of 'm': ...". To be freed.
 */
char *ctf_metadata_told(const char *text, size_t size_bytes,
			const struct jscope__ctf_limits *limits);

#endif
