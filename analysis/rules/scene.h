/*
 * The scene: what the trace has told of WaveRT streams and their events so far, which several
 * benches need. The judge hands an event to the benches first and to the scene then, so that a bench
 * sees the scene as it was before the event.
 *
 * What lies before the trace, or in a loss, is unknown and never taken for wrong.
 */
#ifndef RULES_SCENE_H
#define RULES_SCENE_H

#include "common/map.h"
#include "replay/timeline.h"

enum jscope__ksstate {
	JSCOPE__STATE_UNKNOWN = -1,
	JSCOPE__STATE_STOP,
	JSCOPE__STATE_ACQUIRE,
	JSCOPE__STATE_PAUSE,
	JSCOPE__STATE_RUN,
	JSCOPE__STATE_COUNT
};

/* Of what a device names: a stream, an event, a DPC; and of the device itself. */
static inline struct jscope_key jscope__key(int64_t dev, int64_t id)
{
	return (struct jscope_key){ (uint32_t)dev, (uint64_t)id };
}

static inline struct jscope_key jscope__dev_key(int64_t dev)
{
	return (struct jscope_key){ 0, (uint32_t)dev };
}

/* "PAUSE"; "an unknown state". */
const char *jscope__state_name(int64_t state);

enum jscope__known { JSCOPE__UNKNOWN, JSCOPE__NO, JSCOPE__YES };

/* wrt_packet.kind of SetWritePacket, and its flag for the last packet of the stream. */
#define JSCOPE__PACKET_WRITTEN 0
#define JSCOPE__PACKET_END     0x200

/* Events that a stream has registered at once; more are counted as refused. */
#define JSCOPE__REGISTERED_MAX 16

struct jscope__registered {
	int64_t event;
	jscope_ns since_ns;
};

struct jscope__stream {
	int64_t dev, id;
	unsigned index;		    /* dense, from 1 */
	enum jscope__known created; /* YES: the trace has its wrt_newstream */
	jscope_ns created_ns;
	bool is_closed;
	bool is_capture;
	int64_t rate_hz, frame_bytes; /* 0 while unknown */
	/* The buffer; its sizes are 0 while unknown. */
	enum jscope__known buffer;
	bool is_unsure; /* of the sizes: events were lost since they were told */
	int64_t notification_count, buffer_bytes, packet_bytes;
	jscope_ns unbuffered_ns; /* when it was freed or the stream closed */
	/* The state since when, at which position, and the number of the RUN epoch. */
	enum jscope__ksstate state;
	jscope_ns state_ns;
	int64_t state_linear;
	unsigned epoch;
	/* The list of events is complete: nothing of it lies before the trace or in a loss. */
	bool list_is_known;
	unsigned registered_count;
	struct jscope__registered registered[JSCOPE__REGISTERED_MAX];
};

struct jscope__scene;

int jscope__scene_create(struct jscope__scene **ret_scene);
void jscope__scene_destroy(struct jscope__scene *scene);
void jscope__scene_note(struct jscope__scene *scene, const struct jscope_vocabulary_event *event);
void jscope__scene_forget(struct jscope__scene *scene); /* events were lost */
uint64_t jscope__scene_refused(const struct jscope__scene *scene);

/* NULL while the trace has not told of it. Valid until the scene notes the next event. */
const struct jscope__stream *jscope__scene_stream(const struct jscope__scene *scene, int64_t dev,
						  int64_t stream);
/* The stream that registered an event last; NULL where none did. */
const struct jscope__stream *jscope__scene_event_stream(const struct jscope__scene *scene,
							int64_t dev, int64_t event);
/* Of the list of a stream; NULL when it is not on it. */
const struct jscope__registered *jscope__stream_registered(const struct jscope__stream *stream,
							   int64_t event);
/* Streams of a device that have a buffer, or may have one. */
unsigned jscope__scene_buffers(const struct jscope__scene *scene, int64_t dev);

/* Bytes that the device moves in a time, at its nominal rate; rate and frame are known. */
int64_t jscope__stream_bytes_in(const struct jscope__stream *stream, jscope_ns duration_ns);
/* The nominal time of so many bytes. */
jscope_ns jscope__stream_time_of(const struct jscope__stream *stream, int64_t bytes);

#endif
