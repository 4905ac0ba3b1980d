#include "playback/bars.h"

#include <ctype.h>
#include <string.h>

static void instant_add(struct jscope_strip *strip, const char *name, jscope_ns at_ns)
{
	if (at_ns == JSCOPE_NS_UNKNOWN)
		return;
	strip->instants[strip->instant_count].name = name;
	strip->instants[strip->instant_count++].at_ns = at_ns;
}

static void span_add(struct jscope_strip *strip, const char *name, jscope_ns length_ns)
{
	if (length_ns == JSCOPE_NS_UNKNOWN)
		return;
	strip->spans[strip->span_count].name = name;
	strip->spans[strip->span_count].letter = (char)toupper((unsigned char)name[0]);
	strip->spans[strip->span_count++].length_ns = length_ns;
}

static void notification_make(const struct jscope_notification *notification,
			      struct jscope_strip *strip)
{
	struct jscope_stage_span spans[JSCOPE_INSTANT_COUNT];
	struct jscope_stages stages;
	unsigned count = jscope_stages_list(notification, spans);

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		instant_add(strip, jscope_instant_name((enum jscope_instant)i),
			    notification->at[i]);
	for (unsigned i = 0; i < count; i++)
		span_add(strip, jscope_stage_name(spans[i].stage),
			 jscope_sub_sat(spans[i].end_ns, spans[i].begin_ns));
	jscope_stages_compute(notification, &stages);
	span_add(strip, "service", stages.service_ns);
}

/* What lies between two instants of a request is named after the later one. */
static void request_make(const struct jscope_request *request, struct jscope_strip *strip)
{
	jscope_ns at[JSCOPE_REQUEST_INSTANTS];

	jscope_request_instants(request, at);
	for (unsigned i = 0; i < JSCOPE_REQUEST_INSTANTS; i++)
		instant_add(strip, jscope_request_instant_names[i], at[i]);
	for (unsigned i = 1; i < strip->instant_count; i++)
		span_add(strip, strip->instants[i].name,
			 jscope_sub_sat(strip->instants[i].at_ns, strip->instants[i - 1].at_ns));
}

void jscope_strip_make(const struct jscope_record *record, struct jscope_strip *ret_strip)
{
	ret_strip->instant_count = 0;
	ret_strip->span_count = 0;
	if (record->what == JSCOPE_RECORD_REQUEST)
		request_make(&record->request, ret_strip);
	else
		notification_make(&record->notification, ret_strip);
}

/* Clocks that are wrong make stages negative: those have no length. */
static jscope_ns length_of(const struct jscope_strip *strip, unsigned i)
{
	return strip->spans[i].length_ns > 0 ? strip->spans[i].length_ns : 0;
}

/* Each span gets one cell, the rest is shared by their ends, so that rounding does not add up. */
void jscope_strip_draw(const struct jscope_strip *strip, unsigned width, char *cells)
{
	jscope_ns total_ns = 0, end_ns = 0;
	unsigned cell = 0, end;

	cells[0] = '\0';
	for (unsigned i = 0; i < strip->span_count; i++)
		total_ns = jscope_add_sat(total_ns, length_of(strip, i));
	if (!strip->span_count || width < strip->span_count)
		return;
	for (unsigned i = 0; i < strip->span_count; i++) {
		end_ns = jscope_add_sat(end_ns, length_of(strip, i));
		end = i + 1;
		if (total_ns > 0)
			end += (unsigned)jscope_muldiv(end_ns, width - strip->span_count, total_ns);
		while (cell < end)
			cells[cell++] = strip->spans[i].letter;
	}
	cells[cell] = '\0';
}

static int64_t offset_of(int64_t frames, int64_t buffer_frames)
{
	int64_t offset = frames % buffer_frames;

	return offset < 0 ? offset + buffer_frames : offset;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void jscope_ring_make(const struct jscope_position *position, struct jscope_ring *ret_ring)
{
	const struct jscope_stream_info *stream = position->stream;
	const int64_t buffer_frames = stream->buffer_frames;
	int64_t filled_frames = 0;

	*ret_ring = (struct jscope_ring){
		.buffer_frames = buffer_frames,
		.period_frames = stream->period_frames,
		.device_frames = offset_of(position->offset_frames, buffer_frames),
		.client_frames = -1,
		.is_capture = stream->is_capture,
	};
	if (position->written_frames >= 0) {
		ret_ring->client_frames = offset_of(position->written_frames, buffer_frames);
		filled_frames = jscope_sub_sat(position->written_frames, position->linear_frames);
		filled_frames =
			stream->is_capture ? jscope_sub_sat(0, filled_frames) : filled_frames;
	} else if (position->has_headroom) {
		filled_frames = stream->is_capture
					? jscope_sub_sat(buffer_frames, position->headroom_frames)
					: position->headroom_frames;
	}
	ret_ring->filled_frames = clamp(filled_frames, 0, buffer_frames);
}

static unsigned cell_of(const struct jscope_ring *ring, int64_t offset_frames, unsigned width)
{
	return (unsigned)jscope_muldiv(offset_frames, width, ring->buffer_frames);
}

/* Whether the first frame of a cell lies in the filled part. */
static bool is_filled(const struct jscope_ring *ring, unsigned cell, unsigned width)
{
	const int64_t begin =
		ring->is_capture ? ring->device_frames - ring->filled_frames : ring->device_frames;
	const int64_t frame = jscope_muldiv(ring->buffer_frames, cell, width);

	return offset_of(frame - begin, ring->buffer_frames) < ring->filled_frames;
}

static void points_draw(const struct jscope_ring *ring, unsigned width, char *marks)
{
	memset(marks, ' ', width);
	marks[width] = '\0';
	if (ring->period_frames <= 0 || ring->buffer_frames / ring->period_frames > width)
		return;
	for (int64_t at = 0; at < ring->buffer_frames; at += ring->period_frames)
		marks[cell_of(ring, at, width)] = '^';
}

void jscope_ring_draw(const struct jscope_ring *ring, unsigned width, char *cells, char *marks)
{
	unsigned device = cell_of(ring, ring->device_frames, width), client;

	for (unsigned i = 0; i < width; i++)
		cells[i] = is_filled(ring, i, width) ? '=' : '.';
	cells[width] = '\0';
	cells[device] = 'D';
	if (ring->client_frames >= 0) {
		client = cell_of(ring, ring->client_frames, width);
		cells[client] = client == device ? 'X' : ring->is_capture ? 'R' : 'W';
	}
	points_draw(ring, width, marks);
}
