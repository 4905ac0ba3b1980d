/*
 * The reader seam: trace formats on one side, vocabularies (adapters) on the other.
 *
 * A reader announces each event class once, with its fields; the adapters answer with the handler
 * and the fields they want. From then on the reader delivers batches of events in time order, whose
 * wanted fields are already extracted into 64-bit slots. No look-up by name and no allocation per
 * event. One thread at a time.
 */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/ns.h"
#include "replay/limits.h"
#include "replay/timeline.h"

/* Slots of one event at most: the widest event of our vocabulary and contexts. */
#define JSCOPE_SLOTS_MAX 20

/* How paths of sessions begin that still run; only the babeltrace2 reader knows them. */
#define JSCOPE_LIVE_SCHEME "lttng-live://"

static inline bool jscope_path_is_live(const char *path)
{
	return !strncmp(path, JSCOPE_LIVE_SCHEME, sizeof JSCOPE_LIVE_SCHEME - 1);
}

/* How a wanted field becomes a slot. */
enum jscope_convert {
	JSCOPE_CONVERT_NONE,    /* integer, enumeration or boolean as it is (u64 reinterpreted) */
	JSCOPE_CONVERT_INSTANT, /* ns of the stream's clock -> trace clock; 0 stays JSCOPE_NS_UNKNOWN */
	JSCOPE_CONVERT_STRING,  /* string or byte array -> id for jscope_reader_string() */
};

/*
 * A wanted field, by name. Where scopes repeat a name the first wins of: payload, specific
 * context, common context, packet context.
 */
struct jscope_want {
	const char *field; /* NULL: nobody looks at this slot, whatever it holds */
	enum jscope_convert convert;
	int64_t missing; /* slot value where the class or the event has no such field */
};

struct jscope_event {
	jscope_ns ts_ns;
	const int64_t *slot;  /* as wanted for its class */
	uint32_t cpu;	      /* cpu_id of the packet or the event; 0 where the trace has none */
	uint16_t class_index;
	uint16_t slot_count;
};

/* What came between events, in order with them. */
struct jscope_gap {
	uint64_t events, packets; /* lost; 0 when the count is unknown but something was */
	jscope_ns begin_ns, end_ns;
	uint32_t cpu; /* JSCOPE_CPU_UNKNOWN where the trace does not tell */
};

/* Something learnt of the trace while opening or reading it. */
struct jscope_reader_info {
	const char *clock;
	bool is_live; /* of a session that still runs: it may pause and has no end to be missed */
	uint64_t events; /* read, whether delivered or not */
	uint64_t streams, packets, lost_events, lost_packets;
	uint64_t refused; /* strings that the bounded table could not take */
	jscope_ns begin_ns, end_ns; /* first and last event read, UNKNOWN while there was none */
	bool partial;
	uint64_t disordered; /* events with a time before that of the one before, in their stream */
	/* What was damaged and skipped: how often, and the first of them in whole sentences, which
	 * live as long as the reader. */
	uint64_t damages;
	unsigned damage_sentence_count;
	const char *const *damage_sentences;
	/* What is odd, but may be as it was recorded; in sentences that live as long. */
	unsigned remark_count;
	const char *const *remarks;
};

/* An event class as announced. */
struct jscope_event_class {
	uint16_t index; /* dense, from 0 */
	const char *name;
	const char *domain; /* environment "domain" of its trace: "kernel", "ust", "" */
	const char *tracer; /* environment "tracer_name", "" */
	const char *probe_cost; /* environment "jscope_probe_cost_ns" of our recorder, "" */
};

struct jscope_reader;

/*
 * The adapters' answer to an announcement: how many slots and which (at most JSCOPE_SLOTS_MAX).
 * 0 wants: events of the class are counted, not delivered. Negative errno stops reading.
 * ret_wants must stay valid as long as the reader.
 */
typedef int jscope_announce_fn(void *state, const struct jscope_event_class *event_class,
			       const struct jscope_want **ret_wants);

#define JSCOPE_READER_TEXT 1u /* fill batch.texts; every event is delivered */

/* Events of one batch at most: few enough for them and their slots to stay in the cache. */
#define JSCOPE_BATCH_EVENTS 256
#define JSCOPE_BATCH_SLOTS  (8 * JSCOPE_BATCH_EVENTS)

/*
 * What next() fills in: events in time order, and the gap that lies right behind the last of them.
 * Events may be 0 where only a gap is told, or where a live session has nothing to tell just now.
 * It belongs to whoever reads, who may keep several.
 */
struct jscope_batch {
	size_t count;
	bool has_gap;
	struct jscope_gap gap;
	struct jscope_reader_info info; /* as of the last event */
	/* JSCOPE_READER_TEXT: each event as text, borrowed from the reader until the next call. */
	const char *texts[JSCOPE_BATCH_EVENTS];
	struct jscope_event events[JSCOPE_BATCH_EVENTS];
	size_t slot_count;
	/* What events[].slot points to, and room for one that a reader needs for itself. */
	int64_t slots[JSCOPE_BATCH_SLOTS + 1];
};

static inline void jscope_batch_reset(struct jscope_batch *batch)
{
	batch->count = 0;
	batch->slot_count = 0;
	batch->has_gap = false;
}

/* Whether there is room for one more event, however many slots it has. */
static inline bool jscope_batch_has_room(const struct jscope_batch *batch)
{
	return batch->count < JSCOPE_BATCH_EVENTS &&
	       batch->slot_count <= JSCOPE_BATCH_SLOTS - JSCOPE_SLOTS_MAX;
}

/*
 * Open a trace. Nothing is announced before the first jscope_reader_next().
 * Returns 0, -ENOENT, -EBADMSG (not readable at all; a sentence says why), -ENOMEM.
 */
typedef int jscope_reader_create_fn(const char *path, unsigned flags, jscope_announce_fn *announce,
				    void *announce_state, struct jscope_reader **ret_reader);

/* The same under limits: borrowed during the call. */
typedef int jscope_reader_create_limited_fn(const char *path, unsigned flags,
					    const struct jscope_limits *limits,
					    jscope_announce_fn *announce, void *announce_state,
					    struct jscope_reader **ret_reader);

/*
 * Base of every reader implementation; its first member.
 *
 * next() returns 1 for a batch, 0 at the end of the trace, a negative errno when it breaks off in
 * the middle: the cause is then a sentence of common/error.h, and info says partial.
 * class_has() tells inside an announcement whether that class has a field in any scope.
 * string() gives the text of a JSCOPE_CONVERT_STRING slot, valid as long as the reader; it may be
 * asked by another thread than next() for what came in a batch of earlier.
 * tick() is for readers that may wait for a network, else NULL. It is called from a signal handler
 * once a second, and with `stop` when a person wants no more. It returns whether a wait has to be
 * broken: the reader is told, and the next signal is to interrupt its system call.
 */
struct jscope_reader_ops {
	const char *name;
	/* All classes are announced in the first next(); the calls after it may come from another
	 * thread. */
	bool is_movable;
	jscope_reader_create_fn *create;
	jscope_reader_create_limited_fn *create_limited; /* NULL: it knows no limits */
	int (*next)(struct jscope_reader *reader, struct jscope_batch *batch);
	bool (*class_has)(struct jscope_reader *reader, const char *field);
	const char *(*string)(struct jscope_reader *reader, int64_t id);
	const struct jscope_reader_info *(*info)(struct jscope_reader *reader);
	bool (*tick)(struct jscope_reader *reader, bool stop);
	void (*destroy)(struct jscope_reader *reader);
};

struct jscope_reader {
	const struct jscope_reader_ops *ops;
};

extern const struct jscope_reader_ops jscope_reader_native, jscope_reader_babeltrace2;

/* Open a trace with that reader, under limits where it knows them. */
int jscope_reader_create(const struct jscope_reader_ops *ops, const char *path, unsigned flags,
			 const struct jscope_limits *limits, jscope_announce_fn *announce,
			 void *announce_state, struct jscope_reader **ret_reader);

/* By name ("native", "babeltrace2"); NULL name: the default. Returns NULL when there is no such reader. */
const struct jscope_reader_ops *jscope_reader_find(const char *name);

#endif
