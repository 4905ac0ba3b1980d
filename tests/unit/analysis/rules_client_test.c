/* R43..R48: events, those who wait for them, and what they write. */
#include "rules_story.h"

static void set(jscope_ns at_ns, unsigned prev)
{
	feed_at(1, 2);
	FEED(at_ns, ev_set, .dev = DEV, .event = EVENT, .prev = prev);
}

/* The client waits at 1 ms, is told at 2 ms, and runs at 3 ms. */
static void woken_begin(void)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	story_wait(ms(1));
	set(ms(2), 0);
	story_wake(ms(3));
}

/* R43, R44 */

static void an_event_is_consumed_at_the_set(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (unsigned i = 1; i < 10; i++) {
		story_wait(ms(10 * i));
		set(ms(10 * i + 1), 0);
		set(ms(10 * i + 2), 0); /* the waiter was released, though it does not run yet */
		set(ms(10 * i + 3), 1);
		story_wake(ms(10 * i + 4));
		story_wait(ms(10 * i + 5));
		story_wake(ms(10 * i + 6));
	}
	feed_end();
	assert_only(0);
	assert_verdict(43, JSCOPE_VERDICT_PASSED);
	assert_verdict(44, JSCOPE_VERDICT_PASSED);
}

static void an_event_is_consumed_at_the_wake(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (unsigned i = 1; i < 10; i++) {
		story_wait(ms(10 * i));
		set(ms(10 * i + 1), 0);
		set(ms(10 * i + 2), 1); /* the flag stays up until the waiter runs */
		set(ms(10 * i + 3), 1);
		story_wake(ms(10 * i + 4));
	}
	feed_end();
	assert_only(0);
}

/* What fits one way of consuming now and the other later fits none. */
static void nobody_consumes_both_ways(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_wait(ms(1));
	set(ms(2), 0);
	set(ms(3), 0);
	story_wake(ms(4));
	story_wait(ms(5));
	story_wake(ms(6));
	story_wait(ms(7));
	set(ms(8), 0);
	set(ms(9), 1);
	feed_end();
	assert_only(43);
}

static void consuming_later_rules_out_consuming_now(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_wait(ms(1));
	set(ms(2), 0);
	set(ms(3), 1);
	story_wake(ms(4));
	story_wait(ms(5));
	set(ms(6), 0);
	set(ms(7), 0);
	feed_end();
	assert_only(43);
}

static void a_set_tells_the_contrary(void **state)
{
	(void)state;
	woken_begin();
	set(ms(4), 1);
	feed_end();
	assert_only(43);

	woken_begin();
	set(ms(4), 0);
	set(ms(5), 0); /* the client still works */
	feed_end();
	assert_only(43);

	woken_begin();
	feed_loss(ms(3), ms(4));
	set(ms(5), 1);
	feed_end();
	assert_verdict(43, JSCOPE_VERDICT_INCONCLUSIVE);
}

/* R44, with trap T11: an eventfd counts its sets, a KEVENT does not; two of them are one wake. */
static void an_event_does_not_count(void **state)
{
	(void)state;
	for (unsigned wakes = 1; wakes <= 2; wakes++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		set(ms(1), 0);
		set(ms(2), 1);
		for (unsigned i = 0; i < wakes; i++) {
			story_wait(ms(3 + i));
			story_wake(ms(3 + i) + us(10));
		}
		feed_end();
		assert_only(wakes > 1 ? 44 : 0);
	}
}

static void a_client_wakes_for_nothing(void **state)
{
	(void)state;
	woken_begin();
	story_wake(ms(4));
	feed_end();
	assert_only(44);

	woken_begin();
	feed_loss(ms(3), ms(4));
	story_wake(ms(4));
	feed_end();
	assert_verdict(44, JSCOPE_VERDICT_INCONCLUSIVE);

	/* Set before the trace began. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_wake(ms(3));
	feed_end();
	assert_only(0);
}

/* R45 */

static void sets_find_the_event_set(void **state)
{
	(void)state;
	for (unsigned found = 1; found <= 2; found++) {
		feed_begin(JSCOPE_PROFILE_HLK);
		FEED(us(1), wrt_alloc, .dev = DEV, .stream = STREAM, .notif_count = 2,
		     .actual = BUFFER);
		FEED(us(2), wrt_register, .dev = DEV, .stream = STREAM, .event = EVENT);
		set(ms(1), 0);
		for (unsigned i = 0; i < found; i++)
			set(ms(2), 1);
		for (unsigned i = 0; i < 100 - found - 1; i++) {
			story_wake(ms(3 + i));
			set(ms(3 + i) + us(500), 0);
		}
		feed_end();
		assert_only(found == 2 ? 45 : 0);
	}
	assert_string_equal(feed_result(45)->figure, "2 of 100 sets found the event set");
}

/* R46 */

static void a_packet_is_written_late(void **state)
{
	(void)state;
	for (unsigned late = 0; late <= 1; late++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 2);
		story_cross(3);
		story_interrupt(3);
		story_dpc(3);
		story_wake(point_ns(3) + us(60));
		if (!late)
			story_write(point_ns(3) + ms(5), 4);
		story_cross(4);
		feed_end();
		assert_only(late ? 46 : 0);
	}
}

/* The device tells the point when it gets to it; the packet may have come in between. */
static void a_packet_is_written_behind_its_point(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_write(point_ns(4) + us(500), 4);
	feed_at(1, 1);
	FEED(point_ns(4) + us(900), dev_point, .dev = DEV, .stream = STREAM, .k = 4,
	     .ideal_ns = point_ns(4), .linear = 4 * PACKET);
	feed_end();
	assert_verdict(46, JSCOPE_VERDICT_VIOLATED);
	assert_non_null(strstr(feed_result(46)->violations[0].sentence, "500"));
}

static void a_position_shows_an_underrun(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(point_ns(1) + ms(1), 11 * BYTES_PER_MS, 0);
	story_position(point_ns(2) + ms(1), 21 * BYTES_PER_MS, 0);
	feed_end();
	assert_only(46);
	assert_int_equal(feed_result(46)->violated, 1);

	/* The end of the stream is no underrun. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	FEED(point_ns(0) + ms(1), wrt_packet, .dev = DEV, .stream = STREAM, .packet = 1,
	     .flags = 0x200);
	story_position(point_ns(2) + ms(1), 21 * BYTES_PER_MS, 0);
	feed_end();
	assert_only(0);
}

/* A client in event mode moves a write position instead of numbering packets. */
static void write_at(jscope_ns at_ns, int64_t prev, int64_t target)
{
	feed_at(0, CLIENT);
	FEED(at_ns, wrt_write, .dev = DEV, .stream = STREAM, .prev = prev, .target = target);
}

static void open_in_event_mode(enum jscope_profile profile)
{
	feed_begin(profile);
	story_create();
	story_register();
	write_at(STORY_ORIGIN - ms(6), 0, PACKET);
	story_state(STORY_ORIGIN - ms(3), STOP, ACQUIRE, 0);
	story_state(STORY_ORIGIN - ms(2), ACQUIRE, PAUSE, 0);
	story_state(STORY_ORIGIN, PAUSE, RUN, 0);
}

static void the_write_position_is_overtaken(void **state)
{
	(void)state;
	open_in_event_mode(JSCOPE_PROFILE_NONE);
	write_at(point_ns(0) + ms(5), PACKET, 0);
	story_cross(1);
	write_at(point_ns(1) + ms(5), 0, PACKET);
	story_cross(2);
	feed_end();
	assert_only(0);

	open_in_event_mode(JSCOPE_PROFILE_NONE);
	story_cross(1);
	write_at(point_ns(1) + ms(5), PACKET, 0);
	story_cross(2);
	feed_end();
	assert_verdict(46, JSCOPE_VERDICT_VIOLATED);
}

/* R47 */

static void glitch(jscope_ns at_ns, unsigned major)
{
	FEED(at_ns, wrt_glitch, .dev = DEV, .stream = STREAM, .major = major);
}

static void an_underrun_is_told_when_nothing_was_written(void **state)
{
	(void)state;
	for (unsigned wrote = 0; wrote <= 1; wrote++) {
		for (unsigned told = 0; told <= 1; told++) {
			feed_begin(JSCOPE_PROFILE_SYSVAD);
			story_open();
			story_points(1, 2);
			story_cross(3);
			story_interrupt(3);
			story_dpc(3);
			if (wrote)
				story_write(point_ns(3) + ms(1), 4);
			if (told)
				glitch(point_ns(4), 1);
			story_interrupt(4);
			story_dpc(4);
			feed_end();
			assert_verdict(47, wrote == told ? JSCOPE_VERDICT_VIOLATED
							 : JSCOPE_VERDICT_PASSED);
		}
	}
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 5);
	feed_end();
	assert_verdict(47, JSCOPE_VERDICT_NOT_APPLICABLE);
}

/* R48 */

static void a_position_is_written_twice(void **state)
{
	(void)state;
	for (unsigned told = 0; told <= 1; told++) {
		open_in_event_mode(JSCOPE_PROFILE_NONE);
		write_at(point_ns(0) + ms(5), PACKET, 0);
		write_at(point_ns(0) + ms(6), 0, 0);
		if (told)
			glitch(point_ns(0) + ms(6), 3);
		story_cross(1);
		story_interrupt(1);
		story_dpc(1);
		feed_end();
		assert_verdict(48, told ? JSCOPE_VERDICT_PASSED : JSCOPE_VERDICT_VIOLATED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_consumed_at_the_set),
		cmocka_unit_test(an_event_is_consumed_at_the_wake),
		cmocka_unit_test(nobody_consumes_both_ways),
		cmocka_unit_test(consuming_later_rules_out_consuming_now),
		cmocka_unit_test(a_set_tells_the_contrary),
		cmocka_unit_test(an_event_does_not_count),
		cmocka_unit_test(a_client_wakes_for_nothing),
		cmocka_unit_test(sets_find_the_event_set),
		cmocka_unit_test(a_packet_is_written_late),
		cmocka_unit_test(a_packet_is_written_behind_its_point),
		cmocka_unit_test(a_position_shows_an_underrun),
		cmocka_unit_test(the_write_position_is_overtaken),
		cmocka_unit_test(an_underrun_is_told_when_nothing_was_written),
		cmocka_unit_test(a_position_is_written_twice),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
