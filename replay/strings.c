#include "strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS (2 * JSCOPE__STRINGS_MAX) /* a power of two; half of them stay empty */

struct jscope__strings {
	uint32_t bucket[BUCKETS]; /* id, 0 for empty */
	uint64_t hash[JSCOPE__STRINGS_MAX];
	char *text[JSCOPE__STRINGS_MAX]; /* owned; 0 unused */
	uint32_t count;			 /* ids given, 0 included */
	uint64_t refused;
};

int jscope__strings_create(struct jscope__strings **ret_strings)
{
	struct jscope__strings *strings = calloc(1, sizeof *strings);

	if (!strings)
		return -ENOMEM;
	strings->count = 1;
	*ret_strings = strings;
	return 0;
}

void jscope__strings_destroy(struct jscope__strings *strings)
{
	if (!strings)
		return;
	for (uint32_t id = 1; id < strings->count; id++)
		free(strings->text[id]);
	free(strings);
}

/* FNV-1a. Chosen collisions only cost time: the probe count below is bounded. */
static uint64_t hash_of(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return hash;
}

static int64_t string_refuse(struct jscope__strings *strings)
{
	strings->refused++;
	return 0;
}

static int64_t string_add(struct jscope__strings *strings, uint32_t *bucket, uint64_t hash,
			  const char *text, size_t length)
{
	uint32_t id = strings->count;

	if (id == JSCOPE__STRINGS_MAX)
		return string_refuse(strings);
	strings->text[id] = strndup(text, length);
	if (!strings->text[id])
		return string_refuse(strings);
	strings->hash[id] = hash;
	strings->count++;
	*bucket = id;
	return id;
}

int64_t jscope__strings_intern(struct jscope__strings *strings, const char *text, size_t length)
{
	enum { PROBES_MAX = 64 };
	uint64_t hash;

	length = strnlen(text, length < JSCOPE__STRING_SIZE_MAX ? length : JSCOPE__STRING_SIZE_MAX);
	if (!length)
		return 0;
	hash = hash_of(text, length);
	for (unsigned probe = 0; probe < PROBES_MAX; probe++) {
		uint32_t *bucket = &strings->bucket[(hash + probe) & (BUCKETS - 1)];
		const char *known = strings->text[*bucket];

		if (!*bucket)
			return string_add(strings, bucket, hash, text, length);
		if (strings->hash[*bucket] == hash && !strncmp(known, text, length) &&
		    !known[length])
			return *bucket;
	}
	return string_refuse(strings);
}

const char *jscope__strings_get(const struct jscope__strings *strings, int64_t id)
{
	/* Not by `count`, which grows while another thread reads on; what it was told of is there. */
	return id > 0 && id < JSCOPE__STRINGS_MAX ? strings->text[id] : "";
}

uint64_t jscope__strings_refused(const struct jscope__strings *strings)
{
	return strings->refused;
}
