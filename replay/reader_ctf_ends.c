/* Streams that end before their siblings. */
#include <inttypes.h>

#include "reader_ctf.h"

/*
 * LTTng ends all streams of a channel when it is stopped, within a fraction of a millisecond in all
 * recordings that we know, also those of CPUs that were idle.
 */
#define ENDS_APART_NS (100 * JSCOPE_NS_PER_MS)

static jscope_ns end_of(const struct jscope__ctf_stream *stream)
{
	if (!stream->trace->is_lttng || !stream->had_packet || !stream->last.end.size_bits)
		return JSCOPE_NS_UNKNOWN;
	return jscope__ctf_timebase_ns(&stream->decoder->timebase, stream->last.end.value);
}

/* A channel is a stream class of LTTng's. */
static struct jscope__ctf_decoder *channel_of(const struct jscope__ctf_stream *stream)
{
	return &stream->trace->decoders[stream->decoder - stream->trace->decoders];
}

void jscope__ctf_ends_check(struct jscope__ctf *reader)
{
	for (size_t i = 0; i < reader->stream_count; i++) {
		const jscope_ns end_ns = end_of(reader->streams[i]);

		if (end_ns != JSCOPE_NS_UNKNOWN && end_ns > channel_of(reader->streams[i])->end_ns)
			channel_of(reader->streams[i])->end_ns = end_ns;
	}
	for (size_t i = 0; i < reader->stream_count; i++) {
		const struct jscope__ctf_stream *stream = reader->streams[i];
		const jscope_ns end_ns = end_of(stream);
		char text[JSCOPE_NS_TEXT_SIZE];
		jscope_ns before_ns;

		if (end_ns == JSCOPE_NS_UNKNOWN)
			continue;
		before_ns = jscope_sub_sat(channel_of(stream)->end_ns, end_ns);
		if (before_ns > ENDS_APART_NS)
			jscope__ctf_damage_add(
				&reader->damage,
				"'%s' ends after %" PRIu64 " packets, %s before others of its "
				"channel: packets at its end are missing, and with them all "
				"events of CPU %" PRIu32 " since then.",
				stream->path, stream->packets, jscope_ns_format(text, before_ns),
				stream->cpu);
	}
}
