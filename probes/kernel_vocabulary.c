#include "probes/kernel_vocabulary.h"

#define KERNEL_FIELD(name, type, sentence) { #name, JSCOPE_KERNEL_TYPE_##type, sentence },
#define KERNEL_EVENT(name, group, sentence, fields)                                                \
	static const struct jscope_kernel_field_desc fields_##name[] = { fields };
#include "probes/kernel_events.def"
#undef KERNEL_FIELD
#undef KERNEL_EVENT
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

#define KERNEL_FIELD(name, type, sentence)	    | (JSCOPE_KERNEL_TYPE_##type == JSCOPE_KERNEL_TYPE_text)
#define KERNEL_EVENT(name, group, sentence, fields) has_text_##name = 0 fields,
enum {
#include "probes/kernel_events.def"
};
#undef KERNEL_FIELD
#undef KERNEL_EVENT
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

#define KERNEL_EVENT(name, group, sentence, fields)                                                \
	{ #name,                                                                                   \
	  JSCOPE_KERNEL_##group,                                                                   \
	  sentence,                                                                                \
	  fields_##name,                                                                           \
	  sizeof fields_##name / sizeof fields_##name[0],                                          \
	  sizeof(struct jscope_kernel_##name),                                                     \
	  has_text_##name },
static const struct jscope_kernel_event_desc events[] = {
#include "probes/kernel_events.def"
};
#undef KERNEL_EVENT
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

const struct jscope_kernel_event_desc *jscope_kernel_event_describe(size_t id)
{
	return id < JSCOPE_KERNEL_EVENT_COUNT ? &events[id] : NULL;
}

const char *jscope_kernel_group_name(enum jscope_kernel_group group)
{
	static const char *const names[JSCOPE_KERNEL_GROUP_COUNT] = {
		[JSCOPE_KERNEL_IRQ] = "irq",
		[JSCOPE_KERNEL_SOFTIRQ] = "softirq",
		[JSCOPE_KERNEL_TASKLET] = "tasklet",
		[JSCOPE_KERNEL_WORKQUEUE] = "workqueue",
		[JSCOPE_KERNEL_HRTIMER] = "hrtimer",
		[JSCOPE_KERNEL_HRTIMER_START] = "hrtimer start",
		[JSCOPE_KERNEL_TIMER] = "timer",
		[JSCOPE_KERNEL_LOCAL_TIMER] = "local timer",
		[JSCOPE_KERNEL_WAKE] = "wake",
		[JSCOPE_KERNEL_WAKEUP] = "wakeup",
		[JSCOPE_KERNEL_SWITCH] = "switch",
		[JSCOPE_KERNEL_MIGRATE] = "migrate",
		[JSCOPE_KERNEL_IDLE] = "idle",
		[JSCOPE_KERNEL_BLOCK] = "block",
		[JSCOPE_KERNEL_PCM] = "pcm",
		[JSCOPE_KERNEL_MIDI] = "midi",
		[JSCOPE_KERNEL_TOLD] = "told",
	};

	return names[group];
}

const char *jscope_kernel_type_name(enum jscope_kernel_type type)
{
	static const char *const names[] = {
		[JSCOPE_KERNEL_TYPE_u32] = "u32",      [JSCOPE_KERNEL_TYPE_i32] = "i32",
		[JSCOPE_KERNEL_TYPE_u64] = "u64",      [JSCOPE_KERNEL_TYPE_i64] = "i64",
		[JSCOPE_KERNEL_TYPE_x64] = "u64, hex", [JSCOPE_KERNEL_TYPE_comm] = "char[16]",
		[JSCOPE_KERNEL_TYPE_text] = "string",
	};

	return names[type];
}
