/*
 * A scenario's rig on the clock that is turned by hand, with tasks that run as soon as they are
 * woken and whose work takes no time. For tests of whole devices, instant by instant.
 */
#ifndef TESTS_DEVICE_RIG_FAKE_H
#define TESTS_DEVICE_RIG_FAKE_H

#include "device_capture.h"
#include "device_clock_fake.h"
#include "rig.h"

struct fake_rig {
	struct fake_clock fake;
	struct jscope_scenario *scenario; /* owned */
	struct jscope__rig *rig;	  /* owned */
	struct jscope__action actions[16];
	bool stopped;
};

/* An empty scenario, without the stream that a file without devices has. */
void fake_rig_init(struct fake_rig *rig);

/* A fault of the scenario, at any opportunity from the beginning on, once. */
struct jscope_fault_settings *fake_rig_fault(struct fake_rig *rig, enum jscope_fault_kind kind);

/* Build what the scenario says, and start its tasks. Capturing begins. */
void fake_rig_start(struct fake_rig *rig);
/* Fire timers, run DPCs and tasks until `end_ns` after the beginning. */
void fake_rig_run(struct fake_rig *rig, jscope_ns end_ns);
/* Stop the tasks. */
void fake_rig_stop(struct fake_rig *rig);
void fake_rig_finish(struct fake_rig *rig);

#endif
