/*
 * Each fault of a storage adapter breaks its rule, and a run without faults breaks none. The judge
 * here is a small one of its own: it reads the captured events, without the replay.
 */
#include "../cmocka_all.h"

#include <string.h>

#include "device_rig_fake.h"
#include "forge.h"
#include "stor.h"

#define MS		JSCOPE_NS_PER_MS
#define SRBS_MAX	256
#define RULE(n)		(UINT64_C(1) << ((n)-70))
#define BUS_CHANGES_MAX 20 /* in one run of this test */

struct request {
	bool active, issued, served, held_by_reset;
};

struct judge {
	uint64_t broken; /* RULE() of each */
	struct request requests[SRBS_MAX];
	uint32_t outstanding, limit;
	unsigned startio_depth, bus_changes;
	bool there, link_down, paused, resetting, overrun, timer_pending;
	uint64_t tick_last;
};

static void demand(struct judge *judge, bool holds, uint64_t rule)
{
	judge->broken |= holds ? 0 : rule;
}

static void judge_start(struct judge *judge, const struct jscope_event_stor_startio_entry *event)
{
	struct request *request = &judge->requests[event->srb];

	demand(judge, judge->startio_depth++ == 0 && event->irql == 2, RULE(89));
	demand(judge, !request->active, RULE(70));
	demand(judge, !judge->link_down && !judge->paused, RULE(81));
	*request = (struct request){ .active = true };
	demand(judge, ++judge->outstanding <= judge->limit, RULE(73));
}

static void judge_service(struct judge *judge, const struct jscope_event_stor_service *event)
{
	struct request *request = &judge->requests[event->srb];

	demand(judge, request->active, RULE(71) | RULE(76));
	demand(judge, event->duration_100ns > 0 && !request->served, RULE(76));
	request->served = true;
}

static void judge_complete(struct judge *judge, const struct jscope_event_stor_complete *event)
{
	struct request *request = &judge->requests[event->srb];

	demand(judge, request->active, RULE(70) | RULE(71));
	demand(judge, event->status != JSCOPE__SRB_PENDING, RULE(72));
	demand(judge, event->status != JSCOPE__SRB_BUSY || !request->issued, RULE(74));
	demand(judge, event->status == JSCOPE__SRB_BUS_RESET || !judge->resetting, RULE(83));
	judge->outstanding -= request->active;
	request->active = false;
}

static void judge_reset_detected(struct judge *judge)
{
	for (unsigned i = 0; i < SRBS_MAX; i++)
		judge->requests[i].held_by_reset = judge->requests[i].active;
}

static void judge_reset_done(struct judge *judge)
{
	judge->resetting = false;
	for (unsigned i = 0; i < SRBS_MAX; i++)
		demand(judge, !judge->requests[i].active, RULE(83));
}

static void judge_notify(struct judge *judge, const struct jscope_event_stor_notify *event)
{
	switch (event->type) {
	case JSCOPE__STOR_LINK_UP:
		demand(judge, judge->link_down, RULE(80));
		judge->link_down = false;
		break;
	case JSCOPE__STOR_LINK_DOWN:
		demand(judge, !judge->link_down, RULE(80));
		judge->link_down = true;
		break;
	case JSCOPE__STOR_WMI_EVENT:
		demand(judge, event->size <= 128, RULE(84));
		break;
	case JSCOPE__STOR_BUS_CHANGE_DETECTED:
		demand(judge, ++judge->bus_changes <= BUS_CHANGES_MAX, RULE(85));
		break;
	case JSCOPE__STOR_QUERY_TICK_COUNT:
		demand(judge, event->tick >= judge->tick_last, RULE(87));
		judge->tick_last = event->tick;
		break;
	case JSCOPE__STOR_RESET_DETECTED:
		judge_reset_detected(judge);
		break;
	case JSCOPE__STOR_BUFFER_OVERRUN_DETECTED:
		judge->overrun = true;
		break;
	case JSCOPE__STOR_REQUEST_COMPLETE: /* of calls that are refused as a whole */
	case JSCOPE__STOR_REQUEST_TIMER_CALL:
	case JSCOPE__STOR_IO_TARGET_REQUEST_SERVICE_TIME:
	case JSCOPE__STOR_WMI_REREGISTER:
		break;
	default:
		demand(judge, false, RULE(75));
	}
}

static void judge_timer_req(struct judge *judge, const struct jscope_event_stor_timer_req *event)
{
	demand(judge, event->routine || event->value_us == 0, RULE(77));
	demand(judge, !judge->timer_pending || event->value_us == 0 || !event->routine, RULE(78));
	if (event->routine)
		judge->timer_pending = event->value_us > 0;
}

static void judge_event(struct judge *judge, const struct capture_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_stor_startio_entry:
		judge_start(judge, &event->as.stor_startio_entry);
		break;
	case JSCOPE_EVENT_stor_start:
		judge->startio_depth--;
		break;
	case JSCOPE_EVENT_stor_issue:
		demand(judge, judge->requests[event->as.stor_issue.srb].active, RULE(71));
		judge->requests[event->as.stor_issue.srb].issued = true;
		break;
	case JSCOPE_EVENT_stor_service:
		judge_service(judge, &event->as.stor_service);
		break;
	case JSCOPE_EVENT_stor_complete:
		judge_complete(judge, &event->as.stor_complete);
		break;
	case JSCOPE_EVENT_stor_notify:
		judge_notify(judge, &event->as.stor_notify);
		break;
	case JSCOPE_EVENT_stor_timer_req:
		judge_timer_req(judge, &event->as.stor_timer_req);
		break;
	case JSCOPE_EVENT_stor_timer_fire:
		demand(judge, judge->timer_pending, RULE(79));
		judge->timer_pending = false;
		break;
	case JSCOPE_EVENT_stor_reset_bus:
		judge->resetting = true;
		break;
	case JSCOPE_EVENT_stor_reset_done:
		judge_reset_done(judge);
		break;
	case JSCOPE_EVENT_stor_pause:
	case JSCOPE_EVENT_stor_resume:
		judge->paused = event->id == JSCOPE_EVENT_stor_pause;
		break;
	default:
		break;
	}
}

static bool is_of_adapter(const struct capture_event *event)
{
	return event->id >= JSCOPE_EVENT_stor_init && event->id <= JSCOPE_EVENT_stor_resume;
}

static uint64_t judge_capture(void)
{
	static struct judge judge;
	bool over = false;

	judge = (struct judge){ 0 };
	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (!is_of_adapter(event))
			continue;
		if (event->id == JSCOPE_EVENT_stor_init) {
			judge.there = true;
			judge.limit = event->as.stor_init.limit;
		}
		demand(&judge, judge.there && !over, RULE(90));
		demand(&judge, !judge.overrun, RULE(86));
		judge_event(&judge, event);
		over |= event->id == JSCOPE_EVENT_stor_remove;
	}
	for (unsigned i = 0; i < SRBS_MAX; i++)
		demand(&judge, !judge.requests[i].active || !judge.requests[i].held_by_reset,
		       RULE(82));
	return judge.broken;
}

/* A disk to which everything happens now and then. */
static void eventful(struct fake_rig *rig)
{
	fake_rig_init(rig);
	rig->scenario->machine.tick_ns = MS;
	rig->scenario->disks[rig->scenario->disk_count++] = (struct jscope_disk_settings){
		.queue_count = 2,
		.depth = 3,
		.slots = 2,
		.client_count = 2,
		.outstanding = 3,
		.request_bytes = 4096,
		.lun_count = 1,
		.priority = 24,
		.device = { .kind = JSCOPE_DISTRIBUTION_UNIFORM,
			    .a = 1e6,
			    .b = 4e6,
			    .max_ns = 4 * MS },
		.batch = 2,
		.batch_ns = MS,
		.full_duplex = true,
		.service_times = true,
		.timer_ns = 12 * MS,
		.link_down_every_ns = 70 * MS,
		.link_down_ns = 10 * MS,
		.pause_every_ns = 45 * MS,
		.pause_ns = 6 * MS,
		.reset_every_ns = 33 * MS,
		.wmi_every_ns = 40 * MS,
	};
}

static uint64_t run_with(enum jscope_fault_kind kind)
{
	struct fake_rig rig;
	uint64_t broken;

	eventful(&rig);
	if (kind < JSCOPE_FAULT_COUNT)
		fake_rig_fault(&rig, kind);
	fake_rig_start(&rig);
	jscope__forge_install(&rig.fake.machine, rig.scenario);
	/* Long enough after the last reset for what was active then. */
	fake_rig_run(&rig, 329 * MS);
	fake_rig_stop(&rig);
	broken = judge_capture();
	fake_rig_finish(&rig);
	return broken;
}

static void run_without_faults_breaks_no_rule(void **state)
{
	(void)state;
	assert_int_equal(run_with(JSCOPE_FAULT_COUNT), 0);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_complete) > 100);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_reset_done) > 5);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_timer_fire) > 5);
}

static void each_fault_breaks_its_rules(void **state)
{
	static const struct {
		enum jscope_fault_kind kind;
		uint64_t broken;
	} cases[] = {
		{ JSCOPE_FAULT_start_beyond_limit, RULE(73) },
		{ JSCOPE_FAULT_start_while_paused, RULE(81) },
		{ JSCOPE_FAULT_overlapping_startio, RULE(89) },
		{ JSCOPE_FAULT_startio_at_passive, RULE(89) },
		{ JSCOPE_FAULT_uncancelled_timer, RULE(79) },
		{ JSCOPE_FAULT_tick_back, RULE(87) },
		{ JSCOPE_FAULT_link_flap, 0 },
		{ JSCOPE_FAULT_reset_active, 0 },
		{ JSCOPE_FAULT_foreign_reset, 0 },
		{ JSCOPE_FAULT_miniport_busy, 0 },
		{ JSCOPE_FAULT_double_completion, RULE(70) | RULE(71) },
		{ JSCOPE_FAULT_completion_after_free, RULE(70) | RULE(71) },
		{ JSCOPE_FAULT_use_after_completion, RULE(71) },
		{ JSCOPE_FAULT_complete_pending, RULE(72) },
		{ JSCOPE_FAULT_busy_after_issue, RULE(74) },
		{ JSCOPE_FAULT_service_after_completion, RULE(71) | RULE(76) },
		{ JSCOPE_FAULT_zero_service, RULE(76) },
		{ JSCOPE_FAULT_undocumented_type, RULE(75) },
		{ JSCOPE_FAULT_timer_without_routine, RULE(77) },
		{ JSCOPE_FAULT_two_timers, RULE(78) },
		{ JSCOPE_FAULT_link_up_while_up, RULE(80) },
		{ JSCOPE_FAULT_link_down_twice, RULE(80) },
		/* Later resets do not complete what the miniport has forgotten, either. */
		{ JSCOPE_FAULT_lose_completion, RULE(82) | RULE(83) },
		{ JSCOPE_FAULT_forget_active, RULE(82) | RULE(83) },
		{ JSCOPE_FAULT_early_reset_return, RULE(83) },
		{ JSCOPE_FAULT_wrong_reset_status, RULE(83) },
		{ JSCOPE_FAULT_big_wmi, RULE(84) },
		{ JSCOPE_FAULT_bus_change_storm, RULE(85) },
		{ JSCOPE_FAULT_buffer_overrun, 0 },
		{ JSCOPE_FAULT_event_after_overrun, RULE(86) },
		{ JSCOPE_FAULT_use_before_init, RULE(90) },
		{ JSCOPE_FAULT_use_after_removal, RULE(90) },
		/* One more seems to be outstanding from then on. */
		{ JSCOPE_FAULT_completion_unrecorded, RULE(70) | RULE(73) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const uint64_t broken = run_with(cases[i].kind);

		if (broken != cases[i].broken)
			fail_msg("%s: broke %#llx, not %#llx", jscope_fault_name(cases[i].kind),
				 (unsigned long long)broken, (unsigned long long)cases[i].broken);
		if (capture_count_of(JSCOPE_EVENT_truth_fault) != 1)
			fail_msg("%s did not strike once", jscope_fault_name(cases[i].kind));
	}
}

static void early_timer_fires_after_half_the_time(void **state)
{
	struct fake_rig rig;

	(void)state;
	eventful(&rig);
	fake_rig_fault(&rig, JSCOPE_FAULT_early_timer);
	fake_rig_start(&rig);
	fake_rig_run(&rig, 5 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_timer_fire), 0);
	fake_rig_run(&rig, 6 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_timer_fire), 1);
	fake_rig_finish(&rig);
}

static void storm_fires_at_every_tick(void **state)
{
	struct fake_rig rig;

	(void)state;
	eventful(&rig);
	fake_rig_fault(&rig, JSCOPE_FAULT_timer_storm)->length_ns = 40 * MS;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 30 * MS);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_timer_fire) > 25);
	fake_rig_run(&rig, 300 * MS);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_timer_fire) < 75);
	fake_rig_finish(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_without_faults_breaks_no_rule),
		cmocka_unit_test(each_fault_breaks_its_rules),
		cmocka_unit_test(early_timer_fires_after_half_the_time),
		cmocka_unit_test(storm_fires_at_every_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
