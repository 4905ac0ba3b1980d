/*
 * The LTTng-UST provider "jscope", made from jscope/events.def. LTTng includes this header several
 * times with other macros, hence the unusual guard.
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER jscope

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "ust/jscope_tp.h"

#if !defined(PROBES_UST_JSCOPE_TP_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define PROBES_UST_JSCOPE_TP_H

#include <lttng/tracepoint.h>
#include "jscope/probe.h"

#define JSCOPE__UST_u8(name)   lttng_ust_field_integer(uint8_t, name, e->name)
#define JSCOPE__UST_u16(name)  lttng_ust_field_integer(uint16_t, name, e->name)
#define JSCOPE__UST_u32(name)  lttng_ust_field_integer(uint32_t, name, e->name)
#define JSCOPE__UST_u64(name)  lttng_ust_field_integer(uint64_t, name, e->name)
#define JSCOPE__UST_i32(name)  lttng_ust_field_integer(int32_t, name, e->name)
#define JSCOPE__UST_i64(name)  lttng_ust_field_integer(int64_t, name, e->name)
#define JSCOPE__UST_id(name)   lttng_ust_field_integer_hex(uint64_t, name, e->name)
#define JSCOPE__UST_ts(name)   lttng_ust_field_integer(uint64_t, name, e->name)
#define JSCOPE__UST_guid(name) lttng_ust_field_array_hex(uint8_t, name, e->name, 16)

#define FIELD(name, type, unit, sentence) JSCOPE__UST_##type(name)
#define EVENT(name, sentence, fields)                                                              \
	LTTNG_UST_TRACEPOINT_EVENT(jscope, name,                                                   \
				   LTTNG_UST_TP_ARGS(const struct jscope_event_##name *, e),       \
				   LTTNG_UST_TP_FIELDS(JSCOPE_COMMON_FIELDS fields))
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#endif

#include <lttng/tracepoint-event.h>
