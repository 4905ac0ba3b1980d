#include "chunks.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "disks.h"

/* What was recorded before that is on disk whatever happens. */
#define FLUSH_NS JSCOPE_NS_PER_SEC
/* Of the name of a chunk. */
#define NAME_SIZE 64

struct jscope__kernel_chunks {
	struct jscope__kernel_chunks_settings settings;
	struct jscope__kernel_writer *writer;
	jscope_ns begin_ns, flush_ns; /* when the chunk began, and when it was flushed */
	char (*kept)[NAME_SIZE];      /* names of the last `keep` chunks, by number modulo keep */
	struct jscope__kernel_chunks_counts ended; /* of the chunks before this one */
	int error;				   /* why the next one could not be begun */
};

static bool is_rotated(const struct jscope__kernel_chunks *chunks)
{
	return chunks->settings.rotate_bytes || chunks->settings.rotate_ns;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	/* The directory of the recording itself is whose it is. */
	if (place->level > 0)
		remove(path);
	return 0;
}

static void directory_empty(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void chunk_remove(const struct jscope__kernel_chunks *chunks, const char *name)
{
	char path[PATH_MAX + NAME_SIZE];

	snprintf(path, sizeof path, "%s/%s", chunks->settings.directory, name);
	directory_empty(path);
	rmdir(path);
}

/* Make room for a chunk: name it, and remove the one whose place among the kept ones it takes. */
static void name_next(struct jscope__kernel_chunks *chunks, char name[NAME_SIZE])
{
	const unsigned number = chunks->ended.chunk_count + 1;
	const time_t now = time(NULL);
	char date[32];
	struct tm parts;
	char *place;

	gmtime_r(&now, &parts);
	strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &parts);
	snprintf(name, NAME_SIZE, "%06u-%s", number, date);
	if (!chunks->kept)
		return;
	place = chunks->kept[number % chunks->settings.keep];
	if (*place)
		chunk_remove(chunks, place);
	memcpy(place, name, NAME_SIZE);
}

/* Make directory `name` below `path`, and go there. */
static int directory_below(char path[PATH_MAX], const char *name)
{
	const size_t length = strlen(path);

	if (length + 1 + strlen(name) >= PATH_MAX)
		return jscope_error(-ENAMETOOLONG,
				    "The name of '%s' is too long: choose another -o", path);
	sprintf(path + length, "/%s", name);
	if (mkdir(path, 0777) < 0)
		return jscope_error(-errno, "Cannot make directory '%s': %s", path,
				    strerror(errno));
	return 0;
}

static int chunk_directory(struct jscope__kernel_chunks *chunks, char path[PATH_MAX])
{
	char name[NAME_SIZE];
	int error = 0;

	snprintf(path, PATH_MAX, "%s", chunks->settings.directory);
	if (is_rotated(chunks)) {
		name_next(chunks, name);
		error = directory_below(path, name);
	}
	return error ? error : directory_below(path, "kernel");
}

static void disk_tell(void *state, const struct jscope_kernel_lttng_statedump_block_device *disk)
{
	struct jscope__kernel_chunks *chunks = state;

	jscope__kernel_writer_tell(chunks->writer, chunks->begin_ns,
				   JSCOPE_KERNEL_EVENT_lttng_statedump_block_device, disk);
}

/* before: the writer whose chunk this one continues, or NULL. */
static int chunk_begin(struct jscope__kernel_chunks *chunks, jscope_ns at_ns,
		       const struct jscope__kernel_writer *before)
{
	struct jscope__kernel_writer *writer;
	char path[PATH_MAX];
	int error = chunk_directory(chunks, path);

	if (!error)
		error = jscope__kernel_writer_create(path, &chunks->settings.origin, before,
						     &writer);
	if (error)
		return error;
	chunks->writer = writer;
	chunks->begin_ns = chunks->flush_ns = at_ns;
	jscope__kernel_writer_begin(writer, at_ns);
	jscope__kernel_disks_tell(disk_tell, chunks);
	return 0;
}

int jscope__kernel_chunks_create(const struct jscope__kernel_chunks_settings *settings,
				 jscope_ns at_ns, struct jscope__kernel_chunks **ret_chunks)
{
	struct jscope__kernel_chunks *chunks = calloc(1, sizeof *chunks);
	int error = -ENOMEM;

	if (!chunks)
		return jscope_error(error, "No memory to write a trace with");
	chunks->settings = *settings;
	if (settings->keep && is_rotated(chunks)) {
		chunks->kept = calloc(settings->keep, sizeof *chunks->kept);
		if (!chunks->kept)
			jscope_error(error, "No memory for the names of %u chunks", settings->keep);
	}
	if (chunks->kept || !settings->keep || !is_rotated(chunks))
		error = chunk_begin(chunks, at_ns, NULL);
	if (error) {
		jscope__kernel_chunks_destroy(chunks);
		return error;
	}
	*ret_chunks = chunks;
	return 0;
}

void jscope__kernel_chunks_destroy(struct jscope__kernel_chunks *chunks)
{
	if (!chunks)
		return;
	jscope__kernel_writer_destroy(chunks->writer);
	free(chunks->kept);
	free(chunks);
}

struct jscope__kernel_writer *jscope__kernel_chunks_writer(struct jscope__kernel_chunks *chunks)
{
	return chunks->error ? NULL : chunks->writer;
}

static bool is_full(const struct jscope__kernel_chunks *chunks, jscope_ns at_ns)
{
	const struct jscope__kernel_chunks_settings *settings = &chunks->settings;

	return (settings->rotate_ns && at_ns - chunks->begin_ns >= settings->rotate_ns) ||
	       (settings->rotate_bytes &&
		jscope__kernel_writer_bytes(chunks->writer) >= settings->rotate_bytes);
}

/* Where the next one cannot be begun, the writer of the last one stays, and writes no more. */
static int rotate(struct jscope__kernel_chunks *chunks, jscope_ns at_ns)
{
	struct jscope__kernel_writer *before = chunks->writer;
	const struct jscope__kernel_chunks_counts counts = chunks->ended;
	int error = jscope__kernel_writer_finish(before, at_ns - 1);

	if (error)
		return error;
	chunks->ended = jscope__kernel_chunks_counts(chunks);
	error = chunk_begin(chunks, at_ns, before);
	if (error)
		chunks->ended = counts;
	else
		jscope__kernel_writer_destroy(before);
	return error;
}

int jscope__kernel_chunks_passed(struct jscope__kernel_chunks *chunks, jscope_ns at_ns)
{
	if (chunks->error)
		return chunks->error;
	if (is_rotated(chunks) && is_full(chunks, at_ns)) {
		chunks->error = rotate(chunks, at_ns);
		return chunks->error;
	}
	if (at_ns - chunks->flush_ns >= FLUSH_NS) {
		jscope__kernel_writer_flush(chunks->writer, at_ns);
		chunks->flush_ns = at_ns;
	}
	return jscope__kernel_writer_error(chunks->writer);
}

int jscope__kernel_chunks_finish(struct jscope__kernel_chunks *chunks, jscope_ns at_ns)
{
	return chunks->error ? chunks->error : jscope__kernel_writer_finish(chunks->writer, at_ns);
}

void jscope__kernel_chunks_discard(struct jscope__kernel_chunks *chunks)
{
	jscope__kernel_writer_destroy(chunks->writer);
	chunks->writer = NULL;
	directory_empty(chunks->settings.directory);
}

struct jscope__kernel_chunks_counts
jscope__kernel_chunks_counts(const struct jscope__kernel_chunks *chunks)
{
	struct jscope__kernel_chunks_counts counts = chunks->ended;

	counts.event_count += jscope__kernel_writer_events(chunks->writer);
	counts.byte_count += jscope__kernel_writer_bytes(chunks->writer);
	counts.strange_count += jscope__kernel_writer_strange(chunks->writer);
	counts.chunk_count++;
	return counts;
}
