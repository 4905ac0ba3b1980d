/* The WaveRT streams of a scenario, each with its line, its DPC and its clients. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "wavert_client.h"

struct device {
	struct jscope__line line;
	struct jscope__stream stream;
	struct jscope__client_group group;
};

/* A [client] is of the stream that it names; those that name none are of all that no one names. */
static bool is_named(const struct jscope_scenario *scenario, const char *stream)
{
	bool named = false;

	for (unsigned i = 0; i < scenario->client_count; i++)
		named = named || (*scenario->clients[i].stream &&
				  strcmp(scenario->clients[i].stream, stream) == 0);
	return named;
}

/* The next [client] of a stream from `index` on, or NULL. */
static const struct jscope_client_settings *settings_next(const struct jscope_scenario *scenario,
							  const char *stream, unsigned *index)
{
	const char *wanted = is_named(scenario, stream) ? stream : "";

	while (*index < scenario->client_count) {
		const struct jscope_client_settings *settings = &scenario->clients[(*index)++];

		if (strcmp(settings->stream, wanted) == 0)
			return settings;
	}
	return NULL;
}

static int client_build(struct jscope__rig *rig, struct jscope__client_group *group,
			const struct jscope_client_settings *settings)
{
	const unsigned number = group->client_count;
	struct jscope__task *task;
	char name[16];

	if (number == JSCOPE__STREAM_EVENTS_MAX)
		return -E2BIG;
	snprintf(name, sizeof name, "client-%u", number % 1000);
	task = jscope__rig_task(rig, name, settings->priority);
	if (!task)
		return -E2BIG;
	jscope__client_init(&group->clients[number], group, settings, number, task);
	group->client_count++;
	return 0;
}

static int clients_build(struct jscope__rig *rig, struct jscope__client_group *group)
{
	const char *stream = group->settings->head.name;
	const struct jscope_client_settings *settings;
	unsigned index = 0;
	int error = 0;

	group->clients = jscope__rig_own(rig, JSCOPE__STREAM_EVENTS_MAX * sizeof *group->clients);
	if (!group->clients)
		return -ENOMEM;
	while (!error && (settings = settings_next(rig->scenario, stream, &index)))
		for (unsigned i = 0; !error && i < settings->count; i++)
			error = client_build(rig, group, settings);
	return error;
}

static int device_build(struct jscope__rig *rig, const struct jscope_stream_settings *settings)
{
	const struct jscope_delay_settings *delays = jscope__rig_delays(rig, settings->head.name);
	const uint32_t dev = jscope__rig_device(rig, &settings->head);
	struct device *device = jscope__rig_own(rig, sizeof *device);

	if (!device)
		return -ENOMEM;
	if (!dev)
		return -E2BIG;
	jscope__rig_line(rig, &device->line, settings->irq, dev, settings->cpu, delays);
	jscope__rig_dpc(rig, &device->stream.dpc, dev, settings->cpu, delays);
	device->stream.dpc.importance = settings->importance;
	device->stream.dpc.kind = settings->threaded ? JSCOPE__DPC_THREADED : JSCOPE__DPC_ORDINARY;
	device->group = (struct jscope__client_group){
		.rig = rig,
		.settings = settings,
		.stream = &device->stream,
		.course = { .due = jscope__stream_due, .device = &device->stream },
		.line = &device->line,
	};
	jscope__delay_follow(&device->line.interrupt_delay, &device->group.course);
	jscope__delay_follow(&device->line.dispatch_delay, &device->group.course);
	jscope__delay_follow(&device->stream.dpc.queue_delay, &device->group.course);
	jscope__delay_follow(&device->stream.dpc.handler_delay, &device->group.course);
	return clients_build(rig, &device->group);
}

int jscope__wavert_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->stream_count; i++)
		error = device_build(rig, &rig->scenario->streams[i]);
	return error;
}
