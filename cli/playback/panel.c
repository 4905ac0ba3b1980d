#include "playback/panel.h"

#define NCURSES_WIDECHAR 1
#include <inttypes.h>
#include <ncurses.h>
#include <string.h>

#include "playback/bars.h"
#include "playback/canvas.h"

#define BAR_COLUMN  10
#define BAR_MAX	    240
#define ITEM_SIZE   80
#define FIGURE_SIZE 64

static unsigned bar_width(void)
{
	int width = COLS - BAR_COLUMN - 2;

	return width > BAR_MAX ? BAR_MAX : width < 8 ? 8 : (unsigned)width;
}

static jscope_ns frames_ns(const struct jscope_stream_info *stream, int64_t frames)
{
	return jscope_muldiv(frames, JSCOPE_NS_PER_SEC, stream->rate_hz);
}

/* "479 frames, 9.979 ms"; without a rate the frames only. */
static char *frames_text(char *text, const struct jscope_stream_info *stream, int64_t frames)
{
	char time[JSCOPE_NS_TEXT_SIZE];

	if (stream->rate_hz)
		snprintf(text, FIGURE_SIZE, "%" PRId64 " frames = %s", frames,
			 jscope_ns_format(time, frames_ns(stream, frames)));
	else
		snprintf(text, FIGURE_SIZE, "%" PRId64 " frames", frames);
	return text;
}

static void ring_draw(int row, const struct jscope_position *position)
{
	char cells[BAR_MAX + 1], marks[BAR_MAX + 1];
	const unsigned width = bar_width();
	struct jscope_ring ring;

	jscope_ring_make(position, &ring);
	jscope_ring_draw(&ring, width, cells, marks);
	jscope_canvas_print(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN, "[%s]", cells);
	jscope_canvas_print(row + 1, BAR_COLUMN + 1, JSCOPE_PAINT_PLAIN, "%s", marks);
}

static void headroom_draw(int row, const struct jscope_position *position)
{
	char text[FIGURE_SIZE];

	if (!position->has_headroom)
		jscope_canvas_text(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				   "headroom: the trace does not tell how far its client was");
	else
		jscope_canvas_print(row, BAR_COLUMN,
				    position->headroom_frames > 0 ? JSCOPE_PAINT_STRONG
								  : JSCOPE_PAINT_ALARM,
				    "headroom %s",
				    frames_text(text, position->stream, position->headroom_frames));
}

static void position_draw(int row, const struct jscope_position *position, jscope_ns now_ns)
{
	struct jscope_canvas_list list = jscope_canvas_list_begin(row, 1, "");
	char item[ITEM_SIZE], time[JSCOPE_NS_TEXT_SIZE];

	snprintf(item, sizeof item, "D device %" PRId64 " (offset %" PRId64 ")",
		 position->linear_frames, position->offset_frames);
	jscope_canvas_list_item(&list, item);
	if (position->written_frames >= 0) {
		snprintf(item, sizeof item, "%s %" PRId64,
			 position->stream->is_capture ? "R read" : "W written",
			 position->written_frames);
		jscope_canvas_list_item(&list, item);
	}
	snprintf(item, sizeof item, "told %s ago",
		 jscope_ns_format(time, jscope_sub_sat(now_ns, position->at_ns)));
	jscope_canvas_list_item(&list, item);
}

/* What is not in the trace is said, not drawn. */
static void buffer_lack(int row, const struct jscope_stream_info *stream)
{
	char text[FIGURE_SIZE];

	if (!stream->buffer_frames)
		jscope_canvas_text(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				   "the trace tells of no buffer of this stream");
	else
		jscope_canvas_print(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				    "%s; no position has been told yet",
				    frames_text(text, stream, stream->buffer_frames));
}

static void outstanding_draw(int row, const struct jscope_request *request)
{
	char cells[BAR_MAX + 1];
	const unsigned width = bar_width();
	const unsigned count = request->outstanding < width ? request->outstanding : width;

	memset(cells, '#', count);
	cells[count] = '\0';
	jscope_canvas_print(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN, "[%-*s]", (int)width, cells);
	jscope_canvas_print(row + 1, BAR_COLUMN, JSCOPE_PAINT_STRONG,
			    "outstanding %u, itself included, when the last one was issued",
			    request->outstanding);
}

void jscope_panel_buffer(int row, const struct jscope_subject *subject, jscope_ns now_ns)
{
	const struct jscope_position *position = &subject->position.position;

	if (subject->has_requests) {
		jscope_canvas_text(row, 1, JSCOPE_PAINT_STRONG, "requests");
		outstanding_draw(row, &subject->chain.request);
		return;
	}
	jscope_canvas_text(row, 1, JSCOPE_PAINT_STRONG, "buffer");
	if (!subject->has_position) {
		buffer_lack(row, &subject->stream);
		return;
	}
	if (position->stream->buffer_frames)
		ring_draw(row, position);
	else
		jscope_canvas_text(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				   "the trace does not tell its size");
	headroom_draw(row + 2, position);
	position_draw(row + 3, position, now_ns);
}

static void chain_title(int row, const struct jscope_subject *subject)
{
	const struct jscope_notification *n = &subject->chain.notification;
	const struct jscope_request *request = &subject->chain.request;
	char op[JSCOPE_RECORD_OP_SIZE], latency[JSCOPE_NS_TEXT_SIZE] = "unknown";
	const jscope_ns latency_ns = jscope_request_latency(request);

	if (subject->has_requests) {
		snprintf(op, sizeof op, "%s", request->op);
		if (latency_ns != JSCOPE_NS_UNKNOWN)
			jscope_ns_format(latency, latency_ns);
		jscope_canvas_print(row, BAR_COLUMN,
				    request->completed && request->status ? JSCOPE_PAINT_ALARM
									  : JSCOPE_PAINT_STRONG,
				    "%" PRIu64 " %s %" PRIu64 " bytes, status %d, latency %s",
				    request->id, op, request->bytes, request->status, latency);
	} else {
		jscope_canvas_print(row, BAR_COLUMN,
				    n->class == JSCOPE_CLASS_LATE || n->class == JSCOPE_CLASS_MISSED
					    ? JSCOPE_PAINT_ALARM
					    : JSCOPE_PAINT_STRONG,
				    "#%" PRIu64 " %s, cpu %u", n->seq, jscope_class_name(n->class),
				    n->cpu);
	}
}

static void spans_draw(int row, const struct jscope_strip *strip)
{
	struct jscope_canvas_list list = jscope_canvas_list_begin(row, 2, "");
	char item[ITEM_SIZE], time[JSCOPE_NS_TEXT_SIZE];

	for (unsigned i = 0; i < strip->span_count; i++) {
		snprintf(item, sizeof item, "%s %s", strip->spans[i].name,
			 jscope_ns_format(time, strip->spans[i].length_ns));
		jscope_canvas_list_item(&list, item);
	}
}

/* The first instant as time of the trace, the others since then. */
static void instants_draw(int row, const struct jscope_strip *strip, jscope_ns begin_ns)
{
	struct jscope_canvas_list list = jscope_canvas_list_begin(row, 2, "");
	char item[ITEM_SIZE], time[JSCOPE_TIME_TEXT_SIZE];

	for (unsigned i = 0; i < strip->instant_count; i++) {
		if (i == 0)
			jscope_canvas_time(time, strip->instants[0].at_ns, begin_ns);
		else
			jscope_ns_format(time, jscope_sub_sat(strip->instants[i].at_ns,
							      strip->instants[0].at_ns));
		snprintf(item, sizeof item, "%s %s%s", strip->instants[i].name, i ? "+" : "", time);
		jscope_canvas_list_item(&list, item);
	}
}

void jscope_panel_chain(int row, const struct jscope_subject *subject, jscope_ns begin_ns)
{
	char cells[BAR_MAX + 1];
	struct jscope_strip strip;

	jscope_canvas_text(row, 1, JSCOPE_PAINT_STRONG, "chain");
	if (!subject->has_chain) {
		jscope_canvas_text(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN, "none yet");
		return;
	}
	jscope_strip_make(&subject->chain, &strip);
	jscope_strip_draw(&strip, bar_width(), cells);
	chain_title(row, subject);
	jscope_canvas_print(row + 1, BAR_COLUMN, JSCOPE_PAINT_PLAIN, cells[0] ? "[%s]" : "%s",
			    cells);
	spans_draw(row + 2, &strip);
	instants_draw(row + 4, &strip, begin_ns);
}

static void glitch_draw(int row, const struct jscope_glitch *glitch, jscope_ns begin_ns)
{
	char time[JSCOPE_TIME_TEXT_SIZE], awaited[FIGURE_SIZE] = "";

	if (glitch->awaited)
		snprintf(awaited, sizeof awaited, ", awaited #%" PRIu64, glitch->awaited);
	jscope_canvas_print(row, BAR_COLUMN, JSCOPE_PAINT_ALARM, "%s at %s%s%s",
			    jscope_cause_name(glitch->cause),
			    jscope_canvas_time(time, glitch->at_ns, begin_ns), awaited,
			    glitch->inferred ? ", inferred" : "");
}

void jscope_panel_counts(int row, const struct jscope_subject *subject, jscope_ns begin_ns)
{
	jscope_canvas_text(row, 1, JSCOPE_PAINT_STRONG, "glitch");
	if (subject->has_glitch)
		glitch_draw(row, &subject->glitch.glitch, begin_ns);
	else
		jscope_canvas_text(row, BAR_COLUMN, JSCOPE_PAINT_PLAIN, "none so far");
	jscope_canvas_text(row + 1, 1, JSCOPE_PAINT_STRONG, "so far");
	if (subject->has_requests)
		jscope_canvas_print(row + 1, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				    "%" PRIu64 " request%s, %" PRIu64 " failed", subject->chains,
				    subject->chains == 1 ? "" : "s", subject->late);
	else
		jscope_canvas_print(row + 1, BAR_COLUMN, JSCOPE_PAINT_PLAIN,
				    "%" PRIu64 " notification%s, %" PRIu64
				    " late or missed, %" PRIu64 " glitch%s, %" PRIu64
				    " odd position%s",
				    subject->chains, subject->chains == 1 ? "" : "s", subject->late,
				    subject->glitches, subject->glitches == 1 ? "" : "es",
				    subject->defects, subject->defects == 1 ? "" : "s");
}
