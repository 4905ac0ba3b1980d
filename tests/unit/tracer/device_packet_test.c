/* Packets and write positions of a WaveRT stream, on a clock that is turned by hand. */
#include "device_wavert_fixture.h"

static void packets_before_run(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write_packet(f, 2), JSCOPE_STATUS_DATA_OVERRUN);
	assert_int_equal(write_packet(f, UINT32_MAX), JSCOPE_STATUS_DATA_LATE_ERROR);
	assert_int_equal(write_packet(f, 0), 0);
	assert_int_equal(write_packet(f, 1), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_write)->as.wrt_write.prev, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_write)->as.wrt_write.target, 1920);
}

/* At 5.5 packets: 5 are played, the sixth (number 5) is in transfer. */
static void packets_in_run(void **state)
{
	static const struct {
		uint32_t packet, flags, end_bytes;
		jscope_status status;
	} cases[] = {
		{ 4, 0, 0, JSCOPE_STATUS_DATA_LATE_ERROR },
		{ 5, 0, 0, JSCOPE_STATUS_DATA_LATE_ERROR },
		{ 7, 0, 0, JSCOPE_STATUS_DATA_OVERRUN },
		{ 6, 1, 0, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 6, 0, 1921, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 6, 0, 0, JSCOPE_STATUS_SUCCESS },
		{ 6, JSCOPE__WRITE_END_OF_STREAM, 1920, JSCOPE_STATUS_SUCCESS },
		{ 6, 0, 0, JSCOPE_STATUS_INVALID_DEVICE_STATE },
	};
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1055 * MS);
	assert_int_equal(packet_count(f), 5);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct capture_event *event;

		assert_int_equal(jscope__stream_set_write_packet(&f->context, &f->stream,
								 cases[i].packet, cases[i].flags,
								 cases[i].end_bytes),
				 cases[i].status);
		event = capture_last_of(JSCOPE_EVENT_wrt_packet);
		assert_int_equal(event->as.wrt_packet.status, cases[i].status);
		assert_int_equal(event->as.wrt_packet.packet, cases[i].packet);
	}
}

static void packets_need_a_buffer(void **state)
{
	struct fixture *f = *state;
	uint32_t count = 17;

	assert_int_equal(write_packet(f, 0), JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(jscope__stream_get_packet_count(&f->context, &f->stream, &count),
			 JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(count, 17);
}

/* Packet 0 and 1 were written: the engine misses 2, and 3, but not the 4 that came in time. */
static void unwritten_packets_are_glitches(void **state)
{
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1010 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
	fake_clock_leap(&f->fake, 1020 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.linear, 3840);
	/* The timer is late for point 3, and packet 4 arrives before it: 3 was missed all the same.
	 */
	f->fake.now_ns = 1031 * MS;
	assert_int_equal(write_packet(f, 4), 0);
	fake_clock_leap(&f->fake, 1045 * MS);
	assert_int_equal(f->stream.glitch_count, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 3);
}

static void starting_empty_is_a_glitch(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 0);
}

/* The client is silent: the device counts and signals on. */
static void counting_goes_on_without_a_client(void **state)
{
	struct fixture *f = *state;
	uint32_t before = packet_count(f);

	f->stream.packets_moved = INT64_MAX; /* no glitches, please */
	for (int64_t k = 1; k <= 3000; k++) {
		fake_clock_leap(&f->fake, 1000 * MS + k * 10 * MS);
		assert_int_equal(packet_count(f), before + k);
		assert_int_equal(f->stream.points_crossed, k);
		fake_clock_run_dpcs(&f->fake);
		capture_start();
	}
}

static jscope_status write_last(struct fixture *f, uint32_t packet, uint32_t bytes)
{
	return jscope__stream_set_write_packet(&f->context, &f->stream, packet,
					       JSCOPE__WRITE_END_OF_STREAM, bytes);
}

/* Packet 2 is the last one, 5 ms of it valid: its point comes at 25 ms, and none after it. */
static void stream_ends_with_its_last_valid_byte(void **state)
{
	struct fixture *f = *state;
	uint64_t heard;

	pass_to(f, 1010 * MS);
	assert_int_equal(write_last(f, 2, 960), 0);
	pass_to(f, 1020 * MS);
	pass_to(f, 1025 * MS - 1);
	assert_int_equal(packet_count(f), 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 2);
	pass_to(f, 1025 * MS);
	assert_int_equal(packet_count(f), 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.ideal_ns, 1025 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.linear, 25 * 192);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 3);
	assert_false(f->fake.timer->armed);
	pass_to(f, 2000 * MS);
	assert_int_equal(packet_count(f), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
	assert_int_equal(jscope__stream_get_presentation(&f->context, &f->stream, &heard), 0);
	assert_int_equal(heard, 48000);
}

static jscope_status read_packet(struct fixture *f, struct jscope__read_packet *ret_packet)
{
	return jscope__stream_get_read_packet(&f->context, &f->stream, ret_packet);
}

/* A packet is readable when it is complete; its time is that of its first sample. */
static void packets_are_read_once(void **state)
{
	struct fixture *f = *state;
	struct jscope__read_packet packet;

	assert_int_equal(read_packet(f, &packet), JSCOPE_STATUS_DEVICE_NOT_READY);
	for (uint32_t k = 1; k < 20; k++) {
		pass_to(f, (1000 + 10 * (jscope_ns)k) * MS);
		assert_int_equal(read_packet(f, &packet), 0);
		assert_int_equal(packet.packet, k - 1);
		assert_int_equal(packet.first_sample_ns, (990 + 10 * (jscope_ns)k) * MS);
		assert_false(packet.more);
		assert_int_equal(read_packet(f, &packet), JSCOPE_STATUS_DEVICE_NOT_READY);
	}
	assert_int_equal(write_packet(f, 20), JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
}

/* Of two packets one is intact; 0 to 2 are overwritten unread, and each is a glitch. */
static void late_reader_loses_the_oldest(void **state)
{
	struct fixture *f = *state;
	struct jscope__read_packet packet;

	pass_to(f, 1045 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.major, 16);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 2);
	assert_int_equal(read_packet(f, &packet), 0);
	assert_int_equal(packet.packet, 3);
	assert_int_equal(packet.first_sample_ns, 1030 * MS);
}

/* The first sample of a packet that a pause cuts was recorded before the pause. */
static void packet_time_survives_a_pause(void **state)
{
	struct fixture *f = *state;
	struct jscope__read_packet packet;

	pass_to(f, 1014 * MS);
	assert_int_equal(read_packet(f, &packet), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	pass_to(f, 5000 * MS);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	pass_to(f, 5006 * MS);
	assert_int_equal(read_packet(f, &packet), 0);
	assert_int_equal(packet.packet, 1);
	assert_int_equal(packet.first_sample_ns, 1010 * MS);
}

static jscope_status set_position(struct fixture *f, uint32_t offset)
{
	return jscope__stream_set_write_position(&f->context, &f->stream, offset);
}

/* Filled up to the engine each time, and once not at all. */
static void position_client_keeps_the_buffer_full(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(set_position(f, 1920), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	pass_to(f, 1005 * MS);
	assert_int_equal(set_position(f, 5 * 192), 0);
	pass_to(f, 1010 * MS);
	pass_to(f, 1020 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
	pass_to(f, 1030 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 3);
	assert_int_equal(set_position(f, 10 * 192), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_write)->as.wrt_write.prev, 5 * 192);
	pass_to(f, 1040 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 1);
}

static void same_position_twice_is_a_glitch(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(set_position(f, 400), 0);
	assert_int_equal(set_position(f, 400), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.major, 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.minor, 400);
	assert_int_equal(set_position(f, 404), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 1);
	assert_int_equal(set_position(f, 3840), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(set_position(f, 402), JSCOPE_STATUS_INVALID_PARAMETER);
}

/* No points, no packets, no events; the engine plays all the same. */
static void plain_buffers_do_not_notify(void **state)
{
	struct fixture *f = *state;
	uint32_t count;

	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.notif_count, 0);
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event),
			 JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(jscope__stream_get_packet_count(&f->context, &f->stream, &count),
			 JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(write_packet(f, 0), JSCOPE_STATUS_NOT_SUPPORTED);
	assert_null(f->fake.timer);
	assert_int_equal(set_position(f, 1920), 0);
	f->fake.now_ns = 1015 * MS;
	assert_int_equal(set_position(f, 1000), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_glitch)->as.wrt_glitch.major, 1);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_state)->as.wrt_state.linear, 15 * 192);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 0);
}

#define TEST(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(packets_before_run, fixture_pause),
		TEST(packets_in_run, fixture_run),
		TEST(packets_need_a_buffer, fixture_open),
		TEST(unwritten_packets_are_glitches, fixture_run),
		TEST(starting_empty_is_a_glitch, fixture_pause),
		TEST(counting_goes_on_without_a_client, fixture_run),
		TEST(stream_ends_with_its_last_valid_byte, fixture_run),
		TEST(packets_are_read_once, fixture_record),
		TEST(late_reader_loses_the_oldest, fixture_record),
		TEST(packet_time_survives_a_pause, fixture_record),
		TEST(position_client_keeps_the_buffer_full, fixture_pause),
		TEST(same_position_twice_is_a_glitch, fixture_pause),
		TEST(plain_buffers_do_not_notify, fixture_run_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
