/* Periods and MIDI bytes from what led to them to their clients, from tables. */
#include "../cmocka_all.h"
#include "sound_story.h"

static void test_playback(void **state)
{
	const struct jscope_notification *n;

	(void)state;
	fake_reset();
	add_pcm(0, 0, "snd_pcm_appl_ptr", PLAYBACK, 0, 1920, PREPARED);
	add_period(10000, PLAYBACK, 480, 1920);
	add_answer(10030, PLAYBACK, 481, 2400);
	add_period(20000, PLAYBACK, 960, 2400);
	add_answer(20040, PLAYBACK, 961, 2880);
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

/* One handler tells both streams of a card; the clients are told apart. */
static void test_two_substreams(void **state)
{
	(void)state;
	fake_reset();
	add_irq(100, "irq_handler_entry");
	add_entry(101, 0, PLAYBACK);
	add_wake(102, 0, 60);
	add_exit(103, 0, PLAYBACK, 480, 1920);
	add_entry(104, 0, CAPTURE);
	add_wake(105, 0, 61);
	add_exit(106, 0, CAPTURE, 480, 0);
	add_irq(107, "irq_handler_exit");
	add_switch(120, 0, 61);
	add_answer(125, CAPTURE, 481, 480);
	add_switch(130, 0, 60);
	add_answer(140, PLAYBACK, 481, 2400);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	assert_int_equal(fake_find(1, 0)->notification.tid, 60);
	assert_int_equal(fake_find(1, 0)->notification.at[JSCOPE_SERVED], fake_us(140));
	assert_int_equal(fake_find(1, 1)->notification.tid, 61);
	assert_int_equal(fake_find(1, 1)->notification.at[JSCOPE_SERVED], fake_us(125));
	assert_string_equal(fake_find(1, 1)->notification.stream->stream, "capture 0");
}

/* There the end of a call is waited for, that the client overtakes on another CPU. */
static void test_end_behind_client(void **state)
{
	(void)state;
	fake_reset();
	add_entry(100, 0, PLAYBACK);
	add_wake(101, 0, CLIENT);
	add_switch(102, 1, CLIENT);
	add_exit(104, 0, PLAYBACK, 481, 2400);
	fake_replay(NULL);
	assert_int_equal(told(1)->at[JSCOPE_RUN], fake_us(102));
	assert_true(told(1)->has_position);
	assert_int_equal(told(1)->position_frames, 481);
}

/* A client that is late answers for all; of more than are waited for the oldest go without. */
static void test_late_answer(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned i = 1; i <= 10; i++)
		add_period(i * 1000, PLAYBACK, i, 480);
	add_answer(20000, PLAYBACK, 11, 960);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 10);
	assert_int_equal(told(2)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_int_equal(told(3)->at[JSCOPE_SERVED], fake_us(20000));
	assert_int_equal(told(10)->at[JSCOPE_SERVED], fake_us(20000));
}

/* Nothing but the sound card's own events. */
static void test_alone(void **state)
{
	(void)state;
	fake_reset();
	add_entry(100, 0, PLAYBACK);
	add_exit(102, 0, PLAYBACK, 480, 1920);
	add_answer(110, PLAYBACK, 480, 1920); /* only asks */
	add_answer(111, PLAYBACK, 481, 2400);
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
	add_exit(50, 0, PLAYBACK, 100, 1920);
	add_entry(100, 0, PLAYBACK);
	add_wake(101, 0, CLIENT);
	add_switch(102, 1, CLIENT);
	add_answer(103, PLAYBACK, 480, 2400);
	add_exit(104, 0, PLAYBACK, 481, 2400);
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
	add_period(10000, PLAYBACK, 480, 1920);
	add_irq(20000, "irq_handler_entry");
	fake_add(20001, 0, -1, "workqueue_queue_work", F("work", 7));
	add_irq(20002, "irq_handler_exit");
	add_switch(20003, 0, 9);
	fake_add(20005, 0, -1, "workqueue_execute_start", F("work", 7));
	add_entry(20006, 0, PLAYBACK);
	add_wake(20007, 0, CLIENT);
	add_exit(20008, 0, PLAYBACK, 960, 1920);
	fake_add(20009, 0, -1, "workqueue_execute_end", F("work", 7));
	add_switch(20030, 0, CLIENT);
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

static void test_path_of_stream(void **state)
{
	(void)state;
	fake_reset();
	fake_add(5, 0, -1, "workqueue_execute_start", F("work", 7));
	add_entry(6, 0, PLAYBACK);
	add_exit(8, 0, PLAYBACK, 480, 1920);
	fake_add(9, 0, -1, "workqueue_execute_end", F("work", 7));
	add_period(10000, PLAYBACK, 960, 1920);
	fake_replay(NULL);
	assert_true(told(1)->stream->path & 1u << JSCOPE_DEFERRED);
	assert_true(told(1)->stream->path & 1u << JSCOPE_IRQ);
	assert_false(told(1)->path & 1u << JSCOPE_IRQ);
}

/* What was lost may be the answer, the end or a whole period: none is taken for another's. */
static void test_loss(void **state)
{
	(void)state;
	fake_reset();
	add_period(10000, PLAYBACK, 480, 1920);
	fake_add_gap(9, 10100, 10200);
	add_answer(10300, PLAYBACK, 490, 2880);
	add_period(20000, PLAYBACK, 960, 2880);
	add_answer(20040, PLAYBACK, 961, 3360);
	fake_add_gap(9, 25000, 45000);
	add_period(50000, PLAYBACK, 2400, 3360);
	add_entry(55000, 0, PLAYBACK);
	add_wake(55001, 0, CLIENT);
	add_switch(55002, 1, CLIENT);
	fake_add_gap(9, 55003, 55004);
	add_exit(55005, 0, PLAYBACK, 2640, 3360);
	add_entry(60000, 0, PLAYBACK);
	fake_add_gap(9, 60001, 60002);
	add_exit(60003, 0, PLAYBACK, 2880, 3360);
	fake_replay(NULL);
	assert_int_equal(told(1)->at[JSCOPE_SERVED], JSCOPE_NS_UNKNOWN);
	assert_false(told(1)->has_headroom);
	assert_int_equal(told(2)->at[JSCOPE_SERVED], fake_us(20040));
	/* Periods were lost: those behind are no neighbours of those before. */
	assert_int_not_equal(told(3)->epoch, told(2)->epoch);
	assert_int_equal(told(4)->at[JSCOPE_RUN], fake_us(55002));
	assert_false(told(4)->has_position); /* that end may be of another call */
	assert_int_equal(told(5)->class, JSCOPE_CLASS_CENSORED);
	assert_false(told(5)->has_position);
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

static void add_receive(double at_us, unsigned count)
{
	fake_add(at_us, 0, -1, "snd_rawmidi_receive", F("card", 2), F("device", 1),
		 F("substream", 0), F("count", count), F("first", 0x7f3090));
}

/* Each receive tells who reads; behind the end of its handler, or another thread, nobody is told by it. */
static void test_midi(void **state)
{
	(void)state;
	fake_reset();
	add_irq(100, "irq_handler_entry");
	add_receive(101, 3);
	add_wake(102, 0, CLIENT);
	add_irq(103, "irq_handler_exit");
	add_switch(120, 0, CLIENT);
	add_switch(130, 0, 5);
	add_receive(200, 2); /* from a thread */
	add_switch(210, 0, 0);
	add_wake(211, 0, CLIENT);
	add_switch(220, 0, CLIENT);
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

static void add_end_of_timer(double at_us, unsigned cpu)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_expire_exit", F("hrtimer", 77));
}

static void add_timer(double at_us, unsigned cpu)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_expire_entry", F("hrtimer", 77));
}

static void add_work(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("work", 7));
}

/* Nothing tells where a receive returns: whatever else the CPU does is behind it. */
static void test_midi_ends_by_anything(void **state)
{
	(void)state;
	fake_reset();
	add_timer(100, 0);
	add_receive(101, 1);
	add_end_of_timer(102, 0);
	add_wake(103, 0, CLIENT);
	add_switch(120, 0, 9);
	add_work(130, "workqueue_execute_start");
	add_receive(131, 1);
	add_work(132, "workqueue_execute_end");
	add_wake(133, 0, CLIENT + 1);
	add_receive(140, 1);
	add_receive(141, 1);
	add_work(142, "workqueue_execute_start");
	add_wake(143, 0, CLIENT + 2);
	add_receive(150, 1);
	add_timer(151, 0);
	add_end_of_timer(152, 0);
	add_wake(153, 0, CLIENT + 3);
	add_receive(160, 1);
	fake_add(161, 0, -1, "block_rq_complete", F("rq", 5), F("nr_sector", 8));
	add_wake(162, 0, CLIENT + 4);
	add_receive(170, 1);
	add_wake(171, 0, CLIENT + 5);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 7);
	for (uint64_t seq = 1; seq <= 6; seq++)
		assert_int_equal(told(seq)->at[JSCOPE_SIGNAL], JSCOPE_NS_UNKNOWN);
	assert_int_equal(told(7)->at[JSCOPE_SIGNAL], fake_us(171));
}

/* What interrupts a call wakes nobody for it, and does not end it. */
static void test_interrupted_call(void **state)
{
	(void)state;
	fake_reset();
	fake_add(99, 0, -1, "softirq_entry", F("vec", 6));
	add_entry(100, 0, PLAYBACK);
	add_irq(101, "irq_handler_entry");
	add_wake(102, 0, 70);
	add_irq(103, "irq_handler_exit");
	add_wake(104, 0, CLIENT);
	add_exit(105, 0, PLAYBACK, 480, 1920);
	fake_add(106, 0, -1, "softirq_exit", F("vec", 6));
	add_switch(120, 0, CLIENT);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2); /* and that of the line */
	assert_int_equal(told(1)->tid, CLIENT);
	assert_int_equal(told(1)->at[JSCOPE_SIGNAL], fake_us(104));
	assert_int_equal(told(1)->at[JSCOPE_RUN], fake_us(120));
}

/* A call from a thread may sleep; who runs meanwhile wakes others for its own reasons. */
static void test_call_that_sleeps(void **state)
{
	(void)state;
	fake_reset();
	add_switch(90, 0, 9);
	add_entry(100, 0, PLAYBACK);
	add_switch(101, 0, 10);
	add_wake(102, 0, 9);
	add_switch(103, 0, 9);
	add_wake(104, 0, CLIENT);
	add_exit(105, 0, PLAYBACK, 480, 1920);
	add_switch(120, 0, CLIENT);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	assert_int_equal(told(1)->tid, CLIENT);
	assert_int_equal(told(1)->at[JSCOPE_SIGNAL], fake_us(104));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_playback),
		cmocka_unit_test(test_two_substreams),
		cmocka_unit_test(test_end_behind_client),
		cmocka_unit_test(test_late_answer),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_answer_before_end),
		cmocka_unit_test(test_paths_differ),
		cmocka_unit_test(test_path_of_stream),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_too_many_streams),
		cmocka_unit_test(test_midi),
		cmocka_unit_test(test_midi_ends_by_anything),
		cmocka_unit_test(test_interrupted_call),
		cmocka_unit_test(test_call_that_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
