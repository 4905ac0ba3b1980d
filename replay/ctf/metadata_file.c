#include "metadata.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"

#define MAGIC	     0x75d11d57u
#define HEADER_BYTES 37
#define HEADER_BITS  (8 * HEADER_BYTES)

/* The end of sentences about packets that cannot be. */
#define REMEDY "copy the trace again, or have its tracer write it anew"

/* The file as a whole, which packets are taken out of. */
struct file {
	char *path;	      /* owned */
	unsigned char *bytes; /* owned; in the end: the text of all packets */
	size_t size_bytes;
};

/* The header of a metadata packet, in the order of its bytes. */
struct packet {
	uint8_t uuid[16];
	uint32_t content_bits, packet_bits; /* with the header */
	uint8_t compression, encryption, checksum, major, minor;
};

static void file_finish(struct file *file)
{
	free(file->bytes);
	free(file->path);
}

static int file_fail(const struct file *file, const char *doing)
{
	const int error = -errno;

	return jscope_error(error, "%s '%s' failed: %s.", doing, file->path, strerror(-error));
}

/* The size says how much memory is taken; a file that grows meanwhile is cut there. */
static int bytes_read(struct file *file, int descriptor)
{
	size_t done = 0;

	file->bytes = malloc(file->size_bytes + 1);
	if (!file->bytes)
		return jscope_error(-ENOMEM, "Memory is short for reading '%s'.", file->path);
	while (done < file->size_bytes) {
		const ssize_t got = read(descriptor, file->bytes + done, file->size_bytes - done);

		if (got < 0 && errno != EINTR)
			return file_fail(file, "Reading");
		if (got == 0)
			break;
		done += got > 0 ? (size_t)got : 0;
	}
	file->size_bytes = done;
	return 0;
}

static int descriptor_read(struct file *file, int descriptor,
			   const struct jscope__ctf_limits *limits)
{
	struct stat status;

	if (fstat(descriptor, &status) < 0)
		return file_fail(file, "Looking at");
	if (!S_ISREG(status.st_mode))
		return jscope_error(-EBADMSG,
				    "'%s' is no regular file; name the directory of a trace.",
				    file->path);
	if ((uint64_t)status.st_size > limits->metadata_bytes)
		return jscope_error(-E2BIG,
				    "'%s' has %" PRIu64 " bytes, more than the limit of %" PRIu64
				    "; the metadata is damaged, or the limit too low for it.",
				    file->path, (uint64_t)status.st_size, limits->metadata_bytes);
	file->size_bytes = (size_t)status.st_size;
	return bytes_read(file, descriptor);
}

static int file_read(struct file *file, const struct jscope__ctf_limits *limits)
{
	/* A pipe of that name must not make it wait. */
	const int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error;

	if (descriptor < 0)
		return file_fail(file, "Opening");
	error = descriptor_read(file, descriptor, limits);
	close(descriptor);
	return error;
}

static uint32_t load32(const unsigned char *bytes, bool is_big_endian)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof word);
	return is_big_endian ? be32toh(word) : le32toh(word);
}

static bool has_magic(const unsigned char *bytes, bool is_big_endian)
{
	return load32(bytes, is_big_endian) == MAGIC;
}

static struct packet packet_decode(const unsigned char *bytes, bool is_big_endian)
{
	struct packet packet = {
		.content_bits = load32(bytes + 24, is_big_endian),
		.packet_bits = load32(bytes + 28, is_big_endian),
		.compression = bytes[32],
		.encryption = bytes[33],
		.checksum = bytes[34],
		.major = bytes[35],
		.minor = bytes[36],
	};

	memcpy(packet.uuid, bytes + 4, sizeof packet.uuid);
	return packet;
}

static const char *packet_fault(const struct packet *packet, const struct packet *first,
				size_t left_bytes)
{
	if (packet->major != 1 || packet->minor != 8)
		return "is not of CTF 1.8";
	if (packet->compression || packet->encryption || packet->checksum)
		return "is compressed, encrypted or has a checksum, which cannot be read";
	if (packet->content_bits < HEADER_BITS || packet->content_bits % 8 ||
	    packet->packet_bits % 8 || packet->packet_bits < packet->content_bits)
		return "has sizes that cannot be";
	if (packet->packet_bits / 8 > left_bytes)
		return "does not end before the file does, so the file was cut";
	if (memcmp(packet->uuid, first->uuid, sizeof packet->uuid) != 0)
		return "is of another trace than the first one";
	return NULL;
}

/* Check the packet at a place of the file. */
static int packet_read(const struct file *file, size_t at_bytes, bool is_big_endian,
		       struct packet *first, struct packet *ret_packet)
{
	const unsigned char *bytes = file->bytes + at_bytes;
	const size_t left_bytes = file->size_bytes - at_bytes;
	const char *fault = "does not begin with the magic number of metadata";

	if (left_bytes < HEADER_BYTES) {
		fault = "has no whole header, so the file was cut";
	} else if (has_magic(bytes, is_big_endian)) {
		*ret_packet = packet_decode(bytes, is_big_endian);
		if (at_bytes == 0)
			*first = *ret_packet;
		fault = packet_fault(ret_packet, first, left_bytes);
	}
	if (!fault)
		return 0;
	return jscope_error(-EBADMSG, "The packet at byte %zu of '%s' %s; " REMEDY ".", at_bytes,
			    file->path, fault);
}

/* Move the text of all packets together, at the begin of the file's bytes. */
static int packets_join(struct file *file, bool is_big_endian)
{
	struct packet packet = { .content_bits = 0 }, first = packet;
	size_t text_bytes = 0;

	for (size_t at = 0; at < file->size_bytes; at += packet.packet_bits / 8) {
		int error = packet_read(file, at, is_big_endian, &first, &packet);
		size_t part_bytes;

		if (error < 0)
			return error;
		part_bytes = packet.content_bits / 8 - HEADER_BYTES;
		memmove(file->bytes + text_bytes, file->bytes + at + HEADER_BYTES, part_bytes);
		text_bytes += part_bytes;
	}
	file->size_bytes = text_bytes;
	return 0;
}

/* CTF 2 is JSON, each part of it behind a record separator. */
static bool is_json(const struct file *file)
{
	size_t at = 0;

	while (at < file->size_bytes && strchr("\x1e \t\r\n", file->bytes[at]) && file->bytes[at])
		at++;
	return at < file->size_bytes && (file->bytes[at] == '{' || file->bytes[at] == '[');
}

static int text_extract(struct file *file)
{
	const bool is_long = file->size_bytes >= sizeof(uint32_t);

	if (is_json(file))
		return jscope_error(-ENOTSUP,
				    "'%s' is of CTF 2, which cannot be read yet; let babeltrace2, "
				    "from 2.1 on, convert the trace to CTF 1.8: babeltrace2 TRACE "
				    "-c sink.ctf.fs -p 'path=\"OUT\",ctf-version=\"1\"'.",
				    file->path);
	if (is_long && has_magic(file->bytes, false))
		return packets_join(file, false);
	if (is_long && has_magic(file->bytes, true))
		return packets_join(file, true);
	return 0;
}

int jscope__ctf_metadata_read(const char *directory, const struct jscope__ctf_limits *limits,
			      struct jscope__ctf_metadata **ret_metadata)
{
	struct jscope__ctf_limits complete = *limits;
	struct file file = { .path = NULL };
	int error;

	jscope__ctf_limits_complete(&complete);
	if (asprintf(&file.path, "%s/metadata", directory) < 0)
		return jscope_error(-ENOMEM, "Memory is short for reading '%s'.", directory);
	error = file_read(&file, &complete);
	if (error == 0)
		error = text_extract(&file);
	if (error == 0)
		error = jscope__ctf_metadata_parse(file.path, (const char *)file.bytes,
						   file.size_bytes, &complete, ret_metadata);
	file_finish(&file);
	return error;
}
