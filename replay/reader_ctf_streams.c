/* The streams of all traces: which files they are, and which of them follow each other. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/error.h"
#include "ctf/siblings.h"
#include "reader_ctf.h"

/* Windows of many streams are narrower, so that what is in use stays in the cache or the memory. */
static const struct {
	size_t streams_max, width_bytes;
} widths[] = {
	{ 16, (size_t)64 << 10 },
	{ 512, (size_t)16 << 10 },
	{ SIZE_MAX, (size_t)4 << 10 },
};

/* To look at the first packet of a file. */
#define PEEK_BYTES ((size_t)4 << 10)

/* Windows grow with large events: all of them together to this, but each to that at least. */
#define GROWN_BYTES_ALL	 ((uint64_t)256 << 20)
#define GROWN_BYTES_EACH ((uint64_t)128 << 10)

/* Open files that are for others than streams. */
#define FILES_SPARE 64

/* A file that may be a stream, or a part of one. */
struct jscope__ctf_candidate {
	const struct jscope__ctf_trace *trace;
	char *path; /* owned */
	size_t stem_at, stem_length;
	bool is_empty, has_packet;
	struct jscope__ctf_packet packet;   /* its first one */
	size_t index;			    /* where it was found */
	struct jscope__ctf_candidate *head; /* the first file of its stream */
	struct jscope__ctf_stream *stream;  /* of a head; borrowed from the reader */
};

static void candidates_free(struct jscope__ctf_candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(candidates[i].path);
	free(candidates);
}

void jscope__ctf_candidates_forget(struct jscope__ctf *reader)
{
	candidates_free(reader->candidates, reader->candidate_count);
	reader->candidates = NULL;
	reader->candidate_count = 0;
}

static int is_listed(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "metadata") != 0;
}

/* What cannot be read is told; folders such as `index` are nothing of ours. */
static bool is_stream_file(struct jscope__ctf *reader, const char *path, bool *ret_is_empty)
{
	struct stat status;

	if (stat(path, &status) < 0) {
		jscope__ctf_damage_add(&reader->damage, "Cannot read the stream '%s': %s.", path,
				       strerror(errno));
		return false;
	}
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		jscope__ctf_damage_add(&reader->damage,
				       "'%s' is no regular file, and is left out: streams are "
				       "regular files.",
				       path);
	*ret_is_empty = status.st_size == 0;
	return S_ISREG(status.st_mode);
}

/*
 * A stream that brings nothing but the ground truth of a virtual device is for those who test us:
 * as if its file were not there. Text is of the raw trace, ground truth and all.
 */
bool jscope__ctf_is_hidden(const struct jscope__ctf *reader,
			   const struct jscope__ctf_stream_class *class)
{
	static const char truth[] = "jscope:truth_";

	if (reader->flags & JSCOPE_READER_TEXT)
		return false;
	for (size_t i = 0; i < class->event_count; i++)
		if (strncmp(class->events[i].name, truth, sizeof truth - 1) != 0)
			return false;
	return class->event_count > 0;
}

/* Returns 1 for a file to be read, 0 for one that is hidden or cannot be read, -ENOMEM. */
static int candidate_peek(struct jscope__ctf *reader, struct jscope__ctf_candidate *candidate)
{
	struct jscope__ctf_stream *stream;
	int error =
		jscope__ctf_stream_create(candidate->trace, candidate->path, PEEK_BYTES, &stream);

	if (error == -ENOMEM)
		return error;
	if (error) {
		jscope__ctf_damage_add(&reader->damage, "Cannot read the stream '%s': %s.",
				       candidate->path, strerror(-error));
		return 0;
	}
	candidate->has_packet = jscope__ctf_stream_peek(stream, &candidate->packet);
	jscope__ctf_stream_destroy(stream);
	return !candidate->has_packet ||
	       !jscope__ctf_is_hidden(reader, candidate->packet.stream_class);
}

/* Takes the path over. */
static int candidate_add(struct jscope__ctf *reader, const struct jscope__ctf_trace *trace,
			 char *path, size_t stem_at, bool is_empty)
{
	struct jscope__ctf_candidate candidate = {
		.trace = trace, .path = path, .stem_at = stem_at, .is_empty = is_empty
	};
	struct jscope__ctf_candidate *array;
	int status = candidate_peek(reader, &candidate);

	if (status > 0 && reader->candidate_count == JSCOPE__CTF_FILES)
		status = jscope_error(-E2BIG, "More than %d stream files, '%s' is one too many.",
				      JSCOPE__CTF_FILES, path);
	array = status > 0
			? realloc(reader->candidates, (reader->candidate_count + 1) * sizeof *array)
			: NULL;
	if (array) {
		reader->candidates = array;
		array[reader->candidate_count++] = candidate;
		return 0;
	}
	free(path);
	return status > 0 ? -ENOMEM : status;
}

static int entry_add(struct jscope__ctf *reader, const struct jscope__ctf_trace *trace,
		     const char *directory, const char *name)
{
	char *path;
	bool is_empty;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	if (is_stream_file(reader, path, &is_empty))
		return candidate_add(reader, trace, path, strlen(directory) + 1, is_empty);
	free(path);
	return 0;
}

/* Compare the files of one directory, which are the last ones found. */
static int siblings_compare(struct jscope__ctf *reader, const char *directory, size_t first)
{
	const size_t count = reader->candidate_count - first;
	struct jscope__ctf_sibling *siblings = calloc(count + 1, sizeof *siblings);

	if (!siblings)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct jscope__ctf_candidate *candidate = &reader->candidates[first + i];

		siblings[i] = (struct jscope__ctf_sibling){
			.name = candidate->path + candidate->stem_at,
			.is_empty = candidate->is_empty,
			.knows_cpu = candidate->has_packet && candidate->packet.cpu.size_bits,
			.cpu = (uint32_t)candidate->packet.cpu.value,
		};
	}
	jscope__ctf_siblings_check(directory, siblings, count, &reader->damage);
	for (size_t i = 0; i < count; i++)
		reader->candidates[first + i].stem_length = siblings[i].stem_length;
	free(siblings);
	return 0;
}

int jscope__ctf_files_find(struct jscope__ctf *reader, const struct jscope__ctf_trace *trace,
			   const char *directory)
{
	const size_t first = reader->candidate_count;
	struct dirent **entries;
	int count = scandir(directory, &entries, is_listed, versionsort), error = 0;

	if (count < 0)
		return jscope_error(-EBADMSG, "Cannot list the trace '%s': %s.", directory,
				    strerror(errno));
	for (int i = 0; i < count; i++) {
		if (!error)
			error = entry_add(reader, trace, directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (error)
		return error;
	if (reader->candidate_count == first)
		jscope__ctf_damage_add(&reader->damage,
				       "The trace '%s' has metadata, but no stream: there is "
				       "nothing to read in it.",
				       directory);
	return siblings_compare(reader, directory, first);
}

static int numbers_compare(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

/* Files of one stream stand together, those that follow each other in their order of time. */
static int candidates_compare(const void *left, const void *right)
{
	const struct jscope__ctf_candidate *a = *(struct jscope__ctf_candidate *const *)left;
	const struct jscope__ctf_candidate *b = *(struct jscope__ctf_candidate *const *)right;
	int order = numbers_compare(a->trace->family, b->trace->family);

	if (!order)
		order = numbers_compare(a->stem_length, b->stem_length);
	if (!order)
		order = memcmp(a->path + a->stem_at, b->path + b->stem_at, a->stem_length);
	if (!order)
		order = numbers_compare(a->packet.begin.value, b->packet.begin.value);
	return order ? order : numbers_compare(a->index, b->index);
}

/*
 * Whether a file goes on where another one ends: parts of a stream of LTTng, whose recordings are
 * rotated into new files or whole directories. Other tracers give one UUID to all recordings.
 */
static bool follows(const struct jscope__ctf_candidate *next,
		    const struct jscope__ctf_candidate *last)
{
	const struct jscope__ctf_packet *a = &last->packet, *b = &next->packet;

	return next->trace->is_lttng && next->trace->family == last->trace->family &&
	       next->has_packet && last->has_packet && next->stem_length == last->stem_length &&
	       !memcmp(next->path + next->stem_at, last->path + last->stem_at, next->stem_length) &&
	       a->stream_class->id == b->stream_class->id && a->cpu.size_bits &&
	       a->cpu.value == b->cpu.value && a->begin.size_bits == 64 &&
	       b->begin.size_bits == 64 && a->begin.value < b->begin.value;
}

static size_t chains_make(struct jscope__ctf_candidate **sorted, size_t count)
{
	size_t heads = 0;

	for (size_t i = 0; i < count; i++) {
		const bool goes_on = i > 0 && follows(sorted[i], sorted[i - 1]);

		sorted[i]->head = goes_on ? sorted[i - 1]->head : sorted[i];
		heads += !goes_on;
	}
	return heads;
}

static size_t width_for(size_t stream_count)
{
	size_t i = 0;

	while (stream_count > widths[i].streams_max)
		i++;
	return widths[i].width_bytes;
}

/* Each stream is an open file. */
static void files_allow(size_t stream_count)
{
	const rlim_t wanted = stream_count + FILES_SPARE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int head_open(struct jscope__ctf *reader, struct jscope__ctf_candidate *head,
		     size_t width_bytes)
{
	int error = jscope__ctf_stream_create(head->trace, head->path, width_bytes, &head->stream);

	if (error == -ENOMEM)
		return error;
	if (error)
		jscope__ctf_damage_add(&reader->damage, "Cannot read the stream '%s': %s%s.",
				       head->path, strerror(-error),
				       error == -EMFILE ? ", raise the limit with 'ulimit -n'"
							: "");
	else
		reader->streams[reader->stream_count++] = head->stream;
	return 0;
}

/* Many streams get less memory for each, unless somebody asked for so much. */
static void memory_share(struct jscope__ctf *reader, size_t stream_count)
{
	uint64_t share_bytes = GROWN_BYTES_ALL / (stream_count + 1);

	if (share_bytes < GROWN_BYTES_EACH)
		share_bytes = GROWN_BYTES_EACH;
	for (size_t i = 0; i < reader->trace_count; i++) {
		uint64_t *limit_bytes = &reader->traces[i].limits.event_bytes;

		if (*limit_bytes == JSCOPE__CTF_EVENT_BYTES && share_bytes < *limit_bytes)
			*limit_bytes = share_bytes;
	}
}

/* In the order in which they were found, so that events of one instant always come in one order. */
static int heads_open(struct jscope__ctf *reader, size_t head_count)
{
	int error = 0;

	if (head_count > JSCOPE__CTF_STREAMS)
		return jscope_error(-E2BIG,
				    "There are %zu streams, but at most %d can be read at once: "
				    "name a folder with fewer.",
				    head_count, JSCOPE__CTF_STREAMS);
	files_allow(head_count);
	memory_share(reader, head_count);
	reader->streams = calloc(head_count + 1, sizeof(struct jscope__ctf_stream *));
	if (!reader->streams)
		return -ENOMEM;
	for (size_t i = 0; !error && i < reader->candidate_count; i++)
		if (reader->candidates[i].head == &reader->candidates[i])
			error = head_open(reader, &reader->candidates[i], width_for(head_count));
	reader->info.streams = reader->stream_count;
	return error;
}

static int rest_append(struct jscope__ctf_candidate **sorted, size_t count)
{
	int error = 0;

	for (size_t i = 0; !error && i < count; i++)
		if (sorted[i]->head != sorted[i] && sorted[i]->head->stream)
			error = jscope__ctf_stream_append(sorted[i]->head->stream, sorted[i]->trace,
							  sorted[i]->path);
	return error;
}

int jscope__ctf_streams_open(struct jscope__ctf *reader)
{
	const size_t count = reader->candidate_count;
	struct jscope__ctf_candidate **sorted =
		calloc(count + 1, sizeof(struct jscope__ctf_candidate *));
	int error;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		reader->candidates[i].index = i;
		sorted[i] = &reader->candidates[i];
	}
	qsort(sorted, count, sizeof(struct jscope__ctf_candidate *), candidates_compare);
	error = heads_open(reader, chains_make(sorted, count));
	if (!error)
		error = rest_append(sorted, count);
	free(sorted);
	jscope__ctf_candidates_forget(reader);
	return error;
}
