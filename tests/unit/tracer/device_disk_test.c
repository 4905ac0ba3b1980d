/* A disk of a scenario, instant by instant: batches, queues, resets, links, and its truth. */
#include "../cmocka_all.h"

#include "device_rig_fake.h"
#include "stor.h"

#define MS JSCOPE_NS_PER_MS
#define US JSCOPE_NS_PER_US

static struct fake_rig rig;
static struct jscope_disk_settings *disk;

static struct jscope_distribution constant(jscope_ns ns)
{
	return (struct jscope_distribution){ .kind = JSCOPE_DISTRIBUTION_CONSTANT,
					     .a = (double)ns,
					     .max_ns = ns };
}

/* One client with one request at a time that takes 1 ms. */
static int set_up(void **state)
{
	(void)state;
	fake_rig_init(&rig);
	disk = &rig.scenario->disks[rig.scenario->disk_count++];
	*disk = (struct jscope_disk_settings){ .queue_count = 1,
					       .depth = 32,
					       .slots = 32,
					       .client_count = 1,
					       .outstanding = 1,
					       .request_bytes = 4096,
					       .lun_count = 1,
					       .priority = 24,
					       .device = constant(MS),
					       .batch = 1,
					       .full_duplex = true,
					       .service_times = true,
					       .link_down_ns = 10 * MS,
					       .pause_ns = 5 * MS };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_rig_finish(&rig);
	return 0;
}

static unsigned completed_with(uint8_t status)
{
	unsigned count = 0;

	for (size_t i = 0; i < capture_count(); i++)
		count += capture_at(i)->id == JSCOPE_EVENT_stor_complete &&
			 capture_at(i)->as.stor_complete.status == status;
	return count;
}

static const struct jscope_event_truth_request *last_truth(void)
{
	return &capture_last_of(JSCOPE_EVENT_truth_request)->as.truth_request;
}

static void truth_follows_a_request(void **state)
{
	const struct jscope_event_truth_request *request;
	const struct jscope_event_truth_chain *chain;

	(void)state;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 3 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 3);
	request = last_truth();
	assert_int_equal(request->number, 3);
	assert_int_equal(request->queued_ns, 1002 * MS);
	assert_int_equal(request->issue_ns, 1002 * MS);
	assert_int_equal(request->device_ns, 1003 * MS);
	assert_int_equal(request->irq_ns, 1003 * MS);
	assert_int_equal(request->run_ns, 1003 * MS);
	chain = &capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain;
	assert_int_equal(chain->due_ns, 1003 * MS);
	assert_int_equal(chain->irq_seq, 3);
	assert_int_equal(chain->run, 3);
	assert_int_equal(chain->signal_ns, 1003 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_service)->as.stor_service.duration_100ns,
			 10000);
}

/* What is active when all ends is told as such. */
static void truth_tells_what_is_left(void **state)
{
	(void)state;
	disk->outstanding = 3;
	fake_rig_start(&rig);
	fake_rig_stop(&rig);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_request), 3);
	assert_int_equal(last_truth()->complete_ns, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_remove), 1);
}

static void slots_hold_commands_back(void **state)
{
	(void)state;
	disk->outstanding = 4;
	disk->slots = 1;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 2500 * US);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_issue), 3);
	assert_int_equal(last_truth()->queued_ns, 1000 * MS);
	assert_int_equal(last_truth()->issue_ns, 1001 * MS);
}

static void interrupt_waits_for_its_batch(void **state)
{
	(void)state;
	disk->outstanding = 8;
	disk->batch = 8;
	disk->batch_ns = 500 * US;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 1400 * US);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_entry), 1);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 8);
	/* All found together, and told the same service time. */
	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_stor_service)
			assert_int_equal(capture_at(i)->as.stor_service.duration_100ns, 10000);
}

static void batch_that_never_fills_is_found_in_time(void **state)
{
	(void)state;
	disk->batch = 8;
	disk->batch_ns = 500 * US;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 1499 * US);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 0);
	fake_rig_run(&rig, 1500 * US);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 1);
	assert_int_equal(last_truth()->device_ns, 1001 * MS);
	assert_int_equal(last_truth()->irq_ns, 1001 * MS + 500 * US);
}

static void queues_have_lines_and_cpus_of_their_own(void **state)
{
	uint32_t lines = 0, cpus = 0;

	(void)state;
	disk->queue_count = 2;
	disk->client_count = 2;
	disk->irq = 40;
	fake_rig_start(&rig);
	fake_rig_run(&rig, MS);
	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_irq_entry)
			lines |= 1u << (event->as.irq_entry.irq - 40);
		if (event->id == JSCOPE_EVENT_dpc_insert)
			cpus |= 1u << event->as.dpc_insert.target_cpu;
	}
	assert_int_equal(lines, 3);
	assert_int_equal(cpus, 3);
}

static void isr_completes_itself_where_asked_to(void **state)
{
	(void)state;
	disk->from_isr = true;
	fake_rig_start(&rig);
	fake_rig_run(&rig, MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_complete)->as.stor_complete.irql,
			 JSCOPE__IRQL_DEVICE);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.irql,
			 JSCOPE__IRQL_DISPATCH);
	assert_int_equal(last_truth()->number, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.run, 1);
}

static void reset_completes_all_and_is_seen(void **state)
{
	(void)state;
	disk->outstanding = 3;
	disk->device = constant(30 * MS);
	disk->reset_every_ns = 20 * MS;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 25 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_BUS_RESET), 3);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_reset_done), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_notify)->as.stor_notify.type,
			 JSCOPE__STOR_RESET_DETECTED);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_startio_entry), 6);
}

/* The interrupt has found a request, and the reset comes before the DPC. */
static void reset_takes_what_the_dpc_has_not(void **state)
{
	struct jscope__context context;

	(void)state;
	fake_rig_start(&rig);
	while (capture_count_of(JSCOPE_EVENT_dpc_insert) == 0)
		assert_true(fake_clock_step(&rig.fake, 1001 * MS));
	context = fake_context(&rig.fake, JSCOPE__IRQL_PASSIVE);
	jscope__stor_reset_bus(&context, rig.fake.machine.adapters, 0);
	assert_int_equal(completed_with(JSCOPE__SRB_BUS_RESET), 1);
	fake_clock_run_dpcs(&rig.fake);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 1);
	fake_rig_stop(&rig);
	assert_int_equal(last_truth()->irq_ns, 1001 * MS);
	assert_int_equal(last_truth()->status, JSCOPE__SRB_BUS_RESET);
}

static void commands_are_done_in_order_of_their_instants(void **state)
{
	static const struct {
		jscope_ns due_ns;
		unsigned place;
	} cases[] = { { 30, 4 }, { 10, 0 }, { 20, 2 }, { 10, 1 }, { 20, 3 }, { 40, 5 } };
	struct jscope__srb srbs[6] = { 0 };
	struct jscope__srb_list list = { 0 };
	struct jscope__srb *order[6] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		srbs[i].ext.due_ns = cases[i].due_ns;
		order[cases[i].place] = &srbs[i];
		jscope__command_insert(&list, &srbs[i]);
	}
	for (unsigned i = 0; i < 6; i++)
		assert_ptr_equal(jscope__command_pop(&list), order[i]);
	assert_null(jscope__command_pop(&list));
	assert_int_equal(list.count, 0);
}

static void link_outage_holds_everything(void **state)
{
	(void)state;
	disk->device = constant(4 * MS);
	disk->link_down_every_ns = 50 * MS;
	disk->timer_ns = 20 * MS;
	fake_rig_start(&rig);
	/* The request of 48 ms is done at 52 ms, and gets through at 60 ms. */
	fake_rig_run(&rig, 59 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 12);
	fake_rig_run(&rig, 60 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 13);
	assert_int_equal(last_truth()->device_ns, 1060 * MS);
	fake_rig_run(&rig, 64 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 14);
	/* Down, up, and what may have changed; the watchdog off and on again. */
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_notify)->as.stor_notify.type,
			 JSCOPE__STOR_BUS_CHANGE_DETECTED);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_timer_cancel)->as.timer_cancel.was_armed, 1);
}

static void pause_holds_requests(void **state)
{
	(void)state;
	disk->pause_every_ns = 20 * MS;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 24 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 20);
	fake_rig_run(&rig, 27 * MS);
	assert_int_equal(completed_with(JSCOPE__SRB_SUCCESS), 22);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_pause), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_resume), 1);
}

static void lost_interrupt_is_asserted_again(void **state)
{
	(void)state;
	fake_rig_fault(&rig, JSCOPE_FAULT_drop_interrupt);
	fake_rig_start(&rig);
	fake_rig_run(&rig, 10 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 0);
	fake_rig_run(&rig, 11 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 1);
	assert_int_equal(last_truth()->device_ns, 1001 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.irq_seq, 2);
}

/* Its signal is gone: the request is found with the next wake, if another request brings one. */
static void lost_wakeup_leaves_the_request_to_the_next(void **state)
{
	(void)state;
	disk->outstanding = 2;
	disk->slots = 1;
	fake_rig_fault(&rig, JSCOPE_FAULT_lose_wakeup);
	fake_rig_start(&rig);
	fake_rig_run(&rig, MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_request), 0);
	fake_rig_run(&rig, 2 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_request), 2);
	assert_int_equal(last_truth()->run_ns, 1002 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_wake), 1);
}

static void what_is_asked_for_is_drawn(void **state)
{
	unsigned writes = 0, starts = 0;
	uint32_t luns = 0;

	(void)state;
	disk->write_percent = 50;
	disk->lun_count = 4;
	disk->request_bytes = 512;
	disk->request_max_bytes = 2048;
	fake_rig_start(&rig);
	fake_rig_run(&rig, 200 * MS);
	for (size_t i = 0; i < capture_count(); i++) {
		const struct jscope_event_stor_start *start = &capture_at(i)->as.stor_start;

		if (capture_at(i)->id != JSCOPE_EVENT_stor_start)
			continue;
		starts++;
		writes += start->op == JSCOPE__SCSI_WRITE;
		luns |= 1u << start->lun;
		assert_int_equal(start->bytes % 512, 0);
		assert_in_range(start->bytes, 512, 2048);
	}
	assert_in_range(writes, starts / 4, starts * 3 / 4);
	assert_int_equal(luns, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(truth_follows_a_request),
		TEST(truth_tells_what_is_left),
		TEST(slots_hold_commands_back),
		TEST(interrupt_waits_for_its_batch),
		TEST(batch_that_never_fills_is_found_in_time),
		TEST(queues_have_lines_and_cpus_of_their_own),
		TEST(isr_completes_itself_where_asked_to),
		TEST(reset_completes_all_and_is_seen),
		TEST(reset_takes_what_the_dpc_has_not),
		cmocka_unit_test(commands_are_done_in_order_of_their_instants),
		TEST(link_outage_holds_everything),
		TEST(pause_holds_requests),
		TEST(lost_interrupt_is_asserted_again),
		TEST(lost_wakeup_leaves_the_request_to_the_next),
		TEST(what_is_asked_for_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
