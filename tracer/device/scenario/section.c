#include "section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"

const struct jscope__section *const jscope__sections[] = {
	&jscope__section_machine, &jscope__section_stream,
	&jscope__section_client,  &jscope__section_midi,
	&jscope__section_module,  &jscope__section_disk,
	&jscope__section_load,	  &jscope__section_delay,
	&jscope__section_fault,	  NULL,
};

const struct jscope__section *jscope__section_find(const char *name)
{
	for (size_t i = 0; jscope__sections[i]; i++)
		if (strcmp(jscope__sections[i]->name, name) == 0)
			return jscope__sections[i];
	return NULL;
}

int jscope__section_key(const struct jscope__section *section, const char *key)
{
	for (unsigned i = 0; i < section->key_count; i++)
		if (strcmp(section->keys[i].name, key) == 0)
			return (int)i;
	return -ENOENT;
}

void *jscope__section_element(const struct jscope__section *section,
			      struct jscope_scenario *scenario, const char *name)
{
	char *elements = (char *)scenario + section->elements_offset;
	unsigned *count = (unsigned *)((char *)scenario + section->count_offset);
	struct jscope_section_head *head;

	for (unsigned i = 0; i < *count; i++) {
		head = (struct jscope_section_head *)(elements + i * section->element_size);
		if (strcmp(head->name, name) == 0)
			return head;
	}
	if (*count == section->element_max)
		return NULL;
	head = (struct jscope_section_head *)(elements + *count * section->element_size);
	memcpy(head, section->defaults, section->element_size);
	snprintf(head->name, sizeof head->name, "%s", name);
	++*count;
	return head;
}

static void append(char *text, size_t size, const char *open, const char *word, const char *close)
{
	const size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s%s%s", used ? ", " : "", open, word, close);
}

void jscope__section_list(char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; jscope__sections[i]; i++)
		append(text, size, "[", jscope__sections[i]->name, "]");
}

void jscope__section_keys(const struct jscope__section *section, char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned i = 0; i < section->key_count; i++)
		append(text, size, "", section->keys[i].name, "");
}

struct owned {
	struct owned *next;
	max_align_t memory[];
};

void *jscope__scenario_own(struct jscope_scenario *scenario, size_t size)
{
	struct owned *owned = calloc(1, sizeof *owned + size);

	if (!owned)
		return NULL;
	owned->next = scenario->owned;
	scenario->owned = owned;
	return owned->memory;
}

int jscope__file_check(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
		return 0;
	return jscope_error(-EINVAL, "%s: A scenario can name plain files only; this is none.",
			    path);
}

void jscope_scenario_destroy(struct jscope_scenario *scenario)
{
	struct owned *owned = scenario ? scenario->owned : NULL;

	while (owned) {
		struct owned *next = owned->next;

		free(owned);
		owned = next;
	}
	free(scenario);
}

static void *own_copy(struct jscope_scenario *scenario, const void *data, size_t size)
{
	void *copy = jscope__scenario_own(scenario, size);

	if (copy)
		memcpy(copy, data, size);
	return copy;
}

const struct jscope_recorded_delay *
jscope_scenario_recorded(struct jscope_scenario *scenario,
			 const struct jscope_recorded_delay *delays, size_t count)
{
	return own_copy(scenario, delays, count * sizeof *delays);
}

const jscope_ns *jscope_scenario_times(struct jscope_scenario *scenario, const jscope_ns *times,
				       size_t count)
{
	return own_copy(scenario, times, count * sizeof *times);
}

const struct jscope_recorded_traffic *
jscope_scenario_traffic(struct jscope_scenario *scenario,
			const struct jscope_recorded_traffic *traffic)
{
	struct jscope_recorded_traffic *copy = own_copy(scenario, traffic, sizeof *traffic);

	if (!copy)
		return NULL;
	copy->requests =
		own_copy(scenario, traffic->requests, traffic->count * sizeof *copy->requests);
	return copy->requests ? copy : NULL;
}

struct jscope_disk_settings *jscope_scenario_disk(struct jscope_scenario *scenario,
						  const char *section_name)
{
	return jscope__section_element(&jscope__section_disk, scenario, section_name);
}

int jscope_scenario_samples(struct jscope_scenario *scenario, const jscope_ns *values, size_t count,
			    struct jscope_distribution *ret_distribution)
{
	jscope_ns *samples = own_copy(scenario, values, count * sizeof *values);

	if (!samples)
		return -ENOMEM;
	*ret_distribution = (struct jscope_distribution){
		.kind = JSCOPE_DISTRIBUTION_EMPIRICAL,
		.max_ns = JSCOPE__WORK_MAX_NS,
		.samples = samples,
		.sample_count = count,
	};
	return 0;
}
