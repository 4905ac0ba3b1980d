/* MIDI ports: wire, FIFO, Notify, the clients, and what the faults of the family do. */
#include "../cmocka_all.h"

#include "device_rig_fake.h"
#include "midi_wire.h"

#define MS JSCOPE_NS_PER_MS
#define US JSCOPE_NS_PER_US

static struct fake_rig rig;

static struct jscope_midi_settings *port(void)
{
	return &rig.scenario->midis[0];
}

static int set_up(void **state)
{
	fake_rig_init(&rig);
	rig.scenario->midi_count = 1;
	*port() = (struct jscope_midi_settings){
		.stream_count = 1,
		.capture = true,
		.arrival = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
			     .a = 10e6,
			     .max_ns = 60000 * MS },
		.message_bytes = 3,
		.fifo_bytes = 16,
		.priority = 20,
	};
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_rig_finish(&rig);
	return 0;
}

static void run(jscope_ns end_ns)
{
	fake_rig_start(&rig);
	fake_rig_run(&rig, end_ns);
	fake_rig_stop(&rig);
}

/* The index-th event of a kind, from 0. */
static const struct capture_event *nth(enum jscope_event_id id, size_t index)
{
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == id && index-- == 0)
			return capture_at(i);
	fail_msg("there is no such event");
	return NULL;
}

static size_t place_of(enum jscope_event_id id)
{
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == id)
			return i;
	return SIZE_MAX;
}

/* A byte is 320 us long and begins where the one before ended at the earliest (R64). */
static void assert_wire_is_legal(void)
{
	uint64_t end_ns = 0;

	for (size_t i = 0; i < capture_count(); i++) {
		const struct jscope_event_midi_wire *wire = &capture_at(i)->as.midi_wire;

		if (capture_at(i)->id != JSCOPE_EVENT_midi_wire)
			continue;
		assert_true(wire->begin_ns >= end_ns);
		assert_int_equal(wire->end_ns - wire->begin_ns, wire->bytes * 320 * US);
		end_ns = wire->end_ns;
	}
}

static void message_comes_with_an_interrupt_of_its_own(void **state)
{
	const struct jscope_event_truth_chain *chain;

	(void)state;
	run(100 * MS);
	/* the first begins after 10 ms; the tenth ends after 100.96 ms */
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_wire), 9);
	assert_int_equal(nth(JSCOPE_EVENT_midi_wire, 4)->as.midi_wire.begin_ns, 1050 * MS);
	assert_int_equal(nth(JSCOPE_EVENT_midi_wire, 4)->as.midi_wire.end_ns, 1050960 * US);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_notify), 9);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_serve), 9);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_client), 9);
	assert_int_equal(nth(JSCOPE_EVENT_midi_xfer, 3)->as.midi_xfer.done, 3);
	chain = &capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain;
	assert_int_equal(chain->seq, 9);
	assert_int_equal(chain->due_ns, 1090960 * US);
	assert_int_equal(chain->served_ns, 1090960 * US);
	assert_wire_is_legal();
}

static void source_is_cleared_before_notify(void **state)
{
	(void)state;
	run(15 * MS);
	assert_true(place_of(JSCOPE_EVENT_midi_register) < place_of(JSCOPE_EVENT_irq_entry));
	assert_true(place_of(JSCOPE_EVENT_irq_ack) < place_of(JSCOPE_EVENT_midi_notify));
	assert_true(place_of(JSCOPE_EVENT_midi_notify) < place_of(JSCOPE_EVENT_svc_request));
	assert_true(place_of(JSCOPE_EVENT_svc_request) < place_of(JSCOPE_EVENT_dpc_insert));
	assert_true(place_of(JSCOPE_EVENT_dpc_insert) < place_of(JSCOPE_EVENT_irq_exit));
	assert_int_equal(nth(JSCOPE_EVENT_midi_notify, 0)->as.midi_notify.group,
			 nth(JSCOPE_EVENT_svc_create, 0)->as.svc_create.group);
}

static void long_message_comes_in_halves_of_the_fifo(void **state)
{
	(void)state;
	port()->message_bytes = 20;
	run(17 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_wire), 3);
	assert_int_equal(nth(JSCOPE_EVENT_midi_wire, 0)->as.midi_wire.bytes, 8);
	assert_int_equal(nth(JSCOPE_EVENT_midi_wire, 2)->as.midi_wire.bytes, 4);
	assert_wire_is_legal();
}

static void null_notifies_the_registered_group(void **state)
{
	(void)state;
	port()->notify_null = true;
	port()->stream_count = 3;
	run(15 * MS);
	assert_int_equal(nth(JSCOPE_EVENT_midi_notify, 0)->as.midi_notify.group, 0);
	/* three inputs ring at one instant: each asks the one group, which serves all three */
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_notify), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_request), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_create), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_serve) % 3, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_client), 3);
}

static void own_groups_serve_their_pin_only(void **state)
{
	(void)state;
	port()->grouping = JSCOPE_MIDI_OWN;
	port()->stream_count = 2;
	run(15 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_create), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_serve), 2);
	assert_true(nth(JSCOPE_EVENT_svc_serve, 0)->as.svc_serve.sink !=
		    nth(JSCOPE_EVENT_svc_serve, 1)->as.svc_serve.sink);
}

static void all_is_taken_down(void **state)
{
	(void)state;
	port()->stream_count = 3;
	port()->delayed_service_ns = 4 * MS;
	run(25 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_add),
			 capture_count_of(JSCOPE_EVENT_svc_remove));
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_create),
			 capture_count_of(JSCOPE_EVENT_svc_destroy));
	assert_int_equal(capture_last_of(JSCOPE_EVENT_svc_remove)->as.svc_remove.ref_after, 1);
}

static void render_follows_its_schedule(void **state)
{
	(void)state;
	port()->capture = false;
	run(100 * MS);
	for (size_t i = 0; i < 9; i++) {
		const struct jscope_event_midi_xfer *xfer =
			&nth(JSCOPE_EVENT_midi_xfer, i)->as.midi_xfer;

		assert_int_equal(xfer->done, 3);
		assert_int_equal(xfer->sched_ns, (1000 + 10 * (i + 1)) * MS);
		assert_int_equal(nth(JSCOPE_EVENT_midi_wire, i)->as.midi_wire.begin_ns,
				 xfer->sched_ns);
	}
	assert_wire_is_legal();
}

static void sysex_fills_the_wire_in_multiples_of_four(void **state)
{
	uint64_t bytes = 0;

	(void)state;
	port()->capture = false;
	port()->arrival.a = 0;
	port()->message_bytes = 63;
	run(400 * MS);
	for (size_t i = 0; i < capture_count(); i++) {
		const struct jscope_event_midi_xfer *xfer = &capture_at(i)->as.midi_xfer;

		if (capture_at(i)->id == JSCOPE_EVENT_midi_wire)
			bytes += capture_at(i)->as.midi_wire.bytes;
		if (capture_at(i)->id == JSCOPE_EVENT_midi_xfer)
			assert_true(xfer->done == xfer->req || xfer->done % 4 == 0);
	}
	/* half of the 16 bytes that the FIFO took are out when it asks for more */
	assert_int_equal(nth(JSCOPE_EVENT_irq_entry, 0)->as.irq_entry.true_ts_ns,
			 nth(JSCOPE_EVENT_midi_wire, 0)->as.midi_wire.begin_ns + 8 * 320 * US);
	/* it begins with the first delayed service, and then there is no gap */
	assert_true(bytes >= 1140 && bytes <= 1250);
	assert_wire_is_legal();
}

/* Twice the sum of their distances would be 6 ms: the wire cannot, so the schedule does not. */
static void schedule_is_never_faster_than_the_wire(void **state)
{
	(void)state;
	port()->capture = false;
	port()->arrival.a = 0.5e6;
	run(20 * MS);
	assert_int_equal(nth(JSCOPE_EVENT_midi_xfer, 5)->as.midi_xfer.sched_ns -
				 nth(JSCOPE_EVENT_midi_xfer, 4)->as.midi_xfer.sched_ns,
			 960 * US);
}

static void watch_asks_again_both_ways(void **state)
{
	const struct jscope_event_svc_delay *relative, *absolute;

	(void)state;
	port()->delayed_service_ns = 4 * MS;
	run(30 * MS);
	relative = &nth(JSCOPE_EVENT_svc_delay, 0)->as.svc_delay;
	absolute = &nth(JSCOPE_EVENT_svc_delay, 1)->as.svc_delay;
	assert_int_equal(relative->due, -40000);
	assert_int_equal(relative->due_ns, 1004 * MS);
	assert_int_equal(absolute->due, 10080000);
	assert_int_equal(absolute->due_ns, 1008 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_delay), 8);
	assert_int_equal(absolute->irql, JSCOPE__IRQL_PASSIVE);
}

/* Bytes whose interrupt was lost are found by the watch; the truth says that it never came. */
static void watch_finds_what_an_interrupt_was_lost_for(void **state)
{
	size_t lost = 0;

	(void)state;
	port()->delayed_service_ns = 4 * MS;
	fake_rig_fault(&rig, JSCOPE_FAULT_drop_interrupt);
	run(19 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_notify), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_xfer), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_midi_client), 1);
	for (size_t i = 0; i < capture_count(); i++)
		lost += capture_at(i)->id == JSCOPE_EVENT_truth_chain &&
			capture_at(i)->as.truth_chain.irq_seq == 1 &&
			capture_at(i)->as.truth_chain.irq_ns == 0;
	assert_int_equal(lost, 2);
}

/* Each fault leaves its mark, and a run without it does not. */
struct mark {
	enum jscope_fault_kind kind;
	bool (*is_there)(void);
};

static bool notified_before_ack(void)
{
	return place_of(JSCOPE_EVENT_midi_notify) < place_of(JSCOPE_EVENT_irq_ack);
}

static bool notified_at_dispatch(void)
{
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_midi_notify &&
		    capture_at(i)->as.midi_notify.irql == JSCOPE__IRQL_DISPATCH)
			return true;
	return false;
}

static bool member_was_skipped(void)
{
	return place_of(JSCOPE_EVENT_svc_serve) > place_of(JSCOPE_EVENT_dpc_exit);
}

static bool served_after_removal(void)
{
	size_t served = 0;

	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_svc_serve)
			served = i;
	return served > place_of(JSCOPE_EVENT_svc_remove);
}

static bool destroyed_with_member(void)
{
	return capture_count_of(JSCOPE_EVENT_svc_remove) < capture_count_of(JSCOPE_EVENT_svc_add);
}

static bool delayed_before_support(void)
{
	return place_of(JSCOPE_EVENT_svc_delay) < place_of(JSCOPE_EVENT_svc_support_delay);
}

static bool supported_twice(void)
{
	return capture_count_of(JSCOPE_EVENT_svc_support_delay) > 1;
}

static bool timer_was_early(void)
{
	return nth(JSCOPE_EVENT_timer_arm, 0)->as.timer_arm.due_ns <
	       nth(JSCOPE_EVENT_svc_delay, 0)->as.svc_delay.due_ns;
}

static bool served_after_cancel(void)
{
	size_t requested = 0;

	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_svc_request &&
		    capture_at(i)->as.svc_request.origin == 1)
			requested = i;
	return requested > place_of(JSCOPE_EVENT_svc_cancel);
}

static bool registered_late(void)
{
	return place_of(JSCOPE_EVENT_midi_register) > place_of(JSCOPE_EVENT_irq_entry);
}

static bool stormed(void)
{
	return capture_count_of(JSCOPE_EVENT_svc_delay) > 90;
}

static bool wire_was_fast(void)
{
	const struct jscope_event_midi_wire *wire = &nth(JSCOPE_EVENT_midi_wire, 0)->as.midi_wire;

	return wire->end_ns - wire->begin_ns < wire->bytes * 320 * US;
}

static void capture_faults_leave_their_mark(void **state)
{
	static const struct mark marks[] = {
		{ JSCOPE_FAULT_notify_before_ack, notified_before_ack },
		{ JSCOPE_FAULT_notify_outside, notified_at_dispatch },
		{ JSCOPE_FAULT_skip_member, member_was_skipped },
		{ JSCOPE_FAULT_serve_removed, served_after_removal },
		{ JSCOPE_FAULT_destroy_with_member, destroyed_with_member },
		{ JSCOPE_FAULT_delay_before_support, delayed_before_support },
		{ JSCOPE_FAULT_support_delay_twice, supported_twice },
		{ JSCOPE_FAULT_early_service, timer_was_early },
		{ JSCOPE_FAULT_forget_cancel, served_after_cancel },
		{ JSCOPE_FAULT_late_registration, registered_late },
		{ JSCOPE_FAULT_timer_storm, stormed },
		{ JSCOPE_FAULT_fast_wire, wire_was_fast },
	};

	for (size_t i = 0; i <= sizeof marks / sizeof marks[0]; i++) {
		const struct mark *with = i > 0 ? &marks[i - 1] : NULL;

		set_up(state);
		/* one member only must be there for a DPC that does nothing to show */
		if (!with || with->kind != JSCOPE_FAULT_skip_member)
			port()->delayed_service_ns = 40 * MS;
		if (with)
			fake_rig_fault(&rig, with->kind)->length_ns = 3 * MS;
		run(60 * MS);
		for (size_t j = 0; j < sizeof marks / sizeof marks[0]; j++)
			if (with == &marks[j] && !marks[j].is_there())
				fail_msg("%s leaves no mark", jscope_fault_name(marks[j].kind));
			else if (!with && marks[j].is_there())
				fail_msg("the mark of %s is there without it",
					 jscope_fault_name(marks[j].kind));
		tear_down(state);
	}
}

static void odd_write_takes_one_byte(void **state)
{
	(void)state;
	port()->capture = false;
	fake_rig_fault(&rig, JSCOPE_FAULT_odd_write);
	run(30 * MS);
	assert_int_equal(nth(JSCOPE_EVENT_midi_xfer, 0)->as.midi_xfer.done, 1);
	assert_int_equal(nth(JSCOPE_EVENT_midi_xfer, 1)->as.midi_xfer.done, 2);
}

static void endless_zeros_end_and_the_stream_goes_on(void **state)
{
	size_t zeros = 0, taken = 0;

	(void)state;
	port()->capture = false;
	fake_rig_fault(&rig, JSCOPE_FAULT_endless_zero)->length_ns = 100 * MS;
	run(300 * MS);
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_midi_xfer) {
			assert_int_equal(capture_at(i)->as.midi_xfer.status, JSCOPE_STATUS_SUCCESS);
			if (capture_at(i)->as.midi_xfer.done == 0)
				zeros++;
			else
				taken++;
		}
	assert_true(zeros > 10);
	assert_true(taken > 15);
}

static void late_schedule_is_late_on_the_wire(void **state)
{
	(void)state;
	port()->capture = false;
	fake_rig_fault(&rig, JSCOPE_FAULT_late_schedule)->length_ns = 4 * MS;
	run(30 * MS);
	assert_int_equal(nth(JSCOPE_EVENT_midi_wire, 0)->as.midi_wire.begin_ns -
				 nth(JSCOPE_EVENT_midi_xfer, 0)->as.midi_xfer.sched_ns,
			 4 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(message_comes_with_an_interrupt_of_its_own),
		TEST(source_is_cleared_before_notify),
		TEST(long_message_comes_in_halves_of_the_fifo),
		TEST(null_notifies_the_registered_group),
		TEST(own_groups_serve_their_pin_only),
		TEST(all_is_taken_down),
		TEST(render_follows_its_schedule),
		TEST(sysex_fills_the_wire_in_multiples_of_four),
		TEST(schedule_is_never_faster_than_the_wire),
		TEST(watch_asks_again_both_ways),
		TEST(watch_finds_what_an_interrupt_was_lost_for),
		TEST(odd_write_takes_one_byte),
		TEST(endless_zeros_end_and_the_stream_goes_on),
		TEST(late_schedule_is_late_on_the_wire),
		cmocka_unit_test(capture_faults_leave_their_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
