/* Audio modules. */
#include "section.h"

static const struct jscope_module_settings module_default = {
	.arrival = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
		     .a = 20e6,
		     .max_ns = JSCOPE__WORK_MAX_NS },
	.size_bytes = 40,
	.work = { .max_ns = JSCOPE__WORK_MAX_NS },
	.priority = 16,
	.listener_count = 1,
};

#define AT(member) offsetof(struct jscope_module_settings, member)
static const struct jscope__key keys[] = {
	{ "arrival", "From one notification to the next.", JSCOPE__KEY_DISTRIBUTION, AT(arrival), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "size_bytes", "Of the notification, payload included.", JSCOPE__KEY_U32, AT(size_bytes),
	  40, 64000, "bytes from 40 (KSAUDIOMODULE_NOTIFICATION) to 64000", NULL },
	{ "from_dpc", "The buffer is allocated in the DPC, and sent and freed by a work item.",
	  JSCOPE__KEY_BOOL, AT(from_dpc), 0, 0, "yes or no", NULL },
	{ "work", "CPU time of a listener.", JSCOPE__KEY_DISTRIBUTION, AT(work), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "priority", "Of the listeners.", JSCOPE__KEY_U32, AT(priority), 1, 31,
	  "a priority from 1 to 31", NULL },
	{ "listeners", "Clients that each get a copy.", JSCOPE__KEY_U32, AT(listener_count), 1, 16,
	  "a number from 1 to 16", NULL },
	{ "irq", "Interrupt line; two devices with the same share it.", JSCOPE__KEY_U32, AT(irq), 1,
	  255, "an interrupt line from 1 to 255", NULL },
	{ "cpu", "CPU that it interrupts and that runs its DPC.", JSCOPE__KEY_U32, AT(cpu), 0, 63,
	  "the index of a CPU from 0, below [machine] cpus", NULL },
};
#undef AT

const struct jscope__section jscope__section_module = {
	.name = "module",
	.named = true,
	.keys = keys,
	.key_count = sizeof keys / sizeof keys[0],
	JSCOPE__SECTION(modules, module_count),
	.defaults = &module_default,
};
