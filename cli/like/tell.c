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
}

static void requests_tell(const char *path, const struct jscope__like_requests *requests)
{
	if (requests->left_out > 0)
		say("%s: %" PRIu64
		    " requests beyond the first %d, or of disks beyond the first %d, are "
		    "not replayed.",
		    path, requests->left_out, JSCOPE__LIKE_REQUESTS_MAX, JSCOPE_DISKS_MAX);
	if (requests->cut > 0)
		say("%s: %" PRIu64 " requests that it lacks the begin or end of are not replayed.",
		    path, requests->cut);
	if (requests->empty > 0)
		say("%s: %" PRIu64 " requests without data are not replayed.", path,
		    requests->empty);
	if (requests->holds > 0)
		say("%s: %" PRIu64
		    " times a link was down, a bus was reset or an adapter paused; that is not "
		    "replayed, but what it did to the times of requests is.",
		    path, requests->holds);
}

static void disk_tell(const char *path, const struct jscope__like_disk *disk)
{
	if (disk->unqueued > 0)
		say("%s: When %" PRIu64 " of %" PRIu64
		    " requests of '%s' were queued is not in the recording; taken as when "
		    "they were issued.",
		    path, disk->unqueued, disk->count, disk->name);
	if (disk->uninterrupted > 0)
		say("%s: Which interrupt found %" PRIu64 " of %" PRIu64
		    " requests of '%s' is not in the recording; taken as right before what "
		    "completed them.",
		    path, disk->uninterrupted, disk->count, disk->name);
	if (disk->unheard > 0)
		say("%s: Whom %" PRIu64 " of %" PRIu64
		    " requests of '%s' woke is not in the recording; they wake nobody.",
		    path, disk->unheard, disk->count, disk->name);
	if (disk->capped > 0)
		say("%s: %" PRIu64
		    " requests of '%s' were of 4 GiB or more, or told 429 s or more; they are taken as "
		    "so many.",
		    path, disk->capped, disk->name);
	if (disk->is_full)
		say("%s: No more than %d requests of '%s' are under way at once; others wait.",
		    path, JSCOPE__LIKE_DEPTH_MAX, disk->name);
	if (disk->crowded > 0)
		say("%s: %" PRIu64
		    " times more handlers or clients of '%s' were at work than the virtual "
		    "adapter has; they wait for each other.",
		    path, disk->crowded, disk->name);
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

static bool is_event(const struct jscope__like_series *series)
{
	return strcmp(series->kind, "event") == 0;
}

static bool is_of_stream(const struct jscope__like_series *series,
			 const struct jscope__like_stream *stream)
{
	for (unsigned k = 0; k < stream->client_count; k++)
		if (stream->clients[k] == series ||
		    (is_event(series) && strcmp(stream->clients[k]->device, series->device) == 0))
			return true;
	return false;
}

/*
 * The alarm of a client that polls is replayed, and that of one that pauses is its own; the events of a
 * disk are what its requests end with.
 */
static bool is_replayed(const struct jscope__like_series *series,
			const struct jscope__like_streams *streams,
			const struct jscope__like_disks *disks)
{
	for (unsigned i = 0; i < streams->count; i++)
		if (is_of_stream(series, &streams->streams[i]))
			return true;
	for (unsigned i = 0; i < disks->count; i++)
		if (is_event(series) && strcmp(disks->disks[i].name, series->device) == 0)
			return true;
	return false;
}

/* All of its kind with the first one, and nothing of those behind that. */
static void kind_tell(const char *path, const struct jscope__like_series *const *others,
		      unsigned count, unsigned first)
{
	char more[32] = "";
	unsigned alike = 0;

	for (unsigned i = 0; i < count; i++) {
		if (strcmp(others[i]->kind, others[first]->kind) != 0)
			continue;
		if (i < first)
			return;
		alike++;
	}
	if (alike > 1)
		snprintf(more, sizeof more, " and %u other%s", alike - 1, alike > 2 ? "s" : "");
	say("%s: '%s%s%s'%s (%s) %s not replayed; streams and requests are.", path,
	    others[first]->device, *others[first]->stream ? " " : "", others[first]->stream, more,
	    others[first]->kind, alike > 1 ? "are" : "is");
}

static void others_tell(const char *path, const struct jscope__like_session *session,
			const struct jscope__like_streams *streams,
			const struct jscope__like_disks *disks)
{
	const struct jscope__like_series *others[JSCOPE__LIKE_SERIES_MAX];
	unsigned count = 0;

	for (unsigned i = 0; i < session->series_count; i++)
		if (session->series[i].count > 0 &&
		    !is_replayed(&session->series[i], streams, disks))
			others[count++] = &session->series[i];
	for (unsigned i = 0; i < count; i++)
		kind_tell(path, others, count, i);
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
		       const struct jscope__like_streams *streams,
		       const struct jscope__like_disks *disks, bool geometry)
{
	left_out_tell(path, session, streams);
	if (geometry) {
		clients_tell(path, streams);
		requests_tell(path, &session->requests);
	} else if (session->requests.total > 0) {
		say("%s: Its %" PRIu64
		    " requests are not replayed with a --scenario; without one they are.",
		    path, session->requests.total);
	}
	for (unsigned i = 0; i < disks->count; i++)
		disk_tell(path, &disks->disks[i]);
	others_tell(path, session, streams, disks);
	if (geometry && streams->count == 0 && disks->count == 0)
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
