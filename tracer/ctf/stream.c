#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The header and context of a packet as they lie in the file; metadata.c tells the same. */
struct packet_head {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_class;
	uint64_t begin_ns, end_ns;
	uint64_t content_bits, packet_bits;
	uint64_t number;
	uint64_t discarded_count;
	uint32_t cpu;
} __attribute__((packed));

int jscope__ctf_stream_open(struct jscope__ctf_stream *stream, int directory, const char *name,
			    const uint8_t uuid[16], enum jscope__ctf_class class, uint32_t cpu)
{
	memset(stream, 0, sizeof *stream);
	stream->fd = -1;
	stream->class = class;
	stream->cpu = cpu;
	stream->used = sizeof(struct packet_head);
	memcpy(stream->uuid, uuid, sizeof stream->uuid);
	stream->bytes = malloc(JSCOPE__CTF_PACKET_BYTES);
	if (!stream->bytes)
		return -ENOMEM;
	stream->fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return stream->fd < 0 ? -errno : 0;
}

static bool has_events(const struct jscope__ctf_stream *stream)
{
	return stream->used > sizeof(struct packet_head);
}

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

static void head_fill(struct jscope__ctf_stream *stream)
{
	const struct packet_head head = {
		.magic = JSCOPE__CTF_MAGIC,
		.stream_class = stream->class,
		.begin_ns = (uint64_t)stream->begin_ns,
		.end_ns = (uint64_t)stream->end_ns,
		.content_bits = stream->used * 8,
		.packet_bits = stream->used * 8,
		.number = stream->packet_count,
		.discarded_count = stream->discarded_count,
		.cpu = stream->cpu,
	};

	memcpy(stream->bytes, &head, sizeof head);
	memcpy(stream->bytes + offsetof(struct packet_head, uuid), stream->uuid,
	       sizeof stream->uuid);
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
	} else if (ftruncate(stream->fd, (off_t)stream->file_bytes) < 0) {
		/* The reader will say how much of the end is missing. */
	}
	stream->used = sizeof(struct packet_head);
}

/* A packet without events, that says how many were lost by now. */
static void packet_write_empty(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	stream->begin_ns = at_ns > stream->end_ns ? at_ns : stream->end_ns;
	stream->end_ns = stream->begin_ns;
	packet_write(stream);
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
	if (has_events(stream)) {
		packet_write(stream);
		stream->has_lost = false;
	}
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

void jscope__ctf_stream_lose(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	if (stream->losing)
		return;
	/* Readers count from what the first packet says: there has to be one before the loss. */
	if (has_events(stream))
		packet_write(stream);
	else if (stream->packet_count == 0)
		packet_write_empty(stream, at_ns);
	stream->losing = true;
	stream->has_lost = true;
}

void jscope__ctf_stream_keep(struct jscope__ctf_stream *stream)
{
	stream->losing = false;
}

int jscope__ctf_stream_close(struct jscope__ctf_stream *stream, jscope_ns at_ns)
{
	int error;

	if (!stream->bytes)
		return 0;
	if (stream->fd >= 0 && has_events(stream))
		packet_write(stream);
	else if (stream->fd >= 0 && (stream->has_lost || stream->packet_count == 0))
		packet_write_empty(stream, at_ns);
	error = stream->error;
	if (stream->fd >= 0 && close(stream->fd) < 0 && !error)
		error = -errno;
	free(stream->bytes);
	stream->bytes = NULL;
	stream->fd = -1;
	return error;
}
