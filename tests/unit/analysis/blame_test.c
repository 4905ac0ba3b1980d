/* Who held the CPU: each kind of culprit on a few microseconds that can be worked out by hand. */
#include "../cmocka_all.h"

#include "parts_story.h"

/* CPU 0 of a modelled machine; ahead: device 1's DPC that is first in its queue, 0 for none. */
static void model(double at_us, enum jscope_holder holder, uint32_t dev, uint64_t id,
		  double begin_us, uint64_t ahead)
{
	struct jscope_occupancy change = held(0, at_us, holder, id, begin_us);

	change.by.dev = dev;
	change.is_modelled = true;
	change.ahead = ahead;
	change.ahead_dev = ahead ? 1 : 0;
	jscope__holders_change(&holders, &change);
}

#define FULL                                                                                       \
	(1u << JSCOPE_DUE | 1u << JSCOPE_IRQ | 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED |       \
	 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)
#define SOUND (1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)

static const struct jscope_stream_info full = { .path = FULL }, sound = { .path = SOUND };

static void split(const struct jscope_notification *notification)
{
	const struct jscope__evidence evidence = { &holders, moves, &held_requests };

	assert_true(jscope__parts_of_notification(&evidence, notification, &parts));
	assert_sum();
}

/* A chain of a sound card: interrupt, waking, run. */
static void split_sound(double irq_us, double signal_us, double run_us)
{
	struct jscope_notification chain = { .stream = &sound, .tid = CLIENT };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		chain.at[i] = UNKNOWN;
	chain.at[JSCOPE_IRQ] = us(irq_us);
	chain.at[JSCOPE_SIGNAL] = us(signal_us);
	chain.at[JSCOPE_RUN] = us(run_us);
	split(&chain);
}

/* A chain on the modelled CPU, with its point at 100: instants behind it, in microseconds. */
static void split_full(double irq_us, double queued_us, double deferred_us, double signal_us,
		       double run_us)
{
	const struct jscope_notification chain = {
		.stream = &full,
		.tid = CLIENT,
		.at = { us(100), us(100 + irq_us), us(100 + queued_us), us(100 + deferred_us),
			us(100 + signal_us), us(100 + run_us), UNKNOWN }
	};

	split(&chain);
}

/* A thread of higher priority keeps the client from running, and another card interrupts it. */
static void test_kernel_wake(void **state)
{
	(void)state;
	kernel(0, 0, JSCOPE_HOLDER_IDLE, 0, 0);
	kernel(0, 100, JSCOPE_HOLDER_IRQ, 22, 100);
	kernel(0, 110, JSCOPE_HOLDER_IDLE, 0, 0);
	thread(0, 113, 235, "guest_hog");
	kernel(0, 150, JSCOPE_HOLDER_IRQ, 23, 150);
	kernel(0, 155, JSCOPE_HOLDER_SOFTIRQ, 3, 155);
	kernel(0, 160, JSCOPE_HOLDER_THREAD, 235, 113);
	thread(0, 200, 99, "jitterscope");
	thread(0, 210, CLIENT, "aplay");
	split_sound(100, 104, 210);
	assert_int_equal(parts.count, 8);
	assert_names(assert_part(0, JSCOPE_STAGE_HANDLER, JSCOPE__CULPRIT_ITSELF, 4),
		     "its own interrupt handler");
	assert_part(1, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_ITSELF, 6);
	assert_names(assert_part(2, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_IDLE_EXIT, 3),
		     "idle exit of CPU 0");
	assert_names(assert_part(3, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 37),
		     "guest_hog/235");
	assert_part(4, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_IRQ, 5);
	assert_names(assert_part(5, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_SOFTIRQ, 5),
		     "softirq 3 NET_RX");
	assert_part(6, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 40);
	assert_names(assert_part(7, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_RECORDER, 10),
		     "jitterscope/99 (a recorder)");
	assert_names(jscope__parts_most(parts.part, parts.count), "guest_hog/235");
	assert_int_equal(jscope__parts_most(parts.part, parts.count).length_ns, 77000);
	assert_int_equal(jscope__parts_most(parts.part, 0).length_ns, 0);
}

/* It waits on a CPU that is busy, then on one that is idle, and runs on a third one. */
static void test_migration(void **state)
{
	const struct jscope_migration first = { CLIENT, us(0), 3, 1 };
	const struct jscope_migration to_two = { CLIENT, us(120), 1, 2 };
	const struct jscope_migration to_zero = { CLIENT, us(140), 2, 0 };
	const struct jscope_migration other = { CLIENT + 1, us(150), 2, 5 };

	(void)state;
	kernel(0, 100, JSCOPE_HOLDER_IRQ, 22, 100);
	kernel(0, 104, JSCOPE_HOLDER_IDLE, 0, 0);
	thread(1, 0, 50, "one");
	kernel(2, 0, JSCOPE_HOLDER_IDLE, 2, 0);
	thread(0, 150, CLIENT, "aplay");
	jscope__moves_add(moves, &first);
	jscope__moves_add(moves, &to_two);
	jscope__moves_add(moves, &to_zero);
	jscope__moves_add(moves, &other);
	split_sound(100, 104, 150);
	assert_int_equal(parts.count, 4);
	assert_names(assert_part(1, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 16), "one/50");
	assert_names(assert_part(2, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_MIGRATION, 20),
		     "late move away from CPU 2");
	assert_part(3, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_IDLE_EXIT, 10);
}

/* A switch was left out of the trace: whoever leaves had come unseen, but handlers are as they were. */
static void test_unseen(void **state)
{
	const struct jscope_occupant hidden = {
		.holder = JSCOPE_HOLDER_THREAD, .id = 60, .name = "hidden", .begin_ns = UNKNOWN
	};
	struct jscope_occupancy run = held(0, 200, JSCOPE_HOLDER_THREAD, CLIENT, 200);

	(void)state;
	thread(0, 10, 50, "before");
	kernel(0, 90, JSCOPE_HOLDER_IDLE, 0, 90);
	kernel(0, 100, JSCOPE_HOLDER_IRQ, 22, 100);
	kernel(0, 110, JSCOPE_HOLDER_IDLE, 0, 90);
	run.by.name = "aplay";
	run.unseen = &hidden;
	jscope__holders_change(&holders, &run);
	split_sound(100, 104, 200);
	assert_int_equal(parts.count, 3);
	assert_names(assert_part(2, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_UNSEEN, 90),
		     "hidden/60, or who ran unseen");
	/* What was told of the thread before still holds. */
	split_sound(50, 60, 200);
	assert_names(assert_part(1, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 30), "before/50");
	/* Nor is it forgotten where the client came to run, as it leaves unseen. */
	run = held(0, 300, JSCOPE_HOLDER_THREAD, 61, 300);
	run.unseen = &hidden;
	jscope__holders_change(&holders, &run);
	split_sound(50, 60, 200);
	assert_names(assert_part(1, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 30), "before/50");
}

static void assert_unknown(unsigned i, enum jscope__unknown unknown, double length_us)
{
	assert_int_equal(assert_part(i, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_UNKNOWN, length_us)
				 .culprit.object,
			 unknown);
}

static void test_unknown(void **state)
{
	const struct jscope_loss loss = { .cpu = 0, .begin_ns = us(160), .end_ns = us(170) };
	const struct jscope_loss elsewhere = { .cpu = 1, .begin_ns = us(0), .end_ns = us(500) };

	(void)state;
	split_sound(100, 104, 210); /* nothing tells where it ran */
	assert_int_equal(parts.count, 2);
	assert_unknown(1, JSCOPE__UNKNOWN_CPU, 106);

	thread(0, 120, 50, "one");
	kernel(0, 130, JSCOPE_HOLDER_UNKNOWN, 0, 130);
	thread(0, 150, 51, "two");
	thread(0, 180, 52, "three");
	thread(0, 210, CLIENT, "aplay");
	jscope__holders_loss(&holders, &loss);
	jscope__holders_loss(&holders, &elsewhere);
	split_sound(100, 104, 210);
	assert_int_equal(parts.count, 6);
	assert_unknown(1, JSCOPE__UNKNOWN_EARLIER, 16);
	assert_part(2, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 10);
	assert_unknown(3, JSCOPE__UNKNOWN_UNTOLD, 20);
	assert_unknown(4, JSCOPE__UNKNOWN_LOST, 30); /* whoever came meanwhile */
	assert_part(5, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_THREAD, 30);
}

/* More changes than a CPU keeps. */
static void test_window(void **state)
{
	(void)state;
	for (unsigned i = 0; i < JSCOPE__CHANGES_MAX + 1; i++)
		thread(0, 1 + i, 50 + i % 2, "one");
	thread(0, JSCOPE__CHANGES_MAX + 2, CLIENT, "aplay");
	split_sound(0.5, 0.75, JSCOPE__CHANGES_MAX + 2);
	assert_int_equal(parts.part[1].culprit.object, JSCOPE__UNKNOWN_WINDOW);
	assert_int_equal(parts.part[1].length_ns, us(3) - us(0.75));
	assert_int_equal(parts.count, JSCOPE__PARTS_ORDER);
	assert_true(holders.bytes <= JSCOPE__HOLDERS_BYTES_MAX);
}

/* Where there is no more memory a window stays as short as it is. */
static void test_short_window(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10; i++)
		thread(0, 1 + i, 50 + i % 2, "one");
	assert_int_equal(holders.room_min, JSCOPE__CHANGES_MAX);
	holders.bytes = JSCOPE__HOLDERS_BYTES_MAX;
	for (unsigned i = 10; i < 1000; i++)
		thread(0, 1 + i, 50 + i % 2, "one");
	assert_int_equal(holders.room_min, 256);
	assert_int_equal(holders.refused, 0);
	thread(0, 1001, CLIENT, "aplay");
	split_sound(0.5, 700, 1001);
	assert_int_equal(parts.part[1].culprit.object, JSCOPE__UNKNOWN_WINDOW);
	assert_int_equal(parts.part[2].culprit.kind, JSCOPE__CULPRIT_THREAD);
	thread(1, 1001, 60, "two"); /* no memory at all */
	assert_int_equal(holders.refused, 1);
}

/* More culprits than there are places for. */
static void test_many_culprits(void **state)
{
	const unsigned count = 2 * JSCOPE__PARTS_MAX;

	(void)state;
	for (unsigned i = 0; i < count; i++)
		thread(0, 1 + i, 50 + i, "one");
	thread(0, 1 + count, CLIENT, "aplay");
	split_sound(0.5, 1, 1 + count);
	assert_int_equal(parts.count, JSCOPE__PARTS_MAX);
	assert_int_equal(parts.part[JSCOPE__PARTS_MAX - 1].culprit.kind, JSCOPE__CULPRIT_OTHERS);
	assert_int_equal(parts.part[JSCOPE__PARTS_MAX - 1].length_ns,
			 (count - (JSCOPE__PARTS_MAX - 2)) * 1000);
}

static void test_disorder(void **state)
{
	(void)state;
	thread(0, 210, CLIENT, "aplay");
	split_sound(100, 250, 210);
	assert_int_equal(parts.count, 3);
	assert_unknown(2, JSCOPE__UNKNOWN_ORDER, -40);
}

/* Device 1 waits: its line is 4, its DPC 0x20, its client CLIENT. */

static void model_chain(void)
{
	model(105, JSCOPE_HOLDER_IRQ, 1, 4, 105, 0);
	model(107, JSCOPE_HOLDER_IRQ, 1, 4, 105, 0x20);
	model(108, JSCOPE_HOLDER_NONE, 0, 0, 0, 0x20);
	model(110, JSCOPE_HOLDER_DPC, 1, 0x20, 110, 0);
	model(116, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model(130, JSCOPE_HOLDER_THREAD, 0, CLIENT, 130, 0);
}

/* Nothing of the CPU is told while it waits: it stood still, or was free. */
static void test_silence(void **state)
{
	(void)state;
	model(50, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model_chain();
	split_full(5, 7, 10, 15, 30);
	assert_int_equal(parts.count, 7);
	assert_names(assert_part(0, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_SILENT, 5),
		     "CPU 0 silent: idle or stalled");
	assert_part(1, JSCOPE_STAGE_DISPATCH, JSCOPE__CULPRIT_ITSELF, 2);
	assert_part(2, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_ITSELF, 1);
	assert_part(3, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_SILENT, 2);
	assert_names(assert_part(4, JSCOPE_STAGE_HANDLER, JSCOPE__CULPRIT_ITSELF, 5),
		     "its own deferred handler");
	assert_part(5, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_ITSELF, 1);
	assert_part(6, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_SILENT, 14);
}

/* A thread keeps no interrupt waiting, nor another one's DPC; but the CPU shows that it lives. */
static void test_not_called(void **state)
{
	(void)state;
	model(50, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model(101, JSCOPE_HOLDER_THREAD, 0, 90, 101, 0);
	model(103, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model_chain();
	split_full(5, 7, 10, 15, 30);
	assert_names(assert_part(0, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_NOT_CALLED, 5),
		     "CPU 0 awake, but did not call it");
}

static void test_isr_of_another_line(void **state)
{
	(void)state;
	model(95, JSCOPE_HOLDER_IRQ, 2, 9, 95, 0);
	model(104, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model_chain();
	split_full(5, 7, 10, 15, 30);
	assert_names(assert_part(0, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_IRQ, 4),
		     "ISR of line 9 (dev2)");
	assert_part(1, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_SILENT, 1);
}

/* The DPC of device 1 behind another one that runs, and behind one that waits itself. */
static void test_dpc_ahead(void **state)
{
	(void)state;
	model(105, JSCOPE_HOLDER_IRQ, 1, 4, 105, 0x21);
	model(108, JSCOPE_HOLDER_DPC, 1, 0x21, 108, 0x22);
	model(120, JSCOPE_HOLDER_NONE, 0, 0, 0, 0x22);
	model(130, JSCOPE_HOLDER_DPC, 1, 0x22, 130, 0x20);
	model(131, JSCOPE_HOLDER_NONE, 0, 0, 0, 0x20);
	model(135, JSCOPE_HOLDER_DPC, 1, 0x20, 135, 0);
	model(160, JSCOPE_HOLDER_THREAD, 0, CLIENT, 160, 0);
	split_full(5, 7, 35, 40, 60);
	assert_part(1, JSCOPE_STAGE_DISPATCH, JSCOPE__CULPRIT_ITSELF, 2);
	assert_part(2, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_ITSELF, 1);
	assert_names(assert_part(3, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_DPC_AHEAD, 12),
		     "DPC 0x21 (dev1) ahead of it");
	assert_names(assert_part(4, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_DPC_AHEAD, 11),
		     "DPC 0x22 (dev1) ahead of it");
	assert_part(5, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_SILENT, 4);
}

/* The DPC still runs for the point before, and so does the client. */
static void test_own_previous(void **state)
{
	(void)state;
	model(90, JSCOPE_HOLDER_DPC, 1, 0x20, 90, 0);
	model(105, JSCOPE_HOLDER_IRQ, 1, 4, 105, 0);
	model(108, JSCOPE_HOLDER_DPC, 1, 0x20, 90, 0x20);
	model(120, JSCOPE_HOLDER_THREAD, 0, CLIENT, 80, 0x20);
	model(121, JSCOPE_HOLDER_DPC, 1, 0x20, 121, 0);
	model(130, JSCOPE_HOLDER_THREAD, 0, CLIENT, 80, 0);
	model(150, JSCOPE_HOLDER_NONE, 0, 0, 0, 0);
	model(160, JSCOPE_HOLDER_THREAD, 0, CLIENT, 160, 0);
	split_full(5, 7, 21, 25, 60);
	assert_part(3, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_OWN_PREVIOUS, 12);
	assert_part(4, JSCOPE_STAGE_QUEUE, JSCOPE__CULPRIT_SILENT, 1);
	assert_part(5, JSCOPE_STAGE_HANDLER, JSCOPE__CULPRIT_ITSELF, 4);
	assert_part(6, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_ITSELF, 5);
	assert_part(7, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_OWN_PREVIOUS, 20);
	assert_part(8, JSCOPE_STAGE_WAKE, JSCOPE__CULPRIT_SILENT, 10);
}

/* The kernel was free to wait until 30 us behind the point: whoever ran by then kept nobody waiting. */
static void test_slack(void **state)
{
	struct jscope_notification chain = { .stream = &full,
					     .tid = CLIENT,
					     .slack_ns = 30000,
					     .at = { us(100), us(140), us(141), us(142), us(143),
						     us(150), UNKNOWN } };

	(void)state;
	thread(0, 50, 90, "busy");
	kernel(0, 140, JSCOPE_HOLDER_IRQ, 4, 140);
	thread(0, 150, CLIENT, "sleeper");
	split(&chain);
	assert_names(assert_part(0, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_SLACK, 30),
		     "the slack of its timer");
	assert_names(assert_part(1, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_THREAD, 10), "busy/90");
	chain.slack_ns = 50000; /* it came before that was over */
	split(&chain);
	assert_part(0, JSCOPE_STAGE_INTERRUPT, JSCOPE__CULPRIT_SLACK, 40);
	assert_part(1, JSCOPE_STAGE_DISPATCH, JSCOPE__CULPRIT_ITSELF, 1);
}

/* A chain that lost an end has no length. */
static void test_partial(void **state)
{
	const struct jscope__evidence evidence = { &holders, moves, &held_requests };
	const struct jscope_notification chain = { .stream = &sound,
						   .at = { UNKNOWN, us(1), UNKNOWN, UNKNOWN, us(2),
							   UNKNOWN, UNKNOWN } };

	(void)state;
	assert_false(jscope__parts_of_notification(&evidence, &chain, &parts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(test_kernel_wake),
		STORY(test_migration),
		STORY(test_unseen),
		STORY(test_unknown),
		STORY(test_window),
		STORY(test_many_culprits),
		STORY(test_short_window),
		STORY(test_disorder),
		STORY(test_silence),
		STORY(test_not_called),
		STORY(test_isr_of_another_line),
		STORY(test_dpc_ahead),
		STORY(test_own_previous),
		STORY(test_slack),
		STORY(test_partial),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
