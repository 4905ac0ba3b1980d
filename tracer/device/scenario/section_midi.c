/* MIDI ports. */
#include "section.h"

static const char *const groupings[] = { "shared", "own", NULL };

static const struct jscope_midi_settings midi_default = {
	.stream_count = 1,
	.arrival = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
		     .a = 10e6,
		     .max_ns = JSCOPE__WORK_MAX_NS },
	.work = { .max_ns = JSCOPE__WORK_MAX_NS },
	.priority = 24,
	.message_bytes = 3,
	.fifo_bytes = 16,
};

#define AT(member) offsetof(struct jscope_midi_settings, member)
static const struct jscope__key keys[] = {
	{ "streams", "DIN ports.", JSCOPE__KEY_U32, AT(stream_count), 1, 16,
	  "a number from 1 to 16", NULL },
	{ "capture", "Bytes come in; else they go out.", JSCOPE__KEY_BOOL, AT(capture), 0, 0,
	  "yes or no", NULL },
	{ "groups", "One service group for all streams, or one for each.", JSCOPE__KEY_WORD,
	  AT(grouping), 0, 0, "shared or own", groupings },
	{ "notify_null", "The ISR calls Notify(NULL).", JSCOPE__KEY_BOOL, AT(notify_null), 0, 0,
	  "yes or no", NULL },
	{ "arrival", "From one message to the next.", JSCOPE__KEY_DISTRIBUTION, AT(arrival), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "work", "CPU time of the client for a message.", JSCOPE__KEY_DISTRIBUTION, AT(work), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "priority", "Of the client.", JSCOPE__KEY_U32, AT(priority), 1, 31,
	  "a priority from 1 to 31", NULL },
	{ "message_bytes", "Length of a message.", JSCOPE__KEY_U32, AT(message_bytes), 1, 256,
	  "bytes from 1 to 256", NULL },
	{ "fifo_bytes", "FIFO of the hardware.", JSCOPE__KEY_U32, AT(fifo_bytes), 1, 4096,
	  "bytes from 1 to 4096", NULL },
	{ "delayed_service", "How often RequestDelayedService is called.", JSCOPE__KEY_DURATION,
	  AT(delayed_service_ns), 100 * JSCOPE_NS_PER_US, JSCOPE__WORK_MAX_NS,
	  "a duration with its unit from 100us", NULL },
	{ "irq", "Interrupt line; two devices with the same share it.", JSCOPE__KEY_U32, AT(irq), 1,
	  255, "an interrupt line from 1 to 255", NULL },
	{ "cpu", "CPU that it interrupts and that runs its DPC.", JSCOPE__KEY_U32, AT(cpu), 0, 63,
	  "the index of a CPU from 0, below [machine] cpus", NULL },
};
#undef AT

const struct jscope__section jscope__section_midi = {
	.name = "midi",
	.named = true,
	.keys = keys,
	.key_count = sizeof keys / sizeof keys[0],
	JSCOPE__SECTION(midis, midi_count),
	.defaults = &midi_default,
};
