#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "program.h"
#include "session.h"
#include "tracer/recording.h"
#include "tree.h"

#define READY_S 10
#define END_MS	5000

static void daemon_init(struct jscope__daemon *daemon, enum jscope__daemon_kind kind)
{
	*daemon = (struct jscope__daemon){
		.kind = kind, .pid_fd = -1, .consumer_fd = -1, .log_fd = -1
	};
	daemon->rundir.point_fd = -1;
}

/* The process that listens on a socket, 0 where that cannot be told. */
static pid_t socket_owner(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ucred owner = { 0 };
	socklen_t size = sizeof owner;
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return 0;
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &owner, &size);
	close(fd);
	return owner.pid;
}

/* Where liblttng-ctl looks: the system's daemon if it lets us in, then the user's. */
static pid_t foreign_pid(void)
{
	const char *home = getenv("LTTNG_HOME");
	pid_t pid = socket_owner("/var/run/lttng/client-lttng-sessiond");
	char path[512];

	if (!home)
		home = getenv("HOME");
	if (pid || !home || geteuid() == 0)
		return pid;
	snprintf(path, sizeof path, "%s/.lttng/client-lttng-sessiond", home);
	return socket_owner(path);
}

bool jscope_recording_has_daemon(void)
{
	return jscope__program_search("lttng-sessiond") == 0;
}

/* In the child: become the daemon. The folder "none" is one without sessions to load. */
static void daemon_become(const struct jscope__daemon *daemon, int log_end, pid_t keeper)
{
	const bool is_private = daemon->kind == JSCOPE__DAEMON_PRIVATE;
	const int null = open("/dev/null", O_RDWR);
	char load[600];
	sigset_t none;

	snprintf(load, sizeof load, "--load=%s/none", daemon->rundir.path);
	/* Out of the terminal's reach: Ctrl-C is not for the daemon. */
	setsid();
	dup2(null, STDIN_FILENO);
	dup2(log_end >= 0 ? log_end : null, STDOUT_FILENO);
	dup2(log_end >= 0 ? log_end : null, STDERR_FILENO);
	if (is_private)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != keeper)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A preloaded provider is meant for the program; in here it would wait for this daemon. */
	unsetenv("LD_PRELOAD");
	execlp("lttng-sessiond", "lttng-sessiond", "--no-kernel", "--sig-parent",
	       is_private ? load : NULL, NULL);
	_exit(127);
}

/*
 * Of what the daemon printed the line that says why: that of the last system call that failed, else
 * the last one. Cuts the log.
 */
static const char *last_words(char *log)
{
	char *line, *rest = log;
	const char *words = NULL;
	bool is_cause = false;

	while ((line = strsep(&rest, "\n"))) {
		const bool fails = strstr(line, "PERROR");

		if (!*line || (is_cause && !fails))
			continue;
		words = line;
		is_cause = fails;
	}
	return words ? words : "it says nothing";
}

/* The daemon sends SIGUSR1 once programs and sessions can come. Both signals are blocked here. */
static int daemon_wait_ready(struct jscope__daemon *daemon)
{
	const struct timespec limit = { READY_S, 0 };
	sigset_t signals;
	int number;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGCHLD);
	do {
		number = sigtimedwait(&signals, NULL, &limit);
		if (number == SIGUSR1)
			return 0;
	} while ((number == SIGCHLD && waitpid(daemon->pid, NULL, WNOHANG) == 0) ||
		 (number < 0 && errno == EINTR));
	jscope__daemon_drain(daemon);
	return jscope_error(-EIO, "lttng-sessiond %s: %s; start it by hand to see more",
			    number < 0 ? "does not get ready" : "ended at once",
			    last_words(daemon->log));
}

static int daemon_start(struct jscope__daemon *daemon)
{
	const pid_t keeper = getpid();
	int log_ends[2] = { -1, -1 };

	if (daemon->kind == JSCOPE__DAEMON_PRIVATE && pipe2(log_ends, O_CLOEXEC) < 0)
		return jscope_error(-errno, "Cannot start lttng-sessiond: %s", strerror(errno));
	daemon->pid = fork();
	if (daemon->pid == 0)
		daemon_become(daemon, log_ends[1], keeper);
	if (log_ends[1] >= 0)
		close(log_ends[1]);
	daemon->log_fd = log_ends[0];
	if (daemon->log_fd >= 0)
		fcntl(daemon->log_fd, F_SETFL, O_NONBLOCK);
	if (daemon->pid < 0) {
		daemon->pid = 0;
		return jscope_error(-errno, "Cannot start lttng-sessiond: %s", strerror(errno));
	}
	daemon->pid_fd = pidfd_open(daemon->pid, 0);
	return daemon_wait_ready(daemon);
}

/* A private place if this machine allows one. */
static int daemon_place(const char *name, struct jscope__daemon *daemon)
{
	char none[600];
	int error;

	if (geteuid() == 0) {
		if (jscope__rundir_mount(&daemon->rundir) < 0)
			return 0;
	} else {
		error = jscope__rundir_make(name, &daemon->rundir);
		if (error)
			return error;
	}
	daemon->kind = JSCOPE__DAEMON_PRIVATE;
	snprintf(none, sizeof none, "%s/none", daemon->rundir.path);
	if (mkdir(none, 0700) < 0)
		return jscope_error(-errno, "Cannot make '%s': %s", none, strerror(errno));
	return 0;
}

int jscope__daemon_open(const char *name, struct jscope__daemon *ret_daemon)
{
	struct jscope__daemon daemon;
	int error = jscope__session_daemon_answers();

	daemon_init(&daemon, JSCOPE__DAEMON_FOREIGN);
	if (error < 0)
		return error;
	if (error == 1) {
		daemon.pid = foreign_pid();
		daemon.pid_fd = daemon.pid ? pidfd_open(daemon.pid, 0) : -1;
		*ret_daemon = daemon;
		return 0;
	}
	if (!jscope_recording_has_daemon())
		return jscope_error(-ENOENT,
				    "There is no lttng-sessiond: apt-get install lttng-tools");
	daemon.kind = JSCOPE__DAEMON_SHARED;
	error = daemon_place(name, &daemon);
	if (!error)
		error = daemon_start(&daemon);
	if (error) {
		jscope__daemon_close(&daemon, name);
		return error;
	}
	*ret_daemon = daemon;
	return 0;
}

const char *jscope__daemon_describe(const struct jscope__daemon *daemon)
{
	if (daemon->kind == JSCOPE__DAEMON_FOREIGN)
		return "The session daemon that runs is used; all programs with probes that it "
		       "serves are recorded.";
	if (daemon->kind == JSCOPE__DAEMON_PRIVATE)
		return "A private session daemon was started.";
	return "A private session daemon is not possible here; the ordinary one was started.";
}

void jscope__daemon_watch_consumer(struct jscope__daemon *daemon)
{
	const char *word = sizeof(void *) == 8 ? "ustconsumerd64" : "ustconsumerd32";
	pid_t pid;

	if (!daemon->pid)
		return;
	pid = jscope__tree_child(daemon->pid, "lttng-consumerd", word);
	if (pid > 0)
		daemon->consumer_fd = pidfd_open(pid, 0);
}

void jscope__daemon_drain(struct jscope__daemon *daemon)
{
	static const char *const full[] = { "No space left on device", "Disk quota exceeded" };
	const size_t room = sizeof daemon->log / 2 - 1;
	ssize_t got;

	if (daemon->log_fd < 0)
		return;
	for (;;) {
		size_t used = strlen(daemon->log);

		/* Keep half, so that no words are missed where two reads meet. */
		if (used > room) {
			memmove(daemon->log, daemon->log + used - room, room + 1);
			used = room;
		}
		got = read(daemon->log_fd, daemon->log + used, room);
		if (got <= 0)
			break;
		daemon->log[used + (size_t)got] = '\0';
		for (size_t i = 0; i < sizeof full / sizeof full[0]; i++)
			daemon->disk_full |= strstr(daemon->log, full[i]) != NULL;
	}
	if (got == 0) {
		close(daemon->log_fd);
		daemon->log_fd = -1;
	}
}

/* Wait for the family of a daemon that we started; then do not wait any more. */
static void daemon_end(struct jscope__daemon *daemon)
{
	const struct timespec step = { 0, 10000000 };
	int passed_ms;

	if (daemon->pid <= 0)
		return;
	kill(daemon->pid, SIGTERM);
	for (passed_ms = 0; passed_ms < 2 * END_MS; passed_ms += 10) {
		const int number = passed_ms < END_MS ? 0 : SIGKILL;

		while (waitpid(-daemon->pid, NULL, WNOHANG) > 0)
			;
		jscope__daemon_drain(daemon);
		if (jscope__tree_signal(getpid(), daemon->pid, JSCOPE__TREE_INSIDE, number) <= 0)
			break;
		nanosleep(&step, NULL);
	}
	while (waitpid(-daemon->pid, NULL, WNOHANG) > 0)
		;
}

static bool daemon_is_ours_to_end(const struct jscope__daemon *daemon, const char *name)
{
	if (daemon->kind == JSCOPE__DAEMON_PRIVATE || daemon->pid <= 0)
		return true;
	return daemon->kind == JSCOPE__DAEMON_SHARED && jscope__session_others(name) <= 0;
}

void jscope__daemon_close(struct jscope__daemon *daemon, const char *name)
{
	if (daemon_is_ours_to_end(daemon, name))
		daemon_end(daemon);
	jscope__rundir_leave(&daemon->rundir);
	if (daemon->pid_fd >= 0)
		close(daemon->pid_fd);
	if (daemon->consumer_fd >= 0)
		close(daemon->consumer_fd);
	if (daemon->log_fd >= 0)
		close(daemon->log_fd);
	daemon_init(daemon, daemon->kind);
}
