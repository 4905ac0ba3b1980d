/* The traces of a directory tree and their streams, ready to be read. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "ctf_paths.h"
#include "reader_ctf.h"

/* Windows of many streams are narrower, so that what is in use stays in the cache. */
#define WINDOW_BYTES	  ((size_t)64 << 10)
#define WINDOW_BYTES_MANY ((size_t)16 << 10)
#define STREAMS_MANY	  16

/* Ids up to here are found by index, if there are not too many gaps; others by search. */
#define DENSE_IDS_MAX	65536
#define DENSE_IDS_FREE	1024
#define DENSE_IDS_SHARE 8 /* ids per event */

static int known_make(struct jscope__ctf_decoder *decoder)
{
	const struct jscope__ctf_stream_class *class = decoder->class;
	const size_t share = DENSE_IDS_FREE + DENSE_IDS_SHARE * class->event_count;
	const size_t ids_max = share < DENSE_IDS_MAX ? share : DENSE_IDS_MAX;
	size_t count = 0;

	for (size_t i = 0; i < class->event_count; i++)
		if (class->events[i].id < ids_max)
			count = (size_t) class->events[i].id + 1;
	decoder->known = calloc(count + 1, sizeof *decoder->known);
	if (!decoder->known)
		return -ENOMEM;
	decoder->known_count = count;
	for (size_t id = 0; id < count; id++)
		decoder->known[id] = (struct jscope__ctf_known){ JSCOPE__CTF_SIZE_VARIES,
								 JSCOPE__CTF_PLAN_NONE };
	for (size_t i = 0; i < class->event_count; i++)
		if (class->events[i].id < count)
			decoder->known[class->events[i].id].plan = (uint32_t)i;
	return 0;
}

/* The sizes of events are known when their plans are. */
static void known_complete(struct jscope__ctf_decoder *decoder, size_t i)
{
	const uint64_t id = decoder->class->events[i].id;

	if (id < decoder->known_count && !decoder->plans[i].phase_mask)
		decoder->known[id].size_bytes = decoder->plans[i].layouts[0].size_bytes;
}

/* The clock that event headers are stamped with: theirs, or the only one that there is. */
static const struct jscope__ctf_clock *clock_of(const struct jscope__ctf_metadata *metadata,
						const struct jscope__ctf_type *type)
{
	const struct jscope__ctf_clock *clock = NULL;

	if (type && (type->kind == JSCOPE__CTF_INTEGER || type->kind == JSCOPE__CTF_ENUMERATION))
		return type->integer.clock;
	if (type && (type->kind == JSCOPE__CTF_STRUCT || type->kind == JSCOPE__CTF_VARIANT))
		for (size_t i = 0; !clock && i < type->field_count; i++)
			clock = clock_of(metadata, type->fields[i].type);
	return clock;
}

static int decoder_make(const struct jscope__ctf_metadata *metadata,
			const struct jscope__ctf_stream_class *class,
			struct jscope__ctf_decoder *decoder)
{
	const struct jscope__ctf_clock *clock = clock_of(metadata, class->event_header);

	if (!clock)
		clock = clock_of(metadata, class->packet_context);
	if (!clock && metadata->clock_count == 1)
		clock = &metadata->clocks[0];
	decoder->class = class;
	jscope__ctf_timebase_init(&decoder->timebase, clock);
	jscope__ctf_header_compile(class, &decoder->header);
	decoder->plans = calloc(class->event_count + 1, sizeof *decoder->plans);
	if (!decoder->plans)
		return -ENOMEM;
	return known_make(decoder);
}

static void trace_close(struct jscope__ctf_trace *trace)
{
	for (size_t i = 0; trace->decoders && i < trace->metadata->stream_count; i++) {
		struct jscope__ctf_decoder *decoder = &trace->decoders[i];

		for (size_t k = 0; decoder->plans && k < decoder->class->event_count; k++)
			jscope__ctf_plan_finish(&decoder->plans[k]);
		free(decoder->plans);
		free(decoder->known);
	}
	free(trace->decoders);
	jscope__ctf_metadata_destroy(trace->metadata);
}

static int trace_open(struct jscope__ctf *reader, const char *path, struct jscope__ctf_trace *trace)
{
	int error;

	jscope__ctf_limits_complete(&trace->limits);
	trace->damage = &reader->damage;
	trace->strings = reader->strings;
	error = jscope__ctf_metadata_read(path, &trace->limits, &trace->metadata);
	if (error)
		return error;
	trace->decoders = calloc(trace->metadata->stream_count + 1, sizeof *trace->decoders);
	if (!trace->decoders)
		return -ENOMEM;
	for (size_t i = 0; !error && i < trace->metadata->stream_count; i++)
		error = decoder_make(trace->metadata, &trace->metadata->streams[i],
				     &trace->decoders[i]);
	if (!error && trace->metadata->clock_count && !reader->info.clock)
		reader->info.clock = trace->metadata->clocks[0].name;
	return error;
}

/*
 * A stream that brings nothing but the ground truth of a virtual device is for those who test us:
 * as if its file were not there. Text is of the raw trace, ground truth and all.
 */
static bool is_truth(const struct jscope__ctf *reader, const struct jscope__ctf_decoder *decoder)
{
	static const char truth[] = "jscope:truth_";

	if (!decoder || reader->flags & JSCOPE_READER_TEXT)
		return false;
	for (size_t i = 0; i < decoder->class->event_count; i++)
		if (strncmp(decoder->class->events[i].name, truth, sizeof truth - 1) != 0)
			return false;
	return decoder->class->event_count > 0;
}

static int stream_add(struct jscope__ctf *reader, struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_stream **streams;

	if (reader->stream_count == JSCOPE__CTF_STREAMS)
		return jscope_error(-E2BIG, "More than %d streams, '%s' is one too many.",
				    JSCOPE__CTF_STREAMS, stream->path);
	streams = realloc(reader->streams,
			  (reader->stream_count + 1) * sizeof(struct jscope__ctf_stream *));
	if (!streams)
		return -ENOMEM;
	reader->streams = streams;
	streams[reader->stream_count++] = stream;
	reader->info.streams++;
	return 0;
}

static int stream_open(struct jscope__ctf *reader, struct jscope__ctf_trace *trace,
		       const char *path, size_t width_bytes)
{
	struct jscope__ctf_stream *stream;
	int error = jscope__ctf_stream_create(trace, path, width_bytes, &stream);

	if (error == -ENOMEM)
		return error;
	if (error) {
		jscope__ctf_damage_add(&reader->damage, "Cannot read the stream '%s': %s.", path,
				       strerror(-error));
		return 0;
	}
	if (is_truth(reader, jscope__ctf_stream_peek(stream))) {
		jscope__ctf_stream_destroy(stream);
		return 0;
	}
	error = stream_add(reader, stream);
	if (error)
		jscope__ctf_stream_destroy(stream);
	return error;
}

static int is_stream_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "metadata") != 0;
}

/* Files of the directory, in the order of their names; what is no regular file is no stream. */
static int streams_open(struct jscope__ctf *reader, struct jscope__ctf_trace *trace,
			const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_stream_file, versionsort), error = 0;
	size_t width_bytes = count > STREAMS_MANY ? WINDOW_BYTES_MANY : WINDOW_BYTES;
	const size_t known_count = reader->stream_count;
	char path[PATH_MAX];
	struct stat status;

	if (count < 0)
		return jscope_error(-EBADMSG, "Cannot list the trace '%s': %s.", directory,
				    strerror(errno));
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
		if (!error && !stat(path, &status) && S_ISREG(status.st_mode))
			error = stream_open(reader, trace, path, width_bytes);
		free(entries[i]);
	}
	free(entries);
	if (!error && reader->stream_count == known_count)
		jscope__ctf_damage_add(&reader->damage,
				       "The trace '%s' has metadata, but no stream: there is "
				       "nothing to read in it.",
				       directory);
	return error;
}

/* Of several traces one may be beyond reading: then the others are read, and that is noted. */
static int trace_add(struct jscope__ctf *reader, const char *path, bool is_only)
{
	struct jscope__ctf_trace *trace = &reader->traces[reader->trace_count];
	int error = trace_open(reader, path, trace);

	if (error) {
		trace_close(trace);
		memset(trace, 0, sizeof *trace);
		if (is_only || error == -ENOMEM)
			return error;
		jscope__ctf_damage_add(&reader->damage, "%s",
				       jscope_error_sentence(0) ? jscope_error_sentence(0) : path);
		jscope_error_clear();
		return 0;
	}
	reader->trace_count++;
	return streams_open(reader, trace, path);
}

int jscope__ctf_traces_open(struct jscope__ctf *reader, const char *path)
{
	struct jscope__ctf_paths paths;
	int error = jscope__ctf_paths_find(path, &paths);

	if (error)
		return error;
	reader->traces = calloc(paths.count, sizeof *reader->traces);
	if (!reader->traces)
		error = -ENOMEM;
	for (size_t i = 0; !error && i < paths.count; i++)
		error = trace_add(reader, paths.path[i], paths.count == 1);
	if (!error && !reader->trace_count)
		error = jscope_error(
			-EBADMSG, "None of the %zu traces under '%s' can be read: %s", paths.count,
			path, reader->damage.sentence_count ? reader->damage.sentences[0] : "");
	jscope__ctf_paths_finish(&paths);
	return error;
}

void jscope__ctf_traces_close(struct jscope__ctf *reader)
{
	for (size_t i = 0; i < reader->stream_count; i++)
		jscope__ctf_stream_destroy(reader->streams[i]);
	free(reader->streams);
	for (size_t i = 0; i < reader->trace_count; i++)
		trace_close(&reader->traces[i]);
	free(reader->traces);
}

static int class_announce(struct jscope__ctf *reader, const struct jscope__ctf_trace *trace,
			  struct jscope__ctf_decoder *decoder, size_t i)
{
	const struct jscope_event_class told = {
		.index = (uint16_t)reader->class_count,
		.name = decoder->class->events[i].name,
		.domain = jscope__ctf_metadata_environment(trace->metadata, "domain"),
		.tracer = jscope__ctf_metadata_environment(trace->metadata, "tracer_name"),
	};
	struct jscope__ctf_plan_question question = { .stream_class = decoder->class,
						      .class = &decoder->class->events[i],
						      .timebase = &decoder->timebase };
	int count, error;

	if (reader->class_count++ == JSCOPE__CTF_CLASSES)
		return jscope_error(-E2BIG, "The traces have more than %d event classes.",
				    JSCOPE__CTF_CLASSES);
	reader->announced_stream = question.stream_class;
	reader->announced_class = question.class;
	count = reader->announce(reader->announce_state, &told, &question.wants);
	reader->announced_class = NULL;
	if (count < 0)
		return count;
	if (count > JSCOPE_SLOTS_MAX)
		return jscope_error(-E2BIG, "Event '%s': %d fields wanted, at most %d.", told.name,
				    count, JSCOPE_SLOTS_MAX);
	question.want_count = (unsigned)count;
	error = jscope__ctf_plan_compile(&question, &decoder->plans[i]);
	known_complete(decoder, i);
	decoder->plans[i].class_index = told.index;
	decoder->plans[i].is_wanted = count > 0 || reader->flags & JSCOPE_READER_TEXT;
	return error;
}

int jscope__ctf_announce(struct jscope__ctf *reader)
{
	for (size_t t = 0; t < reader->trace_count; t++) {
		const struct jscope__ctf_trace *trace = &reader->traces[t];

		for (size_t s = 0; s < trace->metadata->stream_count; s++) {
			struct jscope__ctf_decoder *decoder = &trace->decoders[s];
			int error = 0;

			if (is_truth(reader, decoder))
				continue;
			for (size_t i = 0; !error && i < decoder->class->event_count; i++)
				error = class_announce(reader, trace, decoder, i);
			if (error)
				return error;
		}
	}
	return 0;
}
