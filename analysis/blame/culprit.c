#include "culprit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "report_rows.h"

const char *jscope__culprit_kind_name(enum jscope__culprit_kind kind)
{
	static const char *const names[JSCOPE__CULPRIT_KIND_COUNT] = {
		[JSCOPE__CULPRIT_UNKNOWN] = "unknown",
		[JSCOPE__CULPRIT_ITSELF] = "itself",
		[JSCOPE__CULPRIT_OWN_PREVIOUS] = "own_previous",
		[JSCOPE__CULPRIT_IRQ] = "irq",
		[JSCOPE__CULPRIT_TIMER] = "timer",
		[JSCOPE__CULPRIT_SOFTIRQ] = "softirq",
		[JSCOPE__CULPRIT_THREAD] = "thread",
		[JSCOPE__CULPRIT_DPC] = "dpc",
		[JSCOPE__CULPRIT_DPC_AHEAD] = "dpc_ahead",
		[JSCOPE__CULPRIT_UNSEEN] = "unseen",
		[JSCOPE__CULPRIT_RECORDER] = "recorder",
		[JSCOPE__CULPRIT_IDLE_EXIT] = "idle_exit",
		[JSCOPE__CULPRIT_SILENT] = "silent",
		[JSCOPE__CULPRIT_NOT_CALLED] = "not_called",
		[JSCOPE__CULPRIT_MIGRATION] = "migration",
		[JSCOPE__CULPRIT_SLACK] = "slack",
		[JSCOPE__CULPRIT_DEVICE] = "device",
		[JSCOPE__CULPRIT_REQUEST_QUEUE] = "request_queue",
		[JSCOPE__CULPRIT_HOLD] = "hold",
		[JSCOPE__CULPRIT_OTHERS] = "others",
	};

	return (unsigned)kind < JSCOPE__CULPRIT_KIND_COUNT ? names[kind] : "?";
}

static bool is_about_occupant(struct jscope__culprit culprit)
{
	return culprit.kind >= JSCOPE__CULPRIT_IRQ && culprit.kind <= JSCOPE__CULPRIT_RECORDER;
}

const struct jscope__occupant *jscope__culprit_occupant(const struct jscope__holders *holders,
							struct jscope__culprit culprit)
{
	return is_about_occupant(culprit) ? jscope__occupant_at(holders, culprit.object) : NULL;
}

static const char *unknown_text(uint32_t reason)
{
	static const char *const texts[JSCOPE__UNKNOWN_COUNT] = {
		[JSCOPE__UNKNOWN_UNTOLD] = "unknown: nothing tells who ran",
		[JSCOPE__UNKNOWN_LOST] = "unknown: events were lost",
		[JSCOPE__UNKNOWN_EARLIER] = "unknown: before its first event",
		[JSCOPE__UNKNOWN_WINDOW] = "unknown: longer ago than is kept",
		[JSCOPE__UNKNOWN_CPU] = "unknown: on which CPU it was",
		[JSCOPE__UNKNOWN_INSTANT] = "unknown: an instant is missing",
		[JSCOPE__UNKNOWN_ORDER] = "unknown: it ends before it begins",
	};
	const char *text = reason < JSCOPE__UNKNOWN_COUNT ? texts[reason] : NULL;

	return text ? text : "unknown";
}

static const char *self_text(uint32_t self)
{
	switch ((enum jscope__self)self) {
	case JSCOPE__SELF_IRQ:
		return "its own interrupt handler";
	case JSCOPE__SELF_DEFERRED:
		return "its own deferred handler";
	case JSCOPE__SELF_CLIENT:
		return "its own client";
	case JSCOPE__SELF_ASLEEP:
		break;
	}
	return "its own client, asleep";
}

/* Of a device's own events: "DPC 0x5 (dev2)". */
static void device_text(const struct jscope__occupant *occupant, char text[JSCOPE__CULPRIT_SIZE])
{
	const bool is_isr = occupant->holder == JSCOPE_HOLDER_IRQ;

	snprintf(text, JSCOPE__CULPRIT_SIZE,
		 is_isr ? "ISR of line %" PRIu64 " (dev%" PRIu32 ")"
			: "DPC 0x%" PRIx64 " (dev%" PRIu32 ")",
		 occupant->id, occupant->dev);
}

static void kernel_text(const struct jscope__occupant *occupant, char text[JSCOPE__CULPRIT_SIZE])
{
	char name[JSCOPE__OCCUPANT_NAME * 3];
	const char *before = "thread";

	jscope__clean(name, sizeof name, occupant->name);
	switch (occupant->holder) {
	case JSCOPE_HOLDER_THREAD:
		if (*name)
			snprintf(text, JSCOPE__CULPRIT_SIZE, "%.32s/%" PRIu64, name, occupant->id);
		else
			snprintf(text, JSCOPE__CULPRIT_SIZE, "thread %" PRIu64, occupant->id);
		return;
	case JSCOPE_HOLDER_SOFTIRQ:
		snprintf(text, JSCOPE__CULPRIT_SIZE, "softirq %" PRIu64 " %s", occupant->id,
			 occupant->id <= UINT32_MAX ? jscope__softirq_name((uint32_t)occupant->id)
						    : "");
		return;
	case JSCOPE_HOLDER_IRQ:
		snprintf(text, JSCOPE__CULPRIT_SIZE, "irq %" PRIu64 " %.40s", occupant->id, name);
		return;
	case JSCOPE_HOLDER_LOCAL_TIMER:
		snprintf(text, JSCOPE__CULPRIT_SIZE, "the CPU's timer (vector %" PRIu64 ")",
			 occupant->id);
		return;
	case JSCOPE_HOLDER_IDLE:
		snprintf(text, JSCOPE__CULPRIT_SIZE, "idle CPU %" PRIu64, occupant->id);
		return;
	case JSCOPE_HOLDER_TASKLET:
		before = "tasklet";
		break;
	case JSCOPE_HOLDER_TIMER:
		before = "hrtimer";
		break;
	default:
		break;
	}
	snprintf(text, JSCOPE__CULPRIT_SIZE, "%s 0x%" PRIx64, before, occupant->id);
}

static void occupant_text(const struct jscope__occupant *occupant, struct jscope__culprit culprit,
			  char text[JSCOPE__CULPRIT_SIZE])
{
	if (!culprit.object)
		snprintf(text, JSCOPE__CULPRIT_SIZE, "one of too many to tell apart");
	else if (occupant->dev)
		device_text(occupant, text);
	else
		kernel_text(occupant, text);
	if (culprit.kind == JSCOPE__CULPRIT_DPC_AHEAD)
		strcat(text, " ahead of it");
	else if (culprit.kind == JSCOPE__CULPRIT_UNSEEN)
		strcat(text, ", or who ran unseen");
	else if (culprit.kind == JSCOPE__CULPRIT_RECORDER)
		strcat(text, " (a recorder)");
}

static const char *hold_text(uint32_t kind)
{
	switch ((enum jscope_hold_kind)kind) {
	case JSCOPE_HOLD_LINK_DOWN:
		return "the link that was down";
	case JSCOPE_HOLD_RESET:
		return "a reset";
	default:
		return "a pause of the adapter";
	}
}

/* What no occupant is behind; "%" stands for the number of its CPU. */
static const char *plain_text(struct jscope__culprit culprit)
{
	switch ((enum jscope__culprit_kind)culprit.kind) {
	case JSCOPE__CULPRIT_UNKNOWN:
		return unknown_text(culprit.object);
	case JSCOPE__CULPRIT_ITSELF:
		return self_text(culprit.object);
	case JSCOPE__CULPRIT_OWN_PREVIOUS:
		return "its own previous run";
	case JSCOPE__CULPRIT_IDLE_EXIT:
		return "idle exit of CPU %";
	case JSCOPE__CULPRIT_SILENT:
		return "CPU % silent: idle or stalled";
	case JSCOPE__CULPRIT_NOT_CALLED:
		return "CPU % awake, but did not call it";
	case JSCOPE__CULPRIT_MIGRATION:
		return "late move away from CPU %";
	case JSCOPE__CULPRIT_SLACK:
		return "the slack of its timer";
	case JSCOPE__CULPRIT_DEVICE:
		return "the device";
	case JSCOPE__CULPRIT_REQUEST_QUEUE:
		return "the request queue";
	case JSCOPE__CULPRIT_HOLD:
		return hold_text(culprit.object);
	default:
		return "others";
	}
}

static void cpu_text(struct jscope__culprit culprit, char text[JSCOPE__CULPRIT_SIZE])
{
	const char *plain = plain_text(culprit);
	const int before = (int)strcspn(plain, "%");

	snprintf(text, JSCOPE__CULPRIT_SIZE, "%.*s%" PRIu32 "%s", before, plain, culprit.object,
		 plain + before + 1);
}

bool jscope__culprit_has_cpu(struct jscope__culprit culprit)
{
	return culprit.kind >= JSCOPE__CULPRIT_IDLE_EXIT &&
	       culprit.kind <= JSCOPE__CULPRIT_MIGRATION;
}

char *jscope__culprit_text(const struct jscope__holders *holders, struct jscope__culprit culprit,
			   char text[JSCOPE__CULPRIT_SIZE])
{
	const struct jscope__occupant *occupant = jscope__culprit_occupant(holders, culprit);

	if (occupant)
		occupant_text(occupant, culprit, text);
	else if (jscope__culprit_has_cpu(culprit))
		cpu_text(culprit, text);
	else
		snprintf(text, JSCOPE__CULPRIT_SIZE, "%s", plain_text(culprit));
	return text;
}

/* Programs that record, by their names: ours, and LTTng's daemons. */
static bool is_recorder(const char *name)
{
	static const char *const beginnings[] = { "jitterscope", "lttng-" };

	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

struct jscope__culprit jscope__culprit_of(const struct jscope__holders *holders, uint32_t number)
{
	const struct jscope__occupant *occupant = jscope__occupant_at(holders, number);

	switch (occupant->holder) {
	case JSCOPE_HOLDER_IRQ:
		return (struct jscope__culprit){ JSCOPE__CULPRIT_IRQ, number };
	case JSCOPE_HOLDER_LOCAL_TIMER:
	case JSCOPE_HOLDER_TIMER:
		return (struct jscope__culprit){ JSCOPE__CULPRIT_TIMER, number };
	case JSCOPE_HOLDER_SOFTIRQ:
	case JSCOPE_HOLDER_TASKLET:
		return (struct jscope__culprit){ JSCOPE__CULPRIT_SOFTIRQ, number };
	case JSCOPE_HOLDER_DPC:
	case JSCOPE_HOLDER_THREADED_DPC:
		return (struct jscope__culprit){ JSCOPE__CULPRIT_DPC, number };
	case JSCOPE_HOLDER_THREAD:
		return (struct jscope__culprit){ is_recorder(occupant->name)
							 ? JSCOPE__CULPRIT_RECORDER
							 : JSCOPE__CULPRIT_THREAD,
						 number };
	default:
		return (struct jscope__culprit){ JSCOPE__CULPRIT_OTHERS, 0 };
	}
}
