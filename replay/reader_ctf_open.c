/* The traces of a directory tree: their metadata, their classes, and what is wanted of those. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "ctf_paths.h"
#include "reader_ctf.h"

/* What the names of tracers begin with that rotate their recordings. */
static const char LTTNG[] = "lttng";

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
		decoder->known[id] = (struct jscope__ctf_known){
			.size_bytes = JSCOPE__CTF_SIZE_VARIES,
			.plan = JSCOPE__CTF_PLAN_NONE,
		};
	for (size_t i = 0; i < class->event_count; i++)
		if (class->events[i].id < count)
			decoder->known[class->events[i].id].plan = (uint32_t)i;
	return 0;
}

/* The sizes of events are known when their plans are. */
static void known_complete(struct jscope__ctf_decoder *decoder, size_t i)
{
	const struct jscope__ctf_plan *plan = &decoder->plans[i];
	const uint64_t id = decoder->class->events[i].id;

	if (id >= decoder->known_count)
		return;
	decoder->known[id].is_wanted = plan->is_wanted;
	decoder->known[id].size_bytes = JSCOPE__CTF_SIZE_VARIES;
	if (plan->phase_mask || plan->layouts[0].size_bytes == JSCOPE__CTF_SIZE_VARIES)
		return;
	decoder->known[id].layout = &plan->layouts[0];
	decoder->known[id].size_bytes = plan->layouts[0].size_bytes;
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
	decoder->end_ns = JSCOPE_NS_UNKNOWN;
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
	free(trace->path);
	jscope__ctf_metadata_destroy(trace->metadata);
}

static const char *tracer_of(const struct jscope__ctf_metadata *metadata)
{
	return jscope__ctf_metadata_environment(metadata, "tracer_name");
}

static int trace_open(struct jscope__ctf *reader, const char *path, struct jscope__ctf_trace *trace)
{
	int error;

	trace->limits = reader->limits;
	trace->damage = &reader->damage;
	trace->strings = reader->strings;
	error = jscope__ctf_metadata_read(path, &trace->limits, &trace->metadata);
	if (error)
		return error;
	trace->path = strdup(path);
	trace->decoders = calloc(trace->metadata->stream_count + 1, sizeof *trace->decoders);
	if (!trace->path || !trace->decoders)
		return -ENOMEM;
	trace->is_lttng = !strncmp(tracer_of(trace->metadata), LTTNG, sizeof LTTNG - 1);
	for (size_t i = 0; !error && i < trace->metadata->stream_count; i++)
		error = decoder_make(trace->metadata, &trace->metadata->streams[i],
				     &trace->decoders[i]);
	if (!error && trace->metadata->clock_count && !reader->info.clock)
		reader->info.clock = trace->metadata->clocks[0].name;
	return error;
}

/* Traces that a new one is compared with: the last ones found. */
#define TRACES_COMPARED 16

static bool streams_are_equal(FILE *left, FILE *right)
{
	static const size_t piece_bytes = 16384;
	char left_bytes[16384], right_bytes[16384];
	size_t left_count, right_count;

	do {
		left_count = fread(left_bytes, 1, piece_bytes, left);
		right_count = fread(right_bytes, 1, piece_bytes, right);
		if (left_count != right_count || memcmp(left_bytes, right_bytes, left_count) != 0)
			return false;
	} while (left_count == piece_bytes);
	return feof(left) && feof(right);
}

static FILE *metadata_open(const char *directory)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/metadata", directory) >= (int)sizeof path)
		return NULL;
	return fopen(path, "re");
}

static bool metadata_are_equal(const char *directory, const char *other)
{
	FILE *left = metadata_open(directory), *right = metadata_open(other);
	const bool are_equal = left && right && streams_are_equal(left, right);

	if (left)
		fclose(left);
	if (right)
		fclose(right);
	return are_equal;
}

/* A directory with the same metadata, to the byte: chunks of one recording. NULL for none. */
static struct jscope__ctf_trace *trace_find(struct jscope__ctf *reader, const char *path)
{
	const size_t count = reader->trace_count;
	const size_t end = count > TRACES_COMPARED ? count - TRACES_COMPARED : 0;

	for (size_t i = count; i > end; i--)
		if (metadata_are_equal(reader->traces[i - 1].path, path))
			return &reader->traces[i - 1];
	return NULL;
}

/* Chunks of a recording have one UUID, also where its metadata grew meanwhile. */
static size_t family_find(const struct jscope__ctf *reader, const struct jscope__ctf_trace *trace)
{
	const struct jscope__ctf_metadata *metadata = trace->metadata;

	for (size_t i = 0; metadata->has_uuid && i < reader->trace_count; i++)
		if (reader->traces[i].metadata->has_uuid &&
		    !memcmp(reader->traces[i].metadata->uuid, metadata->uuid,
			    sizeof metadata->uuid))
			return reader->traces[i].family;
	return reader->trace_count;
}

static int trace_new(struct jscope__ctf *reader, const char *path, bool is_only)
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
	trace->family = family_find(reader, trace);
	reader->trace_count++;
	return jscope__ctf_files_find(reader, trace, path);
}

/* Of several traces one may be beyond reading: then the others are read, and that is noted. */
static int trace_add(struct jscope__ctf *reader, const char *path, bool is_only)
{
	const struct jscope__ctf_trace *known = trace_find(reader, path);

	return known ? jscope__ctf_files_find(reader, known, path)
		     : trace_new(reader, path, is_only);
}

int jscope__ctf_traces_open(struct jscope__ctf *reader, const char *path)
{
	struct jscope__ctf_paths paths;
	int error = jscope__ctf_paths_find(path, &paths);

	if (error)
		return error;
	/* Streams point to their traces, so that the array never moves. */
	reader->traces = calloc(paths.count, sizeof *reader->traces);
	if (!reader->traces)
		error = -ENOMEM;
	for (size_t i = 0; !error && i < paths.count; i++)
		error = trace_add(reader, paths.path[i], paths.count == 1);
	if (!error && !reader->trace_count)
		error = jscope_error(
			-EBADMSG, "None of the %zu traces under '%s' can be read: %s", paths.count,
			path, reader->damage.sentence_count ? reader->damage.sentences[0] : "");
	if (!error)
		error = jscope__ctf_streams_open(reader);
	jscope__ctf_paths_finish(&paths);
	return error;
}

void jscope__ctf_traces_close(struct jscope__ctf *reader)
{
	jscope__ctf_candidates_forget(reader);
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
		.tracer = tracer_of(trace->metadata),
		.probe_cost =
			jscope__ctf_metadata_environment(trace->metadata, "jscope_probe_cost_ns"),
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
	question.class_index = told.index;
	question.is_wanted = count > 0 || reader->flags & JSCOPE_READER_TEXT;
	error = jscope__ctf_plan_compile(&question, &decoder->plans[i]);
	known_complete(decoder, i);
	return error;
}

/* Nobody is told of ground truth; but where it lies among other events they must be found. */
static int truth_compile(struct jscope__ctf_decoder *decoder)
{
	struct jscope__ctf_plan_question question = { .stream_class = decoder->class,
						      .timebase = &decoder->timebase };
	int error = 0;

	for (size_t i = 0; !error && i < decoder->class->event_count; i++) {
		question.class = &decoder->class->events[i];
		error = jscope__ctf_plan_compile(&question, &decoder->plans[i]);
		known_complete(decoder, i);
	}
	return error;
}

int jscope__ctf_announce(struct jscope__ctf *reader)
{
	for (size_t t = 0; t < reader->trace_count; t++) {
		const struct jscope__ctf_trace *trace = &reader->traces[t];

		for (size_t s = 0; s < trace->metadata->stream_count; s++) {
			struct jscope__ctf_decoder *decoder = &trace->decoders[s];
			int error = 0;

			if (jscope__ctf_is_hidden(reader, decoder->class))
				error = truth_compile(decoder);
			else
				for (size_t i = 0; !error && i < decoder->class->event_count; i++)
					error = class_announce(reader, trace, decoder, i);
			if (error)
				return error;
		}
	}
	return 0;
}
