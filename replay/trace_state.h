/*
 * What a trace is made of, shared by trace*.c: trace.c opens it, trace_read.c reads its batches,
 * trace_route.c brings events to whoever makes something of them. One thread.
 */
#ifndef REPLAY_TRACE_STATE_H
#define REPLAY_TRACE_STATE_H

#include "adapter.h"
#include "replay/trace.h"

#define JSCOPE__ADAPTER_COUNT 2

/* Who handles the events of a class; handler NULL for nobody. */
struct jscope__route {
	jscope__handler_fn *handler;
	void *adapter;
	jscope__handler_fn *watch; /* behind it; NULL for nobody */
	bool is_observed;	   /* told, or watched */
	bool told;		   /* as an event of our vocabulary */
	unsigned event_id;
	int tid_slot;
};

struct jscope_trace {
	const struct jscope_trace_options *options;
	const struct jscope_reader_ops *reader_ops;
	struct jscope_reader *reader; /* owned */
	char *path;		      /* owned */
	struct jscope_trace_info info;
	char *errors[JSCOPE_TRACE_ERRORS_MAX]; /* owned; what info.errors points to */
	struct jscope__output output;
	void *adapters[JSCOPE__ADAPTER_COUNT]; /* owned */
	struct jscope__route *routes;	       /* owned, by class index */
	size_t route_count;
	struct jscope_reader_info read; /* as of the batch in hand */
	bool window_set;
	uint64_t progress_next;
};

/* In the order in which classes are announced to them. */
extern const struct jscope__adapter_ops *const jscope__adapters[JSCOPE__ADAPTER_COUNT];

/* Make a way for the events of each class; a reader announces them to the trace. */
jscope_announce_fn jscope__trace_announce;
/* The same where events are only counted, or printed. */
jscope_announce_fn jscope__trace_announce_nothing;
/* Bring a batch to the adapters and the sink. */
void jscope__trace_replay_batch(struct jscope_trace *trace, const struct jscope_batch *batch);

/* The window of the options, as far as it is known before the first event. 0 or -ENOMEM. */
int jscope__trace_window_init(struct jscope_trace *trace, const struct jscope_timeline_sink *sink);

/*
 * Read to the end, batch by batch. A reader that breaks off has told why; that is no failure of
 * the replay unless memory is short. threads: 1, or 2 where batches may be read ahead.
 */
typedef void jscope__deliver_fn(struct jscope_trace *trace, const struct jscope_batch *batch);
int jscope__trace_read(struct jscope_trace *trace, unsigned threads, jscope__deliver_fn *deliver);

/* Bring trace->info up to what was read and refused by now. */
void jscope__trace_info_update(struct jscope_trace *trace);

#endif
