/*
 * judge_fuzz [ROUNDS [SEED]]: random events of our vocabulary through the judge and every format of
 * a check. Deterministic; what goes wrong shows as a crash, a sanitizer's complaint, or output that
 * is no JSON.
 */
#include <inttypes.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/check.h"
#include "jscope/probe.h"
#include "probes/vocabulary.h"
#include "random_source.h"

#define EVENTS_MAX 4000

struct round {
	struct random_source random;
	bool orderly; /* small values and ascending times, so that objects meet */
	jscope_ns now_ns;
	uint64_t violated, inconclusive, passed;
};

static int64_t slot_of(struct round *round, enum jscope_field_type type)
{
	const bool is_wild = !round->orderly && random_percent(&round->random, 20);

	if (is_wild)
		return random_extreme(&round->random);
	if (type == JSCOPE_FIELD_ts)
		return random_percent(&round->random, 10)
			       ? JSCOPE_NS_UNKNOWN
			       : jscope_sub_sat(round->now_ns,
						(jscope_ns)random_below(&round->random, 20000000));
	if (type == JSCOPE_FIELD_i32)
		return random_percent(&round->random, 80) ? 0 : -1073741823;
	if (type == JSCOPE_FIELD_u32 && random_percent(&round->random, 50))
		return (int64_t)random_below(&round->random, 50) * 96;
	return (int64_t)random_below(&round->random, 4);
}

static void event_feed(struct round *round, const struct jscope_timeline_sink *sink)
{
	/* Ground truth comes last in the vocabulary, and is never told. */
	const unsigned id = (unsigned)random_below(&round->random, JSCOPE_EVENT_truth_fault);
	const struct jscope_event_desc *desc = jscope_event_describe(id);
	int64_t slots[JSCOPE_EVENT_FIELDS_MAX];
	const struct jscope_vocabulary_event event = {
		.ts_ns = round->now_ns,
		.cpu = (uint32_t)random_below(&round->random, 3),
		.tid = (int64_t)random_below(&round->random, 4) - 1,
		.id = id,
		.slot = slots,
	};

	for (size_t i = 0; i < desc->field_count; i++)
		slots[i] = slot_of(round, desc->fields[i].type);
	sink->vocabulary(sink->state, &event);
}

static void loss_feed(struct round *round, const struct jscope_timeline_sink *sink)
{
	const bool is_known = random_percent(&round->random, 90);
	const struct jscope_loss loss = {
		.events = 1,
		.begin_ns = is_known ? round->now_ns : JSCOPE_NS_UNKNOWN,
		.end_ns = is_known ? jscope_add_sat(round->now_ns, 1000000) : JSCOPE_NS_UNKNOWN,
	};

	sink->loss(sink->state, &loss);
}

static void feed(struct round *round, struct jscope_judge *judge)
{
	const struct jscope_timeline_sink *sink = jscope_judge_sink(judge);
	const uint64_t count = random_below(&round->random, EVENTS_MAX);

	for (uint64_t i = 0; i < count; i++) {
		round->now_ns =
			round->orderly || random_percent(&round->random, 95)
				? jscope_add_sat(round->now_ns,
						 (jscope_ns)random_below(&round->random, 3000000))
				: random_extreme(&round->random);
		event_feed(round, sink);
		if (random_percent(&round->random, 1))
			loss_feed(round, sink);
	}
	if (jscope_judge_finish(judge, random_percent(&round->random, 20)) < 0)
		abort();
}

/* As the command writes it; to be freed. */
static char *text_of(const struct jscope_check *check)
{
	const struct jscope_report_style style = { .verbose = true, .columns = 80 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream || jscope_check_write_text(check, &style, stream) < 0 || fclose(stream) != 0)
		abort();
	return text;
}

static char *written(const struct jscope_check *check,
		     int (*write)(const struct jscope_check *, FILE *))
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream || write(check, stream) < 0 || fclose(stream) != 0)
		abort();
	return text;
}

static void formats_check(const struct jscope_check *check)
{
	char *text = text_of(check), *json = written(check, jscope_check_write_json),
	     *junit = written(check, jscope_check_write_junit);
	json_t *value = json_loads(json, 0, NULL);

	/* None of what a hostile trace may name reaches a terminal or ends the markup. */
	if (!value || strchr(text, '\033') || strchr(junit, '\033'))
		abort();
	json_decref(value);
	free(text);
	free(json);
	free(junit);
}

static void count(struct round *round, const struct jscope_judge *judge)
{
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		const enum jscope_verdict verdict = jscope_judge_result(judge, rule)->verdict;

		round->violated += verdict == JSCOPE_VERDICT_VIOLATED;
		round->inconclusive += verdict == JSCOPE_VERDICT_INCONCLUSIVE;
		round->passed += verdict == JSCOPE_VERDICT_PASSED;
	}
}

static void round_run(struct round *round, uint64_t seed)
{
	const struct jscope_trace_info info = {
		.path = "random \x1b[1m\xff <&\"", .reader = "random", .begin_ns = 0, .end_ns = 1
	};
	struct jscope_check check = { .info = &info };
	struct jscope_judge *judge;

	random_seed(&round->random, seed);
	round->orderly = random_percent(&round->random, 60);
	round->now_ns = 1000000000;
	check.profile = (enum jscope_profile)random_below(&round->random, JSCOPE_PROFILE_COUNT);
	check.strict = random_percent(&round->random, 50);
	if (jscope_judge_create(check.profile, &judge) < 0)
		abort();
	feed(round, judge);
	check.judge = judge;
	formats_check(&check);
	count(round, judge);
	jscope_judge_destroy(judge);
}

int main(int argc, char **argv)
{
	const uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;
	const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct round round = { .violated = 0 };

	setlocale(LC_ALL, "C.UTF-8");
	for (uint64_t i = 0; i < rounds; i++)
		round_run(&round, seed + i);
	printf("%" PRIu64 " rounds: %" PRIu64 " passed, %" PRIu64 " violated, %" PRIu64
	       " inconclusive\n",
	       rounds, round.passed, round.violated, round.inconclusive);
	/* Random events that break nothing, or keep nothing, would prove nothing. */
	return rounds < 100 || (round.passed && round.violated && round.inconclusive) ? 0 : 1;
}
