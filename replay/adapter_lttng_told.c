/* What our recorder tells of itself: how often its probes fired, and why a flight recorder kept the trace. */
#include <string.h>

#include "adapter_lttng.h"
#include "probes/kernel_vocabulary.h"

/* A name that was too long for its field lost its begin. */
static const char *name_complete(const char *tail)
{
	const struct jscope_kernel_event_desc *event;

	if (strlen(tail) != JSCOPE_KERNEL_TEXT_SIZE - 1)
		return tail;
	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++) {
		size_t length = strlen(event->name);

		if (length >= strlen(tail) && !strcmp(event->name + length - strlen(tail), tail))
			return event->name;
	}
	return tail;
}

void jscope__lttng_probe_told(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_probe_slots *slots = (const void *)event->slot;
	const struct jscope_probe_count count = {
		.event = name_complete(adapter->reader->ops->string(adapter->reader, slots->event)),
		.fired = (uint64_t)slots->fired,
		.lost = (uint64_t)slots->lost,
	};

	jscope__output_probe(adapter->output, &count);
}

void jscope__lttng_trigger_told(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_trigger_slots *slots = (const void *)event->slot;
	const struct jscope_trigger trigger = {
		.rule = adapter->reader->ops->string(adapter->reader, slots->rule),
		.begin_ns = slots->begin_ns,
		.end_ns = slots->end_ns,
		.value = slots->value,
		.bound = slots->bound,
		.key = (uint64_t)slots->key,
	};

	jscope__output_trigger(adapter->output, &trigger);
}
