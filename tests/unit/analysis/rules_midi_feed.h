/* What the tests of MIDI rules share: a port with a group of one member, its interrupts and services. */
#ifndef RULES_MIDI_FEED_H
#define RULES_MIDI_FEED_H

#include "rules_feed.h"

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define PORT	  0x10
#define GROUP	  0x20
#define SINK	  0x30
#define GROUP_DPC 0x40

static inline void port_begin_in(enum jscope_profile profile)
{
	feed_begin(profile);
	FEED(ms(1), svc_create, .dev = 1, .group = GROUP);
	FEED(ms(1) + 1, midi_register, .dev = 1, .port = PORT, .group = GROUP);
	FEED(ms(1) + 2, svc_add, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 2);
}

static inline void port_begin(void)
{
	port_begin_in(JSCOPE_PROFILE_NONE);
}

static inline void isr_begin(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, irq_entry, .dev = 1, .irql = 5, .irq = 7, .seq = seq);
	FEED(at_ns + 1, irq_ack, .dev = 1, .irql = 5, .irq = 7, .seq = seq);
}

static inline void isr_end(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, irq_exit, .dev = 1, .irql = 5, .irq = 7, .seq = seq, .claimed = 1);
}

static inline void request(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, svc_request, .dev = 1, .irql = 5, .group = GROUP);
	FEED(at_ns + 1, dpc_insert, .dev = 1, .irql = 5, .dpc = GROUP_DPC, .caller_seq = seq,
	     .importance = 2, .inserted = 1);
}

static inline void interrupt(jscope_ns at_ns, int64_t seq, int64_t group)
{
	isr_begin(at_ns, seq);
	FEED(at_ns + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = group,
	     .seq = seq);
	request(at_ns + 20, seq);
	isr_end(at_ns + 100, seq);
}

static inline void dpc_begin(jscope_ns at_ns, int64_t run)
{
	FEED(at_ns, dpc_entry, .dev = 1, .irql = 2, .dpc = GROUP_DPC, .run = run);
}

static inline void dpc_end(jscope_ns at_ns, int64_t run)
{
	FEED(at_ns, dpc_exit, .dev = 1, .irql = 2, .dpc = GROUP_DPC, .run = run);
}

static inline void serve(jscope_ns at_ns, int64_t sink, int64_t run)
{
	FEED(at_ns, svc_serve, .dev = 1, .irql = 2, .sink = sink, .run = run);
}

static inline void service_run(jscope_ns at_ns, int64_t run)
{
	dpc_begin(at_ns, run);
	serve(at_ns + 10, SINK, run);
	dpc_end(at_ns + 100, run);
}

#endif
