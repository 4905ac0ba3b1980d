/*
 * The report that a test made up as JSON, and figures in it. What is not there fails the test.
 */
#ifndef TESTS_UNIT_ANALYSIS_MADE_JSON_H
#define TESTS_UNIT_ANALYSIS_MADE_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "analysis/report.h"

/* To be released by the caller. */
json_t *json_of(const struct jscope_report *report);

/* A row of a list; borrowed. */
json_t *at(json_t *json, const char *list, size_t i);

/* json.a.b, or json.a where b is NULL. */
int64_t integer(json_t *json, const char *a, const char *b);

#endif
