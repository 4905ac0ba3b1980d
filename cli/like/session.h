/*
 * A recorded session as it is learnt from: the chains of each stream, and what its events tell of how
 * it was set up. Made by one pass over the trace; one thread. Inside cli/like/.
 *
 * Bounded: so many streams, chains and pauses are kept, and what passes them is counted.
 */
#ifndef CLI_LIKE_SESSION_H
#define CLI_LIKE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/timeline.h"
#include "requests.h"

#define JSCOPE__LIKE_CHAINS_MAX 1000000
#define JSCOPE__LIKE_SERIES_MAX 64
#define JSCOPE__LIKE_FACTS_MAX	32
#define JSCOPE__LIKE_THREADS	256

/* A notification, and where its point lies in the new session. */
struct jscope__like_chain {
	jscope_ns at[JSCOPE_INSTANT_COUNT];
	uint64_t seq;
	uint64_t point; /* counted from 1 through the session; 0: unknown */
	unsigned epoch;
	bool is_lost; /* no interrupt came of its point */
	bool begins;  /* the first one since the device stood still */
};

/* The notifications of one client, in the order of their points. */
struct jscope__like_series {
	struct jscope_stream_info info; /* its strings are those below, which are printable */
	char device[64], stream[64], kind[16];
	struct jscope__like_chain *chains; /* owned */
	size_t count, size;
	uint64_t cut;	   /* by the begin or end of the trace, or by lost events */
	uint64_t spurious; /* interrupts and signals without a point */
	bool has_due;	   /* recorded, not estimated */
	bool has_answers;
	uint64_t leaps; /* glitches that no lateness explains */
};

/* A stay in RUN. end_ns UNKNOWN: to the end of the trace. */
struct jscope__like_run {
	jscope_ns begin_ns, end_ns;
};

/* What a client that nobody notifies did: it answered, or waited again. */
struct jscope__like_answer {
	jscope_ns run_ns, served_ns;
	bool has_written;
};

/* A thread that has woken, and has not answered yet. */
struct jscope__like_woken {
	int64_t tid;
	jscope_ns at_ns; /* 0: it has */
};

/* What our own events tell of a stream. */
struct jscope__like_facts {
	uint32_t dev;
	uint64_t stream;
	bool capture, is_allocated;
	uint32_t rate_hz, frame_bytes;
	uint32_t notification_count; /* 0: it is polled */
	uint32_t requested_bytes;
	uint32_t fifo_bytes, accuracy_bytes;
	jscope_ns chipset_ns, codec_ns;
	uint32_t end_packet;
	jscope_ns opened_ns;
	struct jscope__like_run *runs; /* owned */
	size_t run_count, run_size;
};

struct jscope__like_session {
	struct jscope__like_series
		series[JSCOPE__LIKE_SERIES_MAX]; /* by the index of their stream */
	unsigned series_count;
	struct jscope__like_facts facts[JSCOPE__LIKE_FACTS_MAX];
	unsigned facts_count;
	size_t chain_count;
	uint64_t chains_left_out, streams_left_out;
	struct jscope__like_requests requests;
	jscope_ns begin_ns, end_ns; /* of the trace */
	bool is_degraded;	    /* events of it were lost, or it is damaged: told on stderr */
	/* For clients that nobody notifies: who woke last, and what all of them did then. */
	struct jscope__like_woken woken[JSCOPE__LIKE_THREADS];
	bool has_polled;
	struct jscope__like_answer *answers; /* owned; by their run in the end */
	size_t answer_count, answer_size;
	int error;
};

/*
 * Read the recording at `path`. Returns 0 or a negative errno, with a sentence where it is the trace's
 * fault. ret_session: to be released with jscope__like_session_destroy().
 */
int jscope__like_session_learn(const char *path, struct jscope__like_session **ret_session);
/* NULL is allowed. */
void jscope__like_session_destroy(struct jscope__like_session *session);

/* An event of our own vocabulary (facts.c). */
void jscope__like_facts_note(struct jscope__like_session *session,
			     const struct jscope_vocabulary_event *event);

/* Room for one more element; returns the array, or NULL without memory. */
void *jscope__like_grow(void *array, size_t count, size_t *size, size_t element_size);

#endif
