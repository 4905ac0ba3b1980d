/*
 * What an adapter is: one vocabulary, turned into records. trace.c announces each event class to
 * the adapters in turn; the first that shows interest gets its events. One thread.
 */
#ifndef REPLAY_ADAPTER_H
#define REPLAY_ADAPTER_H

#include "common/map.h"
#include "output.h"
#include "replay/reader.h"

typedef void jscope__handler_fn(void *adapter, const struct jscope_event *event);

/* An adapter's answer to an announcement. */
struct jscope__interest {
	const struct jscope_want *wants; /* valid as long as the adapter */
	int count;			 /* 0: no interest */
	jscope__handler_fn *handler;	 /* NULL: nothing to make of it */
	bool told;			 /* the sink's `vocabulary` gets it, as event `event_id` */
	unsigned event_id;
	jscope__handler_fn *watch; /* called behind the handler, NULL: nobody looks on */
};

struct jscope__adapter_ops {
	/* output and reader are borrowed and outlive the adapter. 0 or -ENOMEM. */
	int (*create)(struct jscope__output *output, struct jscope_reader *reader,
		      void **ret_adapter);
	/* 0, or a negative errno that stops reading. */
	int (*announce)(void *adapter, const struct jscope_event_class *event_class,
			struct jscope__interest *ret_interest);
	/* The trace is at its end: hand over what is still open. */
	void (*finish)(void *adapter);
	/* Records that its tables could not take. */
	uint64_t (*refused)(const void *adapter);
	void (*destroy)(void *adapter);
};

/* Of a map of owned pointers, which are freed with it. NULL is legal. */
void jscope__pointers_destroy(struct jscope_map *map);

extern const struct jscope__adapter_ops jscope__adapter_jscope, jscope__adapter_lttng;

#endif
