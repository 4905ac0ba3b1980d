#include "probes/vocabulary.h"

#include "jscope/probe.h"

/* One function per event, so that `record` names its structure while the fields are expanded. */
#define FIELD(name, type, unit, sentence)                                                          \
	{ #name, JSCOPE_FIELD_##type, unit, sentence, offsetof(record, name) },
#define EVENT(name, sentence, field_list)                                                          \
	static const struct jscope_event_desc *describe_##name(void)                               \
	{                                                                                          \
		typedef struct jscope_event_##name record;                                         \
		static const struct jscope_field_desc fields[] = { JSCOPE_COMMON_FIELDS            \
									   field_list };           \
		static const struct jscope_event_desc event = {                                    \
			#name, sentence, fields, sizeof fields / sizeof fields[0], sizeof(record)  \
		};                                                                                 \
		_Static_assert(sizeof fields / sizeof fields[0] <= JSCOPE_EVENT_FIELDS_MAX,        \
			       "raise JSCOPE_EVENT_FIELDS_MAX");                                   \
		return &event;                                                                     \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) describe_##name,
static const struct jscope_event_desc *(*const describe[])(void) = {
#include "jscope/events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

const struct jscope_event_desc *jscope_event_describe(size_t id)
{
	return id < JSCOPE_EVENT_COUNT ? describe[id]() : NULL;
}

const char *jscope_field_type_name(enum jscope_field_type type)
{
	static const char *const names[] = {
		[JSCOPE_FIELD_u8] = "u8",   [JSCOPE_FIELD_u16] = "u16", [JSCOPE_FIELD_u32] = "u32",
		[JSCOPE_FIELD_u64] = "u64", [JSCOPE_FIELD_i32] = "i32", [JSCOPE_FIELD_i64] = "i64",
		[JSCOPE_FIELD_id] = "id",   [JSCOPE_FIELD_ts] = "ts",   [JSCOPE_FIELD_guid] = "guid",
	};

	return names[type];
}
