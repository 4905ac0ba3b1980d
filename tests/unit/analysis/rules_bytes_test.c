/* R63..R65: the bytes of MIDI streams, on made-up events. */
#include "rules_midi_feed.h"

static void write_bytes(jscope_ns at_ns, int64_t req, int64_t done, jscope_ns sched_ns)
{
	FEED(at_ns, midi_xfer, .dev = 1, .irql = 2, .stream = 0x50, .req = req, .done = done,
	     .sched_ns = sched_ns);
}

static void test_write_takes_all_or_fours_or_none(void **state)
{
	static const struct {
		int64_t req, done;
		bool passes;
	} cases[] = { { 3, 3, true },	{ 10, 8, true }, { 10, 0, true },
		      { 10, 3, false }, { 3, 4, false }, { 10, 12, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		write_bytes(ms(1), cases[i].req, cases[i].done, 0);
		feed_end();
		assert_only(cases[i].passes ? 0 : 63);
	}
}

static void test_writes_that_never_take_anything_are_a_warning(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i <= 1100; i++)
		write_bytes(ms(1 + i), 3, i % 900 == 899 ? 3 : 0, 0);
	feed_end();
	assert_only(0);

	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i <= 1100; i++)
		write_bytes(ms(1 + i), 3, 0, 0);
	feed_end();
	assert_only(63);
	assert_int_equal(feed_result(63)->violated, 1);
	assert_int_equal(feed_result(63)->class, JSCOPE_RULE_WARNING);
}

static void wire(jscope_ns begin_ns, int64_t bytes, jscope_ns byte_ns)
{
	FEED(begin_ns + bytes * byte_ns, midi_wire, .dev = 1, .stream = 0x50, .bytes = bytes,
	     .begin_ns = begin_ns, .end_ns = begin_ns + bytes * byte_ns);
}

static void test_wire_has_its_speed(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	wire(ms(1), 3, us(320));
	wire(ms(1) + us(960), 1, us(320));
	feed_end();
	assert_only(0);
	assert_verdict(64, PASSED);

	feed_begin(JSCOPE_PROFILE_NONE);
	wire(ms(1), 3, us(160));
	feed_end();
	assert_only(64);

	feed_begin(JSCOPE_PROFILE_NONE); /* one on top of the other */
	wire(ms(1), 1, us(320));
	wire(ms(1) + us(200), 1, us(320));
	feed_end();
	assert_only(64);
}

/* The second message is 2 ms late on the wire, behind the first. */
static void late_message(enum jscope_profile profile)
{
	feed_begin(profile);
	write_bytes(ms(10), 3, 3, ms(10));
	wire(ms(10), 3, us(320));
	write_bytes(ms(22), 3, 3, ms(20));
	wire(ms(22), 3, us(320));
	feed_end();
}

static void test_jitter_is_judged_in_a_profile_only(void **state)
{
	(void)state;
	late_message(JSCOPE_PROFILE_NONE);
	assert_verdict(65, PASSED);
	assert_string_equal(feed_result(65)->figure, "max 2.000 ms of 1 ms, 2 messages");
	late_message(JSCOPE_PROFILE_STRICT);
	assert_only(65);
	assert_int_equal(feed_result(65)->violations[0].at_ns, ms(22));
}

/* What a write brings waits in the FIFO for what is there before it. */
static void test_jitter_is_that_on_the_wire(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	write_bytes(ms(10), 8, 8, ms(10));
	write_bytes(ms(10) + us(20), 3, 3, ms(10));
	wire(ms(10), 11, us(320));
	feed_end();
	assert_string_equal(feed_result(65)->figure, "max 2.560 ms of 1 ms, 2 messages");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_takes_all_or_fours_or_none),
		cmocka_unit_test(test_writes_that_never_take_anything_are_a_warning),
		cmocka_unit_test(test_wire_has_its_speed),
		cmocka_unit_test(test_jitter_is_judged_in_a_profile_only),
		cmocka_unit_test(test_jitter_is_that_on_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
