/* R49..R55: the packet methods of WaveRT streams on made-up events. */
#include "probes/codes.h"
#include "rules_feed.h"

#include <string.h>

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define STREAM	 0x10
#define PACKET	 1920 /* bytes: 10 ms of 48 kHz, 4 bytes a frame */
#define NO_ERROR JSCOPE_STATUS_SUCCESS
#define LATE	 JSCOPE_STATUS_DATA_LATE_ERROR
#define OVERRUN	 JSCOPE_STATUS_DATA_OVERRUN

enum { CLIENT = 1, DEVICE = 2 };

static void state(jscope_ns at_ns, int64_t old, int64_t new, int64_t linear)
{
	FEED(at_ns, wrt_state, .dev = 1, .stream = STREAM, .old = old, .new = new,
	     .linear = linear);
}

static void stream_begin(enum jscope_profile profile, int64_t capture)
{
	feed_begin(profile);
	feed_at(0, CLIENT);
	FEED(ms(1), wrt_newstream, .dev = 1, .stream = STREAM, .capture = capture, .fs = 48000,
	     .ba = 4);
	FEED(ms(2), wrt_alloc, .dev = 1, .stream = STREAM, .notif_count = 2,
	     .requested = 2 * PACKET, .actual = 2 * PACKET);
	state(ms(3), 0, 1, 0);
	state(ms(4), 1, 2, 0);
}

/* RUN from 100 ms on, so that point k is at 100 ms + k * 10 ms. */
static void run(void)
{
	state(ms(100), 2, 3, 0);
}

static jscope_ns point_ns(int64_t k)
{
	return ms(100 + 10 * k);
}

/* The device tells of a point, and the client wakes 50 us later. */
static void point(int64_t k)
{
	feed_at(1, DEVICE);
	FEED(point_ns(k), dev_point, .dev = 1, .stream = STREAM, .k = k, .ideal_ns = point_ns(k),
	     .linear = k * PACKET);
	feed_at(0, CLIENT);
	FEED(point_ns(k) + us(50), ev_wake, .dev = 1, .event = 0x99, .tid = CLIENT, .count = k);
}

static void write_packet(jscope_ns at_ns, int64_t packet, int64_t status)
{
	FEED(at_ns, wrt_packet, .dev = 1, .stream = STREAM, .packet = packet, .status = status);
}

static void write_position(jscope_ns at_ns, int64_t target)
{
	FEED(at_ns, wrt_write, .dev = 1, .stream = STREAM, .target = target);
}

static void play(int64_t from, int64_t to)
{
	for (int64_t k = from; k <= to; k++) {
		point(k);
		write_packet(point_ns(k) + us(60), k + 1, NO_ERROR);
		write_position(point_ns(k) + us(60) + 1, (k + 1) % 2 * PACKET);
	}
}

static void render_begin(void)
{
	stream_begin(JSCOPE_PROFILE_NONE, 0);
	write_packet(ms(5), 0, NO_ERROR);
	write_position(ms(5) + 1, 0);
	run();
	write_packet(ms(101), 1, NO_ERROR);
	write_position(ms(101) + 1, PACKET);
	play(1, 5);
}

static void assert_verdicts(unsigned violated)
{
	feed_end();
	for (unsigned rule = 49; rule <= 55; rule++)
		if (rule == violated)
			assert_verdict(rule, VIOLATED);
		else
			assert_int_not_equal(feed_result(rule)->verdict, VIOLATED);
}

static void test_healthy_render_breaks_nothing(void **unused)
{
	(void)unused;
	render_begin();
	assert_verdicts(0);
	assert_verdict(49, PASSED);
	assert_verdict(50, NOT_APPLICABLE);
	assert_verdict(51, PASSED);
	assert_verdict(52, PASSED);
	assert_int_equal(feed_result(49)->checked, 7);
	assert_int_equal(feed_result(52)->checked, 7);
}

/* Packet 5 is in transfer from point 5 on. */
static void test_late_and_early_packets_have_their_status(void **unused)
{
	static const struct {
		int64_t packet, status;
		bool passes;
	} cases[] = {
		{ 7, NO_ERROR, true },	{ 6, NO_ERROR, false },
		{ 8, NO_ERROR, false }, { 6, LATE, true },
		{ 5, LATE, true },	{ 7, LATE, false },
		{ 8, OVERRUN, true },	{ 7, OVERRUN, false },
		{ 9, LATE, false },	{ 6, JSCOPE_STATUS_INVALID_PARAMETER, true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		render_begin();
		point(6);
		write_packet(point_ns(6) + us(60), cases[i].packet, cases[i].status);
		assert_verdicts(cases[i].passes ? 0 : 49);
	}
}

/* The call may have read the position before the point that another thread told meanwhile. */
static void test_a_point_during_the_call_is_not_held_against_it(void **unused)
{
	(void)unused;
	render_begin();
	feed_at(0, CLIENT);
	FEED(point_ns(6) - us(2), ev_wait, .dev = 1, .event = 0x99, .tid = CLIENT);
	feed_at(1, DEVICE);
	FEED(point_ns(6), dev_point, .dev = 1, .stream = STREAM, .k = 6, .ideal_ns = point_ns(6),
	     .linear = 6 * PACKET);
	feed_at(0, CLIENT);
	write_packet(point_ns(6) + us(3), 6, NO_ERROR);
	assert_verdicts(0);
}

/* 9 ms after point 5 the device cannot have come to point 6. */
static void test_time_bounds_how_far_the_device_is(void **unused)
{
	(void)unused;
	render_begin();
	FEED(point_ns(5) + ms(8), ev_wait, .dev = 1, .event = 0x99, .tid = CLIENT);
	write_packet(point_ns(5) + ms(9), 7, NO_ERROR);
	assert_verdicts(49);
}

static void test_packet_numbers_wrap(void **unused)
{
	(void)unused;
	stream_begin(JSCOPE_PROFILE_NONE, 0);
	state(ms(50), 2, 3, (INT64_C(1) << 32) * PACKET);
	write_packet(ms(51), (INT64_C(1) << 32) + 1 - (INT64_C(1) << 32), NO_ERROR);
	assert_verdicts(0);
	assert_verdict(49, PASSED);
}

static void test_unknown_positions_are_not_judged(void **unused)
{
	(void)unused;
	feed_begin(JSCOPE_PROFILE_NONE); /* from the middle */
	write_packet(ms(1), 100, NO_ERROR);
	write_packet(ms(2), 50, LATE);
	assert_verdicts(0);
	assert_verdict(49, NOT_APPLICABLE);

	render_begin(); /* a STOP may be among what is lost */
	feed_loss(point_ns(5) + ms(1), point_ns(5) + ms(2));
	point(6);
	write_packet(point_ns(6) + us(60), 0, NO_ERROR);
	assert_verdicts(0);
	assert_verdict(49, INCONCLUSIVE);
}

static void test_two_streams_do_not_mix(void **unused)
{
	(void)unused;
	render_begin();
	FEED(ms(170), wrt_newstream, .dev = 1, .stream = 0x11, .fs = 48000, .ba = 4);
	FEED(ms(171), wrt_alloc, .dev = 1, .stream = 0x11, .notif_count = 2, .actual = 2 * PACKET);
	FEED(ms(172), wrt_packet, .dev = 1, .stream = 0x11, .packet = 0);
	assert_verdicts(0);
	assert_int_equal(feed_result(49)->checked, 8);
}

static void test_sysvad_takes_one_packet_before_run(void **unused)
{
	(void)unused;
	for (int64_t packet = 0; packet <= 1; packet++) {
		stream_begin(JSCOPE_PROFILE_SYSVAD, 0);
		write_packet(ms(5), packet, NO_ERROR);
		assert_verdicts(packet ? 50 : 0);
		assert_verdict(50, packet ? VIOLATED : PASSED);
	}
	stream_begin(JSCOPE_PROFILE_NONE, 0);
	write_packet(ms(5), 1, NO_ERROR);
	assert_verdicts(0);
}

static void end_stream(int64_t flags, int64_t eos_bytes, int64_t status)
{
	render_begin();
	point(6);
	FEED(point_ns(6) + us(60), wrt_packet, .dev = 1, .stream = STREAM, .packet = 7,
	     .flags = flags, .eos_len = eos_bytes, .status = status);
}

static void test_end_of_stream(void **unused)
{
	(void)unused;
	end_stream(0x200, 100, NO_ERROR);
	write_packet(point_ns(7), 8, JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_verdicts(0);
	assert_verdict(51, PASSED);

	end_stream(0x200, 100, NO_ERROR);
	write_packet(point_ns(7), 8, NO_ERROR);
	assert_verdicts(51);
	assert_int_equal(feed_result(51)->class, JSCOPE_RULE_ERROR);

	end_stream(0x200, 100, NO_ERROR);
	write_packet(point_ns(7), 8, LATE);
	assert_verdicts(51);
	assert_int_equal(feed_result(51)->class, JSCOPE_RULE_WARNING);

	end_stream(0x200, PACKET + 1, NO_ERROR);
	assert_verdicts(51);

	end_stream(2, 0, NO_ERROR);
	assert_verdicts(51);

	end_stream(2, 0, JSCOPE_STATUS_INVALID_PARAMETER);
	assert_verdicts(0);

	end_stream(0x200, 100, NO_ERROR); /* begun anew after STOP */
	state(ms(200), 3, 2, 7 * PACKET);
	state(ms(201), 2, 1, 7 * PACKET);
	state(ms(202), 1, 0, 0);
	write_packet(ms(203), 0, NO_ERROR);
	assert_verdicts(0);
}

static void test_packets_have_their_place(void **unused)
{
	(void)unused;
	render_begin();
	point(6);
	write_packet(point_ns(6) + us(60), 7, NO_ERROR);
	write_position(point_ns(6) + us(61), 0);
	assert_verdicts(52);

	stream_begin(JSCOPE_PROFILE_NONE, 0); /* a driver that tells the position first */
	write_position(ms(5), 0);
	write_packet(ms(5) + 1, 0, NO_ERROR);
	run();
	for (int64_t k = 0; k < 4; k++) {
		write_position(point_ns(k) + ms(1), (k + 1) % 2 * PACKET);
		write_packet(point_ns(k) + ms(1) + 1, k + 1, NO_ERROR);
	}
	assert_verdicts(0);
	assert_int_equal(feed_result(52)->checked, 5);
}

static void test_positions_without_packets_are_not_judged(void **unused)
{
	(void)unused;
	stream_begin(JSCOPE_PROFILE_NONE, 0);
	for (int i = 0; i < 10; i++)
		write_position(ms(5 + i), 17 * i);
	assert_verdicts(0);
	assert_verdict(52, NOT_APPLICABLE);
}

static void capture_begin(void)
{
	stream_begin(JSCOPE_PROFILE_NONE, 1);
	run();
}

static void read_packet(jscope_ns at_ns, int64_t packet, int64_t status, jscope_ns stamp_ns)
{
	FEED(at_ns, wrt_packet, .dev = 1, .stream = STREAM, .kind = 1, .packet = packet,
	     .status = status, .ts_packet_ns = stamp_ns);
}

static void record(int64_t from, int64_t to)
{
	for (int64_t k = from; k <= to; k++) {
		point(k);
		read_packet(point_ns(k) + us(60), k - 1, NO_ERROR, point_ns(k - 1));
	}
}

static void test_healthy_capture_breaks_nothing(void **unused)
{
	(void)unused;
	capture_begin();
	read_packet(ms(101), 0, JSCOPE_STATUS_DEVICE_NOT_READY, 0);
	record(1, 5);
	point(6);
	point(7);
	point(8);
	read_packet(point_ns(8) + us(60), 7, NO_ERROR, point_ns(7)); /* two are overwritten */
	assert_verdicts(0);
	assert_verdict(53, PASSED);
	assert_verdict(54, PASSED);
	assert_string_equal(feed_result(53)->figure, "2 packets dropped");
}

static void test_reads_that_are_out_of_order_break_r53(void **unused)
{
	static const struct {
		int64_t packet, status, flags;
		bool passes;
	} cases[] = {
		{ 5, NO_ERROR, 0, true },  { 4, NO_ERROR, 0, false },
		{ 6, NO_ERROR, 0, false }, { 0, JSCOPE_STATUS_DEVICE_NOT_READY, 0, false },
		{ 5, NO_ERROR, 1, false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		capture_begin();
		record(1, 5);
		point(6);
		FEED(point_ns(6) + us(60), wrt_packet, .dev = 1, .stream = STREAM, .kind = 1,
		     .packet = cases[i].packet, .status = cases[i].status, .flags = cases[i].flags);
		assert_verdicts(cases[i].passes ? 0 : 53);
	}
}

static void test_lost_events_make_r53_inconclusive(void **unused)
{
	(void)unused;
	capture_begin();
	record(1, 5);
	feed_loss(point_ns(5) + ms(1), point_ns(5) + ms(2));
	point(6);
	read_packet(point_ns(6) + us(60), 4, NO_ERROR, 0);
	assert_verdicts(0);
	assert_verdict(53, INCONCLUSIVE);
}

/* T5: the time of the end, as sysvad computes it. */
static void test_time_of_the_end_breaks_r54(void **unused)
{
	(void)unused;
	capture_begin();
	record(1, 3);
	point(4);
	read_packet(point_ns(4) + us(60), 3, NO_ERROR, point_ns(4));
	assert_verdicts(54);
	assert_non_null(strstr(feed_result(54)->violations[0].sentence, "as in sysvad"));

	capture_begin();
	point(1);
	read_packet(point_ns(1) + us(60), 0, NO_ERROR, point_ns(0) + us(900));
	assert_verdicts(0);
	assert_verdict(54, PASSED);
}

static void test_packets_from_before_a_pause_have_no_time_to_judge(void **unused)
{
	(void)unused;
	capture_begin();
	record(1, 3);
	state(point_ns(3) + ms(5), 3, 2, 3 * PACKET + PACKET / 2);
	state(point_ns(20), 2, 3, 3 * PACKET + PACKET / 2);
	feed_at(1, DEVICE);
	FEED(point_ns(20) + ms(5), dev_point, .dev = 1, .stream = STREAM, .k = 4,
	     .ideal_ns = point_ns(20) + ms(5), .linear = 4 * PACKET);
	feed_at(0, CLIENT);
	FEED(point_ns(20) + ms(6), ev_wake, .dev = 1, .event = 0x99, .tid = CLIENT);
	read_packet(point_ns(20) + ms(7), 3, NO_ERROR, point_ns(3));
	assert_verdicts(0);
}

static void without_notifications(int64_t kind, int64_t status)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), wrt_newstream, .dev = 1, .stream = STREAM, .fs = 48000, .ba = 4);
	FEED(ms(2), wrt_alloc, .dev = 1, .stream = STREAM, .actual = 2 * PACKET);
	FEED(ms(3), wrt_packet, .dev = 1, .stream = STREAM, .kind = kind, .status = status);
}

static void test_streams_without_notifications_have_no_packets(void **unused)
{
	(void)unused;
	for (int64_t kind = 0; kind < 3; kind++) {
		without_notifications(kind, JSCOPE_STATUS_NOT_SUPPORTED);
		assert_verdicts(0);
		assert_verdict(55, PASSED);
		without_notifications(kind, NO_ERROR);
		assert_verdicts(55);
	}
	feed_begin(JSCOPE_PROFILE_NONE); /* a driver that tells no allocations */
	FEED(ms(1), wrt_newstream, .dev = 1, .stream = STREAM, .fs = 48000, .ba = 4);
	write_packet(ms(3), 0, NO_ERROR);
	assert_verdicts(0);
	assert_verdict(55, NOT_APPLICABLE);
}

/* No trace of ours has such numbers; those of others may say what they like. */
static void test_impossible_allocations_are_no_packets(void **unused)
{
	(void)unused;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), wrt_newstream, .dev = 1, .stream = STREAM, .fs = 48000, .ba = 4);
	FEED(ms(2), wrt_alloc, .dev = 1, .stream = STREAM, .actual = INT64_MIN, .notif_count = -1);
	write_packet(ms(3), INT64_MIN, NO_ERROR);
	assert_verdict(52, NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy_render_breaks_nothing),
		cmocka_unit_test(test_late_and_early_packets_have_their_status),
		cmocka_unit_test(test_a_point_during_the_call_is_not_held_against_it),
		cmocka_unit_test(test_time_bounds_how_far_the_device_is),
		cmocka_unit_test(test_packet_numbers_wrap),
		cmocka_unit_test(test_unknown_positions_are_not_judged),
		cmocka_unit_test(test_two_streams_do_not_mix),
		cmocka_unit_test(test_sysvad_takes_one_packet_before_run),
		cmocka_unit_test(test_end_of_stream),
		cmocka_unit_test(test_packets_have_their_place),
		cmocka_unit_test(test_positions_without_packets_are_not_judged),
		cmocka_unit_test(test_healthy_capture_breaks_nothing),
		cmocka_unit_test(test_reads_that_are_out_of_order_break_r53),
		cmocka_unit_test(test_lost_events_make_r53_inconclusive),
		cmocka_unit_test(test_time_of_the_end_breaks_r54),
		cmocka_unit_test(test_packets_from_before_a_pause_have_no_time_to_judge),
		cmocka_unit_test(test_streams_without_notifications_have_no_packets),
		cmocka_unit_test(test_impossible_allocations_are_no_packets),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
