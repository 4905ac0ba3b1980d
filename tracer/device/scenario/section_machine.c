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
	{ "cpus", "Modelled CPUs.", JSCOPE__KEY_U32, AT(cpu_count), 1, 64, "a number from 1 to 64",
	  NULL },
	{ "tick", "Distance of the ticks of the system timer.", JSCOPE__KEY_DURATION, AT(tick_ns),
	  500 * JSCOPE_NS_PER_US, JSCOPE_NS_PER_SEC,
	  "a duration with its unit from 500us to 1s, such as 15.625ms", NULL },
	{ "duration", "How long `record sim` records where nobody says.", JSCOPE__KEY_DURATION,
	  AT(duration_ns), 0, 86400 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit, such as 10s; 0 for no limit", NULL },
	{ "events", "How many events `record sim` records where nobody says; 0: by time.",
	  JSCOPE__KEY_I64, AT(event_count), 0, INT64_MAX, "a number of events; 0 for no limit",
	  NULL },
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
	{ "cpu", "CPU that it loads.", JSCOPE__KEY_U32, AT(cpu), 0, 63, CPU_WHAT, NULL },
	{ "level", "What keeps the CPU busy.", JSCOPE__KEY_WORD, AT(level), 0, 0,
	  "thread, dpc or isr", levels },
	{ "priority", "Of its thread.", JSCOPE__KEY_U32, AT(priority), 1, 31,
	  "a priority from 1 to 31", NULL },
	{ "busy", "How long it does so each time.", JSCOPE__KEY_DISTRIBUTION, AT(busy), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "every", "From one beginning to the next, at least 1us.", JSCOPE__KEY_DISTRIBUTION,
	  AT(every), 0, JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
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

static const char *const whens[] = { "both", "sim", "live", NULL };

static const struct jscope_delays delay_default;

#define AT(member) offsetof(struct jscope_delays, member)
/* clang-format off: it would join the stringified name with the brace. */
#define STAGE(name, sentence)                                                                      \
	{                                                                                          \
#name, sentence, JSCOPE__KEY_DISTRIBUTION, AT(stages.name), 0,                     \
			JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL                       \
	}
/* clang-format on */
static const struct jscope__key delay_keys[] = {
	{ "device", "Whom it concerns; all others where it is left out.", JSCOPE__KEY_NAME,
	  AT(device), 0, 0, "the name of a device's section", NULL },
	{ "when", "In virtual time, in real time, or in both.", JSCOPE__KEY_WORD, AT(when), 0, 0,
	  "both, sim or live; a real machine is late by itself", whens },
	STAGE(interrupt, "From the assertion to the service routine."),
	STAGE(dispatch, "In the service routine, up to the DPC."),
	STAGE(queue, "In the DPC queue."),
	STAGE(handler, "In the DPC, up to the signal."),
	STAGE(wake, "From the signal until the client runs."),
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

/* The rows of faults.def: a heading, or NULL for a fault. */
static const char *const fault_rows[] = {
#define FAULTS(heading)					  heading,
#define FAULT(name, sentence)				  NULL,
#define FORGED(name, sentence, event, field, how, amount) NULL,
#include "tracer/faults.def"
#undef FAULT
#undef FORGED
};

const char *jscope_fault_heading(enum jscope_fault_kind kind)
{
	size_t row = 0;

	for (unsigned before = 0; fault_rows[row] || before < (unsigned)kind; row++)
		before += !fault_rows[row];
	return row > 0 ? fault_rows[row - 1] : NULL;
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
	{ "kind", "What goes wrong.", JSCOPE__KEY_FAULT, AT(kind), 0, 0,
	  "the name of a fault; `jitterscope record sim --list` shows them", NULL },
	{ "device", "Whom it concerns; all others where it is left out.", JSCOPE__KEY_NAME,
	  AT(device), 0, 0, "the name of a device's section", NULL },
	{ "at", "When, since the beginning.", JSCOPE__KEY_DURATION, AT(at_ns), 0,
	  86400 * JSCOPE_NS_PER_SEC, "a duration with its unit, such as 1.5s", NULL },
	{ "every", "From one beginning to the next.", JSCOPE__KEY_DURATION, AT(every_ns),
	  JSCOPE_NS_PER_US, 86400 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit from 1us, such as 100ms", NULL },
	{ "count", "How often at most.", JSCOPE__KEY_U32, AT(count), 0, UINT32_MAX,
	  "a number; 0 for no limit", NULL },
	{ "chance", "How likely at each opportunity.", JSCOPE__KEY_CHANCE, AT(chance), 0, 0,
	  "a number from 0 to 1, such as 0.01", NULL },
	{ "length", "How long it lasts, where it lasts.", JSCOPE__KEY_DURATION, AT(length_ns), 1,
	  JSCOPE__WORK_MAX_NS, "a duration with its unit above 0 and up to 60s, such as 15ms",
	  NULL },
	{ "amount", "How much, where it has an amount.", JSCOPE__KEY_I64, AT(amount), INT64_MIN,
	  INT64_MAX, "a whole number", NULL },
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
