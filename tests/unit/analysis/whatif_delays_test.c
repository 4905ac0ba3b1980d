/* What was drawn of recorded chains, and what was only in the way of others. */
#include "../cmocka_all.h"

#include <stdlib.h>

#include "whatif_feed.h"

#define DRAWN(instant) (1u << JSCOPE_##instant)
#define DRAWN_ALL                                                                                  \
	(DRAWN(IRQ) | DRAWN(QUEUED) | DRAWN(DEFERRED) | DRAWN(SIGNAL) | DRAWN(RUN) | DRAWN(SERVED))

static const struct feed_delays quiet = { 10 * US, 2 * US, 5 * US, 3 * US, 30 * US, 200 * US };

static void test_all_drawn(void **state)
{
	const struct feed_delays delays[] = { quiet, quiet, quiet };
	struct jscope__delays series;

	(void)state;
	feed_series(&series, delays, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(series.chains[i].drawn, DRAWN_ALL);
	assert_int_equal(jscope__chain_delay(&series, &series.chains[1], JSCOPE_RUN), 30 * US);
	assert_int_equal(series.median_ns[JSCOPE_SERVED], 200 * US);
	assert_false(series.shares_cpu);
	jscope__delays_finish(&series);
}

/* The second interrupt stands behind the first on the line, and its request merges. */
static void test_held_up(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet };
	struct jscope__delays series;

	(void)state;
	delays[0].interrupt = 15 * MS;
	delays[0].queue = 1 * MS;
	delays[1].interrupt = 5 * MS + 2 * US;
	delays[1].queue = 1 * MS - 2 * US;
	feed_series(&series, delays, 3);
	assert_int_equal(series.chains[0].drawn, DRAWN_ALL);
	assert_int_equal(series.chains[1].drawn, DRAWN(QUEUED));
	assert_int_equal(series.chains[2].drawn, DRAWN_ALL);
	jscope__delays_finish(&series);
}

/* A client that works for 25 ms is not woken by the signals that come meanwhile. */
static void test_busy_client(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet, quiet };
	const jscope_ns chain_ns = 20 * US;
	struct jscope__delays series;

	(void)state;
	delays[0].service = 25 * MS;
	delays[1].wake = 30 * MS - chain_ns + 50 * US + 5 * MS - 20 * MS;
	delays[2].wake = delays[1].wake - 10 * MS;
	feed_series(&series, delays, 4);
	assert_int_equal(series.chains[1].at[JSCOPE_RUN],
			 series.chains[0].at[JSCOPE_SERVED] - chain_ns + 20 * US);
	assert_int_equal(series.chains[1].drawn & DRAWN(RUN), 0);
	assert_int_equal(series.chains[1].drawn & DRAWN(SERVED), DRAWN(SERVED));
	assert_int_equal(series.chains[2].drawn & (DRAWN(RUN) | DRAWN(SERVED)), 0);
	assert_int_equal(series.chains[3].drawn, DRAWN_ALL);
	jscope__delays_finish(&series);
}

/* What finds no room is counted, and so is what was cut. */
static void test_bounded(void **state)
{
	struct jscope__delays series = { .period_ns = 10 * MS };
	size_t budget = 100;

	(void)state;
	for (uint64_t seq = 1; seq <= 1000; seq++) {
		struct jscope_notification n = feed_notification(seq, quiet);

		if (seq % 10 == 0)
			n.class = JSCOPE_CLASS_CENSORED;
		if (seq % 10 == 1)
			n.class = JSCOPE_CLASS_SPURIOUS;
		assert_int_equal(jscope__delays_add(&series, &n, &budget), 0);
	}
	assert_int_equal(series.count, 100);
	assert_true(series.capacity <= 1024);
	assert_int_equal(series.offered, 900);
	assert_int_equal(series.censored, 100);
	assert_int_equal(budget, 0);
	jscope__delays_finish(&series);
}

/* A grid that nobody tells: the earliest interrupts lie on it, within what it rises by. */
static void test_due_estimated(void **state)
{
	const jscope_ns base_ns = INT64_C(1795190482) * JSCOPE_NS_PER_SEC;
	struct jscope__delays series = { .period_ns = 10 * MS };
	size_t budget = 1000;

	(void)state;
	srand(1);
	for (int64_t i = 0; i < 1000; i++) {
		struct jscope_notification n = feed_notification(1, quiet);
		/* 200 ppm slow; each fifth on time, the others up to 3 ms late; one call in 100 missing */
		const jscope_ns grid_ns = base_ns + i * 10002 * US;
		const jscope_ns late_ns = i % 5 ? rand() % (3 * MS) : 0;

		if (i % 100 == 50)
			continue;
		n.seq = (uint64_t)i;
		n.at[JSCOPE_DUE] = JSCOPE_NS_UNKNOWN;
		for (unsigned k = JSCOPE_IRQ; k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] = grid_ns + late_ns + k;
		jscope__delays_add(&series, &n, &budget);
	}
	assert_int_equal(jscope__delays_settle(&series), 0);
	for (size_t i = 100; i < series.count; i++) {
		const int64_t number = series.chains[i].point - series.chains[0].point;
		const jscope_ns off_ns =
			series.chains[i].at[JSCOPE_DUE] - base_ns - 1 - number * 10002 * US;

		assert_true(off_ns >= -1 && off_ns < 20 * US);
	}
	assert_int_equal(series.chains[series.count - 1].point - series.chains[0].point, 999);
	jscope__delays_finish(&series);
}

/* A device that stopped at its third point has no point in the silence after it. */
static void test_stopped(void **state)
{
	struct jscope__delays series = { .period_ns = 10 * MS };
	size_t budget = 100;

	(void)state;
	for (uint64_t seq = 1; seq <= 6; seq++) {
		struct jscope_notification n = feed_notification(seq, quiet);

		for (unsigned k = JSCOPE_IRQ; seq > 3 && k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] += 35 * MS;
		n.at[JSCOPE_DUE] = JSCOPE_NS_UNKNOWN;
		jscope__delays_add(&series, &n, &budget);
		/* It is known when the next but one has come. */
		if (seq == 5)
			jscope__delays_stop(&series, series.chains[2].at[JSCOPE_IRQ]);
	}
	assert_int_equal(jscope__delays_settle(&series), 0);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(series.chains[i].begins, i == 0 || i == 3);
	jscope__delays_finish(&series);
}

/* The client runs when the next execution is over, never in the middle: they have one CPU. */
static void test_one_cpu(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet, quiet };
	struct jscope__delays series;

	(void)state;
	/* 11 ms in the first routine; the second begins with its end, and the client after that. */
	delays[0].handler = 11 * MS;
	delays[1].queue = 1 * MS + 5 * US;
	delays[1].handler = 2 * MS;
	delays[0].wake = 2 * MS;
	delays[1].wake = 0;
	/* The fourth comes while the third works, and takes 2 ms of its work. */
	delays[2].service = 12 * MS;
	delays[3].handler = 2 * MS;
	delays[3].wake = 100 * US;
	feed_series(&series, delays, 4);
	assert_true(series.shares_cpu);
	assert_int_equal(series.chains[0].drawn & DRAWN(RUN), 0);
	assert_int_equal(series.chains[2].held_ns, 2 * MS);
	jscope__delays_finish(&series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_drawn),     cmocka_unit_test(test_held_up),
		cmocka_unit_test(test_busy_client),   cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_due_estimated), cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
