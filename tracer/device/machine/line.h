/*
 * Interrupt lines. A device asserts its line; after the delay of the line the clock brings the
 * interrupt to the line's CPU, where the service routine (ISR) runs and says whether the interrupt
 * was its own.
 *
 * Every assertion is one interrupt with a number of its own, counted from 1. Where the CPU was so
 * late that the device has asserted several times, the interrupts are delivered one after the
 * other, each with the instant of its own assertion: nothing merges on the line, only in the DPC
 * queue. An interrupt that is lost on its way has had its number all the same.
 *
 * Devices may share a line: then the routines are asked in the order in which they were connected,
 * until one claims the interrupt (DOMAIN 2.3, "Normal"). Each asking is an irq_entry and irq_exit of
 * the device that is asked; the number is 0 for a device that did not assert.
 */
#ifndef DEVICE_LINE_H
#define DEVICE_LINE_H

#include "delay.h"
#include "machine.h"

#define JSCOPE__LINE_PENDING 64

/* One assertion, on its way. */
struct jscope__interrupt {
	struct jscope__line *line;
	uint64_t seq;
	jscope_ns asserted_ns;
	uint64_t argument; /* of the device: what it was for */
};

/* An interrupt routine: whether the device had interrupted. */
typedef bool jscope__isr_fn(struct jscope__context *context, void *state,
			    const struct jscope__interrupt *interrupt);

struct jscope__line {
	uint32_t number;
	uint32_t dev;
	uint32_t cpu; /* index of the CPU that it interrupts */
	/*
	 * Returns true for "mine". `interrupt` is as asserted; on a shared line it may be another
	 * device's, and its `line` says so. Without the lock, at device level.
	 */
	jscope__isr_fn *isr;
	void *state;
	struct jscope__delay interrupt_delay; /* assertion to entry */
	struct jscope__delay dispatch_delay;  /* entry to service */
	struct jscope__line *shared_next;     /* ring of the lines of one number; NULL: alone */
	uint64_t seq_last;
	/* Interrupts that are held back by their delay, the oldest first. */
	struct jscope__timer timer;
	struct jscope__interrupt pending[JSCOPE__LINE_PENDING];
	jscope_ns pending_due_ns[JSCOPE__LINE_PENDING];
	unsigned pending_first, pending_count;
};

/* Connect `line` behind the others of `shared`'s number. While the machine is put together. */
void jscope__line_share(struct jscope__line *line, struct jscope__line *shared);

/* The device asserts its line at `asserted_ns`. From a timer's context, without the lock. */
void jscope__line_assert(struct jscope__context *context, struct jscope__line *line,
			 jscope_ns asserted_ns, uint64_t argument);

/* A service routine at work. */
struct jscope__service {
	struct jscope__context context;
	struct jscope__interrupt interrupt;
	jscope_ns delay_ns; /* CPU time to pass before it goes on with jscope__line_serve() */
};

/* For clocks. The entry of an interrupt on CPU `cpu`, on behalf of thread `tid`. */
void jscope__line_enter(struct jscope__machine *machine, const struct jscope__interrupt *interrupt,
			uint32_t cpu, uint32_t tid, struct jscope__service *ret_service);
/* The routine, of each device that shares the line as need be, and the exit. */
void jscope__line_serve(struct jscope__service *service);
/* Both at once, without delay. */
void jscope__line_deliver(struct jscope__machine *machine,
			  const struct jscope__interrupt *interrupt, uint32_t cpu, uint32_t tid);

/* The service routine has cleared the source of its interrupt. */
void jscope__line_ack(struct jscope__context *context, struct jscope__line *line, uint64_t seq);

#endif
