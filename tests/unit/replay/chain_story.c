#include "../cmocka_all.h"
#include "chain_story.h"

double point_us(unsigned k)
{
	return (double)k * PERIOD_US;
}

void add_state(double at_us, unsigned old, unsigned new, unsigned linear)
{
	fake_add(at_us, 0, CLIENT, "jscope:wrt_state", F("dev", DEV), F("stream", STREAM),
		 F("old", old), F("new", new), F("linear", linear), F("status", 0));
}

void add_register(double at_us, unsigned event)
{
	fake_add(at_us, 0, CLIENT, "jscope:wrt_register", F("dev", DEV), F("stream", STREAM),
		 F("event", event), F("status", 0));
}

void add_setup(void)
{
	fake_reset();
	fake_add(-50, 0, CLIENT, "jscope:wrt_newstream", F("dev", DEV), F("stream", STREAM),
		 F("capture", 0), F("fs", 48000), F("ba", 4));
	fake_add(-49, 0, CLIENT, "jscope:wrt_alloc", F("dev", DEV), F("stream", STREAM),
		 F("notif_count", 2), F("actual", 2 * PACKET), F("status", 0));
	add_register(-48, EVENT);
	add_state(0, 2, 3, 0);
}

void add_point(unsigned k, double at_us)
{
	fake_add(at_us + 1, 0, 1, "jscope:dev_point", F("dev", DEV), F("stream", STREAM), F("k", k),
		 F("ideal_ns", fake_us(at_us)), F("linear", k * PACKET));
}

void add_irq(unsigned seq, double asserted_us, double at_us)
{
	fake_add(at_us, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("true_ts_ns", fake_us(asserted_us)));
	fake_add(at_us + 3, 0, 1, "jscope:irq_exit", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("claimed", 1));
}

void add_insert(unsigned seq, double at_us, unsigned inserted)
{
	fake_add(at_us, 0, 1, "jscope:dpc_insert", F("dev", DEV), F("dpc", DPC),
		 F("caller_seq", seq), F("target_cpu", 1), F("inserted", inserted));
}

void add_run(unsigned run, double at_us)
{
	fake_add(at_us, 1, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC), F("run", run));
	fake_add(at_us + 9, 1, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC), F("run", run));
}

void add_set(unsigned event, unsigned run, unsigned packet, double at_us, unsigned prev)
{
	fake_add(at_us, 1, 2, "jscope:ev_set", F("dev", DEV), F("event", event), F("prev", prev),
		 F("dpc", DPC), F("run", run), F("packet", packet));
}

void add_wake(unsigned event, unsigned tid, unsigned count, double at_us)
{
	fake_add(at_us, 0, tid, "jscope:ev_wake", F("dev", DEV), F("event", event), F("tid", tid),
		 F("count", count));
}

void add_packet(unsigned packet, unsigned tid, double at_us)
{
	fake_add(at_us, 0, tid, "jscope:wrt_packet", F("dev", DEV), F("stream", STREAM),
		 F("packet", packet), F("status", 0), F("kind", 0));
}

void add_request(unsigned seq, double asserted_us)
{
	add_irq(seq, asserted_us, asserted_us + IRQ_US);
	add_insert(seq, asserted_us + QUEUED_US, 1);
}

void add_execution(unsigned run, unsigned packet, double asserted_us)
{
	add_run(run, asserted_us + DEFERRED_US);
	add_set(EVENT, run, packet, asserted_us + SIGNAL_US, 0);
}

void add_signal(unsigned k)
{
	add_point(k, point_us(k));
	add_request(k, point_us(k));
	add_execution(k, k, point_us(k));
}

void add_chain(unsigned k)
{
	add_signal(k);
	add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	add_packet(k + 1, CLIENT, point_us(k) + SERVED_US);
}

void add_chains(unsigned count)
{
	add_setup();
	for (unsigned k = 1; k <= count; k++)
		add_chain(k);
}

void assert_at(const struct fake_record *record, enum jscope_instant instant, double us)
{
	assert_int_equal(record->notification.at[instant], fake_us(us));
}

void assert_class(uint64_t seq, enum jscope_class class)
{
	const struct fake_record *record = fake_find(seq, 0);

	assert_non_null(record);
	assert_string_equal(jscope_class_name(record->notification.class),
			    jscope_class_name(class));
}

void replay(void)
{
	assert_int_equal(fake_replay(NULL)->refused, 0);
}
