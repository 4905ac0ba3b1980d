/*
 * Reading alone, to be timed from outside: what lies below the figures of a whole report.
 *
 * usage: read_bench bytes|decoded|merged TRACE
 *
 * bytes: the files of the trace, as any reader must take them in: blocks of 64 KiB.
 * decoded: all the fields that a report wants, stream by stream, in no order between them.
 * merged: the same in time order, each event handed to a function that does nothing.
 *
 * Prints how many bytes or events there were.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "reader_ctf.h"
#include "trace_private.h"

#define BLOCK_BYTES (64 << 10)
#define FILES_MAX   16

static uint64_t bytes_read;

static int file_read(const char *path, const struct stat *status, int type, struct FTW *place)
{
	static char block[BLOCK_BYTES];
	ssize_t got = 0;
	int fd;

	(void)status;
	(void)place;
	if (type != FTW_F)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	for (off_t at = 0; (got = pread(fd, block, sizeof block, at)) > 0; at += got)
		bytes_read += (uint64_t)got;
	close(fd);
	return got < 0 ? -1 : 0;
}

static int bytes_run(const char *path)
{
	if (nftw(path, file_read, FILES_MAX, FTW_PHYS) < 0)
		return jscope_error(-errno, "Cannot read '%s': %s.", path, strerror(errno));
	printf("%" PRIu64 " bytes\n", bytes_read);
	return 0;
}

static void event_ignore(const struct jscope_event *event)
{
	(void)event;
}

/* In place of an adapter's handlers: a call that the compiler must make. */
static void (*const volatile handler)(const struct jscope_event *event) = event_ignore;

/*
 * The reader that a trace is opened with in place of the real one: what the real one delivers, to
 * the wishes of the real adapters, goes no further than here.
 */
struct swallower {
	struct jscope_reader base;
	struct jscope_reader *source; /* owned */
};

static bool is_merged;

static struct jscope_reader *source_of(struct jscope_reader *base)
{
	return ((struct swallower *)base)->source;
}

static void heads_decode(struct jscope__ctf_stream *stream, const struct jscope__ctf_head *head,
			 const struct jscope__ctf_head *end)
{
	int64_t slots[JSCOPE_SLOTS_MAX + 1];

	for (; head < end; head++)
		if (head->layout)
			jscope__ctf_stream_take(stream, head, slots);
}

/* What is left of a stream, its first heads being there already. */
static int stream_decode(const struct jscope__ctf_lane *lane)
{
	struct jscope__ctf_stream *stream = lane->stream;
	int status = 1;

	heads_decode(stream, lane->next, lane->end);
	while (status > 0 || status == -EAGAIN) {
		status = jscope__ctf_stream_refill(stream);
		if (status > 0)
			heads_decode(stream, stream->heads, stream->heads + stream->head_count);
	}
	return status;
}

/* The first batch, with which classes are announced and streams are opened, comes merged. */
static int decoded_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct jscope__ctf *reader = (struct jscope__ctf *)source_of(base);
	int status = reader->base.ops->next(&reader->base, batch);

	reader->info.events = 0;
	for (size_t i = 0; status >= 0 && i < reader->stream_count; i++) {
		status = stream_decode(&reader->merge.lanes[i]);
		reader->info.events += reader->streams[i]->events;
	}
	return status < 0 ? status : 0;
}

static int merged_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct jscope_reader *source = source_of(base);
	int status;

	while ((status = source->ops->next(source, batch)) > 0)
		for (size_t i = 0; i < batch->count; i++)
			handler(&batch->events[i]);
	return status;
}

static int swallower_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	return is_merged ? merged_next(base, batch) : decoded_next(base, batch);
}

static bool swallower_class_has(struct jscope_reader *base, const char *field)
{
	return source_of(base)->ops->class_has(source_of(base), field);
}

static const char *swallower_string(struct jscope_reader *base, int64_t id)
{
	return source_of(base)->ops->string(source_of(base), id);
}

static const struct jscope_reader_info *swallower_info(struct jscope_reader *base)
{
	return source_of(base)->ops->info(source_of(base));
}

static void swallower_destroy(struct jscope_reader *base)
{
	source_of(base)->ops->destroy(source_of(base));
	free(base);
}

static jscope_reader_create_fn swallower_create;
static const struct jscope_reader_ops swallower_ops = {
	.name = "swallower",
	.create = swallower_create,
	.next = swallower_next,
	.class_has = swallower_class_has,
	.string = swallower_string,
	.info = swallower_info,
	.destroy = swallower_destroy,
};

static int swallower_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			    void *announce_state, struct jscope_reader **ret_reader)
{
	struct swallower *swallower = calloc(1, sizeof *swallower);
	int error;

	if (!swallower)
		return -ENOMEM;
	swallower->base.ops = &swallower_ops;
	error = jscope_reader_native.create(path, flags, announce, announce_state,
					    &swallower->source);
	if (error < 0)
		free(swallower);
	else
		*ret_reader = &swallower->base;
	return error;
}

static int events_run(const char *path)
{
	static const struct jscope_timeline_sink no_sink;
	struct jscope_trace_options options;
	struct jscope_trace *trace;
	int error;

	jscope_trace_options_init(&options);
	options.threads = 1;
	error = jscope__trace_open_with(&swallower_ops, path, &options, &trace);
	if (error < 0)
		return error;
	error = jscope_trace_replay(trace, &no_sink);
	printf("%" PRIu64 " events\n", jscope_trace_info(trace)->events);
	jscope_trace_destroy(trace);
	return error;
}

int main(int argc, char **argv)
{
	const char *mode = argc == 3 ? argv[1] : "";
	int error = -EINVAL;

	is_merged = !strcmp(mode, "merged");
	if (!strcmp(mode, "bytes"))
		error = bytes_run(argv[2]);
	else if (is_merged || !strcmp(mode, "decoded"))
		error = events_run(argv[2]);
	if (error < 0)
		jscope_error_print(stderr, error);
	return error < 0;
}
