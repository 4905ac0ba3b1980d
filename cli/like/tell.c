#include "tell.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "delays.h"

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list arguments;

	fputs("jitterscope: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static void left_out_tell(const char *path, const struct jscope__like_session *session,
			  const struct jscope__like_streams *streams)
{
	const uint64_t left_out = session->streams_left_out + streams->left_out;

	if (session->chains_left_out > 0)
		say("%s: %" PRIu64 " notifications beyond the first %d are not replayed.", path,
		    session->chains_left_out, JSCOPE__LIKE_CHAINS_MAX);
	if (left_out > 0)
		say("%s: %" PRIu64 " streams beyond the first %d are not replayed.", path, left_out,
		    JSCOPE_STREAMS_MAX);
	if (session->request_count > 0)
		say("%s: Its %" PRIu64 " requests are not replayed; streams are.", path,
		    session->request_count);
}

static void clients_tell(const char *path, const struct jscope__like_streams *streams)
{
	unsigned count = 0, left_out = 0;

	for (unsigned i = 0; i < streams->count; i++) {
		count += streams->streams[i].client_count;
		left_out += streams->streams[i].clients_left_out;
	}
	if (count > JSCOPE_CLIENTS_MAX)
		left_out += count - JSCOPE_CLIENTS_MAX;
	if (left_out > 0)
		say("%s: %u clients are not replayed: %d of a stream and %d in all are.", path,
		    left_out, JSCOPE__LIKE_CLIENTS_MAX, JSCOPE_CLIENTS_MAX);
}

/* The alarm of a client that polls is replayed, and that of one that pauses is its own. */
static bool is_replayed(const struct jscope__like_series *series,
			const struct jscope__like_streams *streams)
{
	for (unsigned i = 0; i < streams->count; i++)
		for (unsigned k = 0; k < streams->streams[i].client_count; k++)
			if (streams->streams[i].clients[k] == series)
				return true;
	return strcmp(series->kind, "event") == 0;
}

static void others_tell(const char *path, const struct jscope__like_session *session,
			const struct jscope__like_streams *streams)
{
	for (unsigned i = 0; i < session->series_count; i++) {
		const struct jscope__like_series *series = &session->series[i];

		if (series->count > 0 && !is_replayed(series, streams))
			say("%s: '%s%s%s' (%s) is not replayed; streams are.", path, series->device,
			    *series->stream ? " " : "", series->stream, series->kind);
	}
}

/* "dispatch, queue": the stages of a stream that the recording does not know. */
static void lacking_tell(const char *path, const struct jscope__like_stream *stream)
{
	static const struct {
		enum jscope_instant to;
		const char *name;
	} stages[] = { { JSCOPE_QUEUED, "dispatch" }, { JSCOPE_DEFERRED, "queue" } };
	char list[32] = "";

	for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
		if (!stream->is_polled && !(stream->path & 1u << stages[i].to))
			snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
				 *list ? " and " : "", stages[i].name);
	if (*list)
		say("%s: The stages %s of '%s' are not in the recording; they take no time.", path,
		    list, stream->clients[0]->device);
}

static void grid_tell(const char *path, const struct jscope__like_stream *stream)
{
	const char *device = stream->clients[0]->device;
	const struct jscope__like_grid *grid = &stream->grid;

	if (grid->is_assumed)
		say("%s: The rate and buffer of '%s' are not in the recording; taken as %" PRIu32
		    " Hz, two periods of %" PRIu32 " frames, and running out only where it did.",
		    path, device, grid->rate_hz, grid->period_frames);
	if (!stream->is_polled && !stream->clients[0]->has_due)
		say("%s: When '%s' reached its points is not in the recording; taken as when it told of "
		    "them.",
		    path, device);
	if (grid->strays_ns)
		say("%s: The clock of '%s' left its rate by up to %.3f ms; its points come when they "
		    "came.",
		    path, device, fabs((double)grid->strays_ns) / 1e6);
}

static void series_tell(const char *path, const struct jscope__like_stream *stream,
			const struct jscope__like_series *series)
{
	const uint64_t partial =
		series->cut + jscope__like_partial_count(series, stream->path | series->info.path);

	if (partial > 0)
		say("%s: %" PRIu64
		    " of %zu notifications of '%s' are cut or lack an instant; those "
		    "beside them stand for them.",
		    path, partial, series->count + (size_t)series->cut, series->device);
	if (series->spurious > 0)
		say("%s: %" PRIu64
		    " interrupts or signals of '%s' without a point are not replayed.",
		    path, series->spurious, series->device);
	if (series->leaps > 0)
		say("%s: %" PRIu64
		    " glitches of '%s' were none of lateness (its position leapt, or "
		    "its client said the same again) and are not replayed.",
		    path, series->leaps, series->device);
}

void jscope__like_tell(const char *path, const struct jscope__like_session *session,
		       const struct jscope__like_streams *streams, bool geometry)
{
	left_out_tell(path, session, streams);
	if (geometry)
		clients_tell(path, streams);
	others_tell(path, session, streams);
	if (geometry && streams->count == 0)
		say("%s: There is no stream in it; the default one draws its delays from what was "
		    "recorded.",
		    path);
	for (unsigned i = 0; i < streams->count; i++) {
		const struct jscope__like_stream *stream = &streams->streams[i];

		lacking_tell(path, stream);
		grid_tell(path, stream);

		for (unsigned k = 0; k < stream->client_count; k++)
			series_tell(path, stream, stream->clients[k]);
	}
}
