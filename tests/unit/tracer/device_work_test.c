/* Work items and the followers that carry the truth. */
#include "../cmocka_all.h"

#include <string.h>

#include "device_capture.h"
#include "device_clock_fake.h"
#include "work.h"

struct fixture {
	struct fake_clock fake;
	struct jscope__worker worker;
	struct jscope__task task;
	struct jscope__work works[2];
	unsigned order[8], done;
	bool opened, closed;
};

static struct fixture f;

static void first(struct jscope__context *context, void *state)
{
	assert_int_equal(context->irql, JSCOPE__IRQL_PASSIVE);
	(void)state;
	f.order[f.done++] = 1;
}

/* An item may queue itself again while it runs. */
static void second(struct jscope__context *context, void *state)
{
	(void)state;
	f.order[f.done++] = 2;
	if (f.done < 3)
		assert_true(jscope__work_queue(context, &f.worker, &f.works[1], NULL, 0));
}

static void opened(struct jscope__context *context, void *state)
{
	(void)context;
	*(bool *)state = true;
}

static void closed(struct jscope__context *context, void *state)
{
	(void)state;
	f.closed = true;
	/* what is queued here is still worked off */
	jscope__work_queue(context, &f.worker, &f.works[0], NULL, 0);
}

static int set_up(void **state)
{
	memset(&f, 0, sizeof f);
	fake_clock_init(&f.fake, 1);
	f.fake.now_ns = 1000;
	jscope__worker_init(&f.worker, &f.fake.machine, 3, NULL, &f.task);
	f.worker.open = opened;
	f.worker.close = closed;
	f.worker.state = &f.opened;
	f.works[0] = (struct jscope__work){ .routine = first };
	f.works[1] = (struct jscope__work){ .routine = second };
	capture_start();
	*state = &f;
	return 0;
}

static struct jscope__action step(enum jscope__cause cause)
{
	struct jscope__context context = fake_context(&f.fake, JSCOPE__IRQL_PASSIVE);

	if (cause == JSCOPE__CAUSE_WOKEN) {
		jscope__machine_lock(&f.fake.machine);
		assert_true(jscope__kevent_wait_end(&context, &f.worker.event, &f.task));
		jscope__machine_unlock(&f.fake.machine);
	}
	return f.task.step(&context, f.task.state, cause);
}

static bool queue(unsigned work, const struct jscope__origin *origin)
{
	struct jscope__context context = fake_context(&f.fake, JSCOPE__IRQL_DISPATCH);

	return jscope__work_queue(&context, &f.worker, &f.works[work], origin, origin ? 1 : 0);
}

static void items_run_in_order_and_once(void **state)
{
	(void)state;
	assert_int_equal(step(JSCOPE__CAUSE_START).kind, JSCOPE__ACTION_WAIT);
	assert_true(f.opened);
	assert_true(queue(1, NULL));
	assert_true(queue(0, NULL));
	assert_false(queue(1, NULL));
	step(JSCOPE__CAUSE_WOKEN);
	assert_int_equal(f.done, 3);
	assert_int_equal(f.order[0], 2);
	assert_int_equal(f.order[1], 1);
	assert_int_equal(f.order[2], 2);
	assert_true(queue(0, NULL));
}

static void stopping_works_off_the_rest(void **state)
{
	(void)state;
	step(JSCOPE__CAUSE_START);
	queue(1, NULL);
	assert_int_equal(step(JSCOPE__CAUSE_STOPPING).kind, JSCOPE__ACTION_END);
	assert_true(f.closed);
	assert_int_equal(f.done, 3);
	assert_int_equal(f.order[1], 1);
}

/* The chain of an item: what led to it is told together with when the worker ran for it. */
static void origin_is_followed_to_the_worker(void **state)
{
	const struct jscope__origin origin = {
		.seq = 4,
		.irq_seq = 4,
		.due_ns = 10,
		.irq_ns = 20,
		.queued_ns = 30,
		.deferred_ns = 40,
		.run = 2,
	};
	const struct jscope_event_truth_chain *chain;

	(void)state;
	step(JSCOPE__CAUSE_START);
	queue(0, &origin);
	f.fake.now_ns = 5000;
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 0);
	step(JSCOPE__CAUSE_WOKEN);
	chain = &capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain;
	assert_int_equal(chain->event, f.worker.event.id);
	assert_int_equal(chain->seq, 4);
	assert_int_equal(chain->due_ns, 10);
	assert_int_equal(chain->irq_ns, 20);
	assert_int_equal(chain->queued_ns, 30);
	assert_int_equal(chain->deferred_ns, 40);
	assert_int_equal(chain->run, 2);
	assert_int_equal(chain->signal_ns, 1000);
	assert_int_equal(chain->run_ns, 5000);
	assert_int_equal(chain->served_ns, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 4);
}

/* A signal after the wake is for the next one, even where the client has not answered yet. */
static void signals_belong_to_their_wake(void **state)
{
	struct jscope__context context = fake_context(&f.fake, JSCOPE__IRQL_DISPATCH);
	struct jscope__kevent event = { .id = 9, .dev = 3 };
	static struct jscope__follower follower;
	static struct jscope__task task;
	struct jscope__origin origin = { .seq = 1 };

	(void)state;
	follower = (struct jscope__follower){ .event = &event };
	jscope__machine_lock(&f.fake.machine);
	jscope__follow_add(&follower, 5, &origin);
	assert_false(jscope__follow_signal(&context, &follower, 1));
	origin.seq = 2;
	jscope__follow_add(&follower, 5, &origin);
	assert_true(jscope__follow_signal(&context, &follower, 2));
	f.fake.now_ns = 5000;
	jscope__kevent_wait_end(&context, &event, &task);
	f.fake.now_ns = 6000;
	origin.seq = 3;
	jscope__follow_add(&follower, 5, &origin);
	assert_false(jscope__follow_signal(&context, &follower, 3));
	jscope__follow_run(&follower);
	f.fake.now_ns = 7000;
	jscope__follow_served(&context, &follower);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.seq, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.run_ns, 5000);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.served_ns, 7000);
	jscope__follow_finish(&context, &follower);
	jscope__machine_unlock(&f.fake.machine);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.run_ns, 0);
}

static void too_many_open_are_counted(void **state)
{
	struct jscope__kevent event = { .id = 9, .dev = 3 };
	static struct jscope__follower follower;
	const struct jscope__origin origin = { .seq = 1 };

	(void)state;
	follower = (struct jscope__follower){ .event = &event };
	for (unsigned i = 0; i < JSCOPE__FOLLOW_OPEN + 2; i++)
		jscope__follow_add(&follower, 5, &origin);
	assert_int_equal(follower.open_count, JSCOPE__FOLLOW_OPEN);
	assert_int_equal(follower.refused_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(items_run_in_order_and_once, set_up),
		cmocka_unit_test_setup(stopping_works_off_the_rest, set_up),
		cmocka_unit_test_setup(origin_is_followed_to_the_worker, set_up),
		cmocka_unit_test_setup(signals_belong_to_their_wake, set_up),
		cmocka_unit_test_setup(too_many_open_are_counted, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
