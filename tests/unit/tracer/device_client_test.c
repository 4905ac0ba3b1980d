/* The clients, step by step on a clock that is turned by hand. */
#include "../cmocka_all.h"

#include "device_capture.h"
#include "device_clock_fake.h"
#include "wavert_client.h"

#define MS JSCOPE_NS_PER_MS

struct fixture {
	struct fake_clock fake;
	struct jscope_scenario *scenario; /* owned */
	struct jscope__rig rig;
	struct jscope__line line;
	struct jscope__stream stream;
	struct jscope__client_group group;
	struct jscope__client clients[2];
	struct jscope__task tasks[2];
};

static int set_up(void **state)
{
	static struct fixture f;

	fake_clock_init(&f.fake, 1);
	f.fake.now_ns = 1000 * MS;
	assert_int_equal(jscope_scenario_create(&f.scenario), 0);
	f.scenario->clients[0].work.kind = JSCOPE_DISTRIBUTION_NONE;
	f.rig = (struct jscope__rig){ .scenario = f.scenario, .machine = &f.fake.machine };
	f.stream = (struct jscope__stream){ 0 };
	f.line = (struct jscope__line){ .number = 16, .dev = 1 };
	f.group = (struct jscope__client_group){ .rig = &f.rig,
						 .settings = &f.scenario->streams[0],
						 .stream = &f.stream,
						 .line = &f.line,
						 .clients = f.clients,
						 .client_count = 2 };
	capture_start();
	for (unsigned i = 0; i < 2; i++)
		jscope__client_init(&f.clients[i], &f.group, &f.scenario->clients[0], i,
				    &f.tasks[i]);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	jscope_scenario_destroy(f->scenario);
	return 0;
}

static struct jscope__action step(struct fixture *f, unsigned client, enum jscope__cause cause)
{
	struct jscope__context context = fake_context(&f->fake, JSCOPE__IRQL_PASSIVE);

	return f->tasks[client].step(&context, f->tasks[client].state, cause);
}

static void wake_at(struct fixture *f, jscope_ns now_ns)
{
	fake_clock_leap(&f->fake, now_ns);
	fake_clock_run_dpcs(&f->fake);
	step(f, 0, JSCOPE__CAUSE_WOKEN);
}

/* What the last packet method was and how it ended. */
static void assert_last(uint8_t kind, uint64_t packet, jscope_status status)
{
	const struct jscope_event_wrt_packet *last =
		&capture_last_of(JSCOPE_EVENT_wrt_packet)->as.wrt_packet;

	assert_int_equal(last->kind, kind);
	assert_int_equal(last->packet, packet);
	assert_int_equal(last->status, status);
}

static void writer_keeps_one_packet_ahead(void **state)
{
	struct fixture *f = *state;
	struct jscope__action action = step(f, 0, JSCOPE__CAUSE_START);

	assert_int_equal(action.kind, JSCOPE__ACTION_WAIT);
	assert_ptr_equal(action.event, &f->clients[0].event);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_RUN);
	assert_int_equal(f->stream.event_count, 2);
	assert_last(0, 1, JSCOPE_STATUS_SUCCESS);
	for (unsigned k = 1; k < 100; k++) {
		wake_at(f, (1000 + 10 * (jscope_ns)k) * MS);
		assert_last(0, k + 1, JSCOPE_STATUS_SUCCESS);
	}
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
}

/*
 * Woken a period too late, the writer asks for its place and goes on from there. The wake that is
 * still on its way then has nothing to do, and the one after it is the old rhythm.
 */
static void late_writer_finds_its_place(void **state)
{
	struct fixture *f = *state;

	step(f, 0, JSCOPE__CAUSE_START);
	wake_at(f, 1025 * MS);
	assert_last(0, 3, JSCOPE_STATUS_SUCCESS);
	assert_int_equal(f->stream.glitch_count, 1);
	wake_at(f, 1026 * MS);
	assert_last(2, 2, JSCOPE_STATUS_SUCCESS);
	wake_at(f, 1030 * MS);
	assert_last(0, 4, JSCOPE_STATUS_SUCCESS);
	wake_at(f, 1040 * MS);
	assert_last(0, 5, JSCOPE_STATUS_SUCCESS);
	assert_int_equal(f->stream.glitch_count, 1);
}

static void work_comes_before_the_write(void **state)
{
	static const struct jscope_distribution worked = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
							   .a = 5000,
							   .max_ns = JSCOPE_NS_PER_SEC };
	struct fixture *f = *state;
	struct jscope__action action;
	size_t packets;

	f->clients[0].work.distribution = &worked;
	step(f, 0, JSCOPE__CAUSE_START);
	fake_clock_leap(&f->fake, 1010 * MS);
	packets = capture_count_of(JSCOPE_EVENT_wrt_packet);
	action = step(f, 0, JSCOPE__CAUSE_WOKEN);
	assert_int_equal(action.kind, JSCOPE__ACTION_WORK);
	assert_int_equal(action.work_ns, 5000);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_packet), packets);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_WORKED).kind, JSCOPE__ACTION_WAIT);
	assert_last(0, 2, JSCOPE_STATUS_SUCCESS);
}

static void listener_never_writes(void **state)
{
	struct fixture *f = *state;

	assert_ptr_equal(step(f, 1, JSCOPE__CAUSE_START).event, &f->clients[1].event);
	assert_int_equal(step(f, 1, JSCOPE__CAUSE_WOKEN).kind, JSCOPE__ACTION_WAIT);
	assert_int_equal(step(f, 1, JSCOPE__CAUSE_STOPPING).kind, JSCOPE__ACTION_END);
	assert_int_equal(capture_count(), 0);
}

static void stopping_takes_the_stream_down(void **state)
{
	struct fixture *f = *state;

	step(f, 0, JSCOPE__CAUSE_START);
	fake_clock_leap(&f->fake, 1015 * MS);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_STOPPING).kind, JSCOPE__ACTION_END);
	assert_int_equal(f->stream.event_count, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_state), 6);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_unregister), 2);
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_close);
	assert_int_equal(f->rig.failure, JSCOPE_STATUS_SUCCESS);
}

/* A buffer that the device refuses: the writer ends, tells why, and leaves nothing open. */
static void refusal_is_noted(void **state)
{
	struct fixture *f = *state;

	f->scenario->streams[0].notification_count = 3;
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_START).kind, JSCOPE__ACTION_END);
	assert_int_equal(f->rig.failure, JSCOPE_STATUS_INVALID_PARAMETER);
	assert_string_equal(f->rig.failed_method, "AllocateBufferWithNotification");
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_close);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writer_keeps_one_packet_ahead, set_up, tear_down),
		cmocka_unit_test_setup_teardown(late_writer_finds_its_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(work_comes_before_the_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(listener_never_writes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stopping_takes_the_stream_down, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refusal_is_noted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
