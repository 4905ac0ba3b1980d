#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

#include "made_json.h"

json_t *json_of(const struct jscope_report *report)
{
	json_error_t error;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *json;

	assert_non_null(stream);
	assert_int_equal(jscope_report_write_json(report, NULL, stream), 0);
	fclose(stream);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(json);
	free(text);
	return json;
}

json_t *at(json_t *json, const char *list, size_t i)
{
	json_t *row = json_array_get(json_object_get(json, list), i);

	assert_non_null(row);
	return row;
}

int64_t integer(json_t *json, const char *a, const char *b)
{
	json_t *value = json_object_get(b ? json_object_get(json, a) : json, b ? b : a);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}
