/*
 * A miniport with its host bus adapter (HBA) and disk.
 *
 *   HwStorStartIo -> waiting --doorbell--> in flight --device done--> completed --ISR--> found
 *                                                        --DPC--> RequestComplete
 *
 * HwStorStartIo writes the command where the HBA fetches it, and rings; the HBA hands all that wait
 * to the device at once, as far as the device has slots, and each takes its own time there. Each
 * queue has an interrupt, which waits for `batch` completions or for `batch_wait`. An interrupt that
 * nobody hears is asserted again after a while, so that one that is lost costs time and no request.
 *
 * Other things happen to an HBA, too: its link goes down and up, it wants a pause, the bus is reset.
 * They have causes in a register that the ISR of the first queue reads, and its DPC acts on.
 */
#ifndef DEVICE_HBA_H
#define DEVICE_HBA_H

#include "kevent.h"
#include "stor.h"
#include "tracer/scenario.h"

#define JSCOPE__HBA_QUEUES JSCOPE_QUEUES_MAX

enum jscope__hba_cause {
	JSCOPE__HBA_LINK,  /* went down or up */
	JSCOPE__HBA_PAUSE, /* wants one */
	JSCOPE__HBA_RESUME,
	JSCOPE__HBA_WMI,
	JSCOPE__HBA_RESET_WANTED, /* by whoever watches the disk */
	JSCOPE__HBA_RESET_SEEN,	  /* on the bus */
	JSCOPE__HBA_CAUSES
};

struct jscope__hba;

struct jscope__hba_queue {
	struct jscope__hba *hba;
	struct jscope__line line;
	struct jscope__dpc dpc;
	/* Under the lock: */
	struct jscope__srb_list completed, found;
	uint64_t found_count;
	uint32_t unsignalled; /* completed since the last interrupt */
	jscope_ns full_ns;    /* when `batch` of them were there; 0: not yet */
	jscope_ns deadline_ns;
	jscope_ns asserted_ns; /* an interrupt is on its way since then; 0: none */
};

struct jscope__hba {
	const struct jscope_disk_settings *settings; /* borrowed */
	struct jscope__adapter *adapter;	     /* borrowed */
	struct jscope__kevent *reset_event;	     /* of the task that resets the bus, borrowed */
	struct jscope__timer timer;
	struct jscope__delay device_delay;
	struct jscope__hba_queue queues[JSCOPE__HBA_QUEUES];
	/* Under the lock: */
	struct jscope__srb_list waiting, in_flight;
	bool halted; /* by BufferOverrunDetected, or for removal */
	bool link_down, link_told_down;
	jscope_ns link_up_ns;		       /* when it last came up */
	jscope_ns next_down_ns, next_up_ns;    /* of the link */
	jscope_ns next_ns[JSCOPE__HBA_CAUSES]; /* of the other things that happen again and again */
	uint32_t causes, causes_found;	       /* bits: in the register; read by the ISR */
	uint32_t in_hand;		       /* found requests that a DPC is completing */
	uint64_t wmi_count;
	struct jscope__srb *stale; /* to be completed again, by fault */
};

extern const struct jscope__miniport jscope__hba_miniport;

/* settings, adapter, reset_event and the lines and DPCs of the queues are there already. */
void jscope__hba_init(struct jscope__hba *hba);

/* Before StorPortInitialize: begin. Before removal: stop, so that nothing happens any more. */
void jscope__hba_open(struct jscope__hba *hba);
void jscope__hba_close(struct jscope__hba *hba);

/* The bus was reset: the HBA sees it. Without the lock. */
void jscope__hba_see_reset(struct jscope__hba *hba);

/* For the files of the miniport. */

/* Set the timer of the HBA to what comes next. Under the lock. */
void jscope__hba_arm(struct jscope__hba *hba);
/* What happens by itself, up to now. Under the lock. */
void jscope__hba_happen(struct jscope__context *context, struct jscope__hba *hba, jscope_ns now_ns);
jscope_ns jscope__hba_next_happening_ns(const struct jscope__hba *hba);

bool jscope__hba_interrupt(struct jscope__context *context, void *extension,
			   const struct jscope__interrupt *interrupt);
void jscope__hba_dpc(struct jscope__context *context, void *state, uint64_t argument);
void jscope__hba_reset_bus(struct jscope__context *context, void *extension, uint8_t path);

/* All commands that the HBA has, in the order of its stations. Under the lock. */
struct jscope__srb_list jscope__hba_take_all(struct jscope__hba *hba);

/* Complete a request that has left the lists. done_ns: the clock as read for its batch. */
void jscope__hba_complete(struct jscope__context *context, struct jscope__hba *hba,
			  struct jscope__srb *srb, jscope_ns done_ns);

/* How long until a request that was found is to be completed; 0 unless it was recorded. Under the lock. */
jscope_ns jscope__hba_left_ns(const struct jscope__hba *hba, const struct jscope__srb *srb);

/* Act on causes, in the DPC. */
void jscope__hba_act(struct jscope__context *context, struct jscope__hba *hba, uint32_t causes);
/* RequestTimerCall, if the scenario has a timer; cancel it. */
void jscope__hba_timer_set(struct jscope__context *context, struct jscope__hba *hba);
void jscope__hba_timer_cancel(struct jscope__context *context, struct jscope__hba *hba);

/* The mistakes of the scenario that need no occasion of their own. At dispatch level. */
void jscope__hba_err(struct jscope__context *context, struct jscope__hba *hba);

#endif
