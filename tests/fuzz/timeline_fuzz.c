/*
 * timeline_fuzz [ROUNDS [SEED]]: random traces through the adapters into the report and every
 * writer. Deterministic; a failure names the seed of its round, to be run alone with ROUNDS 1.
 */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "analysis/report.h"
#include "analysis/timeline_writer.h"
#include "chain_check.h"
#include "random_source.h"
#include "random_trace.h"
#include "trace_private.h"
#include "written_check.h"

#define MEMORY_MAX_KIB (1024 * 1024)

struct output {
	char *text;
	size_t size;
	FILE *stream;
};

static void output_open(struct output *output)
{
	output->stream = open_memstream(&output->text, &output->size);
	if (!output->stream)
		abort();
}

static void output_close(struct output *output, int status)
{
	if (status < 0 || fclose(output->stream) != 0)
		violation("writing failed");
}

/* Three writers that hold lines back, as `jitterscope replay` has them. */
static const enum jscope_line_format formats[] = { JSCOPE_LINE_TEXT, JSCOPE_LINE_NDJSON,
						   JSCOPE_LINE_CSV };
#define FORMATS (sizeof formats / sizeof formats[0])

struct round {
	struct chain_check check;
	struct jscope_report *report;
	struct output lines[FORMATS];
	struct jscope_timeline_writer *writers[FORMATS];
};

static void round_init(struct round *round, struct random_source *random, bool orderly)
{
	const unsigned csv_what = 1u << random_below(random, 3);

	chain_check_init(&round->check, orderly);
	if (jscope_report_create(&round->report) < 0)
		abort();
	round->check.sinks[round->check.sink_count++] = jscope_report_sink(round->report);
	for (size_t i = 0; i < FORMATS; i++) {
		unsigned what = formats[i] == JSCOPE_LINE_CSV ? csv_what : JSCOPE_WHAT_ALL;

		output_open(&round->lines[i]);
		if (jscope_timeline_writer_create(round->lines[i].stream, formats[i], what,
						  &round->writers[i]) < 0)
			abort();
		round->check.sinks[round->check.sink_count++] =
			jscope_timeline_writer_sink(round->writers[i]);
	}
}

static void lines_check(struct round *round)
{
	for (size_t i = 0; i < FORMATS; i++)
		output_close(&round->lines[i], jscope_timeline_writer_finish(round->writers[i]));
	written_check_text(round->lines[0].text, round->lines[0].size);
	written_check_ndjson(round->lines[1].text, round->lines[1].size);
	written_check_csv(round->lines[2].text, round->lines[2].size);
}

static void report_check(const struct round *round, struct random_source *random)
{
	const struct jscope_report_style style = { .plain = random_percent(random, 20),
						   .verbose = random_percent(random, 50),
						   .columns = (unsigned)random_below(random, 160) };
	struct output text, json, csv, svg;

	output_open(&text);
	output_close(&text, jscope_report_write_text(round->report, &style, text.stream));
	written_check_text(text.text, text.size);
	output_open(&json);
	output_close(&json, jscope_report_write_json(round->report, &style, json.stream));
	written_check_json(json.text, json.size, &round->check);
	output_open(&csv);
	output_close(&csv, jscope_report_write_csv(round->report, csv.stream));
	written_check_csv(csv.text, csv.size);
	output_open(&svg);
	output_close(&svg, jscope_report_write_svg(round->report, svg.stream));
	written_check_svg(svg.text, svg.size);
	free(text.text);
	free(json.text);
	free(csv.text);
	free(svg.text);
}

static void round_finish(struct round *round)
{
	for (size_t i = 0; i < FORMATS; i++) {
		jscope_timeline_writer_destroy(round->writers[i]);
		free(round->lines[i].text);
	}
	jscope_report_destroy(round->report);
	chain_check_finish(&round->check);
}

static void options_vary(struct jscope_trace_options *options, struct random_source *random)
{
	jscope_trace_options_init(options);
	if (random_percent(random, 10))
		options->from = (struct jscope_trace_when){ random_extreme(random),
							    random_percent(random, 50) };
	if (random_percent(random, 10))
		options->to = (struct jscope_trace_when){ random_extreme(random), true };
	if (random_percent(random, 5))
		options->last_ns = (jscope_ns)random_below(random, 10000000);
	if (random_percent(random, 5))
		options->device = "dev1";
	if (random_percent(random, 5))
		options->cpu = 1;
	if (random_percent(random, 20))
		options->late_bound_ns = random_extreme(random);
}

struct totals {
	uint64_t delivered, notifications, complete, requests, classes[JSCOPE_CLASS_COUNT];
};

static void totals_add(struct totals *totals, const struct chain_check *check)
{
	totals->delivered += random_trace_delivered();
	totals->notifications += check->notifications;
	totals->complete += check->complete;
	totals->requests += check->requests;
	for (unsigned i = 0; i < JSCOPE_CLASS_COUNT; i++)
		totals->classes[i] += check->classes[i];
}

static void round_run(uint64_t seed, struct totals *totals)
{
	struct random_source random;
	struct random_trace_options settings;
	struct jscope_trace_options options;
	struct jscope_timeline_sink sink;
	struct jscope_trace *trace;
	struct round round;

	random_seed(&random, seed);
	settings = (struct random_trace_options){ .seed = random_next(&random),
						  .event_count = random_below(&random, 6000),
						  .orderly = random_percent(&random, 60) };
	settings.lost_percent =
		random_percent(&random, 50) ? (unsigned)random_below(&random, 8) : 0;
	random_trace_set(&settings);
	options_vary(&options, &random);
	memset(&round, 0, sizeof round);
	round_init(&round, &random, settings.orderly);
	sink = chain_check_sink(&round.check);
	if (jscope__trace_open_with(&random_trace_ops, "random \x1b[1m\xff", &options, &trace) ||
	    jscope_trace_replay(trace, &sink) ||
	    jscope_report_finish(round.report, jscope_trace_info(trace)))
		violation("replaying failed");
	lines_check(&round);
	report_check(&round, &random);
	chain_check_hist(round.check.lengths);
	totals_add(totals, &round.check);
	jscope_trace_destroy(trace);
	round_finish(&round);
}

/* A generator that makes nothing of interest proves nothing. */
static void totals_check(const struct totals *totals, uint64_t rounds)
{
	if (rounds < 100)
		return;
	for (unsigned i = 0; i < JSCOPE_CLASS_COUNT; i++)
		if (!totals->classes[i])
			violation("no notification of all rounds was %s", jscope_class_name(i));
	if (!totals->complete || !totals->requests)
		violation("no chain or request in all rounds");
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
	totals_check(&totals, rounds);
	getrusage(RUSAGE_SELF, &usage);
	if (usage.ru_maxrss > MEMORY_MAX_KIB)
		violation("%ld KiB of memory", usage.ru_maxrss);
	printf("%" PRIu64 " rounds, %" PRIu64 " events, %" PRIu64 " notifications (%" PRIu64
	       " whole), %" PRIu64 " requests, %ld KiB\n",
	       rounds, totals.delivered, totals.notifications, totals.complete, totals.requests,
	       usage.ru_maxrss);
	random_trace_set(&(struct random_trace_options){ 0 });
	return 0;
}
