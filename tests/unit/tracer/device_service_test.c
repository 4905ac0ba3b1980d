/* Service groups: members and references, merging, nesting, delayed services. */
#include "../cmocka_all.h"

#include <string.h>

#include "device_capture.h"
#include "device_clock_fake.h"
#include "service_group.h"

struct log {
	unsigned count;
	unsigned request_count;
	struct jscope__service_request last;
};

struct fixture {
	struct fake_clock fake;
	struct jscope__service_group group, outer;
	struct jscope__service_sink sinks[2];
	struct log logs[2];
};

/*
 * DOMAIN 8, T9: a service that an ISR asks for at device level, and one that is delayed from passive
 * level, both come at DISPATCH: the group's DPC makes the call.
 */
static void log_serve(struct jscope__context *context, void *state,
		      const struct jscope__service_run *run)
{
	struct log *log = state;

	assert_int_equal(context->irql, JSCOPE__IRQL_DISPATCH);
	log->count++;
	log->request_count += run->request_count;
	if (run->request_count > 0)
		log->last = run->requests[run->request_count - 1];
}

static int set_up(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof f);
	fake_clock_init(&f.fake, 1);
	f.fake.now_ns = JSCOPE_NS_PER_SEC;
	f.group.dpc.id = jscope__machine_id(&f.fake.machine);
	jscope__service_group_init(&f.group, &f.fake.machine, 1);
	f.outer.dpc.id = jscope__machine_id(&f.fake.machine);
	jscope__service_group_init(&f.outer, &f.fake.machine, 1);
	for (unsigned i = 0; i < 2; i++) {
		jscope__service_sink_init(&f.sinks[i], &f.fake.machine, 1);
		f.sinks[i].serve = log_serve;
		f.sinks[i].state = &f.logs[i];
	}
	capture_start();
	*state = &f;
	return 0;
}

static struct jscope__context at(struct fixture *f, uint8_t irql)
{
	return fake_context(&f->fake, irql);
}

static void request(struct fixture *f, struct jscope__service_group *group, uint64_t seq)
{
	struct jscope__context context = at(f, JSCOPE__IRQL_DEVICE);
	const struct jscope__service_request asked = {
		.origin = { .seq = seq, .irq_seq = seq, .due_ns = 5, .irq_ns = 6 },
	};

	jscope__service_group_request(&context, group, &asked);
}

static void add_counts_references(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	assert_int_equal(jscope__service_group_add(&context, &f->group, &f->sinks[0]),
			 JSCOPE_STATUS_SUCCESS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_svc_add)->as.svc_add.ref_after, 2);
	/* a duplicate is a member twice */
	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_svc_add)->as.svc_add.ref_after, 3);
	request(f, &f->group, 1);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 2);
	jscope__service_group_remove(&context, &f->group, &f->sinks[0]);
	jscope__service_group_remove(&context, &f->group, &f->sinks[0]);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_svc_remove)->as.svc_remove.ref_after, 1);
	/* one that is no member is ignored */
	jscope__service_group_remove(&context, &f->group, &f->sinks[0]);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_remove), 2);
	assert_int_equal(f->sinks[0].ref_count, 1);
}

static void group_takes_no_more_than_its_table(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	for (unsigned i = 0; i < JSCOPE__GROUP_MEMBERS; i++)
		assert_int_equal(jscope__service_group_add(&context, &f->group, &f->sinks[0]),
				 JSCOPE_STATUS_SUCCESS);
	assert_int_equal(jscope__service_group_add(&context, &f->group, &f->sinks[1]),
			 JSCOPE_STATUS_INSUFFICIENT_RESOURCES);
	assert_int_equal(f->sinks[1].ref_count, 1);
}

static void removed_member_is_not_served(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_add(&context, &f->group, &f->sinks[1]);
	jscope__service_group_remove(&context, &f->group, &f->sinks[0]);
	request(f, &f->group, 1);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 0);
	assert_int_equal(f->logs[1].count, 1);
}

static void requests_merge_in_the_dpc(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	request(f, &f->group, 7);
	request(f, &f->group, 8);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_insert)->as.dpc_insert.importance,
			 JSCOPE__IMPORTANCE_HIGH);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 1);
	assert_int_equal(f->logs[0].request_count, 2);
	assert_int_equal(f->logs[0].last.origin.seq, 8);
	assert_int_equal(f->logs[0].last.origin.run, 1);
	assert_int_equal(f->logs[0].last.origin.deferred_ns, f->fake.now_ns);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_serve), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 2);
	/* nothing is left over for the next run */
	request(f, &f->group, 9);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].request_count, 3);
}

/* A request that comes while the DPC has been entered and not yet run belongs to the next run. */
static void request_after_the_entry_is_left_to_the_next_run(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);
	struct jscope__execution execution;

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	request(f, &f->group, 1);
	assert_true(jscope__dpc_enter(&f->fake.machine, 0, false, 2, &execution));
	request(f, &f->group, 2);
	jscope__dpc_run(&execution);
	assert_int_equal(f->logs[0].request_count, 1);
	assert_int_equal(f->logs[0].last.origin.seq, 1);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].request_count, 2);
	assert_int_equal(f->logs[0].last.origin.run, 2);
}

static void group_is_a_member_of_a_group(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);
	const struct jscope_event_svc_request *last;

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_add(&context, &f->outer, &f->group.sink);
	request(f, &f->outer, 1);
	fake_clock_run_dpcs(&f->fake);
	last = &capture_last_of(JSCOPE_EVENT_svc_request)->as.svc_request;
	assert_int_equal(last->group, f->group.sink.id);
	assert_int_equal(last->origin, JSCOPE__SERVICE_NESTED);
	assert_int_equal(last->irql, JSCOPE__IRQL_DISPATCH);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_serve), 2);
	assert_int_equal(f->logs[0].count, 1);
	assert_int_equal(f->logs[0].last.origin.irq_seq, 0);
	assert_int_equal(f->logs[0].last.origin.due_ns, 5);
}

static void delay_is_relative_when_negative(void **state)
{
	static const struct {
		int64_t due;
		jscope_ns due_ns; /* at one second */
	} cases[] = {
		{ -10000, JSCOPE_NS_PER_SEC + JSCOPE_NS_PER_MS },
		{ 10010000, JSCOPE_NS_PER_SEC + JSCOPE_NS_PER_MS },
		{ 0, 0 },
		{ INT64_MAX, INT64_MAX },
		{ INT64_MIN, INT64_MAX },
	};
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_support_delay(&context, &f->group);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct jscope_event_svc_delay *told;

		jscope__service_group_delay(&context, &f->group, (uint64_t)cases[i].due);
		told = &capture_last_of(JSCOPE_EVENT_svc_delay)->as.svc_delay;
		assert_int_equal(told->due, cases[i].due);
		assert_int_equal(told->due_ns, cases[i].due_ns);
		assert_int_equal(f->group.timer.timer.due_ns, cases[i].due_ns);
	}
	jscope__service_group_cancel(&context, &f->group);
}

static void leap(struct fixture *f, jscope_ns ms)
{
	fake_clock_leap(&f->fake, JSCOPE_NS_PER_SEC + ms * JSCOPE_NS_PER_MS);
	fake_clock_run_dpcs(&f->fake);
}

static void delayed_service_comes_when_due_and_once(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_support_delay(&context, &f->group);
	jscope__service_group_delay(&context, &f->group, (uint64_t)-20000);
	/* asking again replaces it */
	jscope__service_group_delay(&context, &f->group, (uint64_t)-50000);
	leap(f, 4);
	assert_int_equal(f->logs[0].count, 0);
	leap(f, 5);
	assert_int_equal(f->logs[0].count, 1);
	assert_int_equal(f->logs[0].last.kind, JSCOPE__SERVICE_TIMER);
	assert_int_equal(f->logs[0].last.origin.due_ns, JSCOPE_NS_PER_SEC + 5 * JSCOPE_NS_PER_MS);
	leap(f, 100);
	assert_int_equal(f->logs[0].count, 1);
}

/* The clock interrupt of another CPU waits for the lock. */
static void expire_elsewhere(struct fake_clock *fake)
{
	fake->unlocked = NULL;
	fake_clock_leap(fake, fake->now_ns);
}

/* Asked anew at the very instant of the first request: the expiry that follows has the new time. */
static void replaced_service_comes_for_its_new_time(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_support_delay(&context, &f->group);
	jscope__service_group_delay(&context, &f->group, (uint64_t)-20000);
	f->fake.now_ns += 2 * JSCOPE_NS_PER_MS;
	f->fake.unlocked = expire_elsewhere;
	jscope__service_group_delay(&context, &f->group, (uint64_t)-50000);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 0);
	leap(f, 7);
	assert_int_equal(f->logs[0].count, 1);
	assert_int_equal(f->logs[0].last.origin.due_ns, JSCOPE_NS_PER_SEC + 7 * JSCOPE_NS_PER_MS);
}

static void cancelled_service_does_not_come_unless_it_is_queued(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_support_delay(&context, &f->group);
	jscope__service_group_delay(&context, &f->group, (uint64_t)-20000);
	jscope__service_group_cancel(&context, &f->group);
	leap(f, 10);
	assert_int_equal(f->logs[0].count, 0);
	jscope__service_group_delay(&context, &f->group, (uint64_t)-10000);
	fake_clock_leap(&f->fake, JSCOPE_NS_PER_SEC + 20 * JSCOPE_NS_PER_MS);
	jscope__service_group_cancel(&context, &f->group);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 1);
}

static void delay_without_support_is_told_and_ignored(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_delay(&context, &f->group, (uint64_t)-10000);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_delay), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_timer_arm), 0);
	assert_false(f->group.timer.timer.armed);
}

static void destroyed_group_serves_nobody(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_create(&context, &f->group);
	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	jscope__service_group_destroy(&context, &f->group);
	request(f, &f->group, 1);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_destroy), 1);
}

/* More requests than a run can tell apart: they are counted, and everybody is still served. */
static void too_many_requests_are_counted(void **state)
{
	struct fixture *f = *state;
	struct jscope__context context = at(f, JSCOPE__IRQL_PASSIVE);

	jscope__service_group_add(&context, &f->group, &f->sinks[0]);
	for (unsigned i = 0; i < JSCOPE__GROUP_REQUESTS + 3; i++)
		request(f, &f->group, i + 1);
	assert_int_equal(f->group.refused_count, 3);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(f->logs[0].count, 1);
	assert_int_equal(f->logs[0].request_count, JSCOPE__GROUP_REQUESTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(add_counts_references, set_up),
		cmocka_unit_test_setup(group_takes_no_more_than_its_table, set_up),
		cmocka_unit_test_setup(removed_member_is_not_served, set_up),
		cmocka_unit_test_setup(requests_merge_in_the_dpc, set_up),
		cmocka_unit_test_setup(request_after_the_entry_is_left_to_the_next_run, set_up),
		cmocka_unit_test_setup(group_is_a_member_of_a_group, set_up),
		cmocka_unit_test_setup(delay_is_relative_when_negative, set_up),
		cmocka_unit_test_setup(delayed_service_comes_when_due_and_once, set_up),
		cmocka_unit_test_setup(replaced_service_comes_for_its_new_time, set_up),
		cmocka_unit_test_setup(cancelled_service_does_not_come_unless_it_is_queued, set_up),
		cmocka_unit_test_setup(delay_without_support_is_told_and_ignored, set_up),
		cmocka_unit_test_setup(destroyed_group_serves_nobody, set_up),
		cmocka_unit_test_setup(too_many_requests_are_counted, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
