/*
 * A trace to be replayed: opened once, run through once, in time order. The one entrance to replay/
 * for commands. One thread.
 */
#ifndef REPLAY_TRACE_H
#define REPLAY_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"
#include "replay/limits.h"
#include "replay/timeline.h"

#define JSCOPE_TRACE_ERRORS_MAX 16

/* An instant: on the trace clock, or relative to the first event. ns UNKNOWN: open. */
struct jscope_trace_when {
	jscope_ns ns;
	bool relative;
};

struct jscope_trace_options {
	const char *reader; /* NULL or "babeltrace2" */
	/* Time window. Notifications and requests count when their first known instant lies inside.
	 * Events before the window are still read, since chains need them. */
	struct jscope_trace_when from, to;
	/* > 0: only this much before the end of the trace; of a live session, this much from its
	 * first event on, then reading ends. */
	jscope_ns last_ns;
	const char *device; /* only devices of this name, NULL for all */
	const char *stream; /* only streams of this name, NULL for all */
	int cpu;            /* only events of this CPU, -1 for all */
	jscope_ns late_bound_ns; /* 0: max(10 % of the period, 100 us) */
	bool as_text; /* to be printed by jscope_trace_print(), not replayed */
	unsigned threads; /* 1 reads and replays in turn, 2 at once; 0: as many as there are CPUs */
	struct jscope_limits limits; /* of the native reader */
	/* Called now and then with the number of events read, of a live session many times a
	 * second; returns true to stop early. Of a live session all of the info is up to date. */
	bool (*progress)(void *state, uint64_t events);
	void *progress_state;
};

/* Later than this behind its due is late: as asked for, else by the period (0: unknown). */
jscope_ns jscope_late_bound(jscope_ns asked_ns, jscope_ns period_ns);

/* Defaults: everything, open window. */
void jscope_trace_options_init(struct jscope_trace_options *options);

/*
 * What the trace is and how much of it could be read. Final after jscope_trace_replay(); begin_ns
 * already from the first record or event on.
 */
struct jscope_trace_info {
	const char *path, *reader, *clock;
	jscope_ns begin_ns, end_ns; /* first and last event, UNKNOWN when there was none */
	uint64_t events;            /* events read, inside and outside the window */
	uint64_t streams, packets;
	uint64_t lost_events, lost_packets;
	uint64_t refused; /* records that a table at its limit could not take */
	bool is_live;     /* read from a session that still ran */
	bool partial;     /* reading stopped before the end, or was stopped while not live */
	unsigned error_count;
	const char *errors[JSCOPE_TRACE_ERRORS_MAX];
	/* What is odd, but no damage; they live as long as the trace. */
	unsigned remark_count;
	const char *const *remarks;
	/* The tool's own cost, as our recorder left it in the trace environment; 0 where unknown. */
	uint64_t probe_cost_ns;
	jscope_ns late_bound_ns; /* of the options */
	/* Where wake latencies begin: "sched_waking" or "sched_wakeup"; NULL where there are none. */
	const char *wakeup_event;
};

struct jscope_trace;

/*
 * path: a CTF trace, a directory tree that holds several, or "lttng-live://..." for a session that
 * still runs.
 * options: borrowed, must outlive the trace.
 * Returns 0, -ENOENT (nothing there), -EBADMSG (no CTF in it, or not readable at all), -ENOMEM.
 */
int jscope_trace_open(const char *path, const struct jscope_trace_options *options,
		      struct jscope_trace **ret_trace);
void jscope_trace_destroy(struct jscope_trace *trace);

/* Whether this reader (NULL: the default) may crash or hang on that path: then read in a child. */
bool jscope_trace_is_fragile(const char *path, const char *reader);

/*
 * For a signal handler, once a second while a live session is read, and with `stop` as soon as a
 * person wants no more. Returns whether the next signal must interrupt system calls (no
 * SA_RESTART), since the reader waits for a network that is silent.
 */
bool jscope_trace_tick(struct jscope_trace *trace, bool stop);

/*
 * Read the trace once to its end and hand every record to the sink. What is still open at the end
 * is handed over as censored. A trace that breaks off is no failure: info says partial.
 * Returns 0, -ENOMEM.
 */
int jscope_trace_replay(struct jscope_trace *trace, const struct jscope_timeline_sink *sink);

/*
 * Instead of replaying: the raw events, one line of text each, inside the window.
 * The trace must have been opened as_text. Returns 0, -ENOMEM, -EINVAL (it was not).
 * text: "NAME: { cpu_id = 0 }, { tid = 7 }, { field = value, ... }" without time.
 */
typedef void jscope_event_text_fn(void *state, jscope_ns ts_ns, unsigned cpu, const char *text);
int jscope_trace_print(struct jscope_trace *trace, jscope_event_text_fn *print, void *state);

const struct jscope_trace_info *jscope_trace_info(const struct jscope_trace *trace);

#endif
