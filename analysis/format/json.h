/*
 * JSON under construction, for reports: objects and arrays that keep the first failure until the whole
 * is asked for, and values of the kinds that reports have. One thread.
 */
#ifndef ANALYSIS_JSON_H
#define ANALYSIS_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "analysis/hist.h"
#include "common/ns.h"
#include "table.h"

/* An object or array. The value is the caller's until it is put into another one. */
struct jscope__json {
	json_t *value;
	int status; /* 0, or -ENOMEM: then it lacks something */
};

struct jscope__json jscope__json_object(void);
struct jscope__json jscope__json_array(void);

/* Both take the value over, also where they fail. NULL is a failure. */
void jscope__json_put(struct jscope__json *object, const char *key, json_t *value);
void jscope__json_put_child(struct jscope__json *object, const char *key,
			    struct jscope__json child);
void jscope__json_append(struct jscope__json *array, struct jscope__json child);
/* An empty distribution is left out: no zero stands for "not measured". */
void jscope__json_put_dist(struct jscope__json *object, const char *key,
			   const struct jscope_hist *hist, const char *unit);

/*
 * How far values lie above the least of them (of one-way delays: the PDV of RFC 5481), as a
 * distribution; with it the least as `reference`, and by how much percentiles may be off.
 */
void jscope__json_put_variation(struct jscope__json *object, const char *key,
				const struct jscope_hist *hist, const char *unit);

/* Counts beyond what JSON can hold are the greatest that it can. */
json_t *jscope__json_count(uint64_t count);
json_t *jscope__json_instant(jscope_ns ns); /* UNKNOWN: null */
json_t *jscope__json_rounded(double value);

/* The whole, as a text of its own; takes it over. Returns 0, what failed before, or -EIO. */
int jscope__json_write(struct jscope__json whole, FILE *stream);

/* plain: without what a plain report leaves out. */
typedef struct jscope__json jscope__json_row_fn(const void *row, bool plain);

/* All rows of a table, at last `other`, which says how many are in it. */
struct jscope__json jscope__json_table(const struct jscope__table *table,
				       jscope__json_row_fn *row_build, bool plain);

#endif
