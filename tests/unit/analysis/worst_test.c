#include "../cmocka_all.h"

#include <stdlib.h>

#include "analysis/hist.h"
#include "made_report.h"
#include "report_rows.h"
#include "worst.h"

#define ROUNDS 3000

static void chain_add(struct jscope__worst *worst, jscope_ns due_ns, jscope_ns length_ns)
{
	struct jscope_stages stages = { .end_to_end_ns = length_ns };
	struct jscope_notification n = { .seq = (uint64_t)due_ns };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		n.at[i] = JSCOPE_NS_UNKNOWN;
	n.at[JSCOPE_DUE] = due_ns;
	n.at[JSCOPE_RUN] = due_ns + length_ns;
	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		stages.stage_ns[i] = JSCOPE_NS_UNKNOWN;
	stages.stage_ns[JSCOPE_STAGE_UNEXPLAINED] = length_ns;
	if (jscope__worst_wants(worst, length_ns))
		jscope__worst_notification(worst, &n, &stages);
}

struct chain {
	jscope_ns due_ns, length_ns;
};

static int chain_compare(const void *from_a, const void *from_b)
{
	const struct chain *a = from_a, *b = from_b;

	if (a->length_ns != b->length_ns)
		return (a->length_ns < b->length_ns) - (a->length_ns > b->length_ns);
	return (a->due_ns > b->due_ns) - (a->due_ns < b->due_ns);
}

/* Of many, some as long as others and in no order of time, those that a sort puts first. */
static void the_longest_stay_and_of_equals_the_earlier(void **state)
{
	struct chain chains[ROUNDS];
	struct jscope__worst worst = { 0 };

	(void)state;
	srand(7);
	for (unsigned i = 0; i < ROUNDS; i++) {
		chains[i].due_ns = (i * 7919) % ROUNDS;
		chains[i].length_ns = rand() % 200 - 100;
		chain_add(&worst, chains[i].due_ns, chains[i].length_ns);
	}
	qsort(chains, ROUNDS, sizeof chains[0], chain_compare);
	assert_int_equal(worst.count, JSCOPE__WORST_COUNT);
	for (unsigned i = 0; i < worst.count; i++) {
		assert_int_equal(worst.ones[i].length_ns, chains[i].length_ns);
		assert_int_equal(worst.ones[i].first_ns, chains[i].due_ns);
		assert_int_equal(worst.ones[i].id, (uint64_t)chains[i].due_ns);
		assert_int_equal(worst.ones[i].at[JSCOPE_RUN],
				 chains[i].due_ns + chains[i].length_ns);
	}
}

static void few_are_all_kept(void **state)
{
	struct jscope__worst worst = { 0 };

	(void)state;
	chain_add(&worst, 10, -5);
	chain_add(&worst, 20, 0);
	assert_int_equal(worst.count, 2);
	assert_int_equal(worst.ones[0].length_ns, 0);
	assert_int_equal(worst.ones[1].length_ns, -5);
}

/* A device takes long by nature: to blame is what took longer than it does. */
static void to_blame_is_what_exceeds_its_median(void **state)
{
	const struct jscope_hist_limits limits = { 0 };
	struct jscope_hist *usual[2];
	struct jscope__worst_one one = { .stage_ns = { 1100, 300 } };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(jscope_hist_create(&limits, &usual[i]), 0);
	for (unsigned i = 0; i < 100; i++) {
		jscope_hist_record(usual[0], 1000);
		jscope_hist_record(usual[1], 10);
	}
	assert_int_equal(jscope__worst_blamed(&one, usual, 0, 2), 1);
	one.stage_ns[1] = 100;
	assert_int_equal(jscope__worst_blamed(&one, usual, 0, 2), 0);
	assert_int_equal(jscope__worst_blamed(&one, usual, 1, 2), 1);
	one.stage_ns[0] = one.stage_ns[1] = JSCOPE_NS_UNKNOWN;
	assert_int_equal(jscope__worst_blamed(&one, usual, 0, 2), 2);
	for (unsigned i = 0; i < 2; i++)
		jscope_hist_destroy(usual[i]);
}

static struct jscope_request request_of(uint64_t id, jscope_ns latency_ns)
{
	return (struct jscope_request){ .device = "8:0",
					.op = "read",
					.name = "",
					.id = id,
					.bytes = 4096,
					.completed = true,
					.matched = true,
					.queued_ns = JSCOPE_NS_UNKNOWN,
					.issue_ns = 100000,
					.irq_ns = 100000 + latency_ns / 2,
					.softirq_ns = JSCOPE_NS_UNKNOWN,
					.complete_ns = 100000 + latency_ns,
					.run_ns = JSCOPE_NS_UNKNOWN };
}

/* One that was cut has no latency, nor one whose issue may be another's. */
static void requests_feed(const struct jscope_timeline_sink *sink)
{
	struct jscope_request request;

	for (uint64_t id = 1; id <= 20; id++) {
		request = request_of(id, (jscope_ns)id * 1000);
		sink->request(sink->state, &request);
	}
	request = request_of(21, 90000);
	request.complete_ns = JSCOPE_NS_UNKNOWN;
	request.completed = false;
	sink->request(sink->state, &request);
	request = request_of(22, 90000);
	request.matched = false;
	sink->request(sink->state, &request);
}

static void requests_are_kept_by_latency(void **state)
{
	const struct jscope_trace_info info = { .path = "made", .reader = "none" };
	struct jscope_report *report = report_of(requests_feed, info);
	const struct jscope__device_row *row = jscope__table_at(report->devices, 0);

	(void)state;
	assert_int_equal(row->worst.count, JSCOPE__WORST_COUNT);
	for (unsigned i = 0; i < row->worst.count; i++) {
		const struct jscope__worst_one *one = &row->worst.ones[i];

		assert_int_equal(one->id, 20 - i);
		assert_int_equal(one->length_ns, (20 - i) * 1000);
		assert_int_equal(one->bytes, 4096);
		assert_int_equal(one->first_ns, 100000);
		assert_int_equal(one->stage_ns[JSCOPE__DEVICE], (20 - i) * 500);
		assert_int_equal(one->stage_ns[JSCOPE__SUBMIT], JSCOPE_NS_UNKNOWN);
	}
	jscope_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_stay_and_of_equals_the_earlier),
		cmocka_unit_test(few_are_all_kept),
		cmocka_unit_test(to_blame_is_what_exceeds_its_median),
		cmocka_unit_test(requests_are_kept_by_latency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
