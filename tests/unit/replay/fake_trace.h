/*
 * A trace made of a table of events, behind the reader seam, and a sink that keeps what the replay
 * makes of it. One trace at a time.
 */
#ifndef FAKE_TRACE_H
#define FAKE_TRACE_H

#include "replay/reader.h"
#include "replay/trace.h"
#include "trace_private.h"

#define FAKE_EVENTS_MAX	 20000
#define FAKE_FIELDS_MAX	 16
#define FAKE_RECORDS_MAX 4000

struct fake_field {
	const char *name;
	int64_t value;
	const char *text; /* a string field, else NULL */
};

struct fake_event {
	const char *name; /* NULL: a gap */
	jscope_ns ts_ns;
	uint32_t cpu;
	int64_t tid;
	struct fake_field fields[FAKE_FIELDS_MAX];
	unsigned field_count;
	struct jscope_gap gap;
};

struct fake_record {
	struct jscope_notification notification;
	struct jscope_stages stages;
};

/* Whatever the replay handed over. */
struct fake_records {
	struct fake_record notifications[FAKE_RECORDS_MAX];
	struct jscope_request requests[FAKE_RECORDS_MAX];
	struct jscope_wakeup wakeups[FAKE_RECORDS_MAX];
	struct jscope_irq_span irqs[FAKE_RECORDS_MAX];
	struct jscope_softirq_span softirqs[FAKE_RECORDS_MAX];
	struct jscope_position positions[FAKE_RECORDS_MAX];
	unsigned notification_count, request_count, wakeup_count, irq_count, softirq_count,
		position_count, glitch_count, loss_count;
	unsigned classes[JSCOPE_CLASS_COUNT];
};

extern struct fake_records fake_records;

/* Forget all events. Times from here on are relative to FAKE_BEGIN_NS. */
#define FAKE_BEGIN_NS 1000000000
void fake_reset(void);

/* One field of an event; F("irq", 7). */
#define F(field_name, field_value)                                                                 \
	{                                                                                          \
		field_name, (int64_t)(field_value), NULL                                           \
	}
#define S(field_name, field_text)                                                                  \
	{                                                                                          \
		field_name, 0, field_text                                                          \
	}

#define fake_add(at_us, on_cpu, by_tid, event_name, ...)                                           \
	fake_add_event(                                                                            \
		at_us, on_cpu, by_tid, event_name, (const struct fake_field[]){ __VA_ARGS__ },     \
		sizeof((const struct fake_field[]){ __VA_ARGS__ }) / sizeof(struct fake_field))
void fake_add_event(double at_us, uint32_t cpu, int64_t tid, const char *name,
		    const struct fake_field *fields, size_t count);
void fake_add_gap(uint64_t events, double begin_us, double end_us);
/* Of one CPU. */
void fake_add_gap_on(uint32_t cpu, uint64_t events, double begin_us, double end_us);

/* Sort by time (stable), as a reader delivers, and drop the events outside [from, to). */
void fake_cut(double from_us, double to_us);
/* Drop events with this probability and put gaps where they were. */
void fake_lose(unsigned seed, double probability);

/*
 * Replay all into fake_records. options: NULL for the defaults. What is returned and what the
 * records point to is valid until the next replay or fake_finish().
 */
const struct jscope_trace_info *fake_replay(const struct jscope_trace_options *options);
/* The same into a sink of one's own. */
const struct jscope_trace_info *fake_replay_into(const struct jscope_timeline_sink *sink,
						 const struct jscope_trace_options *options);
int fake_finish(void **state); /* as a group teardown */

/* The notification of a sequence number (and stream index), NULL for none. */
const struct fake_record *fake_find(uint64_t seq, unsigned stream_index);

jscope_ns fake_us(double us);

#endif
