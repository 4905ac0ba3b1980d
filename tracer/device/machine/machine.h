/*
 * The modelled machine: CPUs, the lock, identities, and the context that code runs in.
 *
 * Objects (DPCs, events, interrupt lines, streams) are named in the trace by identities that count
 * from 1 in order of creation and not by addresses, so that virtual runs can be repeated to the
 * byte.
 */
#ifndef DEVICE_MACHINE_H
#define DEVICE_MACHINE_H

#include <stdatomic.h>

#include "clock.h"

#define JSCOPE__CPUS_MAX 64

/* Interrupt request levels. Devices of this machine interrupt at one level. */
enum jscope__irql {
	JSCOPE__IRQL_PASSIVE = 0,
	JSCOPE__IRQL_DISPATCH = 2,
	JSCOPE__IRQL_DEVICE = 5,
};

/* DPCs that wait for one CPU, the next to run first. */
struct jscope__dpc_queue {
	struct jscope__dpc *first, *last;
};

struct jscope__cpu {
	uint32_t number; /* as the trace shows it; the clock says which */
	struct jscope__dpc_queue dpcs;
	struct jscope__dpc_queue threaded; /* run at passive level, when there are no others */
};

struct jscope__adapter;

struct jscope__machine {
	struct jscope__clock *clock; /* borrowed */
	uint32_t cpu_count;
	struct jscope__cpu cpus[JSCOPE__CPUS_MAX];
	uint64_t id_last;
	uint64_t seed; /* of all that is random */
	jscope_ns
		boot_ns; /* when it was put together: tick counts and burst schedules begin here */
	struct jscope__faults *faults; /* borrowed; NULL: none are scheduled */
	/*
	 * It is to come to rest: nothing takes time any more. A scenario may hold interrupts up for
	 * longer than it takes the next one to come, and whoever stops it would wait for ever.
	 */
	atomic_bool ending;
	struct jscope__adapter *adapters; /* of StorPort, to be found by extension; borrowed */
};

/* What runs where: handed to every callback, and by it to every method it calls. */
struct jscope__context {
	struct jscope__machine *machine;
	uint32_t cpu; /* index of the modelled CPU */
	uint8_t irql;
	uint32_t tid;
	jscope_ns entered_ns; /* stamp of the entry of the ISR or DPC that runs; 0 outside */
	uint64_t dpc_id;      /* the DPC that runs; 0 outside */
	uint64_t dpc_run;     /* its execution number */
	jscope_ns more_ns;    /* set by the routine of a DPC: to be called again after so long */
};

/* cpu_count: 1 .. JSCOPE__CPUS_MAX; CPU i is numbered i until the clock says otherwise. */
void jscope__machine_init(struct jscope__machine *machine, struct jscope__clock *clock,
			  uint32_t cpu_count);

/* A fresh identity. While the machine is put together, or under the lock. */
uint64_t jscope__machine_id(struct jscope__machine *machine);

/* As much of a delay as there is time for: all of it, but while the machine comes to its end. */
jscope_ns jscope__machine_delay(const struct jscope__machine *machine, jscope_ns delay_ns);

jscope_ns jscope__machine_now(struct jscope__machine *machine);
/*
 * The timestamp of the latest probe, for the ground truth: exact in virtual time; in real time the
 * present, which is a little later.
 */
jscope_ns jscope__machine_stamp(struct jscope__machine *machine);
void jscope__machine_lock(struct jscope__machine *machine);
void jscope__machine_unlock(struct jscope__machine *machine);

#endif
