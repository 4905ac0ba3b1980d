/* The requests of a recorded disk, which come by themselves, each when it did. */
#include "disk.h"

/* Records of virtual time: of its building; the entry into StartIo and the return, which is its queuing. */
#define BUILD_TOLD_NS	1
#define START_TOLD_NS	2
#define REQUEST_TOLD_NS (BUILD_TOLD_NS + START_TOLD_NS)

/* No request block is free: so long until the next attempt. */
#define AGAIN_NS JSCOPE_NS_PER_MS

static jscope_ns begin_ns(const void *device, uint64_t point)
{
	const struct jscope__disk *disk = device;

	(void)point;
	return disk->rig->machine->boot_ns;
}

/* Nobody waits for it. */
static void unheard_done(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	jscope__stor_release_locked(context, state, srb);
}

static struct jscope__io io_of(struct jscope__disk *disk,
			       const struct jscope_recorded_request *recorded)
{
	struct jscope__disk_client *client =
		recorded->client == JSCOPE_CLIENT_NONE ? NULL : &disk->clients[recorded->client];

	return (struct jscope__io){
		.op = recorded->op,
		.bytes = recorded->bytes,
		.channel = recorded->queue,
		.done = client ? jscope__disk_client_done : unheard_done,
		.client = client ? (void *)client : &disk->adapter,
		.event = client ? client->event.id : 0,
		.recorded = recorded,
	};
}

/*
 * How many requests come at once, from the next one on: where the records of one leave no time for those
 * of the next, all of them were built before any was started.
 */
static size_t volley_size(const struct jscope__disk *disk)
{
	const struct jscope_recorded_traffic *traffic = disk->settings->traffic;
	size_t last = disk->arrived_count;

	if (last == traffic->count)
		return 0;
	while (last + 1 < traffic->count &&
	       traffic->requests[last + 1].queued_ns - traffic->requests[last].queued_ns <
		       REQUEST_TOLD_NS)
		last++;
	return last + 1 - disk->arrived_count;
}

/* Under the lock. */
static void arrival_arm(struct jscope__disk *disk)
{
	const struct jscope_recorded_traffic *traffic = disk->settings->traffic;
	struct jscope__clock *clock = disk->rig->machine->clock;
	const size_t next = disk->arrived_count;
	jscope_ns told_ns;

	if (disk->adapter.removed || next == traffic->count)
		return;
	told_ns = (jscope_ns)volley_size(disk) * BUILD_TOLD_NS + START_TOLD_NS;
	clock->ops->timer_arm(
		clock, &disk->arrival,
		jscope_add_sat(begin_ns(disk, 0), traffic->requests[next].queued_ns - told_ns));
}

/* Returns false when there was no room for all of them. */
static bool volley_ask(struct jscope__disk *disk)
{
	const size_t end = disk->arrived_count + volley_size(disk);

	while (disk->arrived_count < end) {
		const struct jscope__io io =
			io_of(disk, &disk->settings->traffic->requests[disk->arrived_count]);

		if (jscope__stor_ask(&disk->adapter, &io) != JSCOPE_STATUS_SUCCESS)
			return false;
		disk->arrived_count++;
	}
	return true;
}

static void arrival_fire(struct jscope__context *context, void *state)
{
	struct jscope__disk *disk = state;
	struct jscope__machine *machine = disk->rig->machine;
	struct jscope__context lowered = *context;
	const bool has_room = volley_ask(disk);

	lowered.irql = JSCOPE__IRQL_DISPATCH;
	jscope__stor_start(&lowered, &disk->adapter);
	jscope__machine_lock(machine);
	if (has_room)
		arrival_arm(disk);
	else if (!disk->adapter.removed)
		machine->clock->ops->timer_arm(
			machine->clock, &disk->arrival,
			jscope_add_sat(jscope__machine_now(machine), AGAIN_NS));
	jscope__machine_unlock(machine);
}

/* From the interrupt to what completes: the DPC, or the routine itself. */
static void queue_follow(struct jscope__disk *disk, uint32_t index)
{
	const struct jscope_disk_settings *settings = disk->settings;
	struct jscope__hba_queue *queue = &disk->hba.queues[index];
	struct jscope__delay *delay =
		settings->from_isr ? &queue->line.dispatch_delay : &queue->dpc.queue_delay;

	jscope__delay_init(delay, disk->rig->machine, &settings->traffic->queue[index],
			   settings->from_isr ? JSCOPE_DELAY_DISPATCH : JSCOPE_DELAY_QUEUE,
			   disk->adapter.dev,
			   settings->from_isr ? queue->line.number : queue->dpc.id);
	jscope__delay_follow(delay, &disk->course);
}

void jscope__disk_traffic_init(struct jscope__disk *disk)
{
	disk->course = (struct jscope__course){ .due = begin_ns, .device = disk };
	disk->arrival = (struct jscope__timer){ .fire = arrival_fire, .state = disk };
	for (uint32_t i = 0; disk->settings->traffic && i < disk->settings->queue_count; i++)
		queue_follow(disk, i);
}

void jscope__disk_traffic_open(struct jscope__disk *disk)
{
	if (!disk->settings->traffic)
		return;
	jscope__machine_lock(disk->rig->machine);
	arrival_arm(disk);
	jscope__machine_unlock(disk->rig->machine);
}

void jscope__disk_traffic_close(struct jscope__disk *disk)
{
	struct jscope__clock *clock = disk->rig->machine->clock;

	jscope__machine_lock(disk->rig->machine);
	clock->ops->timer_cancel(clock, &disk->arrival);
	disk->arrived_count = disk->settings->traffic ? disk->settings->traffic->count : 0;
	jscope__machine_unlock(disk->rig->machine);
	clock->ops->timer_settle(clock, &disk->arrival);
}
