/*
 * Strings of a trace, each kept once: what a slot of JSCOPE_CONVERT_STRING refers to. Bounded, so
 * that a hostile trace cannot fill the memory: what does not fit becomes string 0, which is "",
 * and is counted. One thread.
 */
#ifndef REPLAY_STRINGS_H
#define REPLAY_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#define JSCOPE__STRINGS_MAX	65536
#define JSCOPE__STRING_SIZE_MAX 256 /* a longer one is cut */

struct jscope__strings;

/* Returns 0 or -ENOMEM. */
int jscope__strings_create(struct jscope__strings **ret_strings);
void jscope__strings_destroy(struct jscope__strings *strings);

/* The id of a string: 0 for an empty one and for one that did not fit. */
int64_t jscope__strings_intern(struct jscope__strings *strings, const char *text, size_t length);

/* "" for an id that is none. Valid as long as the table. */
const char *jscope__strings_get(const struct jscope__strings *strings, int64_t id);
uint64_t jscope__strings_refused(const struct jscope__strings *strings);

#endif
