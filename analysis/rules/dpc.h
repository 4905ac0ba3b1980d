/* What the benches of deferred procedure calls know of each: R33, R34 and R35..R37. */
#ifndef RULES_DPC_H
#define RULES_DPC_H

#include "rules/bench.h"

#define JSCOPE__DPCS_WAITING 256 /* in all queues at once */

/*
 * Whoever inserts and whoever runs a DPC may be on different CPUs, and a driver may record a call
 * before or after it makes it: what two events say within this time is not held against anyone.
 */
#define JSCOPE__DPC_RACE_NS (100 * JSCOPE_NS_PER_US)

enum jscope__dpc_kind { JSCOPE__DPC_ORDINARY, JSCOPE__DPC_THREADED, JSCOPE__DPC_TIMER };

struct jscope__dpc {
	int64_t dev, id;
	enum jscope__known queued;
	jscope_ns queued_ns, entered_ns;
	int64_t target_cpu, importance;
	uint64_t order; /* among all inserts */
	bool has_run;
	int64_t run, kind;
	uint32_t cpu; /* where it ran last */
	int64_t tid;
	unsigned running_count;
	/* It was inserted with success although queued, or entered without: is it a race? */
	jscope_ns doubtful_insert_ns, doubtful_entry_ns;
};

struct jscope__dpc_bench {
	struct jscope_judge *judge;
	struct jscope_map *dpcs;    /* (dev, dpc): struct jscope__dpc * */
	struct jscope_map *storage; /* (0, dev): it is an adapter, bool */
	struct jscope__dpc *waiting[JSCOPE__DPCS_WAITING];
	unsigned waiting_count;
	bool names_targets; /* some insert told another target than CPU 0, as which none reads */
	uint64_t insert_count;
};

const char *jscope__dpc_name(char object[48], const struct jscope__dpc *dpc);
bool jscope__dpc_is_race(jscope_ns then_ns, jscope_ns now_ns);

/* R35..R37: a run begins. The DPC is as it was before. */
void jscope__dpc_judge_entry(struct jscope__dpc_bench *bench,
			     const struct jscope_vocabulary_event *event,
			     const struct jscope__dpc *dpc);

#endif
