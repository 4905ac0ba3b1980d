#include "siblings.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANNELS_MAX 64	  /* files of further channels are not compared */
#define CPUS_MAX     4096 /* neither are those of further CPUs */
#define LIST_SIZE    240  /* of CPUs in a sentence */

struct channel {
	const char *name; /* borrowed, not ended */
	size_t length;
	unsigned rotated, plain; /* files whose CPU says which of the two it is */
	bool is_contradicted;	 /* a CPU is not that of its name */
	bool is_confirmed;	 /* some CPU is */
	uint8_t seen[CPUS_MAX], empty[CPUS_MAX], indexed[CPUS_MAX];
};

struct family {
	struct channel *channels; /* owned */
	size_t count;
};

/* A name without its last "_NUMBER"; false where it has none. */
static bool number_split(const char *name, size_t length, size_t *ret_length, uint32_t *ret_number)
{
	size_t at = length;
	uint64_t number = 0;

	while (at > 0 && isdigit((unsigned char)name[at - 1]))
		at--;
	if (at == length || length - at > 9 || at < 2 || name[at - 1] != '_')
		return false;
	for (size_t i = at; i < length; i++)
		number = 10 * number + (uint64_t)(name[i] - '0');
	*ret_length = at - 1;
	*ret_number = (uint32_t)number;
	return true;
}

/* The channel of that name, made if need be; NULL where there are too many. */
static struct channel *channel_get(struct family *family, const char *name, size_t length)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->channels[i].length == length &&
		    !memcmp(family->channels[i].name, name, length))
			return &family->channels[i];
	if (family->count == CHANNELS_MAX)
		return NULL;
	family->channels[family->count] = (struct channel){ .name = name, .length = length };
	return &family->channels[family->count++];
}

/* Of CHANNEL_A_B either A is the CPU and B a number of files, or B is the CPU. */
static void rotation_vote(struct family *family, const struct jscope__ctf_sibling *sibling)
{
	struct channel *channel;
	size_t length;
	uint32_t last, first;

	if (!sibling->knows_cpu ||
	    !number_split(sibling->name, strlen(sibling->name), &length, &last) ||
	    !number_split(sibling->name, length, &length, &first) || first == last)
		return;
	channel = channel_get(family, sibling->name, length);
	if (!channel)
		return;
	channel->rotated += sibling->cpu == first;
	channel->plain += sibling->cpu == last;
}

/* How a name is to be read. Returns false where it is no name of a stream of a CPU. */
static bool name_read(struct family *family, const char *name, size_t *ret_stem_length,
		      size_t *ret_channel_length, uint32_t *ret_cpu)
{
	size_t length, outer_length;
	uint32_t number;
	struct channel *outer;

	*ret_stem_length = strlen(name);
	if (!number_split(name, *ret_stem_length, &length, ret_cpu))
		return false;
	*ret_channel_length = length;
	if (!number_split(name, length, &outer_length, &number))
		return true;
	outer = channel_get(family, name, outer_length);
	if (outer && outer->rotated > outer->plain) {
		*ret_stem_length = length;
		*ret_channel_length = outer_length;
		*ret_cpu = number;
	}
	return true;
}

static void sibling_enter(struct family *family, struct jscope__ctf_sibling *sibling)
{
	struct channel *channel;
	size_t length;
	uint32_t cpu;

	if (!name_read(family, sibling->name, &sibling->stem_length, &length, &cpu))
		return;
	channel = channel_get(family, sibling->name, length);
	if (!channel || cpu >= CPUS_MAX)
		return;
	if (sibling->knows_cpu && sibling->cpu == cpu)
		channel->is_confirmed = true;
	else if (sibling->knows_cpu)
		channel->is_contradicted = true;
	channel->seen[cpu] = true;
	if (sibling->is_empty)
		channel->empty[cpu] = true;
}

/* A stream that has an index was there, whatever number it has. */
static void index_enter(struct family *family, const char *entry)
{
	char name[NAME_MAX + 1];
	size_t length = strlen(entry), stem_length;
	struct channel *channel;
	uint32_t cpu;

	if (length < 5 || length > NAME_MAX || strcmp(entry + length - 4, ".idx") != 0)
		return;
	memcpy(name, entry, length - 4);
	name[length - 4] = '\0';
	if (!name_read(family, name, &stem_length, &length, &cpu) || cpu >= CPUS_MAX)
		return;
	for (size_t i = 0; i < family->count; i++) {
		channel = &family->channels[i];
		if (channel->length == length && !memcmp(channel->name, name, length))
			channel->indexed[cpu] = true;
	}
}

static void indexes_enter(struct family *family, const char *directory)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *stream;

	if (snprintf(path, sizeof path, "%s/index", directory) >= (int)sizeof path)
		return;
	stream = opendir(path);
	if (!stream)
		return;
	while ((entry = readdir(stream)))
		index_enter(family, entry->d_name);
	closedir(stream);
}

/* "CPU 5", "CPUs 2, 4-7"; what does not fit is left out. Returns how many there are. */
static size_t cpus_list(const uint8_t *is_listed, char *text, size_t size)
{
	char list[LIST_SIZE] = "";
	size_t count = 0, length = 0;

	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
		const unsigned first = cpu;

		if (!is_listed[cpu])
			continue;
		while (cpu + 1 < CPUS_MAX && is_listed[cpu + 1])
			cpu++;
		if (length + 16 < sizeof list)
			length += (size_t)snprintf(list + length, sizeof list - length,
						   first < cpu ? "%s%u-%u" : "%s%u",
						   count ? ", " : "", first, cpu);
		count += cpu - first + 1;
	}
	snprintf(text, size, "CPU%s %s", count == 1 ? "" : "s", list);
	return count;
}

static void missing_tell(const struct channel *channel, const char *directory,
			 struct jscope__ctf_damage *damage)
{
	uint8_t missing[CPUS_MAX] = { 0 };
	char list[LIST_SIZE + 8];
	unsigned end = 0;

	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (channel->seen[cpu] || channel->indexed[cpu])
			end = cpu;
	for (unsigned cpu = 0; cpu <= end; cpu++)
		missing[cpu] = !channel->seen[cpu];
	if (!cpus_list(missing, list, sizeof list))
		return;
	jscope__ctf_damage_add(damage,
			       "'%s' has no stream of %s in channel '%.*s', though it has those of "
			       "others: all events from there are missing; copy the trace again.",
			       directory, list, (int)channel->length, channel->name);
}

static void empty_tell(const struct channel *channel, const char *directory,
		       struct jscope__ctf_damage *damage)
{
	char list[LIST_SIZE + 8];

	if (cpus_list(channel->empty, list, sizeof list))
		jscope__ctf_damage_remark(
			damage,
			"'%s' has no events of %s in channel '%.*s': its streams "
			"are empty there, as they are where nothing was recorded.",
			directory, list, (int)channel->length, channel->name);
}

void jscope__ctf_siblings_check(const char *directory, struct jscope__ctf_sibling *siblings,
				size_t count, struct jscope__ctf_damage *damage)
{
	struct family family = { .channels = calloc(CHANNELS_MAX, sizeof *family.channels) };

	for (size_t i = 0; i < count; i++)
		siblings[i].stem_length = strlen(siblings[i].name);
	if (!family.channels)
		return;
	for (size_t i = 0; i < count; i++)
		rotation_vote(&family, &siblings[i]);
	for (size_t i = 0; i < count; i++)
		sibling_enter(&family, &siblings[i]);
	indexes_enter(&family, directory);
	for (size_t i = 0; i < family.count; i++) {
		const struct channel *channel = &family.channels[i];

		if (!channel->is_confirmed || channel->is_contradicted)
			continue;
		missing_tell(channel, directory, damage);
		empty_tell(channel, directory, damage);
	}
	free(family.channels);
}
