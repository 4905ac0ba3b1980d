/*
 * Insides of the adapter for LTTng kernel traces, shared by adapter_lttng*.c. One thread.
 *
 * Everything is paired by what the events name: handlers by CPU and number, softirqs by CPU and
 * vector, requests by their name or by device and sector, wake-ups by thread.
 */
#ifndef REPLAY_ADAPTER_LTTNG_H
#define REPLAY_ADAPTER_LTTNG_H

#include "adapter.h"
#include "batch.h"
#include "common/map.h"

#define JSCOPE__LTTNG_CPUS     4096
#define JSCOPE__LTTNG_NESTING  16
#define JSCOPE__LTTNG_SOFTIRQS 65536
#define JSCOPE__LTTNG_TASKS    65536
#define JSCOPE__LTTNG_REQUESTS 65536
#define JSCOPE__LTTNG_DEVICES  16384
#define JSCOPE__LTTNG_WAITS    4096
#define JSCOPE__LTTNG_TIMERS   256
#define JSCOPE__LTTNG_CLOCKS   4
#define JSCOPE__LTTNG_SETS     16384
#define JSCOPE__LTTNG_PCMS     256
#define JSCOPE__LTTNG_THREADS  16384
#define JSCOPE__LTTNG_LINES    4096
#define JSCOPE__LTTNG_WORKS    65536

/* What runs on a CPU, or what a thread runs for. */
enum jscope__lttng_what {
	JSCOPE__LTTNG_IRQ,	   /* handler of a device interrupt; id: its line */
	JSCOPE__LTTNG_LOCAL_TIMER, /* interrupt of the CPU's timer; id: its vector */
	JSCOPE__LTTNG_HRTIMER,	   /* function of a high-resolution timer; id: the timer */
	JSCOPE__LTTNG_SOFTIRQ,	   /* id: its vector */
	JSCOPE__LTTNG_TASKLET,	   /* id: the tasklet */
	JSCOPE__LTTNG_IRQ_THREAD,  /* thread of a threaded interrupt; id: its line */
	JSCOPE__LTTNG_WORK,	   /* item that a worker thread executes; id: the item */
};

/*
 * Something that is open on a CPU, and what led to it, as a notification from inside tells it. A
 * timer that expires in an interrupt is one itself; in a softirq it is part of that.
 */
struct jscope__lttng_open {
	enum jscope__lttng_what what;
	enum jscope_context
		kind; /* of a wake-up from inside: a tasklet's is SOFTIRQ, a thread's TASK */
	int64_t id;
	int64_t name; /* string id of an interrupt handler's name, else 0 */
	jscope_ns begin_ns;
	unsigned path; /* bit 1 << JSCOPE_IRQ, _QUEUED, _DEFERRED: what of this it has by nature */
	jscope_ns irq_ns;      /* entry of the one interrupt that led to it, or UNKNOWN */
	jscope_ns raised_ns;   /* its first pending raise, its waking, its queueing, or UNKNOWN */
	jscope_ns deferred_ns; /* begin of the softirq, thread or work, or UNKNOWN */
	int64_t irq_name;      /* name of the handler at irq_ns, 0 where unknown or a timer */
	bool is_told;	       /* something of its own is told from it */
	bool is_awaited;       /* HRTIMER: what it tells is wanted, and not told yet */
	jscope_ns due_ns;      /* HRTIMER: when it was to expire */
	jscope_ns slack_ns;    /* HRTIMER: and how much later it may */
	int64_t function;      /* HRTIMER: what it calls */
	struct jscope__batch batch;
};

/* A softirq vector of one CPU. */
struct jscope__lttng_softirq {
	bool pending, open;
	bool raised_once;   /* by one interrupt only, told by the two fields below */
	bool first_lost;    /* of its pending raises, perhaps */
	jscope_ns clear_ns; /* when none was pending last; 0: as the trace began */
	jscope_ns raised_ns, irq_ns;
	int64_t irq_name;
	jscope_ns entry_ns;
};

/* A call that notifies, snd_pcm_period_elapsed() for one, and is under way on a CPU. */
struct jscope__lttng_call {
	bool open, signalled;
	bool endless;	/* nothing tells its end: what the CPU does next is that */
	unsigned depth; /* of the handlers in which it is; 0: in a thread */
	int64_t tid;	/* that thread, -1 while unknown */
	jscope_ns begin_ns;
	struct jscope_notification notification;
};

/* When a timer is to expire, on its own clock; and when it was set. */
struct jscope__lttng_set {
	jscope_ns softexpires_ns, expires_ns, at_ns;
};

struct jscope__lttng_cpu {
	struct jscope__lttng_open stack[JSCOPE__LTTNG_NESTING];
	unsigned depth;
	int64_t current_tid;	    /* -1 while unknown */
	jscope_ns switched_ns;	    /* since when */
	bool is_unknown_work;	    /* it runs for something whose begin is not in the trace */
	int64_t told_tid;	    /* the thread that the occupancy tells, -1 while none, */
	int64_t current_comm;	    /* its name, and since when it runs: filled in */
	jscope_ns current_since_ns; /* only where the occupancy of CPUs is asked for */
	struct jscope__lttng_open *thread; /* what the current thread runs for, or NULL */
	bool wakes_thread;		   /* the handler that left last wakes its thread next */
	struct jscope__lttng_open waker;   /* and is this one */
	struct jscope__lttng_call call;
	int64_t unset_timer; /* taken from its queue here last, 0 for none: it may expire now */
	struct jscope__lttng_set unset;
	bool has_completed;	  /* the last completion here still looks for whom it wakes */
	unsigned completed_depth; /* from a handler of this depth */
	struct jscope_request completed;
};

struct jscope__lttng_task {
	bool waking; /* woken, not yet running */
	jscope_ns waking_ns;
	enum jscope_context context;
	unsigned running_count; /* CPUs that it is current on */
	uint32_t cpu;		/* the last of them */
};

/* What waits for a thread to run. */
#define JSCOPE__LTTNG_WAITING 4
struct jscope__lttng_wait {
	unsigned request_count, notification_count;
	struct jscope_request requests[JSCOPE__LTTNG_WAITING];
	struct jscope_notification notifications[JSCOPE__LTTNG_WAITING];
};

/* Events whose absence makes others tell less. */
enum jscope__lttng_told {
	JSCOPE__LTTNG_TOLD_CAUSES, /* something asks for what led to it: requests, sound */
	JSCOPE__LTTNG_TOLD_LOCAL_TIMER_EXIT,
	JSCOPE__LTTNG_TOLD_HRTIMER_EXIT,
	JSCOPE__LTTNG_TOLD_TASKLET_EXIT,
	JSCOPE__LTTNG_TOLD_WORK_END,
	JSCOPE__LTTNG_TOLD_IRQ_EXIT,
	JSCOPE__LTTNG_TOLD_TIMERS,   /* that timers are set: somebody wants to know of them */
	JSCOPE__LTTNG_TOLD_APPL_PTR, /* what the client of a sound card writes or reads */
};

struct jscope__lttng {
	struct jscope__output *output;
	struct jscope_reader *reader;
	bool has_waking;   /* the trace can tell sched_waking */
	bool has_pcm_pair; /* the trace can tell entry and exit of snd_pcm_period_elapsed() */
	unsigned told;	   /* bits 1 << enum jscope__lttng_told: what else it can tell */
	struct jscope__lttng_cpu *cpus[JSCOPE__LTTNG_CPUS]; /* owned */
	struct jscope_map *softirqs; /* (cpu, vec) -> pending raise and open entry */
	struct jscope_map *tasks;    /* tid -> struct jscope__lttng_task */
	struct jscope_map *waits;    /* tid -> struct jscope__lttng_wait */
	struct jscope_map *threads;  /* tid -> owned pointer: what it runs for */
	struct jscope_map *lines;    /* (irq, handler name) -> tid of its thread */
	struct jscope_map *works;    /* work item -> struct jscope__lttng_open that queued it */
	struct jscope_map *inserts;  /* request, or (dev, sector) -> one that waits for its issue */
	struct jscope_map *requests; /* the same -> one that is issued */
	struct jscope_map *devices;  /* dev -> owned pointer */
	struct jscope_map *timers;   /* (0, function) or (1, tid) -> stream of expiries */
	struct jscope_map *line_streams; /* name of a handler -> stream of whom it wakes */
	struct jscope_map *sets;	 /* timer -> struct jscope__lttng_set, until it expires */
	bool timers_tell_due; /* when they expire: nobody need remember how they were set */
	unsigned clock_count; /* of timers, other than that of the trace */
	jscope_ns clock_offsets_ns[JSCOPE__LTTNG_CLOCKS]; /* from each to that of the trace */
	struct jscope_map *pcms; /* (path, handler name) -> owned pointer */

	struct jscope_map *substreams;	 /* (card and device, substream and direction) -> owned */
	struct jscope_map *substream_of; /* (0, index of a stream) -> borrowed from substreams */
	struct jscope_map *midis;	 /* (card and device, substream) -> owned pointer */

	uint64_t refused;
};

static inline bool jscope__lttng_tells(const struct jscope__lttng *adapter,
				       enum jscope__lttng_told told)
{
	return adapter->told & 1u << told;
}

/*
 * State of a CPU, made on its first use; NULL when there are too many, which is counted. What is
 * open there and has lost events behind it is closed first: its end may be among them.
 */
struct jscope__lttng_cpu *jscope__lttng_cpu_get(struct jscope__lttng *adapter, uint32_t cpu);
/* Handlers of this CPU whose exit may lie in a gap of the trace are closed as unmatched. */
void jscope__lttng_stack_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       uint32_t cpu_id);
/* The innermost open handler, else what the current thread runs for; NULL in any other task. */
const struct jscope__lttng_open *jscope__lttng_cpu_top(const struct jscope__lttng_cpu *cpu);
/* Whether something of this CPU was lost since: what others did says nothing of what it is at. */
static inline bool jscope__lttng_cpu_lost(const struct jscope__lttng *adapter, uint32_t cpu_id,
					  jscope_ns since_ns)
{
	const struct jscope__output *output = adapter->output;

	return output->loss_count &&
	       jscope__output_lost_on(output, JSCOPE__CPU_BIT(cpu_id), since_ns, output->now_ns);
}
/*
 * Whether it is known what the CPU is at: not before the first thread is seen to come, nor where one
 * came, or what it runs for, among lost events. Where it is not, something else may be the top.
 */
bool jscope__lttng_cpu_is_sure(const struct jscope__lttng_cpu *cpu);
/* Whether another thread came to this CPU is among what was lost. */
void jscope__lttng_current_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
				 uint32_t cpu_id);
enum jscope_context jscope__lttng_cpu_context(const struct jscope__lttng_cpu *cpu);

/* Something begins on this CPU. What cannot begin twice at once has lost its end: it is closed. */
void jscope__lttng_push(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			uint32_t cpu_id, const struct jscope__lttng_open *open);
/* The innermost one ends, if it is this one: true, and what it was. */
bool jscope__lttng_pop(struct jscope__lttng_cpu *cpu, enum jscope__lttng_what what, int64_t id,
		       struct jscope__lttng_open *ret_open);
/* After that: no wake-up belongs any more to a completion or a call in what has ended. */
void jscope__lttng_left(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu, bool matched);

/* The handler of an interrupt left and wakes its thread. */
void jscope__lttng_thread_ask(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope__lttng_open *handler);
/* A thread is woken on this CPU behind that. */
void jscope__lttng_thread_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
				int64_t tid, jscope_ns at_ns);
/* A thread goes on on this CPU; comm: string id of its name. */
void jscope__lttng_thread_runs(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       int64_t tid, int64_t comm, jscope_ns at_ns);
/* What threads run for since before lost events is not known any more. */
void jscope__lttng_thread_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);

/* One run of an interrupt handler is over. */
void jscope__lttng_irq_tell(struct jscope__lttng *adapter, const struct jscope__lttng_open *open,
			    unsigned cpu, jscope_ns end_ns, bool matched);

jscope__handler_fn jscope__lttng_irq_entry, jscope__lttng_irq_exit;
jscope__handler_fn jscope__lttng_softirq_raise, jscope__lttng_softirq_entry,
	jscope__lttng_softirq_exit;
jscope__handler_fn jscope__lttng_local_timer_entry, jscope__lttng_local_timer_exit;
jscope__handler_fn jscope__lttng_hrtimer_start, jscope__lttng_hrtimer_cancel,
	jscope__lttng_hrtimer_entry, jscope__lttng_hrtimer_exit;
jscope__handler_fn jscope__lttng_tasklet_entry, jscope__lttng_tasklet_exit;
jscope__handler_fn jscope__lttng_work_queue, jscope__lttng_work_start, jscope__lttng_work_end;
jscope__handler_fn jscope__lttng_waking, jscope__lttng_wakeup, jscope__lttng_wakeup_new,
	jscope__lttng_switch;
jscope__handler_fn jscope__lttng_block_insert, jscope__lttng_block_issue,
	jscope__lttng_block_complete, jscope__lttng_block_requeue;
jscope__handler_fn jscope__lttng_pcm_entry, jscope__lttng_pcm_exit, jscope__lttng_pcm_probe,
	jscope__lttng_pcm_appl_ptr, jscope__lttng_pcm_xrun;
jscope__handler_fn jscope__lttng_midi_receive;
/* Behind those: who holds the CPU now. The second one where another thread may. */
jscope__handler_fn jscope__lttng_occupied, jscope__lttng_occupied_anew, jscope__lttng_migrated;
jscope__handler_fn jscope__lttng_disk_told, jscope__lttng_probe_told, jscope__lttng_trigger_told;

/* Slots of the events, in the order of the wants in adapter_lttng.c. */
struct jscope__lttng_irq_slots {
	int64_t irq, name, ret;
};
struct jscope__lttng_timer_slots {
	int64_t vector;
};
struct jscope__lttng_hrtimer_slots {
	int64_t hrtimer, function, now_ns, softexpires_ns, expires_ns;
};
struct jscope__lttng_tasklet_slots {
	int64_t tasklet;
};
struct jscope__lttng_work_slots {
	int64_t work;
};
struct jscope__lttng_softirq_slots {
	int64_t vec;
};
struct jscope__lttng_wake_slots {
	int64_t tid, pid;
};
struct jscope__lttng_switch_slots {
	int64_t next_tid, next_pid, next_comm, prev_tid, prev_pid;
	int64_t prev_comm, prev_state; /* only where the occupancy of CPUs is asked for */
};
struct jscope__lttng_migrate_slots {
	int64_t tid, pid, orig_cpu, dest_cpu;
};
struct jscope__lttng_block_slots {
	int64_t dev, sector, nr_sector, rwbs, error, errors, rq, tag;
};
struct jscope__lttng_disk_slots {
	int64_t dev, name;
};
struct jscope__lttng_probe_slots {
	int64_t fired, lost, event;
};
struct jscope__lttng_trigger_slots {
	int64_t begin_ns, end_ns, value, bound, key, rule;
};

/* -1 where an event has no such field. */
struct jscope__lttng_pcm_slots {
	int64_t card, device, substream, stream, hw_ptr, appl_ptr, boundary, buffer_size,
		period_size, stop_threshold, rate, state, id;
};
struct jscope__lttng_midi_slots {
	int64_t card, device, substream, count;
};

/* What led to a notification, and the path that it has by that. */
void jscope__lttng_cause_note(struct jscope_notification *notification,
			      const struct jscope__lttng_open *cause);
/* A stream has by nature whatever instants one of its notifications has. */
void jscope__lttng_path_note(struct jscope__lttng *adapter, struct jscope_stream_info *info,
			     unsigned path);
/* A thread is woken that will run: by an interrupt, for the first time, and by nothing else? */
bool jscope__lttng_line_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope_event *event, int64_t tid,
			      struct jscope_notification *ret_notification);
size_t jscope__lttng_line_size(void);
/* No wake-up belongs to the last completion of that CPU any more: it goes on with something else. */
void jscope__lttng_completion_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);
/*
 * A call that notifies begins with the event in hand: the next thread that is woken in it is told by
 * it. notification: what is known by now, without instants; those of what led to it are noted.
 */
void jscope__lttng_call_begin(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope_event *event, struct jscope_stream_info *info,
			      const struct jscope_notification *notification);
/* Whether whom this CPU wakes now is told by its call: neither what interrupts it nor another thread is. */
bool jscope__lttng_call_wakes(const struct jscope__lttng_cpu *cpu);
/* It ends without anybody woken, or ended unseen. */
void jscope__lttng_call_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);
/* The CPU goes on with something else: a call whose end nothing tells is over. */
void jscope__lttng_call_bound(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);
/* What the CPU was at has ended, or nobody knows what that was: so has a call in it. */
void jscope__lttng_call_left(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			     bool matched);
/* A notification of which the scheduler has nothing more to tell. */
void jscope__lttng_notified(struct jscope__lttng *adapter,
			    const struct jscope_notification *notification);
/* `tid` was woken on this CPU: whatever ends in that wake waits for it to run. */
void jscope__lttng_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			 const struct jscope_event *event, int64_t tid, bool will_run);
/* `tid` runs, whose name is the string `comm`: what waited for it is complete. */
void jscope__lttng_runs(struct jscope__lttng *adapter, int64_t tid, int64_t comm, jscope_ns at_ns);

/* A timer expires with this event: note when it was due, and whether anybody wants to know. */
void jscope__lttng_timer_begin(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       const struct jscope_event *event, struct jscope__lttng_open *expiry);
/*
 * A thread is woken that will run: by the timer that expires on this CPU, for the first time? Then
 * what it tells, without a stream.
 */
bool jscope__lttng_timer_woken(struct jscope__lttng_cpu *cpu, const struct jscope_event *event,
			       int64_t tid, struct jscope_notification *ret_notification);
/* That thread runs, or the trace ended before. */
void jscope__lttng_timer_run(struct jscope__lttng *adapter,
			     struct jscope_notification *notification, int64_t comm);
/* The expiry of a timer is over; nothing is told of one that woke a thread. */
void jscope__lttng_timer_unheard(struct jscope__lttng *adapter,
				 const struct jscope__lttng_open *expiry, uint32_t cpu,
				 enum jscope_class class);

void jscope__lttng_block_finish(struct jscope__lttng *adapter);
size_t jscope__lttng_timer_size(void);
size_t jscope__lttng_queued_size(void);
size_t jscope__lttng_issued_size(void);
void jscope__lttng_irq_finish(struct jscope__lttng *adapter);
void jscope__lttng_wait_finish(struct jscope__lttng *adapter);
void jscope__lttng_tasks_finish(struct jscope__lttng *adapter);
void jscope__lttng_pcm_finish(struct jscope__lttng *adapter);

#endif
