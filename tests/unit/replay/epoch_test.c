/* Streams of our own vocabulary that pause, stop and start again. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

/* The linear position goes on over a pause, wall time does not. */
static void test_epochs(void **state)
{
	(void)state;
	add_chains(1);
	add_state(point_us(1) + 1000, 3, 2, PACKET + 192);
	add_state(point_us(5) - 9000, 2, 3, PACKET + 192);
	add_point(2, point_us(5));
	add_request(2, point_us(5));
	add_execution(2, 2, point_us(5));
	add_wake(EVENT, CLIENT, 2, point_us(5) + RUN_US);
	add_packet(3, CLIENT, point_us(5) + SERVED_US);
	add_state(point_us(5) + 1000, 3, 2, 0);
	add_state(point_us(5) + 1001, 2, 1, 0);
	add_state(point_us(5) + 1002, 1, 0, 0);
	add_state(point_us(6), 2, 3, 0);
	add_point(1, point_us(7));
	add_request(3, point_us(7));
	add_execution(3, 1, point_us(7));
	add_wake(EVENT, CLIENT, 3, point_us(7) + RUN_US);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_ON_TIME], 3);
	assert_int_equal(fake_records.notifications[0].notification.epoch, 1);
	assert_int_equal(fake_records.notifications[1].notification.epoch, 2);
	assert_int_equal(fake_records.notifications[2].notification.epoch, 3);
	assert_int_equal(fake_records.notifications[1].notification.position_frames, 969);
}

/* Packets count from 0 again after STOP: an early signal of an old number is not spurious. */
static void test_early_after_stop(void **state)
{
	(void)state;
	add_chains(2);
	add_state(point_us(2) + 1000, 3, 2, 0);
	add_state(point_us(2) + 1001, 2, 1, 0);
	add_state(point_us(2) + 1002, 1, 0, 0);
	add_state(point_us(3), 2, 3, 0);
	add_request(3, point_us(4) - 3000);
	add_execution(3, 1, point_us(4) - 3000);
	add_wake(EVENT, CLIENT, 3, point_us(4) - 3000 + RUN_US);
	add_packet(2, CLIENT, point_us(4) - 3000 + SERVED_US);
	add_point(1, point_us(4));
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_EARLY], 1);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_SPURIOUS], 0);
}

/* A point that the driver drops when the stream pauses is missed, at the latest at STOP. */
static void test_dropped_at_stop(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	add_state(point_us(2) + 10, 3, 2, 2 * PACKET);
	add_state(point_us(2) + 11, 2, 1, 2 * PACKET);
	add_state(point_us(2) + 12, 1, 0, 0);
	replay();
	assert_class(2, JSCOPE_CLASS_MISSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_epochs),
		cmocka_unit_test(test_early_after_stop),
		cmocka_unit_test(test_dropped_at_stop),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
