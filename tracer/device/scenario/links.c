/* Do the sections of a scenario fit together? */
#include <stdio.h>
#include <string.h>

#include "section.h"

struct finding {
	const struct jscope_scenario *scenario;
	char *text;
	size_t size;
	unsigned line;
	bool found;
};

#define FIND(finding, head, ...)                                                                   \
	do {                                                                                       \
		if (!(finding)->found) {                                                           \
			snprintf((finding)->text, (finding)->size, __VA_ARGS__);                   \
			(finding)->line = (head)->line;                                            \
			(finding)->found = true;                                                   \
		}                                                                                  \
	} while (0)

/* Does one of the first `count` sections of an array have this name? */
static bool is_among(const void *elements, unsigned count, size_t element_size, const char *name)
{
	for (unsigned i = 0; i < count; i++) {
		const struct jscope_section_head *head =
			(const void *)((const char *)elements + i * element_size);

		if (strcmp(head->name, name) == 0)
			return true;
	}
	return false;
}

#define IS_AMONG(scenario, array, count, name)                                                     \
	is_among((scenario)->array, (scenario)->count, sizeof((scenario)->array[0]), name)

static bool is_device(const struct jscope_scenario *scenario, const char *name)
{
	return IS_AMONG(scenario, streams, stream_count, name) ||
	       IS_AMONG(scenario, midis, midi_count, name) ||
	       IS_AMONG(scenario, modules, module_count, name) ||
	       IS_AMONG(scenario, disks, disk_count, name) ||
	       IS_AMONG(scenario, loads, load_count, name);
}

static void check_device(struct finding *finding, const struct jscope_section_head *head,
			 const char *device)
{
	if (*device && !is_device(finding->scenario, device))
		FIND(finding, head, "There is no device '%s'; name a section such as [stream %s]",
		     device, device);
}

static void check_cpu(struct finding *finding, const struct jscope_section_head *head, uint32_t cpu)
{
	if (cpu >= finding->scenario->machine.cpu_count)
		FIND(finding, head, "There is no CPU %u; [machine] has cpus = %u, counted from 0",
		     cpu, finding->scenario->machine.cpu_count);
}

static void check_clients(struct finding *finding)
{
	const struct jscope_scenario *scenario = finding->scenario;

	for (unsigned i = 0; i < scenario->client_count; i++) {
		const struct jscope_client_settings *client = &scenario->clients[i];

		if (*client->stream && !IS_AMONG(scenario, streams, stream_count, client->stream))
			FIND(finding, &client->head, "There is no [stream %s]; write one",
			     client->stream);
		else if (scenario->stream_count == 0)
			FIND(finding, &client->head,
			     "A [client] needs a [stream]; write one, or leave the client out");
	}
}

#define CHECK_CPUS(finding, array, count)                                                          \
	for (unsigned i = 0; i < (finding)->scenario->count; i++)                                  \
	check_cpu(finding, &(finding)->scenario->array[i].head, (finding)->scenario->array[i].cpu)

const char *jscope__scenario_disagreement(const struct jscope_scenario *scenario, char *text,
					  size_t size, unsigned *ret_line)
{
	struct finding finding = { .scenario = scenario, .text = text, .size = size };

	check_clients(&finding);
	CHECK_CPUS(&finding, streams, stream_count);
	CHECK_CPUS(&finding, midis, midi_count);
	CHECK_CPUS(&finding, modules, module_count);
	CHECK_CPUS(&finding, disks, disk_count);
	CHECK_CPUS(&finding, loads, load_count);
	for (unsigned i = 0; i < scenario->delay_count; i++)
		check_device(&finding, &scenario->delays[i].head, scenario->delays[i].device);
	for (unsigned i = 0; i < scenario->fault_count; i++)
		check_device(&finding, &scenario->faults[i].head, scenario->faults[i].device);
	*ret_line = finding.line;
	return finding.found ? text : NULL;
}

static bool holds(const struct jscope_delays *delays, bool is_virtual)
{
	return delays->when == JSCOPE_WHEN_BOTH || (delays->when == JSCOPE_WHEN_SIM) == is_virtual;
}

const struct jscope_delay_settings *jscope_scenario_delays(const struct jscope_scenario *scenario,
							   const char *section_name,
							   bool is_virtual)
{
	static const struct jscope_delay_settings none;
	const struct jscope_delay_settings *all = &none;

	for (unsigned i = 0; i < scenario->delay_count; i++) {
		const struct jscope_delays *delays = &scenario->delays[i];

		if (!holds(delays, is_virtual))
			continue;
		if (*delays->device && strcmp(delays->device, section_name) == 0)
			return &delays->stages;
		if (!*delays->device)
			all = &delays->stages;
	}
	return all;
}

struct jscope_delay_settings *jscope_scenario_own_delays(struct jscope_scenario *scenario,
							 const char *section_name)
{
	struct jscope_delays *delays =
		jscope__section_element(&jscope__section_delay, scenario, section_name);

	if (!delays)
		return NULL;
	snprintf(delays->device, sizeof delays->device, "%s", section_name);
	return &delays->stages;
}

struct jscope_delay_settings *jscope_scenario_general_delays(struct jscope_scenario *scenario)
{
	struct jscope_delays *delays;

	for (unsigned i = 0; i < scenario->delay_count; i++)
		if (!*scenario->delays[i].device)
			return &scenario->delays[i].stages;
	delays = jscope__section_element(&jscope__section_delay, scenario, "like");
	return delays ? &delays->stages : NULL;
}
