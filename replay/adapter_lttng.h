/*
 * Insides of the adapter for LTTng kernel traces, shared by adapter_lttng*.c. One thread.
 *
 * Everything is paired by what the events name: handlers by CPU and number, softirqs by CPU and
 * vector, requests by device and sector, wake-ups by thread.
 */
#ifndef REPLAY_ADAPTER_LTTNG_H
#define REPLAY_ADAPTER_LTTNG_H

#include "adapter.h"
#include "common/map.h"

#define JSCOPE__LTTNG_CPUS     4096
#define JSCOPE__LTTNG_NESTING  16
#define JSCOPE__LTTNG_SOFTIRQS 65536
#define JSCOPE__LTTNG_TASKS    65536
#define JSCOPE__LTTNG_REQUESTS 65536
#define JSCOPE__LTTNG_DEVICES  1024
#define JSCOPE__LTTNG_WAITS    4096
#define JSCOPE__LTTNG_PCMS     256

/* A handler that is open on a CPU. */
struct jscope__lttng_open {
	enum jscope_context kind; /* IRQ or SOFTIRQ */
	int64_t id;		  /* irq, or vec */
	int64_t name;		  /* string id of the handler's name */
	jscope_ns begin_ns;
	jscope_ns irq_ns;    /* SOFTIRQ: entry of the one interrupt that raised it, or UNKNOWN */
	jscope_ns raised_ns; /* SOFTIRQ: its first pending raise, or UNKNOWN */
	int64_t irq_name;    /* SOFTIRQ: name of the handler that raised it, 0 where unknown */
};

/* A softirq vector of one CPU. */
struct jscope__lttng_softirq {
	bool pending, open;
	bool raised_once; /* by one interrupt only, told by the two fields below */
	jscope_ns raised_ns, irq_ns;
	int64_t irq_name;
	jscope_ns entry_ns;
};

/* A call of snd_pcm_period_elapsed() that is under way on a CPU. */
struct jscope__lttng_call {
	bool open, signalled;
	jscope_ns begin_ns;
	struct jscope_notification notification;
};

struct jscope__lttng_cpu {
	struct jscope__lttng_open stack[JSCOPE__LTTNG_NESTING];
	unsigned depth;
	int64_t current_tid; /* -1 while unknown */
	struct jscope__lttng_call call;
	bool has_completed; /* the last completion here still looks for whom it wakes */
	struct jscope_request completed;
};

struct jscope__lttng_task {
	bool waking; /* woken, not yet running */
	jscope_ns waking_ns;
	enum jscope_context context;
	unsigned running_count; /* CPUs that it is current on */
};

/* What waits for a thread to run. */
#define JSCOPE__LTTNG_WAITING 4
struct jscope__lttng_wait {
	unsigned request_count, notification_count;
	struct jscope_request requests[JSCOPE__LTTNG_WAITING];
	struct jscope_notification notifications[JSCOPE__LTTNG_WAITING];
};

struct jscope__lttng {
	struct jscope__output *output;
	struct jscope_reader *reader;
	bool has_waking;   /* the trace can tell sched_waking */
	bool has_pcm_pair; /* the trace can tell entry and exit of snd_pcm_period_elapsed() */
	struct jscope__lttng_cpu *cpus[JSCOPE__LTTNG_CPUS]; /* owned */
	struct jscope_map *softirqs; /* (cpu, vec) -> pending raise and open entry */
	struct jscope_map *tasks;    /* tid -> struct jscope__lttng_task */
	struct jscope_map *waits;    /* tid -> struct jscope__lttng_wait */
	struct jscope_map *inserts;  /* (dev, sector) -> jscope_ns of its insertion */
	struct jscope_map *requests; /* (dev, sector) -> one that is issued */
	struct jscope_map *devices;  /* dev -> owned pointer */
	struct jscope_map *pcms;     /* (handler name, in softirq) -> owned pointer */
	uint64_t refused;
};

/*
 * State of a CPU, made on its first use; NULL when there are too many, which is counted. What is
 * open there and has lost events behind it is closed first: its end may be among them.
 */
struct jscope__lttng_cpu *jscope__lttng_cpu_get(struct jscope__lttng *adapter, uint32_t cpu);
/* Handlers of this CPU whose exit may lie in a gap of the trace are closed as unmatched. */
void jscope__lttng_stack_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       uint32_t cpu_id);
/* The innermost open handler, NULL in a task. */
const struct jscope__lttng_open *jscope__lttng_cpu_top(const struct jscope__lttng_cpu *cpu);
enum jscope_context jscope__lttng_cpu_context(const struct jscope__lttng_cpu *cpu);

jscope__handler_fn jscope__lttng_irq_entry, jscope__lttng_irq_exit;
jscope__handler_fn jscope__lttng_softirq_raise, jscope__lttng_softirq_entry,
	jscope__lttng_softirq_exit;
jscope__handler_fn jscope__lttng_waking, jscope__lttng_wakeup, jscope__lttng_wakeup_new,
	jscope__lttng_switch;
jscope__handler_fn jscope__lttng_block_insert, jscope__lttng_block_issue,
	jscope__lttng_block_complete;
jscope__handler_fn jscope__lttng_pcm_entry, jscope__lttng_pcm_exit, jscope__lttng_pcm_probe;

/* Slots of the events, in the order of the wants in adapter_lttng.c. */
struct jscope__lttng_irq_slots {
	int64_t irq, name;
};
struct jscope__lttng_softirq_slots {
	int64_t vec;
};
struct jscope__lttng_wake_slots {
	int64_t tid, pid;
};
struct jscope__lttng_switch_slots {
	int64_t next_tid, next_pid, next_comm;
};
struct jscope__lttng_block_slots {
	int64_t dev, sector, nr_sector, rwbs, error, errors;
};

/* A handler of that CPU left, or the CPU goes on with something else: no wake belongs to the last
 * completion any more. */
void jscope__lttng_completion_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);
/* A call of snd_pcm_period_elapsed() that ends without anybody woken, or ended unseen. */
void jscope__lttng_call_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu);
/* `tid` was woken on this CPU: whatever ends in that wake waits for it to run. */
void jscope__lttng_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu, int64_t tid,
			 jscope_ns at_ns, bool will_run);
/* `tid` runs: what waited for it is complete. */
void jscope__lttng_runs(struct jscope__lttng *adapter, int64_t tid, jscope_ns at_ns);

void jscope__lttng_block_finish(struct jscope__lttng *adapter);
size_t jscope__lttng_issued_size(void);
void jscope__lttng_irq_finish(struct jscope__lttng *adapter);
void jscope__lttng_wait_finish(struct jscope__lttng *adapter);

#endif
