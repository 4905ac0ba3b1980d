/*
 * Timelines: what replay makes of a trace, record by record, in the order in which each record
 * became complete. Plain data; whoever wants some of it fills in the functions of a
 * struct jscope_timeline_sink. All instants are on the trace clock.
 *
 * One thread. A record is borrowed: it and its strings are valid during the call only, except
 * device and stream names, which live as long as the trace (struct jscope_trace).
 */
#ifndef REPLAY_TIMELINE_H
#define REPLAY_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"

/* The instants of a notification, in the order of the chain (DESIGN 2). */
enum jscope_instant {
	JSCOPE_DUE,      /* the device reached the point */
	JSCOPE_IRQ,      /* ISR entry */
	JSCOPE_QUEUED,   /* DPC insert, softirq raise */
	JSCOPE_DEFERRED, /* DPC, softirq, threaded IRQ or work entry */
	JSCOPE_SIGNAL,   /* event set, sched_waking */
	JSCOPE_RUN,      /* client on CPU */
	JSCOPE_SERVED,   /* client answered */
	JSCOPE_INSTANT_COUNT
};

/* Stages between neighbouring instants of the path; `service` follows the chain. */
enum jscope_stage {
	JSCOPE_STAGE_INTERRUPT, /* due -> irq */
	JSCOPE_STAGE_DISPATCH,  /* irq -> queued */
	JSCOPE_STAGE_QUEUE,     /* queued -> deferred */
	JSCOPE_STAGE_HANDLER,   /* deferred -> signal, or irq -> signal where neither queue nor
				   deferral is on the path */
	JSCOPE_STAGE_WAKE,      /* signal -> run */
	JSCOPE_STAGE_UNEXPLAINED, /* the joint interval around instants that the trace lacks */
	JSCOPE_STAGE_COUNT
};

enum jscope_class {
	JSCOPE_CLASS_ON_TIME,
	JSCOPE_CLASS_LATE,
	JSCOPE_CLASS_EARLY,
	JSCOPE_CLASS_MERGED,   /* served by an execution that served a later point, too (R27) */
	JSCOPE_CLASS_MISSED,   /* crossed, and no execution attributes to it */
	JSCOPE_CLASS_SPURIOUS, /* an interrupt or signal without a point */
	JSCOPE_CLASS_CENSORED, /* cut by the start or end of the trace or by lost events */
	JSCOPE_CLASS_COUNT
};

/* "due", "interrupt", "on_time": the words of DESIGN 5. */
const char *jscope_instant_name(enum jscope_instant instant);
const char *jscope_stage_name(enum jscope_stage stage);
const char *jscope_class_name(enum jscope_class class);

/* One thing that notifies: a WaveRT stream, an ALSA substream, an interrupt line. */
struct jscope_stream_info {
	const char *device;          /* "dev1", "snd_hda_intel:card0", "254:0" */
	const char *stream;          /* "stream 0x1", "" where the device has just one */
	const char *kind;            /* "wavert", "pcm" */
	const char *name;            /* what people call the device, "PCH"; "" where unknown */
	unsigned index;              /* dense, from 0, in order of appearance */
	unsigned path;               /* bit 1 << JSCOPE_<INSTANT>: the instants it has by nature */
	jscope_ns nominal_period_ns; /* 0 while unknown */
	uint32_t rate_hz;            /* frames per second, 0 where there are none */
	uint32_t buffer_frames, period_frames;
	bool has_call; /* notifications tell call_ns: there their regularity is judged */
	bool is_capture; /* its client reads */
	bool by_packet;	 /* its client answers by whole periods, not up to where the device is */
	bool stops;	 /* its device stops when it runs out, until its client begins anew */
};

/*
 * By the kind of a stream: sound, whose buffer can run out; and interrupt lines and timers, for which
 * nobody waits but the driver or the kernel itself.
 */
bool jscope_kind_has_buffer(const char *kind);
bool jscope_kind_is_aside(const char *kind);

struct jscope_notification {
	const struct jscope_stream_info *stream;
	uint64_t seq; /* point index, or interrupt number, or a running count */
	enum jscope_class class;
	unsigned cpu; /* of the interrupt, or of the signal where there is none */
	uint32_t tid; /* client, 0 where unknown */
	unsigned epoch; /* RUN epoch of the stream, from 1; 0 where the stream has no states */
	jscope_ns at[JSCOPE_INSTANT_COUNT]; /* JSCOPE_NS_UNKNOWN where the trace does not say */
	unsigned path; /* the instants that this one has by nature; 0: those of its stream */
	jscope_ns call_ns; /* the driver's call that told it, where its stream has_call */
	uint32_t bytes; /* handed over with it; 0 where nothing is */
	bool is_numbered; /* seq is that of its point: a hole is as many points as it is wide */
	bool due_estimated;  /* at[JSCOPE_DUE] comes from a fitted clock, not from the trace */
	jscope_ns due_error_ns; /* and is off by no more than this; 0 where it is recorded */
	jscope_ns slack_ns; /* it was free to come so much later: the slack of a timer, else 0 */
	bool was_interrupted; /* its interrupt was taken, though nothing came of it for this one */
	bool has_position, has_headroom;
	int64_t position_frames; /* linear position of the device when served, else at the signal */
	/* Frames left when served, or when the device ran out unserved: negative after an underrun. */
	int64_t headroom_frames;
};

/* stage_ns[i], JSCOPE_NS_UNKNOWN where it does not exist. They sum to the end-to-end time. */
struct jscope_stages {
	jscope_ns stage_ns[JSCOPE_STAGE_COUNT];
	jscope_ns end_to_end_ns; /* UNKNOWN unless the chain spans its path from first to last */
	jscope_ns service_ns;
	bool partial; /* some instants are known, but not both ends of the path */
};

/*
 * Stages of a notification by its stream's path. Exact: with both ends known the stages present
 * sum to end_to_end_ns to the nanosecond.
 */
void jscope_stages_compute(const struct jscope_notification *notification,
			   struct jscope_stages *ret_stages);

/* A stage of a notification, with its ends. */
struct jscope_stage_span {
	enum jscope_stage stage;
	enum jscope_instant from, to;
	jscope_ns begin_ns, end_ns; /* end may lie before begin where clocks are wrong */
};
/*
 * Its stages in the order of the chain, each beginning where the one before ends; an `unexplained` one
 * for each joint interval. Returns how many.
 */
unsigned jscope_stages_list(const struct jscope_notification *notification,
			    struct jscope_stage_span ret_spans[JSCOPE_INSTANT_COUNT]);

enum jscope_context { JSCOPE_CONTEXT_TASK, JSCOPE_CONTEXT_SOFTIRQ, JSCOPE_CONTEXT_IRQ,
		      JSCOPE_CONTEXT_COUNT };
const char *jscope_context_name(enum jscope_context context);

/* Where a request was completed, as the trace tells it. */
enum jscope_route {
	JSCOPE_ROUTE_UNKNOWN,
	JSCOPE_ROUTE_IRQ,     /* the handler of a device interrupt */
	JSCOPE_ROUTE_TIMER,   /* a timer that expires in an interrupt */
	JSCOPE_ROUTE_SOFTIRQ, /* raised by an interrupt here, or from another CPU */
	JSCOPE_ROUTE_THREAD,  /* the thread of a threaded interrupt */
	JSCOPE_ROUTE_WORK,    /* an item of a work queue */
	JSCOPE_ROUTE_TASK,    /* any other thread, as one that polls */
	JSCOPE_ROUTE_COUNT
};
/* "irq", "timer"; "" for UNKNOWN. */
const char *jscope_route_name(enum jscope_route route);

struct jscope_request {
	const char *device; /* "major:minor", or "dev1" for a StorPort adapter */
	const char *name;   /* disk name where the trace tells it, else "" */
	uint64_t id;        /* sector, or request object */
	const char *op;     /* "read", "write", "flush", "discard", "" */
	uint64_t bytes;
	int status; /* 0 success, else negative errno or SRB_STATUS */
	unsigned cpu;
	bool empty;      /* nr_sector 0: only counted */
	bool completed;  /* false: cut by the end of the trace or by lost events */
	bool matched;    /* false: a completion whose issue is not in the trace, or may be another one */
	bool has_tag;
	int tag;
	unsigned requeue_count; /* how often the driver sent it back; issue_ns is its last issue */
	enum jscope_route route;
	/* softirq_ns: entry of the softirq, thread or work item in which it was completed. */
	jscope_ns queued_ns, issue_ns, irq_ns, softirq_ns, complete_ns, run_ns;
	jscope_ns told_ns; /* how long it took, as its device tells; 0 where it does not */
	/* The how many-th of its device that its run of a handler (interrupt, DPC, softirq, thread,
	 * work item) completed, from 1; 0 where nobody knows, and where only one CPU is looked at. */
	unsigned batch_index;
	/* Requests of the device in flight when it was issued, itself included; where events were
	 * lost, those only that have begun since. */
	unsigned outstanding;
};

/*
 * So many requests of a device were under way, from one instant to the next at which that changed;
 * cut to the window. Told from the first request of the device in the trace to the end of the trace,
 * without a gap; not told at all where only one CPU is looked at.
 */
struct jscope_depth {
	const char *device; /* as that of its requests */
	jscope_ns begin_ns, end_ns;
	unsigned count; /* of those whose begin is in the trace */
	bool lossy;	/* something was lost in between: nobody knows how many */
};

/* What keeps an adapter from taking requests. */
enum jscope_hold_kind { JSCOPE_HOLD_LINK_DOWN, JSCOPE_HOLD_RESET, JSCOPE_HOLD_PAUSE,
			JSCOPE_HOLD_KIND_COUNT };
/* "link_down", "reset", "pause". */
const char *jscope_hold_name(enum jscope_hold_kind kind);

/* A time in which the requests of a device were held. */
struct jscope_hold {
	const char *device; /* as that of its requests */
	enum jscope_hold_kind kind;
	jscope_ns begin_ns, end_ns; /* UNKNOWN where it is not in the trace */
	bool cut;	 /* an end of it is not in the trace, or may be that of another */
	bool detected;	 /* an instant: the adapter saw a reset that was not the port's */
	unsigned held; /* requests that were under way when it began; 0 where cut */
	unsigned outlasting; /* of these, those that were when it ended */
};

/* The position of a stream as its device or client told it. */
struct jscope_position {
	const struct jscope_stream_info *stream;
	jscope_ns at_ns;
	unsigned epoch;
	int64_t linear_frames;   /* since the stream stopped last */
	int64_t offset_frames;   /* in the cyclic buffer */
	int64_t written_frames;  /* linear write position of the client, -1 where unknown */
	int64_t headroom_frames; /* written - linear */
	bool has_headroom;
	uint32_t accuracy_frames; /* by which it may be off, as the device says; else 0 */
	jscope_ns read_ns; /* when reading it was over */
	bool is_running;   /* in RUN, as far as the trace tells */
	/* The first in which it has moved since its begin of RUN, which is in the trace, and nothing
	 * was lost since: then how long that took, and how far it moved. */
	bool is_first;
	jscope_ns since_run_ns;
	int64_t moved_frames;
};

/*
 * How a told position does not follow from the one before: it strays from the nominal rate by more
 * than a millisecond, a hundredth of the time between them, and their accuracy (as R19 has it).
 */
enum jscope_defect {
	JSCOPE_DEFECT_STALE,	/* it moved too little, or not at all */
	JSCOPE_DEFECT_BACKWARD, /* it went back */
	JSCOPE_DEFECT_JUMP,	/* it moved too far, and is ahead from then on */
	JSCOPE_DEFECT_BURST,	/* it moved too far, and so made up for what it had lagged */
	JSCOPE_DEFECT_COUNT
};
/* "stale", "backward". */
const char *jscope_defect_name(enum jscope_defect defect);

struct jscope_position_defect {
	const struct jscope_stream_info *stream;
	jscope_ns at_ns; /* of the later position */
	unsigned epoch;
	enum jscope_defect defect;
	int64_t error_frames; /* how much further than its rate says; negative: less far */
};

/* One run of an interrupt handler; `begin_ns` UNKNOWN for an exit without entry. */
struct jscope_irq_span {
	int32_t irq;
	const char *name;
	unsigned cpu;
	jscope_ns begin_ns, end_ns; /* end UNKNOWN: cut by the end of the trace */
	bool matched;
};

/*
 * Something happened to a softirq vector; spans and raises are told apart by `what`. Each raise is
 * one record: COALESCED where another was pending, else RAISED.
 */
struct jscope_softirq_span {
	uint32_t vec;
	unsigned cpu;
	enum { JSCOPE_SOFTIRQ_RAISED, JSCOPE_SOFTIRQ_COALESCED, JSCOPE_SOFTIRQ_ENTERED,
	       JSCOPE_SOFTIRQ_LEFT } what;
	jscope_ns raised_ns; /* ENTERED: first pending raise, UNKNOWN if the trace has none */
	jscope_ns entry_ns;  /* LEFT: UNKNOWN for an exit without entry */
	jscope_ns at_ns;     /* instant of this record */
};

struct jscope_wakeup {
	uint32_t tid;
	const char *comm;
	enum jscope_context context; /* innermost handler open on the waking CPU */
	jscope_ns waking_ns, run_ns;
	bool censored; /* something was lost in between, or the trace ended: when it ran is not known */
};

/*
 * Why a device ran out, or over: where the time went between the telling that its client should have
 * answered, and the glitch. The longest stage is the cause.
 */
enum jscope_cause {
	JSCOPE_CAUSE_UNKNOWN,	     /* the trace does not tell, or has lost what would */
	JSCOPE_CAUSE_LOST_INTERRUPT, /* none had come by then */
	JSCOPE_CAUSE_LATE_INTERRUPT,
	JSCOPE_CAUSE_LATE_DEFERRED,  /* from the interrupt to the signal, or there was no signal */
	JSCOPE_CAUSE_LATE_WAKE,	     /* from the signal to the client's run, or it never ran */
	JSCOPE_CAUSE_LATE_WRITE,     /* the client ran in time, and answered late or not at all */
	JSCOPE_CAUSE_REPEATED_WRITE, /* it said again where it had said it was */
	JSCOPE_CAUSE_DEVICE, /* its position leapt, it refused an answer in time, it failed to decode */
	JSCOPE_CAUSE_COUNT
};
/* "late_wake", "device". */
const char *jscope_cause_name(enum jscope_cause cause);

/* The device had nothing to play, or no room: as the trace reports (wrt_glitch, xrun) or shows. */
struct jscope_glitch {
	const struct jscope_stream_info *stream;
	jscope_ns at_ns;
	unsigned major;
	uint64_t minor;
	/* The notification whose answer the device lacked, its seq; 0 where nobody knows. */
	uint64_t awaited;
	enum jscope_cause cause;
	/* Nothing says so: the device fell silent while its client had not yet run for the time before. */
	bool inferred;
};

/* What holds a CPU. */
enum jscope_holder {
	JSCOPE_HOLDER_UNKNOWN,	    /* the trace does not tell */
	JSCOPE_HOLDER_NONE,	    /* nothing that the device's own events would tell of */
	JSCOPE_HOLDER_IDLE,	    /* the idle task; id: the CPU */
	JSCOPE_HOLDER_THREAD,	    /* id: its number */
	JSCOPE_HOLDER_THREADED_DPC, /* id: the DPC object */
	JSCOPE_HOLDER_DPC,	    /* the same */
	JSCOPE_HOLDER_SOFTIRQ,	    /* id: its vector */
	JSCOPE_HOLDER_TASKLET,	    /* id: the tasklet */
	JSCOPE_HOLDER_TIMER,	    /* function of a high-resolution timer; id: the timer */
	JSCOPE_HOLDER_LOCAL_TIMER,  /* interrupt of the CPU's timer; id: its vector */
	JSCOPE_HOLDER_IRQ,	    /* id: its line */
	JSCOPE_HOLDER_COUNT
};

struct jscope_occupant {
	enum jscope_holder holder;
	uint32_t dev; /* device whose own events tell of it, 0 where the kernel does */
	uint64_t id;
	uint32_t tid;	    /* thread in whose place it runs, 0 where unknown */
	jscope_ns begin_ns; /* since when it is at work; what interrupted it meanwhile has ended */
	const char *name;   /* of a thread or a handler; "" where unknown */
};

/*
 * From at_ns on something else holds a CPU, or another DPC is first in its queue. Told of each CPU in
 * the order of time, whatever window and filters say: behind what an event completes.
 */
struct jscope_occupancy {
	unsigned cpu;
	jscope_ns at_ns;
	struct jscope_occupant by;
	bool left_asleep; /* the thread that held it until now waits for something; false if unknown */
	/* Told by the device's events alone: what is more urgent is never held up by what is less. */
	bool is_modelled;
	uint32_t ahead_dev; /* the first DPC of its queue: device and object, 0 for none */
	uint64_t ahead;
	/*
	 * The thread told last was not there any more: this one was when it ended, and nobody knows who was
	 * before it, and since when, as not every switch is recorded. NULL: it was there.
	 */
	const struct jscope_occupant *unseen;
};

/* A thread that waits for a CPU is moved from one to another. */
struct jscope_migration {
	uint32_t tid;
	jscope_ns at_ns;
	unsigned from, to;
};

#define JSCOPE_CPU_UNKNOWN UINT32_MAX

/* What the reader could not deliver. begin/end: the window in which it lies. */
struct jscope_loss {
	uint64_t events, packets;
	uint32_t cpu; /* whose events they are; JSCOPE_CPU_UNKNOWN where the trace does not tell */
	jscope_ns begin_ns, end_ns; /* UNKNOWN where the trace does not tell */
};

/* What a probe of our recorder of the kernel did, as it says itself; told for each of its events. */
struct jscope_probe_count {
	const char *event;
	uint64_t fired, lost; /* lost ones included in fired */
};

/* Why a flight recorder kept this trace; told before anything else that it holds. */
struct jscope_trigger {
	const char *rule; /* the condition as it was given: "wake>500us" */
	jscope_ns begin_ns, end_ns; /* what was measured */
	int64_t value, bound; /* ns, or frames of headroom */
	uint64_t key; /* thread, interrupt line, vector; of other conditions the recorder's own */
};

/*
 * An event of our own vocabulary as it stands in the trace, for those who judge it event by event.
 * slot: its struct jscope_slots_<name> (probes/vocabulary.h); borrowed. Ground truth is left out.
 */
struct jscope_vocabulary_event {
	jscope_ns ts_ns;
	uint32_t cpu;
	int64_t tid; /* -1 where the trace names no thread */
	unsigned id; /* enum jscope_event_id of this build */
	const int64_t *slot;
	/* The text of a guid slot, 32 hexadecimal digits; NULL: nobody knows. */
	const char *(*text)(void *texts, int64_t slot);
	void *texts;
};

/* NULL functions are skipped. `state` is handed to each. */
struct jscope_timeline_sink {
	void *state;
	void (*stream)(void *state, const struct jscope_stream_info *stream); /* new or changed */
	void (*notification)(void *state, const struct jscope_notification *notification);
	void (*request)(void *state, const struct jscope_request *request);
	void (*depth)(void *state, const struct jscope_depth *depth);
	void (*hold)(void *state, const struct jscope_hold *hold);
	void (*position)(void *state, const struct jscope_position *position);
	void (*irq)(void *state, const struct jscope_irq_span *span);
	void (*softirq)(void *state, const struct jscope_softirq_span *span);
	void (*wakeup)(void *state, const struct jscope_wakeup *wakeup);
	/* When its cause is known: some records after the instant. */
	void (*glitch)(void *state, const struct jscope_glitch *glitch);
	/* Before the position that it is found in. */
	void (*defect)(void *state, const struct jscope_position_defect *defect);
	void (*loss)(void *state, const struct jscope_loss *loss);
	/* Of the whole trace, whatever the window. */
	void (*probe)(void *state, const struct jscope_probe_count *count);
	/* Who asks for these pays for them: more of each event is read, and looked at once more. */
	void (*occupancy)(void *state, const struct jscope_occupancy *occupancy);
	void (*migration)(void *state, const struct jscope_migration *migration);
	void (*trigger)(void *state, const struct jscope_trigger *trigger);
	/* Every event of our vocabulary, whole trace and all devices, before what is made of it. */
	void (*vocabulary)(void *state, const struct jscope_vocabulary_event *event);
};

#endif
