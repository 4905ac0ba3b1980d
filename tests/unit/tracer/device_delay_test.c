/* Random numbers against published ones, and delays against the laws that they claim to follow. */
#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "delay.h"
#include "device_capture.h"
#include "device_clock_fake.h"

#define DRAWS 100000

static void generator_is_xoshiro256(void **state)
{
	/* The first numbers from state 1, 2, 3, 4, as other implementations publish them. */
	static const uint64_t expected[] = {
		11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
	};
	struct jscope__random random = { { 1, 2, 3, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		assert_int_equal(jscope__random_next(&random), expected[i]);
}

static void seeds_and_places_differ(void **state)
{
	struct jscope__random a, b, c, again;

	(void)state;
	jscope__random_init(&a, 1, 7);
	jscope__random_init(&b, 1, 8);
	jscope__random_init(&c, 2, 7);
	jscope__random_init(&again, 1, 7);
	assert_int_not_equal(jscope__random_next(&a), jscope__random_next(&b));
	jscope__random_init(&a, 1, 7);
	assert_int_not_equal(jscope__random_next(&a), jscope__random_next(&c));
	jscope__random_init(&a, 1, 7);
	assert_int_equal(jscope__random_next(&a), jscope__random_next(&again));
}

static void below_stays_below(void **state)
{
	struct jscope__random random;
	unsigned seen[3] = { 0 };

	(void)state;
	jscope__random_init(&random, 1, 1);
	for (int i = 0; i < 3000; i++)
		seen[jscope__random_below(&random, 3)]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(seen[i], 900, 1100);
}

/* Cumulative distributions, by the book. */

static double uniform_cdf(double x)
{
	return (x - 1000) / 9000;
}

static double normal_cdf(double x)
{
	return 0.5 * erfc(-(x - 50000) / (5000 * M_SQRT2));
}

static double lognormal_cdf(double x)
{
	return 0.5 * erfc(-log(x / 20000) / (0.5 * M_SQRT2));
}

static double exponential_cdf(double x)
{
	return 1 - exp(-x / 5000);
}

static double pareto_cdf(double x)
{
	return 1 - pow(5000 / x, 1.5);
}

static int by_value(const void *a, const void *b)
{
	const jscope_ns *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Kolmogorov and Smirnov: the largest distance between what was drawn and the law. */
static double distance(jscope_ns *draws, double (*cdf)(double))
{
	double largest = 0;

	qsort(draws, DRAWS, sizeof *draws, by_value);
	for (int i = 0; i < DRAWS; i++) {
		const double law = cdf((double)draws[i] + 0.5);

		largest = fmax(largest, fabs(law - (i + 0.5) / DRAWS));
	}
	return largest;
}

static void laws_are_followed(void **state)
{
	static const struct {
		struct jscope_distribution law;
		double (*cdf)(double);
	} cases[] = {
		{ { .kind = JSCOPE_DISTRIBUTION_UNIFORM,
		    .a = 1000,
		    .b = 10000,
		    .max_ns = INT64_MAX },
		  uniform_cdf },
		{ { .kind = JSCOPE_DISTRIBUTION_NORMAL,
		    .a = 50000,
		    .b = 5000,
		    .max_ns = INT64_MAX },
		  normal_cdf },
		{ { .kind = JSCOPE_DISTRIBUTION_LOGNORMAL,
		    .a = 20000,
		    .b = 0.5,
		    .max_ns = INT64_MAX },
		  lognormal_cdf },
		{ { .kind = JSCOPE_DISTRIBUTION_EXPONENTIAL,
		    .a = 5000,
		    .b = 0,
		    .max_ns = INT64_MAX },
		  exponential_cdf },
		{ { .kind = JSCOPE_DISTRIBUTION_PARETO, .a = 5000, .b = 1.5, .max_ns = INT64_MAX },
		  pareto_cdf },
	};
	struct fake_clock fake;
	struct jscope__context context;
	jscope_ns *draws = malloc(DRAWS * sizeof *draws);

	(void)state;
	assert_non_null(draws);
	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct jscope__delay delay;

		jscope__delay_init(&delay, &fake.machine, &cases[i].law, JSCOPE_DELAY_WAKE, 1, i);
		for (int j = 0; j < DRAWS; j++)
			draws[j] = jscope__delay_draw(&delay, &context, (uint64_t)j);
		/* 1.63 / sqrt(n) is exceeded by one honest generator in a hundred. */
		assert_true(distance(draws, cases[i].cdf) < 1.63 / sqrt(DRAWS));
	}
	free(draws);
}

static jscope_ns draw_once(const struct jscope_distribution *law)
{
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;

	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	jscope__delay_init(&delay, &fake.machine, law, JSCOPE_DELAY_WAKE, 1, 1);
	return jscope__delay_draw(&delay, &context, 1);
}

static void extremes_are_cut(void **state)
{
	const struct jscope_distribution long_one = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
						      .a = 1e30,
						      .max_ns = 777 };
	const struct jscope_distribution negative = {
		.kind = JSCOPE_DISTRIBUTION_NORMAL, .a = -1e12, .b = 1, .max_ns = 777
	};

	(void)state;
	assert_int_equal(draw_once(&long_one), 777);
	assert_int_equal(draw_once(&negative), 0);
	assert_int_equal(draw_once(NULL), 0);
}

static void what_is_drawn_is_told(void **state)
{
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
						 .a = 1234,
						 .max_ns = JSCOPE_NS_PER_SEC };
	const struct capture_event *event;

	(void)state;
	capture_start();
	assert_int_equal(draw_once(&law), 1234);
	event = capture_last_of(JSCOPE_EVENT_truth_delay);
	assert_non_null(event);
	assert_int_equal(event->as.truth_delay.delay_ns, 1234);
	assert_int_equal(event->as.truth_delay.stage, JSCOPE_DELAY_WAKE);
	assert_int_equal(event->as.truth_delay.seq, 1);
}

/* Within a burst the delay is long for as long as the burst lasts, outside it is short. */
static void bursts_last(void **state)
{
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_BURST,
						 .a = 5,
						 .b = 2000,
						 .every_ns = 100000,
						 .length_ns = 10000,
						 .max_ns = JSCOPE_NS_PER_SEC };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;
	unsigned bursts = 0, in_burst = 0;
	jscope_ns last = 5;

	(void)state;
	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	jscope__delay_init(&delay, &fake.machine, &law, JSCOPE_DELAY_WAKE, 1, 1);
	for (fake.now_ns = 0; fake.now_ns < 100000000; fake.now_ns += 100) {
		const jscope_ns drawn = jscope__delay_draw(&delay, &context, 1);

		assert_true(drawn == 5 || drawn == 2000);
		bursts += drawn == 2000 && last == 5;
		in_burst += drawn == 2000;
		last = drawn;
	}
	/* 100 ms in cycles of 110 us on average, each with 100 looks at 10 us of burst */
	assert_in_range(bursts, 800, 1020);
	assert_in_range(in_burst, bursts * 99, bursts * 101);
}

/* A quarter of a turn of 25 Hz is 10 ms, one of 50 Hz 5 ms. */
static void sines_follow_the_time(void **state)
{
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
						 .a = 1000,
						 .max_ns = JSCOPE_NS_PER_SEC,
						 .sine_count = 2,
						 .sines = { { 25, 600 }, { 50, 100 } } };
	static const jscope_ns expected[] = { 1000, 1524, 1600, 1324, 1000, 676, 400, 476, 1000 };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;

	(void)state;
	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	jscope__delay_init(&delay, &fake.machine, &law, JSCOPE_DELAY_WAKE, 1, 1);
	for (int i = 0; i < 9; i++) {
		fake.now_ns = i * 5 * JSCOPE_NS_PER_MS;
		assert_in_range(jscope__delay_draw(&delay, &context, 1), expected[i] - 1,
				expected[i] + 1);
	}
}

static void samples_are_taken_as_they_are(void **state)
{
	jscope_ns samples[] = { 10, 20, 20, 40 };
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_EMPIRICAL,
						 .samples = samples,
						 .sample_count = 4,
						 .max_ns = JSCOPE_NS_PER_SEC };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;
	unsigned counts[41] = { 0 };

	(void)state;
	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	jscope__delay_init(&delay, &fake.machine, &law, JSCOPE_DELAY_WAKE, 1, 1);
	for (int i = 0; i < 4000; i++)
		counts[jscope__delay_draw(&delay, &context, 1)]++;
	assert_in_range(counts[10], 900, 1100);
	assert_in_range(counts[20], 1880, 2120);
	assert_in_range(counts[40], 900, 1100);
	assert_int_equal(counts[10] + counts[20] + counts[40], 4000);
}

/* Points every 10 ms, but for the third, which is 2 ms late. */
static jscope_ns due_every_10ms(const void *device, uint64_t point)
{
	(void)device;
	return (jscope_ns)point * 10 * JSCOPE_NS_PER_MS + (point == 3 ? 2 * JSCOPE_NS_PER_MS : 0);
}

static const struct jscope_recorded_delay recorded[] = {
	{ .point = 1, .begin_ns = 0, .end_ns = 500 },
	{ .point = 2, .begin_ns = 100000, .end_ns = 900000 },
	{ .point = 3, .begin_ns = -50000, .end_ns = 1000 },
	{ .point = 4, .begin_ns = 0, .end_ns = JSCOPE_NS_UNKNOWN },
	{ .point = 5, .begin_ns = 0, .end_ns = 7000 },
};

/* A delay that follows recorded ones, of a device with a point every 10 ms. */
static void recorded_make(struct jscope__delay *delay, struct fake_clock *fake,
			  struct jscope__context *context, const struct jscope_distribution *law)
{
	static const struct jscope__course course = { .due = due_every_10ms };

	fake_clock_init(fake, 1);
	*context = fake_context(fake, JSCOPE__IRQL_PASSIVE);
	jscope__delay_init(delay, &fake->machine, law, JSCOPE_DELAY_QUEUE, 1, 1);
	jscope__delay_follow(delay, &course);
}

static void recorded_delays_come_again(void **state)
{
	static const struct {
		jscope_ns now_ns, left_ns;
	} cases[] = {
		{ 10000000, 498 },    /* at its very begin, less what is told meanwhile */
		{ 20100300, 799698 }, /* 300 ns behind it: it ends when it ended */
		{ 20200000, 799998 }, /* far behind it: as long as it was */
		{ 31950000, 50998 },  /* before its point */
		{ 36100000, JSCOPE__DELAY_NEVER }, /* the next one is nearer */
		{ 40000000, JSCOPE__DELAY_NEVER }, /* lost */
		{ 90000000, 6998 },		   /* the last one, for good */
	};
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_RECORDED,
						 .recorded = recorded,
						 .recorded_count = 5,
						 .told_ns = 2 };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;

	(void)state;
	recorded_make(&delay, &fake, &context, &law);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fake.now_ns = cases[i].now_ns;
		assert_int_equal(jscope__delay_draw(&delay, &context, 1), cases[i].left_ns);
	}
}

/* One that began before counts from then: what has passed meanwhile is not taken twice. */
static void recorded_delays_may_have_begun(void **state)
{
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_RECORDED,
						 .recorded = recorded,
						 .recorded_count = 5 };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;

	(void)state;
	recorded_make(&delay, &fake, &context, &law);
	fake.now_ns = 20600000;
	assert_int_equal(jscope__delay_draw_since(&delay, &context, 20100000, 1), 300000);
	fake.now_ns = 20950000;
	assert_int_equal(jscope__delay_draw_since(&delay, &context, 20100000, 1), 0);
}

/* What the machine does takes no time any more; what comes from outside keeps its distance. */
static void delays_are_over_at_the_end(void **state)
{
	static const struct {
		enum jscope_delay_stage stage;
		jscope_ns left_ns;
	} cases[] = {
		{ JSCOPE_DELAY_INTERRUPT, 0 }, { JSCOPE_DELAY_DISPATCH, 0 },
		{ JSCOPE_DELAY_QUEUE, 0 },     { JSCOPE_DELAY_HANDLER, 0 },
		{ JSCOPE_DELAY_WAKE, 0 },      { JSCOPE_DELAY_SERVICE, 0 },
		{ JSCOPE_DELAY_ARRIVAL, 700 }, { JSCOPE_DELAY_DEVICE, 700 },
	};
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
						 .a = 700,
						 .max_ns = JSCOPE_NS_PER_SEC };
	struct fake_clock fake;
	struct jscope__context context;
	struct jscope__delay delay;

	(void)state;
	fake_clock_init(&fake, 1);
	context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		jscope__delay_init(&delay, &fake.machine, &law, cases[i].stage, 1, 1);
		atomic_store(&fake.machine.ending, false);
		assert_int_equal(jscope__delay_draw(&delay, &context, 1), 700);
		atomic_store(&fake.machine.ending, true);
		assert_int_equal(jscope__delay_draw(&delay, &context, 2), cases[i].left_ns);
		assert_int_equal(delay.count, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generator_is_xoshiro256),
		cmocka_unit_test(seeds_and_places_differ),
		cmocka_unit_test(below_stays_below),
		cmocka_unit_test(laws_are_followed),
		cmocka_unit_test(extremes_are_cut),
		cmocka_unit_test(bursts_last),
		cmocka_unit_test(sines_follow_the_time),
		cmocka_unit_test(samples_are_taken_as_they_are),
		cmocka_unit_test(recorded_delays_come_again),
		cmocka_unit_test(recorded_delays_may_have_begun),
		cmocka_unit_test(delays_are_over_at_the_end),
		/* Last: from it on all draws are kept. */
		cmocka_unit_test(what_is_drawn_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
