/* Where a sound card and its client are, and when it ran out, from tables. */
#include "../cmocka_all.h"
#include "sound_story.h"

/* Positions are those of the ends of calls, and go on behind the boundary. */
static void test_boundary(void **state)
{
	const struct jscope_position *p = fake_records.positions;

	(void)state;
	fake_reset();
	add_period(10000, PLAYBACK, 18720, 1440 - 480);
	add_period(20000, PLAYBACK, 0, 1440);
	add_answer(20040, PLAYBACK, 1, 1920);
	add_period(30000, PLAYBACK, 480, 1920);
	fake_replay(NULL);
	assert_int_equal(fake_records.position_count, 3);
	assert_int_equal(p[0].linear_frames, 18720);
	assert_int_equal(p[0].offset_frames, 18720 % BUFFER);
	assert_int_equal(p[0].headroom_frames, 1440);
	assert_int_equal(p[0].written_frames, 18720 + 1440);
	assert_int_equal(p[1].linear_frames, BOUNDARY);
	assert_int_equal(p[1].headroom_frames, 1440);
	assert_int_equal(p[2].linear_frames, BOUNDARY + 480);
	assert_int_equal(p[2].epoch, 1);
	assert_int_equal(told(2)->position_frames, BOUNDARY + 1);
	assert_int_equal(told(2)->headroom_frames, 1439);
	assert_int_equal(told(3)->epoch, 1);
}

static void test_capture(void **state)
{
	(void)state;
	fake_reset();
	add_period(10000, CAPTURE, 480, 0);
	add_answer(10030, CAPTURE, 482, 482);
	add_period(20000, CAPTURE, 960, 482);
	fake_replay(NULL);
	assert_string_equal(told(1)->stream->stream, "capture 0");
	assert_int_equal(told(1)->headroom_frames, BUFFER - 482);
	assert_int_equal(fake_records.positions[0].headroom_frames, BUFFER - 480);
	assert_int_equal(fake_records.positions[0].written_frames, 0);
	assert_int_equal(fake_records.positions[1].headroom_frames, BUFFER - (960 - 482));
}

/* A device that ran out is prepared and begins again at 0: that is another epoch, and one glitch. */
static void test_xrun(void **state)
{
	(void)state;
	fake_reset();
	add_pcm(0, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 480, PREPARED);
	add_entry(10000, 0, PLAYBACK);
	add_pcm(10001, 0, "snd_pcm_xrun", PLAYBACK, 481, 480, RUNNING);
	add_wake(10002, 0, CLIENT);
	add_pcm(10003, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 481, 480, XRUN);
	add_switch(10020, 0, CLIENT);
	add_pcm(15000, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 1920, PREPARED);
	add_switch(15500, 0, 0);
	add_period(20000, PLAYBACK, 960, 1920);
	fake_replay(NULL);
	assert_int_equal(fake_records.glitch_count, 1);
	assert_int_equal(fake_records.positions[0].headroom_frames, -1);
	assert_int_equal(told(1)->epoch, 1);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_true(told(1)->has_headroom);
	assert_int_equal(told(1)->headroom_frames, -1);
	assert_false(told(2)->has_headroom);
	assert_int_equal(told(2)->epoch, 2);
	assert_int_equal(fake_records.positions[2].epoch, 2);
	assert_int_equal(fake_records.positions[2].linear_frames, 960);
}

/* Declared while the client asks, outside a call; the next run passes the old place unseen. */
static void test_xrun_of_client(void **state)
{
	(void)state;
	fake_reset();
	add_exit(10000, 0, PLAYBACK, 480, 481);
	add_pcm(10010, 0, "snd_pcm_xrun", PLAYBACK, 481, 481, RUNNING);
	add_period(20000, PLAYBACK, 960, 1920);
	fake_replay(NULL);
	assert_int_equal(fake_records.glitch_count, 1);
	assert_int_equal(told(1)->epoch, 2);
}

/* What begins again at 0, or with another buffer, answers nothing of before and counts anew. */
static void test_restart(void **state)
{
	const struct jscope_position *p = fake_records.positions;

	(void)state;
	fake_reset();
	add_exit(1000, 0, PLAYBACK, 18720, 18720);
	add_exit(2000, 0, PLAYBACK, 480, 960);
	add_period(10000, PLAYBACK, 960, 1920);
	add_answer(10030, PLAYBACK, 10, 1920 + 480);
	add_exit(20000, 0, PLAYBACK, 480, 2400);
	fake_add(30000, 0, -1, "snd_pcm_period_elapsed_exit", F("card", 1), F("device", 2),
		 F("substream", 0), F("stream", PLAYBACK), F("hw_ptr", 960), F("appl_ptr", 2400),
		 F("boundary", BOUNDARY), F("buffer_size", BUFFER), F("period_size", 240),
		 F("rate", 48000), F("state", RUNNING));
	fake_add(40000, 0, -1, "snd_pcm_period_elapsed_exit", F("card", 1), F("device", 2),
		 F("substream", 0), F("stream", PLAYBACK), F("hw_ptr", 1200), F("appl_ptr", 2400),
		 F("boundary", 2 * BOUNDARY), F("buffer_size", BUFFER), F("period_size", 240),
		 F("rate", 48000), F("state", RUNNING));
	fake_replay(NULL);
	assert_int_equal(p[1].linear_frames, BOUNDARY + 480);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_int_equal(told(1)->epoch, 1);
	assert_int_equal(p[3].epoch, 2);
	assert_int_equal(p[3].linear_frames, 480);
	assert_int_equal(p[4].epoch, 3);
	assert_int_equal(p[5].epoch, 4);
}

/* Nobody declares an xrun where the client lets the device run past it. */
static void test_device_passes_client(void **state)
{
	(void)state;
	fake_reset();
	add_period(10000, PLAYBACK, 480, 960);
	add_period(20000, PLAYBACK, 960, 960);
	add_period(30000, PLAYBACK, 1440, 960);
	add_period(40000, PLAYBACK, 1920, 3840);
	add_period(50000, PLAYBACK, 2400, 2400);
	/* The end of a stream is none. */
	add_pcm(60000, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 2880, 4000, RUNNING);
	add_pcm(70000, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 2880, 2880, DRAINING);
	fake_replay(NULL);
	assert_int_equal(fake_records.glitch_count, 2);
	assert_int_equal(fake_records.positions[2].headroom_frames, -480);
}

/* Where the client was in the run before, or before lost events, says nothing of this one. */
static void test_client_unknown(void **state)
{
	(void)state;
	fake_reset();
	add_pcm(1000, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 90, 100, PREPARED);
	add_answer(2000, PLAYBACK, 200, 1920);
	fake_add_gap(9, 3000, 4000);
	add_entry(5000, 0, PLAYBACK);
	add_wake(5001, 0, CLIENT);
	add_switch(5002, 1, CLIENT);
	add_answer(5003, PLAYBACK, 2000, 2400);
	add_exit(5004, 0, PLAYBACK, 2000, 2400);
	fake_replay(NULL);
	assert_int_equal(fake_records.glitch_count, 0);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], fake_us(5003));
	assert_true(told(1)->has_position);
	assert_false(told(1)->has_headroom);
}

static void test_device_passes_client_at_boundary(void **state)
{
	(void)state;
	fake_reset();
	add_exit(1000, 0, PLAYBACK, 18720, 18720);
	add_exit(2000, 0, PLAYBACK, 0, 18720);
	fake_replay(NULL);
	assert_int_equal(fake_records.positions[1].headroom_frames, -480);
	assert_int_equal(fake_records.positions[1].written_frames, 18720);
}

/* A client that maps the buffer tells nobody when it has written: positions are all there is. */
static void test_without_answers(void **state)
{
	(void)state;
	fake_reset();
	add_period(10000, PLAYBACK, 480, 1920);
	add_period(20000, PLAYBACK, 960, 2400);
	fake_replay(NULL);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_false(told(1)->has_headroom);
	assert_true(told(1)->has_position);
	assert_int_equal(told(1)->position_frames, 480);
	assert_int_equal(fake_records.positions[1].headroom_frames, 1440);
}

/* Numbers that no sound card has are not reckoned with. */
static void test_insane(void **state)
{
	static const int64_t table[][5] = {
		/* hw_ptr, appl_ptr, boundary, buffer_size, rate */
		{ 480, 960, BOUNDARY, 0, 48000 },
		{ 480, 960, BUFFER - 1, BUFFER, 48000 },
		{ BOUNDARY, 960, BOUNDARY, BUFFER, 48000 },
		{ 480, BOUNDARY, BOUNDARY, BUFFER, 48000 },
		{ -1, 960, BOUNDARY, BUFFER, 48000 },
		{ 480, -1, BOUNDARY, BUFFER, 48000 },
		{ 480, 960, BOUNDARY, BUFFER, -1 },
		{ 480, 960, BOUNDARY, BUFFER, INT64_C(1) << 32 },
		{ 480, 960, INT64_MAX, INT64_C(1) << 32, 48000 },
	};

	(void)state;
	fake_reset();
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		fake_add(i, 0, -1, "snd_pcm_period_elapsed_exit", F("card", 1), F("device", 2),
			 F("substream", 0), F("stream", 0), F("hw_ptr", table[i][0]),
			 F("appl_ptr", table[i][1]), F("boundary", table[i][2]),
			 F("buffer_size", table[i][3]), F("period_size", PERIOD),
			 F("rate", table[i][4]), F("state", RUNNING));
	fake_replay(NULL);
	assert_int_equal(fake_records.position_count, 0);
}

/* Whatever they are, and in whatever order. */
static void test_hostile(void **state)
{
	static const int64_t odd[] = { INT64_MIN, -1, 0, 1, UINT32_MAX, INT64_MAX };
	const size_t count = sizeof odd / sizeof odd[0];
	unsigned seed = 1;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < 3000; i++) {
		int64_t v[8];

		for (unsigned k = 0; k < 8; k++) {
			seed = seed * 1103515245u + 12345u;
			v[k] = odd[(seed >> 16) % count];
		}
		add_entry(i, 0, PLAYBACK);
		fake_add(i + 0.5, 0, -1, i % 3 ? "snd_pcm_period_elapsed_exit" : "snd_pcm_appl_ptr",
			 F("card", 1), F("device", 2), F("substream", 0), F("stream", 0),
			 F("hw_ptr", v[0]), F("appl_ptr", v[1]), F("boundary", v[2]),
			 F("buffer_size", v[3]), F("period_size", v[4]), F("stop_threshold", v[5]),
			 F("rate", v[6]), F("state", v[7]));
	}
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_capture),
		cmocka_unit_test(test_xrun),
		cmocka_unit_test(test_xrun_of_client),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_device_passes_client),
		cmocka_unit_test(test_client_unknown),
		cmocka_unit_test(test_device_passes_client_at_boundary),
		cmocka_unit_test(test_without_answers),
		cmocka_unit_test(test_insane),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
