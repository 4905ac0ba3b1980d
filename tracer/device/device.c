#include "tracer/device.h"

#include <errno.h>
#include <stdlib.h>

#include "client.h"
#include "common/error.h"
#include "live.h"

/* The one device of a scenario so far. */
#define DEVICE_NUMBER 1
#define LINE_NUMBER   16

struct jscope_device {
	struct jscope_scenario scenario;
	struct jscope__machine machine;
	struct jscope__live *live;
	struct jscope__line line;
	struct jscope__stream stream;
	struct jscope__client_group group;
	struct jscope__task *tasks;
};

static int clients_create(struct jscope_device *device)
{
	unsigned count = device->scenario.client.count;

	device->group = (struct jscope__client_group){
		.scenario = &device->scenario,
		.stream = &device->stream,
		.line = &device->line,
		.clients = calloc(count, sizeof *device->group.clients),
		.client_count = count,
	};
	device->tasks = calloc(count, sizeof *device->tasks);
	if (!device->group.clients || !device->tasks)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		jscope__client_init(&device->group.clients[i], &device->group, &device->machine, i,
				    &device->tasks[i]);
	return 0;
}

int jscope_device_start(const struct jscope_scenario *scenario, struct jscope_device **ret_device,
			bool *ret_real_time)
{
	struct jscope_device *device = calloc(1, sizeof *device);
	int error = -ENOMEM;

	if (!device)
		return jscope_error(-ENOMEM, "No memory for the virtual device.");
	device->scenario = *scenario;
	device->line = (struct jscope__line){ .number = LINE_NUMBER, .dev = DEVICE_NUMBER };
	error = jscope__live_create(scenario->machine.cpu_count, &device->machine, &device->live);
	if (!error)
		error = clients_create(device);
	if (!error)
		error = jscope__live_start(device->live, device->tasks, scenario->client.count,
					   ret_real_time);
	if (error) {
		jscope_device_destroy(device);
		return jscope_error(error, "The threads of the virtual device cannot be started; "
					   "raise `ulimit -u`, or model fewer CPUs and clients.");
	}
	*ret_device = device;
	return 0;
}

bool jscope_device_is_over(struct jscope_device *device)
{
	return jscope__live_ended(device->live) > 0;
}

int jscope_device_stop(struct jscope_device *device)
{
	const struct jscope__client_group *group = &device->group;

	jscope__live_stop(device->live);
	if (group->failure == JSCOPE_STATUS_SUCCESS)
		return 0;
	return jscope_error(-EIO, "%s failed with %s; change [stream] in the scenario.",
			    group->failed_method, jscope__status_name(group->failure));
}

void jscope_device_destroy(struct jscope_device *device)
{
	if (!device)
		return;
	jscope__live_destroy(device->live);
	free(device->tasks);
	free(device->group.clients);
	free(device);
}
