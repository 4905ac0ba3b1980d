#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "scratch.h"
#include "tracer/scenario.h"

static char path[SCRATCH_PATH_SIZE];

static int set_up(void **state)
{
	(void)state;
	scratch_path(path, "written.ini");
	return 0;
}

static int read_text(const char *text, size_t size, struct jscope_scenario **ret_scenario)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	jscope_error_clear();
	return jscope_scenario_read(path, ret_scenario);
}

static void sentence_has(const char *fragment)
{
	const char *sentence = jscope_error_sentence(0);

	if (!sentence || !strstr(sentence, fragment))
		fail_msg("'%s' is not in '%s'", fragment, sentence ? sentence : "(nothing)");
}

static void defects_are_told(void **state)
{
	static const struct {
		const char *text;
		const char *fragment;
	} cases[] = {
		{ "[machine]\ncpus = 0\n",
		  ":2: 'cpus' cannot be '0'; write a number from 1 to 64" },
		{ "[machine]\ncpus = 65\n", ":2: 'cpus' cannot be '65'" },
		{ "[disk]\nlink_down_every = 20ms\nlink_down = 20ms\n", "would never be up" },
		{ "[disk]\npause_every = 5ms\npause = 6ms\n", "would always be paused" },
		{ "[disk]\nirq = 241\nqueues = 16\n", "choose a lower irq" },
		{ "[disk]\nrequest_max_bytes = 512\n", "request_max_bytes is below" },
		{ "[disk]\nchannels = 2\nfull_duplex = no\n",
		  "set full_duplex = yes or channels = 0" },
		{ "[disk]\nchannels = 17\n", "a number from 0 to 16" },
		{ "[machine]\ncpus = -1\n", "cannot be '-1'" },
		{ "[machine]\ncpus = 2x\n", "cannot be '2x'" },
		{ "[machine]\ncpus = 0x2\n", "cannot be '0x2'" },
		{ "[machine]\ncpus =\n", ":2: 'cpus' cannot be ''" },
		{ "[machine]\ncpus = 99999999999999999999\n", "cannot be '99999999999999999999'" },
		{ "[machine]\ncpu = 2\n",
		  ":2: There is no key 'cpu' in [machine]; the keys are cpus, tick, duration, events." },
		{ "[machine]\ncpus = 2\ncpus = 2\n", ":3: 'cpus' is given a second time" },
		{ "[machine]\ncpus = 2\n  2\n", ":3: 'cpus' is given a second time" },
		{ "\n[machin]\n", ":2: There is no section [machin]; the sections are [machine], "
				  "[stream], [client], " },
		{ "  [x]\ny = 1\n", ":1: There is no section [x]" },
		{ "[]\n", ":1: There is no section []" },
		{ "[stream\nrate = 1\n", ":1: The section does not end in" },
		{ "[stream]\nnonsense\n", ":2: This is neither [section] nor key = value" },
		{ "cpus = 2\n", ":1: 'cpus' stands before the first section" },
		{ "[stream]\nmode = midi\n", ":2: 'mode' cannot be 'midi'; write packet, " },
		{ "[stream]\nrate = 48000Hz\n", "cannot be '48000Hz'" },
		{ "[stream]\nrate = 0\n", "frames per second from 1" },
		{ "[stream]\nframe_bytes = 0\n", "bytes from 1 to 1024" },
		{ "[stream]\nnotifications = 3\n", "1 (at the end of the buffer) or 2" },
		{ "[stream]\nmode = event\nnotifications = 9\n", "in event mode up to 8" },
		{ "[stream]\ncapture = maybe\n", "'capture' cannot be 'maybe'; write yes or no" },
		{ "[stream]\ndrift_ppm = 1000000\n", "parts per million" },
		{ "[stream]\nperiod_frames = 4\n", ":2: Impossible [stream]: period_frames at this "
						   "rate is less than 100 us" },
		{ "[stream]\nrate = 1\nperiod_frames = 61\n", "more than 60 s" },
		{ "[stream]\nrate = 1536000\nperiod_frames = 16777216\nframe_bytes = 1024\n",
		  ":4: Impossible [stream]: the buffer" },
		{ "[client]\nwork = 200\n", ":2: 'work' cannot be '200'; write a duration with its "
					    "unit" },
		{ "[client]\nwork = -1us\n", "cannot be '-1us'" },
		{ "[client]\nwork = 61s\n", "cannot be '61s'" },
		{ "[client]\ncount = 0\n", "cannot be '0'" },
		{ "[client]\ncount = 65\n", "cannot be '65'" },
	};
	struct jscope_scenario *scenario = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(read_text(cases[i].text, strlen(cases[i].text), &scenario),
				 -EINVAL);
		sentence_has(cases[i].fragment);
		sentence_has(path);
		assert_null(jscope_error_sentence(1));
	}
	assert_null(scenario);
}

static void values_are_taken(void **state)
{
	static const char text[] = "# comment\n[stream]\nrate = 44100 ; Hz\nframe_bytes=8\n"
				   "period_frames = 441\nnotifications = 1\ndrift_ppm = -50\n"
				   "[client]\ncount = 3\nwork = 1.5ms\n[machine]\ncpus = 4";
	struct jscope_scenario *scenario = NULL;

	(void)state;
	assert_int_equal(read_text(text, sizeof text - 1, &scenario), 0);
	assert_int_equal(scenario->machine.cpu_count, 4);
	assert_int_equal(scenario->streams[0].rate_hz, 44100);
	assert_int_equal(scenario->streams[0].frame_bytes, 8);
	assert_int_equal(scenario->streams[0].period_frames, 441);
	assert_int_equal(scenario->streams[0].notification_count, 1);
	assert_int_equal(scenario->streams[0].drift_ppm, -50);
	assert_int_equal(scenario->clients[0].count, 3);
	assert_true(scenario->clients[0].work.a == 1.5e6);
	jscope_scenario_destroy(scenario);
}

/* A client of positions may have more points in its buffer than WaveRT knows of. */
static void deep_buffers_are_taken(void **state)
{
	static const char text[] = "[stream]\nmode = event\nnotifications = 4\n";
	struct jscope_scenario *scenario = NULL;

	(void)state;
	assert_int_equal(read_text(text, sizeof text - 1, &scenario), 0);
	assert_int_equal(scenario->streams[0].notification_count, 4);
	jscope_scenario_destroy(scenario);
}

static void empty_file_is_the_default(void **state)
{
	struct jscope_scenario *scenario = NULL;

	(void)state;
	assert_int_equal(read_text("", 0, &scenario), 0);
	assert_int_equal(scenario->streams[0].rate_hz, 48000);
	assert_true(scenario->clients[0].work.a == 200e3);
	jscope_scenario_destroy(scenario);
}

static void hostile_files_are_refused(void **state)
{
	struct jscope_scenario *scenario = NULL;
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "[machine]\ncpus = 2 ;", 20);
	text[sizeof text - 1] = '\n';
	assert_int_equal(read_text(text, sizeof text, &scenario), -EINVAL);
	sentence_has(":2: The line is longer than");
	memcpy(text, "[machine]\ncp\0s = 2\n", 19);
	assert_int_equal(read_text(text, 19, &scenario), -EINVAL);
	memset(text, '\n', sizeof text);
	for (int i = 0; i < 3; i++) {
		FILE *file = fopen(path, i ? "a" : "w");

		assert_non_null(file);
		assert_int_equal(fwrite(text, 1, sizeof text, file), sizeof text);
		assert_int_equal(fclose(file), 0);
	}
	jscope_error_clear();
	assert_int_equal(jscope_scenario_read(path, &scenario), -EINVAL);
	sentence_has("more than 10000 lines");
	jscope_error_clear();
	assert_int_equal(jscope_scenario_read(scratch_directory(), &scenario), -EIO);
	sentence_has(scratch_directory());
}

static void missing_ones_are_told(void **state)
{
	struct jscope_scenario *scenario = NULL;

	(void)state;
	jscope_error_clear();
	assert_int_equal(jscope_scenario_read("/nonexistent/x.ini", &scenario), -ENOENT);
	sentence_has("/nonexistent/x.ini");
	jscope_error_clear();
	assert_int_equal(jscope_scenario_find(scratch_directory(), "no-such-name", &scenario),
			 -ENOENT);
	sentence_has("There is no scenario 'no-such-name'");
	assert_null(jscope_error_sentence(1));
}

static void names_and_files_are_found(void **state)
{
	struct jscope_scenario *scenario = NULL;

	(void)state;
	assert_int_equal(read_text("[client]\ncount = 5\n", 19, &scenario), 0);
	jscope_scenario_destroy(scenario);
	assert_int_equal(jscope_scenario_find(scratch_directory(), "written", &scenario), 0);
	assert_int_equal(scenario->clients[0].count, 5);
	jscope_scenario_destroy(scenario);
	assert_int_equal(jscope_scenario_find("/nonexistent", path, &scenario), 0);
	jscope_scenario_destroy(scenario);
}

struct list {
	unsigned count;
	const char *expected;
};

static void check_shipped(void *state, const char *name, const char *summary)
{
	struct list *list = state;
	struct jscope_scenario *scenario = NULL;

	list->count++;
	assert_true(summary[0] != '\0' && summary[0] != ';');
	assert_int_equal(jscope_scenario_find(SCENARIO_DIRECTORY, name, &scenario), 0);
	if (strcmp(name, JSCOPE_SCENARIO_DEFAULT) == 0) {
		list->expected = "seen";
		assert_int_equal(scenario->machine.cpu_count, 2);
		assert_int_equal(scenario->streams[0].period_frames, 480);
		assert_true(scenario->clients[0].work.a == 200e3);
	}
	jscope_scenario_destroy(scenario);
}

static void shipped_scenarios_are_sound(void **state)
{
	struct list list = { 0 };

	(void)state;
	assert_int_equal(jscope_scenario_list(SCENARIO_DIRECTORY, check_shipped, &list), 0);
	assert_true(list.count >= 4);
	assert_string_equal(list.expected, "seen");
	jscope_error_clear();
	assert_int_equal(jscope_scenario_list("/nonexistent", check_shipped, &list), -ENOENT);
	sentence_has("/nonexistent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defects_are_told, set_up),
		cmocka_unit_test_setup(values_are_taken, set_up),
		cmocka_unit_test_setup(deep_buffers_are_taken, set_up),
		cmocka_unit_test_setup(empty_file_is_the_default, set_up),
		cmocka_unit_test_setup(hostile_files_are_refused, set_up),
		cmocka_unit_test(missing_ones_are_told),
		cmocka_unit_test_setup(names_and_files_are_found, set_up),
		cmocka_unit_test(shipped_scenarios_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
