#include "disk.h"

#define RANDOM_PLACE (UINT64_C(2) << 48)
#define SECTOR_BYTES 512u

static struct jscope__action wait_for(struct jscope__disk_client *client)
{
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &client->event };
}

/*
 * A request of this client is over. Its event may be up already, or the signal may get lost: the
 * request then belongs to the wake that consumes the flag, whichever that is.
 */
void jscope__disk_client_done(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	struct jscope__disk_client *client = state;
	const bool was_up = jscope__kevent_set(context, &client->event, srb->number);

	srb->at.signal_ns = jscope__machine_stamp(context->machine);
	if (!was_up && client->event.signalled)
		client->raise_count++;
	srb->wake = client->raise_count + !client->event.signalled;
	jscope__srb_push(&client->done, srb);
}

static uint32_t draw_bytes(struct jscope__disk_client *client)
{
	const struct jscope_disk_settings *settings = client->disk->settings;
	const uint32_t least = settings->request_bytes, most = settings->request_max_bytes;
	const uint64_t choices = most > least ? (most - least) / SECTOR_BYTES + 1 : 1;

	return least + (uint32_t)jscope__random_below(&client->random, choices) * SECTOR_BYTES;
}

static struct jscope__io draw_io(struct jscope__disk_client *client)
{
	const struct jscope_disk_settings *settings = client->disk->settings;
	const bool writes = jscope__random_below(&client->random, 100) < settings->write_percent;

	return (struct jscope__io){
		.lun = (uint8_t)jscope__random_below(&client->random, settings->lun_count),
		.op = writes ? JSCOPE__SCSI_WRITE : JSCOPE__SCSI_READ,
		.bytes = draw_bytes(client),
		.channel = client->index,
		.done = jscope__disk_client_done,
		.client = client,
		.event = client->event.id,
	};
}

/* A client of an adapter that has crashed goes without. */
static void submit(struct jscope__context *context, struct jscope__disk_client *client)
{
	const struct jscope__io io = draw_io(client);
	const jscope_status status = jscope__stor_submit(context, &client->disk->adapter, &io);

	if (status != JSCOPE_STATUS_SUCCESS && status != JSCOPE_STATUS_DEVICE_DOES_NOT_EXIST)
		jscope__rig_fail(client->disk->rig, "Submitting a request", status);
}

static struct jscope__action open_client(struct jscope__context *context,
					 struct jscope__disk_client *client)
{
	for (uint32_t i = 0; i < client->disk->settings->outstanding; i++)
		submit(context, client);
	return wait_for(client);
}

/* What was signalled up to the wake; later requests have a wake of their own. */
static void see(struct jscope__context *context, struct jscope__disk_client *client)
{
	struct jscope__machine *machine = context->machine;

	jscope__machine_lock(machine);
	while (client->done.first && client->done.first->wake <= client->event.wake_count) {
		struct jscope__srb *srb = jscope__srb_pop(&client->done);

		srb->at.run_ns = client->event.woken_ns;
		jscope__srb_push(&client->answering, srb);
	}
	jscope__machine_unlock(machine);
}

/* A new request for each that is over; recorded ones come by themselves. */
static struct jscope__action answer(struct jscope__context *context,
				    struct jscope__disk_client *client)
{
	while (client->answering.first) {
		struct jscope__srb *srb = jscope__srb_pop(&client->answering);

		if (!client->disk->settings->traffic)
			submit(context, client);
		jscope__stor_release(context, &client->disk->adapter, srb);
	}
	return wait_for(client);
}

static struct jscope__action think(struct jscope__context *context,
				   struct jscope__disk_client *client)
{
	jscope_ns work_ns;

	see(context, client);
	work_ns = jscope__delay_draw(&client->think, context, client->event.wake_count);
	if (work_ns == 0)
		return answer(context, client);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK, .work_ns = work_ns };
}

static struct jscope__action client_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__disk_client *client = state;

	switch (cause) {
	case JSCOPE__CAUSE_START:
		return open_client(context, client);
	case JSCOPE__CAUSE_WOKEN:
		return think(context, client);
	case JSCOPE__CAUSE_WORKED:
		return answer(context, client);
	case JSCOPE__CAUSE_STOPPING:
		break;
	}
	jscope__disk_leave(context, client->disk);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_END };
}

void jscope__disk_client_init(struct jscope__disk_client *client, struct jscope__disk *disk,
			      uint32_t index, struct jscope__task *task)
{
	struct jscope__machine *machine = disk->rig->machine;
	const struct jscope_delay_settings *delays =
		jscope__rig_delays(disk->rig, disk->settings->head.name);
	const uint32_t dev = disk->adapter.dev;

	*client = (struct jscope__disk_client){
		.disk = disk,
		.index = index,
		.event = { .id = jscope__machine_id(machine), .dev = dev },
	};
	jscope__random_init(&client->random, machine->seed, RANDOM_PLACE | client->event.id);
	jscope__delay_init(&client->think, machine, &disk->settings->think, JSCOPE_DELAY_SERVICE,
			   dev, client->event.id);
	jscope__delay_init(&task->wake_delay, machine,
			   disk->settings->traffic ? &disk->settings->traffic->wake[index]
						   : &delays->wake,
			   JSCOPE_DELAY_WAKE, dev, client->event.id);
	jscope__delay_follow(&task->wake_delay, &disk->course);
	task->step = client_step;
	task->state = client;
}
