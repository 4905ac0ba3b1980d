#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The header and context of a packet as they lie in the file; describe.c tells the same. */
struct packet_header {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_class;
} __attribute__((packed));

/* Between the two: the stream by its CPU, 64 bits, where it is part of a larger one. */

struct packet_context {
	uint64_t begin_ns, end_ns;
	uint64_t content_bits, packet_bits;
	uint64_t number;
	uint64_t discarded_count;
	uint32_t cpu;
} __attribute__((packed));

int jscope__ctf_stream_open(struct jscope__ctf_stream *stream, int directory, const char *name,
			    const struct jscope__ctf_identity *identity)
{
	memset(stream, 0, sizeof *stream);
	stream->fd = -1;
	stream->identity = *identity;
	stream->head_size = sizeof(struct packet_header) + sizeof(struct packet_context) +
			    (identity->is_part ? sizeof(uint64_t) : 0);
	stream->used = stream->head_size;
	stream->bytes = malloc(JSCOPE__CTF_PACKET_BYTES);
	if (!stream->bytes)
		return -ENOMEM;
	stream->fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return stream->fd < 0 ? -errno : 0;
}

static bool has_events(const struct jscope__ctf_stream *stream)
{
	return stream->used > stream->head_size;
}

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

static void head_fill(struct jscope__ctf_stream *stream)
{
	const uint64_t instance = stream->identity.cpu;
	struct packet_header header = {
		.magic = JSCOPE__CTF_MAGIC,
		.stream_class = stream->identity.class,
	};
	const struct packet_context context = {
		.begin_ns = (uint64_t)stream->begin_ns,
		.end_ns = (uint64_t)stream->end_ns,
		.content_bits = stream->used * 8,
		.packet_bits = stream->used * 8,
		.number = stream->packet_count,
		.discarded_count = stream->discarded_count,
		.cpu = stream->identity.cpu,
	};

	memcpy(header.uuid, stream->identity.uuid, sizeof header.uuid);
	memcpy(stream->bytes, &header, sizeof header);
	if (stream->identity.is_part)
		memcpy(stream->bytes + sizeof header, &instance, sizeof instance);
	memcpy(stream->bytes + stream->head_size - sizeof context, &context, sizeof context);
}

/* After a failure the file ends with its last whole packet, and can be read up to there. */
static void packet_write(struct jscope__ctf_stream *stream)
{
	head_fill(stream);
	if (!stream->error)
		stream->error = write_all(stream->fd, stream->bytes, stream->used);
	if (!stream->error) {
		stream->file_bytes += stream->used;
		stream->packet_count++;
		stream->written_count = stream->event_count;
	} else if (ftruncate(stream->fd, (off_t)stream->file_bytes) < 0) {
		/* The reader will say how much of the end is missing. */
	}
	stream->used = stream->head_size;
}

/* Readers put the packets of several files in order by when they begin: no two begin at once. */
jscope_ns jscope__ctf_stream_earliest(const struct jscope__ctf_stream *stream)
{
	if (stream->identity.is_part && stream->packet_count > 0 && !has_events(stream) &&
	    stream->begin_ns == stream->end_ns)
		return stream->end_ns + 1;
	return stream->end_ns;
}

/* A packet without events, that says how many were lost by now. */
static void packet_write_empty(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	const jscope_ns earliest_ns = jscope__ctf_stream_earliest(stream);

	stream->begin_ns = at_ns > earliest_ns ? at_ns : earliest_ns;
	stream->end_ns = stream->begin_ns;
	packet_write(stream);
	stream->has_lost = false;
}

/*
 * The first event after a loss has a packet of its own, so that a reader puts the loss between the
 * last event before it and this one.
 */
static bool loss_swallows(struct jscope__ctf_stream *stream)
{
	if (stream->losing) {
		stream->discarded_count++;
		return true;
	}
	jscope__ctf_stream_cut(stream);
	return false;
}

uint8_t *jscope__ctf_stream_room(struct jscope__ctf_stream *stream, size_t size, jscope_ns at_ns)
{
	uint8_t *room;

	if (stream->has_lost && loss_swallows(stream))
		return NULL;
	if (stream->used + size > JSCOPE__CTF_PACKET_BYTES)
		packet_write(stream);
	if (!has_events(stream))
		stream->begin_ns = at_ns;
	stream->end_ns = at_ns;
	stream->event_count++;
	room = stream->bytes + stream->used;
	stream->used += size;
	return room;
}

/* Readers count from what the first packet of a file says: there has to be one before the loss. */
static void loss_begin(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	if (has_events(stream))
		packet_write(stream);
	else if (stream->file_bytes == 0)
		packet_write_empty(stream, at_ns);
	stream->has_lost = true;
}

void jscope__ctf_stream_lose(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	if (stream->losing)
		return;
	loss_begin(stream, at_ns);
	stream->losing = true;
}

void jscope__ctf_stream_keep(struct jscope__ctf_stream *stream)
{
	stream->losing = false;
}

void jscope__ctf_stream_discard(struct jscope__ctf_stream *stream, uint64_t count)
{
	loss_begin(stream, stream->end_ns);
	stream->discarded_count += count;
}

void jscope__ctf_stream_cut(struct jscope__ctf_stream *stream)
{
	if (!has_events(stream))
		return;
	packet_write(stream);
	stream->has_lost = false;
}

void jscope__ctf_stream_extend(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	const bool is_later = at_ns > stream->end_ns;

	if (has_events(stream) && !is_later)
		return;
	/* The first event after a loss has a packet of its own, that ends with it. */
	if (has_events(stream) && !stream->has_lost) {
		stream->end_ns = at_ns;
		return;
	}
	jscope__ctf_stream_cut(stream);
	if (is_later || stream->has_lost || stream->file_bytes == 0)
		packet_write_empty(stream, at_ns);
}

int jscope__ctf_stream_close(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	int error;

	if (!stream->bytes)
		return 0;
	if (stream->fd >= 0 && has_events(stream))
		packet_write(stream);
	else if (stream->fd >= 0 && (stream->has_lost || stream->file_bytes == 0))
		packet_write_empty(stream, at_ns);
	error = stream->error;
	if (stream->fd >= 0 && close(stream->fd) < 0 && !error)
		error = -errno;
	free(stream->bytes);
	stream->bytes = NULL;
	stream->fd = -1;
	return error;
}
