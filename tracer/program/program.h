/*
 * The program that is recorded, or that a recording lasts for.
 */
#ifndef TRACER_PROGRAM_H
#define TRACER_PROGRAM_H

#include <signal.h>
#include <sys/types.h>

struct jscope__program {
	char *const *argv;
	const char *provider; /* of the probes, handed over in the environment; NULL for none */
	pid_t group;	      /* process group that it joins: the recorder's, for the terminal */
	sigset_t mask;	      /* signals blocked in it */
};

/*
 * Look for a program as execvp(3) does.
 *
 * Returns 0, -ENOENT or -EACCES with a sentence.
 */
int jscope__program_find(const char *name);

/* The same in PATH alone; no sentence. */
int jscope__program_search(const char *name);

/*
 * Start it. It ends together with the thread that calls this.
 *
 * Returns its process id, or a negative errno (also that of exec) with a sentence.
 */
pid_t jscope__program_start(const struct jscope__program *program);

#endif
