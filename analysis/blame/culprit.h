/*
 * Whom a part of a chain is put down to. Inside analysis/.
 */
#ifndef ANALYSIS_CULPRIT_H
#define ANALYSIS_CULPRIT_H

#include "holders.h"

enum jscope__culprit_kind {
	JSCOPE__CULPRIT_UNKNOWN,      /* object: enum jscope__unknown */
	JSCOPE__CULPRIT_ITSELF,	      /* what serves it; object: enum jscope__self */
	JSCOPE__CULPRIT_OWN_PREVIOUS, /* what is to serve it still was at what came before */
	JSCOPE__CULPRIT_IRQ,	      /* from here to RECORDER object: number of the occupant */
	JSCOPE__CULPRIT_TIMER,
	JSCOPE__CULPRIT_SOFTIRQ,
	JSCOPE__CULPRIT_THREAD,
	JSCOPE__CULPRIT_DPC,
	JSCOPE__CULPRIT_DPC_AHEAD, /* it runs, or waits, before ours in the queue */
	JSCOPE__CULPRIT_UNSEEN,	   /* that thread, or who ran before it: not every switch is told */
	JSCOPE__CULPRIT_RECORDER,  /* by its name it may have made this trace */
	JSCOPE__CULPRIT_IDLE_EXIT, /* from here to MIGRATION object: CPU */
	JSCOPE__CULPRIT_SILENT,	   /* nothing of it is in the trace: it stood still, or was free */
	JSCOPE__CULPRIT_NOT_CALLED, /* it did other things that could not keep ours from running */
	JSCOPE__CULPRIT_MIGRATION,  /* it was free, and the thread was yet to be moved away */
	JSCOPE__CULPRIT_SLACK, /* of its timer: the kernel is free to wait; object: 0 from here on */
	JSCOPE__CULPRIT_DEVICE,
	JSCOPE__CULPRIT_REQUEST_QUEUE, /* of the device or its scheduler */
	JSCOPE__CULPRIT_HOLD,	       /* object: enum jscope_hold_kind */
	JSCOPE__CULPRIT_OTHERS,	       /* those that there was no room for */
	JSCOPE__CULPRIT_KIND_COUNT
};

enum jscope__self {
	JSCOPE__SELF_IRQ,
	JSCOPE__SELF_DEFERRED,
	JSCOPE__SELF_CLIENT,
	JSCOPE__SELF_ASLEEP /* its client, which waits for something else */
};

struct jscope__culprit {
	uint32_t kind, object;
};

/* "irq", "dpc_ahead". */
const char *jscope__culprit_kind_name(enum jscope__culprit_kind kind);

/* Room for a culprit in words, its NUL included. */
#define JSCOPE__CULPRIT_SIZE 96

/* "guest_hog/123", "irq 11 snd_intel8x0", "ISR of line 5 (dev2)"; cleaned. Returns text. */
char *jscope__culprit_text(const struct jscope__holders *holders, struct jscope__culprit culprit,
			   char text[JSCOPE__CULPRIT_SIZE]);

static inline bool jscope__culprit_is_same(struct jscope__culprit a, struct jscope__culprit b)
{
	return a.kind == b.kind && a.object == b.object;
}

/* Whether its object is a CPU. */
bool jscope__culprit_has_cpu(struct jscope__culprit culprit);

/* The one that a holder of a CPU is to whom it keeps waiting. */
struct jscope__culprit jscope__culprit_of(const struct jscope__holders *holders, uint32_t occupant);
/* The occupant that it is about, or NULL. */
const struct jscope__occupant *jscope__culprit_occupant(const struct jscope__holders *holders,
							struct jscope__culprit culprit);

#endif
