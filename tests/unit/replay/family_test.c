/* Devices other than streams: service groups, timers, audio modules, adapters. */
#include "../cmocka_all.h"
#include "chain_story.h"

#define SINK	  0x40
#define GROUP_DPC 0x21

static void add_timer_dpc(double at_us, double due_us)
{
	fake_add(at_us, 0, 1, "jscope:timer_fire", F("dev", DEV), F("timer", 5),
		 F("due_ns", fake_us(due_us)));
	fake_add(at_us + 1, 0, 1, "jscope:dpc_insert", F("dev", DEV), F("dpc", DPC),
		 F("caller_seq", 0), F("inserted", 1));
	fake_add(at_us + 5, 0, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC), F("run", 1),
		 F("kind", 2));
}

/* A delayed service: timer -> its DPC -> the DPC of the group -> the sink, then a client. */
static void test_delayed_service(void **state)
{
	const struct fake_record *sink, *client;

	(void)state;
	fake_reset();
	add_timer_dpc(100, 98);
	fake_add(107, 0, 2, "jscope:dpc_insert", F("dev", DEV), F("dpc", GROUP_DPC),
		 F("caller_seq", 0), F("inserted", 1));
	fake_add(108, 0, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC), F("run", 1));
	fake_add(110, 0, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", GROUP_DPC), F("run", 1));
	fake_add(112, 0, 2, "jscope:svc_serve", F("dev", DEV), F("sink", SINK), F("run", 1));
	fake_add(113, 0, 2, "jscope:ev_set", F("dev", DEV), F("event", EVENT), F("dpc", GROUP_DPC),
		 F("run", 1));
	add_wake(EVENT, CLIENT, 1, 120);
	fake_add(125, 0, CLIENT, "jscope:midi_client", F("dev", DEV), F("event", EVENT));
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	sink = &fake_records.notifications[0];
	client = &fake_records.notifications[1];
	assert_string_equal(sink->notification.stream->kind, "midi");
	assert_at(sink, JSCOPE_DUE, 98);
	assert_at(sink, JSCOPE_QUEUED, 107);
	assert_at(sink, JSCOPE_SIGNAL, 112);
	assert_int_equal(sink->stages.end_to_end_ns, 14000);
	assert_at(client, JSCOPE_DUE, 98);
	assert_at(client, JSCOPE_RUN, 120);
	assert_at(client, JSCOPE_SERVED, 125);
}

static void add_module_run(unsigned run, double at_us, unsigned prev)
{
	add_irq(run, at_us - 1, at_us);
	add_insert(run, at_us + 2, 1);
	fake_add(at_us + 5, 0, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC), F("run", run));
	fake_add(at_us + 6, 0, 2, "jscope:pcn_alloc", F("dev", DEV), F("buf", 0x50 + run),
		 F("status", 0));
	fake_add(at_us + 7, 0, 2, "jscope:ev_set", F("dev", DEV), F("event", EVENT),
		 F("prev", prev), F("dpc", DPC), F("run", run));
	fake_add(at_us + 8, 0, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC), F("run", run));
}

static void add_send(unsigned run, double at_us, unsigned prev)
{
	fake_add(at_us, 0, CLIENT, "jscope:pcn_send", F("dev", DEV), F("buf", 0x50 + run));
	fake_add(at_us + 1, 0, CLIENT, "jscope:ev_set", F("dev", DEV), F("event", EVENT_TWO),
		 F("prev", prev), F("dpc", 0), F("run", 0), F("packet", run));
	fake_add(at_us + 2, 0, CLIENT, "jscope:pcn_free", F("dev", DEV), F("buf", 0x50 + run));
}

/* One worker wakes for two buffers: the listener's chains come from the DPC of each. */
static void test_module_buffers(void **state)
{
	(void)state;
	fake_reset();
	add_module_run(1, 100, 0);
	add_module_run(2, 200, 1);
	add_wake(EVENT, CLIENT, 1, 300);
	add_send(1, 310, 0);
	add_send(2, 320, 1);
	add_wake(EVENT_TWO, CLIENT + 1, 1, 400);
	fake_add(410, 0, CLIENT + 1, "jscope:pcn_receive", F("dev", DEV), F("event", EVENT_TWO));
	replay();
	assert_int_equal(fake_records.notification_count, 4);
	for (unsigned run = 1; run <= 2; run++) {
		const struct fake_record *record = fake_find(run, 1);

		assert_non_null(record);
		assert_at(record, JSCOPE_IRQ, run * 100);
		assert_at(record, JSCOPE_DEFERRED, run * 100 + 5);
		assert_at(record, JSCOPE_SIGNAL, 301 + run * 10);
		assert_at(record, JSCOPE_SERVED, 410);
	}
}

/* Two requests in one execution: each is told with the wake of its client. */
static void test_request_runs(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned srb = 1; srb <= 2; srb++) {
		fake_add(srb, 0, CLIENT, "jscope:stor_start", F("dev", DEV), F("srb", srb),
			 F("ret", 1));
		fake_add(srb + 2, 0, 1, "jscope:stor_issue", F("dev", DEV), F("srb", srb));
	}
	add_irq(1, 9, 10);
	add_insert(1, 12, 1);
	fake_add(15, 1, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC), F("run", 1));
	for (unsigned srb = 1; srb <= 2; srb++) {
		fake_add(15 + srb * 2, 1, 2, "jscope:stor_complete", F("dev", DEV), F("srb", srb),
			 F("status", 1));
		fake_add(16 + srb * 2, 1, 2, "jscope:ev_set", F("dev", DEV),
			 F("event", EVENT + srb), F("dpc", DPC), F("run", 1), F("packet", srb));
		add_wake(EVENT + srb, CLIENT + srb, 1, 30 + srb);
	}
	fake_add(25, 1, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC), F("run", 1));
	replay();
	assert_int_equal(fake_records.request_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct jscope_request *request = &fake_records.requests[i];

		assert_int_equal(request->irq_ns, fake_us(10));
		assert_int_equal(request->run_ns, fake_us(30 + (double)request->id));
	}
}

/* The port was busy: the request begins when it is started for good. */
static void test_busy(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned ret = 0; ret < 2; ret++) {
		fake_add(1 + ret * 10, 0, 1, "jscope:stor_startio_entry", F("dev", DEV),
			 F("srb", 7));
		fake_add(2 + ret * 10, 0, 1, "jscope:stor_start", F("dev", DEV), F("srb", 7),
			 F("ret", ret));
	}
	fake_add(13, 0, 1, "jscope:stor_issue", F("dev", DEV), F("srb", 7));
	fake_add(20, 0, 1, "jscope:stor_complete", F("dev", DEV), F("srb", 7), F("status", 1));
	replay();
	assert_int_equal(fake_records.request_count, 1);
	assert_int_equal(fake_records.requests[0].queued_ns, fake_us(12));
	assert_int_equal(fake_records.requests[0].outstanding, 1);
}

static void test_adapter_timer(void **state)
{
	const struct fake_record *record;

	(void)state;
	fake_reset();
	fake_add(10, 0, 1, "jscope:stor_timer_req", F("dev", DEV), F("value_us", 500),
		 F("routine", 0x60));
	fake_add(517, 0, 1, "jscope:stor_timer_fire", F("dev", DEV), F("value_us", 500),
		 F("routine", 0x60));
	replay();
	assert_int_equal(fake_records.notification_count, 1);
	record = &fake_records.notifications[0];
	assert_string_equal(record->notification.stream->kind, "timer");
	assert_at(record, JSCOPE_DUE, 510);
	assert_int_equal(record->stages.end_to_end_ns, 7000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delayed_service), cmocka_unit_test(test_module_buffers),
		cmocka_unit_test(test_request_runs),	cmocka_unit_test(test_busy),
		cmocka_unit_test(test_adapter_timer),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
