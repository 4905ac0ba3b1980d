/*
 * blame_fuzz [ROUNDS [SEED]]: random traces through the adapters into a blame and its writers. Whatever
 * the trace, memory is bounded and both results can be read; of an orderly one all parts sum exactly.
 * Deterministic; a failure names the seed of its round, to be run alone with ROUNDS 1.
 */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <jansson.h>

#include "analysis/blame.h"
#include "chain_check.h"
#include "random_source.h"
#include "random_trace.h"
#include "trace_private.h"
#include "written_check.h"

#define MEMORY_MAX_KIB (1024 * 1024)

struct totals {
	uint64_t chains, requests, services, parts, unknown;
};

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static json_int_t sum(const json_t *array, const char *key)
{
	json_int_t sum = 0;

	for (size_t i = 0; i < json_array_size(array); i++)
		sum += number(json_array_get(array, i), key);
	return sum;
}

static void row_check(const json_t *row)
{
	static const char *const sides[][2] = { { "tail", "tail_ns" }, { "body", "body_ns" } };
	json_int_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		const json_t *side = json_object_get(row, sides[i][0]);

		count += number(side, "count");
		if (sum(json_object_get(row, "culprits"), sides[i][1]) != number(side, "total_ns"))
			violation("the culprits of a %s do not sum to it", sides[i][0]);
	}
	if (count != number(row, "chains"))
		violation("tail and body are not all");
}

static void chain_sum_check(const json_t *chain, struct totals *totals)
{
	const json_t *parts = json_object_get(chain, "parts");

	if (sum(parts, "length_ns") != number(chain, "total_ns"))
		violation("the parts of a chain do not sum to it");
	totals->parts += json_array_size(parts);
	for (size_t i = 0; i < json_array_size(parts); i++)
		totals->unknown += !strcmp(
			json_string_value(json_object_get(json_array_get(parts, i), "kind")),
			"unknown");
}

static void sums_check(const json_t *root, bool orderly, struct totals *totals)
{
	static const char *const rows[] = { "notifications", "requests", "services" };
	static const char *const worst[] = { "worst", "worst_requests", "worst_services" };
	uint64_t *const counts[] = { &totals->chains, &totals->requests, &totals->services };

	for (size_t i = 0; orderly && i < 3; i++) {
		const json_t *array = json_object_get(root, rows[i]);
		const json_t *chains = json_object_get(root, worst[i]);

		*counts[i] += (uint64_t)sum(array, "chains");
		for (size_t k = 0; k < json_array_size(array); k++)
			row_check(json_array_get(array, k));
		for (size_t k = 0; k < json_array_size(chains); k++)
			chain_sum_check(json_array_get(chains, k), totals);
	}
}

static void written(const struct jscope_blame *blame, bool orderly, struct totals *totals)
{
	const struct jscope_report_style style = { .verbose = orderly, .columns = 100 };
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	json_t *root;

	if (!stream || jscope_blame_write_text(blame, &style, stream) < 0 || fclose(stream) != 0)
		violation("the text cannot be written");
	written_check_text(text, size);
	free(text);
	stream = open_memstream(&text, &size);
	if (!stream || jscope_blame_write_json(blame, stream) < 0 || fclose(stream) != 0)
		violation("the JSON cannot be written");
	root = json_loadb(text, size, 0, NULL);
	if (!root)
		violation("the JSON cannot be read");
	sums_check(root, orderly, totals);
	json_decref(root);
	free(text);
}

static void round_run(uint64_t seed, struct totals *totals)
{
	struct random_source random;
	struct random_trace_options settings;
	struct jscope_trace_options options;
	struct jscope_blame_options wanted = { 0 };
	struct jscope_blame *blame;
	struct jscope_trace *trace;

	random_seed(&random, seed);
	settings = (struct random_trace_options){ .seed = random_next(&random),
						  .event_count = random_below(&random, 6000),
						  .orderly = random_percent(&random, 60) };
	settings.lost_percent =
		random_percent(&random, 50) ? (unsigned)random_below(&random, 8) : 0;
	random_trace_set(&settings);
	wanted.worst = (unsigned)random_below(&random, 50);
	if (random_percent(&random, 20))
		wanted.over_ns = (jscope_ns)random_below(&random, 1000000);
	jscope_trace_options_init(&options);
	if (jscope_blame_create(&wanted, &blame) ||
	    jscope__trace_open_with(&random_trace_ops, "random \x1b[1m\xff", &options, &trace) ||
	    jscope_trace_replay(trace, jscope_blame_sink(blame)) ||
	    jscope_blame_finish(blame, jscope_trace_info(trace)))
		violation("replaying failed");
	written(blame, settings.orderly, totals);
	jscope_trace_destroy(trace);
	jscope_blame_destroy(blame);
}

int main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct totals totals = { 0 };
	struct rusage usage;

	setlocale(LC_ALL, "C.UTF-8");
	for (uint64_t i = 0; i < rounds; i++) {
		violation_seed = seed + i;
		round_run(seed + i, &totals);
	}
	/* A generator that makes nothing of interest proves nothing. */
	if (rounds >= 100 && (!totals.chains || !totals.requests || totals.parts == totals.unknown))
		violation("no chain or request, or no culprit, in all rounds");
	getrusage(RUSAGE_SELF, &usage);
	if (usage.ru_maxrss > MEMORY_MAX_KIB)
		violation("%ld KiB of memory", usage.ru_maxrss);
	printf("%" PRIu64 " rounds, %" PRIu64 " chains, %" PRIu64 " services, %" PRIu64
	       " requests, %" PRIu64 " parts of the worst (%" PRIu64 " unknown), %ld KiB\n",
	       rounds, totals.chains, totals.services, totals.requests, totals.parts,
	       totals.unknown, usage.ru_maxrss);
	random_trace_set(&(struct random_trace_options){ 0 });
	return 0;
}
