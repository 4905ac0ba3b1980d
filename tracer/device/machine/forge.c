#include "forge.h"

#include <stddef.h>
#include <string.h>

#include "jscope/probe.h"

enum how { SET, ADD, DROP, REPEAT };

/* What each forged fault does to which event. */
static const struct forgery {
	enum jscope_fault_kind kind;
	enum jscope_event_id event;
	size_t offset, size; /* of the field */
	enum how how;
	int64_t amount;
} forgeries[] = {
#define FAULT(name, sentence)
#define FORGED(name, sentence, event, field, how, amount)                                          \
	{ JSCOPE_FAULT_##name,                                                                     \
	  JSCOPE_EVENT_##event,                                                                    \
	  offsetof(struct jscope_event_##event, field),                                            \
	  sizeof(((struct jscope_event_##event *)0)->field),                                       \
	  how,                                                                                     \
	  amount },
#include "tracer/faults.def"
#undef FAULT
#undef FORGED
};

#define FORGERY_COUNT (sizeof forgeries / sizeof forgeries[0])

static struct jscope__machine *forged_machine;
static struct jscope_probe_point recorders[JSCOPE_EVENT_COUNT];

/* Little-endian integers of 1 to 8 bytes. */
static void alter(void *field, size_t size, enum how how, int64_t amount)
{
	int64_t value = 0;

	memcpy(&value, field, size);
	value = how == SET ? amount : (int64_t)((uint64_t)value + (uint64_t)amount);
	memcpy(field, &value, size);
}

/* The device number is the first field of every event. */
static const struct forgery *forgery_find(enum jscope_event_id event, const void *record)
{
	struct jscope__context context = { .machine = forged_machine };
	uint32_t dev;

	memcpy(&dev, record, sizeof dev);
	for (size_t i = 0; i < FORGERY_COUNT; i++)
		if (forgeries[i].event == event &&
		    jscope__fault_strike(&context, dev, forgeries[i].kind))
			return &forgeries[i];
	return NULL;
}

static void forge(enum jscope_event_id event, const void *record, size_t size)
{
	const struct forgery *forgery = forgery_find(event, record);
	union {
		max_align_t alignment;
		char bytes[256];
	} copy;

	if (!forgery) {
		recorders[event].emit(record);
		return;
	}
	if (forgery->how == DROP)
		return;
	memcpy(copy.bytes, record, size);
	if (forgery->how == REPEAT)
		recorders[event].emit(record);
	else
		alter(copy.bytes + forgery->offset, forgery->size, forgery->how, forgery->amount);
	recorders[event].emit(copy.bytes);
}

/* One emitter per event, since a record does not say what it is. */
#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields)                                                              \
	_Static_assert(sizeof(struct jscope_event_##name) <= 256, "a copy holds every record");    \
	static void forge_##name(const void *record)                                               \
	{                                                                                          \
		forge(JSCOPE_EVENT_##name, record, sizeof(struct jscope_event_##name));            \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

static void (*const forgers[])(const void *) = {
#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) forge_##name,
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS
};

void jscope__forge_install(struct jscope__machine *machine, const struct jscope_scenario *scenario)
{
	forged_machine = machine;
	for (unsigned i = 0; i < scenario->fault_count; i++)
		for (size_t j = 0; j < FORGERY_COUNT; j++) {
			const enum jscope_event_id event = forgeries[j].event;
			struct jscope_probe_point *point = &jscope_probe_points[event];

			if (forgeries[j].kind != scenario->faults[i].kind || !point->emit ||
			    point->emit == forgers[event])
				continue;
			recorders[event] = *point;
			point->emit = forgers[event];
		}
}
