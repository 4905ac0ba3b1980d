/* What a client was at until it had answered, and what a request waited for. */
#include "../cmocka_all.h"

#include "parts_story.h"

static const struct jscope_stream_info sound = { .path = 1u << JSCOPE_RUN | 1u << JSCOPE_SERVED };

/* A thread takes the CPU, from the thread before it or behind one that has gone to sleep. */
static void take(unsigned cpu, double at_us, uint64_t tid, bool left_asleep)
{
	struct jscope_occupancy change = held(cpu, at_us, JSCOPE_HOLDER_THREAD, tid, at_us);

	change.by.name = "t";
	change.left_asleep = left_asleep;
	jscope__holders_change(&holders, &change);
}

static bool split_service(double run_us, double served_us)
{
	const struct jscope__evidence evidence = { &holders, moves, &held_requests };
	struct jscope_notification chain = { .stream = &sound, .tid = CLIENT };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		chain.at[i] = UNKNOWN;
	chain.at[JSCOPE_RUN] = us(run_us);
	chain.at[JSCOPE_SERVED] = served_us > 0 ? us(served_us) : UNKNOWN;
	return jscope__parts_of_service(&evidence, &chain, &parts);
}

/* At its work a client is interrupted and preempted, sleeps while another runs, and then idles. */
static void test_service(void **state)
{
	static const unsigned service = JSCOPE__STAGE_SERVICE;

	(void)state;
	take(0, 100, CLIENT, false);
	kernel(0, 110, JSCOPE_HOLDER_IRQ, 4, 110);
	kernel(0, 112, JSCOPE_HOLDER_THREAD, CLIENT, 100);
	take(0, 120, 90, false);
	take(0, 140, 92, true); /* it was another one that fell asleep */
	take(0, 150, CLIENT, true);
	take(0, 160, 91, true);
	kernel(0, 165, JSCOPE_HOLDER_IRQ, 4, 165);
	kernel(0, 166, JSCOPE_HOLDER_THREAD, 91, 160);
	take(0, 180, CLIENT, false);
	kernel(0, 185, JSCOPE_HOLDER_IDLE, 0, 185);
	take(0, 195, CLIENT, false);
	assert_true(split_service(100, 200));
	assert_sum();
	assert_int_equal(parts.total_ns, 100000);
	assert_int_equal(parts.count, 10);
	assert_names(assert_part(0, service, JSCOPE__CULPRIT_ITSELF, 10), "its own client");
	assert_part(1, service, JSCOPE__CULPRIT_IRQ, 2);
	assert_part(2, service, JSCOPE__CULPRIT_ITSELF, 8);
	assert_names(assert_part(3, service, JSCOPE__CULPRIT_THREAD, 20), "t/90");
	assert_names(assert_part(4, service, JSCOPE__CULPRIT_THREAD, 10), "t/92");
	assert_part(5, service, JSCOPE__CULPRIT_ITSELF, 10);
	assert_names(assert_part(6, service, JSCOPE__CULPRIT_ITSELF, 20), "its own client, asleep");
	assert_part(7, service, JSCOPE__CULPRIT_ITSELF, 5);
	assert_names(assert_part(8, service, JSCOPE__CULPRIT_ITSELF, 10), "its own client, asleep");
	assert_names(assert_part(9, service, JSCOPE__CULPRIT_ITSELF, 5), "its own client");
	assert_false(split_service(100, 0));
}

/* Preempted on one CPU, it is moved to another, and waits there. */
static void test_service_elsewhere(void **state)
{
	const struct jscope_migration move = { CLIENT, us(130), 0, 1 };

	(void)state;
	take(1, 50, 91, false);
	take(0, 100, CLIENT, false);
	take(0, 120, 90, false);
	jscope__moves_add(moves, &move);
	take(1, 140, CLIENT, false);
	assert_true(split_service(100, 150));
	assert_sum();
	assert_int_equal(parts.count, 4);
	assert_names(assert_part(1, JSCOPE__STAGE_SERVICE, JSCOPE__CULPRIT_THREAD, 10), "t/90");
	assert_names(assert_part(2, JSCOPE__STAGE_SERVICE, JSCOPE__CULPRIT_THREAD, 10), "t/91");
	assert_part(3, JSCOPE__STAGE_SERVICE, JSCOPE__CULPRIT_ITSELF, 10);
}

static void test_request(void **state)
{
	const struct jscope__evidence evidence = { &holders, moves, &held_requests };
	struct jscope_request request = { .device = "8:0",
					  .completed = true,
					  .matched = true,
					  .queued_ns = us(10),
					  .issue_ns = us(20),
					  .irq_ns = us(100),
					  .softirq_ns = us(120),
					  .complete_ns = us(125),
					  .run_ns = us(150) };

	(void)state;
	kernel(0, 100, JSCOPE_HOLDER_IRQ, 22, 100);
	kernel(0, 105, JSCOPE_HOLDER_SOFTIRQ, 3, 105);
	kernel(0, 120, JSCOPE_HOLDER_SOFTIRQ, 4, 120);
	thread(0, 130, 50, "one");
	thread(0, 150, CLIENT, "dd");
	assert_true(jscope__parts_of_request(&evidence, &request, &parts));
	assert_sum();
	assert_int_equal(parts.total_ns, 140000);
	assert_part(0, JSCOPE__STAGE_SUBMIT, JSCOPE__CULPRIT_REQUEST_QUEUE, 10);
	assert_part(1, JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_DEVICE, 80);
	assert_part(2, JSCOPE__STAGE_COMPLETE, JSCOPE__CULPRIT_ITSELF, 5);
	assert_part(3, JSCOPE__STAGE_COMPLETE, JSCOPE__CULPRIT_SOFTIRQ, 15);
	assert_part(4, JSCOPE__STAGE_COMPLETE, JSCOPE__CULPRIT_ITSELF, 5);
	assert_part(5, JSCOPE__STAGE_REQUEST_WAKE, JSCOPE__CULPRIT_ITSELF, 5);
	assert_part(6, JSCOPE__STAGE_REQUEST_WAKE, JSCOPE__CULPRIT_THREAD, 20);

	request.irq_ns = request.queued_ns = UNKNOWN;
	assert_true(jscope__parts_of_request(&evidence, &request, &parts));
	assert_sum();
	assert_part(0, JSCOPE__STAGE_REQUEST_UNEXPLAINED, JSCOPE__CULPRIT_UNKNOWN, 105);
	request.complete_ns = UNKNOWN;
	assert_false(jscope__parts_of_request(&evidence, &request, &parts));
}

/* What of its time its adapter was held is not its device's; of two at once the first one counts. */
static void test_held_request(void **state)
{
	static const struct jscope_hold holds[] = {
		{ .device = "dev2", .begin_ns = BEGIN, .end_ns = BEGIN + 900000 },
		{ .device = "dev1",
		  .kind = JSCOPE_HOLD_RESET,
		  .begin_ns = UNKNOWN,
		  .end_ns = BEGIN + 900000 },
		{ .device = "dev1",
		  .kind = JSCOPE_HOLD_PAUSE,
		  .begin_ns = BEGIN + 15000,
		  .end_ns = BEGIN + 30000 },
		{ .device = "dev1",
		  .kind = JSCOPE_HOLD_RESET,
		  .begin_ns = BEGIN + 28000,
		  .end_ns = BEGIN + 40000 },
		{ .device = "dev1",
		  .kind = JSCOPE_HOLD_LINK_DOWN,
		  .begin_ns = BEGIN + 90000,
		  .end_ns = BEGIN + 300000 },
	};
	const struct jscope__evidence evidence = { &holders, moves, &held_requests };
	struct jscope_request request = { .device = "dev1",
					  .queued_ns = us(10),
					  .issue_ns = us(20),
					  .irq_ns = us(100),
					  .softirq_ns = UNKNOWN,
					  .complete_ns = us(100),
					  .run_ns = UNKNOWN };

	(void)state;
	for (unsigned i = 0; i < sizeof holds / sizeof holds[0]; i++)
		jscope__held_requests_add(&held_requests, &holds[i]);
	assert_true(jscope__parts_of_request(&evidence, &request, &parts));
	assert_sum();
	assert_int_equal(parts.count, 6);
	assert_part(0, JSCOPE__STAGE_SUBMIT, JSCOPE__CULPRIT_REQUEST_QUEUE, 5);
	assert_names(assert_part(1, JSCOPE__STAGE_SUBMIT, JSCOPE__CULPRIT_HOLD, 5),
		     "a pause of the adapter");
	assert_part(2, JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_HOLD, 10);
	assert_names(assert_part(3, JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_HOLD, 10), "a reset");
	assert_part(4, JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_DEVICE, 50);
	assert_names(assert_part(5, JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_HOLD, 10),
		     "the link that was down");
	request.irq_ns = UNKNOWN;
	assert_true(jscope__parts_of_request(&evidence, &request, &parts));
	assert_sum();
	assert_part(4, JSCOPE__STAGE_REQUEST_UNEXPLAINED, JSCOPE__CULPRIT_UNKNOWN, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(test_service),
		STORY(test_service_elsewhere),
		STORY(test_request),
		STORY(test_held_request),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
