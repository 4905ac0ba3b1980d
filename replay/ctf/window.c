#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is loaded before a bound is known: an event header and the longest load behind it. */
#define PADDING_BYTES 64

/* Larger files do not exist; their sizes in bits would not fit into 64 bits. */
#define FILE_BYTES_MAX ((int64_t)1 << 60)

static int buffer_resize(struct jscope__ctf_window *window, size_t width_bytes)
{
	uint8_t *buffer = realloc(window->buffer, width_bytes + PADDING_BYTES);

	if (!buffer)
		return -ENOMEM;
	window->buffer = buffer;
	window->width_bytes = width_bytes;
	return 0;
}

int jscope__ctf_window_open(struct jscope__ctf_window *window, const char *path, size_t width_bytes)
{
	struct stat status;
	int error = 0;

	memset(window, 0, sizeof *window);
	window->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (window->fd < 0)
		return -errno;
	if (fstat(window->fd, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -EINVAL;
	else if (status.st_size > FILE_BYTES_MAX)
		error = -EFBIG;
	else
		error = buffer_resize(window, width_bytes);
	if (error)
		jscope__ctf_window_finish(window);
	else
		window->file_bytes = (uint64_t)status.st_size;
	window->usual_bytes = width_bytes;
	return error;
}

void jscope__ctf_window_finish(struct jscope__ctf_window *window)
{
	if (window->fd >= 0)
		close(window->fd);
	free(window->buffer);
	memset(window, 0, sizeof *window);
	window->fd = -1;
}

/* What may still be read: up to the end that the file had when it was opened. */
static size_t bytes_to_fill(const struct jscope__ctf_window *window)
{
	const uint64_t end_bytes = jscope__ctf_window_end(window);
	const size_t room_bytes = window->width_bytes - window->filled_bytes;

	if (end_bytes >= window->file_bytes)
		return 0;
	return window->file_bytes - end_bytes < room_bytes ? window->file_bytes - end_bytes
							   : room_bytes;
}

/* Read until the buffer is full or the file, which may have become shorter, is at its end. */
static void buffer_fill(struct jscope__ctf_window *window)
{
	size_t wanted_bytes;

	while ((wanted_bytes = bytes_to_fill(window)) > 0) {
		ssize_t got = pread(window->fd, window->buffer + window->filled_bytes, wanted_bytes,
				    (off_t)jscope__ctf_window_end(window));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			window->error = errno;
		if (got <= 0)
			break;
		window->filled_bytes += (size_t)got;
	}
	memset(window->buffer + window->filled_bytes, 0, PADDING_BYTES);
}

int64_t jscope__ctf_window_slide(struct jscope__ctf_window *window, uint64_t at_bytes,
				 size_t size_bytes)
{
	const uint64_t end_bytes = jscope__ctf_window_end(window);
	const bool overlaps = at_bytes >= window->at_bytes && at_bytes < end_bytes;
	const size_t kept_bytes = overlaps ? (size_t)(end_bytes - at_bytes) : 0;

	if (overlaps)
		memmove(window->buffer, jscope__ctf_window_bytes(window, at_bytes), kept_bytes);
	window->at_bytes = at_bytes;
	window->filled_bytes = kept_bytes;
	if (size_bytes > window->width_bytes && buffer_resize(window, size_bytes) < 0)
		return -ENOMEM;
	buffer_fill(window);
	return (int64_t)window->filled_bytes;
}

void jscope__ctf_window_narrow(struct jscope__ctf_window *window)
{
	const size_t width_bytes = window->usual_bytes;

	if (window->width_bytes <= width_bytes || buffer_resize(window, width_bytes) < 0)
		return;
	if (window->filled_bytes > width_bytes)
		window->filled_bytes = width_bytes;
	memset(window->buffer + window->filled_bytes, 0, PADDING_BYTES);
}

int64_t jscope__ctf_window_growth(const struct jscope__ctf_window *window)
{
	struct stat status;

	if (fstat(window->fd, &status) < 0)
		return 0;
	return (int64_t)status.st_size - (int64_t)window->file_bytes;
}
