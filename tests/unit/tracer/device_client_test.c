/* The clients, step by step on a clock that is turned by hand. */
#include <errno.h>
#include <string.h>

#include "device_wavert_fixture.h"
#include "fault.h"
#include "wavert_client.h"

struct group_fixture {
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
	static struct group_fixture f;

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
	struct group_fixture *f = *state;

	jscope__faults_destroy(f->fake.machine.faults);
	jscope_scenario_destroy(f->scenario);
	return 0;
}

/* From now on this fault strikes once. */
static void fault(struct group_fixture *f, enum jscope_fault_kind kind, jscope_ns length_ns)
{
	const struct jscope_fault_settings settings = { .kind = kind,
							.count = 1,
							.length_ns = length_ns };

	fault_schedule(&f->fake, f->scenario, &settings);
}

static struct jscope__action step(struct group_fixture *f, unsigned client,
				  enum jscope__cause cause)
{
	struct jscope__context context = fake_context(&f->fake, JSCOPE__IRQL_PASSIVE);

	return f->tasks[client].step(&context, f->tasks[client].state, cause);
}

static void wake_at(struct group_fixture *f, jscope_ns now_ns)
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
	struct group_fixture *f = *state;
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
	struct group_fixture *f = *state;

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
	struct group_fixture *f = *state;
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
	struct group_fixture *f = *state;

	assert_ptr_equal(step(f, 1, JSCOPE__CAUSE_START).event, &f->clients[1].event);
	assert_int_equal(step(f, 1, JSCOPE__CAUSE_WOKEN).kind, JSCOPE__ACTION_WAIT);
	assert_int_equal(step(f, 1, JSCOPE__CAUSE_STOPPING).kind, JSCOPE__ACTION_END);
	assert_int_equal(capture_count(), 0);
}

static void stopping_takes_the_stream_down(void **state)
{
	struct group_fixture *f = *state;

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
	struct group_fixture *f = *state;

	f->scenario->streams[0].notification_count = 0;
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_START).kind, JSCOPE__ACTION_END);
	assert_int_equal(f->rig.failure, JSCOPE_STATUS_INVALID_PARAMETER);
	assert_string_equal(f->rig.failed_method, "AllocateBufferWithNotification");
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_close);
}

/* RUN -> PAUSE at a service, RUN again at the alarm, and nothing but that in between. */
static void client_pauses_and_goes_on(void **state)
{
	struct group_fixture *f = *state;
	struct jscope__action action;

	f->scenario->streams[0].pause_every_ns = 15 * MS;
	f->scenario->streams[0].pause_ns = 50 * MS;
	step(f, 0, JSCOPE__CAUSE_START);
	wake_at(f, 1010 * MS);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_RUN);
	fake_clock_leap(&f->fake, 1021 * MS);
	fake_clock_run_dpcs(&f->fake);
	action = step(f, 0, JSCOPE__CAUSE_WOKEN);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_PAUSE);
	assert_ptr_equal(action.event, &f->clients[0].alarm_event);
	assert_int_equal(f->clients[0].alarm_timer.due_ns, 1071 * MS);
	fake_clock_leap(&f->fake, 1071 * MS);
	assert_true(f->clients[0].alarm_event.signalled);
	action = step(f, 0, JSCOPE__CAUSE_WOKEN);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_RUN);
	assert_ptr_equal(action.event, &f->clients[0].event);
	assert_int_equal(f->stream.timer.due_ns, 1080 * MS);
	wake_at(f, 1080 * MS);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_RUN);
}

/* Packet 3 is the last and half full; the client hears of its end, stops, and waits for good. */
static void client_ends_its_stream(void **state)
{
	struct group_fixture *f = *state;

	f->scenario->streams[0].end_packet = 3;
	step(f, 0, JSCOPE__CAUSE_START);
	wake_at(f, 1010 * MS);
	wake_at(f, 1020 * MS);
	assert_last(0, 3, JSCOPE_STATUS_SUCCESS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_packet)->as.wrt_packet.eos_len, 960);
	wake_at(f, 1030 * MS);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_RUN);
	wake_at(f, 1035 * MS);
	assert_int_equal(f->stream.state, JSCOPE__KSSTATE_STOP);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_WOKEN).kind, JSCOPE__ACTION_WAIT);
	assert_int_equal(f->stream.glitch_count, 0);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_STOPPING).kind, JSCOPE__ACTION_END);
}

static void reader_reads_what_is_there(void **state)
{
	struct group_fixture *f = *state;

	f->scenario->streams[0].capture = true;
	step(f, 0, JSCOPE__CAUSE_START);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_packet), 0);
	wake_at(f, 1010 * MS);
	assert_last(1, 0, JSCOPE_STATUS_SUCCESS);
	wake_at(f, 1011 * MS);
	assert_last(1, 0, JSCOPE_STATUS_DEVICE_NOT_READY);
}

/* Woken by its own alarm each period, by the grid even after it was late. */
static void poller_looks_once_a_period(void **state)
{
	struct group_fixture *f = *state;

	f->scenario->streams[0].mode = JSCOPE_MODE_POLL;
	assert_ptr_equal(step(f, 0, JSCOPE__CAUSE_START).event, &f->clients[0].alarm_event);
	assert_int_equal(f->clients[0].alarm_timer.due_ns, 1010 * MS);
	wake_at(f, 1010 * MS);
	assert_int_equal(f->clients[0].alarm_timer.due_ns, 1020 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.source, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_write)->as.wrt_write.target, 1920);
	wake_at(f, 1047 * MS);
	assert_int_equal(f->clients[0].alarm_timer.due_ns, 1050 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_register), 0);
}

static void event_client_moves_its_position(void **state)
{
	struct group_fixture *f = *state;

	f->scenario->streams[0].mode = JSCOPE_MODE_EVENT;
	step(f, 0, JSCOPE__CAUSE_START);
	for (unsigned k = 1; k < 20; k++) {
		wake_at(f, (1000 + 10 * (jscope_ns)k) * MS + 1000);
		assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_write)->as.wrt_write.target,
				 k % 2 * 1920);
	}
	assert_int_equal(f->stream.glitch_count, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_packet), 0);
}

static void slow_client_works_longer_once(void **state)
{
	struct group_fixture *f = *state;

	step(f, 0, JSCOPE__CAUSE_START);
	fault(f, JSCOPE_FAULT_slow_client, 3 * MS);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_WOKEN).work_ns, 3 * MS);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_WORKED).kind, JSCOPE__ACTION_WAIT);
	assert_int_equal(step(f, 0, JSCOPE__CAUSE_WOKEN).kind, JSCOPE__ACTION_WAIT);
}

/* The client writes nothing for 25 ms: the device signals on, and the client catches up. */
static void silent_client_is_not_waited_for(void **state)
{
	struct group_fixture *f = *state;
	size_t written;

	step(f, 0, JSCOPE__CAUSE_START);
	wake_at(f, 1010 * MS);
	fault(f, JSCOPE_FAULT_silent_client, 25 * MS);
	written = capture_count_of(JSCOPE_EVENT_wrt_packet);
	for (int k = 2; k <= 4; k++)
		wake_at(f, (1000 + 10 * k) * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_packet), written);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 4 * 2);
	wake_at(f, 1050 * MS);
	assert_last(0, 6, JSCOPE_STATUS_SUCCESS);
}

/* The device that stops for it plays what it has, then says nothing until it writes again. */
static void device_halts_with_its_client(void **state)
{
	struct group_fixture *f = *state;

	step(f, 0, JSCOPE__CAUSE_START);
	wake_at(f, 1010 * MS);
	fault(f, JSCOPE_FAULT_halt_without_data, 25 * MS);
	for (int k = 2; k <= 4; k++)
		wake_at(f, (1000 + 10 * k) * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 2);
	wake_at(f, 1050 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.k, 5);
}

/* What each misuse leaves in the records, from opening the stream to closing it. */
static void misuse_shows(void **state)
{
	static const struct {
		enum jscope_fault_kind kind;
		enum jscope_event_id event;
		size_t count; /* of that event; with two clients and without a fault the first row */
	} cases[] = {
		{ JSCOPE_FAULT_COUNT, JSCOPE_EVENT_wrt_register, 2 },
		{ JSCOPE_FAULT_register_before_buffer, JSCOPE_EVENT_wrt_register, 3 },
		{ JSCOPE_FAULT_register_before_buffer, JSCOPE_EVENT_wrt_unregister, 3 },
		{ JSCOPE_FAULT_register_twice, JSCOPE_EVENT_wrt_register, 3 },
		{ JSCOPE_FAULT_register_twice, JSCOPE_EVENT_wrt_unregister, 2 },
		{ JSCOPE_FAULT_unregister_unknown, JSCOPE_EVENT_wrt_unregister, 3 },
		{ JSCOPE_FAULT_keep_unregistered, JSCOPE_EVENT_ev_set, 3 },
		{ JSCOPE_FAULT_keep_unregistered, JSCOPE_EVENT_wrt_unregister, 3 },
		{ JSCOPE_FAULT_close_registered, JSCOPE_EVENT_wrt_unregister, 0 },
		{ JSCOPE_FAULT_skip_states, JSCOPE_EVENT_wrt_state, 4 },
		{ JSCOPE_FAULT_three_notifications, JSCOPE_EVENT_dev_point, 1 },
		{ JSCOPE_FAULT_misalign_buffer, JSCOPE_EVENT_wrt_free, 2 },
		{ JSCOPE_FAULT_odd_alloc_status, JSCOPE_EVENT_wrt_alloc, 2 },
		{ JSCOPE_FAULT_second_buffer, JSCOPE_EVENT_wrt_alloc, 2 },
		{ JSCOPE_FAULT_double_free, JSCOPE_EVENT_wrt_free, 2 },
		{ JSCOPE_FAULT_close_twice, JSCOPE_EVENT_wrt_close, 2 },
		{ JSCOPE_FAULT_free_running, JSCOPE_EVENT_wrt_free, 1 },
		{ JSCOPE_FAULT_preload_two, JSCOPE_EVENT_wrt_packet, 4 },
		{ JSCOPE_FAULT_write_ahead, JSCOPE_EVENT_wrt_packet, 4 },
		{ JSCOPE_FAULT_accept_flags, JSCOPE_EVENT_wrt_write, 4 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct group_fixture *f = *state;

		tear_down(state);
		set_up(state);
		if (cases[i].kind != JSCOPE_FAULT_COUNT)
			fault(f, cases[i].kind, 0);
		step(f, 0, JSCOPE__CAUSE_START);
		wake_at(f, 1010 * MS);
		step(f, 0, JSCOPE__CAUSE_STOPPING);
		assert_int_equal(f->rig.failure, JSCOPE_STATUS_SUCCESS);
		assert_int_equal(capture_count_of(cases[i].event), cases[i].count);
		assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_close);
	}
}

/* Woken as a clock does it: the flag goes down, and the wake is counted. */
static void wake_counted(struct group_fixture *f, jscope_ns now_ns)
{
	fake_clock_leap(&f->fake, now_ns);
	fake_clock_run_dpcs(&f->fake);
	f->clients[0].event.signalled = false;
	f->clients[0].event.wake_count++;
	f->clients[0].event.woken_ns = now_ns;
	step(f, 0, JSCOPE__CAUSE_WOKEN);
}

/* In the truth a client has answered when a call of its succeeds. */
static void refused_call_is_no_answer(void **state)
{
	const struct jscope_event_truth_chain *chain;
	struct group_fixture *f = *state;

	f->scenario->streams[0].capture = true;
	step(f, 0, JSCOPE__CAUSE_START);
	wake_counted(f, 1010 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.served_ns,
			 1010 * MS);
	fault(f, JSCOPE_FAULT_deny_read, 0);
	wake_counted(f, 1020 * MS);
	chain = &capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain;
	assert_int_equal(chain->seq, 2);
	assert_int_equal(chain->run_ns, 1020 * MS);
	assert_int_equal(chain->served_ns, 0);
}

/* Stream a has the three clients that name it, b the one that names none. */
static void clients_go_to_their_streams(void **state)
{
	static const struct jscope_client_settings clients[] = {
		{ .stream = "a", .count = 2, .priority = 10 },
		{ .stream = "", .count = 1, .priority = 20 },
		{ .stream = "a", .count = 1, .priority = 30 },
	};
	static const uint32_t priorities[] = { 10, 10, 30, 20 };
	struct group_fixture *f = *state;
	struct jscope__rig *rig;

	f->scenario->streams[1] = f->scenario->streams[0];
	strcpy(f->scenario->streams[0].head.name, "a");
	strcpy(f->scenario->streams[1].head.name, "b");
	f->scenario->stream_count = 2;
	memcpy(f->scenario->clients, clients, sizeof clients);
	f->scenario->client_count = 3;
	assert_int_equal(jscope__rig_create(f->scenario, &f->fake.machine, 1, &rig), 0);
	assert_int_equal(rig->task_count, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rig->tasks[i].priority, priorities[i]);
	jscope__rig_destroy(rig);
	f->scenario->clients[2].count = JSCOPE__STREAM_EVENTS_MAX;
	assert_int_equal(jscope__rig_create(f->scenario, &f->fake.machine, 1, &rig), -E2BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writer_keeps_one_packet_ahead),
		TEST(late_writer_finds_its_place),
		TEST(work_comes_before_the_write),
		TEST(listener_never_writes),
		TEST(stopping_takes_the_stream_down),
		TEST(refusal_is_noted),
		TEST(client_pauses_and_goes_on),
		TEST(client_ends_its_stream),
		TEST(reader_reads_what_is_there),
		TEST(poller_looks_once_a_period),
		TEST(event_client_moves_its_position),
		TEST(slow_client_works_longer_once),
		TEST(silent_client_is_not_waited_for),
		TEST(device_halts_with_its_client),
		TEST(misuse_shows),
		TEST(refused_call_is_no_answer),
		TEST(clients_go_to_their_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
