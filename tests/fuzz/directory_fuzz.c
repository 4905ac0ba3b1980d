/*
 * Any bytes as a directory that holds a trace: metadata, then stream files, divided by lines of
 * "====". They are read into slots and as text, which must find the same events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_reading.h"
#include "driver.h"

#define STREAMS_MAX 4
#define DIVIDER	    "\n====\n"

static const char *const names[STREAMS_MAX] = { "k_0", "k_1", "k_3", "k_3_1" };

/* Where the part that begins there ends. */
static const uint8_t *part_end(const uint8_t *begin, const uint8_t *end)
{
	const uint8_t *divider = memmem(begin, (size_t)(end - begin), DIVIDER, sizeof DIVIDER - 1);

	return divider ? divider : end;
}

static const uint8_t *part_write(const char *name, const uint8_t *begin, const uint8_t *end)
{
	const uint8_t *part = part_end(begin, end);

	ctf_reading_file(name, begin, (size_t)(part - begin));
	return part == end ? NULL : part + sizeof DIVIDER - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	static struct ctf_reading slots, text;
	const uint8_t *const end = bytes + size_bytes;
	const uint8_t *rest = part_write("metadata", bytes, end);

	for (int i = 0; i < STREAMS_MAX; i++)
		if (rest)
			rest = part_write(names[i], rest, end);
		else
			ctf_reading_unlink(names[i]);
	ctf_reading_make(ctf_reading_directory(), 0, &slots);
	ctf_reading_make(ctf_reading_directory(), JSCOPE_READER_TEXT, &text);
	if (slots.status == 0 && slots.events != text.events)
		abort();
	if (slots.status != text.status || slots.info.damages != text.info.damages)
		abort();
	return 0;
}
