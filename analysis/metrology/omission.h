/*
 * Points that no latency of a stream tells of, since the chain that was late hid them (coordinated
 * omission, DOMAIN 6.3): whoever is woken late is woken once, and not for each point since. What the
 * points waited is collected beside the latencies, so that both together are those of a fixed
 * schedule. Called by collect_streams.c and the bench of R93; one thread. Inside analysis/.
 *
 * What is known comes first:
 *   - merged points have chains of their own, so that nothing is added for them;
 *   - a point that was missed waited from its due until the client was told of the next one;
 *   - a chain that ends without a wake, as its client was being woken already, waited from its first
 *     instant until the end of that chain.
 *
 * Only where points have no numbers and nothing at all is known of a stretch of more than a period
 * it is filled back, as HdrHistogram does: of a latency v the waits v - T, v - 2T, ... above 0.
 */
#ifndef ANALYSIS_OMISSION_H
#define ANALYSIS_OMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/hist.h"
#include "common/ns.h"

/* Chains that are remembered: what a chain hides is told shortly before or after it. */
#define JSCOPE__OMISSION_RECENT 32
/* Stretches of missed points that wait for the client to be told at last. */
#define JSCOPE__OMISSION_MISSED 8
/* Waits filled back for one latency: further ones would only repeat a stall of minutes. */
#define JSCOPE__OMISSION_FILLED 10000

/* A point of a stream, as its chain is handed over. */
struct jscope__omission_point {
	unsigned epoch;
	uint64_t seq;
	bool is_numbered, is_missed;
	jscope_ns period_ns; /* over 0 */
	jscope_ns begin_ns;  /* its first instant; of one missed its due; UNKNOWN: nobody knows */
	jscope_ns end_ns;    /* when its client was told; UNKNOWN: it was not */
};

/* A chain as it is remembered. */
struct jscope__omission_chain {
	uint64_t seq;
	jscope_ns begin_ns, end_ns; /* end: as above */
};

/* Missed points in a row, evenly between the first and the last one. */
struct jscope__omission_missed {
	uint64_t seq, count;
	jscope_ns first_ns, last_ns;
};

/* All zero to begin. */
struct jscope__omission {
	unsigned epoch;
	bool has_unnumbered;
	uint64_t recent_count; /* the newest at (count - 1) modulo the size */
	struct jscope__omission_chain recent[JSCOPE__OMISSION_RECENT];
	unsigned missed_count;
	struct jscope__omission_missed missed[JSCOPE__OMISSION_MISSED]; /* oldest first */
	bool has_stall; /* the last chain was too long, and hid nothing that was told before it */
	struct jscope__omission_chain stall;
	jscope_ns stall_period_ns;
	struct jscope_hist *hidden; /* owned; what the points waited; NULL while there is none */
	uint64_t known, filled;	    /* of these */
	uint64_t left_out; /* nobody knows how long they waited, or memory or the limit is short */
};

/* limits: of the histogram. */
void jscope__omission_add(struct jscope__omission *omission,
			  const struct jscope__omission_point *point,
			  const struct jscope_hist_limits *limits);
/* After the last point, and where the next one does not follow. */
void jscope__omission_close(struct jscope__omission *omission,
			    const struct jscope_hist_limits *limits);
/* Of several streams together, after close. */
void jscope__omission_merge(struct jscope__omission *into, const struct jscope__omission *from);
void jscope__omission_finish(struct jscope__omission *omission);

/*
 * The latencies of a fixed schedule: those told and those hidden. To be destroyed by the caller; NULL
 * where nothing was hidden, so that `told` says it all, or memory is short.
 */
struct jscope_hist *jscope__omission_corrected(const struct jscope__omission *omission,
					       const struct jscope_hist *told,
					       const struct jscope_hist_limits *limits);

/*
 * Into a histogram: `count` times the waits v - T, v - 2T, ... above 0 of a latency of v, of which
 * FILLED at most. Returns how many there were room for; those of jscope__omission_hidden() are due.
 */
uint64_t jscope__omission_fill(struct jscope_hist *hist, jscope_ns latency_ns, jscope_ns period_ns,
			       uint64_t count);
uint64_t jscope__omission_hidden(jscope_ns latency_ns, jscope_ns period_ns, uint64_t count);

#endif
