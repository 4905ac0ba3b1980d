#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process {
	pid_t pid, parent, sid;
	char name[32];
	bool dead;
	bool stopped;
	bool below; /* descendant of the root */
};

struct table {
	struct process *rows;
	size_t count, size;
};

/* Read a small file of /proc. Returns its size; the text is NUL-terminated. */
static ssize_t proc_read(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = read(fd, text, size - 1);
	close(fd);
	if (got >= 0)
		text[got] = '\0';
	return got;
}

/* "PID (NAME) STATE PPID PGRP SESSION ..."; a name may hold blanks and parentheses. */
static bool process_parse(const char *text, struct process *ret_process)
{
	struct process process = { 0 };
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	int parent, sid, pid = atoi(text);
	char state;

	if (!open || !close || close < open)
		return false;
	if (sscanf(close + 1, " %c %d %*d %d", &state, &parent, &sid) != 3)
		return false;
	snprintf(process.name, sizeof process.name, "%.*s", (int)(close - open - 1), open + 1);
	process.pid = pid;
	process.parent = parent;
	process.sid = sid;
	process.dead = state == 'Z' || state == 'X';
	process.stopped = state == 'T';
	*ret_process = process;
	return true;
}

static int table_add(struct table *table, const struct process *process)
{
	if (table->count == table->size) {
		size_t size = table->size ? 2 * table->size : 256;
		struct process *rows = realloc(table->rows, size * sizeof *rows);

		if (!rows)
			return -ENOMEM;
		table->rows = rows;
		table->size = size;
	}
	table->rows[table->count++] = *process;
	return 0;
}

static int table_read(struct table *table)
{
	DIR *directory = opendir("/proc");
	struct process process;
	struct dirent *entry;
	char text[512];
	int error = 0;

	if (!directory)
		return -errno;
	while (!error && (entry = readdir(directory))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0 && proc_read(pid, "stat", text, sizeof text) > 0 &&
		    process_parse(text, &process))
			error = table_add(table, &process);
	}
	closedir(directory);
	return error;
}

static bool is_below(const struct table *table, pid_t parent)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].pid == parent)
			return table->rows[i].below;
	return false;
}

static void table_mark(struct table *table, pid_t root)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < table->count; i++) {
			struct process *row = &table->rows[i];

			if (row->below || (row->parent != root && !is_below(table, row->parent)))
				continue;
			row->below = changed = true;
		}
	}
}

/* A session that began outside our PID namespace shows as 0: that is the session of nobody here. */
static bool is_inside(const struct process *process, pid_t sid)
{
	return sid > 0 && process->sid == sid;
}

int jscope__tree_signal(pid_t root, pid_t sid, enum jscope__tree_part part, int number)
{
	struct table table = { 0 };
	int count = 0, error = table_read(&table);

	table_mark(&table, root);
	for (size_t i = 0; !error && i < table.count; i++) {
		const struct process *row = &table.rows[i];

		if (!row->below || row->dead || is_inside(row, sid) != (part == JSCOPE__TREE_INSIDE))
			continue;
		count++;
		if (number && (number != SIGCONT || row->stopped))
			kill(row->pid, number);
	}
	free(table.rows);
	return error ? error : count;
}

static bool command_has(pid_t pid, const char *word)
{
	char text[4096];
	ssize_t size = proc_read(pid, "cmdline", text, sizeof text);

	return size > 0 && memmem(text, (size_t)size, word, strlen(word));
}

pid_t jscope__tree_child(pid_t parent, const char *name, const char *word)
{
	struct table table = { 0 };
	pid_t found = -ESRCH;

	table_read(&table);
	for (size_t i = 0; i < table.count && found < 0; i++) {
		const struct process *row = &table.rows[i];

		if (row->parent == parent && !row->dead && strcmp(row->name, name) == 0 &&
		    command_has(row->pid, word))
			found = row->pid;
	}
	free(table.rows);
	return found;
}
