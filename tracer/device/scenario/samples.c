#include "samples.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "section.h"

struct table {
	const char *path;
	FILE *file;
	char *line; /* owned */
	size_t line_size;
	unsigned line_number;
	jscope_ns *samples; /* owned until handed over */
	size_t count, size;
};

static bool next_line(struct table *table)
{
	ssize_t length = getline(&table->line, &table->line_size, table->file);

	if (length < 0)
		return false;
	table->line_number++;
	table->line[strcspn(table->line, "\r\n")] = '\0';
	return true;
}

/* Field `index` of the line, cut off in place; NULL beyond its end. */
static char *field_at(char *line, unsigned index)
{
	char *rest = line, *field = strsep(&rest, ",");

	while (index-- > 0 && field)
		field = strsep(&rest, ",");
	return field;
}

static int column_find(const struct table *table, const char *column)
{
	char *rest = table->line, *field;

	for (int index = 0; (field = strsep(&rest, ",")); index++)
		if (strcmp(field, column) == 0)
			return index;
	return -ENOENT;
}

static int add(struct table *table, jscope_ns sample)
{
	if (table->count == JSCOPE__SAMPLES_MAX)
		return jscope_error(-EFBIG, "%s: More than %d samples; cut the file.", table->path,
				    JSCOPE__SAMPLES_MAX);
	if (table->count == table->size) {
		size_t size = table->size ? 2 * table->size : 1024;
		jscope_ns *samples = realloc(table->samples, size * sizeof *samples);

		if (!samples)
			return -ENOMEM;
		table->samples = samples;
		table->size = size;
	}
	table->samples[table->count++] = sample;
	return 0;
}

static int row_read(struct table *table, unsigned index)
{
	const char *field = field_at(table->line, index);
	char *end_of_number;
	int64_t value;

	if (!field || !*field)
		return 0;
	errno = 0;
	value = strtoll(field, &end_of_number, 10);
	if (*end_of_number || errno || value < 0)
		return jscope_error(-EBADMSG, "%s:%u: '%s' is no number of nanoseconds.",
				    table->path, table->line_number, field);
	return add(table, value);
}

static int rows_read(struct table *table, const char *column)
{
	int index, error = 0;

	index = next_line(table) ? column_find(table, column) : -ENOENT;
	if (index < 0)
		return jscope_error(-EBADMSG, "%s:1: There is no column '%s' in the first line.",
				    table->path, column);
	while (!error && next_line(table))
		error = row_read(table, (unsigned)index);
	if (!error && table->count == 0)
		return jscope_error(-EBADMSG, "%s: The column '%s' holds no value.", table->path,
				    column);
	return error;
}

static int table_read(struct table *table, const char *column)
{
	int error = jscope__file_check(table->path);

	if (error)
		return error;
	table->file = fopen(table->path, "re");
	if (!table->file)
		return jscope_error(-errno, "%s: The samples cannot be opened: %s.", table->path,
				    strerror(errno));
	error = rows_read(table, column);
	fclose(table->file);
	return error;
}

int jscope__samples_read(struct jscope_scenario *scenario, const char *directory, const char *path,
			 const char *column, jscope_ns **ret_samples, size_t *ret_count)
{
	char full[PATH_MAX];
	struct table table = { .path = full };
	jscope_ns *samples = NULL;
	int error;

	snprintf(full, sizeof full, "%s%s%s", path[0] == '/' ? "" : directory,
		 path[0] == '/' ? "" : "/", path);
	error = table_read(&table, column);
	if (!error) {
		samples = jscope__scenario_own(scenario, table.count * sizeof *samples);
		error = samples ? 0 : -ENOMEM;
	}
	if (!error) {
		memcpy(samples, table.samples, table.count * sizeof *samples);
		*ret_samples = samples;
		*ret_count = table.count;
	}
	free(table.samples);
	free(table.line);
	return error;
}
