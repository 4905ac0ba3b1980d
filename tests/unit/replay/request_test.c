/* Storage requests of our own vocabulary. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

static void test_storage_request(void **state)
{
	const struct jscope_request *request;

	(void)state;
	fake_reset();
	fake_add(1, 0, 1, "jscope:stor_start", F("dev", 2), F("srb", 7), F("op", 0x28),
		 F("bytes", 4096));
	fake_add(3, 0, 1, "jscope:stor_issue", F("dev", 2), F("srb", 7));
	fake_add(10, 0, 1, "jscope:irq_entry", F("dev", 2), F("irq", 5), F("seq", 1));
	fake_add(11, 0, 1, "jscope:stor_complete", F("dev", 2), F("srb", 7), F("status", 1),
		 F("bytes", 4096));
	fake_add(12, 0, 1, "jscope:irq_exit", F("dev", 2), F("irq", 5), F("seq", 1));
	fake_add(20, 0, 1, "jscope:stor_complete", F("dev", 2), F("srb", 8), F("status", 4));
	fake_add(21, 0, 1, "jscope:stor_issue", F("dev", 2), F("srb", 9));
	replay();
	assert_int_equal(fake_records.request_count, 3);
	request = &fake_records.requests[0];
	assert_string_equal(request->op, "read");
	assert_int_equal(request->queued_ns, fake_us(1));
	assert_int_equal(request->issue_ns, fake_us(3));
	assert_int_equal(request->irq_ns, fake_us(10));
	assert_int_equal(request->complete_ns, fake_us(11));
	assert_int_equal(request->status, 0);
	assert_int_equal(request->outstanding, 1);
	assert_true(request->matched);
	assert_false(fake_records.requests[1].matched);
	assert_int_equal(fake_records.requests[1].status, 4);
	assert_false(fake_records.requests[2].completed);
}

/* A completion that was lost: its request is cut, the next one of that object begins anew. */
static void test_storage_request_again(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned i = 0; i < 2; i++) {
		fake_add(1 + 100 * i, 0, 1, "jscope:stor_start", F("dev", 2), F("srb", 7),
			 F("op", 0x28), F("bytes", 4096));
		fake_add(3 + 100 * i, 0, 1, "jscope:stor_issue", F("dev", 2), F("srb", 7));
	}
	fake_add(111, 0, 1, "jscope:stor_complete", F("dev", 2), F("srb", 7), F("status", 1));
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 2);
	assert_false(fake_records.requests[0].completed);
	assert_int_equal(fake_records.requests[0].issue_ns, fake_us(3));
	assert_true(fake_records.requests[1].matched);
	assert_int_equal(fake_records.requests[1].queued_ns, fake_us(101));
	assert_int_equal(fake_records.requests[1].issue_ns, fake_us(103));
	assert_int_equal(fake_records.requests[1].outstanding, 1);
}

/*
 * Concurrent channels: the first request is over before HwStorStartIo returns for it, then its object
 * is in use again; neither return is another request.
 */
static void test_storage_request_over_before_the_return(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned i = 0; i < 2; i++) {
		fake_add(1 + 100 * i, i, 11 + i, "jscope:stor_startio_entry", F("dev", 2),
			 F("srb", 7));
		fake_add(3 + 100 * i, 0, 1, "jscope:stor_issue", F("dev", 2), F("srb", 7));
		if (i == 1)
			fake_add(104, 0, 11, "jscope:stor_start", F("dev", 2), F("srb", 7),
				 F("op", 0x2a), F("bytes", 512), F("ret", 1));
		fake_add(11 + 100 * i, 0, 1, "jscope:stor_complete", F("dev", 2), F("srb", 7),
			 F("status", 1));
	}
	fake_add(120, 1, 12, "jscope:stor_start", F("dev", 2), F("srb", 7), F("op", 0x28),
		 F("ret", 1));
	replay();
	assert_int_equal(fake_records.request_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct jscope_request *request = &fake_records.requests[i];

		assert_true(request->completed);
		assert_int_equal(request->queued_ns, fake_us(1 + 100 * i));
		assert_string_equal(request->op, "");
		assert_int_equal(request->outstanding, 1);
	}
}

static void stor(double at_us, const char *event, unsigned srb)
{
	fake_add(at_us, 0, 1, event, F("dev", 2), F("srb", srb), F("status", 1), F("op", 0x28),
		 F("ret", 1));
}

/* A request from its entry at 1 us to its issue at 2 us. */
static void stor_begin(unsigned srb)
{
	stor(1, "jscope:stor_startio_entry", srb);
	stor(2, "jscope:stor_issue", srb);
	stor(3, "jscope:stor_start", srb);
}

/* An interrupt at 10 us, whose DPC completes the request at 16 us and signals packet 3. */
static void stor_finish(unsigned srb, unsigned seq, unsigned inserted)
{
	fake_add(10, 0, 1, "jscope:irq_entry", F("dev", 2), F("irq", 5), F("seq", seq));
	fake_add(11, 0, 1, "jscope:dpc_insert", F("dev", 2), F("dpc", DPC), F("caller_seq", seq),
		 F("inserted", inserted));
	fake_add(12, 0, 1, "jscope:irq_exit", F("dev", 2), F("irq", 5), F("seq", seq));
	fake_add(14, 0, 1, "jscope:dpc_entry", F("dev", 2), F("dpc", DPC), F("run", 1));
	stor(16, "jscope:stor_complete", srb);
	fake_add(18, 0, 1, "jscope:ev_set", F("dev", 2), F("event", EVENT), F("dpc", DPC),
		 F("run", 1), F("packet", 3));
}

/* What was lost, on whatever CPU, may be the end of the request, and the begin of the next. */
static void test_completion_behind_a_gap(void **state)
{
	static const uint32_t cpus[] = { 0, 3, JSCOPE_CPU_UNKNOWN };

	(void)state;
	for (unsigned i = 0; i < sizeof cpus / sizeof cpus[0]; i++) {
		const struct jscope_request *requests = fake_records.requests;

		fake_reset();
		stor_begin(7);
		fake_add_gap_on(cpus[i], 9, 10, 11);
		stor(20, "jscope:stor_complete", 7);
		replay();
		assert_int_equal(fake_records.request_count, 2);
		assert_false(requests[0].completed);
		assert_int_equal(requests[0].issue_ns, fake_us(2));
		assert_true(requests[1].completed);
		assert_false(requests[1].matched);
		assert_int_equal(requests[1].issue_ns, UNKNOWN);
		assert_int_equal(requests[1].queued_ns, UNKNOWN);
		assert_int_equal(requests[1].complete_ns, fake_us(20));
	}
}

/* One that begins behind it is all there, and counts no other that may be over. */
static void test_request_behind_a_gap(void **state)
{
	const struct jscope_request *requests = fake_records.requests;

	(void)state;
	fake_reset();
	stor(-3, "jscope:stor_startio_entry", 5);
	fake_add_gap(9, -2, -1);
	stor_begin(7);
	stor(20, "jscope:stor_complete", 7);
	replay();
	assert_int_equal(fake_records.request_count, 2);
	assert_true(requests[0].completed && requests[0].matched);
	assert_int_equal(requests[0].queued_ns, fake_us(1));
	assert_int_equal(requests[0].outstanding, 1);
	/* When the other one was queued would have been told by the return, or by an issue before. */
	assert_int_equal(requests[1].queued_ns, UNKNOWN);
}

static void test_issue_behind_a_gap(void **state)
{
	const struct jscope_request *requests = fake_records.requests;

	(void)state;
	fake_reset();
	stor(1, "jscope:stor_startio_entry", 7);
	stor(2, "jscope:stor_start", 7);
	fake_add_gap(9, 3, 4);
	stor(5, "jscope:stor_issue", 7);
	stor(6, "jscope:stor_start", 7); /* of which call nobody knows */
	stor(7, "jscope:stor_complete", 7);
	replay();
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(requests[0].queued_ns, fake_us(2));
	assert_int_equal(requests[0].issue_ns, UNKNOWN);
	assert_int_equal(requests[1].queued_ns, UNKNOWN);
	assert_int_equal(requests[1].issue_ns, fake_us(5));
	assert_true(requests[1].matched);
	assert_string_equal(requests[1].op, "");
}

/* Whose return it is that comes behind the gap, and whether an issue came before it, is not known. */
static void test_return_behind_a_gap(void **state)
{
	const struct jscope_request *requests = fake_records.requests;

	(void)state;
	fake_reset();
	stor(1, "jscope:stor_startio_entry", 7);
	fake_add_gap(9, 2, 3);
	stor(4, "jscope:stor_start", 7);
	stor(5, "jscope:stor_complete", 7);
	replay();
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(requests[0].queued_ns, UNKNOWN);
	assert_string_equal(requests[0].op, "");
	assert_false(requests[1].matched);
}

/* The requests that are left by a service time told at 20 us, with a gap from 10 to 11 us. */
static unsigned count_with_service(unsigned duration_100ns)
{
	fake_reset();
	stor_begin(7);
	fake_add_gap(9, 10, 11);
	fake_add(20, 0, 1, "jscope:stor_service", F("dev", 2), F("srb", 7),
		 F("duration_100ns", duration_100ns));
	stor(21, "jscope:stor_complete", 7);
	replay();
	return fake_records.request_count;
}

/* A request that took longer than since the gap was issued before it. */
static void test_service_time_tells(void **state)
{
	(void)state;
	assert_int_equal(count_with_service(175), 1);
	assert_true(fake_records.requests[0].matched);
	assert_int_equal(fake_records.requests[0].issue_ns, fake_us(2));
	assert_int_equal(count_with_service(103), 1);
	assert_int_equal(count_with_service(99), 2);
	assert_int_equal(count_with_service(0), 2);
	/* Longer than the trace knows it: it is that of another one. */
	assert_int_equal(count_with_service(190), 2);
	assert_int_equal(count_with_service(UINT32_MAX), 2);
}

/* An interrupt, its DPC with a completion, a signal and a wake; gap_us: where something is lost. */
static const struct jscope_request *complete_by_dpc(double gap_us)
{
	fake_reset();
	stor_begin(7);
	stor_finish(7, 1, 1);
	fake_add(19, 0, 1, "jscope:dpc_exit", F("dev", 2), F("dpc", DPC), F("run", 1));
	fake_add(22, 0, CLIENT, "jscope:ev_wake", F("dev", 2), F("event", EVENT), F("tid", CLIENT),
		 F("count", 1));
	fake_add_gap_on(3, 9, gap_us, gap_us + 0.5);
	replay();
	return &fake_records.requests[fake_records.request_count - 1];
}

static void test_way_of_a_completion(void **state)
{
	const struct jscope_request *request = complete_by_dpc(-5);

	(void)state;
	assert_int_equal(request->irq_ns, fake_us(10));
	assert_int_equal(request->softirq_ns, fake_us(14));
	/* Another interrupt may have asked for the same DPC. */
	request = complete_by_dpc(13);
	assert_int_equal(request->irq_ns, UNKNOWN);
	assert_int_equal(request->softirq_ns, fake_us(14));
	/* The DPC may have ended, and another have begun. */
	request = complete_by_dpc(15);
	assert_int_equal(request->irq_ns, UNKNOWN);
	assert_int_equal(request->softirq_ns, UNKNOWN);
	assert_int_equal(request->complete_ns, fake_us(16));
}

static void test_wake_for_a_completion(void **state)
{
	(void)state;
	assert_int_equal(complete_by_dpc(-5)->run_ns, fake_us(22));
	/* The signal may be that of another request, the wake may be another one. */
	assert_int_equal(complete_by_dpc(17)->run_ns, UNKNOWN);
	assert_int_equal(complete_by_dpc(20)->run_ns, UNKNOWN);
}

/* The first interrupt that asked for the DPC is lost: the second need not have found the request. */
static void test_lost_insert(void **state)
{
	(void)state;
	fake_reset();
	stor_begin(7);
	fake_add_gap(9, 4, 5);
	stor(6, "jscope:stor_startio_entry", 8);
	stor(7, "jscope:stor_issue", 8);
	stor_finish(8, 2, 0);
	replay();
	assert_int_equal(fake_records.requests[0].id, 8);
	assert_int_equal(fake_records.requests[0].irq_ns, UNKNOWN);
	assert_int_equal(fake_find(3, 0)->notification.at[JSCOPE_IRQ], UNKNOWN);
	assert_class(3, JSCOPE_CLASS_CENSORED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storage_request),
		cmocka_unit_test(test_storage_request_again),
		cmocka_unit_test(test_storage_request_over_before_the_return),
		cmocka_unit_test(test_completion_behind_a_gap),
		cmocka_unit_test(test_request_behind_a_gap),
		cmocka_unit_test(test_issue_behind_a_gap),
		cmocka_unit_test(test_return_behind_a_gap),
		cmocka_unit_test(test_service_time_tells),
		cmocka_unit_test(test_way_of_a_completion),
		cmocka_unit_test(test_wake_for_a_completion),
		cmocka_unit_test(test_lost_insert),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
