/* The flight recorder: what its traces hold, read by the reader of replay. */
#include "../cmocka_all.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "flight.h"
#include "kernel_story.h"
#include "pairs.h"
#include "replay/trace.h"

#define US	  JSCOPE_NS_PER_US
#define FLIGHT_NS (100 * US)
#define GROUPS                                                                                     \
	(1u << JSCOPE_KERNEL_SOFTIRQ | 1u << JSCOPE_KERNEL_WAKE | 1u << JSCOPE_KERNEL_SWITCH |     \
	 1u << JSCOPE_KERNEL_IRQ)

/* A recorder of which only the flight recorder and the pairs are real. */
struct test {
	char directory[40];
	struct jscope_kernel_settings settings;
	struct jscope__kernel_flight *flight;
	struct jscope__kernel_pairs *pairs;
	struct story story;
	unsigned said_count;
	char said[512]; /* the last */
};

static const struct jscope__kernel_origin origin = {
	.uuid = { 1, 2, 3 },
	.clock_offset_ns = 0,
	.cpu_count = STORY_CPUS,
	.groups = GROUPS,
};

static void on_tell(void *state, const char *sentence)
{
	struct test *test = state;

	test->said_count++;
	snprintf(test->said, sizeof test->said, "%s", sentence);
}

static void on_sample(void *state, const struct jscope_kernel_sample *sample)
{
	jscope__kernel_flight_sample(((struct test *)state)->flight, sample);
}

static void on_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	struct test *test = state;

	jscope__kernel_flight_record(test->flight, cpu, head);
	jscope__kernel_pairs_record(test->pairs, cpu, head);
}

static int set_up(void **state)
{
	struct test *test = calloc(1, sizeof *test);

	assert_non_null(test);
	strcpy(test->directory, "/tmp/kernel_flight.XXXXXX");
	assert_non_null(mkdtemp(test->directory));
	test->settings = (struct jscope_kernel_settings){
		.groups = GROUPS,
		.flight_ns = FLIGHT_NS,
		.flight_bytes = 1 << 20,
		.conditions = { "wake>50us" },
		.condition_count = 1,
		.tell = on_tell,
		.state = test,
	};
	test->story = (struct story){ .record = on_record, .state = test };
	assert_int_equal(jscope__kernel_pairs_create(STORY_CPUS, on_sample, test, &test->pairs), 0);
	*state = test;
	return 0;
}

static int tear_down(void **state)
{
	struct test *test = *state;
	char command[64];

	jscope__kernel_flight_destroy(test->flight);
	jscope__kernel_pairs_destroy(test->pairs);
	snprintf(command, sizeof command, "rm -rf %s", test->directory);
	assert_int_equal(system(command), 0);
	free(test);
	jscope_error_clear();
	return 0;
}

static void begin(struct test *test)
{
	assert_int_equal(jscope__kernel_flight_create(&test->settings, test->directory, &origin,
						      &test->flight),
			 0);
}

static struct story *at(struct test *test, jscope_ns at_us)
{
	test->story.at_ns = at_us * US;
	return &test->story;
}

/* A raise on each of two CPUs every 10 us, whose vector is the time. */
static void raise(struct test *test, jscope_ns from_us, jscope_ns to_us)
{
	for (jscope_ns at_us = from_us; at_us < to_us; at_us += 10) {
		story_softirq_raise(at(test, at_us), 0, (uint32_t)at_us);
		story_softirq_raise(at(test, at_us), 1, (uint32_t)at_us);
	}
}

/* A wake of that thread that ends now, so long after it began; other records go on meanwhile. */
static void wake(struct test *test, int32_t tid, jscope_ns from_us, jscope_ns to_us)
{
	story_waking(at(test, from_us), 0, tid);
	raise(test, from_us, to_us);
	story_switch(at(test, to_us), 1, 0, tid);
	story_switch(at(test, to_us), 1, tid, 0);
}

/* A trace as it is read. */
struct trace {
	unsigned trigger_count, raise_count, disk_count, count;
	jscope_ns begin_ns, end_ns; /* of raises and the rest */
	jscope_ns trigger_ns;	    /* of the first */
	char trigger[512];	    /* the last */
	uint64_t lost;
	bool trigger_is_first;
};

static void on_event(void *state, jscope_ns ts_ns, unsigned cpu, const char *text)
{
	struct trace *trace = state;

	(void)cpu;
	if (strstr(text, "jscope_flight_trigger")) {
		if (!trace->trigger_count++) {
			trace->trigger_ns = ts_ns;
			trace->trigger_is_first = trace->count == 0;
		}
		snprintf(trace->trigger, sizeof trace->trigger, "%s", text);
		return;
	}
	if (strstr(text, "lttng_statedump_block_device")) {
		trace->disk_count++;
		return;
	}
	trace->raise_count += strstr(text, "irq_softirq_raise") != NULL;
	if (!trace->count++)
		trace->begin_ns = ts_ns;
	trace->end_ns = ts_ns;
}

static struct trace read_trace(const struct test *test, const char *name)
{
	struct jscope_trace_options options;
	struct trace trace = { 0 };
	struct jscope_trace *reading;
	char path[128];

	snprintf(path, sizeof path, "%s/%s", test->directory, name);
	jscope_trace_options_init(&options);
	options.as_text = true;
	assert_int_equal(jscope_trace_open(path, &options, &reading), 0);
	assert_int_equal(jscope_trace_print(reading, on_event, &trace), 0);
	assert_false(jscope_trace_info(reading)->partial);
	assert_int_equal(jscope_trace_info(reading)->error_count, 0);
	trace.lost = jscope_trace_info(reading)->lost_events;
	jscope_trace_destroy(reading);
	return trace;
}

static bool has_trace(const struct test *test, const char *name)
{
	char path[128];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", test->directory, name);
	return stat(path, &status) == 0;
}

static void finish(struct test *test, jscope_ns at_us)
{
	assert_int_equal(jscope__kernel_flight_finish(test->flight, at_us * US), 0);
}

static void a_trace_holds_so_much_before_and_after(void **state)
{
	struct test *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct trace trace;

	begin(test);
	raise(test, 0, 1000);
	wake(test, 7, 1000, 1060);
	raise(test, 1070, 3000);
	finish(test, 3000);
	counts = jscope__kernel_flight_counts(test->flight);
	trace = read_trace(test, "trigger-001");
	/* 960 .. 1050 and 1070 .. 1160, twice, and the wake. */
	assert_int_equal(trace.raise_count, 2 * 20);
	assert_int_equal(trace.count, 2 * 20 + 3);
	assert_int_equal(trace.begin_ns, 960 * US);
	assert_int_equal(trace.end_ns, 1160 * US);
	assert_int_equal(trace.lost, 0);
	assert_int_equal(counts.trigger_count, 1);
	assert_int_equal(counts.event_count, trace.count + 1);
	assert_true(counts.byte_count > 100 && counts.byte_count < 100000);
	assert_int_equal(counts.short_count + counts.merged_count + counts.refused_count, 0);
	assert_false(has_trace(test, "trigger-002"));
	assert_int_equal(test->said_count, 1);
	assert_string_equal(test->said, "trigger-001: wake>50us: thread 7 (thread 000000007): "
					"60.00 us.");
}

static void its_first_event_is_the_trigger(void **state)
{
	struct test *test = *state;
	struct trace trace;

	begin(test);
	raise(test, 0, 1000);
	wake(test, 7, 1000, 1060);
	finish(test, 1070);
	trace = read_trace(test, "trigger-001");
	assert_true(trace.trigger_is_first);
	assert_int_equal(trace.trigger_ns, trace.begin_ns);
	assert_non_null(strstr(trace.trigger,
			       "begin = 1000000, end = 1060000, value = 60000, bound = 50000, "
			       "measure = 2, on_cpu = 1, key = 7, rule = \"wake>50us\""));
}

static void a_pair_that_is_longer_is_there_from_its_beginning(void **state)
{
	struct test *test = *state;
	struct trace trace;

	begin(test);
	raise(test, 0, 1000);
	wake(test, 7, 1000, 1500);
	raise(test, 1510, 3000);
	finish(test, 3000);
	trace = read_trace(test, "trigger-001");
	assert_int_equal(trace.begin_ns, 1000 * US);
	assert_int_equal(trace.end_ns, 1600 * US);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).short_count, 0);
}

static void a_trigger_in_the_trace_of_another_makes_that_longer(void **state)
{
	struct test *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct trace trace;

	begin(test);
	wake(test, 7, 1000, 1060);
	wake(test, 8, 1060, 1120);
	raise(test, 1130, 1500);
	/* This one is behind the end of that trace, though its beginning is not. */
	wake(test, 9, 1500, 1560);
	raise(test, 1570, 3000);
	finish(test, 3000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.trigger_count, 2);
	assert_int_equal(counts.merged_count, 1);
	trace = read_trace(test, "trigger-001");
	assert_int_equal(trace.trigger_count, 2);
	assert_int_equal(trace.end_ns, 1220 * US);
	assert_non_null(strstr(trace.trigger, "begin = 1060000, end = 1120000"));
	trace = read_trace(test, "trigger-002");
	assert_int_equal(trace.trigger_count, 1);
	assert_int_equal(trace.begin_ns, 1460 * US);
	assert_int_equal(trace.end_ns, 1660 * US);
}

static void no_trace_grows_for_ever(void **state)
{
	struct test *test = *state;
	const jscope_ns longest_us = JSCOPE__KERNEL_FLIGHT_LONGEST * FLIGHT_NS / US;
	struct trace trace;

	begin(test);
	for (jscope_ns at_us = 1000; at_us < 4000; at_us += 60)
		wake(test, 7, at_us, at_us + 60);
	finish(test, 4000);
	trace = read_trace(test, "trigger-001");
	assert_int_equal(trace.end_ns, (1060 + longest_us) * US);
	trace = read_trace(test, "trigger-002");
	assert_true(trace.begin_ns <= (1060 + longest_us) * US);
	assert_true(has_trace(test, "trigger-003"));
}

static void what_the_memory_does_not_hold_is_said_once(void **state)
{
	struct test *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct trace trace;

	test->settings.flight_bytes = 1;
	test->settings.flight_ns = JSCOPE_NS_PER_SEC;
	begin(test);
	raise(test, 0, 10000);
	wake(test, 7, 10000, 10060);
	assert_int_equal(test->said_count, 2);
	assert_non_null(strstr(test->said, "holds only the last "));
	assert_non_null(strstr(test->said, "not 1.000 s"));
	raise(test, 8020000, 8030000);
	wake(test, 7, 8030000, 8031000);
	finish(test, 8032000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.short_count, 2);
	assert_int_equal(counts.trigger_count, 2);
	assert_int_equal(test->said_count, 3);
	trace = read_trace(test, "trigger-001");
	/* 4096 bytes of 32 each, but for the larger records of the wake. */
	assert_in_range(trace.raise_count, 100, 125);
	assert_int_equal(trace.lost, 0);
}

static void losses_are_told_where_they_belong(void **state)
{
	struct test *test = *state;
	struct trace trace;

	begin(test);
	test->story.lost[0] = 5;
	raise(test, 0, 500);
	test->story.lost[1] = UINT32_MAX;
	raise(test, 500, 980);
	test->story.lost[1] = 6;
	raise(test, 980, 1000);
	wake(test, 7, 1000, 1060);
	raise(test, 1070, 1100);
	test->story.lost[0] = 12;
	raise(test, 1100, 3000);
	finish(test, 3000);
	trace = read_trace(test, "trigger-001");
	assert_int_equal(trace.lost, 7 + 7);
}

static void a_loss_at_the_end_belongs_to_the_trace(void **state)
{
	struct test *test = *state;

	begin(test);
	raise(test, 0, 1000);
	wake(test, 7, 1000, 1060);
	test->story.lost[0] = 3;
	raise(test, 2000, 3000);
	finish(test, 3000);
	assert_int_equal(read_trace(test, "trigger-001").lost, 3);
}

static void a_loss_before_memory_was_short_is_no_loss_of_the_trace(void **state)
{
	struct test *test = *state;

	test->settings.flight_bytes = 1;
	begin(test);
	test->story.lost[0] = 3;
	raise(test, 0, 1000);
	test->story.lost[1] = 9;
	raise(test, 1000, 9000);
	wake(test, 7, 9000, 9060);
	finish(test, 9060);
	assert_int_equal(read_trace(test, "trigger-001").lost, 0);
}

static void what_a_loss_cut_triggers_nothing(void **state)
{
	struct test *test = *state;

	begin(test);
	story_waking(at(test, 1000), 0, 7);
	test->story.lost[1] = 1;
	story_switch(at(test, 2000), 1, 0, 7);
	finish(test, 3000);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).trigger_count, 0);
}

static void there_are_at_most_a_hundred_traces(void **state)
{
	struct test *test = *state;
	struct jscope__kernel_flight_counts counts;
	char name[24];

	begin(test);
	for (jscope_ns i = 0; i < 105; i++) {
		story_waking(at(test, i * 1000), 0, 7);
		story_switch(at(test, i * 1000 + 60), 1, 0, 7);
		story_switch(at(test, i * 1000 + 70), 1, 7, 0);
	}
	finish(test, 200000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.trigger_count, JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_int_equal(counts.refused_count, 105 - JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_int_equal(test->said_count, JSCOPE__KERNEL_FLIGHT_TRACES + 1);
	assert_non_null(strstr(test->said, "There are 100 traces"));
	snprintf(name, sizeof name, "trigger-%03u", JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_true(has_trace(test, name));
}

/* The line of the metadata that tells the identity of a trace. */
static void uuid_read(const struct test *test, const char *name, char *ret_line, int size)
{
	char path[128];
	FILE *metadata;

	snprintf(path, sizeof path, "%s/%s/kernel/metadata", test->directory, name);
	metadata = fopen(path, "r");
	assert_non_null(metadata);
	do
		assert_non_null(fgets(ret_line, size, metadata));
	while (!strstr(ret_line, "uuid = "));
	fclose(metadata);
}

/* Else readers of both take them for parts of one, whose times go back. */
static void each_trace_is_one_of_its_own(void **state)
{
	struct test *test = *state;
	char first[256], second[256];

	begin(test);
	wake(test, 7, 1000, 1060);
	wake(test, 7, 1200, 1260);
	finish(test, 4000);
	uuid_read(test, "trigger-001", first, sizeof first);
	uuid_read(test, "trigger-002", second, sizeof second);
	assert_string_not_equal(first, second);
}

static void every_trace_names_the_disks(void **state)
{
	struct test *test = *state;
	const struct jscope_kernel_lttng_statedump_block_device disk = { .dev = 8,
									 .diskname = "sda" };

	begin(test);
	jscope__kernel_flight_tell(test->flight, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	wake(test, 7, 1000, 1060);
	raise(test, 2000, 2010);
	wake(test, 7, 3000, 3060);
	finish(test, 4000);
	assert_int_equal(read_trace(test, "trigger-001").disk_count, 1);
	assert_int_equal(read_trace(test, "trigger-002").disk_count, 1);
}

static void a_trace_is_closed_when_its_time_is_over(void **state)
{
	struct test *test = *state;
	uint64_t bytes;

	begin(test);
	wake(test, 7, 1000, 1060);
	jscope__kernel_flight_passed(test->flight, 1160 * US);
	bytes = jscope__kernel_flight_counts(test->flight).byte_count;
	jscope__kernel_flight_passed(test->flight, 1160 * US + 1);
	assert_true(jscope__kernel_flight_counts(test->flight).byte_count > bytes);
	assert_int_equal(read_trace(test, "trigger-001").end_ns, 1060 * US);
	wake(test, 7, 1100, 1160);
	finish(test, 1160);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).trigger_count, 2);
}

static void any_of_several_conditions_triggers(void **state)
{
	struct test *test = *state;

	test->settings.conditions[1] = "irq[disk]>20us";
	test->settings.condition_count = 2;
	begin(test);
	story_irq_entry(at(test, 10), 0, 1, "card\033[2J");
	story_irq_exit(at(test, 90), 0, 1);
	story_irq_entry(at(test, 100), 0, 1, "disk");
	story_irq_exit(at(test, 121), 0, 1);
	finish(test, 200);
	assert_string_equal(test->said, "trigger-001: irq[disk]>20us: interrupt 1 (disk): "
					"21.00 us.");
}

static void names_cannot_reach_the_terminal(void **state)
{
	struct test *test = *state;

	test->settings.conditions[0] = "irq>20us";
	begin(test);
	story_irq_entry(at(test, 10), 0, 1, "\033[2Jx\xc2y\nz");
	story_irq_exit(at(test, 90), 0, 1);
	assert_string_equal(test->said,
			    "trigger-001: irq>20us: interrupt 1 (?[2Jx?y?z): 80.00 us.");
}

static int create_error(struct test *test)
{
	return jscope__kernel_flight_create(&test->settings, test->directory, &origin,
					    &test->flight);
}

static void conditions_that_cannot_be_met_are_refused(void **state)
{
	struct test *test = *state;

	test->settings.conditions[0] = "wake>many";
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(0), "'many'"));
	test->settings.conditions[0] = "block>1ms";
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(1), "use --preset block or all"));
	test->settings.condition_count = 0;
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(2), "--on 'wake>500us'"));
}

static void a_directory_that_cannot_be_made_ends_it(void **state)
{
	struct test *test = *state;

	strcat(test->directory, "/none");
	begin(test);
	wake(test, 7, 1000, 1060);
	wake(test, 7, 5000, 5060);
	assert_int_equal(jscope__kernel_flight_error(test->flight), -ENOENT);
	assert_int_equal(jscope__kernel_flight_finish(test->flight, 9000 * US), -ENOENT);
	assert_non_null(strstr(jscope_error_sentence(0), "trigger-001"));
	assert_null(jscope_error_sentence(1));
	*strrchr(test->directory, '/') = '\0';
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trace_holds_so_much_before_and_after),
		TEST(its_first_event_is_the_trigger),
		TEST(a_pair_that_is_longer_is_there_from_its_beginning),
		TEST(a_trigger_in_the_trace_of_another_makes_that_longer),
		TEST(no_trace_grows_for_ever),
		TEST(what_the_memory_does_not_hold_is_said_once),
		TEST(losses_are_told_where_they_belong),
		TEST(a_loss_at_the_end_belongs_to_the_trace),
		TEST(a_loss_before_memory_was_short_is_no_loss_of_the_trace),
		TEST(what_a_loss_cut_triggers_nothing),
		TEST(there_are_at_most_a_hundred_traces),
		TEST(each_trace_is_one_of_its_own),
		TEST(every_trace_names_the_disks),
		TEST(a_trace_is_closed_when_its_time_is_over),
		TEST(any_of_several_conditions_triggers),
		TEST(names_cannot_reach_the_terminal),
		TEST(conditions_that_cannot_be_met_are_refused),
		TEST(a_directory_that_cannot_be_made_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
