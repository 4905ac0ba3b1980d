/*
 * Limits of the native reader: what a trace may ask for at most, so that a damaged or hostile one
 * takes no more memory and time than a person allows. Plain data, any thread.
 */
#ifndef REPLAY_LIMITS_H
#define REPLAY_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0: the usual one. */
struct jscope_limits {
	uint64_t metadata_bytes;
	uint64_t type_count;
	uint64_t nesting;
	uint64_t sequence_length;
	uint64_t packet_bytes;
	uint64_t event_bytes;
};

/* What can be limited, for the parser and for people. */
struct jscope_limit {
	const char *name; /* NULL behind the last one */
	const char *help; /* half a sentence */
	uint64_t usual, minimum, maximum;
	bool is_bytes;
	size_t offset; /* in struct jscope_limits */
};
extern const struct jscope_limit jscope_limit_table[];

#define JSCOPE_LIMIT_TEXT_SIZE 32

/* "64M", "128": as a person writes it. Returns text. */
const char *jscope_limit_format(char text[JSCOPE_LIMIT_TEXT_SIZE], uint64_t value);

/*
 * Read a list such as "packet=8G,nesting=128"; K, M, G and T are powers of 1024. What is not in it
 * stays as it is. Returns 0, or -EINVAL with a sentence.
 */
int jscope_limits_parse(const char *list, struct jscope_limits *limits);

#endif
