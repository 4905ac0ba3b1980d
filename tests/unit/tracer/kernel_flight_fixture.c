#include "kernel_flight_fixture.h"

#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "replay/trace.h"

const struct jscope__kernel_origin flight_origin = {
	.uuid = { 1, 2, 3 },
	.clock_offset_ns = 0,
	.cpu_count = STORY_CPUS,
	.groups = FLIGHT_GROUPS,
};

static void on_tell(void *state, const char *sentence)
{
	struct flight *test = state;

	test->said_count++;
	snprintf(test->said, sizeof test->said, "%s", sentence);
}

static void on_sample(void *state, const struct jscope_kernel_sample *sample)
{
	jscope__kernel_flight_sample(((struct flight *)state)->flight, sample);
}

static void on_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	struct flight *test = state;

	jscope__kernel_flight_record(test->flight, cpu, head);
	jscope__kernel_pairs_record(test->pairs, cpu, head);
}

int flight_set_up(void **state)
{
	struct flight *test = calloc(1, sizeof *test);

	assert_non_null(test);
	strcpy(test->directory, scratch_directory());
	test->settings = (struct jscope_kernel_settings){
		.groups = FLIGHT_GROUPS,
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

int flight_tear_down(void **state)
{
	struct flight *test = *state;

	jscope__kernel_flight_destroy(test->flight);
	jscope__kernel_pairs_destroy(test->pairs);
	scratch_remove();
	free(test);
	jscope_error_clear();
	return 0;
}

void flight_begin(struct flight *test)
{
	assert_int_equal(jscope__kernel_flight_create(&test->settings, test->directory,
						      &flight_origin, &test->flight),
			 0);
}

void flight_finish(struct flight *test, jscope_ns at_us)
{
	assert_int_equal(jscope__kernel_flight_finish(test->flight, at_us * FLIGHT_US), 0);
}

struct story *flight_at(struct flight *test, jscope_ns at_us)
{
	test->story.at_ns = at_us * FLIGHT_US;
	return &test->story;
}

void flight_raise(struct flight *test, jscope_ns from_us, jscope_ns to_us)
{
	for (jscope_ns at_us = from_us; at_us < to_us; at_us += 10) {
		story_softirq_raise(flight_at(test, at_us), 0, (uint32_t)at_us);
		story_softirq_raise(flight_at(test, at_us), 1, (uint32_t)at_us);
	}
}

void flight_wake(struct flight *test, int32_t tid, jscope_ns from_us, jscope_ns to_us)
{
	story_waking(flight_at(test, from_us), 0, tid);
	flight_raise(test, from_us, to_us);
	story_switch(flight_at(test, to_us), 1, 0, tid);
	story_switch(flight_at(test, to_us), 1, tid, 0);
}

static void on_event(void *state, jscope_ns ts_ns, unsigned cpu, const char *text)
{
	struct flight_trace *trace = state;

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

struct flight_trace flight_read(const struct flight *test, const char *name)
{
	struct jscope_trace_options options;
	struct flight_trace trace = { 0 };
	struct jscope_trace *reading;
	char path[SCRATCH_PATH_SIZE + 64];

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

bool flight_has(const struct flight *test, const char *name)
{
	char path[SCRATCH_PATH_SIZE + 64];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", test->directory, name);
	return stat(path, &status) == 0;
}
