#include "../cmocka_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_story.h"
#include "pairs.h"

/* What was measured, a line each. */
struct test {
	struct jscope__kernel_pairs *pairs;
	char told[2048];
	struct story story;
};

static const char *const measures[JSCOPE_KERNEL_MEASURE_COUNT] = { "irq",   "softirq", "wake",
								   "block", "period",  "headroom" };

static void on_sample(void *state, const struct jscope_kernel_sample *sample)
{
	struct test *test = state;
	size_t used = strlen(test->told);
	char value[24] = "lost";

	if (!sample->lost)
		snprintf(value, sizeof value, "%" PRId64, sample->value);
	assert_int_equal(sample->value, sample->lost ? 0 : sample->value);
	snprintf(test->told + used, sizeof test->told - used,
		 "%s %" PRIx64 " '%s' cpu%u %" PRId64 "-%" PRId64 " %s\n",
		 measures[sample->measure], sample->key, sample->name, sample->cpu,
		 sample->begin_ns, sample->end_ns, value);
}

static void on_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	jscope__kernel_pairs_record(((struct test *)state)->pairs, cpu, head);
}

static int set_up(void **state)
{
	struct test *test = calloc(1, sizeof *test);

	assert_non_null(test);
	test->story = (struct story){ .record = on_record, .state = test };
	assert_int_equal(jscope__kernel_pairs_create(STORY_CPUS, on_sample, test, &test->pairs), 0);
	*state = test;
	return 0;
}

static int tear_down(void **state)
{
	struct test *test = *state;

	jscope__kernel_pairs_destroy(test->pairs);
	free(test);
	return 0;
}

static void assert_told(struct test *test, const char *expected)
{
	assert_string_equal(test->told, expected);
	test->told[0] = '\0';
}

/* The records that follow happen at this time. */
static struct story *at(struct test *test, jscope_ns at_ns)
{
	test->story.at_ns = at_ns;
	return &test->story;
}

static void nested_handlers_end_innermost_first(void **state)
{
	struct test *test = *state;

	story_softirq_entry(at(test, 100), 1, 4);
	story_irq_entry(at(test, 110), 1, 40, "virtio1-req.0");
	story_irq_entry(at(test, 120), 1, 41, "a name that is longer than its room");
	story_irq_entry(at(test, 125), 2, 40, "virtio1-req.0");
	story_irq_exit(at(test, 130), 1, 41);
	story_irq_exit(at(test, 150), 1, 40);
	story_irq_exit(at(test, 155), 2, 40);
	story_softirq_exit(at(test, 190), 1, 4);
	assert_told(test, "irq 29 'a name that is longer t' cpu1 120-130 10\n"
			  "irq 28 'virtio1-req.0' cpu1 110-150 40\n"
			  "irq 28 'virtio1-req.0' cpu2 125-155 30\n"
			  "softirq 4 'BLOCK' cpu1 100-190 90\n");
}

static void handlers_without_their_other_end_are_not_measured(void **state)
{
	struct test *test = *state;

	story_irq_exit(at(test, 10), 0, 40);
	story_softirq_exit(at(test, 20), 0, 4);
	story_irq_entry(at(test, 30), 0, 40, "x");
	story_irq_entry(at(test, 50), 0, 40, "x");
	story_irq_exit(at(test, 60), 0, 40);
	story_irq_exit(at(test, 70), 0, 40);
	story_softirq_entry(at(test, 80), 0, 4);
	story_irq_exit(at(test, 85), 0, 4);
	story_softirq_exit(at(test, 90), 0, 4);
	story_softirq_exit(at(test, 95), 0, 4);
	assert_told(test, "irq 28 'x' cpu0 50-60 10\n"
			  "softirq 4 'BLOCK' cpu0 80-90 10\n");
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 0);
}

static void too_many_open_handlers_are_counted(void **state)
{
	struct test *test = *state;

	for (int32_t irq = 0; irq < 20; irq++)
		story_irq_entry(at(test, irq), 0, irq, "");
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 4);
	story_irq_exit(at(test, 100), 0, 15);
	assert_told(test, "irq f '' cpu0 15-100 85\n");
	story_softirq_entry(at(test, 110), 0, 77);
	story_softirq_exit(at(test, 120), 0, 77);
	assert_told(test, "");
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 5);
}

static void a_wake_lasts_from_the_first_waking_to_the_switch(void **state)
{
	struct test *test = *state;

	story_switch(at(test, 10), 0, 5, 0);
	story_waking(at(test, 100), 1, 7);
	story_waking(at(test, 150), 2, 7);
	story_switch(at(test, 350), 0, 0, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu0 100-350 250\n");
	/* One that runs cannot be woken, and one that was only preempted was not. */
	story_waking(at(test, 400), 1, 7);
	story_switch(at(test, 450), 0, 7, 8);
	story_switch(at(test, 470), 2, 0, 7);
	assert_told(test, "");
	story_switch(at(test, 500), 2, 7, 0);
	story_wakeup_new(at(test, 600), 0, 7);
	story_switch(at(test, 601), 3, 0, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu3 600-601 1\n");
}

static void a_thread_that_ran_before_the_recording_was_not_asleep(void **state)
{
	struct test *test = *state;

	story_waking(at(test, 100), 0, 7);
	story_switch(at(test, 200), 0, 7, 8);
	story_switch(at(test, 300), 0, 8, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu0 100-200 lost\n");
	story_switch(at(test, 400), 0, 7, 0);
	story_waking(at(test, 500), 1, 7);
	story_switch(at(test, 504), 0, 0, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu0 500-504 4\n");
}

/* Who leaves a CPU ran there, also where the records hide when that began. */
static void a_thread_that_ran_unseen_is_told_without_a_value(void **state)
{
	struct test *test = *state;

	story_switch(at(test, 10), 0, 5, 0);
	story_waking(at(test, 100), 1, 7);
	story_switch(at(test, 200), 0, 7, 8);
	assert_told(test, "wake 7 'thread 000000007' cpu0 100-200 lost\n");
	story_waking(at(test, 250), 1, 7);
	story_switch(at(test, 300), 0, 8, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu0 250-300 50\n");
	/* Nothing waits for a thread that only comes as a surprise. */
	story_switch(at(test, 400), 0, 9, 0);
	story_waking(at(test, 500), 1, 8);
	story_switch(at(test, 510), 0, 0, 8);
	assert_told(test, "wake 8 'thread 000000008' cpu0 500-510 10\n");
}

static void requests_are_known_by_disk_and_pointer(void **state)
{
	struct test *test = *state;

	story_disk(at(test, 0), 0x800010, "sda");
	story_issue(at(test, 100), 0, 0x800010, 0xffff0001, 8);
	story_issue(at(test, 110), 0, 0x800020, 0xffff0001, 8);
	story_issue(at(test, 120), 1, 0x800010, 0xffff0002, 0);
	story_complete(at(test, 200), 1, 0x800010, 0xffff0002, 0);
	story_complete(at(test, 300), 1, 0x800010, 0xffff0001, 8);
	story_complete(at(test, 310), 1, 0x800020, 0xffff0001, 8);
	story_complete(at(test, 320), 1, 0x800020, 0xffff0001, 8);
	assert_told(test, "block 800010 'sda' cpu1 100-300 200\n"
			  "block 800020 '' cpu1 110-310 200\n");
}

static void a_request_ends_with_its_last_part(void **state)
{
	struct test *test = *state;

	story_issue(at(test, 100), 0, 1, 9, 24);
	story_complete(at(test, 200), 0, 1, 9, 8);
	story_complete(at(test, 250), 0, 1, 9, 8);
	assert_told(test, "");
	story_complete(at(test, 400), 0, 1, 9, 8);
	assert_told(test, "block 1 '' cpu0 100-400 300\n");
}

static void a_request_begins_with_its_last_issue(void **state)
{
	struct test *test = *state;

	story_issue(at(test, 100), 0, 1, 9, 8);
	story_requeue(at(test, 150), 0, 1, 9);
	story_issue(at(test, 180), 0, 1, 9, 8);
	story_complete(at(test, 200), 0, 1, 9, 8);
	story_issue(at(test, 300), 0, 1, 9, 8);
	story_requeue(at(test, 350), 0, 1, 9);
	story_complete(at(test, 400), 0, 1, 9, 8);
	/* The completion of the first is not in the records: the memory serves a flush. */
	story_issue(at(test, 500), 0, 1, 10, 8);
	story_issue(at(test, 550), 0, 1, 10, 0);
	story_complete(at(test, 600), 0, 1, 10, 8);
	assert_told(test, "block 1 '' cpu0 180-200 20\n");
}

static void a_period_lasts_until_the_next_of_its_stream(void **state)
{
	struct test *test = *state;
	struct story_pcm out = { .hw_ptr = 480, .appl_ptr = 1920, .boundary = 4800, .state = 3 };
	struct story_pcm in = { .stream = 1, .hw_ptr = 480, .boundary = 4800, .state = 3 };

	story_period(at(test, 1000), 0, &out);
	story_period(at(test, 1500), 1, &in);
	out.hw_ptr = 960;
	story_period(at(test, 2000), 0, &out);
	in.hw_ptr = 960;
	in.appl_ptr = 480;
	story_period(at(test, 2600), 1, &in);
	assert_told(test, "headroom 1000000 'Card' cpu0 1000-1000 1440\n"
			  "headroom 1000001 'Card' cpu1 1500-1500 1440\n"
			  "headroom 1000000 'Card' cpu0 2000-2000 960\n"
			  "period 1000000 'Card' cpu0 1000-2000 1000\n"
			  "headroom 1000001 'Card' cpu1 2600-2600 1440\n"
			  "period 1000001 'Card' cpu1 1500-2600 1100\n");
}

static void positions_wrap_at_their_boundary(void **state)
{
	struct test *test = *state;
	struct story_pcm out = { .hw_ptr = 4600, .appl_ptr = 200, .boundary = 4800, .state = 3 };
	struct story_pcm in = {
		.stream = 1, .hw_ptr = 100, .appl_ptr = 4700, .boundary = 4800, .state = 3
	};

	story_period(at(test, 1000), 0, &out);
	out.hw_ptr = 280;
	story_period(at(test, 2000), 0, &out);
	story_period(at(test, 2500), 0, &in);
	assert_told(test, "headroom 1000000 'Card' cpu0 1000-1000 400\n"
			  "headroom 1000000 'Card' cpu0 2000-2000 -80\n"
			  "period 1000000 'Card' cpu0 1000-2000 1000\n"
			  "headroom 1000001 'Card' cpu0 2500-2500 1720\n");
	/* Nobody's boundary. */
	out.boundary = 0;
	story_period(at(test, 3000), 0, &out);
	out.boundary = UINT64_MAX;
	out.appl_ptr = UINT64_MAX;
	story_period(at(test, 4000), 0, &out);
	assert_told(test, "headroom 1000000 'Card' cpu0 3000-3000 -80\n"
			  "headroom 1000000 'Card' cpu0 4000-4000 -281\n");
}

static void no_period_reaches_over_the_end_of_a_run(void **state)
{
	struct test *test = *state;
	struct story_pcm pcm = { .hw_ptr = 480, .appl_ptr = 480, .boundary = 1 << 30, .state = 4 };

	/* It stopped in the period that was over, is started again, and drained at last. */
	story_period(at(test, 1000), 0, &pcm);
	pcm.hw_ptr = 960;
	pcm.state = 3;
	story_period(at(test, 2000), 0, &pcm);
	story_xrun(at(test, 2100), 0, &pcm);
	pcm.hw_ptr = 1440;
	story_period(at(test, 3000), 0, &pcm);
	pcm.state = 2;
	story_appl(at(test, 3100), 0, &pcm);
	pcm.state = 3;
	story_period(at(test, 4000), 0, &pcm);
	pcm.hw_ptr = 480;
	story_period(at(test, 5000), 0, &pcm);
	pcm.hw_ptr = 960;
	pcm.state = 5;
	story_period(at(test, 6000), 0, &pcm);
	assert_told(test, "headroom 1000000 'Card' cpu0 1000-1000 0\n"
			  "headroom 1000000 'Card' cpu0 2000-2000 -480\n"
			  "headroom 1000000 'Card' cpu0 3000-3000 -960\n"
			  "headroom 1000000 'Card' cpu0 4000-4000 -960\n"
			  "headroom 1000000 'Card' cpu0 5000-5000 0\n"
			  "period 1000000 'Card' cpu0 5000-6000 1000\n");
}

static void open_all(struct test *test)
{
	const struct story_pcm pcm = { .hw_ptr = 480, .boundary = 4800, .state = 5 };

	story_irq_entry(at(test, 100), 1, 40, "disk");
	story_softirq_entry(at(test, 110), 2, 4);
	story_waking(at(test, 120), 0, 7);
	story_issue(at(test, 130), 0, 1, 9, 8);
	story_period(at(test, 140), 0, &pcm);
}

static void close_all(struct test *test)
{
	const struct story_pcm pcm = { .hw_ptr = 960, .boundary = 4800, .state = 5 };

	story_irq_exit(at(test, 300), 1, 40);
	story_softirq_exit(at(test, 310), 2, 4);
	story_switch(at(test, 320), 0, 0, 7);
	story_complete(at(test, 330), 0, 1, 9, 8);
	story_period(at(test, 340), 0, &pcm);
}

static void a_loss_ends_what_it_may_concern(void **state)
{
	struct test *test = *state;

	/* Here a handler of CPU 1; whatever may go on on another CPU in any case. */
	open_all(test);
	test->story.lost[1] = 3;
	close_all(test);
	assert_told(test, "irq 28 'disk' cpu1 100-300 lost\n"
			  "softirq 4 'BLOCK' cpu2 110-310 200\n"
			  "wake 7 'thread 000000007' cpu0 120-320 lost\n"
			  "block 1 '' cpu0 130-330 lost\n");
	story_switch(at(test, 400), 0, 7, 0);
	open_all(test);
	test->story.lost[2] = UINT32_MAX;
	close_all(test);
	assert_told(test, "irq 28 'disk' cpu1 100-300 200\n"
			  "softirq 4 'BLOCK' cpu2 110-310 lost\n"
			  "wake 7 'thread 000000007' cpu0 120-320 lost\n"
			  "block 1 '' cpu0 130-330 lost\n");
}

static void a_loss_ends_a_period(void **state)
{
	struct test *test = *state;
	struct story_pcm pcm = { .hw_ptr = 480, .appl_ptr = 500, .boundary = 4800, .state = 3 };

	story_period(at(test, 100), 0, &pcm);
	test->story.lost[2] = 1;
	story_irq_entry(at(test, 150), 2, 1, "");
	story_period(at(test, 200), 0, &pcm);
	story_period(at(test, 300), 0, &pcm);
	assert_told(test, "headroom 1000000 'Card' cpu0 100-100 20\n"
			  "headroom 1000000 'Card' cpu0 200-200 20\n"
			  "period 1000000 'Card' cpu0 100-200 lost\n"
			  "headroom 1000000 'Card' cpu0 300-300 20\n"
			  "period 1000000 'Card' cpu0 200-300 100\n");
}

static void who_ran_before_a_loss_may_sleep_after_it(void **state)
{
	struct test *test = *state;

	story_switch(at(test, 100), 0, 0, 7);
	test->story.lost[0] = 1;
	story_irq_entry(at(test, 150), 0, 1, "");
	story_waking(at(test, 200), 1, 7);
	story_switch(at(test, 260), 2, 0, 7);
	assert_told(test, "wake 7 'thread 000000007' cpu2 200-260 60\n");
}

static void records_that_no_program_makes_are_counted(void **state)
{
	struct test *test = *state;
	struct {
		struct jscope_kernel_head head;
		char fields[64];
	} record = { .head = { .id = JSCOPE_KERNEL_EVENT_sched_switch, .size = 5 } };

	jscope__kernel_pairs_record(test->pairs, 0, &record.head);
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 1);
	jscope__kernel_pairs_record(test->pairs, STORY_CPUS, &record.head);
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 2);
	record.head.id = UINT16_MAX;
	jscope__kernel_pairs_record(test->pairs, 0, &record.head);
	assert_told(test, "");
}

static void a_name_that_does_not_end_is_cut(void **state)
{
	struct test *test = *state;
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_handler_entry fields;
		char behind[8];
	} record = {
		.head = { .id = JSCOPE_KERNEL_EVENT_irq_handler_entry,
			  .size = sizeof record.fields },
		.fields.irq = 40,
		.behind = "behind",
	};

	memset(record.fields.name, 'x', sizeof record.fields.name);
	jscope__kernel_pairs_record(test->pairs, 0, &record.head);
	story_irq_exit(at(test, 10), 0, 40);
	assert_told(test, "irq 28 'xxxxxxxxxxxxxxxxxxxxxxx' cpu0 0-10 10\n");
}

static void threads_have_a_bound(void **state)
{
	struct test *test = *state;

	for (int32_t tid = 1; tid < 70000; tid++)
		story_waking(at(test, tid), 0, tid);
	assert_int_equal(jscope__kernel_pairs_refused(test->pairs), 69999 - 65536);
	story_switch(at(test, 80000), 0, 0, 5);
	assert_told(test, "wake 5 'thread 000000005' cpu0 5-80000 79995\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nested_handlers_end_innermost_first),
		TEST(handlers_without_their_other_end_are_not_measured),
		TEST(too_many_open_handlers_are_counted),
		TEST(a_wake_lasts_from_the_first_waking_to_the_switch),
		TEST(a_thread_that_ran_before_the_recording_was_not_asleep),
		TEST(a_thread_that_ran_unseen_is_told_without_a_value),
		TEST(requests_are_known_by_disk_and_pointer),
		TEST(a_request_ends_with_its_last_part),
		TEST(a_request_begins_with_its_last_issue),
		TEST(a_period_lasts_until_the_next_of_its_stream),
		TEST(positions_wrap_at_their_boundary),
		TEST(no_period_reaches_over_the_end_of_a_run),
		TEST(a_loss_ends_what_it_may_concern),
		TEST(a_loss_ends_a_period),
		TEST(who_ran_before_a_loss_may_sleep_after_it),
		TEST(records_that_no_program_makes_are_counted),
		TEST(a_name_that_does_not_end_is_cut),
		TEST(threads_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
