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
