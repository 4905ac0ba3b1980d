/* The machine, what loads it, how long things take, and what goes wrong. */
#include <stdio.h>
#include <string.h>

#include "section.h"

#define CPU_WHAT "the index of a CPU from 0, below [machine] cpus"

static const struct jscope_machine_settings machine_default = {
	.cpu_count = 2,
	.tick_ns = 15625 * JSCOPE_NS_PER_US,
};

#define AT(member) offsetof(struct jscope_machine_settings, member)
static const struct jscope__key machine_keys[] = {
	{ "cpus", JSCOPE__KEY_U32, AT(cpu_count), 1, 64, "a number from 1 to 64", NULL },
	{ "tick", JSCOPE__KEY_DURATION, AT(tick_ns), 500 * JSCOPE_NS_PER_US, JSCOPE_NS_PER_SEC,
	  "a duration with its unit from 500us to 1s, such as 15.625ms", NULL },
	{ "duration", JSCOPE__KEY_DURATION, AT(duration_ns), 0, 86400 * JSCOPE_NS_PER_SEC,
	  "how long `record sim` runs it if not told: a duration with its unit, 0 for no limit",
	  NULL },
	{ "events", JSCOPE__KEY_I64, AT(event_count), 0, INT64_MAX,
	  "after how many events `record sim` ends if not told; 0 for no limit", NULL },
};
#undef AT

const struct jscope__section jscope__section_machine = {
	.name = "machine",
	.keys = machine_keys,
	.key_count = sizeof machine_keys / sizeof machine_keys[0],
	.elements_offset = offsetof(struct jscope_scenario, machine),
	.count_offset = offsetof(struct jscope_scenario, machine_count),
	.element_size = sizeof machine_default,
	.element_max = 1,
	.defaults = &machine_default,
};

static const char *const levels[] = { "thread", "dpc", "isr", NULL };

static const struct jscope_load_settings load_default = {
	.level = JSCOPE_LOAD_THREAD,
	.priority = 31,
	.busy = { .kind = JSCOPE_DISTRIBUTION_CONSTANT, .a = 1e6, .max_ns = JSCOPE__WORK_MAX_NS },
	.every = { .kind = JSCOPE_DISTRIBUTION_CONSTANT, .a = 1e7, .max_ns = JSCOPE__WORK_MAX_NS },
};

#define AT(member) offsetof(struct jscope_load_settings, member)
static const struct jscope__key load_keys[] = {
	{ "cpu", JSCOPE__KEY_U32, AT(cpu), 0, 63, CPU_WHAT, NULL },
	{ "level", JSCOPE__KEY_WORD, AT(level), 0, 0, "thread, dpc or isr", levels },
	{ "priority", JSCOPE__KEY_U32, AT(priority), 1, 31, "a priority from 1 to 31", NULL },
	{ "busy", JSCOPE__KEY_DISTRIBUTION, AT(busy), 0, JSCOPE__WORK_MAX_NS,
	  JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "every", JSCOPE__KEY_DISTRIBUTION, AT(every), 0, JSCOPE__WORK_MAX_NS,
	  JSCOPE__DISTRIBUTION_WHAT, NULL },
};
#undef AT

const struct jscope__section jscope__section_load = {
	.name = "load",
	.named = true,
	.keys = load_keys,
	.key_count = sizeof load_keys / sizeof load_keys[0],
	JSCOPE__SECTION(loads, load_count),
	.defaults = &load_default,
};

static const struct jscope_delays delay_default;

#define AT(member) offsetof(struct jscope_delays, member)
#define STAGE(name)                                                                                \
	{                                                                                          \
#name, JSCOPE__KEY_DISTRIBUTION, AT(stages.name), 0, JSCOPE__WORK_MAX_NS,          \
			JSCOPE__DISTRIBUTION_WHAT, NULL                                            \
	}
static const struct jscope__key delay_keys[] = {
	{ "device", JSCOPE__KEY_NAME, AT(device), 0, 0, "the name of a device's section", NULL },
	STAGE(interrupt),
	STAGE(dispatch),
	STAGE(queue),
	STAGE(handler),
	STAGE(wake),
};
#undef AT

const struct jscope__section jscope__section_delay = {
	.name = "delay",
	.named = true,
	.keys = delay_keys,
	.key_count = sizeof delay_keys / sizeof delay_keys[0],
	JSCOPE__SECTION(delays, delay_count),
	.defaults = &delay_default,
};

static const struct {
	const char *name, *sentence;
} faults[] = {
#define FAULT(name, sentence)				  { #name, sentence },
#define FORGED(name, sentence, event, field, how, amount) { #name, sentence },
#include "tracer/faults.def"
#undef FAULT
#undef FORGED
};

/* "drop-interrupt" of drop_interrupt: the names are made once, by whoever asks first. */
const char *jscope_fault_name(enum jscope_fault_kind kind)
{
	static _Thread_local char name[64];
	size_t i = 0;

	for (; faults[kind].name[i] && i + 1 < sizeof name; i++)
		name[i] = faults[kind].name[i] == '_' ? '-' : faults[kind].name[i];
	name[i] = '\0';
	return name;
}

const char *jscope_fault_sentence(enum jscope_fault_kind kind)
{
	return faults[kind].sentence;
}

static const struct jscope_fault_settings fault_default = {
	.kind = JSCOPE_FAULT_COUNT,
	.at_ns = JSCOPE_NS_PER_SEC / 10,
	.count = 1,
	.chance = 1,
	.length_ns = 15 * JSCOPE_NS_PER_MS,
};

#define AT(member) offsetof(struct jscope_fault_settings, member)
static const struct jscope__key fault_keys[] = {
	{ "kind", JSCOPE__KEY_FAULT, AT(kind), 0, 0,
	  "the name of a fault; `jitterscope record sim --list` shows them", NULL },
	{ "device", JSCOPE__KEY_NAME, AT(device), 0, 0, "the name of a device's section", NULL },
	{ "at", JSCOPE__KEY_DURATION, AT(at_ns), 0, 86400 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit, such as 1.5s", NULL },
	{ "every", JSCOPE__KEY_DURATION, AT(every_ns), 1, 86400 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit above 0, such as 100ms", NULL },
	{ "count", JSCOPE__KEY_U32, AT(count), 0, UINT32_MAX, "a number; 0 for no limit", NULL },
	{ "chance", JSCOPE__KEY_CHANCE, AT(chance), 0, 0, "a number from 0 to 1, such as 0.01",
	  NULL },
	{ "length", JSCOPE__KEY_DURATION, AT(length_ns), 1, 3600 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit above 0, such as 15ms", NULL },
	{ "amount", JSCOPE__KEY_I64, AT(amount), INT64_MIN, INT64_MAX, "a whole number", NULL },
};
#undef AT

static const char *fault_refusal(const void *element)
{
	const struct jscope_fault_settings *fault = element;

	return fault->kind == JSCOPE_FAULT_COUNT
		       ? "a fault needs its kind; write kind = drop-interrupt, for instance"
		       : NULL;
}

const struct jscope__section jscope__section_fault = {
	.name = "fault",
	.named = true,
	.keys = fault_keys,
	.key_count = sizeof fault_keys / sizeof fault_keys[0],
	JSCOPE__SECTION(faults, fault_count),
	.defaults = &fault_default,
	.refusal = fault_refusal,
};
