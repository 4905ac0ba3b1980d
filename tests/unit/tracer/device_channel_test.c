/*
 * Concurrent channels with real threads: calls of StartIo that overlap, no more of them than there
 * are channels, and what has to wait for all of them. A call stays inside until the test lets it go.
 */
#include "../cmocka_all.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "device_capture.h"
#include "stor.h"

#define CHANNELS 2
#define THREADS	 3
#define LONG_NS	 (5 * JSCOPE_NS_PER_SEC) /* to wait for what must happen */
#define SHORT_NS (20 * JSCOPE_NS_PER_MS) /* for what must not */

static struct jscope__clock clock_of_test;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct jscope__machine machine;
static struct jscope__adapter adapter;
static struct jscope__srb blocks[THREADS];
static char extension[4];

static atomic_uint inside, entered, done_count;
static atomic_bool is_open, is_paused;
static unsigned held_count; /* so many calls stay inside; the others return at once */

static jscope_ns clock_now(struct jscope__clock *clock)
{
	(void)clock;
	return jscope_ns_now();
}

static void clock_lock(struct jscope__clock *clock)
{
	(void)clock;
	pthread_mutex_lock(&mutex);
}

static void clock_unlock(struct jscope__clock *clock)
{
	(void)clock;
	pthread_mutex_unlock(&mutex);
}

static void clock_timer_arm(struct jscope__clock *clock, struct jscope__timer *timer,
			    jscope_ns due_ns)
{
	(void)clock;
	timer->armed = true;
	timer->due_ns = due_ns;
}

static const struct jscope__clock_ops ops = {
	.now = clock_now,
	.stamp = clock_now,
	.lock = clock_lock,
	.unlock = clock_unlock,
	.timer_arm = clock_timer_arm,
};

static void nap(void)
{
	const struct timespec time = { .tv_nsec = JSCOPE_NS_PER_MS / 4 };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* Returns whether the count gets there in time. */
static bool reaches(atomic_uint *count, unsigned wanted, jscope_ns within_ns)
{
	const jscope_ns end_ns = jscope_ns_now() + within_ns;

	while (atomic_load(count) < wanted && jscope_ns_now() < end_ns)
		nap();
	return atomic_load(count) >= wanted;
}

static void build_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	(void)context;
	(void)state;
	(void)srb;
}

static bool start_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	const bool is_held = atomic_fetch_add(&entered, 1) < held_count;

	(void)context;
	(void)state;
	(void)srb;
	atomic_fetch_add(&inside, 1);
	while (is_held && !atomic_load(&is_open))
		nap();
	atomic_fetch_sub(&inside, 1);
	return true;
}

static const struct jscope__miniport miniport = { .build_io = build_io, .start_io = start_io };

static void client_done(struct jscope__context *context, void *client, struct jscope__srb *srb)
{
	(void)context;
	(void)client;
	(void)srb;
	atomic_fetch_add(&done_count, 1);
}

static struct jscope__context context_of(uint32_t tid)
{
	return (struct jscope__context){ .machine = &machine, .tid = tid };
}

static void submit(uint32_t tid)
{
	const struct jscope__io io = { .op = JSCOPE__SCSI_READ, .done = client_done };
	struct jscope__context context = context_of(tid);

	if (jscope__stor_submit(&context, &adapter, &io) != JSCOPE_STATUS_SUCCESS)
		abort();
}

static void *submit_run(void *tid)
{
	submit(*(const uint32_t *)tid);
	return NULL;
}

static void *pause_run(void *tid)
{
	struct jscope__context context = context_of(*(const uint32_t *)tid);

	jscope__stor_pause(&context, &adapter, 1);
	atomic_store(&is_paused, true);
	return NULL;
}

static void *link_down_run(void *tid)
{
	struct jscope__context context = context_of(*(const uint32_t *)tid);

	jscope__stor_notification(&context, JSCOPE__STOR_LINK_DOWN, extension);
	atomic_store(&is_paused, true);
	return NULL;
}

static const uint32_t tids[THREADS + 1] = { 10, 12, 14, 16 };

static void thread_start(pthread_t *thread, void *(*run)(void *), unsigned index)
{
	assert_int_equal(pthread_create(thread, NULL, run, (void *)&tids[index]), 0);
}

static int set_up(void **state)
{
	struct jscope__context context;

	(void)state;
	clock_of_test.ops = &ops;
	jscope__machine_init(&machine, &clock_of_test, 1);
	memset(&adapter, 0, sizeof adapter);
	memset(blocks, 0, sizeof blocks);
	adapter.machine = &machine;
	adapter.miniport = &miniport;
	adapter.extension = extension;
	adapter.dev = 3;
	adapter.limit = THREADS;
	adapter.full_duplex = true;
	adapter.channels.count = CHANNELS;
	adapter.tick_ns = JSCOPE_NS_PER_MS;
	adapter.srbs = blocks;
	adapter.srb_count = THREADS;
	jscope__stor_attach(&adapter);
	atomic_store(&inside, 0);
	atomic_store(&entered, 0);
	atomic_store(&done_count, 0);
	atomic_store(&is_open, false);
	atomic_store(&is_paused, false);
	held_count = THREADS;
	context = context_of(1);
	capture_start();
	jscope__stor_initialise(&context, &adapter);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	jscope__stor_detach(&adapter);
	return 0;
}

static void calls_overlap_as_far_as_there_are_channels(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_init)->as.stor_init.channels, CHANNELS);
	for (unsigned i = 0; i < THREADS; i++)
		thread_start(&threads[i], submit_run, i);
	assert_true(reaches(&inside, CHANNELS, LONG_NS));
	assert_false(reaches(&inside, CHANNELS + 1, SHORT_NS));
	atomic_store(&is_open, true);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&entered), THREADS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_startio_entry), THREADS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_start), THREADS);
}

static size_t place_of(enum jscope_event_id id)
{
	size_t place = 0;

	while (place < capture_count() && capture_at(place)->id != id)
		place++;
	assert_true(place < capture_count());
	return place;
}

/* The calls that run return first; the request that comes meanwhile is not started. */
static void waits_for_the_calls(void *(*run)(void *), enum jscope_event_id told)
{
	pthread_t caller, stopper;

	thread_start(&caller, submit_run, 0);
	assert_true(reaches(&inside, 1, LONG_NS));
	thread_start(&stopper, run, 1);
	assert_false(reaches(&entered, 2, SHORT_NS));
	assert_false(atomic_load(&is_paused));
	atomic_store(&is_open, true);
	pthread_join(stopper, NULL);
	pthread_join(caller, NULL);
	assert_true(atomic_load(&is_paused));
	assert_true(place_of(JSCOPE_EVENT_stor_start) < place_of(told));
	submit(1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_startio_entry), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_start), 1);
}

static void pause_waits_for_the_calls(void **state)
{
	(void)state;
	waits_for_the_calls(pause_run, JSCOPE_EVENT_stor_pause);
}

static void link_down_waits_for_the_calls(void **state)
{
	(void)state;
	waits_for_the_calls(link_down_run, JSCOPE_EVENT_stor_notify);
}

/* The request is over, and its block another request, before StartIo returns. */
static void late_return_spares_the_next_request(void **state)
{
	struct jscope__context context = context_of(20);
	struct jscope__srb *srb = &blocks[0];
	pthread_t caller;
	jscope_ns queued_ns;

	(void)state;
	held_count = 1;
	adapter.free = (struct jscope__srb_list){ 0 };
	jscope__srb_push(&adapter.free, srb);
	thread_start(&caller, submit_run, 0);
	assert_true(reaches(&inside, 1, LONG_NS));
	srb->status = JSCOPE__SRB_SUCCESS;
	jscope__stor_notification(&context, JSCOPE__STOR_REQUEST_COMPLETE, extension, srb);
	assert_int_equal(atomic_load(&done_count), 1);
	jscope__stor_release(&context, &adapter, srb);
	assert_true(capture_last_of(JSCOPE_EVENT_truth_request)->as.truth_request.queued_ns > 0);
	submit(20);
	queued_ns = srb->at.queued_ns;
	atomic_store(&is_open, true);
	pthread_join(caller, NULL);
	assert_int_equal(srb->at.queued_ns, queued_ns);
	assert_int_equal(srb->number, 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_start), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(calls_overlap_as_far_as_there_are_channels),
		TEST(pause_waits_for_the_calls),
		TEST(link_down_waits_for_the_calls),
		TEST(late_return_spares_the_next_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
