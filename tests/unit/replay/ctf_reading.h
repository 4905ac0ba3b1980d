/*
 * Directories of CTF made of bytes in memory, read through the native reader, with a look at
 * everything that the reader promises: abort() where it does not keep it. For unit tests and for
 * fuzz targets.
 */
#ifndef TESTS_UNIT_REPLAY_CTF_READING_H
#define TESTS_UNIT_REPLAY_CTF_READING_H

#include "replay/reader.h"

#define CTF_READING_SENTENCES	  16
#define CTF_READING_SENTENCE_SIZE 512

/* What a reading gave. */
struct ctf_reading {
	int status;			/* 0, or what stopped it */
	uint64_t events, gaps;		/* delivered */
	uint64_t digest;		/* of all that was delivered */
	jscope_ns last_ns;		/* time of the last event */
	struct jscope_gap gap;		/* the last one */
	struct jscope_reader_info info; /* without its sentences */
	/* Of damage, or of an error. */
	unsigned sentence_count;
	char sentences[CTF_READING_SENTENCES][CTF_READING_SENTENCE_SIZE];
	char remark[CTF_READING_SENTENCE_SIZE]; /* the first one */
	uint32_t classes;
};

/*
 * Read the traces under a path. flags: of the reader. Every event is wanted, with the fields
 * "a" to "f" as integers, "s" as text, "t" as an instant, and "cpu_id".
 */
void ctf_reading_make(const char *path, unsigned flags, struct ctf_reading *ret_reading);

/* Whether one of its sentences has these words. */
bool ctf_reading_says(const struct ctf_reading *reading, const char *words);

/* A directory for traces: that of scratch.h. */
const char *ctf_reading_directory(void);

/* Write a file of that directory anew; its folder is made, too. Remove one. */
void ctf_reading_file(const char *name, const void *bytes, size_t size_bytes);
void ctf_reading_unlink(const char *name);

#endif
