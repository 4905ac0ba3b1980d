/* IPortClsNotifications: pools, levels, ownership, listeners, and what careless drivers do. */
#include "../cmocka_all.h"

#include <string.h>

#include "device_rig_fake.h"
#include "notifications.h"

#define MS JSCOPE_NS_PER_MS

/* The port alone. */

static struct fake_clock fake;
static struct jscope__pcn_port port;
static uint8_t bytes[JSCOPE__PCN_BUFFERS][64];

static int port_set_up(void **state)
{
	(void)state;
	fake_clock_init(&fake, 1);
	port = (struct jscope__pcn_port){ .dev = 1, .capacity_bytes = 64 };
	for (unsigned i = 0; i < JSCOPE__PCN_BUFFERS; i++)
		port.buffers[i].bytes = bytes[i];
	capture_start();
	return 0;
}

static jscope_status alloc_at(uint8_t irql, enum jscope__pool pool, uint16_t size_bytes,
			      struct jscope__pcn_buffer **ret_buffer)
{
	struct jscope__context context = fake_context(&fake, irql);

	return jscope__pcn_alloc(&context, &port, pool, size_bytes, ret_buffer);
}

static void alloc_obeys_level_and_pool(void **state)
{
	static const struct {
		uint8_t irql;
		enum jscope__pool pool;
		uint16_t size_bytes;
		jscope_status status;
	} cases[] = {
		{ 0, JSCOPE__POOL_PAGED, 40, JSCOPE_STATUS_SUCCESS },
		{ 0, JSCOPE__POOL_NONPAGED, 64, JSCOPE_STATUS_SUCCESS },
		{ 2, JSCOPE__POOL_NONPAGED, 40, JSCOPE_STATUS_SUCCESS },
		{ 2, JSCOPE__POOL_PAGED, 40, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 5, JSCOPE__POOL_NONPAGED, 40, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 0, (enum jscope__pool)7, 40, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 0, JSCOPE__POOL_PAGED, 0, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 0, JSCOPE__POOL_PAGED, 65, JSCOPE_STATUS_INSUFFICIENT_RESOURCES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct jscope_event_pcn_alloc *told;
		struct jscope__pcn_buffer *buffer = NULL;

		assert_int_equal(
			alloc_at(cases[i].irql, cases[i].pool, cases[i].size_bytes, &buffer),
			cases[i].status);
		told = &capture_last_of(JSCOPE_EVENT_pcn_alloc)->as.pcn_alloc;
		assert_int_equal(told->status, cases[i].status);
		assert_int_equal(told->buf != 0, cases[i].status == JSCOPE_STATUS_SUCCESS);
	}
}

static void buffers_run_out_and_come_back(void **state)
{
	struct jscope__context context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	struct jscope__pcn_buffer *buffer = NULL;
	uint64_t first = 0;

	(void)state;
	for (unsigned i = 0; i < JSCOPE__PCN_BUFFERS; i++) {
		assert_int_equal(alloc_at(0, JSCOPE__POOL_PAGED, 40, &buffer),
				 JSCOPE_STATUS_SUCCESS);
		first = first ? first : buffer->id;
	}
	assert_int_equal(alloc_at(0, JSCOPE__POOL_PAGED, 40, &buffer),
			 JSCOPE_STATUS_INSUFFICIENT_RESOURCES);
	assert_int_equal(jscope__pcn_free(&context, &port, first), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(alloc_at(0, JSCOPE__POOL_PAGED, 40, &buffer), JSCOPE_STATUS_SUCCESS);
	/* the identity is a new one: the stale one stays stale */
	assert_int_equal(jscope__pcn_free(&context, &port, first), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(jscope__pcn_free(&context, &port, 0), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_free)->as.pcn_free.status,
			 JSCOPE_STATUS_INVALID_PARAMETER);
}

static void listener_keeps_its_copy(void **state)
{
	struct jscope__context context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	static struct jscope__pcn_listener listener;
	static uint8_t copy[64];
	struct jscope__pcn_buffer *buffer = NULL;

	(void)state;
	listener = (struct jscope__pcn_listener){ .event = { .id = 77 }, .copy = copy };
	listener.follower.event = &listener.event;
	port.listeners[port.listener_count++] = &listener;
	alloc_at(0, JSCOPE__POOL_PAGED, 44, &buffer);
	memset(buffer->bytes, 0x5a, 44);
	jscope__pcn_send(&context, &port, &jscope__notification_audio_module, buffer->id, NULL);
	memset(buffer->bytes, 0, 44);
	jscope__pcn_free(&context, &port, buffer->id);
	assert_true(listener.event.signalled);
	assert_int_equal(listener.copy_bytes, 44);
	assert_int_equal(copy[0], 0x5a);
	assert_int_equal(copy[43], 0x5a);
	assert_int_equal(copy[44], 0);
}

static void stale_buffer_reaches_nobody(void **state)
{
	struct jscope__context context = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	struct jscope__pcn_buffer *buffer = NULL;
	uint64_t id;

	(void)state;
	alloc_at(0, JSCOPE__POOL_PAGED, 40, &buffer);
	id = buffer->id;
	jscope__pcn_free(&context, &port, id);
	assert_int_equal(
		jscope__pcn_send(&context, &port, &jscope__notification_audio_module, id, NULL),
		JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_send)->as.pcn_send.buf, id);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 0);
}

/* The module with its driver and listeners. */

static struct fake_rig rig;

static struct jscope_module_settings *module(void)
{
	return &rig.scenario->modules[0];
}

static int set_up(void **state)
{
	(void)state;
	fake_rig_init(&rig);
	rig.scenario->module_count = 1;
	*module() = (struct jscope_module_settings){
		.arrival = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
			     .a = 10e6,
			     .max_ns = 60000 * MS },
		.size_bytes = 104,
		.from_dpc = true,
		.listener_count = 2,
		.priority = 16,
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_rig_finish(&rig);
	return 0;
}

static void run(void)
{
	fake_rig_start(&rig);
	fake_rig_run(&rig, 45 * MS);
	fake_rig_stop(&rig);
}

static const struct jscope_event_pcn_send *last_send(void)
{
	return &capture_last_of(JSCOPE_EVENT_pcn_send)->as.pcn_send;
}

static void news_reach_every_listener(void **state)
{
	const struct jscope_event_truth_chain *chain;

	(void)state;
	run();
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_alloc), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_send), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_free), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_receive), 8);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_alloc)->as.pcn_alloc.irql, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_alloc)->as.pcn_alloc.pool, 1);
	assert_int_equal(last_send()->irql, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_free)->as.pcn_free.irql, 0);
	assert_int_equal(last_send()->size, 104);
	assert_memory_equal(last_send()->device,
			    capture_last_of(JSCOPE_EVENT_pcn_device)->as.pcn_device.device, 16);
	assert_memory_equal(last_send()->id, &jscope__notification_audio_module, 16);
	chain = &capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain;
	assert_int_equal(chain->object, last_send()->buf);
	assert_int_equal(chain->seq, 4);
	assert_int_equal(chain->due_ns, 1040 * MS);
	assert_int_equal(chain->irq_ns, 1040 * MS);
	assert_int_equal(chain->served_ns, 1040 * MS);
}

static void passive_driver_takes_paged_memory(void **state)
{
	(void)state;
	module()->from_dpc = false;
	run();
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_send), 4);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_alloc)->as.pcn_alloc.irql, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_pcn_alloc)->as.pcn_alloc.pool, 0);
}

static void failed_alloc_is_neither_sent_nor_freed(void **state)
{
	(void)state;
	fake_rig_fault(&rig, JSCOPE_FAULT_no_notification_memory);
	run();
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_alloc), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_send), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_free), 3);
}

/* How many there are of each call in four pieces of news, and at which level the fault shows. */
static void careless_drivers_show(void **state)
{
	static const struct {
		enum jscope_fault_kind kind;
		size_t sends, frees;
		unsigned raised_sends, raised_frees, refused;
	} cases[] = {
		{ JSCOPE_FAULT_free_failed_alloc, 4, 5, 0, 0, 2 },
		{ JSCOPE_FAULT_paged_at_dispatch, 3, 3, 0, 0, 1 },
		{ JSCOPE_FAULT_send_at_dispatch, 4, 4, 1, 0, 0 },
		{ JSCOPE_FAULT_free_at_dispatch, 3, 4, 0, 1, 0 },
		{ JSCOPE_FAULT_leak_buffer, 4, 3, 0, 0, 0 },
		{ JSCOPE_FAULT_free_twice, 4, 5, 0, 0, 1 },
		{ JSCOPE_FAULT_send_after_free, 5, 4, 0, 0, 0 },
		{ JSCOPE_FAULT_send_twice, 5, 4, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned raised_sends = 0, raised_frees = 0, refused = 0;

		set_up(state);
		fake_rig_fault(&rig, cases[i].kind);
		run();
		for (size_t j = 0; j < capture_count(); j++) {
			const struct capture_event *event = capture_at(j);

			raised_sends +=
				event->id == JSCOPE_EVENT_pcn_send && event->as.pcn_send.irql > 0;
			raised_frees +=
				event->id == JSCOPE_EVENT_pcn_free && event->as.pcn_free.irql > 0;
			refused += (event->id == JSCOPE_EVENT_pcn_free &&
				    event->as.pcn_free.status != 0) ||
				   (event->id == JSCOPE_EVENT_pcn_alloc &&
				    event->as.pcn_alloc.status != 0);
		}
		assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_send), cases[i].sends);
		assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_free), cases[i].frees);
		assert_int_equal(raised_sends, cases[i].raised_sends);
		assert_int_equal(raised_frees, cases[i].raised_frees);
		assert_int_equal(refused, cases[i].refused);
		tear_down(state);
	}
}

static void wrong_payload_shows_in_the_send(void **state)
{
	(void)state;
	fake_rig_fault(&rig, JSCOPE_FAULT_foreign_device)->at_ns = 35 * MS;
	fake_rig_fault(&rig, JSCOPE_FAULT_short_payload)->at_ns = 35 * MS;
	fake_rig_fault(&rig, JSCOPE_FAULT_unknown_notification)->at_ns = 35 * MS;
	run();
	assert_int_equal(last_send()->size, 24);
	assert_memory_not_equal(last_send()->id, &jscope__notification_audio_module, 16);
	assert_memory_not_equal(last_send()->device,
				capture_last_of(JSCOPE_EVENT_pcn_device)->as.pcn_device.device, 16);
}

/* Interrupts that one DPC stands for are one notification, about the latest of them. */
static void merged_news_are_one_notification(void **state)
{
	size_t followed = 0;

	(void)state;
	fake_rig_start(&rig);
	while (rig.fake.now_ns < 1030 * MS && fake_clock_step(&rig.fake, 1030 * MS))
		;
	fake_rig_run(&rig, 31 * MS);
	fake_rig_stop(&rig);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 3);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_pcn_send), 1);
	for (size_t i = 0; i < capture_count(); i++)
		followed += capture_at(i)->id == JSCOPE_EVENT_truth_chain &&
			    capture_at(i)->as.truth_chain.object == last_send()->buf;
	assert_int_equal(followed, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_chain)->as.truth_chain.irq_seq, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		cmocka_unit_test_setup(alloc_obeys_level_and_pool, port_set_up),
		cmocka_unit_test_setup(buffers_run_out_and_come_back, port_set_up),
		cmocka_unit_test_setup(listener_keeps_its_copy, port_set_up),
		cmocka_unit_test_setup(stale_buffer_reaches_nobody, port_set_up),
		TEST(news_reach_every_listener),
		TEST(passive_driver_takes_paged_memory),
		TEST(failed_alloc_is_neither_sent_nor_freed),
		cmocka_unit_test(careless_drivers_show),
		TEST(wrong_payload_shows_in_the_send),
		TEST(merged_news_are_one_notification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
