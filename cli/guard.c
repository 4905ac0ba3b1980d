#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

static pid_t child;

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

	setitimer(ITIMER_PROF, &timer, NULL);
}

static _Noreturn void run_child(const struct jscope_command *command, const void *settings,
				char **operands, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(JSCOPE_EXIT_FAILED);
	limit_memory();
	jscope_guard_progress();
	exit(jscope_output_finish(command->run(settings, operands)));
}

static int tell_death(const char *source, int signal)
{
	if (signal == SIGPROF)
		fprintf(stderr,
			"jitterscope: Reading '%s' made no progress for %d s of CPU time and was given "
			"up: the trace is damaged in a way that libbabeltrace2 hangs on.\n",
			source, JSCOPE_GUARD_PATIENCE_S);
	else if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
		fprintf(stderr, "jitterscope: Reading '%s' was ended by signal %d (%s).\n", source,
			signal, strsignal(signal));
	else if (signal == SIGPIPE)
		return JSCOPE_EXIT_FAILED;
	else
		fprintf(stderr,
			"jitterscope: Reading '%s' ended by signal %d (%s): the trace is damaged "
			"in a way that libbabeltrace2 does not survive, or memory is short.\n",
			source, signal, strsignal(signal));
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
	return await_child(operands[0]);
}
