/* R35..R37: how a deferred procedure call begins. */
#include <inttypes.h>

#include "rules/dpc.h"

#define RULE_ENTRY	35
#define RULE_ORDER	36
#define RULE_NO_OVERLAP 37

#define IMPORTANCE_HIGH 2

const char *jscope__dpc_name(char object[48], const struct jscope__dpc *dpc)
{
	return jscope__judge_object(object, dpc->dev, "DPC", dpc->id);
}

bool jscope__dpc_is_race(jscope_ns then_ns, jscope_ns now_ns)
{
	return then_ns != JSCOPE_NS_UNKNOWN &&
	       jscope_sub_sat(now_ns, then_ns) <= JSCOPE__DPC_RACE_NS;
}

/* R35 */

static void judge_level(struct jscope__dpc_bench *bench,
			const struct jscope_vocabulary_event *event, const struct jscope__dpc *dpc)
{
	const struct jscope_slots_dpc_entry *slots = SLOTS(event, dpc_entry);
	const bool is_fit =
		slots->irql == 2 || (slots->irql == 0 && slots->kind == JSCOPE__DPC_THREADED);
	char object[48];

	if (is_fit)
		jscope__judge_pass(bench->judge, RULE_ENTRY);
	else
		jscope__judge_violate(
			bench->judge, RULE_ENTRY, event->ts_ns, jscope__dpc_name(object, dpc),
			"it began at IRQL %" PRId64
			"; a DPC runs at dispatch level (2), only a threaded one also at "
			"passive level (0), and its spin locks rely on that",
			slots->irql);
}

static void judge_cpu(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event,
		      const struct jscope__dpc *dpc)
{
	char object[48];

	if (dpc->queued != JSCOPE__YES || !bench->names_targets ||
	    dpc->target_cpu == (int64_t)event->cpu)
		return;
	jscope__judge_violate(
		bench->judge, RULE_ENTRY, event->ts_ns, jscope__dpc_name(object, dpc),
		"it was queued to CPU %" PRId64 " and ran on CPU %" PRIu32
		"; DPCs stay in the queue of their target, on which their per-CPU data "
		"relies",
		dpc->target_cpu, event->cpu);
}

/* R36 */

/*
 * Threaded and ordinary DPCs wait in queues of their own, and several modelled CPUs may share a real
 * one: who ran last where this one runs now is of its queue.
 */
static bool is_same_queue(const struct jscope_vocabulary_event *event,
			  const struct jscope__dpc *dpc, const struct jscope__dpc *other)
{
	const bool is_threaded = SLOTS(event, dpc_entry)->kind == JSCOPE__DPC_THREADED;

	return other->target_cpu == dpc->target_cpu && other->has_run && other->cpu == event->cpu &&
	       other->tid == event->tid && (other->kind == JSCOPE__DPC_THREADED) == is_threaded;
}

/* Both wait in one queue: does the other one stand before it? */
static bool is_ahead(const struct jscope__dpc *other, const struct jscope__dpc *dpc)
{
	const bool other_high = other->importance == IMPORTANCE_HIGH;

	if (other_high != (dpc->importance == IMPORTANCE_HIGH))
		return other_high;
	return other_high ? other->order > dpc->order : other->order < dpc->order;
}

static void judge_order(struct jscope__dpc_bench *bench,
			const struct jscope_vocabulary_event *event, const struct jscope__dpc *dpc)
{
	char object[48];

	if (dpc->queued != JSCOPE__YES || SLOTS(event, dpc_entry)->kind == JSCOPE__DPC_TIMER)
		return;
	for (unsigned i = 0; i < bench->waiting_count; i++) {
		const struct jscope__dpc *other = bench->waiting[i];

		if (other == dpc || !is_same_queue(event, dpc, other) || !is_ahead(other, dpc) ||
		    jscope__dpc_is_race(other->queued_ns, event->ts_ns))
			continue;
		jscope__judge_violate(bench->judge, RULE_ORDER, event->ts_ns,
				      jscope__dpc_name(object, dpc),
				      "it overtook DPC 0x%" PRIx64 " in the queue of CPU %" PRId64
				      "; only high importance goes to the head, others wait their "
				      "turn",
				      (uint64_t)other->id, dpc->target_cpu);
		return;
	}
	jscope__judge_pass(bench->judge, RULE_ORDER);
}

/* R37 */

static void judge_overlap(struct jscope__dpc_bench *bench,
			  const struct jscope_vocabulary_event *event,
			  const struct jscope__dpc *dpc)
{
	const bool *is_storage = jscope_map_get(bench->storage, jscope__dev_key(dpc->dev));
	char object[48];

	if (!is_storage)
		return;
	if (dpc->running_count == 0)
		jscope__judge_pass(bench->judge, RULE_NO_OVERLAP);
	else
		jscope__judge_violate(
			bench->judge, RULE_NO_OVERLAP, event->ts_ns, jscope__dpc_name(object, dpc),
			"run %" PRId64 " began while run %" PRId64
			" had not returned; a StorPort DPC is synchronised with itself, "
			"its routine needs no lock of its own",
			SLOTS(event, dpc_entry)->run, dpc->run);
}

void jscope__dpc_judge_entry(struct jscope__dpc_bench *bench,
			     const struct jscope_vocabulary_event *event,
			     const struct jscope__dpc *dpc)
{
	judge_level(bench, event, dpc);
	judge_cpu(bench, event, dpc);
	judge_order(bench, event, dpc);
	judge_overlap(bench, event, dpc);
}
