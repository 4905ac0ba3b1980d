#include "sink.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"
#include "disks.h"
#include "probes/kernel_vocabulary.h"

static void on_sample(void *state, const struct jscope_kernel_sample *sample)
{
	struct jscope__kernel_sink *sink = state;

	if (sink->flight)
		jscope__kernel_flight_sample(sink->flight, sample);
	if (sink->settings->sample)
		sink->settings->sample(sink->settings->state, sample);
}

/* The trace on disk has its disks from each chunk; here they are named for the others. */
static void on_disk(void *state, const struct jscope_kernel_lttng_statedump_block_device *disk)
{
	const enum jscope_kernel_event event = JSCOPE_KERNEL_EVENT_lttng_statedump_block_device;
	struct jscope__kernel_sink *sink = state;
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_lttng_statedump_block_device disk;
	} record = { { .at_ns = (uint64_t)jscope_ns_now(), .id = event, .size = sizeof *disk },
		     *disk };

	if (sink->flight)
		jscope__kernel_flight_tell(sink->flight, event, disk);
	if (sink->pairs)
		jscope__kernel_pairs_record(sink->pairs, 0, &record.head);
}

static int writing_begin(struct jscope__kernel_sink *sink, const char *directory,
			 const struct jscope__kernel_origin *origin, jscope_ns at_ns)
{
	const struct jscope_kernel_settings *settings = sink->settings;
	const struct jscope__kernel_chunks_settings chunks = {
		.directory = directory,
		.origin = *origin,
		.rotate_bytes = settings->rotate_bytes,
		.rotate_ns = settings->rotate_ns,
		.keep = settings->keep,
	};
	int error;

	if (settings->flight_ns)
		return jscope__kernel_flight_create(settings, directory, origin, &sink->flight);
	error = jscope__kernel_chunks_create(&chunks, at_ns, &sink->chunks);
	if (!error)
		sink->writer = jscope__kernel_chunks_writer(sink->chunks);
	return error;
}

int jscope__kernel_sink_init(struct jscope__kernel_sink *sink,
			     const struct jscope_kernel_settings *settings, const char *directory,
			     const struct jscope__kernel_origin *origin, jscope_ns at_ns)
{
	int error;

	memset(sink, 0, sizeof *sink);
	sink->settings = settings;
	error = writing_begin(sink, directory, origin, at_ns);
	if (!error && (settings->flight_ns || settings->sample)) {
		error = jscope__kernel_pairs_create(origin->cpu_count, on_sample, sink,
						    &sink->pairs);
		if (error)
			jscope_error(error, "No memory to measure with while recording");
	}
	if (error)
		jscope__kernel_sink_discard(sink);
	else if (sink->pairs)
		jscope__kernel_disks_tell(on_disk, sink);
	return error;
}

void jscope__kernel_sink_finish(struct jscope__kernel_sink *sink)
{
	jscope__kernel_chunks_destroy(sink->chunks);
	jscope__kernel_flight_destroy(sink->flight);
	jscope__kernel_pairs_destroy(sink->pairs);
	sink->writer = NULL;
	sink->chunks = NULL;
	sink->flight = NULL;
	sink->pairs = NULL;
}

bool jscope__kernel_sink_wants_order(const struct jscope__kernel_sink *sink)
{
	return sink->pairs;
}

void jscope__kernel_sink_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	struct jscope__kernel_sink *sink = state;
	const unsigned id = head->id;

	sink->counts[id < JSCOPE_KERNEL_EVENT_COUNT ? id : JSCOPE_KERNEL_EVENT_COUNT]++;
	sink->count++;
	if (sink->writer)
		jscope__kernel_writer_record(sink->writer, cpu, head);
	else if (sink->flight)
		jscope__kernel_flight_record(sink->flight, cpu, head);
	if (sink->pairs)
		jscope__kernel_pairs_record(sink->pairs, cpu, head);
}

int jscope__kernel_sink_passed(struct jscope__kernel_sink *sink, jscope_ns at_ns)
{
	int error;

	if (sink->chunks) {
		error = jscope__kernel_chunks_passed(sink->chunks, at_ns);
		sink->writer = jscope__kernel_chunks_writer(sink->chunks);
		return error;
	}
	jscope__kernel_flight_passed(sink->flight, at_ns);
	return jscope__kernel_flight_error(sink->flight);
}

void jscope__kernel_sink_lost(struct jscope__kernel_sink *sink, uint32_t cpu, uint32_t lost,
			      jscope_ns at_ns)
{
	if (sink->writer)
		jscope__kernel_writer_lost(sink->writer, cpu, lost, at_ns);
}

void jscope__kernel_sink_tell_probe(struct jscope__kernel_sink *sink,
				    enum jscope_kernel_event event, uint64_t lost, jscope_ns at_ns)
{
	const char *name = jscope_kernel_event_describe(event)->name;
	struct jscope_kernel_jscope_probe_stats stats = { .fired = sink->counts[event] + lost,
							  .lost = lost };

	if (!sink->writer)
		return;
	/* Names that are too long differ at their ends: _entry, _exit. */
	if (strlen(name) >= sizeof stats.event)
		name += strlen(name) - (sizeof stats.event - 1);
	memcpy(stats.event, name, strlen(name));
	jscope__kernel_writer_tell(sink->writer, at_ns, JSCOPE_KERNEL_EVENT_jscope_probe_stats,
				   &stats);
}

int jscope__kernel_sink_end(struct jscope__kernel_sink *sink, jscope_ns at_ns)
{
	return sink->chunks ? jscope__kernel_chunks_finish(sink->chunks, at_ns)
			    : jscope__kernel_flight_finish(sink->flight, at_ns);
}

void jscope__kernel_sink_discard(struct jscope__kernel_sink *sink)
{
	if (sink->chunks)
		jscope__kernel_chunks_discard(sink->chunks);
	jscope__kernel_sink_finish(sink);
}

static void result_of_chunks(const struct jscope__kernel_chunks *chunks,
			     struct jscope_kernel_result *result)
{
	const struct jscope__kernel_chunks_counts counts = jscope__kernel_chunks_counts(chunks);

	result->event_count = counts.event_count;
	result->byte_count = counts.byte_count;
	result->chunk_count = counts.chunk_count;
	result->strange_count = counts.strange_count;
}

static void result_of_flight(const struct jscope__kernel_flight *flight,
			     struct jscope_kernel_result *result)
{
	const struct jscope__kernel_flight_counts counts = jscope__kernel_flight_counts(flight);

	result->event_count = counts.event_count;
	result->byte_count = counts.byte_count;
	result->trigger_count = counts.trigger_count;
	result->short_count = counts.short_count;
	result->merged_count = counts.merged_count;
	result->refused_count = counts.refused_count;
}

void jscope__kernel_sink_result(const struct jscope__kernel_sink *sink,
				struct jscope_kernel_result *result)
{
	if (sink->chunks)
		result_of_chunks(sink->chunks, result);
	else
		result_of_flight(sink->flight, result);
	if (sink->pairs)
		result->refused_count += jscope__kernel_pairs_refused(sink->pairs);
}
