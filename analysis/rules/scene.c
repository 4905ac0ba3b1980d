#include "rules/scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/bench.h"

#define STREAMS_MAX 4096
#define EVENTS_MAX  65536

struct jscope__scene {
	struct jscope_map *streams; /* (dev, stream): struct jscope__stream */
	struct jscope_map *owners;  /* (dev, event): the stream that registered it, int64_t */
	struct jscope_map *buffers; /* (0, dev): streams that have a buffer, unsigned */
	unsigned stream_count;
	uint64_t refused;
};

const char *jscope__state_name(int64_t state)
{
	static const char *const names[] = { "STOP", "ACQUIRE", "PAUSE", "RUN" };

	return state >= 0 && state < JSCOPE__STATE_COUNT ? names[state] : "an unknown state";
}

int jscope__scene_create(struct jscope__scene **ret_scene)
{
	struct jscope__scene *scene = calloc(1, sizeof *scene);

	if (!scene)
		return -ENOMEM;
	if (jscope_map_create(sizeof(struct jscope__stream), STREAMS_MAX, &scene->streams) < 0 ||
	    jscope_map_create(sizeof(int64_t), EVENTS_MAX, &scene->owners) < 0 ||
	    jscope_map_create(sizeof(unsigned), STREAMS_MAX, &scene->buffers) < 0) {
		jscope__scene_destroy(scene);
		return -ENOMEM;
	}
	*ret_scene = scene;
	return 0;
}

void jscope__scene_destroy(struct jscope__scene *scene)
{
	if (!scene)
		return;
	jscope_map_destroy(scene->streams);
	jscope_map_destroy(scene->owners);
	jscope_map_destroy(scene->buffers);
	free(scene);
}

uint64_t jscope__scene_refused(const struct jscope__scene *scene)
{
	return scene->refused + jscope_map_refused(scene->streams) +
	       jscope_map_refused(scene->owners) + jscope_map_refused(scene->buffers);
}

const struct jscope__stream *jscope__scene_stream(const struct jscope__scene *scene, int64_t dev,
						  int64_t stream)
{
	return jscope_map_get(scene->streams, jscope__key(dev, stream));
}

const struct jscope__stream *jscope__scene_event_stream(const struct jscope__scene *scene,
							int64_t dev, int64_t event)
{
	const int64_t *owner = jscope_map_get(scene->owners, jscope__key(dev, event));

	return owner ? jscope__scene_stream(scene, dev, *owner) : NULL;
}

const struct jscope__registered *jscope__stream_registered(const struct jscope__stream *stream,
							   int64_t event)
{
	for (unsigned i = 0; i < stream->registered_count; i++)
		if (stream->registered[i].event == event)
			return &stream->registered[i];
	return NULL;
}

unsigned jscope__scene_buffers(const struct jscope__scene *scene, int64_t dev)
{
	const unsigned *count = jscope_map_get(scene->buffers, jscope__dev_key(dev));

	return count ? *count : 0;
}

int64_t jscope__stream_bytes_in(const struct jscope__stream *stream, jscope_ns duration_ns)
{
	return jscope_muldiv(duration_ns, stream->rate_hz * stream->frame_bytes, JSCOPE_NS_PER_SEC);
}

jscope_ns jscope__stream_time_of(const struct jscope__stream *stream, int64_t bytes)
{
	const int64_t bytes_per_second = stream->rate_hz * stream->frame_bytes;

	return bytes_per_second > 0 ? jscope_muldiv(bytes, JSCOPE_NS_PER_SEC, bytes_per_second) : 0;
}

/* What events tell */

/* May the stream have a buffer? Then it counts among those of its device. */
static void buffer_set(struct jscope__scene *scene, struct jscope__stream *stream,
		       enum jscope__known buffer)
{
	unsigned *count = jscope_map_put(scene->buffers, jscope__dev_key(stream->dev));
	const bool had = stream->buffer != JSCOPE__NO, has = buffer != JSCOPE__NO;

	stream->buffer = buffer;
	if (count)
		*count = *count + has - had;
}

static struct jscope__stream *stream_get(struct jscope__scene *scene, int64_t dev, int64_t id)
{
	struct jscope__stream *stream = jscope_map_put(scene->streams, jscope__key(dev, id));

	if (!stream || stream->index)
		return stream;
	stream->dev = dev;
	stream->id = id;
	stream->index = ++scene->stream_count;
	stream->state = JSCOPE__STATE_UNKNOWN;
	stream->unbuffered_ns = stream->state_ns = stream->created_ns = JSCOPE_NS_UNKNOWN;
	stream->buffer = JSCOPE__NO; /* so that it is not counted yet */
	buffer_set(scene, stream, JSCOPE__UNKNOWN);
	return stream;
}

static void note_newstream(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_newstream *slots = SLOTS(event, wrt_newstream);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);

	if (!stream)
		return;
	buffer_set(scene, stream, JSCOPE__NO);
	stream->created = JSCOPE__YES;
	stream->created_ns = event->ts_ns;
	stream->is_closed = false;
	stream->is_capture = slots->capture;
	stream->rate_hz = (uint32_t)slots->fs;
	/* nBlockAlign has 16 bits; what is larger is none. */
	stream->frame_bytes = slots->ba >= 0 && slots->ba <= UINT16_MAX ? slots->ba : 0;
	stream->is_unsure = false;
	stream->buffer_bytes = stream->packet_bytes = stream->notification_count = 0;
	stream->state = JSCOPE__STATE_STOP;
	stream->state_ns = event->ts_ns;
	stream->state_linear = 0;
	stream->list_is_known = true;
	stream->registered_count = 0;
}

static void buffer_drop(struct jscope__scene *scene, struct jscope__stream *stream, jscope_ns at_ns)
{
	buffer_set(scene, stream, JSCOPE__NO);
	stream->unbuffered_ns = at_ns;
	stream->is_unsure = false;
	stream->buffer_bytes = stream->packet_bytes = stream->notification_count = 0;
}

static void note_close(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_close *slots = SLOTS(event, wrt_close);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);

	if (!stream)
		return;
	buffer_drop(scene, stream, event->ts_ns);
	stream->is_closed = true;
	stream->state = JSCOPE__STATE_UNKNOWN;
	stream->registered_count = 0;
}

static void note_alloc(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_alloc *slots = SLOTS(event, wrt_alloc);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);

	if (!stream || slots->status < 0)
		return;
	buffer_set(scene, stream, JSCOPE__YES);
	stream->is_unsure = false;
	stream->notification_count = (uint32_t)slots->notif_count;
	stream->buffer_bytes = (uint32_t)slots->actual;
	/* A packet is a part of what was allocated, not of what was asked for (trap T16). */
	stream->packet_bytes = stream->notification_count > 0
				       ? stream->buffer_bytes / stream->notification_count
				       : 0;
}

static void note_free(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_free *slots = SLOTS(event, wrt_free);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);

	if (stream)
		buffer_drop(scene, stream, event->ts_ns);
}

static void note_register(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_register *slots = SLOTS(event, wrt_register);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);
	int64_t *owner;

	if (!stream || slots->status < 0)
		return;
	owner = jscope_map_put(scene->owners, jscope__key(slots->dev, slots->event));
	if (owner)
		*owner = slots->stream;
	if (jscope__stream_registered(stream, slots->event))
		return;
	if (stream->registered_count == JSCOPE__REGISTERED_MAX) {
		stream->list_is_known = false;
		scene->refused++;
		return;
	}
	stream->registered[stream->registered_count++] =
		(struct jscope__registered){ slots->event, event->ts_ns };
}

static void note_unregister(struct jscope__scene *scene,
			    const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_unregister *slots = SLOTS(event, wrt_unregister);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);

	if (!stream || slots->status < 0)
		return;
	for (unsigned i = 0; i < stream->registered_count; i++) {
		if (stream->registered[i].event != slots->event)
			continue;
		stream->registered_count--;
		memmove(&stream->registered[i], &stream->registered[i + 1],
			(stream->registered_count - i) * sizeof stream->registered[0]);
		return;
	}
}

static void note_state(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	struct jscope__stream *stream = stream_get(scene, slots->dev, slots->stream);
	const bool is_known = slots->new >= 0 && slots->new < JSCOPE__STATE_COUNT;

	if (!stream || slots->status < 0)
		return;
	stream->state = is_known ? (enum jscope__ksstate)slots->new : JSCOPE__STATE_UNKNOWN;
	stream->state_ns = event->ts_ns;
	stream->state_linear = slots->linear;
	stream->epoch += stream->state == JSCOPE__STATE_RUN;
}

void jscope__scene_note(struct jscope__scene *scene, const struct jscope_vocabulary_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_wrt_newstream:
		note_newstream(scene, event);
		break;
	case JSCOPE_EVENT_wrt_close:
		note_close(scene, event);
		break;
	case JSCOPE_EVENT_wrt_alloc:
		note_alloc(scene, event);
		break;
	case JSCOPE_EVENT_wrt_free:
		note_free(scene, event);
		break;
	case JSCOPE_EVENT_wrt_register:
		note_register(scene, event);
		break;
	case JSCOPE_EVENT_wrt_unregister:
		note_unregister(scene, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		note_state(scene, event);
		break;
	}
}

static void stream_forget(struct jscope__scene *scene, struct jscope__stream *stream)
{
	stream->state = JSCOPE__STATE_UNKNOWN;
	stream->is_closed = false;
	stream->is_unsure = stream->buffer_bytes > 0;
	stream->list_is_known = false;
	stream->created = JSCOPE__UNKNOWN;
	buffer_set(scene, stream, JSCOPE__UNKNOWN);
}

void jscope__scene_forget(struct jscope__scene *scene)
{
	struct jscope_key key;
	void *value;

	for (size_t cursor = 0; jscope_map_next(scene->streams, &cursor, &key, &value);)
		stream_forget(scene, value);
}
