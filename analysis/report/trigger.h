/*
 * The chain for which a flight recorder kept a trace, found again among what replay makes of it.
 * Inside analysis/; one thread.
 */
#ifndef ANALYSIS_TRIGGER_H
#define ANALYSIS_TRIGGER_H

#include "clean.h"
#include "replay/timeline.h"

#define JSCOPE__TRIGGER_STEPS 8

enum jscope__trigger_measure {
	JSCOPE__TRIGGER_WAKE,
	JSCOPE__TRIGGER_BLOCK,
	JSCOPE__TRIGGER_IRQ,
	JSCOPE__TRIGGER_SOFTIRQ,
	JSCOPE__TRIGGER_PERIOD,
	JSCOPE__TRIGGER_HEADROOM, /* in frames, all others in ns */
	JSCOPE__TRIGGER_OTHER,	  /* of a recorder that knows more than we do */
};

/* All zero: none was told. */
struct jscope__trigger {
	uint64_t count; /* told by the trace; the first is looked for */
	char rule[JSCOPE__NAME_SIZE];
	enum jscope__trigger_measure measure;
	int64_t value, bound;
	uint64_t key;
	jscope_ns begin_ns, end_ns;
	enum { JSCOPE__TRIGGER_NOT_FOUND, JSCOPE__TRIGGER_ALONE, JSCOPE__TRIGGER_CHAIN } found;
	char who[2 * JSCOPE__NAME_SIZE]; /* clean */
	unsigned instant_count, stage_count;
	struct {
		const char *name; /* constant */
		jscope_ns ns;
	} instants[JSCOPE__TRIGGER_STEPS], stages[JSCOPE__TRIGGER_STEPS];
	/* Of a stream: which one, and its latest notification so far. */
	const struct jscope_stream_info *stream;
	struct jscope_notification latest;
};

void jscope__trigger_tell(struct jscope__trigger *trigger, const struct jscope_trigger *told);

/* Is this it? Only after one was told. */
void jscope__trigger_wakeup(struct jscope__trigger *trigger, const struct jscope_wakeup *wakeup);
void jscope__trigger_request(struct jscope__trigger *trigger, const struct jscope_request *request);
void jscope__trigger_irq(struct jscope__trigger *trigger, const struct jscope_irq_span *span);
void jscope__trigger_softirq(struct jscope__trigger *trigger,
			     const struct jscope_softirq_span *span);
void jscope__trigger_position(struct jscope__trigger *trigger,
			      const struct jscope_position *position);
void jscope__trigger_notification(struct jscope__trigger *trigger,
				  const struct jscope_notification *notification);

#endif
