/*
 * Recording a program that carries our probes, through LTTng-UST.
 *
 * The session lives in the LTTng session daemon that runs, or in a private one that is started and
 * ended with the recording; it never touches another session. Blocks until the recording ends; the
 * caller's SIGINT, SIGTERM and SIGHUP end it cleanly (where they are not ignored), a second one
 * ends the program with SIGKILL. One recording at a time per process.
 *
 * A child process does the work and survives the caller: when the caller is killed with -9, the
 * program is ended, the trace completed and everything cleaned up. For root the program may run in
 * a mount namespace of its own, which differs from the caller's in /run/lttng only; mounts that it
 * makes do not appear outside. What it leaves running when it ends is ended too.
 */
#ifndef TRACER_RECORDING_H
#define TRACER_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"

struct jscope_recording_settings {
	const char *output;    /* directory of the trace: new, or existing and empty */
	char *const *argv;     /* program and arguments, NULL-terminated; found through PATH */
	const char *provider;  /* path of libjscope-ust.so */
	jscope_ns duration_ns; /* end the program (SIGTERM) after this long; 0: let it end by itself
				*/
	/* One line for people about what is going on ("private session daemon started"). May be
	 * NULL. */
	void (*tell)(void *state, const char *sentence);
	/* About every 200 ms while recording. May be NULL. */
	void (*progress)(void *state, jscope_ns elapsed_ns);
	void *state;
};

struct jscope_recording_result {
	/* Both as LTTng counts them; not known, and 0, where the daemon died: see the trace itself.
	 */
	uint64_t lost_events;  /* discarded by full buffers */
	uint64_t lost_packets; /* overwritten or never written */
	int program_status;    /* as wait() tells it; -1 when the program could not be waited for */
	bool interrupted;      /* ended by a signal to the recorder */
	bool daemon_died; /* the session daemon went away in the middle: the trace may lack its end
			   */
	bool disk_full;	  /* ended early, before the disk was full */
	bool unwritten;	  /* what was in the buffers at the end did not get to the disk */
	bool has_probes;  /* false: nothing carried our probes, there is no event to read */
};

/*
 * Returns 0 when the program was recorded (look at the result for how it ended: without
 * `has_probes` there is no event, and no directory where nothing was written), or a negative errno with a sentence that
 * names the remedy: -EEXIST (output is there), -ENOENT (no such program, no lttng-sessiond),
 * -EACCES, -ENOSPC (less than 64 MiB free, or full before anything was written), -ESRCH (daemon
 * gone before anything was written), -ETIMEDOUT (daemon does not answer), -EINTR (ended before the
 * program was started), -EIO. A directory that
 * was made is removed then.
 */
int jscope_recording_run(const struct jscope_recording_settings *settings,
			 struct jscope_recording_result *ret_result);

/* Whether LTTng's session daemon is installed, without which nothing can be recorded. */
bool jscope_recording_has_daemon(void);

/* Whether /dev/shm holds the smallest buffers. Returns 0, or -ENOSPC with a sentence. */
int jscope_recording_check_room(void);

#endif
