#include "wavert_client.h"

static const struct jscope__action end = { .kind = JSCOPE__ACTION_END };

static struct jscope__action wait_for(struct jscope__client *client)
{
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &client->event };
}

/* The writer sets the stream up. Each step notes its name, so that a failure can be told. */

static jscope_status note(struct jscope__client_group *group, const char *method,
			  jscope_status status)
{
	if (status != JSCOPE_STATUS_SUCCESS)
		jscope__rig_fail(group->rig, method, status);
	return status;
}

static jscope_status buffer_prepare(struct jscope__context *context,
				    struct jscope__client_group *group)
{
	const struct jscope_stream_settings *settings = group->settings;
	uint32_t bytes = settings->requested_bytes ? settings->requested_bytes
						   : settings->period_frames * settings->frame_bytes *
							     settings->notification_count;
	jscope_status status;

	status = jscope__stream_allocate(context, group->stream, settings->notification_count,
					 bytes, &bytes);
	if (status != JSCOPE_STATUS_SUCCESS)
		return note(group, "AllocateBufferWithNotification", status);
	for (unsigned i = 0; i < group->client_count; i++) {
		status = jscope__stream_register(context, group->stream, &group->clients[i].event);
		if (status != JSCOPE_STATUS_SUCCESS)
			return note(group, "RegisterNotificationEvent", status);
	}
	return JSCOPE_STATUS_SUCCESS;
}

static jscope_status packet_write(struct jscope__context *context, struct jscope__client *client)
{
	jscope_status status = jscope__stream_set_write_packet(context, client->group->stream,
							       client->packet_next, 0, 0);

	if (status == JSCOPE_STATUS_SUCCESS)
		client->packet_next++;
	return status;
}

/* To RUN with the first packet in place; the second one follows while the first is played. */
static jscope_status stream_start(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__client_group *group = writer->group;
	jscope_status status = JSCOPE_STATUS_SUCCESS;
	unsigned state;

	for (state = JSCOPE__KSSTATE_ACQUIRE; state <= JSCOPE__KSSTATE_RUN; state++) {
		if (state == JSCOPE__KSSTATE_RUN)
			status = note(group, "SetWritePacket", packet_write(context, writer));
		if (status == JSCOPE_STATUS_SUCCESS)
			status = note(group, "SetState",
				      jscope__stream_set_state(context, group->stream, state));
		if (status != JSCOPE_STATUS_SUCCESS)
			return status;
	}
	return JSCOPE_STATUS_SUCCESS;
}

static void stream_close(struct jscope__context *context, struct jscope__client_group *group)
{
	struct jscope__stream *stream = group->stream;

	while (stream->state != JSCOPE__KSSTATE_STOP)
		jscope__stream_set_state(context, stream, stream->state - 1u);
	while (stream->event_count > 0)
		jscope__stream_unregister(context, stream, stream->events[0]);
	if (stream->buffer_bytes > 0)
		jscope__stream_free(context, stream, stream->buffer_bytes);
	jscope__stream_close(context, stream);
}

/*
 * Write the packet that is due. Late means that the device plays it already: the count of packets
 * played says where it is, and the one after the packet in transfer is due instead.
 */
static void writer_catch_up(struct jscope__context *context, struct jscope__client *writer)
{
	uint32_t played;

	if (jscope__stream_get_packet_count(context, writer->group->stream, &played) !=
	    JSCOPE_STATUS_SUCCESS)
		return;
	writer->packet_next = played + 1;
	writer->caught_up = packet_write(context, writer) == JSCOPE_STATUS_SUCCESS;
}

/* Whether this wake is still for the point that catching up has answered already. */
static bool is_answered(struct jscope__context *context, struct jscope__client *writer)
{
	uint32_t played;

	if (!writer->caught_up)
		return false;
	writer->caught_up = false;
	return jscope__stream_get_packet_count(context, writer->group->stream, &played) ==
		       JSCOPE_STATUS_SUCCESS &&
	       writer->packet_next == played + 2;
}

static void writer_serve(struct jscope__context *context, struct jscope__client *writer)
{
	if (is_answered(context, writer))
		return;
	if (packet_write(context, writer) == JSCOPE_STATUS_DATA_LATE_ERROR)
		writer_catch_up(context, writer);
}

static struct jscope__action writer_open(struct jscope__context *context,
					 struct jscope__client *writer)
{
	struct jscope__client_group *group = writer->group;
	const struct jscope_stream_settings *settings = group->settings;
	const struct jscope__stream_format format = { .rate_hz = settings->rate_hz,
						      .frame_bytes = settings->frame_bytes,
						      .drift_ppm = settings->drift_ppm };
	jscope_status status = jscope__stream_open(context, group->stream, group->line, &format);

	if (status != JSCOPE_STATUS_SUCCESS) {
		note(group, "NewStream", status);
		return end;
	}
	if (buffer_prepare(context, group) != JSCOPE_STATUS_SUCCESS ||
	    stream_start(context, writer) != JSCOPE_STATUS_SUCCESS) {
		stream_close(context, group);
		return end;
	}
	writer_serve(context, writer);
	writer->opened = true;
	return wait_for(writer);
}

static struct jscope__action serve(struct jscope__context *context, struct jscope__client *client)
{
	if (client->is_writer)
		writer_serve(context, client);
	return wait_for(client);
}

static struct jscope__action work(struct jscope__context *context, struct jscope__client *client)
{
	const jscope_ns work_ns =
		jscope__delay_draw(&client->work, context, client->event.wake_count);

	if (work_ns == 0)
		return serve(context, client);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK, .work_ns = work_ns };
}

static struct jscope__action client_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__client *client = state;

	switch (cause) {
	case JSCOPE__CAUSE_START:
		return client->is_writer ? writer_open(context, client) : wait_for(client);
	case JSCOPE__CAUSE_WOKEN:
		return work(context, client);
	case JSCOPE__CAUSE_WORKED:
		return serve(context, client);
	case JSCOPE__CAUSE_STOPPING:
		break;
	}
	if (client->opened)
		stream_close(context, client->group);
	return end;
}

void jscope__client_init(struct jscope__client *client, struct jscope__client_group *group,
			 const struct jscope_client_settings *settings, unsigned index,
			 struct jscope__task *task)
{
	struct jscope__machine *machine = group->rig->machine;
	const struct jscope_delay_settings *delays =
		jscope_scenario_delays(group->rig->scenario, group->settings->head.name);

	*client = (struct jscope__client){
		.group = group,
		.is_writer = index == 0,
		.event = { .id = jscope__machine_id(machine), .dev = group->line->dev },
	};
	jscope__delay_init(&client->work, machine, &settings->work, JSCOPE_DELAY_SERVICE,
			   group->line->dev, client->event.id);
	jscope__delay_init(&task->wake_delay, machine, &delays->wake, JSCOPE_DELAY_WAKE,
			   group->line->dev, client->event.id);
	task->step = client_step;
	task->state = client;
}
