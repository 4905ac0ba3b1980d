/* The audio modules of a scenario and their listeners, as tasks. */
#include <errno.h>
#include <stdio.h>

#include "jscope/probe.h"
#include "module.h"

/* KSPROPERTY_AUDIOMODULE_NOTIFICATION_DEVICE_ID of the first device; the others count on. */
static const struct jscope__guid device_id = {
	{ 0, 0, 0, 0, 0x61, 0x6a, 0x73, 0x4c, 0x9b, 0x10, 0x6d, 0x6f, 0x64, 0x75, 0x6c, 0x65 },
};

static struct jscope__action wait_for(struct jscope__module_client *client)
{
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT,
					.event = &client->listener.event };
}

static struct jscope__action answer(struct jscope__context *context,
				    struct jscope__module_client *client)
{
	struct jscope__pcn_listener *listener = &client->listener;

	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(pcn_receive, .dev = client->module->dev, .irql = context->irql,
		     .buf = listener->buffer, .event = listener->event.id,
		     .size = listener->copy_bytes);
	jscope__follow_served(context, &listener->follower);
	jscope__machine_unlock(context->machine);
	return wait_for(client);
}

static struct jscope__action client_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__module_client *client = state;
	jscope_ns work_ns;

	jscope__machine_lock(context->machine);
	jscope__follow_run(&client->listener.follower);
	jscope__machine_unlock(context->machine);
	if (cause == JSCOPE__CAUSE_STOPPING) {
		jscope__module_leave(context, client->module);
		return (struct jscope__action){ .kind = JSCOPE__ACTION_END };
	}
	if (cause == JSCOPE__CAUSE_START)
		return wait_for(client);
	work_ns = cause == JSCOPE__CAUSE_WOKEN
			  ? jscope__delay_draw(&client->work, context,
					       client->listener.event.wake_count)
			  : 0;
	if (work_ns == 0)
		return answer(context, client);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK, .work_ns = work_ns };
}

static int client_build(struct jscope__rig *rig, struct jscope__module *module, unsigned index,
			const struct jscope_delay_settings *delays)
{
	struct jscope__module_client *client = &module->clients[index];
	struct jscope__pcn_listener *listener = &client->listener;
	struct jscope__task *task;
	char name[16];

	snprintf(name, sizeof name, "listener-%u", index % 100);
	task = jscope__rig_task(rig, name, module->settings->priority);
	if (!task)
		return -E2BIG;
	client->module = module;
	listener->event = (struct jscope__kevent){ .id = jscope__machine_id(rig->machine),
						   .dev = module->dev };
	listener->follower.event = &listener->event;
	listener->copy = jscope__rig_own(rig, module->port.capacity_bytes);
	if (!listener->copy)
		return -ENOMEM;
	module->port.listeners[module->port.listener_count++] = listener;
	jscope__delay_init(&client->work, rig->machine, &module->settings->work,
			   JSCOPE_DELAY_SERVICE, module->dev, listener->event.id);
	jscope__delay_init(&task->wake_delay, rig->machine, &delays->wake, JSCOPE_DELAY_WAKE,
			   module->dev, listener->event.id);
	task->step = client_step;
	task->state = client;
	return 0;
}

static int buffers_build(struct jscope__rig *rig, struct jscope__module *module)
{
	struct jscope__pcn_port *port = &module->port;

	port->dev = module->dev;
	port->capacity_bytes = (uint16_t)module->settings->size_bytes;
	for (unsigned i = 0; i < JSCOPE__PCN_BUFFERS; i++) {
		port->buffers[i].bytes = jscope__rig_own(rig, port->capacity_bytes);
		if (!port->buffers[i].bytes)
			return -ENOMEM;
	}
	return 0;
}

static int worker_build(struct jscope__rig *rig, struct jscope__module *module,
			const struct jscope_delay_settings *delays)
{
	struct jscope__task *task = jscope__rig_task(rig, "module", 12);

	if (!task)
		return -E2BIG;
	jscope__worker_init(&module->worker, rig->machine, module->dev, &delays->wake, task);
	module->worker.open = jscope__module_open;
	module->worker.close = jscope__module_leave;
	module->worker.state = module;
	module->work = (struct jscope__work){ .routine = jscope__module_work, .state = module };
	return 0;
}

static int clients_build(struct jscope__rig *rig, struct jscope__module *module,
			 const struct jscope_delay_settings *delays)
{
	const unsigned count = module->settings->listener_count;
	int error = 0;

	module->clients = jscope__rig_own(rig, count * sizeof *module->clients);
	if (!module->clients)
		return -ENOMEM;
	module->client_count = count;
	module->thread_count = count + 1;
	for (unsigned i = 0; !error && i < count; i++)
		error = client_build(rig, module, i, delays);
	return error;
}

static int module_build(struct jscope__rig *rig, const struct jscope_module_settings *settings)
{
	const struct jscope_delay_settings *delays = jscope__rig_delays(rig, settings->head.name);
	struct jscope__module *module = jscope__rig_own(rig, sizeof *module);
	int error;

	if (!module)
		return -ENOMEM;
	module->settings = settings;
	module->dev = jscope__rig_device(rig, &settings->head);
	if (!module->dev)
		return -E2BIG;
	module->device = device_id;
	module->device.bytes[0] = (uint8_t)module->dev;
	jscope__rig_line(rig, &module->line, settings->irq, module->dev, settings->cpu, delays);
	jscope__rig_dpc(rig, &module->dpc, module->dev, settings->cpu, delays);
	jscope__module_device_init(module);
	jscope__delay_init(&module->arrival, rig->machine, &settings->arrival, JSCOPE_DELAY_ARRIVAL,
			   module->dev, module->dpc.id);
	error = buffers_build(rig, module);
	if (!error)
		error = worker_build(rig, module, delays);
	if (!error)
		error = clients_build(rig, module, delays);
	return error;
}

int jscope__portcls_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->module_count; i++)
		error = module_build(rig, &rig->scenario->modules[i]);
	return error;
}
