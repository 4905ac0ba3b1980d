/*
 * Insides of the bench of MIDI ports and service groups, a file per noun: Notify, the groups with
 * their members, the delayed service, the bytes.
 */
#ifndef RULES_BENCH_MIDI_H
#define RULES_BENCH_MIDI_H

#include "rules/bench.h"
#include "rules/place.h"

#define JSCOPE__MIDI_OBJECTS_MAX 4096 /* of each kind */
#define JSCOPE__MEMBERS_MAX	 64
#define JSCOPE__PORT_GROUPS_MAX	 32
#define JSCOPE__ISR_DEPTH_MAX	 4
#define JSCOPE__SCHEDULED_MAX	 64

/* What runs at a place, and what it has yet to do. */
struct jscope__midi_place {
	unsigned isr_count;
	struct {
		uint32_t dev;
		uint64_t seq;
		jscope_ns at_ns;
		bool acked;
	} isrs[JSCOPE__ISR_DEPTH_MAX];
	struct {
		bool open, in_isr;
		uint32_t dev;
		uint64_t port, group;
		jscope_ns at_ns;
		unsigned count;	    /* requests of its group */
		uint32_t requested; /* of NULL: the port's groups, a bit each */
	} notify;
	struct {
		bool open;
		uint32_t dev;
		uint64_t group;
		jscope_ns at_ns;
	} request; /* that has not yet queued its DPC */
	struct {
		bool open, has_group;
		uint32_t dev;
		uint64_t dpc, run, group;
		jscope_ns begin_ns;
		unsigned served_count;
		struct jscope__midi_served {
			uint64_t sink;
			unsigned count;
		} served[JSCOPE__MEMBERS_MAX];
	} dpc;
};

struct jscope__midi_device {
	bool tells_isrs, tells_acks, tells_requests;
	bool first_irq_seen; /* number 1 */
	bool any_irq_seen;
	bool registered;
	jscope_ns first_irq_ns;
};

struct jscope__midi_port {
	unsigned group_count;
	uint64_t groups[JSCOPE__PORT_GROUPS_MAX];
};

struct jscope__midi_member {
	uint64_t sink;
	unsigned count; /* a sink may be added twice, and is served twice then */
	jscope_ns changed_ns;
};

struct jscope__midi_group {
	bool seen;
	jscope_ns created_ns; /* UNKNOWN: before the trace */
	bool has_dpc;
	uint64_t dpc;
	unsigned member_count;
	struct jscope__midi_member members[JSCOPE__MEMBERS_MAX];
	bool supports_delay, delayed;
	jscope_ns supported_ns, delayed_ns;
	struct {
		enum { JSCOPE__DELAY_NONE, JSCOPE__DELAY_PENDING, JSCOPE__DELAY_CANCELLED } state;
		jscope_ns changed_ns, due_ns, replaced_due_ns;
	} delay;
};

struct jscope__midi_sink {
	bool seen;
	uint32_t references;
	unsigned membership_count;
	jscope_ns changed_ns;
};

struct jscope__midi_stream {
	bool seen;
	/* Writes that take nothing. */
	jscope_ns zero_since_ns;
	bool zero_told;
	/* The wire, out and in. */
	struct {
		jscope_ns begin_ns;
		int64_t bytes;
	} burst[2];
	/* Bytes handed over and gone since both were counted; what had a time among them. */
	bool is_aligned;
	uint64_t written_bytes, gone_bytes;
	unsigned scheduled_first, scheduled_count;
	struct {
		uint64_t position_bytes;
		jscope_ns sched_ns, written_ns;
	} scheduled[JSCOPE__SCHEDULED_MAX];
};

struct jscope__midi {
	struct jscope_judge *judge;
	struct jscope_map *places, *devices, *ports, *groups, *sinks, *streams;
	struct jscope_map *dpcs; /* the group that a DPC serves, by device and DPC */
	uint64_t jitter_count;
	jscope_ns jitter_ns; /* largest */
};

static inline const char *jscope__midi_sink_object(char object[48], int64_t dev, uint64_t sink)
{
	return jscope__judge_object(object, dev, "sink", (int64_t)sink);
}

/* NULL when the tables are full. */
struct jscope__midi_device *jscope__midi_device_get(struct jscope__midi *midi, int64_t dev);
struct jscope__midi_place *jscope__midi_place_get(struct jscope__midi *midi,
						  const struct jscope_vocabulary_event *event);
struct jscope__midi_group *jscope__midi_group_get(struct jscope__midi *midi, int64_t dev,
						  int64_t group);

typedef void jscope__midi_fn(struct jscope__midi *midi,
			     const struct jscope_vocabulary_event *event);

/* R56, R57, R62. */
jscope__midi_fn jscope__midi_irq_entry, jscope__midi_irq_ack, jscope__midi_irq_exit,
	jscope__midi_notified, jscope__midi_registered, jscope__midi_notify_request,
	jscope__midi_notify_settle;

/* R58, R59. */
jscope__midi_fn jscope__midi_group_create, jscope__midi_group_destroy, jscope__midi_add,
	jscope__midi_remove;
jscope__midi_fn jscope__midi_request, jscope__midi_request_settle, jscope__midi_insert,
	jscope__midi_timer_arm, jscope__midi_dpc_entry, jscope__midi_dpc_exit, jscope__midi_served;

/* R60, R61. */
jscope__midi_fn jscope__midi_support_delay, jscope__midi_delay, jscope__midi_cancel,
	jscope__midi_delayed_request;

/* R63..R65. */
jscope__midi_fn jscope__midi_transfer, jscope__midi_wire;
void jscope__midi_bytes_finish(struct jscope__midi *midi);

struct jscope__midi_member *jscope__midi_member_find(struct jscope__midi_group *group,
						     uint64_t sink);

#endif
