/* The bench of MIDI ports and service groups (R56..R65): which event concerns whom. */
#include "rules/bench_midi.h"

struct jscope__midi_device *jscope__midi_device_get(struct jscope__midi *midi, int64_t dev)
{
	return jscope_map_put(midi->devices, jscope__dev_key(dev));
}

struct jscope__midi_place *jscope__midi_place_get(struct jscope__midi *midi,
						  const struct jscope_vocabulary_event *event)
{
	return jscope_map_put(midi->places, jscope__place(event));
}

struct jscope__midi_group *jscope__midi_group_get(struct jscope__midi *midi, int64_t dev,
						  int64_t id)
{
	struct jscope__midi_group *group = jscope_map_put(midi->groups, jscope__key(dev, id));

	if (!group || group->seen)
		return group;
	group->seen = true;
	group->created_ns = JSCOPE_NS_UNKNOWN;
	group->delay.replaced_due_ns = JSCOPE_NS_UNKNOWN;
	return group;
}

static void on_request(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	jscope__midi_notify_request(midi, event);
	jscope__midi_delayed_request(midi, event);
	jscope__midi_request(midi, event);
}

/* What a notification or a request had to lead to has happened when its routine returns. */
static void on_irq_exit(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	jscope__midi_request_settle(midi, event);
	jscope__midi_notify_settle(midi, event);
	jscope__midi_irq_exit(midi, event);
}

static void on_dpc_exit(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	jscope__midi_request_settle(midi, event);
	jscope__midi_notify_settle(midi, event);
	jscope__midi_dpc_exit(midi, event);
}

static void on_notify(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	jscope__midi_request_settle(midi, event);
	jscope__midi_notify_settle(midi, event);
	jscope__midi_notified(midi, event);
}

static jscope__midi_fn *const handlers[JSCOPE_EVENT_COUNT] = {
	[JSCOPE_EVENT_irq_entry] = jscope__midi_irq_entry,
	[JSCOPE_EVENT_irq_ack] = jscope__midi_irq_ack,
	[JSCOPE_EVENT_irq_exit] = on_irq_exit,
	[JSCOPE_EVENT_dpc_insert] = jscope__midi_insert,
	[JSCOPE_EVENT_dpc_entry] = jscope__midi_dpc_entry,
	[JSCOPE_EVENT_dpc_exit] = on_dpc_exit,
	[JSCOPE_EVENT_timer_arm] = jscope__midi_timer_arm,
	[JSCOPE_EVENT_midi_notify] = on_notify,
	[JSCOPE_EVENT_midi_register] = jscope__midi_registered,
	[JSCOPE_EVENT_svc_create] = jscope__midi_group_create,
	[JSCOPE_EVENT_svc_destroy] = jscope__midi_group_destroy,
	[JSCOPE_EVENT_svc_add] = jscope__midi_add,
	[JSCOPE_EVENT_svc_remove] = jscope__midi_remove,
	[JSCOPE_EVENT_svc_request] = on_request,
	[JSCOPE_EVENT_svc_support_delay] = jscope__midi_support_delay,
	[JSCOPE_EVENT_svc_delay] = jscope__midi_delay,
	[JSCOPE_EVENT_svc_cancel] = jscope__midi_cancel,
	[JSCOPE_EVENT_svc_serve] = jscope__midi_served,
	[JSCOPE_EVENT_midi_xfer] = jscope__midi_transfer,
	[JSCOPE_EVENT_midi_wire] = jscope__midi_wire,
};

static void midi_event(void *bench, const struct jscope_vocabulary_event *event)
{
	if (handlers[event->id])
		handlers[event->id](bench, event);
}

static void midi_finish(void *bench, jscope_ns end_ns)
{
	(void)end_ns;
	jscope__midi_bytes_finish(bench);
}

#define TABLE(map, type)                                                                           \
	JSCOPE__TABLE(struct jscope__midi, map, type, JSCOPE__MIDI_OBJECTS_MAX, NULL)

const struct jscope__bench_ops jscope__bench_midi = {
	.size = sizeof(struct jscope__midi),
	.tables = {
		TABLE(places, struct jscope__midi_place),
		TABLE(devices, struct jscope__midi_device),
		TABLE(ports, struct jscope__midi_port),
		TABLE(groups, struct jscope__midi_group),
		TABLE(sinks, struct jscope__midi_sink),
		TABLE(streams, struct jscope__midi_stream),
		TABLE(dpcs, uint64_t),
	},
	.event = midi_event,
	.finish = midi_finish,
};
