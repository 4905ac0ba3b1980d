/* Sound: from one period to the next, and the headroom when one is over. */
#include "pairs_event.h"

#include <string.h>

#define STREAMS_MAX 256

/* Of enum snd_pcm_state. */
#define STATE_PREPARED 2
#define STATE_RUNNING  3
#define STATE_XRUN     4

struct stream {
	bool running; /* a period was over at elapsed_ns, and the stream did not stop since */
	jscope_ns elapsed_ns;
	uint64_t loss_count;
	uint64_t hw_ptr, boundary, buffer_size, period_size;
};

int jscope__pairs_streams_create(struct jscope_map **ret_streams)
{
	return jscope__pairs_map_create(sizeof(struct stream), STREAMS_MAX, ret_streams);
}

/* Events of PCM begin with the same fields. */
static struct jscope_key stream_key(const void *fields)
{
	const struct jscope_kernel_snd_pcm_period_elapsed_entry *whose = fields;

	return (struct jscope_key){ 0, (uint64_t)whose->card << 24 |
					       (uint64_t)(whose->device & 0xff) << 16 |
					       (whose->substream & 0xff) << 8 |
					       (whose->stream & 0xff) };
}

/* a - b for positions modulo boundary, of which the nearer way is meant. */
static int64_t frames_between(uint64_t a, uint64_t b, uint64_t boundary)
{
	uint64_t ahead;

	if (!boundary || boundary > INT64_MAX)
		return (int64_t)(a - b);
	ahead = (a % boundary + boundary - b % boundary) % boundary;
	return ahead <= boundary / 2 ? (int64_t)ahead : (int64_t)ahead - (int64_t)boundary;
}

/* Positions that go back, or another buffer, are another run: nothing is measured across that. */
static bool goes_on(const struct stream *stream,
		    const struct jscope_kernel_snd_pcm_period_elapsed_exit *fields)
{
	return stream->running && stream->boundary == fields->boundary &&
	       stream->buffer_size == fields->buffer_size &&
	       stream->period_size == fields->period_size &&
	       frames_between(fields->hw_ptr, stream->hw_ptr, fields->boundary) >= 0;
}

/* Frames until the device wants what the client has not done yet. */
static int64_t headroom(const struct jscope_kernel_snd_pcm_period_elapsed_exit *fields)
{
	int64_t ahead = frames_between(fields->appl_ptr, fields->hw_ptr, fields->boundary);

	return fields->stream ? (int64_t)fields->buffer_size + ahead : ahead;
}

/* While a client drains it has nothing more to do, and the headroom ends in 0 as it should. */
static void headroom_tell(const struct jscope__pairs_event *event, uint64_t key, const char *name)
{
	const struct jscope_kernel_snd_pcm_period_elapsed_exit *fields = event->fields;
	const struct jscope_kernel_sample sample = {
		.measure = JSCOPE_KERNEL_MEASURE_HEADROOM,
		.key = key,
		.name = name,
		.cpu = event->cpu_id,
		.value = headroom(fields),
		.begin_ns = event->at_ns,
		.end_ns = event->at_ns,
	};

	if (fields->state == STATE_RUNNING || fields->state == STATE_XRUN)
		event->pairs->sample(event->pairs->state, &sample);
}

void jscope__pairs_period(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_snd_pcm_period_elapsed_exit *fields = event->fields;
	struct jscope_key key = stream_key(fields);
	struct stream *stream = jscope_map_put(event->pairs->streams, key);
	char name[JSCOPE_KERNEL_COMM_SIZE + 1] = "";

	memcpy(name, fields->id, JSCOPE_KERNEL_COMM_SIZE);
	headroom_tell(event, key.low, name);
	if (!stream)
		return;
	if (goes_on(stream, fields))
		jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_PERIOD, key.low, name,
				   stream->elapsed_ns,
				   stream->loss_count != event->pairs->loss_count);
	*stream = (struct stream){ .running = fields->state == STATE_RUNNING,
				   .elapsed_ns = event->at_ns,
				   .loss_count = event->pairs->loss_count,
				   .hw_ptr = fields->hw_ptr,
				   .boundary = fields->boundary,
				   .buffer_size = fields->buffer_size,
				   .period_size = fields->period_size };
}

void jscope__pairs_stream_stops(const struct jscope__pairs_event *event)
{
	struct stream *stream = jscope_map_get(event->pairs->streams, stream_key(event->fields));

	if (stream)
		stream->running = false;
}

/* What a client writes before it starts belongs to a run that is to come. */
void jscope__pairs_appl(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_snd_pcm_appl_ptr *fields = event->fields;

	if (fields->state == STATE_PREPARED)
		jscope__pairs_stream_stops(event);
}
