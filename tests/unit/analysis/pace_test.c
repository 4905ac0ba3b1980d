/* The pace of a client that waits for each request, and what a long request kept it from. */
#include "../cmocka_all.h"

#include "pace.h"

#define US JSCOPE_NS_PER_US
#define MS JSCOPE_NS_PER_MS

static struct jscope__pace pace;
static struct jscope_hist *latency;

static int pace_begin(void **state)
{
	(void)state;
	pace = (struct jscope__pace){ 0 };
	return jscope_hist_create(NULL, &latency);
}

static int pace_end(void **state)
{
	(void)state;
	jscope__pace_finish(&pace);
	jscope_hist_destroy(latency);
	return 0;
}

static void request(jscope_ns issue_ns, jscope_ns latency_ns, unsigned outstanding)
{
	const struct jscope_request one = { .issue_ns = issue_ns,
					    .complete_ns = issue_ns + latency_ns,
					    .outstanding = outstanding };

	jscope__pace_add(&pace, &one, NULL);
	jscope_hist_record(latency, latency_ns);
}

/* One request per ms takes 100 us, but for number 500: the next one is issued when it is done. */
static jscope_ns paced(unsigned count, jscope_ns stall_ns, unsigned stalls)
{
	jscope_ns at_ns = 0;

	for (unsigned i = 0; i < count; i++) {
		const bool is_stall = i >= count / 2 && i < count / 2 + stalls;

		request(at_ns, is_stall ? stall_ns : 100 * US, 1);
		at_ns += is_stall && stall_ns > MS ? stall_ns : MS;
	}
	jscope__pace_close(&pace, latency, NULL);
	return at_ns;
}

/* 20.5 ms instead of 19.5, 18.5, ... 0.5 ms more: of 1020 requests a fiftieth, of 1000 one. */
static void a_stall_has_its_closed_form(void **state)
{
	const double sum_ns = 20 * 20 / 2. * MS;

	(void)state;
	paced(1000, 20500 * US, 1);
	assert_in_range(pace.interval_ns, 999 * US, 1001 * US);
	assert_int_equal(pace.filled, 20);
	assert_int_equal(pace.left_out, 0);
	assert_int_equal(jscope_hist_count(pace.corrected), 1020);
	assert_int_equal(jscope_hist_max(pace.corrected), 20500 * US);
	/* The stall is known to a thousandth, and so is each wait. */
	assert_true(jscope_hist_mean(pace.corrected) * 1020 -
			    (jscope_hist_mean(latency) * 1000 + sum_ns) <
		    20. * 41 * US);
	assert_in_range(jscope_hist_quantile(latency, 0.99), 99900, 100100);
	assert_in_range(jscope_hist_quantile(pace.corrected, 0.99), 10400 * US, 10600 * US);
}

/* So many alike: their buckets are filled back at once. */
static void stalls_alike_count_each(void **state)
{
	(void)state;
	paced(1000, 20500 * US, 30);
	assert_int_equal(pace.filled, 600);
	assert_int_equal(jscope_hist_count(pace.corrected), 1600);
}

static void nothing_hidden_is_no_correction(void **state)
{
	(void)state;
	paced(1000, 900 * US, 1);
	assert_int_equal(pace.interval_ns / US, 1000);
	assert_int_equal(pace.filled, 0);
	assert_null(pace.corrected);
}

/* Issued as soon as the last one is done: intervals are latencies, and nobody kept a schedule. */
static void who_never_rests_has_no_pace(void **state)
{
	jscope_ns at_ns = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		const jscope_ns latency_ns = i == 500 ? 20 * MS : 100 * US;

		request(at_ns, latency_ns, 1);
		at_ns += latency_ns + 3 * US;
	}
	jscope__pace_close(&pace, latency, NULL);
	assert_int_equal(pace.interval_ns, 0);
	assert_null(pace.corrected);
}

static void uneven_intervals_are_no_pace(void **state)
{
	jscope_ns at_ns = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		request(at_ns, 100 * US, 1);
		at_ns += (1 + i % 5) * MS;
	}
	jscope__pace_close(&pace, latency, NULL);
	assert_int_equal(pace.interval_ns, 0);
}

static void requests_that_overlap_have_no_pace(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		request(i * MS, 100 * US, i % 10 ? 1 : 2);
	assert_true(pace.is_off);
	assert_null(pace.intervals);
	jscope__pace_close(&pace, latency, NULL);
	assert_int_equal(pace.interval_ns, 0);
}

static void a_few_that_overlap_do_not_matter(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		request(i * MS, 100 * US, i % 100 ? 1 : 2);
	jscope__pace_close(&pace, latency, NULL);
	assert_int_equal(pace.interval_ns, MS);
}

static void few_requests_have_no_pace(void **state)
{
	(void)state;
	paced(JSCOPE__PACE_INTERVALS_MIN, 20500 * US, 1);
	assert_int_equal(pace.interval_ns, 0);
	assert_null(pace.corrected);
}

static void hostile_latencies_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		request(i, 0, 1);
	for (unsigned i = 0; i < 200; i++)
		jscope_hist_record(latency, INT64_MAX - (int64_t)i * (INT64_MAX / 200));
	jscope__pace_close(&pace, latency, NULL);
	assert_int_equal(pace.interval_ns, 1);
	assert_true(pace.left_out > 0);
	assert_true(pace.filled <= JSCOPE__PACE_STEPS_MAX + 10000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, pace_begin, pace_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stall_has_its_closed_form),
		TEST(stalls_alike_count_each),
		TEST(nothing_hidden_is_no_correction),
		TEST(who_never_rests_has_no_pace),
		TEST(uneven_intervals_are_no_pace),
		TEST(requests_that_overlap_have_no_pace),
		TEST(a_few_that_overlap_do_not_matter),
		TEST(few_requests_have_no_pace),
		TEST(hostile_latencies_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
