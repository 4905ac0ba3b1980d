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

/* The [client] that names the stream, else the first that names none. */
static const struct jscope_client_settings *client_settings(const struct jscope_scenario *scenario,
							    const char *stream)
{
	const struct jscope_client_settings *general = NULL;

	for (unsigned i = 0; i < scenario->client_count; i++) {
		const struct jscope_client_settings *settings = &scenario->clients[i];

		if (*settings->stream && strcmp(settings->stream, stream) == 0)
			return settings;
		if (!*settings->stream && !general)
			general = settings;
	}
	return general;
}

static int clients_build(struct jscope__rig *rig, struct jscope__client_group *group)
{
	const struct jscope_client_settings *settings =
		client_settings(rig->scenario, group->settings->head.name);
	const unsigned count = settings ? settings->count : 0;

	group->clients = jscope__rig_own(rig, (count ? count : 1) * sizeof *group->clients);
	if (!group->clients)
		return -ENOMEM;
	group->client_count = count;
	for (unsigned i = 0; i < count; i++) {
		char name[16];
		struct jscope__task *task;

		snprintf(name, sizeof name, "client-%u", i % 1000);
		task = jscope__rig_task(rig, name, settings->priority);
		if (!task)
			return -E2BIG;
		jscope__client_init(&group->clients[i], group, settings, i, task);
	}
	return 0;
}

static int device_build(struct jscope__rig *rig, const struct jscope_stream_settings *settings)
{
	const struct jscope_delay_settings *delays =
		jscope_scenario_delays(rig->scenario, settings->head.name);
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
		.line = &device->line,
	};
	return clients_build(rig, &device->group);
}

int jscope__wavert_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->stream_count; i++)
		error = device_build(rig, &rig->scenario->streams[i]);
	return error;
}
