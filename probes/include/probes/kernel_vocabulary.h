/*
 * The events of the running kernel as data, made from kernel_events.def: for whoever writes them
 * down or describes them. Constant; any thread.
 */
#ifndef PROBES_KERNEL_VOCABULARY_H
#define PROBES_KERNEL_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/kernel_record.h"

enum jscope_kernel_type {
	JSCOPE_KERNEL_TYPE_u32,
	JSCOPE_KERNEL_TYPE_i32,
	JSCOPE_KERNEL_TYPE_u64,
	JSCOPE_KERNEL_TYPE_i64,
	JSCOPE_KERNEL_TYPE_x64,	 /* u64, printed in hexadecimal */
	JSCOPE_KERNEL_TYPE_comm, /* JSCOPE_KERNEL_COMM_SIZE letters */
	JSCOPE_KERNEL_TYPE_text, /* a string; in a record it has JSCOPE_KERNEL_TEXT_SIZE bytes */
};

struct jscope_kernel_field_desc {
	const char *name;
	enum jscope_kernel_type type;
	const char *sentence;
};

struct jscope_kernel_event_desc {
	const char *name;
	enum jscope_kernel_group group;
	const char *sentence;
	const struct jscope_kernel_field_desc *fields;
	size_t field_count;
	size_t size;   /* of its fields in a record */
	bool has_text; /* the last JSCOPE_KERNEL_TEXT_SIZE bytes of them are a string */
};

/* By enum jscope_kernel_event; NULL from JSCOPE_KERNEL_EVENT_COUNT on. */
const struct jscope_kernel_event_desc *jscope_kernel_event_describe(size_t id);

/* "irq", "softirq" ... */
const char *jscope_kernel_group_name(enum jscope_kernel_group group);
/* As people read it: "u32", "hex", "string" ... */
const char *jscope_kernel_type_name(enum jscope_kernel_type type);

#endif
