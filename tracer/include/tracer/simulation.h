/*
 * The virtual device, simulated: a scenario in virtual time, written as a CTF trace by our own writer.
 *
 * Needs no privileges, no daemon and no real time. The same scenario, seed and end give the same
 * bytes. Blocks until the recording is over; SIGINT, SIGTERM and SIGHUP end it cleanly where they are
 * not ignored. One at a time per process, from one thread.
 */
#ifndef TRACER_SIMULATION_H
#define TRACER_SIMULATION_H

#include "tracer/scenario.h"

struct jscope_simulation_settings {
	const struct jscope_scenario *scenario;
	const char *name;      /* of the scenario, for the trace */
	const char *output;    /* directory of the trace: new, or existing and empty */
	uint64_t seed;	       /* of all random delays and faults */
	jscope_ns duration_ns; /* end after so much virtual time; 0: no limit */
	uint64_t event_count;  /* or when so many events are written; 0: no limit */
	/* About every 200 ms of real time. May be NULL. */
	void (*progress)(void *state, jscope_ns elapsed_ns, uint64_t event_count);
	void *state;
};

struct jscope_simulation_result {
	jscope_ns elapsed_ns;	  /* of virtual time */
	uint64_t event_count;	  /* written, without ground truth */
	uint64_t truth_count;	  /* events of ground truth */
	uint64_t discarded_count; /* that a fault of the scenario kept from the trace */
	uint64_t refused_count;	  /* interrupts that were lost because their CPU had too many */
	bool interrupted;	  /* ended by a signal */
};

/*
 * Returns 0, or a negative errno with a sentence that names the remedy: -EINVAL (the scenario asks
 * for what the machine does not have; nothing is made), -EEXIST (output is there), -EACCES, -ENOSPC
 * (ret_result tells what was written), -EIO (a client could not go on), -ENOMEM.
 */
int jscope_simulation_run(const struct jscope_simulation_settings *settings,
			  struct jscope_simulation_result *ret_result);

#endif
