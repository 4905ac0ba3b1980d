/*
 * The ground truth of a stream's notifications: for every event that a client has registered and
 * every point, when what happened (truth_chain).
 *
 * Entries follow a notification through the model's own hands: the point goes with its interrupt
 * into the DPC, from there with every signal to the wake that consumes it. Nothing is ever paired
 * by looking at records or at times. A chain is told as soon as nothing more can happen to it.
 *
 * All functions are called under the machine's lock.
 */
#ifndef DEVICE_WAVERT_TRUTH_H
#define DEVICE_WAVERT_TRUTH_H

#include "kevent.h"
#include "machine.h"

/*
 * Open at once. Beyond, the oldest chain is told as far as it came and the oldest point forgotten;
 * both are counted.
 */
#define JSCOPE__LEDGER_POINTS 1024
#define JSCOPE__LEDGER_CHAINS 256

struct jscope__truth_point {
	uint64_t point;
	jscope_ns due_ns;
	uint64_t irq_seq; /* 0: no interrupt of its own has come */
	jscope_ns irq_ns, queued_ns;
};

struct jscope__truth_chain {
	const struct jscope__kevent *event;
	struct jscope__truth_point point;
	jscope_ns deferred_ns;
	uint64_t run;
	jscope_ns signal_ns;
	uint64_t wake; /* number of the wake that consumes the signal; 0: none does */
	jscope_ns run_ns, served_ns;
};

struct jscope__ledger {
	uint32_t dev;
	uint64_t stream;
	struct jscope__truth_point points[JSCOPE__LEDGER_POINTS]; /* oldest first */
	unsigned point_count;
	struct jscope__truth_chain chains[JSCOPE__LEDGER_CHAINS]; /* oldest first */
	unsigned chain_count;
	uint64_t refused_count;
	jscope_ns
		answered_ns; /* when the client first moved a packet or its position since it woke */
};

/* The device reached a point. */
void jscope__ledger_cross(struct jscope__ledger *ledger, uint64_t point, jscope_ns due_ns);
/* Its interrupt is served: entry of the routine, and insert of the DPC when that has happened. */
void jscope__ledger_interrupt(struct jscope__ledger *ledger, uint64_t point, uint64_t irq_seq,
			      jscope_ns irq_ns);
void jscope__ledger_queue(struct jscope__ledger *ledger, uint64_t point, jscope_ns queued_ns);
/*
 * The DPC of the context serves the points up to `point` for an event, which it has set if
 * `signal_ns` is not 0.
 */
void jscope__ledger_signal(struct jscope__ledger *ledger, struct jscope__context *context,
			   const struct jscope__kevent *event, uint64_t point, jscope_ns signal_ns);
/* The DPC has done so for all events. */
void jscope__ledger_forget(struct jscope__ledger *ledger, uint64_t point);

/* The client of an event runs, has answered, is done with what it woke for. */
void jscope__ledger_run(struct jscope__ledger *ledger, const struct jscope__kevent *event,
			jscope_ns run_ns);
void jscope__ledger_answer(struct jscope__ledger *ledger, const struct jscope__kevent *event,
			   jscope_ns served_ns);
void jscope__ledger_settle(struct jscope__ledger *ledger, const struct jscope__kevent *event);

/* The event is unregistered: tell what is open of it. The points up to here will not be served. */
void jscope__ledger_close_event(struct jscope__ledger *ledger, const struct jscope__kevent *event);
void jscope__ledger_close_points(struct jscope__ledger *ledger,
				 struct jscope__kevent *const *events, unsigned event_count);

#endif
