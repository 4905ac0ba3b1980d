#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[SCRATCH_PATH_SIZE - 64];

/* Children that a test forks leave it to their parent. */
static pid_t owner;

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

void scratch_remove(void)
{
	if (*directory && getpid() == owner)
		nftw(directory, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	*directory = '\0';
}

static const char *parent(void)
{
	const char *wanted = getenv("TMPDIR");

	if (wanted && *wanted)
		return wanted;
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

const char *scratch_directory(void)
{
	if (*directory)
		return directory;
	if (snprintf(directory, sizeof directory, "%s/jscope-test-XXXXXX", parent()) >=
		    (int)sizeof directory ||
	    !mkdtemp(directory))
		abort();
	if (!owner)
		atexit(scratch_remove);
	owner = getpid();
	return directory;
}

void scratch_path(char path[SCRATCH_PATH_SIZE], const char *name)
{
	if (snprintf(path, SCRATCH_PATH_SIZE, "%s/%s", scratch_directory(), name) >=
	    SCRATCH_PATH_SIZE)
		abort();
}
