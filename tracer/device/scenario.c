/* What a scenario may say: one row per key, and what fits together. */
#include "scenario_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wavert.h"

const struct jscope_scenario jscope_scenario_default = {
	.machine = { .cpu_count = 2 },
	.stream = {
		.kind = JSCOPE_STREAM_WAVERT,
		.rate_hz = 48000,
		.frame_bytes = 4,
		.period_frames = 480,
		.notification_count = 2,
	},
	.client = { .count = 1, .work_ns = 200 * JSCOPE_NS_PER_US },
};

/* Shorter periods are not those of any device, and would leave no time for anything else. */
#define PERIOD_MIN_NS (100 * JSCOPE_NS_PER_US)
#define PERIOD_MAX_NS (60 * JSCOPE_NS_PER_SEC)

_Static_assert(JSCOPE__CPUS_MAX == 64 && JSCOPE__STREAM_EVENTS_MAX == 64 &&
		       JSCOPE__BUFFER_BYTES_MAX == 64u << 20,
	       "the limits below are told in words");

enum type { TYPE_U32, TYPE_I32, TYPE_DURATION, TYPE_BOOL, TYPE_KIND };

static const struct row {
	const char *section, *key;
	enum type type;
	size_t offset;
	int64_t min, max; /* nanoseconds for a duration */
	const char *what; /* the remedy of a bad value */
} rows[] = {
#define AT(member) offsetof(struct jscope_scenario, member)
	{ "machine", "cpus", TYPE_U32, AT(machine.cpu_count), 1, JSCOPE__CPUS_MAX,
	  "a number from 1 to 64" },
	{ "stream", "kind", TYPE_KIND, AT(stream.kind), 0, 0, "wavert" },
	{ "stream", "rate", TYPE_U32, AT(stream.rate_hz), 1, 1536000,
	  "frames per second from 1 to 1536000, such as 48000" },
	{ "stream", "frame_bytes", TYPE_U32, AT(stream.frame_bytes), 1, 1024,
	  "bytes from 1 to 1024, such as 4 for 16-bit stereo" },
	{ "stream", "period_frames", TYPE_U32, AT(stream.period_frames), 1, 16777216,
	  "frames from 1 to 16777216, such as 480 for 10 ms at 48000" },
	{ "stream", "notifications", TYPE_U32, AT(stream.notification_count), 1, 2,
	  "1 (at the end of the buffer) or 2 (at its middle, too)" },
	{ "stream", "capture", TYPE_BOOL, AT(stream.capture), 0, 0, "yes or no" },
	{ "stream", "drift_ppm", TYPE_I32, AT(stream.drift_ppm), -100000, 100000,
	  "parts per million from -100000 to 100000, such as 50" },
	{ "client", "count", TYPE_U32, AT(client.count), 1, JSCOPE__STREAM_EVENTS_MAX,
	  "a number from 1 to 64" },
	{ "client", "work", TYPE_DURATION, AT(client.work_ns), 0, 60 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit from 0 to 60s, such as 200us" },
#undef AT
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

_Static_assert(ROW_COUNT <= JSCOPE__SCENARIO_KEYS_MAX, "one bit per key");

bool jscope__scenario_has_section(const char *section)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].section, section) == 0)
			return true;
	return false;
}

int jscope__scenario_key_find(const char *section, const char *key)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].key, key) == 0)
			return (int)i;
	return -ENOENT;
}

const char *jscope__scenario_key_remedy(int key)
{
	return rows[key].what;
}

void jscope__scenario_sections(char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ROW_COUNT && used < size; i++)
		if (i == 0 || strcmp(rows[i].section, rows[i - 1].section) != 0)
			used += (size_t)snprintf(text + used, size - used, "%s[%s]",
						 used ? ", " : "", rows[i].section);
}

void jscope__scenario_keys(const char *section, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ROW_COUNT && used < size; i++)
		if (strcmp(rows[i].section, section) == 0)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 rows[i].key);
}

/* A whole decimal number and nothing else. */
static int parse_integer(const char *text, int64_t *ret_value)
{
	char *end_of_number;
	int64_t value;

	if (text[strspn(text, "-0123456789")] != '\0')
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end_of_number, 10);
	if (end_of_number == text || *end_of_number || errno)
		return -EINVAL;
	*ret_value = value;
	return 0;
}

static int parse_bool(const char *text, bool *ret_value)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return -EINVAL;
	*ret_value = yes;
	return 0;
}

int jscope__scenario_key_set(struct jscope_scenario *scenario, int key, const char *text)
{
	const struct row *row = &rows[key];
	void *place = (char *)scenario + row->offset;
	int64_t value = 0;
	int error;

	if (row->type == TYPE_BOOL)
		return parse_bool(text, place);
	if (row->type == TYPE_KIND)
		return strcmp(text, "wavert") == 0 ? 0 : -EINVAL;
	error = row->type == TYPE_DURATION ? jscope_ns_parse(text, &value)
					   : parse_integer(text, &value);
	if (error || value < row->min || value > row->max)
		return -EINVAL;
	if (row->type == TYPE_DURATION)
		*(jscope_ns *)place = value;
	else if (row->type == TYPE_I32)
		*(int32_t *)place = (int32_t)value;
	else
		*(uint32_t *)place = (uint32_t)value;
	return 0;
}

const char *jscope__scenario_refusal(const struct jscope_scenario *scenario)
{
	const struct jscope_stream_settings *stream = &scenario->stream;
	jscope_ns period_ns =
		jscope_muldiv(stream->period_frames, JSCOPE_NS_PER_SEC, stream->rate_hz);
	uint64_t bytes =
		(uint64_t)stream->period_frames * stream->frame_bytes * stream->notification_count;

	if (stream->capture)
		return "capture streams cannot be run yet; write capture = no";
	if (period_ns < PERIOD_MIN_NS)
		return "period_frames at this rate is less than 100 us; make the period longer";
	if (period_ns > PERIOD_MAX_NS)
		return "period_frames at this rate is more than 60 s; make the period shorter";
	if (bytes > JSCOPE__BUFFER_BYTES_MAX)
		return "the buffer (period_frames * frame_bytes * notifications) is larger than "
		       "64 MiB; make the period shorter";
	return NULL;
}
