/*
 * Interrupt lines. A device asserts its line; the clock brings the interrupt to the CPU, where the
 * service routine (ISR) runs and says whether the interrupt was its own.
 *
 * Every assertion is one interrupt with a number of its own, counted from 1. Where the CPU was so
 * late that the device has asserted several times, the interrupts are delivered one after the
 * other, each with the instant of its own assertion: nothing merges on the line, only in the DPC
 * queue.
 */
#ifndef DEVICE_LINE_H
#define DEVICE_LINE_H

#include "machine.h"

struct jscope__line {
	uint32_t number;
	uint32_t dev;
	/* Returns true for "mine". Without the lock, at device level. */
	bool (*isr)(struct jscope__context *context, void *state, uint64_t seq);
	void *state;
	uint64_t seq_last;
};

/* The device asserts its line at `asserted_ns`. From the device's context. */
void jscope__line_assert(struct jscope__machine *machine, struct jscope__line *line,
			 jscope_ns asserted_ns);

/* Run the service routine of one interrupt, on behalf of thread `tid`. For clocks. */
void jscope__line_deliver(struct jscope__machine *machine, struct jscope__line *line, uint64_t seq,
			  jscope_ns asserted_ns, uint32_t tid);

/* The service routine has cleared the source of its interrupt. */
void jscope__line_ack(struct jscope__context *context, struct jscope__line *line, uint64_t seq);

#endif
