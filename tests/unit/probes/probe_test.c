#include "../cmocka_all.h"

#include <string.h>

#include "jscope/probe.h"

void probe_other_hit(void);

static int enabled, calls;
static struct jscope_event_ev_set last;

static void take(const void *event)
{
	calls++;
	memcpy(&last, event, sizeof last);
}

static int side_effects;

static int side_effect(void)
{
	return ++side_effects;
}

static void is_silent_until_a_provider_is_there(void **state)
{
	(void)state;
	calls = side_effects = 0;
	JSCOPE_PROBE(ev_set, .dev = 1, .event = (uint64_t)side_effect());
	assert_int_equal(calls, 0);
	assert_int_equal(side_effects, 0);
}

static void hands_over_what_it_was_given(void **state)
{
	(void)state;
	jscope_probe_points[JSCOPE_EVENT_ev_set] = (struct jscope_probe_point){ &enabled, take };
	calls = 0;
	enabled = 1;
	JSCOPE_PROBE(ev_set, .dev = 7, .irql = 2, .event = 0xabc, .prev = 1, .packet = 9);
	assert_int_equal(calls, 1);
	assert_int_equal(last.dev, 7);
	assert_int_equal(last.irql, 2);
	assert_int_equal(last.event, 0xabc);
	assert_int_equal(last.packet, 9);
	assert_int_equal(last.run, 0);
	enabled = 0;
	JSCOPE_PROBE(ev_set, .dev = 8);
	assert_int_equal(calls, 1);
}

/* The header is in two source files of this program: they must share one table. */
static void files_of_a_program_share_the_table(void **state)
{
	(void)state;
	jscope_probe_points[JSCOPE_EVENT_ev_set] = (struct jscope_probe_point){ &enabled, take };
	calls = 0;
	enabled = 1;
	probe_other_hit();
	assert_int_equal(calls, 1);
	assert_int_equal(last.event, 77);
}

static void layouts_name_events_and_fields(void **state)
{
	(void)state;
	assert_string_equal(jscope_probe_layouts[JSCOPE_EVENT_irq_exit],
			    "irq_exit:dev u32;irql u8;irq u32;seq u64;claimed u8;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_silent_until_a_provider_is_there),
		cmocka_unit_test(hands_over_what_it_was_given),
		cmocka_unit_test(files_of_a_program_share_the_table),
		cmocka_unit_test(layouts_name_events_and_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
