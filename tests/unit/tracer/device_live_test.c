/* The device in real time: 300 ms of it, and what must hold between the events of any such run. */
#include "../cmocka_all.h"

#include <time.h>

#include "common/error.h"
#include "device_capture.h"
#include "tracer/device.h"
#include "tracer/scenario.h"

#define IDS_MAX 64

static void run(const struct jscope_scenario *scenario, jscope_ns duration_ns)
{
	const struct timespec time = { .tv_sec = duration_ns / JSCOPE_NS_PER_SEC,
				       .tv_nsec = duration_ns % JSCOPE_NS_PER_SEC };
	struct jscope_device *device;
	bool real_time;

	capture_start();
	assert_int_equal(jscope_device_start(scenario, 1, &device, &real_time), 0);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	assert_false(jscope_device_is_over(device));
	assert_int_equal(jscope_device_stop(device), 0);
	jscope_device_destroy(device);
}

/* Every point once and in order; one interrupt with a number of its own for each. */
static void check_points(void)
{
	uint64_t points = 0, entries = 0, exits = 0, acks = 0;

	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_dev_point)
			assert_int_equal(event->as.dev_point.k, ++points);
		if (event->id == JSCOPE_EVENT_irq_entry) {
			assert_int_equal(event->as.irq_entry.seq, ++entries);
			assert_int_equal(entries, points);
		}
		if (event->id == JSCOPE_EVENT_irq_ack)
			assert_int_equal(event->as.irq_ack.seq, ++acks);
		if (event->id == JSCOPE_EVENT_irq_exit) {
			assert_int_equal(event->as.irq_exit.seq, ++exits);
			assert_int_equal(event->as.irq_exit.claimed, 1);
		}
	}
	assert_int_equal(exits, points);
	assert_int_equal(acks, points);
}

/* An insert says "queued" exactly when the DPC was not; each entry has its insert, each exit its
 * entry. */
static void check_dpcs(void)
{
	bool queued = false, running = false;
	uint64_t runs = 0;

	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_dpc_insert) {
			assert_int_equal(event->as.dpc_insert.inserted, !queued);
			queued = true;
		}
		if (event->id == JSCOPE_EVENT_dpc_entry) {
			assert_true(queued && !running);
			assert_int_equal(event->as.dpc_entry.run, ++runs);
			assert_int_equal(event->as.dpc_entry.irql, 2);
			queued = false;
			running = true;
		}
		if (event->id == JSCOPE_EVENT_dpc_exit) {
			assert_true(running);
			assert_int_equal(event->as.dpc_exit.run, runs);
			running = false;
		}
	}
	assert_false(queued || running);
}

/* Per event: `prev` tells whether a wake has consumed the last set; packets of sets go up. */
static void check_events(void)
{
	struct {
		bool signalled;
		uint64_t wakes, packet;
	} state[IDS_MAX] = { { false, 0, 0 } };

	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_ev_set) {
			const struct jscope_event_ev_set *set = &event->as.ev_set;

			assert_true(set->event < IDS_MAX);
			assert_int_equal(set->prev, state[set->event].signalled);
			assert_true(set->packet > state[set->event].packet);
			state[set->event].packet = set->packet;
			state[set->event].signalled = true;
		}
		if (event->id == JSCOPE_EVENT_ev_wake) {
			const struct jscope_event_ev_wake *wake = &event->as.ev_wake;

			assert_true(state[wake->event].signalled);
			assert_int_equal(wake->count, ++state[wake->event].wakes);
			state[wake->event].signalled = false;
		}
	}
}

/* Points and signals only in RUN; the stream ends as tidily as it began. */
static void check_life(size_t event_count)
{
	static const uint8_t states[] = { 1, 2, 3, 2, 1, 0 };
	size_t change = 0;
	uint8_t state = 0;

	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_wrt_state) {
			assert_int_equal(event->as.wrt_state.status, 0);
			assert_int_equal(event->as.wrt_state.old, state);
			assert_true(change < sizeof states);
			assert_int_equal(event->as.wrt_state.new, states[change++]);
			state = event->as.wrt_state.new;
		}
		if (event->id == JSCOPE_EVENT_dev_point || event->id == JSCOPE_EVENT_ev_set)
			assert_int_equal(state, 3);
	}
	assert_int_equal(change, sizeof states);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_register), event_count);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_unregister), event_count);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_free), 1);
	assert_int_equal(capture_at(0)->id == JSCOPE_EVENT_wrt_newstream ||
				 capture_at(0)->id == JSCOPE_EVENT_ev_wait,
			 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_close), 1);
}

/* The points of the epoch are those between its positions, no one more and no one less. */
static void check_linear(uint32_t packet_bytes)
{
	uint64_t linear = 0;

	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_wrt_state &&
		    capture_at(i)->as.wrt_state.old == 3)
			linear = capture_at(i)->as.wrt_state.linear;
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), linear / packet_bytes);
}

static void check_all(const struct jscope_scenario *scenario)
{
	check_points();
	check_dpcs();
	check_events();
	check_life(scenario->clients[0].count);
	check_linear(scenario->streams[0].period_frames * scenario->streams[0].frame_bytes);
}

static struct jscope_scenario *make_scenario(void)
{
	struct jscope_scenario *scenario;

	assert_int_equal(jscope_scenario_create(&scenario), 0);
	return scenario;
}

static void a_third_of_a_second(void **state)
{
	struct jscope_scenario *scenario = make_scenario();

	(void)state;
	scenario->streams[0].period_frames = 240; /* 5 ms: 60 points, however busy the machine is */
	run(scenario, 300 * JSCOPE_NS_PER_MS);
	check_all(scenario);
	assert_true(capture_count_of(JSCOPE_EVENT_dev_point) >= 55);
	assert_true(capture_count_of(JSCOPE_EVENT_ev_wake) >= 1);
	assert_true(capture_count_of(JSCOPE_EVENT_wrt_write) >= 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_pos),
			 capture_count_of(JSCOPE_EVENT_dpc_entry));
	jscope_scenario_destroy(scenario);
}

static void several_clients_and_one_notification(void **state)
{
	struct jscope_scenario *scenario = make_scenario();

	(void)state;
	scenario->machine.cpu_count = 1;
	scenario->clients[0].count = 3;
	scenario->streams[0].notification_count = 1;
	scenario->streams[0].period_frames = 128;
	scenario->streams[0].drift_ppm = 500;
	run(scenario, 200 * JSCOPE_NS_PER_MS);
	check_all(scenario);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set),
			 3 * capture_count_of(JSCOPE_EVENT_dpc_entry));
	jscope_scenario_destroy(scenario);
}

/* Work longer than the period: glitches, refusals, and a client that finds its place again. */
static void slow_client_glitches_and_recovers(void **state)
{
	struct jscope_scenario *scenario = make_scenario();
	size_t refused = 0;

	(void)state;
	scenario->streams[0].period_frames = 240;
	scenario->clients[0].work.a = 7e6;
	run(scenario, 300 * JSCOPE_NS_PER_MS);
	check_all(scenario);
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_wrt_packet) {
			assert_int_not_equal((uint32_t)capture_at(i)->as.wrt_packet.status,
					     0xC000003Cu); /* never too far ahead */
			refused += capture_at(i)->as.wrt_packet.status != 0;
		}
	assert_true(refused > 0);
	assert_true(capture_count_of(JSCOPE_EVENT_wrt_glitch) > 0);
	assert_true(capture_count_of(JSCOPE_EVENT_wrt_write) > 3);
	jscope_scenario_destroy(scenario);
}

/* Started and stopped at once, over and over: nothing hangs, nothing is left open. */
static void short_lives(void **state)
{
	struct jscope_scenario *scenario = make_scenario();

	(void)state;
	scenario->streams[0].period_frames = 8;
	scenario->clients[0].work.kind = JSCOPE_DISTRIBUTION_NONE;
	for (int i = 0; i < 40; i++) {
		run(scenario, i * 50 * JSCOPE_NS_PER_US);
		check_all(scenario);
	}
	jscope_scenario_destroy(scenario);
}

/* The instants of each chain in their order; and the points that reach a client in theirs. */
static void check_truth(void)
{
	uint64_t points[IDS_MAX] = { 0 };

	for (size_t i = 0; i < capture_count(); i++) {
		const struct jscope_event_truth_chain *chain = &capture_at(i)->as.truth_chain;

		if (capture_at(i)->id != JSCOPE_EVENT_truth_chain)
			continue;
		assert_true(chain->due_ns > 0 && chain->event < IDS_MAX);
		if (!chain->signal_ns)
			continue;
		assert_true(chain->due_ns <= chain->irq_ns && chain->irq_ns <= chain->queued_ns);
		assert_true(chain->queued_ns <= chain->deferred_ns);
		assert_true(chain->deferred_ns <= chain->signal_ns);
		if (!chain->run_ns)
			continue;
		assert_true(chain->seq > points[chain->event]);
		points[chain->event] = chain->seq;
		assert_true(chain->signal_ns <= chain->run_ns);
		assert_true(!chain->served_ns || chain->run_ns <= chain->served_ns);
	}
}

static void stream_add(struct jscope_scenario *scenario, uint32_t period_frames, bool capture,
		       enum jscope_stream_mode mode)
{
	struct jscope_stream_settings *stream = &scenario->streams[scenario->stream_count];

	*stream = scenario->streams[0];
	stream->head.name[0] = (char)('a' + scenario->stream_count++);
	stream->period_frames = period_frames;
	stream->capture = capture;
	stream->mode = mode;
	stream->cpu = scenario->stream_count % 2;
}

static void fault_add(struct jscope_scenario *scenario, enum jscope_fault_kind kind)
{
	scenario->faults[scenario->fault_count++] = (struct jscope_fault_settings){
		.kind = kind, .chance = 0.05, .length_ns = 6 * JSCOPE_NS_PER_MS, .amount = 50
	};
}

/* Render and capture, all modes, pauses, two clients each, and everything that goes wrong. */
static void many_streams_under_faults(void **state)
{
	static const enum jscope_fault_kind kinds[] = {
		JSCOPE_FAULT_drop_interrupt,	 JSCOPE_FAULT_delay_dpc,
		JSCOPE_FAULT_spurious_interrupt, JSCOPE_FAULT_interrupt_storm,
		JSCOPE_FAULT_position_jump,	 JSCOPE_FAULT_position_stall,
		JSCOPE_FAULT_slow_client,	 JSCOPE_FAULT_silent_client,
		JSCOPE_FAULT_forget_dpc,	 JSCOPE_FAULT_lose_wakeup,
	};
	struct jscope_scenario *scenario = make_scenario();

	(void)state;
	scenario->clients[0].count = 2;
	scenario->clients[0].work.a = 1e5;
	scenario->streams[0].pause_every_ns = 40 * JSCOPE_NS_PER_MS;
	scenario->streams[0].pause_ns = 7 * JSCOPE_NS_PER_MS;
	stream_add(scenario, 240, true, JSCOPE_MODE_PACKET);
	stream_add(scenario, 192, false, JSCOPE_MODE_EVENT);
	stream_add(scenario, 480, true, JSCOPE_MODE_EVENT);
	stream_add(scenario, 240, false, JSCOPE_MODE_POLL);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		fault_add(scenario, kinds[i]);
	run(scenario, 300 * JSCOPE_NS_PER_MS);
	check_truth();
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_newstream), 5);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_close), 5);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_free), 5);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_register), 4 * 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_unregister), 4 * 2);
	jscope_scenario_destroy(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_third_of_a_second),
		cmocka_unit_test(several_clients_and_one_notification),
		cmocka_unit_test(slow_client_glitches_and_recovers),
		cmocka_unit_test(short_lives),
		cmocka_unit_test(many_streams_under_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
