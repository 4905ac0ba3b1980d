#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/error.h"

static bool directory_is_empty(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	bool empty = true;

	if (!directory)
		return false;
	while (empty && (entry = readdir(directory)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(directory);
	return empty;
}

static int output_make(const char *path, bool *ret_made)
{
	const int error = mkdir(path, 0777) < 0 ? -errno : 0;

	if (error == -EEXIST && directory_is_empty(path) && access(path, W_OK | X_OK) == 0) {
		*ret_made = false;
		return 0;
	}
	if (error == -EEXIST)
		return jscope_error(error,
				    "'%s' is there already and is no empty, writable directory: "
				    "choose another -o or remove it",
				    path);
	if (error == -ENOENT)
		return jscope_error(error, "The directory above '%s' does not exist: make it first",
				    path);
	if (error)
		return jscope_error(error,
				    "Cannot make directory '%s': %s; choose a place that you "
				    "may write to",
				    path, strerror(-error));
	*ret_made = true;
	return 0;
}

int jscope__output_prepare(const char *path, struct jscope__output *ret_output)
{
	struct jscope__output output = { 0 };
	uint64_t free_bytes;
	int error = output_make(path, &output.made);

	if (error)
		return error;
	if (!realpath(path, output.path)) {
		error = jscope_error(-errno, "Cannot resolve '%s': %s", path, strerror(errno));
		snprintf(output.path, sizeof output.path, "%s", path);
		goto discard;
	}
	free_bytes = jscope__output_free_bytes(output.path);
	if (free_bytes < JSCOPE__OUTPUT_START_BYTES) {
		error = jscope_error(-ENOSPC,
				     "Only %llu MiB are free at '%s', a recording wants %llu: "
				     "make room or choose another -o",
				     (unsigned long long)(free_bytes >> 20), path,
				     (unsigned long long)(JSCOPE__OUTPUT_START_BYTES >> 20));
		goto discard;
	}
	*ret_output = output;
	return 0;
discard:
	jscope__output_discard(&output);
	return error;
}

/* Spares whatever has a file in it. */
static int remove_empty(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)place;
	if (type == FTW_DP)
		rmdir(path);
	return 0;
}

void jscope__output_discard(const struct jscope__output *output)
{
	char below[PATH_MAX + 8];

	/* The session daemon makes this one before there is anything to write. */
	snprintf(below, sizeof below, "%s/ust", output->path);
	nftw(below, remove_empty, 8, FTW_DEPTH | FTW_PHYS);
	if (output->made)
		rmdir(output->path);
}

uint64_t jscope__output_free_bytes(const char *path)
{
	struct statvfs disk;

	if (statvfs(path, &disk) < 0)
		return UINT64_MAX;
	return (uint64_t)(geteuid() ? disk.f_bavail : disk.f_bfree) * disk.f_frsize;
}

/* The metadata is text in packets; with some sixty events of ours, not all names are cut in two. */
static bool metadata_has_probes(int fd)
{
	static const char word[] = "\"jscope:";
	struct stat status;
	bool found = false;
	void *text;

	if (fstat(fd, &status) < 0 || status.st_size == 0)
		return false;
	text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return false;
	found = memmem(text, (size_t)status.st_size, word, sizeof word - 1);
	munmap(text, (size_t)status.st_size);
	return found;
}

static bool file_has_probes(const char *path, const char *user, const char *bits)
{
	char name[PATH_MAX + NAME_MAX + 32];
	bool found;
	int fd;

	snprintf(name, sizeof name, "%s/ust/uid/%s/%s/metadata", path, user, bits);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	found = metadata_has_probes(fd);
	close(fd);
	return found;
}

bool jscope__output_has_probes(const char *path)
{
	char users[PATH_MAX + 16];
	struct dirent *entry;
	DIR *directory;
	bool found = false;

	snprintf(users, sizeof users, "%s/ust/uid", path);
	directory = opendir(users);
	while (directory && !found && (entry = readdir(directory)))
		found = file_has_probes(path, entry->d_name, "64-bit") ||
			file_has_probes(path, entry->d_name, "32-bit");
	if (directory)
		closedir(directory);
	return found;
}
