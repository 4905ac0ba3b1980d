#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"

/* As jscope/probe.h calls it; the recorder carries no probes and does not include that. */
#define PROVIDER_VARIABLE "JSCOPE_PROVIDER"

static int file_check(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return -errno;
	return S_ISREG(status.st_mode) && access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* An unusable file in one folder is passed over when a later folder has a good one. */
int jscope__program_search(const char *name)
{
	const char *folder = getenv("PATH");
	int error = -ENOENT;

	if (!folder)
		folder = "/bin:/usr/bin";
	for (;;) {
		const size_t size = strcspn(folder, ":");
		char path[PATH_MAX];
		int found;

		snprintf(path, sizeof path, "%.*s/%s", size ? (int)size : 1, size ? folder : ".",
			 name);
		found = file_check(path);
		if (found == 0)
			return 0;
		/* A folder that is closed to us may hold nothing of that name. */
		if (found == -EACCES && access(path, F_OK) == 0)
			error = found;
		if (folder[size] == '\0')
			return error;
		folder += size + 1;
	}
}

int jscope__program_find(const char *name)
{
	const bool is_path = strchr(name, '/');
	const int error = is_path ? file_check(name) : jscope__program_search(name);

	if (error == -EACCES)
		return jscope_error(error, "'%s' cannot be executed: chmod +x, or name a program",
				    name);
	if (error)
		return jscope_error(error, "There is no program '%s'%s: %s", name,
				    is_path ? "" : " in PATH",
				    is_path ? strerror(-error) : "name it with its directory");
	return 0;
}

static void program_become(const struct jscope__program *program, pid_t keeper, int error_fd)
{
	int error;

	/* Fails only when the recorder is gone already, and then it does not matter. */
	setpgid(0, program->group);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper)
		_exit(127);
	if (program->provider)
		setenv(PROVIDER_VARIABLE, program->provider, 1);
	sigprocmask(SIG_SETMASK, &program->mask, NULL);
	execvp(program->argv[0], program->argv);
	error = errno;
	if (write(error_fd, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

pid_t jscope__program_start(const struct jscope__program *program)
{
	const pid_t keeper = getpid();
	int ends[2], error = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return jscope_error(-errno, "Cannot start the program: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		program_become(program, keeper, ends[1]);
	if (pid < 0)
		error = errno;
	close(ends[1]);
	/* Nothing comes when exec succeeds: it closes the other end. */
	if (pid > 0 && read(ends[0], &error, sizeof error) > 0)
		waitpid(pid, NULL, 0);
	close(ends[0]);
	if (error)
		return jscope_error(-error, "Cannot start '%s': %s", program->argv[0],
				    strerror(error));
	return pid;
}
