/*
 * Between the adapters and the sink: the window and the filters of the options, the registry of
 * streams, and the windows in which events were lost. One thread.
 */
#ifndef REPLAY_OUTPUT_H
#define REPLAY_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/timeline.h"
#include "replay/trace.h"

#define JSCOPE__STREAMS_MAX 1024
#define JSCOPE__LOSSES_MAX  64

/* CPUs as bits, those 64 apart as one: whoever asks of one is then told of the other, too. */
#define JSCOPE__CPUS_ALL     UINT64_MAX
#define JSCOPE__CPU_BIT(cpu) (UINT64_C(1) << ((cpu) % 64))

struct jscope__span {
	jscope_ns begin_ns, end_ns;
	uint64_t cpus; /* whose events were lost */
};

struct jscope__buffer;
struct jscope__occupancy;

/* A registered stream with the memory of its names. */
struct jscope__stream_entry {
	struct jscope_stream_info info;
	char device[48], stream[48], name[24];
	bool told;		       /* the sink has seen it */
	bool has_buffer;	       /* by its kind */
	struct jscope__buffer *buffer; /* owned; NULL for what has none, or none yet */
};

struct jscope__output {
	const struct jscope_timeline_sink *sink;
	const struct jscope_trace_options *options;
	jscope_ns from_ns, to_ns;  /* the window on the trace clock, UNKNOWN for open */
	jscope_ns now_ns;	   /* of the event in hand */
	jscope_ns glitches_due_ns; /* when glitches that wait are looked at next */
	uint64_t refused;
	struct jscope__occupancy *occupancy; /* owned by the trace; NULL: nobody asks for it */
	const char *wakeup_event;	     /* where wake latencies begin, NULL for nowhere */
	struct jscope__stream_entry *streams[JSCOPE__STREAMS_MAX]; /* owned */
	unsigned stream_count;
	struct jscope__span losses[JSCOPE__LOSSES_MAX]; /* sorted; of equal CPUs apart */
	unsigned loss_count;
};

void jscope__output_finish(struct jscope__output *output);

/*
 * Register a stream. The caller fills in what else it knows and calls stream_changed().
 * NULL when the registry is full, which is counted in `refused`. Lives as long as the output.
 */
struct jscope_stream_info *jscope__output_stream_add(struct jscope__output *output,
						     const char *device, const char *stream,
						     const char *kind);
/* What people call its device; a change is told. */
void jscope__output_stream_name(struct jscope__output *output,
				const struct jscope_stream_info *info, const char *name);
void jscope__output_stream_changed(struct jscope__output *output,
				   const struct jscope_stream_info *info);

bool jscope__output_time_passes(const struct jscope__output *output, jscope_ns at_ns);
bool jscope__output_cpu_passes(const struct jscope__output *output, unsigned cpu);

/* on_time, late or early by signal and due; on_time where one of them is unknown. */
enum jscope_class jscope__output_class(const struct jscope__output *output,
				       const struct jscope_notification *notification);

void jscope__output_notification(struct jscope__output *output,
				 const struct jscope_notification *notification);
void jscope__output_request(struct jscope__output *output, const struct jscope_request *request);
/* Where the sink takes depths. */
void jscope__output_depth(struct jscope__output *output, const struct jscope_depth *depth);
void jscope__output_hold(struct jscope__output *output, const struct jscope_hold *hold);
void jscope__output_position(struct jscope__output *output, const struct jscope_position *position);
void jscope__output_irq(struct jscope__output *output, const struct jscope_irq_span *span);
void jscope__output_softirq(struct jscope__output *output, const struct jscope_softirq_span *span);
void jscope__output_wakeup(struct jscope__output *output, const struct jscope_wakeup *wakeup,
			   unsigned cpu);
/* A glitch is told when its cause is known; what is still open, by jscope__output_close(). */
void jscope__output_glitch(struct jscope__output *output, const struct jscope_glitch *glitch);
void jscope__output_close(struct jscope__output *output);
/* The client came in time, and its answer was not taken. */
void jscope__output_refusal(struct jscope__output *output, const struct jscope_stream_info *info,
			    jscope_ns at_ns);
void jscope__output_probe(struct jscope__output *output, const struct jscope_probe_count *count);
void jscope__output_trigger(struct jscope__output *output, const struct jscope_trigger *trigger);

/* Events were lost in a window; an unknown end stands for "since ever" or "until now". */
void jscope__output_loss(struct jscope__output *output, const struct jscope_loss *loss);
/* Whether events of some of these CPUs may have been lost in a time. */
bool jscope__output_lost_on(const struct jscope__output *output, uint64_t cpus, jscope_ns begin_ns,
			    jscope_ns end_ns);
/* The same for all CPUs. */
bool jscope__output_lost_between(const struct jscope__output *output, jscope_ns begin_ns,
				 jscope_ns end_ns);

#endif
