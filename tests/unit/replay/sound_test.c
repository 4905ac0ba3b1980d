/* Sound cards and MIDI as our programs in the kernel tell them, from tables. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#define BOUNDARY 19200 /* ten buffers: tests get there */
#define BUFFER	 1920
#define PERIOD	 480
#define CLIENT	 60

enum { PLAYBACK, CAPTURE };
enum { PREPARED = 2, RUNNING = 3, XRUN = 4, DRAINING = 5 };

static void pcm_event(double at_us, unsigned cpu, const char *event, unsigned stream, unsigned hw,
		      unsigned appl, unsigned state)
{
	fake_add(at_us, cpu, -1, event, F("card", 1), F("device", 2), F("substream", 0),
		 F("stream", stream), F("hw_ptr", hw), F("appl_ptr", appl), F("boundary", BOUNDARY),
		 F("buffer_size", BUFFER), F("period_size", PERIOD), F("stop_threshold", BUFFER),
		 F("rate", 48000), F("state", state), S("id", "PCH"));
}

static void enter(double at_us, unsigned cpu, unsigned stream)
{
	fake_add(at_us, cpu, -1, "snd_pcm_period_elapsed_entry", F("card", 1), F("device", 2),
		 F("substream", 0), F("stream", stream));
}

static void leave(double at_us, unsigned cpu, unsigned stream, unsigned hw, unsigned appl)
{
	pcm_event(at_us, cpu, "snd_pcm_period_elapsed_exit", stream, hw, appl, RUNNING);
}

static void answer(double at_us, unsigned stream, unsigned hw, unsigned appl)
{
	pcm_event(at_us, 0, "snd_pcm_appl_ptr", stream, hw, appl, RUNNING);
}

static void wake(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_waking", F("tid", tid));
}

static void run(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", "client"));
}

static void irq(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("irq", 26), S("name", "hda"));
}

/* An interrupt, in which a period ends and wakes the client, who runs 20 us later. */
static void period(double at_us, unsigned stream, unsigned hw, unsigned appl)
{
	irq(at_us, "irq_handler_entry");
	enter(at_us + 1, 0, stream);
	wake(at_us + 3, 0, CLIENT);
	leave(at_us + 4, 0, stream, hw, appl);
	irq(at_us + 6, "irq_handler_exit");
	run(at_us + 23, 0, CLIENT);
	run(at_us + 500, 0, 0);
}

static const struct jscope_notification *told(uint64_t seq)
{
	const struct fake_record *record = fake_find(seq, 0);

	assert_non_null(record);
	return &record->notification;
}

static void test_playback(void **state)
{
	const struct jscope_notification *n;

	(void)state;
	fake_reset();
	pcm_event(0, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 1920, PREPARED);
	period(10000, PLAYBACK, 480, 1920);
	answer(10030, PLAYBACK, 481, 2400);
	period(20000, PLAYBACK, 960, 2400);
	answer(20040, PLAYBACK, 961, 2880);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	n = told(1);
	assert_string_equal(n->stream->device, "hw:1,2");
	assert_string_equal(n->stream->stream, "playback 0");
	assert_string_equal(n->stream->kind, "pcm");
	assert_string_equal(n->stream->name, "PCH");
	assert_int_equal(n->stream->nominal_period_ns, 10000000);
	assert_int_equal(n->stream->buffer_frames, BUFFER);
	assert_int_equal(n->at[JSCOPE_IRQ], fake_us(10000));
	assert_int_equal(n->call_ns, fake_us(10001));
	assert_int_equal(n->at[JSCOPE_SIGNAL], fake_us(10003));
	assert_int_equal(n->at[JSCOPE_RUN], fake_us(10023));
	assert_int_equal(n->at[JSCOPE_SERVED], fake_us(10030));
	assert_int_equal(n->tid, CLIENT);
	assert_int_equal(n->epoch, 1);
	assert_true(n->has_position && n->has_headroom);
	assert_int_equal(n->position_frames, 481);
	assert_int_equal(n->headroom_frames, 1920 - 481);
	assert_int_equal(fake_find(1, 0)->stages.end_to_end_ns, 23000);
	assert_int_equal(fake_find(1, 0)->stages.service_ns, 7000);
	assert_int_equal(told(2)->headroom_frames, 2400 - 961);
	assert_int_equal(told(2)->epoch, 1);
	assert_int_equal(fake_records.glitch_count, 0);
}

/* Positions are those of the ends of calls, and go on behind the boundary. */
static void test_boundary(void **state)
{
	const struct jscope_position *p = fake_records.positions;

	(void)state;
	fake_reset();
	period(10000, PLAYBACK, 18720, 1440 - 480);
	period(20000, PLAYBACK, 0, 1440);
	answer(20040, PLAYBACK, 1, 1920);
	period(30000, PLAYBACK, 480, 1920);
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
	period(10000, CAPTURE, 480, 0);
	answer(10030, CAPTURE, 482, 482);
	period(20000, CAPTURE, 960, 482);
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
	pcm_event(0, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 480, PREPARED);
	enter(10000, 0, PLAYBACK);
	pcm_event(10001, 0, "snd_pcm_xrun", PLAYBACK, 481, 480, RUNNING);
	wake(10002, 0, CLIENT);
	pcm_event(10003, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 481, 480, XRUN);
	run(10020, 0, CLIENT);
	pcm_event(15000, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 1920, PREPARED);
	run(15500, 0, 0);
	period(20000, PLAYBACK, 960, 1920);
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

/* Nobody declares an xrun where the client lets the device run past it. */
static void test_device_passes_client(void **state)
{
	(void)state;
	fake_reset();
	period(10000, PLAYBACK, 480, 960);
	period(20000, PLAYBACK, 960, 960);
	period(30000, PLAYBACK, 1440, 960);
	period(40000, PLAYBACK, 1920, 3840);
	period(50000, PLAYBACK, 2400, 2400);
	/* The end of a stream is none. */
	pcm_event(60000, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 2880, 4000, RUNNING);
	pcm_event(70000, 0, "snd_pcm_period_elapsed_exit", PLAYBACK, 2880, 2880, DRAINING);
	fake_replay(NULL);
	assert_int_equal(fake_records.glitch_count, 2);
	assert_int_equal(fake_records.positions[2].headroom_frames, -480);
}

/* One handler tells both streams of a card; the clients are told apart. */
static void test_two_substreams(void **state)
{
	(void)state;
	fake_reset();
	irq(100, "irq_handler_entry");
	enter(101, 0, PLAYBACK);
	wake(102, 0, 60);
	leave(103, 0, PLAYBACK, 480, 1920);
	enter(104, 0, CAPTURE);
	wake(105, 0, 61);
	leave(106, 0, CAPTURE, 480, 0);
	irq(107, "irq_handler_exit");
	run(120, 0, 61);
	answer(125, CAPTURE, 481, 480);
	run(130, 0, 60);
	answer(140, PLAYBACK, 481, 2400);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	assert_int_equal(fake_find(1, 0)->notification.tid, 60);
	assert_int_equal(fake_find(1, 0)->notification.at[JSCOPE_SERVED], fake_us(140));
	assert_int_equal(fake_find(1, 1)->notification.tid, 61);
	assert_int_equal(fake_find(1, 1)->notification.at[JSCOPE_SERVED], fake_us(125));
	assert_string_equal(fake_find(1, 1)->notification.stream->stream, "capture 0");
}

/* A client that maps the buffer tells nobody when it has written: positions are all there is. */
static void test_without_answers(void **state)
{
	(void)state;
	fake_reset();
	period(10000, PLAYBACK, 480, 1920);
	period(20000, PLAYBACK, 960, 2400);
	fake_replay(NULL);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_false(told(1)->has_headroom);
	assert_true(told(1)->has_position);
	assert_int_equal(told(1)->position_frames, 480);
	assert_int_equal(fake_records.positions[1].headroom_frames, 1440);
}

/* Nothing but the sound card's own events. */
static void test_alone(void **state)
{
	(void)state;
	fake_reset();
	enter(100, 0, PLAYBACK);
	leave(102, 0, PLAYBACK, 480, 1920);
	answer(110, PLAYBACK, 481, 1920); /* only asks */
	answer(111, PLAYBACK, 481, 2400);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	assert_int_equal(told(1)->call_ns, fake_us(100));
	assert_int_equal(told(1)->at[JSCOPE_IRQ], JSCOPE_NS_UNKNOWN);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], fake_us(111));
	assert_int_equal(told(1)->headroom_frames, 1439);
}

/* The client runs on another CPU, and answers before the call that told it has ended. */
static void test_answer_before_end(void **state)
{
	(void)state;
	fake_reset();
	leave(50, 0, PLAYBACK, 100, 1920);
	enter(100, 0, PLAYBACK);
	wake(101, 0, CLIENT);
	run(102, 1, CLIENT);
	answer(103, PLAYBACK, 480, 2400);
	leave(104, 0, PLAYBACK, 481, 2400);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	assert_int_equal(told(1)->at[JSCOPE_RUN], fake_us(102));
	assert_int_equal(told(1)->at[JSCOPE_SERVED], fake_us(103));
	assert_int_equal(told(1)->position_frames, 480);
	assert_int_equal(told(1)->headroom_frames, 1440);
}

/* From an interrupt, or from a work item that it queued: each chain has its own instants. */
static void test_paths_differ(void **state)
{
	(void)state;
	fake_reset();
	period(10000, PLAYBACK, 480, 1920);
	irq(20000, "irq_handler_entry");
	fake_add(20001, 0, -1, "workqueue_queue_work", F("work", 7));
	irq(20002, "irq_handler_exit");
	run(20003, 0, 9);
	fake_add(20005, 0, -1, "workqueue_execute_start", F("work", 7));
	enter(20006, 0, PLAYBACK);
	wake(20007, 0, CLIENT);
	leave(20008, 0, PLAYBACK, 960, 1920);
	fake_add(20009, 0, -1, "workqueue_execute_end", F("work", 7));
	run(20030, 0, CLIENT);
	fake_replay(NULL);
	assert_int_equal(told(2)->at[JSCOPE_IRQ], fake_us(20000));
	assert_int_equal(told(2)->at[JSCOPE_QUEUED], fake_us(20001));
	assert_int_equal(told(2)->at[JSCOPE_DEFERRED], fake_us(20005));
	assert_int_equal(fake_find(1, 0)->stages.stage_ns[JSCOPE_STAGE_HANDLER], 3000);
	assert_int_equal(fake_find(1, 0)->stages.stage_ns[JSCOPE_STAGE_UNEXPLAINED],
			 JSCOPE_NS_UNKNOWN);
	assert_int_equal(fake_find(2, 0)->stages.stage_ns[JSCOPE_STAGE_QUEUE], 4000);
	assert_int_equal(fake_find(2, 0)->stages.end_to_end_ns, 30000);
}

/* What was lost may be the answer, the end or a whole period: none is taken for another's. */
static void test_loss(void **state)
{
	(void)state;
	fake_reset();
	period(10000, PLAYBACK, 480, 1920);
	fake_add_gap(9, 10100, 10200);
	answer(10300, PLAYBACK, 490, 2880);
	period(20000, PLAYBACK, 960, 2880);
	answer(20040, PLAYBACK, 961, 3360);
	fake_add_gap(9, 25000, 45000);
	period(50000, PLAYBACK, 2400, 3360);
	enter(60000, 0, PLAYBACK);
	fake_add_gap(9, 60001, 60002);
	leave(60003, 0, PLAYBACK, 2880, 3360);
	fake_replay(NULL);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_false(told(1)->has_headroom);
	assert_int_equal(told(2)->at[JSCOPE_SERVED], fake_us(20040));
	/* Periods were lost: those behind are no neighbours of those before. */
	assert_int_not_equal(told(3)->epoch, told(2)->epoch);
	assert_int_equal(told(4)->class, JSCOPE_CLASS_CENSORED);
	assert_false(told(4)->has_position);
}

/* Numbers that no sound card has are not reckoned with. */
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
		enter(i, 0, PLAYBACK);
		fake_add(i + 0.5, 0, -1, i % 3 ? "snd_pcm_period_elapsed_exit" : "snd_pcm_appl_ptr",
			 F("card", 1), F("device", 2), F("substream", 0), F("stream", 0),
			 F("hw_ptr", v[0]), F("appl_ptr", v[1]), F("boundary", v[2]),
			 F("buffer_size", v[3]), F("period_size", v[4]), F("stop_threshold", v[5]),
			 F("rate", v[6]), F("state", v[7]));
	}
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 3000);
}

static void test_too_many_streams(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned i = 0; i < 300; i++)
		fake_add(i, 0, -1, "snd_pcm_period_elapsed_entry", F("card", i), F("device", 0),
			 F("substream", 0), F("stream", 0));
	assert_true(fake_replay(NULL)->refused >= 300 - 256);
	assert_int_equal(fake_records.notification_count, 256);
}

static void receive(double at_us, unsigned count)
{
	fake_add(at_us, 0, -1, "snd_rawmidi_receive", F("card", 2), F("device", 1),
		 F("substream", 0), F("count", count), F("first", 0x7f3090));
}

/* Each receive tells who reads; behind the end of its handler, or another thread, nobody is told by it. */
static void test_midi(void **state)
{
	(void)state;
	fake_reset();
	irq(100, "irq_handler_entry");
	receive(101, 3);
	wake(102, 0, CLIENT);
	irq(103, "irq_handler_exit");
	run(120, 0, CLIENT);
	run(130, 0, 5);
	receive(200, 2); /* from a thread */
	run(210, 0, 0);
	wake(211, 0, CLIENT);
	run(220, 0, CLIENT);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	assert_string_equal(told(1)->stream->device, "hw:2,1");
	assert_string_equal(told(1)->stream->stream, "midi in 0");
	assert_string_equal(told(1)->stream->kind, "midi");
	assert_int_equal(told(1)->bytes, 3);
	assert_int_equal(fake_find(1, 0)->stages.end_to_end_ns, 20000);
	assert_int_equal(told(2)->bytes, 2);
	assert_int_equal(told(2)->at[JSCOPE_SIGNAL], JSCOPE_NS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_playback),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_capture),
		cmocka_unit_test(test_xrun),
		cmocka_unit_test(test_device_passes_client),
		cmocka_unit_test(test_two_substreams),
		cmocka_unit_test(test_without_answers),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_answer_before_end),
		cmocka_unit_test(test_paths_differ),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_too_many_streams),
		cmocka_unit_test(test_midi),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
