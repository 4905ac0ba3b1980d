/* Where a WaveRT stream is: linear position, GetPosition, registers, presentation. */
#include "fault.h"
#include "jscope/probe.h"
#include "wavert.h"

/* The clock register counts the master clock of the converters: so many ticks per frame. */
#define CLOCK_TICKS_PER_FRAME 256

static jscope_ns halt_clamp(const struct jscope__stream *stream, jscope_ns at_ns)
{
	return at_ns > stream->epoch_end_ns ? stream->epoch_end_ns : at_ns;
}

/* A stalled engine begins its next epoch in the future and stands until then. */
int64_t jscope__stream_frames(const struct jscope__stream *stream, jscope_ns at_ns)
{
	if (stream->state != JSCOPE__KSSTATE_RUN)
		return stream->frozen_frames;
	at_ns = halt_clamp(stream, at_ns);
	if (at_ns < stream->epoch.begin_ns)
		return stream->epoch.begin_frames;
	return jscope__epoch_frames(&stream->epoch, at_ns);
}

uint64_t jscope__stream_bytes(const struct jscope__stream *stream, int64_t frames)
{
	return (uint64_t)frames * stream->format.frame_bytes;
}

/* A converter whose noise shows: ahead of the truth by up to so many frames, then behind it. */
static int64_t noise_frames(struct jscope__context *context, const struct jscope__stream *stream,
			    int64_t frames)
{
	const struct jscope_fault_settings *noise =
		jscope__fault_holds(context, stream->dev, JSCOPE_FAULT_position_noise);
	int64_t amount;

	if (!noise || noise->amount <= 0)
		return 0;
	amount = noise->amount < frames ? noise->amount : frames;
	return stream->dpc.run_count % 2 == 0 ? amount : -amount;
}

void jscope__stream_tell_position(struct jscope__context *context, struct jscope__stream *stream,
				  jscope_ns at_ns, uint8_t source)
{
	const uint32_t step = source == 2 ? stream->format.accuracy_frames : 1;
	int64_t frames = jscope__stream_frames(stream, at_ns);
	uint64_t linear;

	frames += noise_frames(context, stream, frames);
	if (step > 1)
		frames -= frames % step;
	linear = jscope__stream_bytes(stream, frames);
	/* A halted engine stays where it is; the instant of its position is the halt. */
	if (stream->state == JSCOPE__KSSTATE_RUN)
		at_ns = halt_clamp(stream, at_ns);
	JSCOPE_PROBE(wrt_pos, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .linear = linear, .offset = (uint32_t)(linear % stream->buffer_bytes),
		     .pos_ts_ns = (uint64_t)at_ns, .source = source,
		     .accuracy = (step ? step : 1) * stream->format.frame_bytes);
}

/* The device owns what it fetches ahead: the packet that it plays, or the FIFO without packets. */
static uint32_t write_begin(const struct jscope__stream *stream, int64_t frames)
{
	uint64_t bytes;

	if (stream->format.capture)
		return stream->write_offset;
	if (stream->packet_frames > 0)
		return jscope__stream_packet_offset(stream, frames / stream->packet_frames + 1);
	bytes = jscope__stream_bytes(stream, frames) + stream->format.latency.fifo_bytes;
	return (uint32_t)(bytes % stream->buffer_bytes);
}

jscope_status jscope__stream_get_position(struct jscope__context *context,
					  struct jscope__stream *stream,
					  struct jscope__stream_position *ret_position)
{
	jscope_status status = JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	jscope_ns now_ns;
	int64_t frames;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes > 0) {
		now_ns = jscope__machine_now(stream->machine);
		frames = jscope__stream_frames(stream, now_ns);
		jscope__stream_tell_position(context, stream, now_ns, 0);
		ret_position->play_offset =
			(uint32_t)(jscope__stream_bytes(stream, frames) % stream->buffer_bytes);
		ret_position->write_offset = write_begin(stream, frames);
		status = JSCOPE_STATUS_SUCCESS;
	}
	jscope__machine_unlock(stream->machine);
	return status;
}

/* The registers */

static void tell_register(struct jscope__context *context, const struct jscope__stream *stream,
			  bool clock, const struct jscope__hw_register *mapped,
			  jscope_status status)
{
	JSCOPE_PROBE(wrt_map, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .clock = clock, .width = (uint8_t)mapped->width,
		     .numerator = mapped->numerator_hz, .denominator = mapped->denominator,
		     .accuracy = mapped->accuracy, .status = status);
}

jscope_status jscope__stream_get_position_register(struct jscope__context *context,
						   struct jscope__stream *stream,
						   struct jscope__hw_register *ret_register)
{
	const uint32_t step = stream->format.accuracy_frames ? stream->format.accuracy_frames : 1;
	const struct jscope__hw_register position = { .width = 32,
						      .accuracy =
							      step * stream->format.frame_bytes };
	jscope_status status = JSCOPE_STATUS_SUCCESS;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes == 0 || stream->position_mapped)
		status = JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	tell_register(context, stream, false, &position, status);
	if (status == JSCOPE_STATUS_SUCCESS) {
		stream->position_mapped = true;
		*ret_register = position;
	}
	jscope__machine_unlock(stream->machine);
	return status;
}

jscope_status jscope__stream_get_clock_register(struct jscope__context *context,
						struct jscope__stream *stream,
						struct jscope__hw_register *ret_register)
{
	*ret_register = (struct jscope__hw_register){
		.width = 64,
		.numerator_hz = (uint64_t)stream->format.rate_hz * CLOCK_TICKS_PER_FRAME,
		.denominator = 1,
		.accuracy = 1,
	};
	jscope__machine_lock(stream->machine);
	tell_register(context, stream, true, ret_register, JSCOPE_STATUS_SUCCESS);
	jscope__machine_unlock(stream->machine);
	return JSCOPE_STATUS_SUCCESS;
}

uint32_t jscope__stream_read_position(struct jscope__context *context,
				      struct jscope__stream *stream)
{
	const uint32_t step = stream->format.accuracy_frames;
	jscope_ns now_ns;
	int64_t frames;

	jscope__machine_lock(stream->machine);
	now_ns = jscope__machine_now(stream->machine);
	jscope__stream_tell_position(context, stream, now_ns, 2);
	frames = jscope__stream_frames(stream, now_ns);
	jscope__machine_unlock(stream->machine);
	if (step > 1)
		frames -= frames % step;
	return (uint32_t)(jscope__stream_bytes(stream, frames) % stream->buffer_bytes);
}

/* It runs from power-up on, with the sample clock and its drift, whatever the stream does. */
uint64_t jscope__stream_read_clock(const struct jscope__stream *stream)
{
	const struct jscope__epoch power_up = {
		.rate_hz = stream->format.rate_hz * CLOCK_TICKS_PER_FRAME,
		.drift_ppm = stream->format.drift_ppm,
		.begin_ns = stream->machine->boot_ns,
	};

	return (uint64_t)jscope__epoch_frames(&power_up, jscope__machine_now(stream->machine));
}

/* Latency */

struct jscope__hw_latency jscope__stream_get_latency(const struct jscope__stream *stream)
{
	return stream->format.latency;
}

/* What was fetched is heard after FIFO, chipset and codec (DOMAIN 1.6). */
static int64_t frames_heard(const struct jscope__stream *stream, jscope_ns now_ns)
{
	const struct jscope__hw_latency *latency = &stream->format.latency;
	const jscope_ns delay_ns = latency->chipset_ns + latency->codec_ns;
	const int64_t frames = jscope__stream_frames(stream, now_ns) -
			       latency->fifo_bytes / stream->format.frame_bytes -
			       jscope_muldiv(delay_ns, stream->format.rate_hz, JSCOPE_NS_PER_SEC);

	return frames > 0 ? frames : 0;
}

jscope_status jscope__stream_get_presentation(struct jscope__context *context,
					      struct jscope__stream *stream, uint64_t *ret_frames)
{
	const jscope_status status =
		stream->format.capture ? JSCOPE_STATUS_NOT_SUPPORTED : JSCOPE_STATUS_SUCCESS;
	jscope_ns now_ns;
	int64_t frames;

	jscope__machine_lock(stream->machine);
	now_ns = jscope__machine_now(stream->machine);
	frames = status == JSCOPE_STATUS_SUCCESS ? frames_heard(stream, now_ns) : 0;
	JSCOPE_PROBE(wrt_presentation, .dev = stream->dev, .irql = context->irql,
		     .stream = stream->id, .frames = (uint64_t)frames,
		     .pos_ts_ns = (uint64_t)now_ns, .status = status);
	jscope__machine_unlock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_frames = (uint64_t)frames;
	return status;
}
