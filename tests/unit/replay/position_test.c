/* Positions and headroom of our own vocabulary. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

/* Played: 2 periods and 200 us, which is 960 + 9.6 frames; written before: packets 1 and 2. */
static void test_headroom(void **state)
{
	const struct jscope_notification *notification;

	(void)state;
	add_chains(3);
	replay();
	notification = &fake_find(2, 0)->notification;
	assert_true(notification->has_position);
	assert_int_equal(notification->position_frames, 969);
	assert_true(notification->has_headroom);
	assert_int_equal(notification->headroom_frames, 3 * 480 - 970);
}

/* A write after its packet was due: less than nothing is left. */
static void test_headroom_of_underrun(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_point(2, point_us(2));
	add_wake(EVENT, CLIENT, 1, point_us(2) + 5000);
	add_packet(2, CLIENT, point_us(2) + 6000);
	replay();
	/* Nothing was written before, and the device is at 2.6 periods. */
	assert_int_equal(fake_find(1, 0)->notification.headroom_frames, -1248);
}

/* SetWritePacket(n) is followed by a write that names where packet n begins: it moves nothing. */
static void test_write_position_of_packets(void **state)
{
	(void)state;
	add_setup();
	for (unsigned n = 0; n < 6; n++) {
		add_packet(n, CLIENT, n * 1000);
		fake_add(n * 1000 + 1, 0, CLIENT, "jscope:wrt_write", F("dev", DEV),
			 F("stream", STREAM), F("prev", n ? (n - 1) % 2 * PACKET : 0),
			 F("target", n % 2 * PACKET));
		fake_add(n * 1000 + 2, 0, CLIENT, "jscope:wrt_pos", F("dev", DEV),
			 F("stream", STREAM), F("linear", 0), F("offset", 0),
			 F("pos_ts_ns", fake_us(n * 1000 + 1)));
	}
	replay();
	assert_int_equal(fake_records.position_count, 6);
	for (unsigned n = 0; n < 6; n++)
		assert_int_equal(fake_records.positions[n].written_frames, (n + 1) * 480);
}

/* Offsets are cyclic, the write position is not. */
static void test_positions(void **state)
{
	(void)state;
	add_setup();
	for (unsigned i = 1; i <= 5; i++) {
		fake_add(i * 1000, 0, CLIENT, "jscope:wrt_write", F("dev", DEV),
			 F("stream", STREAM), F("prev", (i - 1) * PACKET % (2 * PACKET)),
			 F("target", i * PACKET % (2 * PACKET)));
		fake_add(i * 1000 + 1, 0, CLIENT, "jscope:wrt_pos", F("dev", DEV),
			 F("stream", STREAM), F("linear", i * 192), F("offset", i * 192),
			 F("pos_ts_ns", fake_us(i * 1000)));
	}
	replay();
	assert_int_equal(fake_records.position_count, 5);
	assert_int_equal(fake_records.positions[4].written_frames, 5 * 480);
	assert_int_equal(fake_records.positions[4].linear_frames, 5 * 48);
	assert_true(fake_records.positions[4].has_headroom);
	assert_int_equal(fake_records.positions[4].headroom_frames, 5 * (480 - 48));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headroom),
		cmocka_unit_test(test_headroom_of_underrun),
		cmocka_unit_test(test_write_position_of_packets),
		cmocka_unit_test(test_positions),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
