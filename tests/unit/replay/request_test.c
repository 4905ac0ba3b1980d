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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storage_request),
		cmocka_unit_test(test_storage_request_again),
		cmocka_unit_test(test_storage_request_over_before_the_return),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
