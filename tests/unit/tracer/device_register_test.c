/* Registers, latency and presentation of a WaveRT stream, on a clock that is turned by hand. */
#include "device_wavert_fixture.h"

static jscope_status map(struct fixture *f, struct jscope__hw_register *ret_register)
{
	return jscope__stream_get_position_register(&f->context, &f->stream, ret_register);
}

static void position_register_maps_once(void **state)
{
	struct fixture *f = *state;
	struct jscope__hw_register mapped;

	assert_int_equal(map(f, &mapped), JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	jscope__stream_allocate(&f->context, &f->stream, 2, 3840, &f->bytes);
	f->stream.format.accuracy_frames = 16;
	assert_int_equal(map(f, &mapped), 0);
	assert_int_equal(mapped.width, 32);
	assert_int_equal(mapped.accuracy, 64);
	assert_int_equal(mapped.numerator_hz, 0);
	assert_int_equal(map(f, &mapped), JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_map), 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_map)->as.wrt_map.status,
			 JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
}

/* In steps of its accuracy, and 0 where the buffer wraps. */
static void position_register_steps_and_wraps(void **state)
{
	struct fixture *f = *state;

	f->stream.format.accuracy_frames = 32;
	f->fake.now_ns = 1001 * MS;
	assert_int_equal(jscope__stream_read_position(&f->context, &f->stream), 32 * 4);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.source, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.accuracy, 128);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 128);
	f->fake.now_ns = 1020 * MS;
	assert_int_equal(jscope__stream_read_position(&f->context, &f->stream), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 3840);
}

/* From power-up on and in every state, at the drifted rate of the sample clock. */
static void clock_register_never_stops(void **state)
{
	struct fixture *f = *state;
	struct jscope__hw_register mapped;

	assert_int_equal(jscope__stream_get_clock_register(&f->context, &f->stream, &mapped), 0);
	assert_int_equal(mapped.numerator_hz, 48000 * 256);
	assert_int_equal(mapped.denominator, 1);
	f->fake.machine.boot_ns = 0;
	f->fake.now_ns = 2000 * MS;
	assert_int_equal(jscope__stream_read_clock(&f->stream), 2 * 48000 * 256);
	f->stream.format.drift_ppm = 100;
	assert_int_equal(jscope__stream_read_clock(&f->stream), 2 * (48000 * 256 + 1228) + 1);
}

/* 32 frames of FIFO, 1 ms of chipset, 2 ms of codec: 176 frames later than fetched. */
static void presentation_lags_by_the_latency(void **state)
{
	struct fixture *f = *state;
	uint64_t frames = 7;

	f->stream.format.latency = (struct jscope__hw_latency){ .fifo_bytes = 128,
								.chipset_ns = MS,
								.codec_ns = 2 * MS };
	f->fake.now_ns = 1003 * MS;
	assert_int_equal(jscope__stream_get_presentation(&f->context, &f->stream, &frames), 0);
	assert_int_equal(frames, 0);
	f->fake.now_ns = 1010 * MS;
	assert_int_equal(jscope__stream_get_presentation(&f->context, &f->stream, &frames), 0);
	assert_int_equal(frames, 480 - 176);
	f->stream.format.capture = true;
	assert_int_equal(jscope__stream_get_presentation(&f->context, &f->stream, &frames),
			 JSCOPE_STATUS_NOT_SUPPORTED);
	assert_int_equal(jscope__stream_get_latency(&f->stream).codec_ns, 2 * MS);
}

static void allocation_tells_the_latency(void **state)
{
	struct fixture *f = *state;
	const struct jscope_event_wrt_alloc *alloc;

	f->stream.format.latency =
		(struct jscope__hw_latency){ .fifo_bytes = 1, .chipset_ns = 2, .codec_ns = 3 };
	jscope__stream_allocate(&f->context, &f->stream, 2, 3840, &f->bytes);
	alloc = &capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc;
	assert_int_equal(alloc->fifo, 1);
	assert_int_equal(alloc->chipset_ns, 2);
	assert_int_equal(alloc->codec_ns, 3);
}

/* Without packets what the client may write begins behind what the FIFO has fetched. */
static void plain_write_offset_follows_the_fifo(void **state)
{
	struct fixture *f = *state;
	struct jscope__stream_position position;

	f->stream.format.latency.fifo_bytes = 256;
	f->fake.now_ns = 1019 * MS;
	assert_int_equal(jscope__stream_get_position(&f->context, &f->stream, &position), 0);
	assert_int_equal(position.play_offset, 19 * 192);
	assert_int_equal(position.write_offset, 19 * 192 + 256 - 3840);
}

#define TEST(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(position_register_maps_once, fixture_open),
		TEST(position_register_steps_and_wraps, fixture_run),
		TEST(clock_register_never_stops, fixture_run),
		TEST(presentation_lags_by_the_latency, fixture_run),
		TEST(allocation_tells_the_latency, fixture_open),
		TEST(plain_write_offset_follows_the_fifo, fixture_run_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
