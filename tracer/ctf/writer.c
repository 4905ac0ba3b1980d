#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "describe.h"
#include "pack.h"
#include "stream.h"

#define CPUS_MAX 64

struct jscope__ctf_writer {
	struct jscope__present *present; /* borrowed */
	char path[4096];
	uint32_t cpu_count;
	bool attached;
	struct jscope__ctf_stream streams[CPUS_MAX];
	struct jscope__ctf_stream truth;
};

bool jscope__ctf_is_truth(const char *event_name)
{
	static const char truth[] = "truth_";

	return strncmp(event_name, truth, sizeof truth - 1) == 0;
}

static void metadata_print(FILE *stream, const void *origin)
{
	jscope__ctf_metadata_print(stream, origin);
}

static int files_make(struct jscope__ctf_writer *writer, int directory,
		      const struct jscope__ctf_origin *origin)
{
	struct jscope__ctf_identity identity = { .class = JSCOPE__CTF_EVENTS };
	int error = jscope__ctf_describe_file(directory, metadata_print, origin);
	char name[24];

	memcpy(identity.uuid, origin->uuid, sizeof identity.uuid);
	for (uint32_t i = 0; !error && i < writer->cpu_count; i++) {
		snprintf(name, sizeof name, "jscope_%u", i);
		identity.cpu = i;
		error = jscope__ctf_stream_open(&writer->streams[i], directory, name, &identity);
	}
	identity.class = JSCOPE__CTF_TRUTH;
	identity.cpu = 0;
	if (!error)
		error = jscope__ctf_stream_open(&writer->truth, directory, "truth_0", &identity);
	return error;
}

static int begin(struct jscope__ctf_writer *writer, const char *path,
		 const struct jscope__ctf_origin *origin)
{
	const int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = directory < 0 ? -errno : files_make(writer, directory, origin);

	if (directory >= 0)
		close(directory);
	if (error)
		return jscope_error(error,
				    "Cannot begin a trace in '%s': %s; choose another directory",
				    path, strerror(-error));
	return 0;
}

int jscope__ctf_writer_create(const char *directory, uint32_t cpu_count,
			      const struct jscope__ctf_origin *origin,
			      struct jscope__present *present,
			      struct jscope__ctf_writer **ret_writer)
{
	struct jscope__ctf_writer *writer = calloc(1, sizeof *writer);
	int error;

	if (!writer)
		return jscope_error(-ENOMEM, "No memory for the buffers of the trace.");
	writer->present = present;
	writer->cpu_count = cpu_count;
	snprintf(writer->path, sizeof writer->path, "%s", directory);
	error = begin(writer, directory, origin);
	if (error) {
		jscope__ctf_writer_destroy(writer);
		return error;
	}
	jscope__ctf_pack_attach(
		&(struct jscope__ctf_target){ present, writer->streams, &writer->truth });
	writer->attached = true;
	*ret_writer = writer;
	return 0;
}

int jscope__ctf_writer_finish(struct jscope__ctf_writer *writer)
{
	const jscope_ns end_ns = jscope__present_clock(writer->present);
	int error, result;

	if (writer->attached)
		jscope__ctf_pack_release();
	writer->attached = false;
	result = jscope__ctf_stream_close(&writer->truth, end_ns);
	for (uint32_t i = 0; i < writer->cpu_count; i++) {
		error = jscope__ctf_stream_close(&writer->streams[i], end_ns);
		result = result ? result : error;
	}
	if (result)
		return jscope_error(result,
				    "Writing to '%s' failed: %s; the trace ends there. Make room, "
				    "or record less with --duration or --events",
				    writer->path, strerror(-result));
	return 0;
}

void jscope__ctf_writer_destroy(struct jscope__ctf_writer *writer)
{
	if (!writer)
		return;
	if (writer->attached)
		jscope__ctf_pack_release();
	jscope__ctf_stream_close(&writer->truth, 0);
	for (uint32_t i = 0; i < writer->cpu_count; i++)
		jscope__ctf_stream_close(&writer->streams[i], 0);
	free(writer);
}

void jscope__ctf_writer_lose(struct jscope__ctf_writer *writer, uint32_t cpu)
{
	jscope__ctf_stream_lose(&writer->streams[cpu], jscope__present_clock(writer->present));
}

void jscope__ctf_writer_keep(struct jscope__ctf_writer *writer, uint32_t cpu)
{
	jscope__ctf_stream_keep(&writer->streams[cpu]);
}

struct jscope__ctf_counts jscope__ctf_writer_counts(const struct jscope__ctf_writer *writer)
{
	struct jscope__ctf_counts counts = { .truth_count = writer->truth.event_count };

	for (uint32_t i = 0; i < writer->cpu_count; i++) {
		counts.event_count += writer->streams[i].event_count;
		counts.discarded_count += writer->streams[i].discarded_count;
	}
	return counts;
}

bool jscope__ctf_writer_has_failed(const struct jscope__ctf_writer *writer)
{
	bool failed = writer->truth.error != 0;

	for (uint32_t i = 0; i < writer->cpu_count; i++)
		failed = failed || writer->streams[i].error;
	return failed;
}
