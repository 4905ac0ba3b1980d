/*
 * Times in which an adapter takes no requests: while its link is down, its bus is reset, or it is
 * paused.
 *
 *   LinkDown ─▶ LinkUp     HwStorResetBus ─▶ its return     StorPortPause ─▶ resumed
 *
 * A second begin changes nothing, as the adapter is held already.
 */
#include "adapter_jscope.h"

enum { NOTIFY_RESET_DETECTED = 3, NOTIFY_LINK_UP = 10, NOTIFY_LINK_DOWN = 11 };

static void hold_tell(struct jscope__js *adapter, const struct jscope__js_device *device,
		      enum jscope_hold_kind kind, jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope__js_hold *held = &device->holds[kind];
	const bool is_whole = begin_ns != JSCOPE_NS_UNKNOWN && end_ns != JSCOPE_NS_UNKNOWN &&
			      !jscope__output_lost_between(adapter->output, begin_ns, end_ns);
	const struct jscope_hold hold = { .device = device->name,
					  .kind = kind,
					  .begin_ns = begin_ns,
					  .end_ns = end_ns,
					  .cut = !is_whole,
					  .held = is_whole ? held->held_count : 0,
					  .outlasting = is_whole ? held->left_count : 0 };

	jscope__output_hold(adapter->output, &hold);
}

static void hold_begin(struct jscope__js *adapter, int64_t dev, enum jscope_hold_kind kind)
{
	struct jscope__js_device *device = jscope__js_device_get(adapter, dev);
	const jscope_ns now_ns = adapter->output->now_ns;
	struct jscope__js_hold *hold;
	unsigned held_count;

	if (!device)
		return;
	hold = &device->holds[kind];
	if (hold->open && !jscope__output_lost_between(adapter->output, hold->begin_ns, now_ns))
		return;
	if (hold->open)
		hold_tell(adapter, device, kind, hold->begin_ns, JSCOPE_NS_UNKNOWN);
	held_count = jscope__flight_count(&device->flight, adapter->output);
	*hold = (struct jscope__js_hold){ .open = true,
					  .begin_ns = now_ns,
					  .number = device->request_number,
					  .held_count = held_count,
					  .left_count = held_count };
}

static void hold_end(struct jscope__js *adapter, int64_t dev, enum jscope_hold_kind kind)
{
	struct jscope__js_device *device = jscope__js_device_get(adapter, dev);
	struct jscope__js_hold *hold;

	if (!device)
		return;
	hold = &device->holds[kind];
	hold_tell(adapter, device, kind, hold->open ? hold->begin_ns : JSCOPE_NS_UNKNOWN,
		  adapter->output->now_ns);
	hold->open = false;
}

void jscope__js_hold_left(struct jscope__js_device *device, uint64_t number)
{
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++) {
		struct jscope__js_hold *hold = &device->holds[kind];

		if (hold->open && number <= hold->number && hold->left_count > 0)
			hold->left_count--;
	}
}

void jscope__js_hold_finish(struct jscope__js *adapter, struct jscope__js_device *device)
{
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		if (device->holds[kind].open)
			hold_tell(adapter, device, kind, device->holds[kind].begin_ns,
				  JSCOPE_NS_UNKNOWN);
}

/* A reset that the adapter saw is an instant: only the port's own resets last. */
static void reset_detected(struct jscope__js *adapter, int64_t dev)
{
	const struct jscope__js_device *device = jscope__js_device_get(adapter, dev);

	if (device)
		jscope__output_hold(adapter->output,
				    &(struct jscope_hold){ .device = device->name,
							   .kind = JSCOPE_HOLD_RESET,
							   .begin_ns = adapter->output->now_ns,
							   .end_ns = adapter->output->now_ns,
							   .detected = true });
}

void jscope__js_stor_notify(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_notify *slots = (const void *)event->slot;

	switch (slots->type) {
	case NOTIFY_RESET_DETECTED:
		reset_detected(state, slots->dev);
		break;
	case NOTIFY_LINK_DOWN:
		hold_begin(state, slots->dev, JSCOPE_HOLD_LINK_DOWN);
		break;
	case NOTIFY_LINK_UP:
		hold_end(state, slots->dev, JSCOPE_HOLD_LINK_DOWN);
		break;
	default:
		break;
	}
}

void jscope__js_stor_reset_bus(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_reset_bus *slots = (const void *)event->slot;

	hold_begin(state, slots->dev, JSCOPE_HOLD_RESET);
}

void jscope__js_stor_reset_done(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_reset_done *slots = (const void *)event->slot;

	hold_end(state, slots->dev, JSCOPE_HOLD_RESET);
}

void jscope__js_stor_pause(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_pause *slots = (const void *)event->slot;

	hold_begin(state, slots->dev, JSCOPE_HOLD_PAUSE);
}

void jscope__js_stor_resume(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_resume *slots = (const void *)event->slot;

	hold_end(state, slots->dev, JSCOPE_HOLD_PAUSE);
}
