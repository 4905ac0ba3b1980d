/*
 * R31, R32, R38, R41: interrupt routines and deferred calls as they nest and last.
 *
 * What runs at a place, a thread where the trace names it and else a CPU, is kept as a stack.
 */
#include "rules/bench.h"
#include "rules/frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RULE_ONE_INSERT	   31
#define RULE_UNCLAIMED	   32
#define RULE_NO_PREEMPTION 38
#define RULE_DURATION	   41

#define PLACES_MAX  65536
#define DEVICES_MAX 4096

#define ISR_NS_MAX	   (25 * JSCOPE_NS_PER_US)
#define ISR_STORAGE_NS_MAX (50 * JSCOPE_NS_PER_US)
#define DPC_NS_MAX	   (100 * JSCOPE_NS_PER_US)

#define KIND_THREADED 1

struct device {
	bool is_wavert, is_midi, is_storage;
	unsigned points; /* crossed since an interrupt was claimed last */
};

enum family { FAMILY_NONE, FAMILY_WAVERT, FAMILY_MIDI, FAMILY_STORAGE };

struct bench {
	struct jscope_judge *judge;
	enum family families[JSCOPE_EVENT_COUNT];
	struct jscope_map *places;  /* (1, tid) or (0, cpu): struct jscope__place */
	struct jscope_map *devices; /* (0, dev): struct device */
	bool sees_isr_ends, sees_dpc_ends;
	jscope_ns isr_ns_max, dpc_ns_max;
};

/* Whose events these are, by the first part of their names. */
static enum family family_of(const char *name)
{
	static const struct {
		const char *prefix;
		enum family family;
	} prefixes[] = { { "wrt_", FAMILY_WAVERT },
			 { "midi_", FAMILY_MIDI },
			 { "svc_", FAMILY_MIDI },
			 { "stor_", FAMILY_STORAGE } };

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(name, prefixes[i].prefix, strlen(prefixes[i].prefix)) == 0)
			return prefixes[i].family;
	return FAMILY_NONE;
}

static int init(void *state)
{
	struct bench *bench = state;

	bench->isr_ns_max = bench->dpc_ns_max = -1;
	for (unsigned i = 0; i < JSCOPE_EVENT_COUNT; i++)
		bench->families[i] = family_of(jscope_event_describe(i)->name);
	return 0;
}

static struct device *device_get(struct bench *bench, int64_t dev)
{
	return jscope_map_put(bench->devices, jscope__dev_key(dev));
}

static struct jscope__place *place_get(struct bench *bench,
				       const struct jscope_vocabulary_event *event)
{
	const bool has_tid = event->tid >= 0;

	return jscope_map_put(
		bench->places,
		(struct jscope_key){ has_tid, has_tid ? (uint64_t)event->tid : event->cpu });
}

static const char *name_of(char object[48], const struct jscope__frame *frame)
{
	return jscope__judge_object(object, frame->dev, frame->is_isr ? "IRQ" : "DPC", frame->id);
}

/* Who does not record ends fills every stack; that is no loss. */
static void begin(struct bench *bench, struct jscope__place *place,
		  const struct jscope__frame *frame)
{
	if (!jscope__frame_push(place, frame))
		jscope__judge_refuse(bench->judge,
				     frame->is_isr ? bench->sees_isr_ends : bench->sees_dpc_ends);
}

/* R31, R32 */

/*
 * Only WaveRT promises a DPC for each notification: MIDI may notify several groups, StorPort may
 * complete in the ISR. And only where the trace tells the points is it known that there was something
 * to notify.
 */
static void judge_claimed(struct bench *bench, const struct jscope__frame *frame, jscope_ns at_ns)
{
	const struct device *device = device_get(bench, frame->dev);
	const int64_t twice = jscope__frame_inserted_twice(frame);
	char object[48];

	if (!device || !device->is_wavert || device->is_midi || device->is_storage)
		return;
	if (jscope__judge_is_blind(bench->judge, frame->begin_ns, at_ns))
		jscope__judge_abstain(bench->judge, RULE_ONE_INSERT);
	else if (twice)
		jscope__judge_violate(
			bench->judge, RULE_ONE_INSERT, at_ns, name_of(object, frame),
			"the ISR of interrupt %" PRId64 " asked for DPC 0x%" PRIx64
			" twice; one interrupt is one DPC, the second looks like another "
			"point",
			frame->number, (uint64_t)twice);
	else if (frame->insert_count > 0)
		jscope__judge_pass(bench->judge, RULE_ONE_INSERT);
	else if (device->points > 0)
		jscope__judge_violate(
			bench->judge, RULE_ONE_INSERT, at_ns, name_of(object, frame),
			"the ISR claimed interrupt %" PRId64
			" but asked for no DPC, though a point was crossed; its clients "
			"are not told",
			frame->number);
}

static void judge_unclaimed(struct bench *bench, const struct jscope__frame *frame, jscope_ns at_ns)
{
	char object[48];

	if (frame->insert_count == 0)
		jscope__judge_pass(bench->judge, RULE_UNCLAIMED);
	else
		jscope__judge_violate(bench->judge, RULE_UNCLAIMED, at_ns, name_of(object, frame),
				      "the ISR did not claim interrupt %" PRId64
				      " but asked for DPC 0x%" PRIx64
				      "; what is another device's must be left alone",
				      frame->number, (uint64_t)frame->inserted[0]);
}

/* R41 */

static void judge_duration(struct bench *bench, const struct jscope__frame *frame, jscope_ns at_ns)
{
	const struct device *device = device_get(bench, frame->dev);
	const jscope_ns duration_ns = jscope_sub_sat(at_ns, frame->begin_ns);
	const jscope_ns limit_ns = !frame->is_isr		  ? DPC_NS_MAX
				   : device && device->is_storage ? ISR_STORAGE_NS_MAX
								  : ISR_NS_MAX;
	jscope_ns *worst_ns = frame->is_isr ? &bench->isr_ns_max : &bench->dpc_ns_max;
	char object[48], duration[JSCOPE_NS_TEXT_SIZE], limit[JSCOPE_NS_TEXT_SIZE];

	if (frame->is_threaded)
		return; /* at passive level it keeps nobody off the CPU */
	if (duration_ns > *worst_ns)
		*worst_ns = duration_ns;
	if (duration_ns <= limit_ns)
		jscope__judge_pass(bench->judge, RULE_DURATION);
	else
		jscope__judge_violate(
			bench->judge, RULE_DURATION, at_ns, name_of(object, frame),
			"%s %" PRId64 " took %s, the limit is %s; meanwhile %s on this "
			"CPU waits",
			frame->is_isr ? "interrupt" : "run", frame->number,
			jscope_ns_format(duration, duration_ns), jscope_ns_format(limit, limit_ns),
			frame->is_isr ? "every device of its level or below"
				      : "every thread and DPC");
}

/* R38 */

static bool is_disturbed(const struct jscope__frame *outer, bool is_threaded)
{
	return outer->is_isr || !outer->is_threaded || is_threaded;
}

/* An outer frame whose end may not be recorded at all proves nothing. */
static bool is_proof(const struct bench *bench, const struct jscope__frame *outer)
{
	return outer->is_isr ? bench->sees_isr_ends : bench->sees_dpc_ends;
}

static void judge_preemption(struct bench *bench, const struct jscope_vocabulary_event *event,
			     struct jscope__place *place, const struct jscope__frame *frame)
{
	const struct jscope__frame *outer;
	char object[48];

	if (place->depth == 0) {
		jscope__judge_pass(bench->judge, RULE_NO_PREEMPTION);
		return;
	}
	outer = &place->frames[place->depth - 1];
	if (!is_proof(bench, outer) || !is_disturbed(outer, frame->is_threaded))
		return;
	jscope__judge_violate(
		bench->judge, RULE_NO_PREEMPTION, event->ts_ns, name_of(object, frame),
		"run %" PRId64 " began before %s 0x%" PRIx64
		" had returned on its CPU; a DPC is preempted by interrupts only, and "
		"an ISR by no DPC, on which their locks rely",
		frame->number, outer->is_isr ? "the ISR of line" : "DPC", (uint64_t)outer->id);
	/* Said once; the end of it may never come. */
	place->depth--;
}

/* Events */

static void on_irq_entry(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_irq_entry *slots = SLOTS(event, irq_entry);
	struct jscope__place *place = place_get(bench, event);
	const struct jscope__frame frame = { .is_isr = true,
					     .dev = slots->dev,
					     .id = slots->irq,
					     .number = slots->seq,
					     .begin_ns = event->ts_ns };

	if (place)
		begin(bench, place, &frame);
}

static void on_irq_exit(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_irq_exit *slots = SLOTS(event, irq_exit);
	const struct jscope__frame like = {
		.is_isr = true, .dev = slots->dev, .id = slots->irq, .number = slots->seq
	};
	struct jscope__place *place = place_get(bench, event);
	struct device *device = device_get(bench, slots->dev);
	struct jscope__frame frame;

	bench->sees_isr_ends = true;
	if (!place || !jscope__frame_pop(place, &like, &frame))
		return;
	judge_duration(bench, &frame, event->ts_ns);
	if (!slots->claimed) {
		judge_unclaimed(bench, &frame, event->ts_ns);
		return;
	}
	judge_claimed(bench, &frame, event->ts_ns);
	if (device)
		device->points = 0;
}

/* On behalf of the innermost ISR of its device. */
static void on_insert(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_insert *slots = SLOTS(event, dpc_insert);
	struct jscope__place *place = place_get(bench, event);

	for (unsigned i = place ? place->depth : 0; i-- > 0;) {
		struct jscope__frame *frame = &place->frames[i];

		if (!frame->is_isr || frame->dev != slots->dev)
			continue;
		if (frame->insert_count < JSCOPE__FRAME_INSERTS)
			frame->inserted[frame->insert_count] = slots->dpc;
		frame->insert_count++;
		return;
	}
}

static void on_dpc_entry(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_entry *slots = SLOTS(event, dpc_entry);
	struct jscope__place *place = place_get(bench, event);
	const struct jscope__frame frame = { .is_threaded = slots->kind == KIND_THREADED,
					     .dev = slots->dev,
					     .id = slots->dpc,
					     .number = slots->run,
					     .begin_ns = event->ts_ns };

	if (!place)
		return;
	judge_preemption(bench, event, place, &frame);
	begin(bench, place, &frame);
}

static void on_dpc_exit(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_exit *slots = SLOTS(event, dpc_exit);
	const struct jscope__frame like = { .dev = slots->dev,
					    .id = slots->dpc,
					    .number = slots->run };
	struct jscope__place *place = place_get(bench, event);
	struct jscope__frame frame;

	bench->sees_dpc_ends = true;
	if (place && jscope__frame_pop(place, &like, &frame))
		judge_duration(bench, &frame, event->ts_ns);
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	struct device *device = device_get(bench, event->slot[0]);

	if (device)
		device->points++;
}

/* What kind of device it is shows in what it records. */
static void device_learn(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const enum family family = bench->families[event->id];
	struct device *device = family == FAMILY_NONE ? NULL : device_get(bench, event->slot[0]);

	if (!device)
		return;
	device->is_wavert |= family == FAMILY_WAVERT;
	device->is_storage |= family == FAMILY_STORAGE;
	device->is_midi |= family == FAMILY_MIDI;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_irq_entry:
		on_irq_entry(bench, event);
		break;
	case JSCOPE_EVENT_irq_exit:
		on_irq_exit(bench, event);
		break;
	case JSCOPE_EVENT_dpc_insert:
		on_insert(bench, event);
		break;
	case JSCOPE_EVENT_dpc_entry:
		on_dpc_entry(bench, event);
		break;
	case JSCOPE_EVENT_dpc_exit:
		on_dpc_exit(bench, event);
		break;
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	default:
		device_learn(bench, event);
	}
}

static void place_forget(struct jscope_judge *judge, void *value)
{
	struct jscope__place *place = value;

	if (place->depth > 0)
		jscope__judge_abstain(judge, RULE_ONE_INSERT);
	place->depth = 0;
}

static void device_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	((struct device *)value)->points = 0;
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;
	char isr[JSCOPE_NS_TEXT_SIZE] = "-", dpc[JSCOPE_NS_TEXT_SIZE] = "-";

	(void)end_ns;
	if (bench->isr_ns_max >= 0)
		jscope_ns_format(isr, bench->isr_ns_max);
	if (bench->dpc_ns_max >= 0)
		jscope_ns_format(dpc, bench->dpc_ns_max);
	if (bench->isr_ns_max >= 0 || bench->dpc_ns_max >= 0)
		jscope__judge_figure(bench->judge, RULE_DURATION, "longest ISR %s, longest DPC %s",
				     isr, dpc);
}

const struct jscope__bench_ops jscope__bench_isr = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, places, struct jscope__place, PLACES_MAX, place_forget),
		JSCOPE__TABLE(struct bench, devices, struct device, DEVICES_MAX, device_forget),
	},
	.init = init,
	.event = on_event,
	.finish = on_finish,
};
