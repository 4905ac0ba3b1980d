/*
 * The rig: a machine with the devices and clients of a scenario on it, ready for a clock to run.
 *
 * Each family builds its part (jscope__wavert_build() and so on) and takes memory, device numbers,
 * interrupt lines, DPCs and tasks from here; all of it lives as long as the rig. Built by one
 * thread before anything runs.
 */
#ifndef DEVICE_RIG_H
#define DEVICE_RIG_H

#include "dpc.h"
#include "line.h"
#include "status.h"
#include "task.h"
#include "tracer/scenario.h"

#define JSCOPE__RIG_TASKS   1024
#define JSCOPE__RIG_DEVICES 128

struct jscope__rig {
	const struct jscope_scenario *scenario; /* borrowed */
	struct jscope__machine *machine;	/* borrowed */
	struct jscope__task *tasks;		/* owned */
	unsigned task_count;
	struct {
		const char *name; /* of its section */
		uint32_t dev;
	} devices[JSCOPE__RIG_DEVICES];
	unsigned device_count;
	struct jscope__line *lines[256]; /* by number, the first one connected */
	void *memory;			 /* owned list */
	/* The first client that could not go on. Under the machine's lock while it runs. */
	jscope_status failure;
	const char *failed_method;
};

/* Build a scenario on a machine that a clock has initialised. Returns 0, -ENOMEM, -E2BIG. */
int jscope__rig_create(const struct jscope_scenario *scenario, struct jscope__machine *machine,
		       uint64_t seed, struct jscope__rig **ret_rig);
/* After the clock has stopped. NULL is allowed. */
void jscope__rig_destroy(struct jscope__rig *rig);

/* Zeroed memory that lives as long as the rig, or NULL. */
void *jscope__rig_own(struct jscope__rig *rig, size_t size);

/* A fresh device number, from 1, for the device of a section; 0 when there are too many. */
uint32_t jscope__rig_device(struct jscope__rig *rig, const struct jscope_section_head *head);

/* A task to be filled in (step, state), with a name for its thread; NULL when there are too many. */
struct jscope__task *jscope__rig_task(struct jscope__rig *rig, const char *name, uint32_t priority);

/* The delays that hold for the device of a section on this rig's clock. */
const struct jscope_delay_settings *jscope__rig_delays(const struct jscope__rig *rig,
						       const char *section_name);

/*
 * Set up the line of a device on CPU `cpu`: number 0 takes the next free one from 16 on, another
 * number may be shared. Its ISR is the caller's to fill in.
 */
void jscope__rig_line(struct jscope__rig *rig, struct jscope__line *line, uint32_t number,
		      uint32_t dev, uint32_t cpu, const struct jscope_delay_settings *delays);

/* Set up a DPC of medium importance; routine, state and kind are the caller's to fill in. */
void jscope__rig_dpc(struct jscope__rig *rig, struct jscope__dpc *dpc, uint32_t dev, uint32_t cpu,
		     const struct jscope_delay_settings *delays);

/* A method failed that has to succeed, so that a client ends. From any task. */
void jscope__rig_fail(struct jscope__rig *rig, const char *method, jscope_status status);
/* 0, or -EIO with a sentence about the first failure. After the clock has stopped. */
int jscope__rig_verdict(const struct jscope__rig *rig);

/* The families: build all devices of their sections. Return 0, -ENOMEM, -E2BIG. */
int jscope__wavert_build(struct jscope__rig *rig);
int jscope__midi_build(struct jscope__rig *rig);
int jscope__portcls_build(struct jscope__rig *rig);
int jscope__storport_build(struct jscope__rig *rig);
int jscope__load_build(struct jscope__rig *rig);

/* After the clock has stopped: what of them needs more than its memory given back. */
void jscope__storport_finish(struct jscope__rig *rig);

#endif
