#include "../cmocka_all.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "common/error.h"
#include "compared.h"
#include "run_feed.h"

static struct jscope_gate *parsed(const char *text)
{
	struct jscope_gate *gate;

	assert_int_equal(jscope_gate_parse(text, &gate), 0);
	return gate;
}

static void bounds_are_linear_in_the_baseline(void **state)
{
	static const struct {
		const char *text;
		double scale, offset;
	} table[] = {
		{ "p99(wake) < 250us", 0, 250e3 },
		{ "p99(wake)<1.5ms", 0, 1.5e6 },
		{ "max(wake) <= 2 s", 0, 2e9 },
		{ "p1(headroom) > 0", 0, 0 },
		{ "p1(headroom) > -20us", 0, -20e3 },
		{ "p99(wake) <= baseline * 1.10", 1.1, 0 },
		{ "p99(wake) <= 1.10 * baseline", 1.1, 0 },
		{ "p99(wake) <= baseline / 2 + 10us", 0.5, 10e3 },
		{ "p99(wake) <= 2 * (baseline + 10us) - 5us", 2, 15e3 },
		{ "p99(wake) <= baseline - -5us", 1, 5e3 },
		{ "p99(wake) <= 10us - (2us - baseline)", 1, 8e3 },
		{ "p50(headroom_frames) >= 2 * 3 + 4", 0, 10 },
		{ "glitches == 0", 0, 0 },
		{ " lost_events<=  1e3 ; ", 0, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct jscope_gate *gate = parsed(table[i].text);

		assert_int_equal(gate->count, 1);
		assert_true(fabs(gate->conditions[0].scale - table[i].scale) < 1e-9);
		assert_true(fabs(gate->conditions[0].offset - table[i].offset) < 1e-3);
		assert_int_equal(jscope_gate_needs_baseline(gate), table[i].scale > 0);
		jscope_gate_destroy(gate);
	}
}

static void figures_have_a_place(void **state)
{
	static const struct {
		const char *text, *section, *name, *owner;
		double q;
	} table[] = {
		{ "p99.9(wake) < 1us", "notification", "wake", "", 0.999 },
		{ "p50(request.wake) < 1us", "request", "wake", "", 0.5 },
		{ "p99(latency, \"254:0\") < 1us", "request", "latency", "254:0", 0.99 },
		{ "p99(wakeup.latency, aplay) < 1us", "wakeup", "latency", "aplay", 0.99 },
		{ "p.1(headroom) > 1us", "notification", "headroom_time", "", 0.001 },
		{ "max(irq.duration,\"snd_hda_intel:card0\")<1us", "irq", "duration",
		  "snd_hda_intel:card0", 0 },
		{ "glitches(\"dev1 stream 0x1\") == 0", "notification", "glitches",
		  "dev1 stream 0x1", 0 },
		{ "trace.errors == 0", "trace", "errors", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct jscope_gate *gate = parsed(table[i].text);
		const struct jscope__condition *condition = &gate->conditions[0];

		assert_string_equal(condition->section, table[i].section);
		assert_string_equal(condition->name, table[i].name);
		assert_string_equal(condition->owner, table[i].owner);
		assert_true(fabs(condition->q - table[i].q) < 1e-12);
		assert_string_equal(condition->text, table[i].text);
		jscope_gate_destroy(gate);
	}
}

/* The first sentence says what is wrong, the last marks where. */
static void mistakes_are_pointed_at(void **state)
{
	static const struct {
		const char *text;
		unsigned place;
		const char *says;
	} table[] = {
		{ "", 0, "name of a figure is missing" },
		{ "mean(wake) < 1us", 0, "A gate on 'mean' is refused" },
		{ "avg(wake) < 1us", 0, "refused" },
		{ "p99(wake) < 1us; stddev(wake) < 1us", 17, "refused" },
		{ "p99(wke) < 1us", 4, "no distribution 'wke'" },
		{ "glitch == 0", 0, "no count 'glitch'" },
		{ "p99(request.interrupt) < 1us", 12, "no distribution 'request.interrupt'" },
		{ "p99 wake < 1us", 4, "'(' is missing" },
		{ "p99(wake < 1us", 9, "')' is missing" },
		{ "p99(wake,) < 1us", 9, "name of a device" },
		{ "p99(wake, \"x) < 1us", 10, "does not end" },
		{ "p0(wake) < 1us", 0, "between p0 and p100" },
		{ "p100(wake) < 1us", 0, "between p0 and p100" },
		{ "p99(wake) = 1us", 10, "one of <" },
		{ "p99(wake) == 1us", 10, "never known that exactly" },
		{ "p99(wake) < ", 12, "A number is missing" },
		{ "p99(wake) < 0x10us", 12, "decimal" },
		{ "p99(wake) < nan", 12, "A number is missing" },
		{ "p99(wake) < 1e999us", 12, "no number" },
		{ "p99(wake) < 1h", 13, "no unit" },
		{ "p99(wake) < 250", 12, "give a unit" },
		{ "glitches < 1us", 11, "without unit" },
		{ "p99(wake) < baseline * baseline", 21, "plain number" },
		{ "p99(wake) < 1us / baseline", 16, "can divide" },
		{ "p99(wake) < baseline / 0", 21, "can divide" },
		{ "p99(wake) < 1us + 1", 16, "do not add up" },
		{ "p99(wake) < 1us - baseline", 12, "below zero" },
		{ "p99(wake) < (baseline", 21, "')' is missing" },
		{ "p99(wake) < 1us p99", 16, "apart by ';'" },
		{ "p99(wake) < 1us;; glitches == 0", 16, "name of a figure is missing" },
		{ "p99(wake) < ((((((((((((((((((((((((((((((((((1us", 44, "too deeply" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct jscope_gate *gate;
		const char *mark;

		jscope_error_clear();
		assert_int_equal(jscope_gate_parse(table[i].text, &gate), -EINVAL);
		assert_non_null(strstr(jscope_error_sentence(0), table[i].says));
		mark = jscope_error_sentence(2);
		assert_int_equal(strlen(mark), 3 + table[i].place);
		assert_int_equal(mark[strlen(mark) - 1], '^');
	}
	jscope_error_clear();
}

/* A long gate is shown around the place. */
static void long_gates_are_cut(void **state)
{
	char text[2000];
	struct jscope_gate *gate;

	(void)state;
	memset(text, ' ', sizeof text - 1);
	memcpy(text + 1500, "p99(wke)\n<1us", 13);
	text[sizeof text - 1] = '\0';
	jscope_error_clear();
	assert_int_equal(jscope_gate_parse(text, &gate), -EINVAL);
	assert_int_equal(strlen(jscope_error_sentence(2)), 3 + 60);
	assert_non_null(strstr(jscope_error_sentence(1), "p99(wke)?<1us"));
	jscope_error_clear();
}

/* Whatever somebody types: a gate, or a sentence. */
static void any_text_ends_in_a_gate_or_a_sentence(void **state)
{
	static const char *const words[] = {
		"p99", "p",	   "99.9", "(",	 ")",  "wake", "request.", "baseline", "*",   "/",
		"-",   "+",	   "<",	   "<=", "==", ";",    "\"",	   "us",       "250", " ",
		"max", "glitches", ".",	   ",",	 "0",  "\xff", "\t",	   "1e9"
	};
	uint64_t seed = 1;
	unsigned good = 0;

	(void)state;
	for (unsigned round = 0; round < 50000; round++) {
		const unsigned count = (unsigned)(run_uniform(&seed) * 14);
		char text[256] = "";
		struct jscope_gate *gate;

		if (round % 2)
			strcpy(text, "p99(wake)<1us");
		for (unsigned i = 0; i < count; i++)
			strcat(text, words[(size_t)(run_uniform(&seed) *
						    (sizeof words / sizeof words[0]))]);
		jscope_error_clear();
		if (jscope_gate_parse(text, &gate) == 0) {
			good++;
			jscope_gate_destroy(gate);
		} else {
			assert_int_equal(strncmp(jscope_error_sentence(0), "--gate: ", 8), 0);
			assert_null(jscope_error_sentence(3));
		}
	}
	assert_true(good > 1000);
	jscope_error_clear();
}

struct judged {
	struct jscope_gate *gate;
	struct jscope_compare *compare;
};

static struct judged judge(const char *text, const struct run_feed *a, const struct run_feed *b)
{
	struct judged judged = { .gate = parsed(text) };

	assert_int_equal(jscope_compare_create(&judged.compare), 0);
	if (a)
		assert_int_equal(jscope_compare_add(judged.compare, JSCOPE_SIDE_A, run_report(a)),
				 0);
	assert_int_equal(jscope_compare_add(judged.compare, JSCOPE_SIDE_B, run_report(b)), 0);
	assert_int_equal(jscope_compare_finish(judged.compare, judged.gate), 0);
	return judged;
}

static void judged_finish(struct judged *judged)
{
	jscope_compare_destroy(judged->compare);
	jscope_gate_destroy(judged->gate);
}

static void verdict_is(const char *text, const struct run_feed *a, const struct run_feed *b,
		       enum jscope_gate_verdict verdict)
{
	struct judged judged = judge(text, a, b);

	if (jscope_compare_verdicts(judged.compare, verdict) != 1)
		fail_msg("'%s' is not judged as %s, but %s", text,
			 jscope_gate_verdict_name(verdict),
			 jscope_gate_verdict_name(jscope__compare_verdict(judged.compare)));
	judged_finish(&judged);
}

/* The median of wake is 25 us; with sigma 0.4 its p99 is 25 us e^(0.4 2.326) = 63.4 us. */
static void percentiles_are_judged_by_their_interval(void **state)
{
	const struct run_feed run = { .seed = 3, .count = 4000 };
	const struct run_feed many = { .seed = 1, .count = 20000 };
	const struct run_feed few = { .seed = 1, .count = 300 };

	(void)state;
	verdict_is("p50(wake) < 27us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p50(wake) < 25us", NULL, &run, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("p50(wake) < 23us", NULL, &run, JSCOPE_GATE_FAIL);
	verdict_is("p50(wake) >= 23us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p50(wake) > 27us", NULL, &run, JSCOPE_GATE_FAIL);
	verdict_is("p99(wake) < 75us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p99(wake) < 55us", NULL, &run, JSCOPE_GATE_FAIL);
	verdict_is("p99.9(wake) < 1s", NULL, &many, JSCOPE_GATE_PASS);
	/* However far the bound is: nobody knows what the thousandth would have been. */
	verdict_is("p99.9(wake) < 1s", NULL, &few, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("p99.9(wake) < 1us", NULL, &few, JSCOPE_GATE_FAIL);
	verdict_is("p99(request.latency) < 1s", NULL, &run, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("p50(wake, dev1) < 27us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p50(wake, \"stream 0x1\") < 27us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p50(wake, \"dev1 stream 0x1\") < 27us", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("p50(wake, dev2) < 27us", NULL, &run, JSCOPE_GATE_INSUFFICIENT);
}

static void baselines_are_as_unsure_as_the_rest(void **state)
{
	const struct run_feed a = { .seed = 1, .count = 4000 };
	const struct run_feed same = { .seed = 2, .count = 4000 };
	const struct run_feed slow = { .seed = 2,
				       .count = 4000,
				       .scale = { [JSCOPE_STAGE_WAKE] = 1.3 } };
	const struct run_feed other = { .seed = 2, .count = 4000, .stream = "stream 0x2" };

	(void)state;
	verdict_is("p50(wake) <= baseline * 1.10", &a, &same, JSCOPE_GATE_PASS);
	verdict_is("p50(wake) <= baseline * 1.10", &a, &slow, JSCOPE_GATE_FAIL);
	verdict_is("p50(wake) <= baseline", &a, &same, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("p50(wake) <= baseline + 2us", &a, &same, JSCOPE_GATE_PASS);
	verdict_is("p50(wake) <= baseline * 1.10", &a, &other, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("glitches <= baseline", &a, &same, JSCOPE_GATE_PASS);
}

static void counts_are_exact_unless_events_were_lost(void **state)
{
	const struct run_feed run = { .seed = 1, .count = 4000 };
	const struct run_feed glitches = { .seed = 1, .count = 4000, .glitches = 2 };
	const struct run_feed lossy = { .seed = 1, .count = 4000, .lost_events = 3 };
	const struct run_feed both = { .seed = 1, .count = 4000, .glitches = 2, .lost_events = 3 };

	(void)state;
	verdict_is("glitches == 0", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("glitches != 0", NULL, &run, JSCOPE_GATE_FAIL);
	verdict_is("glitches == 2", NULL, &glitches, JSCOPE_GATE_PASS);
	verdict_is("glitches < 2", NULL, &glitches, JSCOPE_GATE_FAIL);
	verdict_is("glitches <= 2", NULL, &glitches, JSCOPE_GATE_PASS);
	/* None was seen; one may have been lost. */
	verdict_is("glitches == 0", NULL, &lossy, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("glitches == 0", NULL, &both, JSCOPE_GATE_FAIL);
	verdict_is("glitches <= 2", NULL, &both, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("glitches >= 2", NULL, &both, JSCOPE_GATE_PASS);
	verdict_is("glitches <= baseline", &both, &glitches, JSCOPE_GATE_PASS);
	verdict_is("glitches <= baseline", &lossy, &glitches, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("max(wake) < 1s", NULL, &run, JSCOPE_GATE_PASS);
	verdict_is("max(wake) < 1s", NULL, &lossy, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("min(wake) > 1us", NULL, &lossy, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("lost_events == 0", NULL, &lossy, JSCOPE_GATE_FAIL);
	verdict_is("lost_events <= 3", NULL, &lossy, JSCOPE_GATE_PASS);
	/* Three of four thousand do not hide where the median is. */
	verdict_is("p50(wake) < 27us", NULL, &lossy, JSCOPE_GATE_PASS);
}

/* Never passes on a trace that cannot be trusted, whatever it asks. */
static void invalid_traces_never_pass(void **state)
{
	const struct run_feed empty = { .is_empty = true };
	const struct run_feed run = { .seed = 1, .count = 4000 };

	(void)state;
	verdict_is("lost_events == 0", NULL, &empty, JSCOPE_GATE_INVALID);
	verdict_is("glitches == 0", NULL, &empty, JSCOPE_GATE_INVALID);
	verdict_is("glitches <= baseline", &empty, &run, JSCOPE_GATE_INVALID);
	verdict_is("glitches == 0", &empty, &run, JSCOPE_GATE_PASS);
}

/* A stream that never notified: its counts are 0, and say nothing. */
static void what_nothing_happened_in_passes_nothing(void **state)
{
	const struct run_feed idle = { .seed = 1 };
	const struct run_feed run = { .seed = 1, .count = 4000, .glitches = 1 };

	(void)state;
	verdict_is("lost_events == 0", NULL, &idle, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("lost_events == 1", NULL, &idle, JSCOPE_GATE_FAIL);
	verdict_is("glitches == 0", NULL, &idle, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("glitches <= baseline", &idle, &run, JSCOPE_GATE_INSUFFICIENT);
	verdict_is("glitches <= 1", &idle, &run, JSCOPE_GATE_PASS);
}

static void runs_that_differ_are_told_as_the_reason(void **state)
{
	struct judged judged = { .gate = parsed("p50(wake) < 29us") };

	(void)state;
	assert_int_equal(jscope_compare_create(&judged.compare), 0);
	for (unsigned i = 0; i < 4; i++) {
		const struct run_feed run = { .seed = 1 + i,
					      .count = 2000,
					      .scale = { [JSCOPE_STAGE_WAKE] = i % 2 ? 1.2 : 1 } };

		assert_int_equal(
			jscope_compare_add(judged.compare, JSCOPE_SIDE_B, run_report(&run)), 0);
	}
	assert_int_equal(jscope_compare_finish(judged.compare, judged.gate), 0);
	assert_int_equal(judged.compare->judgements[0].verdict, JSCOPE_GATE_INSUFFICIENT);
	assert_non_null(strstr(judged.compare->judgements[0].reason, "runs of one side differ"));
	judged_finish(&judged);
}

/* Of identical recordings at most one gate in twenty fails where it is as tight as can be. */
static void tight_gates_seldom_fail_by_chance(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		const struct run_feed a = { .seed = 2 * seed, .count = 1000 };
		const struct run_feed b = { .seed = 2 * seed + 1, .count = 1000 };
		struct judged judged = judge("p50(wake) <= baseline; p90(wake) <= baseline;"
					     "p90(queue) <= baseline",
					     &a, &b);

		failed += jscope_compare_verdicts(judged.compare, JSCOPE_GATE_FAIL) > 0;
		judged_finish(&judged);
	}
	assert_true(failed <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_linear_in_the_baseline),
		cmocka_unit_test(figures_have_a_place),
		cmocka_unit_test(mistakes_are_pointed_at),
		cmocka_unit_test(long_gates_are_cut),
		cmocka_unit_test(any_text_ends_in_a_gate_or_a_sentence),
		cmocka_unit_test(percentiles_are_judged_by_their_interval),
		cmocka_unit_test(baselines_are_as_unsure_as_the_rest),
		cmocka_unit_test(counts_are_exact_unless_events_were_lost),
		cmocka_unit_test(invalid_traces_never_pass),
		cmocka_unit_test(what_nothing_happened_in_passes_nothing),
		cmocka_unit_test(runs_that_differ_are_told_as_the_reason),
		cmocka_unit_test(tight_gates_seldom_fail_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
