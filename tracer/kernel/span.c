#include "span.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "program.h"

#define GRACE_NS    (3 * JSCOPE_NS_PER_SEC) /* from SIGTERM to SIGKILL */
#define TERMINAL_NS (2 * JSCOPE_NS_PER_SEC) /* for a program that got Ctrl-C itself */
#define NEVER	    INT64_MAX

int jscope__kernel_span_begin(struct jscope__kernel_span *span)
{
	*span = (struct jscope__kernel_span){ .end_ns = NEVER,
					      .program_fd = -1,
					      .program_status = -1,
					      .term_ns = NEVER,
					      .kill_ns = NEVER };
	return jscope__ending_take(&span->ending);
}

static int program_start(struct jscope__kernel_span *span, char *const *argv)
{
	struct jscope__program program = { .argv = argv, .group = getpgrp() };
	pid_t pid;

	sigprocmask(SIG_BLOCK, NULL, &program.mask);
	pid = jscope__program_start(&program);
	if (pid < 0)
		return pid;
	span->program = pid;
	span->program_fd = pidfd_open(pid, 0);
	return 0;
}

int jscope__kernel_span_start(struct jscope__kernel_span *span, char *const *argv,
			      jscope_ns duration_ns)
{
	const int error = argv ? program_start(span, argv) : 0;

	span->begin_ns = jscope_ns_now();
	if (duration_ns)
		span->end_ns = jscope_add_sat(span->begin_ns, duration_ns);
	return error;
}

static bool reap(struct jscope__kernel_span *span, int flags)
{
	int status;

	if (!span->program || waitpid(span->program, &status, flags) != span->program)
		return false;
	span->program = 0;
	span->program_status = status;
	if (span->program_fd >= 0)
		close(span->program_fd);
	span->program_fd = -1;
	return true;
}

/* Begin to end the program. Whoever asks a second time means it. */
static void program_stop(struct jscope__kernel_span *span, jscope_ns patience_ns)
{
	const jscope_ns now = jscope_ns_now();

	if (span->term_ns == NEVER) {
		span->term_ns = now + patience_ns;
		span->kill_ns = span->term_ns + GRACE_NS;
	} else {
		span->kill_ns = now;
	}
}

static void on_signals(struct jscope__kernel_span *span)
{
	bool from_terminal;

	while (jscope__ending_next(&span->ending, &from_terminal)) {
		span->interrupted = true;
		span->over = true;
		program_stop(span, from_terminal ? TERMINAL_NS : 0);
	}
}

static void program_press(struct jscope__kernel_span *span)
{
	const jscope_ns now = jscope_ns_now();

	if (!span->program)
		return;
	if (now >= span->kill_ns && !span->killed) {
		span->killed = true;
		kill(span->program, SIGKILL);
	} else if (now >= span->term_ns && !span->termed) {
		span->termed = true;
		kill(span->program, SIGTERM);
		kill(span->program, SIGCONT);
	}
}

/* Milliseconds until then, rounded up, for poll(). */
static int until_ms(jscope_ns then_ns, jscope_ns now)
{
	const jscope_ns rest_ns = jscope_sub_sat(then_ns, now);

	if (rest_ns <= 0)
		return 0;
	return rest_ns < 1000 * JSCOPE_NS_PER_MS
		       ? (int)((rest_ns + JSCOPE_NS_PER_MS - 1) / JSCOPE_NS_PER_MS)
		       : 1000;
}

/* Descriptors of -1 are passed over by poll(). */
static void sleep_until(struct jscope__kernel_span *span, jscope_ns then_ns)
{
	struct pollfd waits[] = { { .fd = span->ending.fd, .events = POLLIN },
				  { .fd = span->program_fd, .events = POLLIN } };

	poll(waits, 2, until_ms(then_ns, jscope_ns_now()));
	on_signals(span);
}

void jscope__kernel_span_wait(struct jscope__kernel_span *span, jscope_ns pause_ns)
{
	const jscope_ns then_ns = jscope_add_sat(jscope_ns_now(), pause_ns);

	sleep_until(span, then_ns < span->end_ns ? then_ns : span->end_ns);
	if (reap(span, WNOHANG))
		span->over = true;
	if (jscope_ns_now() >= span->end_ns && !span->over)
		jscope__kernel_span_stop(span);
	program_press(span);
}

void jscope__kernel_span_stop(struct jscope__kernel_span *span)
{
	if (span->term_ns == NEVER)
		program_stop(span, 0);
	span->over = true;
	program_press(span);
}

static jscope_ns next_press(const struct jscope__kernel_span *span)
{
	return span->termed ? span->kill_ns : span->term_ns;
}

void jscope__kernel_span_end(struct jscope__kernel_span *span)
{
	if (span->program)
		jscope__kernel_span_stop(span);
	while (span->program && !span->killed && !reap(span, WNOHANG)) {
		sleep_until(span, next_press(span));
		program_press(span);
	}
	while (span->program && !reap(span, 0) && errno == EINTR)
		;
	jscope__ending_give_back(&span->ending);
}
