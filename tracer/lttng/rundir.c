#include "rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"

/* The sticky bit marks a mount point that we made: LTTng's own directory has none. */
#define POINT_MODE (S_ISVTX | 0755)

/* /var/run is a link to /run on most systems; mounts want the real place. */
static int point_path(char *path, size_t size)
{
	char *run = realpath("/var/run", NULL);

	if (!run)
		return -errno;
	snprintf(path, size, "%s/lttng", run);
	free(run);
	return 0;
}

static bool point_is(int fd, const char *path)
{
	struct stat open_one, named;

	return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 &&
	       open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/*
 * Open and lock the mount point, made if needed. Another recording may remove it between our steps,
 * and removing would take the mount of everyone else along: hence the lock, and the second look.
 */
static int point_open(const char *path)
{
	for (;;) {
		int fd;

		if (mkdir(path, 0755) == 0)
			chmod(path, POINT_MODE);
		else if (errno != EEXIST)
			return -errno;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && (errno != ENOENT || is_link(path)))
			return -errno;
		if (fd >= 0 && flock(fd, LOCK_SH) == 0 && point_is(fd, path))
			return fd;
		if (fd >= 0)
			close(fd);
	}
}

/* Remove the mount point if we made it and nobody uses it. rmdir() spares one that has files. */
static void point_close(int fd, const char *path)
{
	struct stat status;

	if (fstat(fd, &status) == 0 && status.st_mode & S_ISVTX &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0 && point_is(fd, path))
		rmdir(path);
	close(fd);
}

int jscope__rundir_mount(struct jscope__rundir *ret_rundir)
{
	struct jscope__rundir rundir = { .mounted = true };
	int error = point_path(rundir.path, sizeof rundir.path);

	if (error)
		return error;
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	/* Mounts made outside still appear inside, not the other way. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	rundir.point_fd = point_open(rundir.path);
	if (rundir.point_fd < 0)
		return rundir.point_fd;
	if (mount("jitterscope", rundir.path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m") <
	    0) {
		error = -errno;
		point_close(rundir.point_fd, rundir.path);
		return error;
	}
	*ret_rundir = rundir;
	return 0;
}

static void home_path(const char *name, char *path, size_t size)
{
	const char *temporary = getenv("TMPDIR");

	/* A long one would not leave room for the names of sockets, which end at 107 characters. */
	if (!temporary || strlen(temporary) > 32)
		temporary = "/tmp";
	snprintf(path, size, "%s/%s", temporary, name);
}

int jscope__rundir_make(const char *name, struct jscope__rundir *ret_rundir)
{
	struct jscope__rundir rundir = { .point_fd = -1 };

	home_path(name, rundir.path, sizeof rundir.path);
	if (mkdir(rundir.path, 0700) < 0)
		return jscope_error(-errno,
				    "Cannot make '%s' for the session daemon: %s; set TMPDIR",
				    rundir.path, strerror(errno));
	setenv("LTTNG_HOME", rundir.path, 1);
	*ret_rundir = rundir;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	remove(path);
	return 0;
}

static void home_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void jscope__rundir_leave(struct jscope__rundir *rundir)
{
	if (rundir->path[0] == '\0')
		return;
	if (rundir->mounted) {
		umount2(rundir->path, MNT_DETACH);
		point_close(rundir->point_fd, rundir->path);
	} else {
		home_remove(rundir->path);
	}
	rundir->path[0] = '\0';
}

void jscope__rundir_sweep(const char *name)
{
	char path[512];
	int fd;

	home_path(name, path, sizeof path);
	home_remove(path);
	if (point_path(path, sizeof path) < 0)
		return;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		point_close(fd, path);
}
