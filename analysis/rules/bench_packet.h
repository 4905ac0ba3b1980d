/*
 * Insides of the bench of packet methods: what is known of the position of a stream when a method
 * was called (bench_packet.c), writes (R49..R52) and reads (R53, R54).
 */
#ifndef RULES_BENCH_PACKET_H
#define RULES_BENCH_PACKET_H

#include "rules/bench.h"
#include "rules/place.h"

#define JSCOPE__PACKET_STREAMS_MAX 4096
#define JSCOPE__PACKET_THREADS_MAX 16384
#define JSCOPE__SIGHTINGS	   16

enum { JSCOPE__SET_WRITE_PACKET = 0, JSCOPE__GET_READ_PACKET = 1, JSCOPE__GET_PACKET_COUNT = 2 };

/* The position that somebody told. */
struct jscope__sighting {
	jscope_ns told_ns; /* from then on others may know */
	jscope_ns at_ns;   /* when it held */
	int64_t linear_bytes;
};

struct jscope__packet_stream {
	bool seen;
	jscope_ns since_ns; /* wrt_newstream; UNKNOWN: before the trace */
	int64_t rate_bytes; /* a second; 0 unknown */
	/* The buffer. */
	enum {
		JSCOPE__BUFFER_UNKNOWN,
		JSCOPE__BUFFER_NONE,
		JSCOPE__BUFFER_PLAIN,
		JSCOPE__BUFFER_NOTIFYING
	} buffer;
	jscope_ns buffer_ns;
	int64_t packets_per_buffer, packet_bytes;
	/* KSSTATE. */
	bool state_known;
	int state;
	jscope_ns state_ns;
	/* Since STOP, the latest last. */
	unsigned sighting_count;
	struct jscope__sighting sightings[JSCOPE__SIGHTINGS];
	/* Writes. */
	bool ended;
	jscope_ns ended_ns;
	enum { JSCOPE__HABIT_UNKNOWN, JSCOPE__WRITE_FOLLOWS, JSCOPE__WRITE_LEADS } habit;
	bool write_open, packet_open; /* told, and its counterpart not yet */
	int64_t write_target_bytes, packet_target_bytes;
	jscope_ns write_ns, packet_ns;
	int64_t packet_number;
	/* Reads. */
	bool read_known;
	int64_t read_last; /* -1 since STOP */
	jscope_ns read_ns;
};

struct jscope__packet_bench {
	struct jscope_judge *judge;
	struct jscope_map *streams;
	struct jscope_map *threads; /* jscope_ns of their latest event, by place */
	struct jscope_map *devices; /* those that tell how buffers are allocated */
	uint64_t dropped_count;
};

/* Packets completed when a method ran: between these. */
struct jscope__packet_range {
	int64_t low, high;
	bool running;
};

/* Returns false where it is not known. before_ns: the call began after that. */
bool jscope__packet_range(const struct jscope__packet_bench *bench,
			  const struct jscope__packet_stream *stream, jscope_ns before_ns,
			  jscope_ns now_ns, struct jscope__packet_range *ret_range);

/* SetWritePacket and the write position, R49..R52. */
void jscope__packet_write(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			  const struct jscope_vocabulary_event *event, jscope_ns before_ns);
void jscope__packet_target(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			   const struct jscope_vocabulary_event *event);
/* GetReadPacket, R53 and R54. */
void jscope__packet_read(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			 const struct jscope_vocabulary_event *event, jscope_ns before_ns);

#endif
