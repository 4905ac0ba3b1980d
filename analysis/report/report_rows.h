/*
 * What a report collects: its rows and totals. Inside analysis/; the writers only read it.
 */
#ifndef ANALYSIS_REPORT_ROWS_H
#define ANALYSIS_REPORT_ROWS_H

#include "analysis/hist.h"
#include "analysis/report.h"
#include "blocks.h"
#include "buffer_row.h"
#include "clean.h"
#include "hlk_row.h"
#include "jitter.h"
#include "lacking.h"
#include "numbering.h"
#include "omission.h"
#include "pace.h"
#include "rhythm.h"
#include "saturate.h"
#include "table.h"
#include "traffic.h"
#include "trigger.h"
#include "worst.h"

/* Memory of all buckets of a report: 64 Mi octets in octaves of 2 KiB. */
#define JSCOPE__REPORT_OCTAVES 32768

/* Memory of the order of all values, where it is kept. */
#define JSCOPE__REPORT_BLOCKS_BYTES (UINT64_C(64) << 20)

/* Why not to trust: at most one sentence per cause. */
#define JSCOPE__REASONS_MAX 16
#define JSCOPE__REASON_SIZE 160

/* Histograms are owned, and NULL while they are empty. */
struct jscope__stream_row {
	struct jscope__row row;
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE], kind[JSCOPE__NAME_SIZE];
	char name[JSCOPE__NAME_SIZE]; /* of the device, for people; "" where unknown */
	unsigned path, epoch;
	jscope_ns nominal_period_ns;
	uint32_t rate_hz, buffer_frames, period_frames;
	uint64_t points, partial_chains, glitches;
	uint64_t counts[JSCOPE_CLASS_COUNT];
	struct jscope__numbering numbering;
	/* A recorded due and an estimated one never share a distribution: the first decides. */
	bool has_due, due_estimated;
	uint64_t due_excluded;
	struct jscope_hist *stages[JSCOPE_STAGE_COUNT], *end_to_end, *service;
	struct jscope__omission omission;
	struct jscope_hist *corrected; /* end to end with what was hidden; NULL: nothing was */
	bool has_served;
	jscope_ns served_ns;				   /* of the last headroom */
	struct jscope_hist *headroom_frames, *headroom_ns; /* when served */
	struct jscope_hist *position_frames, *position_ns; /* at told positions */
	struct jscope__buffer_row buffer;
	struct jscope__hlk_row hlk;
	enum jscope_instant jitter_instant;
	bool jitter_at_call; /* rather: when the driver told it */
	bool jitter_begun;
	struct jscope__ideal stream_ideal; /* as the stream was last described */
	struct jscope__ideal ideal;	   /* of the segment that runs */
	struct jscope__jitter jitter;
	struct jscope__rhythm rhythm;
	struct jscope__worst worst; /* chains that span their path */
};

struct jscope__device_row {
	struct jscope__row row;
	char device[JSCOPE__NAME_SIZE], name[JSCOPE__NAME_SIZE];
	uint64_t
		requests; /* told of, without the empty ones; one that was cut may be told as two */
	uint64_t issued, completed, unmatched, empty, errors, requeued;
	uint64_t censored; /* with sectors, and issued: their end is not in the trace */
	uint64_t routes[JSCOPE_ROUTE_COUNT]; /* where those with both ends were completed */
	unsigned outstanding_max;
	struct jscope_hist *latency, *queue, *stages[JSCOPE__REQUEST_STAGE_COUNT];
	struct jscope__traffic traffic;
	struct jscope__pace pace;
	struct jscope__worst worst; /* by latency */
};

struct jscope__irq_row {
	struct jscope__row row;
	int32_t irq;
	char name[JSCOPE__NAME_SIZE];
	uint64_t count, unmatched, disordered;
	bool has_last;
	jscope_ns last_ns;
	struct jscope__window window; /* entries, as spans come when they end */
	struct jscope_hist *duration, *interval;
};

struct jscope__softirq_row {
	struct jscope__row row;
	uint32_t vec;
	uint64_t raised, coalesced, entered, unmatched;
	struct jscope_hist *raise_to_entry, *duration;
};

struct jscope__task_row {
	struct jscope__row row;
	uint32_t tid;
	char comm[JSCOPE__NAME_SIZE];
	struct jscope_hist *latency;
};

/* Events of one kind that probes saw, as the recorder tells. */
#define JSCOPE__PROBES_MAX 128
struct jscope__probe_row {
	char event[JSCOPE__NAME_SIZE];
	uint64_t fired, lost;
};

/* How many distributions lack values, as far as is known. */
struct jscope__ledger {
	uint64_t distributions; /* that have values */
	uint64_t degraded;	/* that may lack some, those of the next line included */
	uint64_t invalid;	/* that may lack more than they have */
	bool uncounted;		/* nobody knows how many they lack */
};

struct jscope_report {
	struct jscope_timeline_sink sink;
	bool plain; /* distributions only: neither jitter nor headroom is collected */
	struct jscope_hist_budget budget;
	struct jscope__blocks_budget blocks_budget;
	struct jscope_hist_limits limits;
	struct jscope__wander_budget wander_budget;
	struct jscope__rhythm_shared rhythm_shared;
	struct jscope__table *streams, *devices, *irqs, *softirqs, *tasks;
	struct jscope_hist *wakeups, *wakeups_by_context[JSCOPE_CONTEXT_COUNT];
	unsigned probe_count;
	struct jscope__probe_row probes[JSCOPE__PROBES_MAX];
	struct jscope__trigger trigger;
	uint64_t wakeups_censored;	    /* not measured: something was lost in between */
	uint64_t unrecorded;		    /* records or values for which memory was short */
	struct jscope_trace_info info;	    /* its strings are owned and clean */
	uint64_t loss_windows, events_lost; /* told so far */
	bool has_uncounted_loss;
	struct jscope__ledger ledger;
	enum jscope_trust trust;
	unsigned reason_count;
	char reasons[JSCOPE__REASONS_MAX][JSCOPE__REASON_SIZE];
};

extern const struct jscope__row_ops jscope__stream_ops, jscope__device_ops, jscope__irq_ops,
	jscope__softirq_ops, jscope__task_ops;

/*
 * What a class of a stream is called for people. Where nothing is due nobody can tell what is late,
 * and what is not missed is "told" and not "on time".
 */
const char *jscope__stream_class_words(const struct jscope__stream_row *row,
				       enum jscope_class class);

/* Add to a histogram that is made where there is none. */
void jscope__hist_merge(struct jscope_hist **into, const struct jscope_hist *from);

/* Record into a histogram that is made on its first value. */
void jscope__report_record_first(struct jscope_report *report, struct jscope_hist **hist,
				 int64_t value);
static inline void jscope__report_record(struct jscope_report *report, struct jscope_hist **hist,
					 int64_t value)
{
	if (*hist)
		jscope_hist_record(*hist, value);
	else
		jscope__report_record_first(report, hist, value);
}

/* to - from where both are known. */
static inline void jscope__report_record_span(struct jscope_report *report,
					      struct jscope_hist **hist, jscope_ns from_ns,
					      jscope_ns to_ns)
{
	if (from_ns != JSCOPE_NS_UNKNOWN && to_ns != JSCOPE_NS_UNKNOWN)
		jscope__report_record(report, hist, jscope_sub_sat(to_ns, from_ns));
}

/* Events that the recorder's probes saw, written down or not: as it tells, else those of the trace. */
uint64_t jscope__report_fired(const struct jscope_report *report);

/* Put the collecting functions into report->sink; bring series that wait in windows to an end. */
void jscope__collect_streams(struct jscope_report *report);
void jscope__collect_streams_close(struct jscope_report *report);
void jscope__collect_kernel(struct jscope_report *report);
void jscope__collect_told(struct jscope_report *report);
void jscope__collect_losses(struct jscope_report *report);
void jscope__collect_kernel_close(struct jscope_report *report);

/* What latencies hid, into the corrected ones; after the tables are closed, before the ledger. */
void jscope__corrected_make(struct jscope_report *report);

/* Events that are missing, or JSCOPE_HIST_UNCOUNTED. */
uint64_t jscope__ledger_lost(const struct jscope_report *report);

/* Enter in each distribution what it may lack; then judge. Both after everything is collected. */
void jscope__ledger_keep(struct jscope_report *report);
void jscope__trust_judge(struct jscope_report *report);

/* Totals over all streams. */
struct jscope__totals {
	uint64_t points, partial_chains, due_excluded, disordered;
	uint64_t counts[JSCOPE_CLASS_COUNT];
	uint64_t irq_unmatched, softirq_unmatched, request_unmatched, overflow;
	uint64_t request_censored;
};
void jscope__totals_sum(const struct jscope_report *report, struct jscope__totals *ret_totals);

const char *jscope__request_stage_name(enum jscope__request_stage stage);
/* "NET_RX" and the like; "" for a vector that Linux does not name. */
const char *jscope__softirq_name(uint32_t vec);

/* Where the regularity of a stream is judged: an instant, or "call". */
const char *jscope__jitter_place(const struct jscope__stream_row *row);

/*
 * Timers come by the dozen: where there are several they are rows of a table, not streams with a part
 * of the page each.
 */
bool jscope__row_is_timer(const struct jscope__stream_row *row);
size_t jscope__timer_count(const struct jscope_report *report);
/* Whether it is the line of some interrupt, from its handler to a thread; how many are. */
bool jscope__row_is_line(const struct jscope__stream_row *row);
size_t jscope__line_count(const struct jscope_report *report);

/* Where its headroom is known: "service", or "positions", which are before the client's next write. */
const char *jscope__headroom_place(const struct jscope__stream_row *row);
/* Headroom: as served where the trace tells it, else at positions. NULL when there is none. */
const struct jscope_hist *jscope__headroom_frames(const struct jscope__stream_row *row);
const struct jscope_hist *jscope__headroom_ns(const struct jscope__stream_row *row);
const struct jscope__margin *jscope__headroom_margin(const struct jscope__stream_row *row);

#endif
