#include "../cmocka_all.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/compare.h"
#include "run_feed.h"
#include "synthetic.h"

static struct jscope_compare *compare_new(void)
{
	struct jscope_compare *compare;

	assert_int_equal(jscope_compare_create(&compare), 0);
	return compare;
}

static void run_add(struct jscope_compare *compare, enum jscope_side side, struct run_feed feed)
{
	assert_int_equal(jscope_compare_add(compare, side, run_report(&feed)), 0);
}

static struct jscope_compare *compared(struct run_feed a, struct run_feed b)
{
	struct jscope_compare *compare = compare_new();

	run_add(compare, JSCOPE_SIDE_A, a);
	run_add(compare, JSCOPE_SIDE_B, b);
	assert_int_equal(jscope_compare_finish(compare, NULL), 0);
	return compare;
}

static struct jscope_figure_standing figure_of(const struct jscope_compare *compare,
					       const char *stream, const char *name)
{
	struct jscope_figure_standing figure;

	for (unsigned i = 0; jscope_compare_figure(compare, i, &figure); i++)
		if (!strcmp(figure.name, name) && !strcmp(figure.stream, stream))
			return figure;
	fail_msg("there is no %s", name);
	return figure;
}

static void stands(const struct jscope_compare *compare, const char *name,
		   enum jscope_standing standing)
{
	assert_int_equal(figure_of(compare, "stream 0x1", name).standing, standing);
}

static void same_runs_name_nothing(void **state)
{
	struct jscope_compare *compare = compared((struct run_feed){ .seed = 1, .count = 4000 },
						  (struct run_feed){ .seed = 2, .count = 4000 });

	(void)state;
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_MOVED), 0);
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_STILL), 8);
	jscope_compare_destroy(compare);
}

/* Each stage in turn, by a tenth: it is named, what it is part of follows, nothing else moves. */
static void the_stage_that_moved_is_named(void **state)
{
	static const char *const stages[] = { "interrupt", "dispatch", "queue", "handler", "wake" };

	(void)state;
	for (enum jscope_stage i = 0; i <= JSCOPE_STAGE_WAKE; i++) {
		struct run_feed b = { .seed = 2, .count = 20000 };
		struct jscope_compare *compare;

		b.scale[i] = 1.1;
		compare = compared((struct run_feed){ .seed = 1, .count = 20000 }, b);
		stands(compare, stages[i], JSCOPE_STANDING_MOVED);
		assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_MOVED), 1);
		stands(compare, "service", JSCOPE_STANDING_STILL);
		if (i == JSCOPE_STAGE_WAKE)
			stands(compare, "end_to_end", JSCOPE_STANDING_FOLLOWS);
		jscope_compare_destroy(compare);
	}
}

static void headroom_follows_the_client(void **state)
{
	struct jscope_compare *compare =
		compared((struct run_feed){ .seed = 1, .count = 4000 },
			 (struct run_feed){ .seed = 2, .count = 4000, .work_scale = 2 });

	(void)state;
	stands(compare, "service", JSCOPE_STANDING_MOVED);
	stands(compare, "headroom_time", JSCOPE_STANDING_FOLLOWS);
	stands(compare, "end_to_end", JSCOPE_STANDING_STILL);
	jscope_compare_destroy(compare);
}

/* The same shift among values that resemble each other is less sure, and more would be needed. */
static void resemblance_hides(void **state)
{
	struct run_feed a = { .seed = 1, .count = 4000 }, b = { .seed = 2, .count = 4000 };
	struct jscope_compare *compare = compared(a, b);
	const double alone = figure_of(compare, "stream 0x1", "wake").detectable_ratio;

	(void)state;
	jscope_compare_destroy(compare);
	a.persistence = b.persistence = 0.95;
	compare = compared(a, b);
	assert_true(alone > 0.02 && alone < 0.12);
	assert_true(figure_of(compare, "stream 0x1", "wake").detectable_ratio > 3 * alone);
	jscope_compare_destroy(compare);
}

static void streams_are_matched_by_name(void **state)
{
	struct jscope_compare *compare =
		compared((struct run_feed){ .seed = 1, .count = 1000 },
			 (struct run_feed){ .seed = 2, .count = 1000, .stream = "stream 0x2" });

	(void)state;
	assert_int_equal(figure_of(compare, "stream 0x1", "wake").standing, JSCOPE_STANDING_ONLY_A);
	assert_int_equal(figure_of(compare, "stream 0x2", "wake").standing, JSCOPE_STANDING_ONLY_B);
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_ONLY_A), 8);
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_ONLY_B), 8);
	jscope_compare_destroy(compare);
}

static void few_values_tell_nothing(void **state)
{
	struct jscope_compare *compare = compared((struct run_feed){ .seed = 1, .count = 100 },
						  (struct run_feed){ .seed = 2, .count = 4000 });

	(void)state;
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_UNKNOWN), 8);
	jscope_compare_destroy(compare);
	compare = compared((struct run_feed){ .seed = 1, .count = 4000, .forgets_order = true },
			   (struct run_feed){ .seed = 2, .count = 4000 });
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_UNKNOWN), 8);
	jscope_compare_destroy(compare);
}

/* Runs of a side that differ by as much as the sides do: nothing can be said. */
static void runs_tell_what_differs_anyway(void **state)
{
	struct jscope_compare *compare = compare_new();
	struct run_feed feed = { .count = 4000 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		feed.seed = 10 + i;
		feed.scale[JSCOPE_STAGE_WAKE] = i % 2 ? 1.2 : 1;
		feed.scale[JSCOPE_STAGE_HANDLER] = i < 4 ? 1 : 1.2;
		run_add(compare, i < 4 ? JSCOPE_SIDE_A : JSCOPE_SIDE_B, feed);
	}
	assert_int_equal(jscope_compare_finish(compare, NULL), 0);
	stands(compare, "handler", JSCOPE_STANDING_MOVED);
	assert_int_not_equal(figure_of(compare, "stream 0x1", "wake").standing,
			     JSCOPE_STANDING_MOVED);
	jscope_compare_destroy(compare);
}

/*
 * Runs that differ by chance, each of its wake a little faster or slower: hardly ever is anything
 * named, also where one run stands beside five.
 */
static void runs_that_wander_name_nothing(void **state)
{
	static const unsigned runs[][JSCOPE_SIDE_COUNT] = { { 3, 3 }, { 5, 1 } };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		unsigned named = 0;

		for (unsigned round = 0; round < 40; round++) {
			struct jscope_compare *compare = compare_new();

			for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
				for (unsigned run = 0; run < runs[i][side]; run++) {
					struct run_feed feed = { .seed = seed++, .count = 1000 };

					feed.scale[JSCOPE_STAGE_WAKE] =
						exp(0.05 * run_normal(&seed));
					run_add(compare, side, feed);
				}
			assert_int_equal(jscope_compare_finish(compare, NULL), 0);
			named += jscope_compare_count(compare, JSCOPE_STANDING_MOVED) > 0;
			jscope_compare_destroy(compare);
		}
		assert_true(named <= 2);
	}
}

/* Of a change by a tenth it is shown that it is less than a fifth, but not that it is less than 8 %. */
static void what_is_too_small_to_matter_is_slight(void **state)
{
	static const struct {
		struct jscope_smallest smallest;
		enum jscope_standing standing;
	} table[] = {
		{ { 0 }, JSCOPE_STANDING_MOVED },
		{ { .ratio = 0.08 }, JSCOPE_STANDING_MOVED },
		{ { .ratio = 0.2 }, JSCOPE_STANDING_SLIGHT },
		{ { .ns = 2000 }, JSCOPE_STANDING_MOVED },
		{ { .ns = 500000 }, JSCOPE_STANDING_SLIGHT },
	};
	const struct run_feed b = { .seed = 2,
				    .count = 20000,
				    .scale = { [JSCOPE_STAGE_WAKE] = 1.1 } };

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct jscope_compare *compare = compare_new();

		jscope_compare_set_smallest(compare, table[i].smallest);
		run_add(compare, JSCOPE_SIDE_A, (struct run_feed){ .seed = 1, .count = 20000 });
		run_add(compare, JSCOPE_SIDE_B, b);
		assert_int_equal(jscope_compare_finish(compare, NULL), 0);
		stands(compare, "wake", table[i].standing);
		stands(compare, "interrupt", JSCOPE_STANDING_STILL);
		jscope_compare_destroy(compare);
	}
}

/* A name that is given another one makes way for whoever had that already. */
static void names_can_be_told_to_be_the_same(void **state)
{
	const struct run_feed slow = { .seed = 1,
				       .count = 1000,
				       .scale = { [JSCOPE_STAGE_WAKE] = 2 } };
	const struct run_feed fast = { .seed = 2, .count = 1000, .stream = "stream 0x2" };
	struct run_feed b = slow;
	struct jscope_compare *compare = compare_new();

	(void)state;
	assert_int_equal(jscope_compare_add_same(compare, "stream 0x1", "stream 0x2"), 0);
	assert_int_equal(jscope_compare_add_same(compare, "x", "stream 0x2"), -EEXIST);
	assert_int_equal(jscope_compare_add_same(compare, "stream 0x1", "x"), -EEXIST);
	b.seed = 3;
	b.stream = "stream 0x2";
	run_add(compare, JSCOPE_SIDE_A, slow);
	run_add(compare, JSCOPE_SIDE_A, fast);
	run_add(compare, JSCOPE_SIDE_B, b);
	assert_int_equal(jscope_compare_finish(compare, NULL), 0);
	assert_int_equal(figure_of(compare, "stream 0x2", "wake").standing, JSCOPE_STANDING_STILL);
	assert_int_equal(figure_of(compare, "stream 0x1", "wake").standing, JSCOPE_STANDING_ONLY_A);
	jscope_compare_destroy(compare);
}

static void runs_are_bounded(void **state)
{
	struct jscope_compare *compare = compare_new();
	const struct run_feed feed = { .seed = 1, .count = 1 };

	(void)state;
	for (unsigned i = 0; i < JSCOPE_COMPARE_RUNS_MAX; i++)
		run_add(compare, JSCOPE_SIDE_A, feed);
	assert_int_equal(jscope_compare_add(compare, JSCOPE_SIDE_A, run_report(&feed)), -E2BIG);
	jscope_compare_destroy(compare);
}

/* What the document says is what the comparison found. */
static void json_has_what_was_found(void **state)
{
	struct run_feed b = { .seed = 2, .count = 4000, .scale = { [JSCOPE_STAGE_WAKE] = 1.3 } };
	struct jscope_compare *compare = compared((struct run_feed){ .seed = 1, .count = 4000 }, b);
	json_t *document, *figure = NULL, *change;
	char *text = NULL;
	size_t size = 0, index;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(jscope_compare_write_json(compare, stream), 0);
	fclose(stream);
	document = json_loads(text, 0, NULL);
	assert_non_null(document);
	assert_string_equal(json_string_value(json_object_get(document, "schema")),
			    "jitterscope.compare/1");
	json_array_foreach(json_object_get(document, "figures"), index,
			   figure) if (!strcmp(json_string_value(json_object_get(figure, "name")),
					       "wake")) break;
	assert_string_equal(json_string_value(json_object_get(figure, "standing")), "moved");
	change = json_array_get(json_object_get(figure, "changes"), 0);
	assert_true(json_number_value(json_object_get(change, "ratio")) > 1.2);
	assert_true(json_integer_value(json_object_get(change, "low")) > 0);
	assert_true(json_integer_value(json_object_get(change, "low")) <=
		    json_integer_value(json_object_get(change, "difference")));
	assert_true(json_integer_value(json_object_get(change, "high")) >=
		    json_integer_value(json_object_get(change, "difference")));
	json_decref(document);
	free(text);
	jscope_compare_destroy(compare);
}

static struct jscope_report *synthetic_report(void (*feed)(const struct jscope_timeline_sink *sink),
					      struct jscope_trace_info info)
{
	struct jscope_report *report;

	assert_int_equal(jscope_report_create(&report), 0);
	jscope_report_keep_order(report);
	feed(jscope_report_sink(report));
	assert_int_equal(jscope_report_finish(report, &info), 0);
	return report;
}

/* Every byte is for a terminal, and the document is whole. */
static void formats_check(const struct jscope_compare *compare)
{
	const struct jscope_report_style style = { .verbose = true };
	char *text = NULL, *json = NULL;
	size_t text_size = 0, json_size = 0;
	FILE *text_stream = open_memstream(&text, &text_size);
	FILE *json_stream = open_memstream(&json, &json_size);
	json_t *document;

	assert_int_equal(jscope_compare_write_text(compare, &style, text_stream), 0);
	assert_int_equal(jscope_compare_write_junit(compare, text_stream), 0);
	assert_int_equal(jscope_compare_write_json(compare, json_stream), 0);
	fclose(text_stream);
	fclose(json_stream);
	for (size_t i = 0; i < text_size; i++)
		assert_true(text[i] == '\n' || (unsigned char)text[i] >= ' ');
	document = json_loads(json, 0, NULL);
	assert_non_null(document);
	json_decref(document);
	free(text);
	free(json);
}

static void hostile_names_and_times_are_written(void **state)
{
	struct jscope_gate *gate;

	(void)state;
	assert_int_equal(jscope_gate_parse("p99(wake) < 1us; p99(irq.duration) <= baseline;"
					   "max(latency) > 0; glitches == 0; issued < 3",
					   &gate),
			 0);
	for (unsigned round = 0; round < 4; round++) {
		struct jscope_compare *compare = compare_new();

		for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
			assert_int_equal(
				jscope_compare_add(
					compare, side,
					(round >> side & 1)
						? synthetic_report(synthetic_hostile,
								   synthetic_hostile_info())
						: synthetic_report(synthetic_kernel,
								   synthetic_kernel_info())),
				0);
		assert_int_equal(jscope_compare_finish(compare, gate), 0);
		formats_check(compare);
		jscope_compare_destroy(compare);
	}
	jscope_gate_destroy(gate);
}

/* Threads have other numbers in every run; their names are what they are known by. */
static void threads_are_matched_by_name(void **state)
{
	struct jscope_compare *compare = compare_new();
	struct jscope_figure_standing figure;
	unsigned threads = 0;

	(void)state;
	for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
		assert_int_equal(jscope_compare_add(compare, side,
						    synthetic_report(synthetic_kernel,
								     synthetic_kernel_info())),
				 0);
	assert_int_equal(jscope_compare_finish(compare, NULL), 0);
	assert_int_equal(jscope_compare_count(compare, JSCOPE_STANDING_MOVED), 0);
	for (unsigned i = 0; jscope_compare_figure(compare, i, &figure); i++) {
		threads += !strcmp(figure.section, "wakeup") && *figure.device;
		assert_true(figure.standing == JSCOPE_STANDING_STILL ||
			    figure.standing == JSCOPE_STANDING_UNKNOWN);
	}
	assert_true(threads > 0);
	jscope_compare_destroy(compare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_runs_name_nothing),
		cmocka_unit_test(the_stage_that_moved_is_named),
		cmocka_unit_test(headroom_follows_the_client),
		cmocka_unit_test(resemblance_hides),
		cmocka_unit_test(streams_are_matched_by_name),
		cmocka_unit_test(few_values_tell_nothing),
		cmocka_unit_test(runs_tell_what_differs_anyway),
		cmocka_unit_test(runs_that_wander_name_nothing),
		cmocka_unit_test(what_is_too_small_to_matter_is_slight),
		cmocka_unit_test(names_can_be_told_to_be_the_same),
		cmocka_unit_test(runs_are_bounded),
		cmocka_unit_test(json_has_what_was_found),
		cmocka_unit_test(hostile_names_and_times_are_written),
		cmocka_unit_test(threads_are_matched_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
