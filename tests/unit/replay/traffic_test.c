/*
 * How the requests of a device come and go, beside the requests themselves: depths, batches, what the
 * device tells of them, and when it takes none.
 */
#include "../cmocka_all.h"

#include <string.h>

#include "fake_trace.h"

#define DEV	    2
#define RECORDS_MAX 64
#define DISK	    (254 << 20)

enum { SUCCESS = 1, BUS_RESET = 14, RESET_DETECTED = 3, LINK_UP = 10, LINK_DOWN = 11 };

static struct {
	struct jscope_depth depths[RECORDS_MAX];
	struct jscope_hold holds[RECORDS_MAX];
	struct jscope_request requests[RECORDS_MAX];
	unsigned depth_count, hold_count, request_count;
} kept;

static void keep_depth(void *state, const struct jscope_depth *depth)
{
	(void)state;
	assert_true(kept.depth_count < RECORDS_MAX);
	kept.depths[kept.depth_count++] = *depth;
}

static void keep_hold(void *state, const struct jscope_hold *hold)
{
	(void)state;
	assert_true(kept.hold_count < RECORDS_MAX);
	kept.holds[kept.hold_count++] = *hold;
}

static void keep_request(void *state, const struct jscope_request *request)
{
	(void)state;
	assert_true(kept.request_count < RECORDS_MAX);
	kept.requests[kept.request_count++] = *request;
}

static void replay(const struct jscope_trace_options *options)
{
	static const struct jscope_timeline_sink sink = { .request = keep_request,
							  .depth = keep_depth,
							  .hold = keep_hold };

	memset(&kept, 0, sizeof kept);
	fake_replay_into(&sink, options);
}

static void issue(double at_us, unsigned srb)
{
	fake_add(at_us, 0, 1, "jscope:stor_issue", F("dev", DEV), F("srb", srb));
}

static void complete(double at_us, unsigned srb, unsigned status)
{
	fake_add(at_us, 0, 9, "jscope:stor_complete", F("dev", DEV), F("srb", srb),
		 F("status", status), F("bytes", 512));
}

static void notify(double at_us, unsigned type)
{
	fake_add(at_us, 0, 9, "jscope:stor_notify", F("dev", DEV), F("type", type));
}

static void reset(double at_us, const char *event)
{
	fake_add(at_us, 0, 9, event, F("dev", DEV), F("path", 0));
}

static void isr(double at_us, double until_us, unsigned seq)
{
	fake_add(at_us, 0, 9, "jscope:irq_entry", F("dev", DEV), F("irq", 5), F("seq", seq));
	fake_add(until_us, 0, 9, "jscope:irq_exit", F("dev", DEV), F("irq", 5), F("seq", seq),
		 F("claimed", 1));
}

static void assert_depth(unsigned i, double begin_us, double end_us, unsigned count, bool lossy)
{
	const struct jscope_depth *depth = &kept.depths[i];

	assert_true(i < kept.depth_count);
	assert_string_equal(depth->device, "dev2");
	assert_int_equal(depth->begin_ns, fake_us(begin_us));
	assert_int_equal(depth->end_ns, fake_us(end_us));
	assert_int_equal(depth->count, count);
	assert_int_equal(depth->lossy, lossy);
}

static void two_overlap(void)
{
	fake_reset();
	isr(1, 2, 1);
	issue(10, 7);
	issue(20, 8);
	complete(50, 7, SUCCESS);
	complete(60, 8, SUCCESS);
	isr(100, 101, 2);
}

static void test_depths_follow_one_another(void **state)
{
	(void)state;
	two_overlap();
	replay(NULL);
	assert_int_equal(kept.depth_count, 4);
	assert_depth(0, 10, 20, 1, false);
	assert_depth(1, 20, 50, 2, false);
	assert_depth(2, 50, 60, 1, false);
	assert_depth(3, 60, 101, 0, false);
}

static void test_depths_are_cut_to_the_window(void **state)
{
	struct jscope_trace_options options;

	(void)state;
	two_overlap();
	jscope_trace_options_init(&options);
	options.from = (struct jscope_trace_when){ .ns = fake_us(30) };
	options.to = (struct jscope_trace_when){ .ns = fake_us(55) };
	replay(&options);
	assert_int_equal(kept.depth_count, 2);
	assert_depth(0, 30, 50, 2, false);
	assert_depth(1, 50, 55, 1, false);
}

static void test_no_depths_of_one_cpu(void **state)
{
	struct jscope_trace_options options;

	(void)state;
	two_overlap();
	jscope_trace_options_init(&options);
	options.cpu = 0;
	replay(&options);
	assert_int_equal(kept.depth_count, 0);
	assert_int_equal(kept.request_count, 2);
}

/* What was under way before the gap is not counted behind it, as its end may be in there. */
static void test_depths_around_a_gap(void **state)
{
	(void)state;
	fake_reset();
	issue(10, 7);
	issue(20, 8);
	fake_add_gap(3, 30, 40);
	issue(50, 9);
	complete(60, 9, SUCCESS);
	complete(70, 7, SUCCESS);
	replay(NULL);
	assert_int_equal(kept.depth_count, 4);
	assert_depth(0, 10, 20, 1, false);
	assert_depth(1, 20, 50, 2, true);
	assert_depth(2, 50, 60, 1, false);
	assert_depth(3, 60, 70, 0, false);
}

static void test_batches(void **state)
{
	static const unsigned indices[] = { 1, 2, 3, 1, 0 };

	(void)state;
	fake_reset();
	for (unsigned srb = 1; srb <= 5; srb++)
		issue(srb, srb);
	isr(10, 14, 1);
	complete(11, 1, SUCCESS);
	complete(12, 2, SUCCESS);
	complete(13, 3, SUCCESS);
	isr(14, 16, 2);
	complete(15, 4, SUCCESS);
	complete(20, 5, SUCCESS);
	replay(NULL);
	assert_int_equal(kept.request_count, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(kept.requests[i].batch_index, indices[i]);
}

static void service(double at_us, unsigned srb, uint64_t ticks)
{
	fake_add(at_us, 0, 9, "jscope:stor_service", F("dev", DEV), F("srb", srb),
		 F("duration_100ns", ticks));
}

static void test_told_times(void **state)
{
	(void)state;
	fake_reset();
	issue(10, 7);
	service(30, 7, 180);
	complete(31, 7, SUCCESS);
	service(35, 7, 50); /* of nothing that is under way */
	issue(40, 7);
	complete(50, 7, SUCCESS);
	issue(60, 7);
	service(61, 7, UINT64_MAX);
	complete(62, 7, SUCCESS);
	replay(NULL);
	assert_int_equal(kept.request_count, 3);
	assert_int_equal(kept.requests[0].told_ns, 18000);
	assert_int_equal(kept.requests[1].told_ns, 0);
	assert_int_equal(kept.requests[2].told_ns, INT64_MAX);
}

/* A gap in which the request may have ended and another begun: whose time it is nobody knows. */
static void test_told_time_behind_a_gap(void **state)
{
	(void)state;
	fake_reset();
	issue(10, 7);
	fake_add_gap(3, 20, 25);
	service(30, 7, 30);
	complete(31, 7, SUCCESS);
	replay(NULL);
	for (unsigned i = 0; i < kept.request_count; i++)
		assert_int_equal(kept.requests[i].told_ns, 0);
}

static void assert_hold(unsigned i, enum jscope_hold_kind kind, jscope_ns begin_ns,
			jscope_ns end_ns, unsigned held, unsigned outlasting)
{
	const struct jscope_hold *hold = &kept.holds[i];

	assert_true(i < kept.hold_count);
	assert_int_equal(hold->kind, kind);
	assert_int_equal(hold->begin_ns, begin_ns);
	assert_int_equal(hold->end_ns, end_ns);
	assert_int_equal(hold->held, held);
	assert_int_equal(hold->outlasting, outlasting);
	assert_int_equal(hold->cut, begin_ns == JSCOPE_NS_UNKNOWN || end_ns == JSCOPE_NS_UNKNOWN);
}

static void test_link_goes_down(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned srb = 1; srb <= 3; srb++)
		issue(srb, srb);
	notify(10, LINK_DOWN);
	notify(11, LINK_DOWN);
	complete(12, 1, SUCCESS);
	issue(13, 4); /* against the rules; not one that was held */
	complete(14, 4, SUCCESS);
	notify(40, LINK_UP);
	complete(41, 2, SUCCESS);
	complete(42, 3, SUCCESS);
	replay(NULL);
	assert_int_equal(kept.hold_count, 1);
	assert_hold(0, JSCOPE_HOLD_LINK_DOWN, fake_us(10), fake_us(40), 3, 2);
}

static void test_reset_with_requests_active(void **state)
{
	(void)state;
	fake_reset();
	issue(1, 1);
	issue(2, 2);
	reset(10, "jscope:stor_reset_bus");
	complete(11, 1, BUS_RESET);
	complete(12, 2, BUS_RESET);
	reset(15, "jscope:stor_reset_done");
	notify(16, RESET_DETECTED);
	replay(NULL);
	assert_int_equal(kept.hold_count, 2);
	assert_hold(0, JSCOPE_HOLD_RESET, fake_us(10), fake_us(15), 2, 0);
	assert_true(kept.holds[1].detected);
}

static void test_pauses_that_are_cut(void **state)
{
	(void)state;
	fake_reset();
	reset(5, "jscope:stor_resume");
	reset(10, "jscope:stor_pause");
	fake_add_gap(3, 20, 25);
	reset(30, "jscope:stor_pause");
	reset(40, "jscope:stor_resume");
	reset(50, "jscope:stor_pause");
	issue(60, 1);
	replay(NULL);
	assert_int_equal(kept.hold_count, 4);
	assert_hold(0, JSCOPE_HOLD_PAUSE, JSCOPE_NS_UNKNOWN, fake_us(5), 0, 0);
	assert_hold(1, JSCOPE_HOLD_PAUSE, fake_us(10), JSCOPE_NS_UNKNOWN, 0, 0);
	assert_hold(2, JSCOPE_HOLD_PAUSE, fake_us(30), fake_us(40), 0, 0);
	assert_hold(3, JSCOPE_HOLD_PAUSE, fake_us(50), JSCOPE_NS_UNKNOWN, 0, 0);
}

/* Both ends are there, but the time between may have been two. */
static void test_hold_around_a_gap(void **state)
{
	(void)state;
	fake_reset();
	issue(1, 1);
	notify(10, LINK_DOWN);
	fake_add_gap(3, 20, 25);
	notify(40, LINK_UP);
	replay(NULL);
	assert_int_equal(kept.hold_count, 1);
	assert_true(kept.holds[0].cut);
	assert_int_equal(kept.holds[0].held, 0);
}

static void block(double at_us, const char *event, unsigned rq, unsigned disk)
{
	fake_add(at_us, 0, 1, event, F("dev", DISK + disk), F("rq", rq), F("tag", rq),
		 F("sector", 8 * rq), F("nr_sector", 8), F("rwbs", 4));
}

/* One handler for two disks of a controller; a request that was sent back is not under way. */
static void test_block_requests(void **state)
{
	static const unsigned indices[] = { 1, 1, 2, 2 };

	(void)state;
	fake_reset();
	block(1, "block_rq_issue", 1, 0);
	block(5, "block_rq_requeue", 1, 0);
	block(10, "block_rq_issue", 1, 0);
	block(10, "block_rq_issue", 2, 1);
	block(10, "block_rq_issue", 3, 0);
	block(10, "block_rq_issue", 4, 1);
	fake_add(20, 0, 1, "irq_handler_entry", F("irq", 5), S("name", "ahci"));
	for (unsigned rq = 1; rq <= 4; rq++)
		block(20 + rq, "block_rq_complete", rq, 1 - rq % 2);
	fake_add(30, 0, 1, "irq_handler_exit", F("irq", 5), F("ret", 1));
	replay(NULL);
	assert_int_equal(kept.request_count, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(kept.requests[i].batch_index, indices[i]);
	assert_int_equal(kept.depths[0].begin_ns, fake_us(1));
	assert_int_equal(kept.depths[0].end_ns, fake_us(5));
	assert_int_equal(kept.depths[0].count, 1);
	assert_int_equal(kept.depths[1].end_ns, fake_us(10));
	assert_int_equal(kept.depths[1].count, 0);
}

/* What runs in a softirq is a run of its own. */
static void test_batch_of_a_tasklet(void **state)
{
	static const unsigned indices[] = { 1, 1, 2, 2 };

	(void)state;
	fake_reset();
	for (unsigned rq = 1; rq <= 4; rq++)
		block(rq, "block_rq_issue", rq, 0);
	fake_add(20, 0, 1, "softirq_entry", F("vec", 6));
	block(21, "block_rq_complete", 1, 0);
	fake_add(22, 0, 1, "tasklet_low_entry", F("tasklet", 0x70));
	block(23, "block_rq_complete", 2, 0);
	block(24, "block_rq_complete", 3, 0);
	fake_add(25, 0, 1, "tasklet_low_exit", F("tasklet", 0x70));
	block(26, "block_rq_complete", 4, 0);
	fake_add(27, 0, 1, "softirq_exit", F("vec", 6));
	replay(NULL);
	assert_int_equal(kept.request_count, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(kept.requests[i].batch_index, indices[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depths_follow_one_another),
		cmocka_unit_test(test_depths_are_cut_to_the_window),
		cmocka_unit_test(test_no_depths_of_one_cpu),
		cmocka_unit_test(test_depths_around_a_gap),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_told_times),
		cmocka_unit_test(test_told_time_behind_a_gap),
		cmocka_unit_test(test_link_goes_down),
		cmocka_unit_test(test_reset_with_requests_active),
		cmocka_unit_test(test_pauses_that_are_cut),
		cmocka_unit_test(test_hold_around_a_gap),
		cmocka_unit_test(test_block_requests),
		cmocka_unit_test(test_batch_of_a_tasklet),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
