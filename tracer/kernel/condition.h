/*
 * What triggers the flight recorder: a measure, whose (optional), and the bound.
 *
 *   wake>500us          irq[virtio1-req.0]>50us     softirq[NET_RX]>1ms
 *   wake[pulseaudio]>1ms   block[sda]>2ms   block[8:16]>2ms
 *   period>11ms         headroom[Intel]<64
 *
 * Whose: an interrupt by line or by the name of its handler, a softirq by vector or name, a thread
 * by id or name, a disk by name or number, a stream by the number or id of its card. Pure; any
 * thread.
 */
#ifndef KERNEL_CONDITION_H
#define KERNEL_CONDITION_H

#include "tracer/kernel.h"

struct jscope__kernel_condition {
	enum jscope_kernel_measure measure;
	bool has_key;			    /* the key must be this one */
	uint64_t key;			    /* of a stream: the number of its card */
	char name[JSCOPE_KERNEL_TEXT_SIZE]; /* the name must be this one; "": any */
	int64_t bound;			    /* ns that are too many, or frames that are enough */
	char text[JSCOPE_KERNEL_TEXT_SIZE]; /* as given, cut to what a record holds */
};

/* Returns 0, or -EINVAL with a sentence that says what can be said. */
int jscope__kernel_condition_parse(const char *text,
				   struct jscope__kernel_condition *ret_condition);

/*
 * The conditions of a recording, of which there are at least one and as many as it may have; those
 * must be told by its groups and wake-ups. Returns 0, or -EINVAL with a sentence.
 */
int jscope__kernel_conditions_parse(const struct jscope_kernel_settings *settings,
				    struct jscope__kernel_condition *ret_conditions);

bool jscope__kernel_condition_met(const struct jscope__kernel_condition *condition,
				  const struct jscope_kernel_sample *sample);

#endif
