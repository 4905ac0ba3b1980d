/* Reading a scenario file, strictly: the INI library finds the lines, we judge each of them. */
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "section.h"

#define LINES_MAX    10000
#define LIST_MAX     768
#define INCLUDES_MAX 8
/* More than all sections of a scenario together. */
#define ELEMENTS_MAX 256

/* One element that this file speaks of. */
struct spoken {
	const struct jscope__section *section;
	void *element;
	uint64_t seen; /* one bit per key */
};

struct reader {
	const char *path;
	unsigned depth;
	FILE *file;
	unsigned line;
	bool cut; /* the last line did not end: it is too long, or the last of the file */
	struct jscope_scenario *scenario;
	char directory[PATH_MAX];
	struct spoken spoken[ELEMENTS_MAX];
	unsigned spoken_count;
	struct spoken *current; /* NULL before the first section */
	int error;
};

/* Only the first defect is told: what follows it may be its consequence. */
#define DEFECT(reader, ...)                                                                        \
	do {                                                                                       \
		if ((reader)->error == 0)                                                          \
			(reader)->error = jscope_error(-EINVAL, __VA_ARGS__);                      \
	} while (0)

static void element_begin(struct reader *reader, const struct jscope__section *section,
			  const char *name)
{
	struct jscope_section_head *head = jscope__section_element(section, reader->scenario, name);

	if (!head) {
		DEFECT(reader, "%s:%u: There are more than %u sections [%s]; leave some out.",
		       reader->path, reader->line, section->element_max, section->name);
		return;
	}
	head->line = reader->line;
	for (unsigned i = 0; i < reader->spoken_count; i++)
		if (reader->spoken[i].element == head) {
			reader->current = &reader->spoken[i];
			return;
		}
	if (reader->spoken_count == ELEMENTS_MAX)
		return;
	reader->current = &reader->spoken[reader->spoken_count++];
	*reader->current = (struct spoken){ .section = section, .element = head };
}

static void section_name_check(struct reader *reader, const struct jscope__section *section,
			       const char *name)
{
	if (*name && !section->named)
		DEFECT(reader, "%s:%u: There is one [%s] only; leave the name '%s' out.",
		       reader->path, reader->line, section->name, name);
	else if (strlen(name) >= JSCOPE_NAME_SIZE)
		DEFECT(reader, "%s:%u: The name '%s' is longer than %d bytes; make it shorter.",
		       reader->path, reader->line, name, JSCOPE_NAME_SIZE - 1);
	else if (name[strcspn(name, " \t,:/")])
		DEFECT(reader, "%s:%u: A name is one word without ',', ':' and '/', not '%s'.",
		       reader->path, reader->line, name);
	else
		element_begin(reader, section, name);
}

/* "[stream main]": the kind of the section, and the name of this one. */
static void section_check(struct reader *reader, const char *line)
{
	const char *end = strchr(line, ']');
	char text[LIST_MAX], known[LIST_MAX], *name = text, *kind;
	const struct jscope__section *section;

	if (!end) {
		DEFECT(reader, "%s:%u: The section does not end in ']'.", reader->path,
		       reader->line);
		return;
	}
	snprintf(text, sizeof text, "%.*s", (int)(end - line - 1), line + 1);
	kind = strsep(&name, " \t");
	section = jscope__section_find(kind);
	if (!section) {
		jscope__section_list(known, sizeof known);
		DEFECT(reader, "%s:%u: There is no section [%s]; the sections are %s.",
		       reader->path, reader->line, kind, known);
		return;
	}
	name = name ? name + strspn(name, " \t") : "";
	section_name_check(reader, section, name);
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

static int file_read(const char *path, const struct reader *includer,
		     struct jscope_scenario *scenario);

static void include(struct reader *reader, const char *name)
{
	char path[PATH_MAX];

	if (reader->spoken_count > 0) {
		DEFECT(reader, "%s:%u: 'include' stands before the first section only.",
		       reader->path, reader->line);
		return;
	}
	if (snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : reader->directory,
		     name[0] == '/' ? "" : "/", name) >= (int)sizeof path) {
		DEFECT(reader, "%s:%u: The path '%s' is too long; shorten it.", reader->path,
		       reader->line, name);
		return;
	}
	if (reader->depth + 1 >= INCLUDES_MAX) {
		DEFECT(reader,
		       "%s:%u: Files include each other more than %d deep; does '%s' include "
		       "itself?",
		       reader->path, reader->line, INCLUDES_MAX, name);
		return;
	}
	reader->error = file_read(path, reader, reader->scenario);
	if (reader->error)
		jscope_error(reader->error,
			     "%s:%u: It is included here; correct it, or name another.",
			     reader->path, reader->line);
}

static void key_unknown(struct reader *reader, const char *name)
{
	char known[LIST_MAX];

	if (!reader->current) {
		DEFECT(reader,
		       "%s:%u: '%s' stands before the first section; put it below [machine], "
		       "[stream] or another one.",
		       reader->path, reader->line, name);
		return;
	}
	jscope__section_keys(reader->current->section, known, sizeof known);
	DEFECT(reader, "%s:%u: There is no key '%s' in [%s]; the keys are %s.", reader->path,
	       reader->line, name, reader->current->section->name, known);
}

static void key_set(struct reader *reader, const struct jscope__key *key, const char *text)
{
	int error = jscope__value_set(reader->scenario, reader->current->element, key, text,
				      reader->directory);

	if (error == -EINVAL)
		DEFECT(reader, "%s:%u: '%s' cannot be '%s'; write %s.", reader->path, reader->line,
		       key->name, text, key->what);
	else if (error < 0)
		reader->error = jscope_error(error, "%s:%u: '%s' cannot be read; write %s.",
					     reader->path, reader->line, key->name, key->what);
}

static int on_key(void *user, const char *section_name, const char *name, const char *value)
{
	struct reader *reader = user;
	struct spoken *spoken = reader->current;
	int key = spoken ? jscope__section_key(spoken->section, name) : -ENOENT;

	(void)section_name;
	if (reader->error)
		return 0;
	if (!spoken && strcmp(name, "include") == 0) {
		include(reader, value);
	} else if (key < 0) {
		key_unknown(reader, name);
	} else if (spoken->seen & (UINT64_C(1) << key)) {
		DEFECT(reader, "%s:%u: '%s' is given a second time; keep one.", reader->path,
		       reader->line, name);
	} else {
		spoken->seen |= UINT64_C(1) << key;
		((struct jscope_section_head *)spoken->element)->line = reader->line;
		key_set(reader, &spoken->section->keys[key], value);
	}
	return reader->error == 0;
}

/* The elements that this file spoke of are complete when it ends. */
static int elements_check(struct reader *reader)
{
	for (unsigned i = 0; i < reader->spoken_count; i++) {
		const struct spoken *spoken = &reader->spoken[i];
		const struct jscope_section_head *head = spoken->element;
		const char *refusal =
			spoken->section->refusal ? spoken->section->refusal(spoken->element) : NULL;

		if (refusal)
			return jscope_error(-EINVAL, "%s:%u: Impossible [%s]: %s.", reader->path,
					    head->line, spoken->section->name, refusal);
	}
	return 0;
}

static int parse(struct reader *reader)
{
	int line = ini_parse_stream(next_line, reader, on_key, reader);

	if (reader->error)
		return reader->error;
	if (ferror(reader->file))
		return jscope_error(-EIO, "%s: The scenario cannot be read; is it a file?",
				    reader->path);
	if (line != 0)
		return jscope_error(
			-EINVAL,
			"%s:%d: This is neither [section] nor key = value; write one of them.",
			reader->path, line);
	return elements_check(reader);
}

static int file_read(const char *path, const struct reader *includer,
		     struct jscope_scenario *scenario)
{
	struct reader *reader = calloc(1, sizeof *reader);
	int error;

	if (!reader)
		return -ENOMEM;
	reader->path = path;
	reader->depth = includer ? includer->depth + 1 : 0;
	reader->scenario = scenario;
	snprintf(reader->directory, sizeof reader->directory, "%s", path);
	dirname(reader->directory);
	error = includer ? jscope__file_check(path) : 0;
	reader->file = error ? NULL : fopen(path, "re");
	if (reader->file) {
		error = parse(reader);
		fclose(reader->file);
	} else if (!error) {
		error = jscope_error(-errno, "%s: The scenario cannot be opened: %s.", path,
				     strerror(errno));
	}
	free(reader);
	return error;
}

/* What a file that says nothing of it has. */
static void defaults_add(struct jscope_scenario *scenario)
{
	jscope__section_element(&jscope__section_machine, scenario, "");
	if (scenario->stream_count + scenario->midi_count + scenario->module_count +
		    scenario->disk_count + scenario->load_count ==
	    0)
		jscope__section_element(&jscope__section_stream, scenario, "");
	if (scenario->stream_count > 0 && scenario->client_count == 0)
		jscope__section_element(&jscope__section_client, scenario, "");
}

int jscope_scenario_create(struct jscope_scenario **ret_scenario)
{
	struct jscope_scenario *scenario = calloc(1, sizeof *scenario);

	if (!scenario)
		return -ENOMEM;
	defaults_add(scenario);
	*ret_scenario = scenario;
	return 0;
}

static int complete(const char *path, struct jscope_scenario *scenario)
{
	char text[LIST_MAX];
	unsigned line = 0;
	const char *why;

	defaults_add(scenario);
	why = jscope__scenario_disagreement(scenario, text, sizeof text, &line);
	return why ? jscope_error(-EINVAL, "%s:%u: %s.", path, line, why) : 0;
}

int jscope_scenario_read(const char *path, struct jscope_scenario **ret_scenario)
{
	struct jscope_scenario *scenario = calloc(1, sizeof *scenario);
	int error;

	if (!scenario)
		return -ENOMEM;
	error = file_read(path, NULL, scenario);
	if (!error)
		error = complete(path, scenario);
	if (error) {
		jscope_scenario_destroy(scenario);
		return error;
	}
	*ret_scenario = scenario;
	return 0;
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
			 struct jscope_scenario **ret_scenario)
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
