#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replay/reader.h"
#include "source.h"

static pid_t child;
static bool is_guarded; /* we are the child */

/* What a person or a program sent to us alone; the keys of a terminal reach the child as well. */
static void pass_on(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (child > 0 && info->si_code != SI_KERNEL)
		kill(child, signal);
}

/* Sanitizers reserve more address space than any limit that would help. */
static void limit_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	const struct rlimit limit = { JSCOPE_GUARD_MEMORY_BYTES, JSCOPE_GUARD_MEMORY_BYTES };

	setrlimit(RLIMIT_AS, &limit);
#endif
}

/*
 * SIGPROF is left at its default, which ends the process; progress puts it off. CPU time, since a
 * pager that is not read on may block the output for any time.
 */
void jscope_guard_progress(void)
{
	const struct itimerval timer = { .it_value.tv_sec = JSCOPE_GUARD_PATIENCE_S };

	if (is_guarded)
		setitimer(ITIMER_PROF, &timer, NULL);
}

static _Noreturn void run_child(const struct jscope_command *command, const void *settings,
				char **operands, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(JSCOPE_EXIT_FAILED);
	limit_memory();
	is_guarded = true;
	jscope_guard_progress();
	exit(jscope_output_finish(command->run(settings, operands)));
}

/* What to do instead, by what was read. */
static const char *remedy_of(const char *source)
{
	return jscope_path_is_live(source) ? "Record the session to disk and read it there."
					   : "Try --reader native.";
}

/* What libbabeltrace2 does not survive. */
static const char *cause_of(const char *source)
{
	return jscope_path_is_live(source)
		       ? "the session broke off in a way that it does not survive"
		       : "the trace is damaged in a way that it does not survive";
}

static int tell_death(const char *source, int signal)
{
	if (signal == SIGPIPE)
		return JSCOPE_EXIT_FAILED;
	if (signal == SIGPROF)
		fprintf(stderr,
			"jitterscope: libbabeltrace2 made no progress in '%s' for %d s of CPU time "
			"and was given up: it hangs on some damaged traces. %s\n",
			source, JSCOPE_GUARD_PATIENCE_S, remedy_of(source));
	else if (signal == SIGALRM)
		fprintf(stderr,
			"jitterscope: '%s' did not answer for %d s: is it the port of lttng-relayd "
			"for viewers (5344), and does the network reach it?\n",
			source, JSCOPE_LIVE_ANSWER_S);
	else if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
		fprintf(stderr, "jitterscope: Reading '%s' was ended by signal %d (%s).\n", source,
			signal, strsignal(signal));
	else
		fprintf(stderr,
			"jitterscope: libbabeltrace2 ended by signal %d (%s) in '%s': %s, or memory "
			"is short. %s\n",
			signal, strsignal(signal), source, cause_of(source), remedy_of(source));
	return JSCOPE_EXIT_FAILED;
}

static int await_child(const char *source)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return JSCOPE_EXIT_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : tell_death(source, WTERMSIG(status));
}

/* The first operand that may not be survived; NULL: none. */
static const char *fragile_find(const struct jscope_source_settings *source, char **operands)
{
	for (; *operands; operands++)
		if (jscope_trace_is_fragile(*operands, source->reader))
			return *operands;
	return NULL;
}

bool jscope_guard_applies(const struct jscope_command *command, const void *settings,
			  char **operands)
{
	return command->reads_source && fragile_find(settings, operands);
}

int jscope_guard_run(const struct jscope_command *command, const void *settings, char **operands)
{
	const struct sigaction forward = { .sa_sigaction = pass_on, .sa_flags = SA_SIGINFO };
	pid_t parent = getpid();

	fflush(NULL);
	child = fork();
	if (child == 0)
		run_child(command, settings, operands, parent);
	if (child < 0) {
		fprintf(stderr, "jitterscope: Cannot start a process to read in: %s.\n",
			strerror(errno));
		return JSCOPE_EXIT_FAILED;
	}
	sigaction(SIGINT, &forward, NULL);
	sigaction(SIGTERM, &forward, NULL);
	return await_child(fragile_find(settings, operands));
}
