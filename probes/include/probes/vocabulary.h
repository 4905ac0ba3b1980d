/*
 * The vocabulary as data: what readers, writers and the reference page know of our events. Made
 * from jscope/events.def; constant, any thread.
 */
#ifndef PROBES_VOCABULARY_H
#define PROBES_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

/* The name before the colon in a trace: "jscope:irq_entry". */
#define JSCOPE_PROVIDER_NAME "jscope"

enum jscope_field_type {
	JSCOPE_FIELD_u8,
	JSCOPE_FIELD_u16,
	JSCOPE_FIELD_u32,
	JSCOPE_FIELD_u64,
	JSCOPE_FIELD_i32,
	JSCOPE_FIELD_i64,
	JSCOPE_FIELD_id,   /* u64 identity */
	JSCOPE_FIELD_ts,   /* u64 instant, ns of CLOCK_MONOTONIC */
	JSCOPE_FIELD_guid, /* 16 bytes */
};

struct jscope_field_desc {
	const char *name;
	enum jscope_field_type type;
	const char *unit; /* "" for none */
	const char *sentence;
	size_t offset; /* in struct jscope_event_<name> of jscope/probe.h */
};

struct jscope_event_desc {
	const char *name; /* without provider */
	const char *sentence;
	const struct jscope_field_desc *fields; /* dev and irql first */
	size_t field_count;
	size_t size; /* of struct jscope_event_<name> */
};

/* An event by its enum jscope_event_id of jscope/probe.h; NULL from JSCOPE_EVENT_COUNT on. */
const struct jscope_event_desc *jscope_event_describe(size_t id);

/* Largest field_count of any event. */
#define JSCOPE_EVENT_FIELDS_MAX 16

/* Name of a type as events.def spells it, e.g. "u32". */
const char *jscope_field_type_name(enum jscope_field_type type);

/*
 * struct jscope_slots_<name>: the same event as a reader delivers it, every field one signed
 * 64-bit slot in the order of the table (instants moved to the trace clock, a guid as the id of an
 * interned string).
 */
#pragma push_macro("FIELD")
#pragma push_macro("EVENT")
#undef FIELD
#undef EVENT
#define FIELD(name, type, unit, sentence) int64_t name;
#define EVENT(name, sentence, fields)                                                              \
	struct jscope_slots_##name {                                                               \
		JSCOPE_COMMON_FIELDS                                                               \
		fields                                                                             \
	};
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS
#pragma pop_macro("FIELD")
#pragma pop_macro("EVENT")

#endif
