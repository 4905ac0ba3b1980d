/*
 * The metadata of a trace: what its bytes mean, in the language of CTF 1.8 (TSDL), made from the
 * vocabulary. Names and types are those of a trace that LTTng-UST makes of the same events.
 */
#ifndef CTF_METADATA_H
#define CTF_METADATA_H

#include <stdint.h>
#include <stdio.h>

/* What is told about the recording; plain text without quotes. */
struct jscope__ctf_origin {
	uint8_t uuid[16];
	const char *scenario;
	uint64_t seed;
};

void jscope__ctf_metadata_print(FILE *stream, const struct jscope__ctf_origin *origin);

#endif
