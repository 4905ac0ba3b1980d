/* Reading a scenario file, strictly: the INI library finds the lines, we judge each of them. */
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "scenario_key.h"

#define LINES_MAX 10000

struct reader {
	const char *path;
	FILE *file;
	unsigned line;
	bool cut; /* the last line did not end: it is too long, or the last of the file */
	struct jscope_scenario scenario;
	uint64_t seen;	      /* one bit per key */
	unsigned stream_line; /* where [stream] was last spoken of, for the geometry */
	int error;
};

#define LIST_MAX 256

/* Only the first defect is told: what follows it may be its consequence. */
#define DEFECT(reader, ...)                                                                        \
	do {                                                                                       \
		if ((reader)->error == 0)                                                          \
			(reader)->error = jscope_error(-EINVAL, __VA_ARGS__);                      \
	} while (0)

static void section_check(struct reader *reader, const char *line)
{
	const char *end = strchr(line, ']');
	char section[LIST_MAX], known[LIST_MAX];

	if (!end) {
		DEFECT(reader, "%s:%u: The section does not end in ']'.", reader->path,
		       reader->line);
		return;
	}
	snprintf(section, sizeof section, "%.*s", (int)(end - line - 1), line + 1);
	if (jscope__scenario_has_section(section))
		return;
	jscope__scenario_sections(known, sizeof known);
	DEFECT(reader, "%s:%u: There is no section [%s]; the sections are %s.", reader->path,
	       reader->line, section, known);
}

static void line_check(struct reader *reader, const char *line, size_t size)
{
	size_t length = strlen(line);

	if (reader->cut)
		DEFECT(reader, "%s:%u: The line is longer than %zu bytes; make it shorter.",
		       reader->path, reader->line, size - 2);
	reader->line++;
	reader->cut = length == 0 || line[length - 1] != '\n';
	if (reader->line > LINES_MAX)
		DEFECT(reader, "%s:%u: The file has more than %d lines; this is no scenario.",
		       reader->path, reader->line, LINES_MAX);
	line += strspn(line, " \t");
	if (line[0] == '[')
		section_check(reader, line);
}

static char *next_line(char *text, int size, void *stream)
{
	struct reader *reader = stream;

	if (reader->error || !fgets(text, size, reader->file))
		return NULL;
	line_check(reader, text, (size_t)size);
	return text;
}

static void key_unknown(struct reader *reader, const char *section, const char *name)
{
	char known[LIST_MAX];

	if (!jscope__scenario_has_section(section)) {
		DEFECT(reader,
		       "%s:%u: '%s' stands before the first section; put it below "
		       "[machine], [stream] or [client].",
		       reader->path, reader->line, name);
		return;
	}
	jscope__scenario_keys(section, known, sizeof known);
	DEFECT(reader, "%s:%u: There is no key '%s' in [%s]; the keys are %s.", reader->path,
	       reader->line, name, section, known);
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *reader = user;
	int key = jscope__scenario_key_find(section, name);

	if (key < 0) {
		key_unknown(reader, section, name);
		return 0;
	}
	if (reader->seen & (UINT64_C(1) << key)) {
		DEFECT(reader, "%s:%u: '%s' is given a second time; keep one.", reader->path,
		       reader->line, name);
		return 0;
	}
	reader->seen |= UINT64_C(1) << key;
	if (strcmp(section, "stream") == 0)
		reader->stream_line = reader->line;
	if (jscope__scenario_key_set(&reader->scenario, key, value) == 0)
		return 1;
	DEFECT(reader, "%s:%u: '%s' cannot be '%s'; write %s.", reader->path, reader->line, name,
	       value, jscope__scenario_key_remedy(key));
	return 0;
}

static int parse(struct reader *reader)
{
	int line = ini_parse_stream(next_line, reader, on_key, reader);
	const char *refusal;

	if (reader->error)
		return reader->error;
	if (ferror(reader->file))
		return jscope_error(-EIO, "%s: The scenario cannot be read; is it a file?",
				    reader->path);
	if (line != 0)
		return jscope_error(-EINVAL, "%s:%d: This is neither [section] nor key = value.",
				    reader->path, line);
	refusal = jscope__scenario_refusal(&reader->scenario);
	if (refusal)
		return jscope_error(-EINVAL, "%s:%u: Impossible [stream]: %s.", reader->path,
				    reader->stream_line, refusal);
	return 0;
}

int jscope_scenario_read(const char *path, struct jscope_scenario *ret_scenario)
{
	struct reader reader = { .path = path, .scenario = jscope_scenario_default };
	int error;

	reader.file = fopen(path, "re");
	if (!reader.file)
		return jscope_error(-errno, "%s: The scenario cannot be opened: %s.", path,
				    strerror(errno));
	error = parse(&reader);
	fclose(reader.file);
	if (!error)
		*ret_scenario = reader.scenario;
	return error;
}

static bool has_suffix(const char *text)
{
	size_t length = strlen(text);

	return length > 4 && strcmp(text + length - 4, ".ini") == 0;
}

/* DIRECTORY/NAME[.ini] in memory that the caller frees, or NULL. */
static char *path_of(const char *directory, const char *name, const char *suffix)
{
	size_t size = strlen(directory) + strlen(name) + strlen(suffix) + 2;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s/%s%s", directory, name, suffix);
	return path;
}

int jscope_scenario_find(const char *directory, const char *name_or_file,
			 struct jscope_scenario *ret_scenario)
{
	char *path;
	int error;

	if (strchr(name_or_file, '/') || has_suffix(name_or_file))
		return jscope_scenario_read(name_or_file, ret_scenario);
	path = path_of(directory, name_or_file, ".ini");
	if (!path)
		return -ENOMEM;
	if (access(path, F_OK) == 0)
		error = jscope_scenario_read(path, ret_scenario);
	else
		error = jscope_error(-ENOENT,
				     "There is no scenario '%s' in '%s'; --list shows those there "
				     "are, and a file needs a '/' or '.ini' in its name.",
				     name_or_file, directory);
	free(path);
	return error;
}

/* The text of the first line, where it is a comment. */
static void summary_read(const char *path, char *summary, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[LIST_MAX];

	summary[0] = '\0';
	if (!file)
		return;
	if (fgets(line, sizeof line, file) && (line[0] == ';' || line[0] == '#')) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(summary, size, "%s", line + 1 + strspn(line + 1, " "));
	}
	fclose(file);
}

static int is_scenario(const struct dirent *entry)
{
	return has_suffix(entry->d_name);
}

int jscope_scenario_list(const char *directory,
			 void (*each)(void *state, const char *name, const char *summary),
			 void *state)
{
	struct dirent **entries;
	char summary[LIST_MAX];
	int count = scandir(directory, &entries, is_scenario, alphasort);

	if (count < 0)
		return jscope_error(-errno, "%s: The scenarios cannot be listed: %s.", directory,
				    strerror(errno));
	for (int i = 0; i < count; i++) {
		char *name = entries[i]->d_name;
		char *path = path_of(directory, name, "");

		if (path) {
			summary_read(path, summary, sizeof summary);
			name[strlen(name) - 4] = '\0';
			each(state, name, summary);
		}
		free(path);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
