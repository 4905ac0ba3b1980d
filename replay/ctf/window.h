/*
 * A window of a file that slides forward: the only place that reads streams. It is as wide as it
 * was made, and grows only where one piece needs more. One thread at a time.
 */
#ifndef REPLAY_CTF_WINDOW_H
#define REPLAY_CTF_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jscope__ctf_window {
	int fd;		     /* owned; -1 before open() and after finish() */
	uint64_t file_bytes; /* as the file was when it was opened */
	uint8_t *buffer;     /* owned; with readable padding behind what is filled */
	size_t width_bytes;  /* of the buffer, without the padding */
	size_t usual_bytes;  /* as wide as it was made */
	uint64_t at_bytes;   /* place in the file of buffer[0] */
	size_t filled_bytes;
	int error; /* errno of a failed read, which ended the file early */
};

/* Open a regular file. Returns 0, -ENOMEM, or a negative errno (-EFBIG: beyond 2^60 bytes). */
int jscope__ctf_window_open(struct jscope__ctf_window *window, const char *path,
			    size_t width_bytes);
void jscope__ctf_window_finish(struct jscope__ctf_window *window);

/*
 * Slide so that the window begins at `at_bytes` and holds `size_bytes` from there on, or all that
 * the file has. Pointers into it are then void. Returns how many bytes it holds, or -ENOMEM.
 */
int64_t jscope__ctf_window_slide(struct jscope__ctf_window *window, uint64_t at_bytes,
				 size_t size_bytes);

/* Give memory back that one large piece needed. What is kept begins at the same place. */
void jscope__ctf_window_narrow(struct jscope__ctf_window *window);

/* Bytes that the file has more (or less, below 0) than when it was opened. */
int64_t jscope__ctf_window_growth(const struct jscope__ctf_window *window);

/* The bytes from a place of the file on, which must lie in the window, and how many there are. */
static inline const uint8_t *jscope__ctf_window_bytes(const struct jscope__ctf_window *window,
						      uint64_t at_bytes)
{
	return window->buffer + (at_bytes - window->at_bytes);
}

static inline uint64_t jscope__ctf_window_end(const struct jscope__ctf_window *window)
{
	return window->at_bytes + window->filled_bytes;
}

#endif
