#include "written_check.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

static json_t *parse(const char *text, size_t size, size_t flags)
{
	json_error_t error;
	json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES | flags, &error);

	if (!json)
		violation("JSON: %s at %d: %.80s", error.text, error.position, text);
	return json;
}

static json_int_t integer_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		violation("JSON: '%s' is no integer", key);
	return json_integer_value(value);
}

static void dist_check(const char *name, const json_t *dist)
{
	static const char *const ascending[] = { "min", "p50",	 "p90",	   "p95",
						 "p99", "p99_9", "p99_99", "max" };
	double mean = json_number_value(json_object_get(dist, "mean"));
	json_int_t last = INT64_MIN, low = integer_of(dist, "min"), high = integer_of(dist, "max");

	for (size_t i = 0; i < sizeof ascending / sizeof ascending[0]; i++) {
		const json_t *value = json_object_get(dist, ascending[i]);

		if (!value)
			violation("%s has no %s", name, ascending[i]);
		if (json_is_null(value))
			continue;
		if (json_integer_value(value) < last)
			violation("%s: %s is below the one before it", name, ascending[i]);
		last = json_integer_value(value);
	}
	if (mean < (double)low - 1 - fabs((double)low) / 1e12 ||
	    mean > (double)high + 1 + fabs((double)high) / 1e12)
		violation("%s: the mean lies outside", name);
	if (integer_of(dist, "count") < 1)
		violation("%s is there and empty", name);
	if (integer_of(dist, "below") + integer_of(dist, "above") > integer_of(dist, "count"))
		violation("%s: more overflow than values", name);
}

/* Every distribution, wherever it stands. */
static void dists_check(const char *name, json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_object(json) && json_object_get(json, "p99_99"))
		dist_check(name, json);
	else if (json_is_object(json))
		json_object_foreach(json, key, value) dists_check(key, value);
	else if (json_is_array(json))
		json_array_foreach(json, i, value) dists_check(name, value);
}

static uint64_t counts_check(const json_t *counts)
{
	static const char *const parts[] = { "on_time", "late",	  "early",
					     "merged",	"missed", "censored" };
	json_int_t sum = 0;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		sum += integer_of(counts, parts[i]);
	if (sum != integer_of(counts, "points"))
		violation("classes sum to %" JSON_INTEGER_FORMAT ", points are not", sum);
	return (uint64_t)(sum + integer_of(counts, "spurious"));
}

void written_check_json(const char *text, size_t size, const struct chain_check *check)
{
	json_t *root = parse(text, size, 0), *stream;
	uint64_t notifications = 0;
	size_t i;

	dists_check("report", root);
	json_array_foreach(json_object_get(root, "notifications"), i, stream) notifications +=
		counts_check(json_object_get(stream, "counts"));
	if (notifications != check->notifications)
		violation("%" PRIu64 " notifications in, %" PRIu64 " in the report",
			  check->notifications, notifications);
	json_decref(root);
}

void written_check_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\n') || text[i] == 0x7f)
			violation("control byte 0x%02x in text", (unsigned char)text[i]);
}

/* Returns behind the end of the line. */
static const char *columns_count(const char *text, const char *end, unsigned *ret_columns)
{
	bool quoted = false;

	for (*ret_columns = 1; text < end; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (*text == ',' && !quoted)
			++*ret_columns;
		else if (*text == '\n' && !quoted)
			return text + 1;
	}
	violation("CSV: the last line has no end");
}

void written_check_csv(const char *text, size_t size)
{
	const char *end = text + size;
	unsigned first = 0, columns;

	written_check_text(text, size);
	while (text < end) {
		const char *line = text;

		text = columns_count(text, end, &columns);
		if (first && columns != first)
			violation("CSV: %u columns instead of %u: %.*s", columns, first,
				  (int)(text - line), line);
		first = columns;
	}
}

void written_check_ndjson(const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));

		if (!line_end)
			violation("NDJSON: the last line has no end");
		/* Identities have 64 bits, one more than jansson's integers. */
		json_decref(parse(text, (size_t)(line_end - text), JSON_DECODE_INT_AS_REAL));
		text = line_end + 1;
	}
}

void written_check_svg(const char *text, size_t size)
{
	long open = 0;

	written_check_text(text, size);
	for (size_t i = 0; i + 1 < size; i++) {
		if (text[i] == '<' && text[i + 1] != '?' && text[i + 1] != '!')
			open += text[i + 1] == '/' ? -1 : 1;
		if (text[i] == '/' && text[i + 1] == '>')
			open--;
	}
	if (open != 0 || !strstr(text, "</svg>"))
		violation("SVG: %ld elements stay open", open);
}
