/* What our recorder tells of itself: how often its probes fired, and why a flight recorder kept the trace. */
#include "adapter_lttng.h"

void jscope__lttng_probe_told(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_probe_slots *slots = (const void *)event->slot;
	const struct jscope_probe_count count = {
		.event = adapter->reader->ops->string(adapter->reader, slots->event),
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
