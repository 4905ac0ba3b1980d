/* The disks of a scenario, each with its adapter, the lines and DPCs of its queues, and its tasks. */
#include <errno.h>
#include <stdio.h>

#include "disk.h"

static void queues_build(struct jscope__rig *rig, struct jscope__disk *disk,
			 const struct jscope_delay_settings *delays)
{
	const struct jscope_disk_settings *settings = disk->settings;

	for (uint32_t i = 0; i < settings->queue_count; i++) {
		struct jscope__hba_queue *queue = &disk->hba.queues[i];
		const uint32_t cpu = (settings->cpu + i) % rig->machine->cpu_count;

		jscope__rig_line(rig, &queue->line, settings->irq ? settings->irq + i : 0,
				 disk->adapter.dev, cpu, delays);
		jscope__rig_dpc(rig, &queue->dpc, disk->adapter.dev, cpu, delays);
	}
}

static void adapter_build(struct jscope__rig *rig, struct jscope__disk *disk,
			  const struct jscope_delay_settings *delays)
{
	const struct jscope_disk_settings *settings = disk->settings;
	struct jscope__adapter *adapter = &disk->adapter;

	adapter->machine = rig->machine;
	adapter->miniport = &jscope__hba_miniport;
	adapter->extension = &disk->hba;
	adapter->limit = settings->depth;
	adapter->full_duplex = settings->full_duplex;
	adapter->channels.count = settings->channel_count;
	adapter->tick_ns = rig->scenario->machine.tick_ns;
	jscope__rig_dpc(rig, &adapter->done_dpc, adapter->dev, settings->cpu, delays);
	jscope__rig_dpc(rig, &adapter->timer_dpc, adapter->dev, settings->cpu, delays);
	jscope__rig_dpc(rig, &adapter->pause_dpc, adapter->dev, settings->cpu, delays);
	jscope__stor_attach(adapter);
	disk->reset_event = (struct jscope__kevent){ .id = jscope__machine_id(rig->machine),
						     .dev = adapter->dev };
	disk->hba.settings = settings;
	disk->hba.adapter = adapter;
	disk->hba.reset_event = &disk->reset_event;
	jscope__hba_init(&disk->hba);
	jscope__disk_traffic_init(disk);
}

static struct jscope__task *task_build(struct jscope__rig *rig, const struct jscope__disk *disk,
				       const char *name, uint32_t priority)
{
	struct jscope__task *task = jscope__rig_task(rig, name, priority);

	if (task && disk->settings->traffic)
		task->cpu = disk->settings->client_cpu;
	return task;
}

static int tasks_build(struct jscope__rig *rig, struct jscope__disk *disk)
{
	const struct jscope_disk_settings *settings = disk->settings;
	struct jscope__task *task = task_build(rig, disk, "stor-port", 31);

	if (!task)
		return -E2BIG;
	jscope__disk_task_init(disk, task);
	for (uint32_t i = 0; i < settings->client_count; i++) {
		char name[16];

		snprintf(name, sizeof name, "stor-client-%u", i % 100);
		task = task_build(rig, disk, name, settings->priority);
		if (!task)
			return -E2BIG;
		jscope__disk_client_init(&disk->clients[i], disk, i, task);
	}
	disk->present_count = settings->client_count + 1;
	return 0;
}

static int disk_build(struct jscope__rig *rig, const struct jscope_disk_settings *settings)
{
	const struct jscope_delay_settings *delays = jscope__rig_delays(rig, settings->head.name);
	struct jscope__disk *disk = jscope__rig_own(rig, sizeof *disk);
	const uint32_t dev = jscope__rig_device(rig, &settings->head);

	if (!disk)
		return -ENOMEM;
	if (!dev)
		return -E2BIG;
	disk->rig = rig;
	disk->settings = settings;
	disk->adapter.dev = dev;
	disk->adapter.srb_count =
		(settings->traffic ? settings->depth
				   : settings->client_count * settings->outstanding) +
		JSCOPE__STOR_SPARE;
	disk->adapter.srbs =
		jscope__rig_own(rig, disk->adapter.srb_count * sizeof *disk->adapter.srbs);
	disk->clients = jscope__rig_own(rig, settings->client_count * sizeof *disk->clients);
	if (!disk->adapter.srbs || !disk->clients)
		return -ENOMEM;
	queues_build(rig, disk, delays);
	adapter_build(rig, disk, delays);
	return tasks_build(rig, disk);
}

int jscope__storport_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->disk_count; i++)
		error = disk_build(rig, &rig->scenario->disks[i]);
	return error;
}

void jscope__storport_finish(struct jscope__rig *rig)
{
	for (; rig->machine->adapters; rig->machine->adapters = rig->machine->adapters->next)
		jscope__stor_detach(rig->machine->adapters);
}
