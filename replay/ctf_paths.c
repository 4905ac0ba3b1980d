#include "ctf_paths.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"

static bool has_metadata(const char *path)
{
	char name[PATH_MAX];
	struct stat status;

	return snprintf(name, sizeof name, "%s/metadata", path) < (int)sizeof name &&
	       !stat(name, &status) && S_ISREG(status.st_mode);
}

static int paths_add(struct jscope__ctf_paths *paths, const char *path)
{
	char **array;

	if (paths->count == JSCOPE__CTF_PATHS_MAX)
		return jscope_error(-E2BIG,
				    "More than %d traces under one path, '%s' is one too "
				    "many: name a folder with fewer.",
				    JSCOPE__CTF_PATHS_MAX, path);
	array = realloc(paths->path, (paths->count + 1) * sizeof *array);
	if (!array)
		return -ENOMEM;
	paths->path = array;
	array[paths->count] = strdup(path);
	if (!array[paths->count])
		return -ENOMEM;
	paths->count++;
	return 0;
}

static int walk(struct jscope__ctf_paths *paths, const char *path, unsigned depth);

static int walk_entry(struct jscope__ctf_paths *paths, const char *path, const struct dirent *entry,
		      unsigned depth)
{
	char name[PATH_MAX];
	struct stat status;

	if (entry->d_name[0] == '.')
		return 0;
	if (snprintf(name, sizeof name, "%s/%s", path, entry->d_name) >= (int)sizeof name)
		return 0;
	/* lstat: a link could lead in a circle. */
	if (lstat(name, &status) || !S_ISDIR(status.st_mode))
		return 0;
	return walk(paths, name, depth + 1);
}

/* A trace does not hold traces: the walk goes no deeper there. */
static int walk(struct jscope__ctf_paths *paths, const char *path, unsigned depth)
{
	struct dirent **entries;
	int count, error = 0;

	if (has_metadata(path))
		return paths_add(paths, path);
	if (depth == JSCOPE__CTF_DEPTH_MAX)
		return 0;
	count = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (!error)
			error = walk_entry(paths, path, entries[i], depth);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return error;
}

int jscope__ctf_paths_find(const char *path, struct jscope__ctf_paths *ret_paths)
{
	struct jscope__ctf_paths paths = { 0 };
	struct stat status;
	int error;

	if (stat(path, &status)) {
		error = errno;
		return jscope_error(error == ENOENT || error == ENOTDIR ? -ENOENT : -EBADMSG,
				    "Cannot open the trace '%s': %s.", path, strerror(error));
	}
	if (!S_ISDIR(status.st_mode))
		return jscope_error(
			-EBADMSG, "'%s' is a file: name the directory that holds the trace.", path);
	error = walk(&paths, path, 0);
	if (!error && !paths.count)
		error = jscope_error(-EBADMSG,
				     "There is no CTF trace under '%s': no directory in it has a "
				     "file 'metadata'.",
				     path);
	if (error) {
		jscope__ctf_paths_finish(&paths);
		return error;
	}
	*ret_paths = paths;
	return 0;
}

void jscope__ctf_paths_finish(struct jscope__ctf_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->path[i]);
	free(paths->path);
	memset(paths, 0, sizeof *paths);
}
