/* WaveRT streams: their geometry, states and points, what they tell of position, what clients do.
 */
#include <inttypes.h>
#include <stdio.h>

#include "adapter_jscope.h"
#include "probes/codes.h"

enum { STATE_STOP = 0, STATE_RUN = 3 };

/* So many points between two told ones are believed to have been skipped, one by one. */
#define POINTS_SKIPPED 64

enum { MAJOR_SAME_POSITION = 3 };

enum { PACKET_SET_WRITE = 0, PACKET_GET_READ = 1 };

static struct jscope__js_stream *stream_make(struct jscope__js *adapter, struct jscope_key key)
{
	struct jscope__js_stream *stream =
		jscope__js_object_make(adapter->streams, key, sizeof *stream);

	if (!stream)
		return NULL;
	stream->id = key.low;
	stream->device = jscope__js_device_get(adapter, (int64_t)key.high);
	stream->point_ns = JSCOPE_NS_UNKNOWN;
	return stream;
}

static struct jscope__js_stream *stream_get(struct jscope__js *adapter, int64_t dev, int64_t id)
{
	const struct jscope_key key = { (uint32_t)dev, (uint64_t)id };
	struct jscope__js_stream *stream = jscope__js_known(adapter->streams, key);

	if (!stream)
		stream = stream_make(adapter, key);
	return stream && stream->device ? stream : NULL;
}

static uint32_t frames_of(const struct jscope__js_stream *stream, uint32_t bytes)
{
	return stream->frame_bytes ? bytes / stream->frame_bytes : 0;
}

static void geometry_tell(struct jscope__js *adapter, const struct jscope__js_stream *stream,
			  struct jscope_stream_info *info)
{
	int64_t rate = jscope__js_byte_rate(stream);

	info->rate_hz = stream->rate_hz;
	info->buffer_frames = frames_of(stream, stream->buffer_bytes);
	info->period_frames = frames_of(stream, stream->packet_bytes);
	info->is_capture = stream->capture;
	info->by_packet = stream->answers_packets;
	info->nominal_period_ns =
		rate ? jscope_muldiv(stream->packet_bytes, JSCOPE_NS_PER_SEC, rate) : 0;
	jscope__output_stream_changed(adapter->output, info);
}

static void geometry_changed(struct jscope__js *adapter, struct jscope__js_stream *stream)
{
	if (stream->info)
		geometry_tell(adapter, stream, stream->info);
	for (unsigned i = 0; i < stream->client_count; i++) {
		struct jscope_stream_info *info = stream->clients[i]->info;

		if (info && info != stream->info)
			geometry_tell(adapter, stream, info);
	}
}

static void stream_info_add(struct jscope__js *adapter, struct jscope__js_stream *stream)
{
	char name[48];

	if (stream->client_count > 1)
		snprintf(name, sizeof name, "stream 0x%" PRIx64 " event 0x%" PRIx64, stream->id,
			 stream->clients[0]->event);
	else
		snprintf(name, sizeof name, "stream 0x%" PRIx64, stream->id);
	stream->info =
		jscope__output_stream_add(adapter->output, stream->device->name, name, "wavert");
	if (!stream->info)
		return;
	stream->info->path = 1u << JSCOPE_IRQ | 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED |
			     1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN;
	if (stream->has_points)
		stream->info->path |= 1u << JSCOPE_DUE;
	geometry_tell(adapter, stream, stream->info);
}

/* The first event of a stream goes by the stream's name, further ones by their own. */
void jscope__js_stream_name(struct jscope__js *adapter, struct jscope__js_stream *stream)
{
	if (!stream->info)
		stream_info_add(adapter, stream);
	if (stream->client_count && !stream->clients[0]->info)
		stream->clients[0]->info = stream->info;
}

void jscope__js_newstream(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_newstream *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);

	if (!stream)
		return;
	stream->capture = slots->capture;
	stream->begin_known = true;
	stream->rate_hz = (uint32_t)slots->fs;
	stream->frame_bytes = (uint32_t)slots->ba;
	stream->written_known = true;
	stream->written_by_packet = false;
	stream->written_bytes = 0;
	jscope__js_position_reset(stream, event->ts_ns, 0);
	geometry_changed(adapter, stream);
}

void jscope__js_alloc(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_alloc *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	uint32_t count = (uint32_t)slots->notif_count;

	if (!stream || slots->status < 0)
		return;
	stream->buffer_bytes = (uint32_t)slots->actual;
	stream->packet_bytes = count ? stream->buffer_bytes / count : 0;
	geometry_changed(adapter, stream);
}

void jscope__js_register(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_register *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	struct jscope__js_client *client;

	if (!stream || slots->status < 0)
		return;
	client = jscope__js_client_get(adapter, slots->dev, slots->event);
	if (!client)
		return;
	if (client->stream != stream)
		jscope__js_client_leave(adapter, client);
	if (!jscope__js_client_join(client, stream))
		adapter->refused++;
}

void jscope__js_unregister(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_unregister *slots = (const void *)event->slot;
	struct jscope__js_client *client;

	if (slots->status < 0)
		return;
	client = jscope__js_client_get(adapter, slots->dev, slots->event);
	if (client && client->stream && client->stream->id == (uint64_t)slots->stream)
		jscope__js_client_leave(adapter, client);
}

void jscope__js_close(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_close *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);

	while (stream && stream->client_count)
		jscope__js_client_leave(adapter, stream->clients[stream->client_count - 1]);
}

/* STOP takes everything back to 0; a point that nobody signalled until then is missed. */
static void stream_stop(struct jscope__js *adapter, struct jscope__js_stream *stream)
{
	for (unsigned i = 0; i < stream->client_count; i++) {
		jscope__js_nodes_flush(adapter, stream->clients[i], 1u << JSCOPE__JS_CROSSED,
				       false);
		stream->clients[i]->last_point = 0;
	}
	stream->begin_known = true;
	stream->point = 0;
	stream->point_ns = JSCOPE_NS_UNKNOWN;
	stream->written_known = true;
	stream->written_by_packet = false;
	stream->written_bytes = 0;
}

void jscope__js_state(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_state *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);

	if (!stream || slots->status < 0)
		return;
	stream->running = slots->new == STATE_RUN;
	if (slots->new == STATE_STOP) {
		stream_stop(adapter, stream);
		jscope__js_position_reset(stream, event->ts_ns, 0);
	} else {
		jscope__js_position_reset(stream, event->ts_ns, slots->linear);
	}
	if (stream->running)
		stream->epoch++;
	stream->awaits_move = stream->running;
	stream->run_ns = event->ts_ns;
	stream->run_bytes = slots->linear;
}

/*
 * Points of which the device told nothing, although they lie between two of which it did: they
 * happened all the same, at an instant that nobody knows.
 */
static void points_skip(struct jscope__js *adapter, struct jscope__js_stream *stream,
			uint64_t point)
{
	uint64_t first = stream->point + 1;

	if (!stream->has_points || stream->point_ns == JSCOPE_NS_UNKNOWN || point <= first)
		return;
	if (point - first > POINTS_SKIPPED) {
		adapter->refused += point - first - POINTS_SKIPPED;
		first = point - POINTS_SKIPPED;
	}
	for (; first < point; first++)
		for (unsigned i = 0; i < stream->client_count; i++)
			jscope__js_client_skip(adapter, stream->clients[i], first,
					       stream->point_ns);
}

void jscope__js_point(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_dev_point *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	jscope_ns due_ns = slots->ideal_ns;

	if (!stream)
		return;
	if (due_ns == JSCOPE_NS_UNKNOWN)
		due_ns = event->ts_ns;
	points_skip(adapter, stream, (uint64_t)slots->k);
	stream->has_points = true;
	stream->running =
		true; /* points are crossed in RUN only, whether its begin was seen or not */
	stream->point = (uint64_t)slots->k;
	stream->point_ns = due_ns;
	jscope__js_position_add(stream, due_ns, slots->linear, 0);
	for (unsigned i = 0; i < stream->client_count; i++)
		jscope__js_client_cross(adapter, stream->clients[i], stream->point, due_ns);
}

/* Whether the device has moved for the first time since it was started. */
static void first_move_tell(const struct jscope__js *adapter, struct jscope__js_stream *stream,
			    int64_t linear_bytes, struct jscope_position *position)
{
	position->is_first = stream->awaits_move && linear_bytes > stream->run_bytes &&
			     !jscope__js_lost_since(adapter, stream->run_ns);
	if (linear_bytes > stream->run_bytes)
		stream->awaits_move = false;
	if (!position->is_first)
		return;
	position->since_run_ns = jscope_sub_sat(position->at_ns, stream->run_ns);
	position->moved_frames = jscope_muldiv(jscope_sub_sat(linear_bytes, stream->run_bytes), 1,
					       stream->frame_bytes);
}

void jscope__js_pos(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_pos *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	struct jscope_position position = { .read_ns = event->ts_ns };

	if (!stream)
		return;
	position.at_ns = slots->pos_ts_ns == JSCOPE_NS_UNKNOWN ? event->ts_ns : slots->pos_ts_ns;
	jscope__js_position_add(stream, position.at_ns, slots->linear, (uint32_t)slots->accuracy);
	jscope__js_stream_name(adapter, stream);
	if (!stream->info || !stream->frame_bytes)
		return;
	position.stream = stream->info;
	position.epoch = stream->epoch;
	position.is_running = stream->running;
	first_move_tell(adapter, stream, slots->linear, &position);
	position.linear_frames = jscope_muldiv(slots->linear, 1, stream->frame_bytes);
	position.accuracy_frames = frames_of(stream, (uint32_t)slots->accuracy);
	position.offset_frames = jscope_muldiv(slots->offset, 1, stream->frame_bytes);
	position.written_frames =
		stream->written_known ? jscope_muldiv(stream->written_bytes, 1, stream->frame_bytes)
				      : -1;
	position.has_headroom =
		jscope__js_headroom(stream, slots->linear, &position.headroom_frames);
	if (!position.has_headroom)
		position.headroom_frames = 0;
	jscope__output_position(adapter->output, &position);
}

/*
 * Which point the client has not answered: the first at which there is room for another packet, or
 * one to be read.
 */
static uint64_t point_awaited(const struct jscope__js_stream *stream)
{
	int64_t position = stream->written_bytes;

	if (!stream->packet_bytes || !stream->written_known)
		return 0;
	if (!stream->capture)
		position = jscope_sub_sat(position, stream->buffer_bytes);
	position = jscope_add_sat(position, stream->packet_bytes);
	return position > 0 ? (uint64_t)position / stream->packet_bytes : 0;
}

void jscope__js_glitch(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_glitch *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	struct jscope_glitch glitch = { .at_ns = event->ts_ns,
					.major = (unsigned)slots->major,
					.minor = (uint64_t)slots->minor };

	if (!stream)
		return;
	glitch.awaited = glitch.major == MAJOR_SAME_POSITION ? stream->point_answered
							     : point_awaited(stream);
	jscope__js_stream_name(adapter, stream);
	glitch.stream = stream->info;
	if (stream->info)
		jscope__output_glitch(adapter->output, &glitch);
}

/* The client answers: position and headroom as they are before this write. */
static void stream_serve(struct jscope__js *adapter, struct jscope__js_stream *stream,
			 const struct jscope_event *event, int64_t tid)
{
	struct jscope__js_service service = { .tid = tid, .at_ns = event->ts_ns };
	int64_t bytes = 0;

	service.has_position =
		stream->frame_bytes && jscope__js_position_at(stream, event->ts_ns, &bytes);
	if (service.has_position) {
		service.position_frames = jscope_muldiv(bytes, 1, stream->frame_bytes);
		service.has_headroom = jscope__js_headroom(stream, bytes, &service.headroom_frames);
	}
	for (unsigned i = 0; i < stream->client_count; i++)
		jscope__js_client_serve(adapter, stream->clients[i], &service);
}

/*
 * A write that seems to lie less than this before the device lies a whole buffer further: nobody
 * writes where the device is just about to be. Who says the same offset again has either written
 * nothing, or a whole buffer where half of it or more was used.
 */
static int64_t room_min(const struct jscope__js_stream *stream, bool has_moved)
{
	return has_moved ? stream->packet_bytes / 8 : stream->buffer_bytes / 2;
}

/* How far a write lies before the device; false where nobody knows. */
static bool room_of(const struct jscope__js_stream *stream, jscope_ns at_ns, int64_t written,
		    int64_t *ret_bytes)
{
	int64_t position;

	if (!stream->running || !jscope__js_position_at(stream, at_ns, &position))
		return false;
	*ret_bytes = jscope_sub_sat(written, position);
	if (stream->capture)
		*ret_bytes = jscope_add_sat(*ret_bytes, stream->buffer_bytes);
	return true;
}

/*
 * The linear position of a write at a cyclic offset: the least one not before the last, and before
 * the device. With one notification per cycle the same offset again is a whole buffer.
 */
static void written_move(struct jscope__js_stream *stream, jscope_ns at_ns, uint32_t target)
{
	int64_t size = stream->buffer_bytes, moved, least, room;

	if (!size || !stream->written_known)
		return;
	moved = ((int64_t)target - stream->written_bytes % size) % size;
	if (moved < 0)
		moved += size;
	least = room_min(stream, moved > 0);
	if (!moved && stream->packet_bytes == stream->buffer_bytes)
		moved = size;
	if (room_of(stream, at_ns, jscope_add_sat(stream->written_bytes, moved), &room) &&
	    room < least)
		moved = jscope_add_sat(
			moved, jscope_muldiv(jscope_sub_sat(least - 1, room) / size + 1, size, 1));
	stream->point_answered = point_awaited(stream);
	stream->written_bytes = jscope_add_sat(stream->written_bytes, moved);
}

/* A trace that begins in the middle: the first write lies within one buffer of the device. */
static void written_guess(struct jscope__js_stream *stream, jscope_ns at_ns, uint32_t target)
{
	int64_t size = stream->buffer_bytes, position;

	if (!size || !jscope__js_position_at(stream, at_ns, &position) || position < 0)
		return;
	stream->written_bytes = position;
	stream->written_known = true;
	written_move(stream, at_ns, target);
}

void jscope__js_write(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_write *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);

	if (!stream)
		return;
	stream_serve(adapter, stream, event, JSCOPE__JS_TID(event, wrt_write));
	if (stream->written_by_packet)
		return;
	if (stream->written_known)
		written_move(stream, event->ts_ns, (uint32_t)slots->target);
	else
		written_guess(stream, event->ts_ns, (uint32_t)slots->target);
}

static int64_t packet_end(const struct jscope__js_stream *stream,
			  const struct jscope_slots_wrt_packet *slots)
{
	int64_t begin = jscope_muldiv(slots->packet, stream->packet_bytes, 1);
	bool ends_early = slots->kind == PACKET_SET_WRITE && slots->eos_len > 0 &&
			  slots->eos_len < stream->packet_bytes;

	return jscope_add_sat(begin, ends_early ? slots->eos_len : stream->packet_bytes);
}

/* As if the device were not as far as it has told: no room yet, no packet yet. */
static bool is_refused_in_time(int64_t status)
{
	return status == (int32_t)JSCOPE_STATUS_DATA_OVERRUN ||
	       status == (int32_t)JSCOPE_STATUS_DEVICE_NOT_READY;
}

void jscope__js_packet(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_wrt_packet *slots = (const void *)event->slot;
	struct jscope__js_stream *stream = stream_get(adapter, slots->dev, slots->stream);
	int64_t end;

	if (stream && stream->info && is_refused_in_time(slots->status))
		jscope__output_refusal(adapter->output, stream->info, event->ts_ns);
	if (!stream || slots->status < 0 || slots->packet < 0 ||
	    (slots->kind != PACKET_SET_WRITE && slots->kind != PACKET_GET_READ))
		return;
	stream_serve(adapter, stream, event, JSCOPE__JS_TID(event, wrt_packet));
	if (!stream->answers_packets) {
		stream->answers_packets = true;
		geometry_changed(adapter, stream);
	}
	if (!stream->packet_bytes)
		return;
	end = packet_end(stream, slots);
	if (!stream->written_known || end > stream->written_bytes)
		stream->written_bytes = end;
	stream->written_known = true;
	stream->written_by_packet = true;
}
