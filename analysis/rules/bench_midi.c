/* The bench of MIDI ports and service groups (R56..R65): which event concerns whom. */
#include "rules/bench_midi.h"

#include <errno.h>
#include <stdlib.h>

bool jscope__midi_sees(const struct jscope__midi *midi, jscope_ns since_ns, jscope_ns now_ns)
{
	return since_ns != JSCOPE_NS_UNKNOWN &&
	       !jscope__judge_is_blind(midi->judge, since_ns, now_ns);
}

struct jscope__midi_device *jscope__midi_device_get(struct jscope__midi *midi, int64_t dev)
{
	return jscope_map_put(midi->devices, jscope__midi_key(0, (uint32_t)dev));
}

struct jscope__midi_place *jscope__midi_place_get(struct jscope__midi *midi,
						  const struct jscope_vocabulary_event *event)
{
	return jscope_map_put(midi->places, jscope__place(event));
}

struct jscope__midi_group *jscope__midi_group_get(struct jscope__midi *midi, int64_t dev,
						  int64_t id)
{
	struct jscope__midi_group *group = jscope_map_put(midi->groups, jscope__midi_key(dev, id));

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

/* Every map, with the size of its values. */
#define MAPS(MAP)                                                                                  \
	MAP(places, struct jscope__midi_place)                                                     \
	MAP(devices, struct jscope__midi_device)                                                   \
	MAP(ports, struct jscope__midi_port)                                                       \
	MAP(groups, struct jscope__midi_group)                                                     \
	MAP(sinks, struct jscope__midi_sink)                                                       \
	MAP(streams, struct jscope__midi_stream)                                                   \
	MAP(dpcs, uint64_t)

static void midi_destroy(void *bench)
{
	struct jscope__midi *midi = bench;

#define MAP(name, type) jscope_map_destroy(midi->name);
	MAPS(MAP)
#undef MAP
	free(midi);
}

static int midi_create(struct jscope_judge *judge, void **ret_bench)
{
	struct jscope__midi *midi = calloc(1, sizeof *midi);
	int error = 0;

	if (!midi)
		return -ENOMEM;
	midi->judge = judge;
#define MAP(name, type)                                                                            \
	if (!error)                                                                                \
		error = jscope_map_create(sizeof(type), JSCOPE__MIDI_OBJECTS_MAX, &midi->name);
	MAPS(MAP)
#undef MAP
	if (error) {
		midi_destroy(midi);
		return error;
	}
	*ret_bench = midi;
	return 0;
}

static uint64_t midi_refused(const void *bench)
{
	const struct jscope__midi *midi = bench;
	uint64_t refused = midi->refused;

#define MAP(name, type) refused += jscope_map_refused(midi->name);
	MAPS(MAP)
#undef MAP
	return refused;
}

const struct jscope__bench_ops jscope__bench_midi = {
	.create = midi_create,
	.event = midi_event,
	.finish = midi_finish,
	.refused = midi_refused,
	.destroy = midi_destroy,
};
