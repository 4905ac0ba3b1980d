/* Block requests that the trace names: parts, requests sent back, and what led to their end. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#define UNKNOWN JSCOPE_NS_UNKNOWN

static const struct jscope_request *requests = fake_records.requests;

static void block_on(unsigned dev, double at_us, const char *event, unsigned rq, unsigned sector,
		     unsigned count)
{
	fake_add(at_us, 0, -1, event, F("dev", dev), F("sector", sector), F("nr_sector", count),
		 F("rwbs", 4), F("error", 0), F("rq", rq), F("tag", 7));
}

static void block(double at_us, const char *event, unsigned rq, unsigned sector, unsigned count)
{
	block_on(254 << 20, at_us, event, rq, sector, count);
}

static void insert(double at_us, unsigned rq, unsigned sector, unsigned count)
{
	block(at_us, "block_rq_insert", rq, sector, count);
}

static void issue(double at_us, unsigned rq, unsigned sector, unsigned count)
{
	block(at_us, "block_rq_issue", rq, sector, count);
}

static void requeue(double at_us, unsigned rq, unsigned sector, unsigned count)
{
	block(at_us, "block_rq_requeue", rq, sector, count);
}

static void complete(double at_us, unsigned rq, unsigned sector, unsigned count)
{
	block(at_us, "block_rq_complete", rq, sector, count);
}

/* Two requests of one sector at a time: only their names tell them apart. */
static void test_pair_by_name(void **state)
{
	(void)state;
	fake_reset();
	fake_add(0, 0, -1, "lttng_statedump_block_device", F("dev", 254 << 20),
		 S("diskname", "vda"));
	insert(1, 0xa0, 100, 8);
	issue(2, 0xa0, 100, 8);
	issue(3, 0xb0, 100, 8);
	complete(10, 0xb0, 100, 8);
	complete(12, 0xa0, 100, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(requests[0].issue_ns, fake_us(3));
	assert_int_equal(requests[0].queued_ns, UNKNOWN); /* issued directly */
	assert_int_equal(requests[0].outstanding, 2);
	assert_int_equal(requests[1].issue_ns, fake_us(2));
	assert_int_equal(requests[1].queued_ns, fake_us(1));
	assert_int_equal(requests[1].complete_ns, fake_us(12));
	assert_true(requests[1].matched && requests[1].has_tag);
	assert_int_equal(requests[1].tag, 7);
	assert_string_equal(requests[1].device, "254:0");
	assert_string_equal(requests[1].name, "vda");
	assert_int_equal(requests[1].route, JSCOPE_ROUTE_UNKNOWN); /* no thread is seen to come */
}

/* A part is not the end, and whoever is woken for it does not wait for the rest. */
static void test_parts(void **state)
{
	(void)state;
	fake_reset();
	issue(2, 0xa0, 100, 16);
	complete(10, 0xa0, 100, 8);
	fake_add(11, 0, -1, "sched_waking", F("tid", 60));
	complete(20, 0xa0, 108, 8);
	fake_add(21, 0, -1, "sched_waking", F("tid", 61));
	fake_add(22, 1, -1, "sched_switch", F("next_tid", 60));
	fake_add(23, 2, -1, "sched_switch", F("next_tid", 61));
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 1);
	assert_int_equal(requests[0].complete_ns, fake_us(20));
	assert_int_equal(requests[0].run_ns, fake_us(23));
	assert_int_equal(requests[0].bytes, 8192);
	assert_int_equal(requests[0].id, 100);
}

/* The latency begins at the last issue, the queue at the first insertion. */
static void test_sent_back(void **state)
{
	(void)state;
	fake_reset();
	insert(1, 0xa0, 100, 8);
	issue(2, 0xa0, 100, 8);
	requeue(3, 0xa0, 100, 8);
	insert(4, 0xa0, 100, 8);
	issue(5, 0xa0, 100, 8);
	requeue(6, 0xa0, 100, 8);
	issue(7, 0xa0, 100, 8);
	complete(20, 0xa0, 100, 8);
	issue(30, 0xb0, 200, 8);
	requeue(31, 0xb0, 200, 8);
	issue(35, 0xb0, 200, 8);
	complete(40, 0xb0, 200, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(requests[0].queued_ns, fake_us(1));
	assert_int_equal(requests[0].issue_ns, fake_us(7));
	assert_int_equal(requests[0].requeue_count, 2);
	assert_int_equal(requests[0].outstanding, 1);
	/* Directly issued at first. */
	assert_int_equal(requests[1].queued_ns, fake_us(30));
	assert_int_equal(requests[1].issue_ns, fake_us(35));
	assert_int_equal(requests[1].requeue_count, 1);
}

/* What was done before stays done. */
static void test_rest_sent_back(void **state)
{
	(void)state;
	fake_reset();
	issue(2, 0xa0, 100, 16);
	complete(10, 0xa0, 100, 8);
	requeue(11, 0xa0, 108, 8);
	issue(12, 0xa0, 108, 8);
	complete(20, 0xa0, 108, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 1);
	assert_int_equal(requests[0].bytes, 8192);
	assert_int_equal(requests[0].issue_ns, fake_us(12));
	assert_int_equal(requests[0].queued_ns, fake_us(2));
}

/* Insertions that grew at either end are the same request; one that was merged away is not. */
static void test_merged(void **state)
{
	(void)state;
	fake_reset();
	insert(1, 0xa0, 100, 8);
	issue(2, 0xa0, 92, 24);
	complete(9, 0xa0, 92, 24);
	insert(11, 0xb0, 200, 8); /* merged into another one: its object is free again */
	issue(12, 0xb0, 500, 8);
	complete(19, 0xb0, 500, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(requests[0].queued_ns, fake_us(1));
	assert_int_equal(requests[1].queued_ns, UNKNOWN);
}

/* Flushes and commands without data are only counted, also where sectors seem to be done. */
static void test_empty(void **state)
{
	(void)state;
	fake_reset();
	issue(1, 0xa0, 0, 0);
	issue(2, 0xb0, 0, 0);
	issue(3, 0xc0, 100, 8);
	complete(4, 0xa0, 0, 0);
	complete(5, 0xb0, 0, 1);
	complete(6, 0xc0, 100, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 3);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(requests[i].empty && requests[i].matched && requests[i].completed);
		assert_int_equal(requests[i].issue_ns, fake_us(1 + i));
	}
	assert_int_equal(requests[2].outstanding, 1);
}

/* The flush of the block layer is issued; the request that asked for it only ends, and wakes. */
static void test_flush(void **state)
{
	(void)state;
	fake_reset();
	issue(1, 0xa0, 0, 0);
	complete(4, 0xa0, 0, 0);
	fake_add(5, 0, -1, "block_rq_complete", F("dev", 254 << 20), F("nr_sector", 0),
		 F("rq", 0xb0), F("tag", -1));
	fake_add(6, 0, -1, "sched_waking", F("tid", 60));
	fake_add(9, 1, -1, "sched_switch", F("next_tid", 60));
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 1);
	assert_true(requests[0].empty && requests[0].matched);
	assert_int_equal(requests[0].run_ns, fake_us(9));
}

/* Behind a loss nobody knows whether it is the same request of that name. */
static void test_loss(void **state)
{
	(void)state;
	fake_reset();
	insert(1, 0xa0, 100, 8);
	issue(2, 0xb0, 200, 8);
	fake_add_gap_on(3, 9, 5, 6);
	issue(7, 0xa0, 100, 8);
	complete(8, 0xb0, 200, 8);
	complete(9, 0xa0, 100, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 3);
	assert_false(requests[0].completed);
	assert_int_equal(requests[0].issue_ns, fake_us(2));
	assert_false(requests[1].matched);
	assert_int_equal(requests[1].issue_ns, UNKNOWN);
	assert_true(requests[2].matched);
	assert_int_equal(requests[2].queued_ns, UNKNOWN);
	assert_int_equal(requests[2].outstanding, 1);
}

/* Disks of one controller have their requests in common. */
static void test_shared_objects(void **state)
{
	const unsigned other = 254 << 20 | 16;

	(void)state;
	fake_reset();
	issue(1, 0xa0, 100, 8);
	block_on(other, 2, "block_rq_requeue", 0xa0, 100, 8);
	block_on(other, 3, "block_rq_complete", 0xa0, 100, 8);
	block_on(other, 4, "block_rq_issue", 0xa0, 300, 8);
	issue(5, 0xb0, 200, 8);
	block_on(other, 6, "block_rq_complete", 0xa0, 300, 8);
	complete(7, 0xb0, 200, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 4);
	assert_false(requests[0].completed);
	assert_string_equal(requests[0].device, "254:0");
	assert_false(requests[1].matched); /* that the other disk issued it is not told */
	assert_string_equal(requests[2].device, "254:16");
	assert_int_equal(requests[2].issue_ns, fake_us(4));
	assert_int_equal(requests[2].outstanding, 1);
	assert_int_equal(requests[3].outstanding, 1);
}

/* A thread that waits for more than can wait for it: the rest is told without its run, and counted. */
static void test_many_wait_for_a_thread(void **state)
{
	const struct jscope_trace_info *info;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < 6; i++) {
		issue(10 * i, 0xa0, 100, 8);
		complete(10 * i + 1, 0xa0, 100, 8);
		fake_add(10 * i + 2, 0, -1, "sched_waking", F("tid", 60));
	}
	fake_add(100, 0, -1, "sched_switch", F("next_tid", 60));
	info = fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 6);
	assert_int_equal(requests[0].run_ns, UNKNOWN);
	assert_int_equal(requests[1].run_ns, UNKNOWN);
	assert_int_equal(requests[2].run_ns, fake_us(100));
	assert_int_equal(requests[5].run_ns, fake_us(100));
	assert_int_equal(info->refused, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pair_by_name),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_sent_back),
		cmocka_unit_test(test_rest_sent_back),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_shared_objects),
		cmocka_unit_test(test_many_wait_for_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
