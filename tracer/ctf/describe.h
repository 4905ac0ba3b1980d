/*
 * What the metadata of all our traces have in common: the text before the environment, and the head
 * of a packet as stream.c writes it. For the two that print metadata.
 */
#ifndef CTF_DESCRIBE_H
#define CTF_DESCRIBE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Types uint8_t to uint64_t, and the trace block. is_part: of its streams (stream.h). */
void jscope__ctf_describe_trace(FILE *stream, const uint8_t uuid[16], bool is_part);

/* The context of packets, inside a stream block; instant_t: 64 bits of the trace's clock. */
void jscope__ctf_describe_packets(FILE *stream);

void jscope__ctf_describe_uuid(FILE *stream, const uint8_t uuid[16]);

/*
 * The inside of a string. What would end it, or is no ASCII, becomes '_'; in a word also what is
 * blank.
 */
void jscope__ctf_describe_word(FILE *stream, const char *word);
void jscope__ctf_describe_text(FILE *stream, const char *text);

/* Make the file `metadata` in a directory. Returns 0 or a negative errno, without a sentence. */
int jscope__ctf_describe_file(int directory, void (*print)(FILE *stream, const void *state),
			      const void *state);

#endif
