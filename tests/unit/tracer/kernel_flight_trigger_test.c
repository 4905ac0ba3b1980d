/* What triggers the flight recorder, what it says of that, and when it ceases. */
#include "kernel_flight_fixture.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"

static void there_are_at_most_a_hundred_traces(void **state)
{
	struct flight *test = *state;
	struct jscope__kernel_flight_counts counts;
	char name[24];

	flight_begin(test);
	for (jscope_ns i = 0; i < 105; i++) {
		story_waking(flight_at(test, i * 1000), 0, 7);
		story_switch(flight_at(test, i * 1000 + 60), 1, 0, 7);
		story_switch(flight_at(test, i * 1000 + 70), 1, 7, 0);
	}
	flight_finish(test, 200000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.trigger_count, JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_int_equal(counts.refused_count, 105 - JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_int_equal(test->said_count, JSCOPE__KERNEL_FLIGHT_TRACES + 1);
	assert_non_null(strstr(test->said, "There are 100 traces"));
	snprintf(name, sizeof name, "trigger-%03u", JSCOPE__KERNEL_FLIGHT_TRACES);
	assert_true(flight_has(test, name));
}

static void any_of_several_conditions_triggers(void **state)
{
	struct flight *test = *state;

	test->settings.conditions[1] = "irq[disk]>20us";
	test->settings.condition_count = 2;
	flight_begin(test);
	story_irq_entry(flight_at(test, 10), 0, 1, "card\033[2J");
	story_irq_exit(flight_at(test, 90), 0, 1);
	story_irq_entry(flight_at(test, 100), 0, 1, "disk");
	story_irq_exit(flight_at(test, 121), 0, 1);
	flight_finish(test, 200);
	assert_string_equal(test->said, "trigger-001: irq[disk]>20us: interrupt 1 (disk): "
					"21.00 us.");
}

static void names_cannot_reach_the_terminal(void **state)
{
	struct flight *test = *state;

	test->settings.conditions[0] = "irq>20us";
	flight_begin(test);
	story_irq_entry(flight_at(test, 10), 0, 1, "\033[2Jx\xc2y\nz");
	story_irq_exit(flight_at(test, 90), 0, 1);
	assert_string_equal(test->said,
			    "trigger-001: irq>20us: interrupt 1 (?[2Jx?y?z): 80.00 us.");
}

static int create_error(struct flight *test)
{
	return jscope__kernel_flight_create(&test->settings, test->directory, &flight_origin,
					    &test->flight);
}

static void conditions_that_cannot_be_met_are_refused(void **state)
{
	struct flight *test = *state;

	test->settings.conditions[0] = "wake>many";
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(0), "'many'"));
	test->settings.conditions[0] = "block[a-disk-of-a-long-name]>1ms";
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(1),
			       "'block[a-disk-of-a-long-name]>1ms' needs events that this "
			       "recording leaves out: use --preset block or all"));
	test->settings.condition_count = 0;
	assert_int_equal(create_error(test), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(2), "--on 'wake>500us'"));
}

static void a_directory_that_cannot_be_made_ends_it(void **state)
{
	struct flight *test = *state;

	strcat(test->directory, "/none");
	flight_begin(test);
	flight_wake(test, 7, 1000, 1060);
	flight_wake(test, 7, 5000, 5060);
	assert_int_equal(jscope__kernel_flight_error(test->flight), -ENOENT);
	assert_int_equal(jscope__kernel_flight_finish(test->flight, 9000 * FLIGHT_US), -ENOENT);
	assert_non_null(strstr(jscope_error_sentence(0), "trigger-001"));
	assert_null(jscope_error_sentence(1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flight_set_up, flight_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_are_at_most_a_hundred_traces),
		TEST(any_of_several_conditions_triggers),
		TEST(names_cannot_reach_the_terminal),
		TEST(conditions_that_cannot_be_met_are_refused),
		TEST(a_directory_that_cannot_be_made_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
