/* StorPort adapters with their disk. */
#include "section.h"

static const struct jscope_disk_settings disk_default = {
	.queue_count = 1,
	.depth = 32,
	.slots = 32,
	.client_count = 1,
	.outstanding = 4,
	.request_bytes = 4096,
	.write_percent = 30,
	.lun_count = 1,
	.priority = 24,
	.device = { .kind = JSCOPE_DISTRIBUTION_CONSTANT, .a = 1e6, .max_ns = JSCOPE__WORK_MAX_NS },
	.batch = 1,
	.batch_ns = 100 * JSCOPE_NS_PER_US,
	.full_duplex = true,
	.service_times = true,
	.link_down_ns = 50 * JSCOPE_NS_PER_MS,
	.pause_ns = 20 * JSCOPE_NS_PER_MS,
};

#define AT(member) offsetof(struct jscope_disk_settings, member)
#define EVERY(name, sentence, member)                                                              \
	{                                                                                          \
		name, sentence, JSCOPE__KEY_DURATION, AT(member), JSCOPE_NS_PER_MS,                \
			3600 * JSCOPE_NS_PER_SEC, "a duration with its unit from 1ms", NULL        \
	}
static const struct jscope__key keys[] = {
	{ "queues", "Queues of the adapter, each with an interrupt line and a CPU.",
	  JSCOPE__KEY_U32, AT(queue_count), 1, 16, "a number from 1 to 16", NULL },
	{ "depth", "Requests that the adapter takes.", JSCOPE__KEY_U32, AT(depth), 1, 1024,
	  "a number from 1 to 1024", NULL },
	{ "slots", "Requests that the device works on at once.", JSCOPE__KEY_U32, AT(slots), 1,
	  1024, "a number from 1 to 1024", NULL },
	{ "clients", "Threads that use it.", JSCOPE__KEY_U32, AT(client_count), 1, 64,
	  "a number from 1 to 64", NULL },
	{ "outstanding", "Requests that each of them has in flight.", JSCOPE__KEY_U32,
	  AT(outstanding), 1, 256, "a number from 1 to 256", NULL },
	{ "request_bytes", "Size of a request, at least.", JSCOPE__KEY_U32, AT(request_bytes), 512,
	  16777216, "bytes from 512 to 16777216", NULL },
	{ "request_max_bytes", "And at most.", JSCOPE__KEY_U32, AT(request_max_bytes), 0, 16777216,
	  "bytes up to 16777216, or 0 for request_bytes", NULL },
	{ "luns", "Logical units.", JSCOPE__KEY_U32, AT(lun_count), 1, 64, "a number from 1 to 64",
	  NULL },
	{ "write_percent", "Share of writes.", JSCOPE__KEY_U32, AT(write_percent), 0, 100,
	  "a number from 0 to 100", NULL },
	{ "device", "How long the device takes for a request.", JSCOPE__KEY_DISTRIBUTION,
	  AT(device), 0, JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "think", "Of a client, from a completion to the next request.", JSCOPE__KEY_DISTRIBUTION,
	  AT(think), 0, JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "priority", "Of the clients.", JSCOPE__KEY_U32, AT(priority), 1, 31,
	  "a number from 1 to 31", NULL },
	{ "batch", "Completions that an interrupt waits for, at most.", JSCOPE__KEY_U32, AT(batch),
	  1, 256, "a number from 1 to 256", NULL },
	{ "batch_wait", "And how long it waits.", JSCOPE__KEY_DURATION, AT(batch_ns), 0,
	  JSCOPE_NS_PER_SEC, "a duration with its unit up to 1s", NULL },
	{ "from_isr", "Completed in the service routine instead of a DPC.", JSCOPE__KEY_BOOL,
	  AT(from_isr), 0, 0, "yes or no", NULL },
	{ "full_duplex", "StartIo at dispatch level; else at device level.", JSCOPE__KEY_BOOL,
	  AT(full_duplex), 0, 0, "yes or no", NULL },
	{ "channels",
	  "Concurrent StartIo calls that the miniport asks for; 0: one, under the StartIo lock.",
	  JSCOPE__KEY_U32, AT(channel_count), 0, 16, "a number from 0 to 16", NULL },
	{ "service_times", "IoTargetRequestServiceTime is told before each completion.",
	  JSCOPE__KEY_BOOL, AT(service_times), 0, 0, "yes or no", NULL },
	EVERY("timer", "How often the adapter asks for RequestTimerCall.", timer_ns),
	EVERY("link_down_every", "How often the link goes down.", link_down_every_ns),
	EVERY("link_down", "How long it stays down.", link_down_ns),
	EVERY("reset_every", "How often the bus is reset.", reset_every_ns),
	EVERY("pause_every", "How often the adapter is paused.", pause_every_ns),
	EVERY("pause", "How long it stays paused.", pause_ns),
	EVERY("wmi_every", "How often a WMI event is posted.", wmi_every_ns),
	{ "irq", "Interrupt line of the first queue.", JSCOPE__KEY_U32, AT(irq), 1, 255,
	  "an interrupt line from 1 to 255", NULL },
	{ "cpu", "CPU of the first queue.", JSCOPE__KEY_U32, AT(cpu), 0, 63,
	  "the index of a CPU from 0, below [machine] cpus", NULL },
};
#undef AT
#undef EVERY

/* What is held up must go on before it is held up again. */
static const char *refusal(const void *element)
{
	const struct jscope_disk_settings *disk = element;

	if (disk->request_max_bytes && disk->request_max_bytes < disk->request_bytes)
		return "request_max_bytes is below request_bytes; raise it, or leave it out";
	if (disk->link_down_every_ns && disk->link_down_ns >= disk->link_down_every_ns)
		return "the link would never be up; shorten link_down or lengthen link_down_every";
	if (disk->pause_every_ns && disk->pause_ns >= disk->pause_every_ns)
		return "the adapter would always be paused; shorten pause or lengthen pause_every";
	if (disk->channel_count && !disk->full_duplex)
		return "channels do without the StartIo lock, which half duplex does not have; set "
		       "full_duplex = yes or channels = 0";
	if (disk->irq && disk->irq + disk->queue_count > 256)
		return "the queues need an interrupt line each, up to 255; choose a lower irq";
	return NULL;
}

const struct jscope__section jscope__section_disk = {
	.name = "disk",
	.named = true,
	.keys = keys,
	.key_count = sizeof keys / sizeof keys[0],
	JSCOPE__SECTION(disks, disk_count),
	.defaults = &disk_default,
	.refusal = refusal,
};
