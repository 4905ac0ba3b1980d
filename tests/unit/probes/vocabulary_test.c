#include "../cmocka_all.h"

#include <string.h>

#include "jscope/probe.h"
#include "probes/vocabulary.h"

/* Every event: common fields first, unique field names, sentences, offsets inside the structure. */
static void describes_every_event(void **state)
{
	(void)state;
	for (size_t id = 0; id < JSCOPE_EVENT_COUNT; id++) {
		const struct jscope_event_desc *event = jscope_event_describe(id);

		assert_true(strlen(event->sentence) > 10);
		assert_string_equal(event->fields[0].name, "dev");
		assert_string_equal(event->fields[1].name, "irql");
		for (size_t i = 0; i < event->field_count; i++) {
			assert_true(strlen(event->fields[i].sentence) > 3);
			assert_true(event->fields[i].offset < event->size);
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(event->fields[i].name,
							event->fields[j].name);
		}
	}
	assert_null(jscope_event_describe(JSCOPE_EVENT_COUNT));
}

/* Names of DOMAIN 7.3, so that none is lost by an edit. */
static void holds_the_whole_catalogue(void **state)
{
	static const char *const names[] = {
		"irq_entry",	  "irq_exit",	       "irq_ack",	 "dpc_insert",
		"timer_arm",	  "timer_fire",	       "timer_cancel",	 "dpc_remove",
		"dpc_entry",	  "dpc_exit",	       "wrt_newstream",	 "wrt_close",
		"wrt_alloc",	  "wrt_free",	       "wrt_register",	 "wrt_unregister",
		"wrt_state",	  "dev_point",	       "wrt_pos",	 "wrt_packet",
		"wrt_write",	  "wrt_glitch",	       "ev_set",	 "ev_wait",
		"ev_wake",	  "midi_notify",       "svc_add",	 "svc_remove",
		"svc_request",	  "svc_support_delay", "svc_delay",	 "svc_cancel",
		"svc_serve",	  "midi_xfer",	       "pcn_alloc",	 "pcn_free",
		"pcn_send",	  "stor_start",	       "stor_issue",	 "stor_service",
		"stor_complete",  "stor_notify",       "stor_timer_req", "stor_timer_fire",
		"stor_reset_bus", "stor_pause",	       "stor_resume",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t id = 0;

		while (id < JSCOPE_EVENT_COUNT &&
		       strcmp(jscope_event_describe(id)->name, names[i]) != 0)
			id++;
		assert_true(id < JSCOPE_EVENT_COUNT);
	}
}

static void slots_have_the_order_of_the_fields(void **state)
{
	const struct jscope_event_desc *event = jscope_event_describe(JSCOPE_EVENT_wrt_alloc);

	(void)state;
	assert_int_equal(sizeof(struct jscope_slots_wrt_alloc),
			 event->field_count * sizeof(int64_t));
	assert_string_equal(
		event->fields[offsetof(struct jscope_slots_wrt_alloc, actual) / sizeof(int64_t)]
			.name,
		"actual");
	assert_int_equal(event->fields[4].offset,
			 offsetof(struct jscope_event_wrt_alloc, requested));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_every_event),
		cmocka_unit_test(holds_the_whole_catalogue),
		cmocka_unit_test(slots_have_the_order_of_the_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
