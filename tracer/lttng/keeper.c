#include "keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "daemon.h"
#include "link.h"
#include "session.h"
#include "tree.h"

#define TICK_MS	    100
#define GRACE_NS    (3 * JSCOPE_NS_PER_SEC) /* from SIGTERM to SIGKILL */
#define TERMINAL_NS (2 * JSCOPE_NS_PER_SEC) /* for a program that got Ctrl-C itself */
/* For the disk, which may have full buffers before it; and when it takes no more. */
#define WRITE_MS     60000
#define FULL_MS	     2000
#define LEFTOVER_MS  1000		     /* for what the program left behind */
#define NO_PROBES_NS (3 * JSCOPE_NS_PER_SEC) /* silence that is worth a sentence */
#define NEVER	     INT64_MAX

struct keeper {
	const struct jscope__plan *plan;
	int link;
	int signal_fd;
	struct jscope__daemon daemon;
	bool session_exists;
	pid_t program; /* 0: not started */
	bool program_ended;
	bool recorder_gone;
	bool termed; /* the program got SIGTERM */
	bool warned; /* that no probes showed up */
	jscope_ns begin_ns, term_ns, kill_ns;
	struct jscope_recording_result result;
};

static void tell(const struct keeper *keeper, const char *sentence)
{
	jscope__link_tell(keeper->link, JSCOPE__TELL, 0, "%s", sentence);
}

/* Hand the sentences of an error over, as an error or as something to know. */
static void tell_error(const struct keeper *keeper, enum jscope__message_kind kind, int error)
{
	for (unsigned i = 0; jscope_error_sentence(i); i++)
		jscope__link_tell(keeper->link, kind, error, "%s", jscope_error_sentence(i));
	jscope_error_clear();
}

/* Begin to end the program. Whoever asks a second time means it. */
static void program_stop(struct keeper *keeper, jscope_ns patience_ns)
{
	const jscope_ns now = jscope_ns_now();

	if (keeper->term_ns != NEVER) {
		keeper->kill_ns = now;
		return;
	}
	keeper->term_ns = now + patience_ns;
	keeper->kill_ns = keeper->term_ns + GRACE_NS;
}

static bool is_stopping(const struct keeper *keeper)
{
	return keeper->term_ns != NEVER;
}

static void on_message(struct keeper *keeper)
{
	struct jscope__message message;
	int got;

	while (!keeper->recorder_gone && (got = jscope__link_receive(keeper->link, &message))) {
		keeper->recorder_gone = got < 0;
		keeper->result.interrupted = true;
		program_stop(keeper, got > 0 && message.value ? TERMINAL_NS : 0);
	}
}

static void on_signals(struct keeper *keeper)
{
	struct signalfd_siginfo info;

	while (read(keeper->signal_fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGCHLD || info.ssi_signo == SIGUSR1)
			continue;
		keeper->result.interrupted = true;
		program_stop(keeper, 0);
	}
}

static void on_daemon_end(struct keeper *keeper, const char *who)
{
	char text[200];

	if (keeper->result.daemon_died)
		return;
	keeper->result.daemon_died = true;
	snprintf(text, sizeof text,
		 "The %s daemon of LTTng went away; the trace ends there, the "
		 "program is ended.",
		 who);
	tell(keeper, text);
	if (!is_stopping(keeper))
		program_stop(keeper, 0);
}

static void reap(struct keeper *keeper)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != keeper->program)
			continue;
		keeper->program_ended = true;
		keeper->result.program_status = status;
	}
}

static bool is_readable(const struct pollfd *wait)
{
	return wait->revents & (POLLIN | POLLHUP | POLLERR);
}

/* Wait for whatever happens next, at most one tick. Descriptors of -1 are passed over by poll(). */
static void keeper_wait(struct keeper *keeper)
{
	struct pollfd waits[] = {
		{ .fd = keeper->signal_fd, .events = POLLIN },
		{ .fd = keeper->recorder_gone ? -1 : keeper->link, .events = POLLIN },
		{ .fd = keeper->result.daemon_died ? -1 : keeper->daemon.pid_fd, .events = POLLIN },
		{ .fd = keeper->result.daemon_died ? -1 : keeper->daemon.consumer_fd,
		  .events = POLLIN },
		{ .fd = keeper->daemon.log_fd, .events = POLLIN },
	};

	if (poll(waits, sizeof waits / sizeof waits[0], TICK_MS) < 0)
		return;
	on_signals(keeper);
	reap(keeper);
	if (is_readable(&waits[1]))
		on_message(keeper);
	if (is_readable(&waits[2]))
		on_daemon_end(keeper, "session");
	if (is_readable(&waits[3]))
		on_daemon_end(keeper, "consumer");
	jscope__daemon_drain(&keeper->daemon);
}

/* Bring everything to disk. Can be done again. */
static void session_stop(struct keeper *keeper)
{
	const struct jscope__session session = { .name = keeper->plan->name };
	struct jscope__session_counts counts = { 0 };

	if (keeper->result.daemon_died)
		return;
	if (jscope__session_stop(&session, keeper->result.disk_full ? FULL_MS : WRITE_MS, &counts) <
	    0) {
		keeper->result.daemon_died = true;
		tell_error(keeper, JSCOPE__TELL, 0);
		return;
	}
	keeper->result.lost_events = counts.lost_events;
	keeper->result.lost_packets = counts.lost_packets;
	keeper->result.unwritten = counts.unwritten;
}

static void check_disk(struct keeper *keeper)
{
	if (keeper->result.disk_full)
		return;
	if (!keeper->daemon.disk_full &&
	    jscope__output_free_bytes(keeper->plan->output.path) >= JSCOPE__OUTPUT_STOP_BYTES)
		return;
	keeper->result.disk_full = true;
	tell(keeper, "The disk is full; the recording ends early.");
	if (!is_stopping(keeper))
		program_stop(keeper, 0);
	/* The program may take its time, the disk does not have it. */
	session_stop(keeper);
}

static void check_probes(struct keeper *keeper, jscope_ns elapsed_ns)
{
	if (keeper->warned || elapsed_ns < NO_PROBES_NS)
		return;
	keeper->warned = true;
	if (!jscope__output_has_probes(keeper->plan->output.path))
		tell(keeper, "The program has not shown any probes so far; was it built with "
			     "jscope/probe.h?");
}

static void check_end(struct keeper *keeper, jscope_ns now, jscope_ns elapsed_ns)
{
	const pid_t self = getpid(), daemon = keeper->daemon.pid;

	if (keeper->plan->duration_ns && elapsed_ns >= keeper->plan->duration_ns &&
	    !is_stopping(keeper))
		program_stop(keeper, 0);
	if (now >= keeper->kill_ns) {
		jscope__tree_signal(self, daemon, JSCOPE__TREE_OUTSIDE, SIGKILL);
	} else if (now >= keeper->term_ns && !keeper->termed) {
		keeper->termed = true;
		jscope__tree_signal(self, daemon, JSCOPE__TREE_OUTSIDE, SIGTERM);
		jscope__tree_signal(self, daemon, JSCOPE__TREE_OUTSIDE, SIGCONT);
	}
}

static void keeper_watch(struct keeper *keeper)
{
	while (!keeper->program_ended) {
		jscope_ns now, elapsed_ns;

		keeper_wait(keeper);
		now = jscope_ns_now();
		elapsed_ns = now - keeper->begin_ns;
		check_disk(keeper);
		check_probes(keeper, elapsed_ns);
		check_end(keeper, now, elapsed_ns);
	}
}

/* What the program left running would go on in our namespace, without a session. */
static void keeper_clear(struct keeper *keeper)
{
	const jscope_ns limit = jscope_ns_now() + LEFTOVER_MS * JSCOPE_NS_PER_MS;
	const struct timespec step = { 0, 10 * JSCOPE_NS_PER_MS };
	int number = SIGTERM;

	while (jscope__tree_signal(getpid(), keeper->daemon.pid, JSCOPE__TREE_OUTSIDE, number) >
	       0) {
		if (number == SIGTERM && !is_stopping(keeper))
			tell(keeper, "The program left processes running; they are ended.");
		number = jscope_ns_now() < limit ? 0 : SIGKILL;
		nanosleep(&step, NULL);
		reap(keeper);
	}
}

static int keeper_start(struct keeper *keeper)
{
	const struct jscope__plan *plan = keeper->plan;
	struct jscope__session session = { .name = plan->name, .output = plan->output.path };
	struct jscope__message started = { .kind = JSCOPE__STARTED };
	pid_t pid;
	int error;

	error = jscope__buffers_here(&session.buffers);
	if (!error)
		error = jscope__daemon_open(plan->name, &keeper->daemon);
	if (error)
		return error;
	tell(keeper, jscope__daemon_describe(&keeper->daemon));
	keeper->session_exists = true;
	error = jscope__session_start(&session);
	if (error)
		return error;
	jscope__daemon_watch_consumer(&keeper->daemon);
	on_message(keeper);
	if (is_stopping(keeper))
		return jscope_error(-EINTR, "Interrupted before the program was started: nothing "
					    "is recorded");
	pid = jscope__program_start(&plan->program);
	if (pid < 0)
		return pid;
	keeper->program = pid;
	keeper->begin_ns = jscope_ns_now();
	jscope__link_send(keeper->link, &started);
	return 0;
}

/* Problems from here on are told and no errors: the trace so far is there. */
static void keeper_finish(struct keeper *keeper)
{
	if (!keeper->session_exists)
		return;
	if (keeper->program)
		session_stop(keeper);
	if (keeper->result.unwritten)
		tell(keeper, "Not everything could be written: the trace lacks its end.");
	jscope__session_destroy(keeper->plan->name, !keeper->result.unwritten);
	/* The session of a dead daemon is gone anyhow, and a failed start has its own sentence. */
	if (keeper->program && !keeper->result.daemon_died)
		tell_error(keeper, JSCOPE__TELL, 0);
}

/* Without the metadata nothing can be read; that is no news about the program then. */
static int nothing_written(const struct keeper *keeper)
{
	const char *path = keeper->plan->output.path;

	if (access(path, F_OK) < 0)
		return jscope_error(
			-ENOENT, "'%s' was removed while it was recorded into: record again", path);
	if (keeper->result.disk_full)
		return jscope_error(-ENOSPC,
				    "The disk was full before anything could be written to "
				    "'%s': make room or choose another -o",
				    path);
	if (keeper->result.daemon_died)
		return jscope_error(-ESRCH,
				    "The session daemon went away before anything was "
				    "written to '%s': record again",
				    path);
	return 0;
}

static void keeper_report(struct keeper *keeper, int error)
{
	struct jscope__message message = { .kind = JSCOPE__RESULT };

	keeper->result.has_probes = jscope__output_has_probes(keeper->plan->output.path);
	if (!error && !keeper->result.has_probes)
		error = nothing_written(keeper);
	/* So that the next try may go to the same place. */
	if (!keeper->result.has_probes)
		jscope__output_discard(&keeper->plan->output);
	if (error) {
		tell_error(keeper, JSCOPE__ERROR, error);
		return;
	}
	if (!keeper->result.has_probes)
		tell(keeper, "The program did not show any probes, there is nothing in the trace: "
			     "was it built with jscope/probe.h?");
	message.result = keeper->result;
	jscope__link_send(keeper->link, &message);
}

/* All that may come is blocked and read from a descriptor; the program gets the mask of the plan.
 */
static int signals_open(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void jscope__keeper_run(const struct jscope__plan *plan, int link)
{
	struct keeper keeper = { .plan = plan, .link = link, .term_ns = NEVER, .kill_ns = NEVER };
	int error;

	setpgid(0, 0);
	prctl(PR_SET_NAME, "jscope-keeper");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	keeper.daemon.pid_fd = keeper.daemon.consumer_fd = keeper.daemon.log_fd = -1;
	keeper.result.program_status = -1;
	keeper.signal_fd = signals_open();
	jscope_error_clear();
	error = keeper_start(&keeper);
	if (error)
		tell_error(&keeper, JSCOPE__ERROR, error);
	else
		keeper_watch(&keeper);
	keeper_clear(&keeper);
	keeper_finish(&keeper);
	jscope__daemon_close(&keeper.daemon, plan->name);
	keeper_report(&keeper, error);
}

void jscope__keeper_sweep(const struct jscope__plan *plan)
{
	if (jscope__session_daemon_answers() == 1)
		jscope__session_destroy(plan->name, true);
	jscope__rundir_sweep(plan->name);
}
