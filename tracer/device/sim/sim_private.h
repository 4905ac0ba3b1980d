/*
 * Insides of the simulated clock, shared by sim*.c.
 *
 *   sim.c        occasions, timers, the operations of a clock
 *   sim_cpu.c    what a CPU does next
 *   sim_task.c   tasks that are ready, run, wait
 */
#ifndef DEVICE_SIM_PRIVATE_H
#define DEVICE_SIM_PRIVATE_H

#include "dpc.h"
#include "line.h"
#include "occasions.h"
#include "sim.h"

#define JSCOPE__SIM_INTERRUPTS 256 /* that wait for one CPU */

/* Of threads: the device, then one per CPU for ISRs and DPCs, one for threaded DPCs, the tasks. */
#define JSCOPE__SIM_TID_DEVICE 1

enum jscope__sim_level {
	JSCOPE__SIM_NOTHING = -1,
	JSCOPE__SIM_TASK,
	JSCOPE__SIM_THREADED,
	JSCOPE__SIM_DPC,
	JSCOPE__SIM_ISR,
	JSCOPE__SIM_LEVELS
};

enum jscope__sim_task_state {
	JSCOPE__SIM_READY,    /* in the list of its CPU, or on it */
	JSCOPE__SIM_WAITING,  /* for an event, which may be signalled already */
	JSCOPE__SIM_STEPPING, /* its step is being called */
	JSCOPE__SIM_ENDED,
};

struct jscope__sim_task {
	struct jscope__sim *sim;
	struct jscope__task *task; /* borrowed */
	struct jscope__sim_cpu *cpu;
	int32_t tid;
	char procname[JSCOPE__PROCNAME_SIZE];
	enum jscope__sim_task_state state;
	enum jscope__cause cause; /* that it is called with next */
	bool waits;		  /* stands in the list of `event`, and leaves it when it runs */
	struct jscope__kevent *event;
	jscope_ns left_ns; /* CPU time, before it is called */
	size_t place;	   /* of its wake among the occasions */
	struct jscope__sim_task *next_ready;
};

struct jscope__sim_cpu {
	struct jscope__sim *sim;
	uint32_t index;
	char procname[JSCOPE__PROCNAME_SIZE], procname_threaded[JSCOPE__PROCNAME_SIZE];
	/* What has begun at each level; the highest one runs, those below are interrupted. */
	bool active[JSCOPE__SIM_LEVELS];
	jscope_ns left_ns[JSCOPE__SIM_LEVELS];
	struct jscope__service service;
	struct jscope__execution execution[JSCOPE__SIM_LEVELS]; /* of DPC and THREADED */
	struct jscope__sim_task *task;
	/* Since when the running level has used CPU time that is not yet taken from left_ns. */
	enum jscope__sim_level running;
	jscope_ns since_ns;
	jscope_ns stalled_until_ns;
	struct jscope__interrupt interrupts[JSCOPE__SIM_INTERRUPTS];
	unsigned interrupt_first, interrupt_count;
	uint64_t accepted_count, served_count; /* interrupts */
	struct jscope__sim_task *ready;	       /* by priority, the first one next */
	size_t place;			       /* of its next change among the occasions */
};

struct jscope__sim {
	struct jscope__clock clock;
	struct jscope__machine *machine;
	struct jscope__present present;
	struct jscope__occasions occasions;
	struct jscope__sim_cpu *attended; /* whose change is being worked on; NULL: none */
	jscope_ns end_ns; /* nobody wants to know what comes later */
	bool stopping;
	unsigned ended_count;
	uint64_t refused_count;
	int error;
	unsigned task_count;
	struct jscope__sim_task *tasks; /* owned */
	struct jscope__sim_cpu cpus[JSCOPE__CPUS_MAX];
};

static inline jscope_ns jscope__sim_now(const struct jscope__sim *sim)
{
	return sim->present.time_ns;
}

void jscope__sim_occasion(struct jscope__sim *sim, enum jscope__occasion_kind kind, void *object,
			  size_t *place, jscope_ns due_ns);
/* Do the first occasion. There must be one. */
void jscope__sim_do_first(struct jscope__sim *sim);

void jscope__sim_cpu_init(struct jscope__sim_cpu *cpu, struct jscope__sim *sim, uint32_t index);
/* Something may have changed: start, go on with or end what the CPU does, until it needs time. */
void jscope__sim_cpu_attend(struct jscope__sim_cpu *cpu);
/* Attend to it at once, or as soon as what happens at this instant is over. */
void jscope__sim_cpu_kick(struct jscope__sim_cpu *cpu);
bool jscope__sim_cpu_is_idle(const struct jscope__sim_cpu *cpu);

/* Is `cpu` to go on with a ready task rather than with what it has? */
bool jscope__sim_task_is_next(const struct jscope__sim_cpu *cpu);
/* Put the first ready task on its CPU. */
void jscope__sim_task_dispatch(struct jscope__sim_cpu *cpu);
/* The task on a CPU has worked, or woken: call it and do as it says. */
void jscope__sim_task_step(struct jscope__sim_cpu *cpu);
void jscope__sim_task_wake(struct jscope__sim_task *task);
/* The instant of its wake has come. */
void jscope__sim_task_ready(struct jscope__sim_task *task);
void jscope__sim_task_stop(struct jscope__sim_task *task);

#endif
