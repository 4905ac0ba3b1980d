#include "memory_sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "jscope/probe.h"
#include "machine.h"
#include "probes/vocabulary.h"
#include "rig.h"
#include "sim.h"

#define TID_FIELD (-1)
#define NO_FIELD  (-2)

/* Where the slot of an event comes from. */
struct source {
	int field; /* of its description, or TID_FIELD, or NO_FIELD */
	int64_t missing;
	bool is_instant;
};

struct plan {
	int count; /* 0: nobody wants the event */
	struct source sources[JSCOPE_SLOTS_MAX];
};

struct pending {
	jscope_ns ts_ns;
	uint32_t cpu;
	unsigned id;
	int64_t slots[JSCOPE_SLOTS_MAX];
};

struct memory_sim {
	struct jscope_reader base;
	jscope_announce_fn *announce;
	void *announce_state;
	bool announced, over;
	struct plan plans[JSCOPE_EVENT_COUNT];
	struct jscope__machine machine;
	struct jscope__sim *sim;
	struct jscope__rig *rig;
	jscope_ns end_ns;
	struct jscope_reader_info info;
	/* What one occasion told and no batch has taken yet. */
	size_t first, count, capacity;
	struct pending *pending; /* owned */
};

static struct {
	const struct jscope_scenario *scenario;
	uint64_t seed;
	jscope_ns duration_ns;
} settings;

/* Whose probes these are: they know of no state. */
static struct memory_sim *current;

void memory_sim_set(const struct jscope_scenario *scenario, uint64_t seed, jscope_ns duration_ns)
{
	settings.scenario = scenario;
	settings.seed = seed;
	settings.duration_ns = duration_ns;
}

static int64_t field_get(const void *event, const struct jscope_field_desc *field)
{
	const void *at = (const char *)event + field->offset;

	switch (field->type) {
	case JSCOPE_FIELD_u8:
		return *(const uint8_t *)at;
	case JSCOPE_FIELD_u16:
		return *(const uint16_t *)at;
	case JSCOPE_FIELD_u32:
		return *(const uint32_t *)at;
	case JSCOPE_FIELD_i32:
		return *(const int32_t *)at;
	case JSCOPE_FIELD_u64:
	case JSCOPE_FIELD_i64:
	case JSCOPE_FIELD_id:
	case JSCOPE_FIELD_ts:
		return *(const int64_t *)at;
	case JSCOPE_FIELD_guid:
		break;
	}
	return 0;
}

static int64_t slot_get(const struct source *source, unsigned id, const void *event, int32_t tid)
{
	int64_t value;

	if (source->field == TID_FIELD)
		return tid;
	if (source->field == NO_FIELD)
		return source->missing;
	value = field_get(event, &jscope_event_describe(id)->fields[source->field]);
	return source->is_instant && value == 0 ? JSCOPE_NS_UNKNOWN : value;
}

static struct pending *pending_add(struct memory_sim *sim)
{
	if (sim->count == sim->capacity) {
		sim->capacity = sim->capacity ? 2 * sim->capacity : 256;
		sim->pending = realloc(sim->pending, sim->capacity * sizeof *sim->pending);
		if (!sim->pending)
			abort();
	}
	return &sim->pending[sim->count++];
}

static void keep(unsigned id, const void *event)
{
	struct jscope__present *present = jscope__sim_present(current->sim);
	const struct plan *plan = &current->plans[id];
	const jscope_ns ts_ns = jscope__present_stamp(present);
	struct pending *pending;

	current->info.end_ns = ts_ns;
	if (!current->info.events++)
		current->info.begin_ns = ts_ns;
	if (plan->count == 0)
		return;
	pending = pending_add(current);
	pending->ts_ns = ts_ns;
	pending->cpu = present->cpu;
	pending->id = id;
	for (int i = 0; i < plan->count; i++)
		pending->slots[i] = slot_get(&plan->sources[i], id, event, present->tid);
}

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields)                                                              \
	static void emit_##name(const void *event)                                                 \
	{                                                                                          \
		keep(JSCOPE_EVENT_##name, event);                                                  \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

static const int on = 1;

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) { &on, emit_##name },
static const struct jscope_probe_point points[JSCOPE_EVENT_COUNT] = {
#include "jscope/events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

/* Ground truth is for nobody here, and takes no time. */
static void probes_take(void)
{
	for (size_t id = 0; id < JSCOPE_EVENT_COUNT; id++)
		if (strncmp(jscope_event_describe(id)->name, "truth_", 6) != 0)
			jscope_probe_points[id] = points[id];
}

static struct source source_of(const struct jscope_event_desc *event,
			       const struct jscope_want *want)
{
	struct source source = { .field = NO_FIELD,
				 .missing = want->missing,
				 .is_instant = want->convert == JSCOPE_CONVERT_INSTANT };

	if (!want->field)
		return source;
	if (strcmp(want->field, "vtid") == 0)
		source.field = TID_FIELD;
	for (size_t i = 0; i < event->field_count; i++)
		if (strcmp(event->fields[i].name, want->field) == 0)
			source.field = (int)i;
	return source;
}

static int announce_all(struct memory_sim *sim)
{
	char name[128];

	for (unsigned id = 0; id < JSCOPE_EVENT_COUNT; id++) {
		const struct jscope_event_desc *event = jscope_event_describe(id);
		const struct jscope_event_class class = { (uint16_t)id, name, "ust", "lttng-ust",
							  "" };
		const struct jscope_want *wants;
		struct plan *plan = &sim->plans[id];

		snprintf(name, sizeof name, JSCOPE_PROVIDER_NAME ":%s", event->name);
		plan->count = sim->announce(sim->announce_state, &class, &wants);
		if (plan->count < 0)
			return plan->count;
		for (int i = 0; i < plan->count; i++)
			plan->sources[i] = source_of(event, &wants[i]);
	}
	sim->announced = true;
	return 0;
}

/* Go on until something was told, or all is over. */
static void run_on(struct memory_sim *sim)
{
	sim->first = 0;
	sim->count = 0;
	current = sim;
	while (sim->count == 0 && !sim->over) {
		if (jscope__sim_advance(sim->sim, sim->end_ns))
			continue;
		sim->over = true;
		jscope__sim_stop(sim->sim);
	}
}

static void deliver(struct memory_sim *sim, struct jscope_batch *batch)
{
	const struct pending *pending = &sim->pending[sim->first++];
	const int count = sim->plans[pending->id].count;
	int64_t *slots = &batch->slots[batch->slot_count];

	memcpy(slots, pending->slots, (size_t)count * sizeof *slots);
	batch->events[batch->count++] = (struct jscope_event){ .ts_ns = pending->ts_ns,
							       .slot = slots,
							       .cpu = pending->cpu,
							       .class_index = (uint16_t)pending->id,
							       .slot_count = (uint16_t)count };
	batch->slot_count += (size_t)count;
}

static int sim_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct memory_sim *sim = (struct memory_sim *)base;
	int error = sim->announced ? 0 : announce_all(sim);

	if (error)
		return error;
	jscope_batch_reset(batch);
	while (jscope_batch_has_room(batch)) {
		if (sim->first == sim->count)
			run_on(sim);
		if (sim->first == sim->count)
			break;
		deliver(sim, batch);
	}
	batch->info = sim->info;
	return batch->count > 0;
}

static bool sim_class_has(struct jscope_reader *base, const char *field)
{
	(void)base;
	(void)field;
	return false;
}

static const char *sim_string(struct jscope_reader *base, int64_t id)
{
	(void)base;
	(void)id;
	return "";
}

static const struct jscope_reader_info *sim_info(struct jscope_reader *base)
{
	return &((struct memory_sim *)base)->info;
}

static void sim_destroy(struct jscope_reader *base)
{
	struct memory_sim *sim = (struct memory_sim *)base;

	jscope__rig_destroy(sim->rig);
	jscope__sim_destroy(sim->sim);
	free(sim->pending);
	free(sim);
}

static int sim_build(struct memory_sim *sim)
{
	int error =
		jscope__sim_create(settings.scenario->machine.cpu_count, &sim->machine, &sim->sim);

	if (!error)
		error = jscope__rig_create(settings.scenario, &sim->machine, settings.seed,
					   &sim->rig);
	if (!error)
		error = jscope__sim_start(sim->sim, sim->rig->tasks, sim->rig->task_count);
	sim->end_ns = jscope_add_sat(sim->machine.boot_ns, settings.duration_ns);
	return error;
}

static int sim_create(const char *path, unsigned flags, jscope_announce_fn *announce,
		      void *announce_state, struct jscope_reader **ret_reader)
{
	struct memory_sim *sim = calloc(1, sizeof *sim);
	int error;

	(void)path;
	(void)flags;
	if (!sim)
		return -ENOMEM;
	sim->base.ops = &memory_sim_ops;
	sim->announce = announce;
	sim->announce_state = announce_state;
	sim->info.clock = "monotonic";
	sim->info.begin_ns = sim->info.end_ns = JSCOPE_NS_UNKNOWN;
	current = sim;
	probes_take();
	error = sim_build(sim);
	if (error) {
		sim_destroy(&sim->base);
		return error;
	}
	*ret_reader = &sim->base;
	return 0;
}

const struct jscope_reader_ops memory_sim_ops = {
	.name = "simulated",
	.create = sim_create,
	.next = sim_next,
	.class_has = sim_class_has,
	.string = sim_string,
	.info = sim_info,
	.destroy = sim_destroy,
};
