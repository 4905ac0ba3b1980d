/* R33, R34: what inserting a deferred procedure call says, and that it leads to one run. R35..R37 are
 * judged in dpc_entry.c. */
#include "rules/dpc.h"

#include <inttypes.h>
#include <stdlib.h>

#define RULE_INSERT_RESULT 33
#define RULE_ONE_RUN	   34

#define DPCS_MAX 4096

static void release(void *state)
{
	struct jscope__dpc_bench *bench = state;
	struct jscope_key key;
	void *value;

	for (size_t cursor = 0; bench->dpcs && jscope_map_next(bench->dpcs, &cursor, &key, &value);)
		free(*(struct jscope__dpc **)value);
}

static struct jscope__dpc *dpc_get(struct jscope__dpc_bench *bench, int64_t dev, int64_t id)
{
	const struct jscope_key key = jscope__key(dev, id);
	struct jscope__dpc **known = jscope_map_put(bench->dpcs, key);

	if (!known || *known)
		return known ? *known : NULL;
	*known = calloc(1, sizeof **known);
	if (!*known) {
		jscope_map_remove(bench->dpcs, key);
		jscope__judge_refuse(bench->judge, 1);
		return NULL;
	}
	(*known)->dev = dev;
	(*known)->id = id;
	(*known)->entered_ns = (*known)->queued_ns = JSCOPE_NS_UNKNOWN;
	(*known)->doubtful_insert_ns = (*known)->doubtful_entry_ns = JSCOPE_NS_UNKNOWN;
	return *known;
}

/* The queue */

static void waiting_remove(struct jscope__dpc_bench *bench, const struct jscope__dpc *dpc)
{
	for (unsigned i = 0; i < bench->waiting_count; i++) {
		if (bench->waiting[i] == dpc) {
			bench->waiting[i] = bench->waiting[--bench->waiting_count];
			return;
		}
	}
}

static void waiting_add(struct jscope__dpc_bench *bench, struct jscope__dpc *dpc)
{
	waiting_remove(bench, dpc);
	if (bench->waiting_count < JSCOPE__DPCS_WAITING)
		bench->waiting[bench->waiting_count++] = dpc;
	else
		jscope__judge_refuse(bench->judge, 1);
}

static void queue_enter(struct jscope__dpc_bench *bench, struct jscope__dpc *dpc, jscope_ns at_ns,
			const struct jscope_slots_dpc_insert *slots)
{
	dpc->queued = JSCOPE__YES;
	dpc->queued_ns = at_ns;
	dpc->target_cpu = slots->target_cpu;
	dpc->importance = slots->importance;
	dpc->order = ++bench->insert_count;
	waiting_add(bench, dpc);
}

static void queue_leave(struct jscope__dpc_bench *bench, struct jscope__dpc *dpc)
{
	dpc->queued = JSCOPE__NO;
	waiting_remove(bench, dpc);
}

/* R33, R34: results and runs */

static void accuse_insert(struct jscope__dpc_bench *bench, const struct jscope__dpc *dpc,
			  jscope_ns at_ns)
{
	char object[48];

	jscope__judge_violate(
		bench->judge, RULE_INSERT_RESULT, at_ns, jscope__dpc_name(object, dpc),
		"KeInsertQueueDpc returned TRUE although the DPC was queued since %" PRId64
		" ns; a queued object is not queued again, so the caller counts a run "
		"that will not come",
		jscope_sub_sat(at_ns, dpc->queued_ns));
}

static void accuse_entry(struct jscope__dpc_bench *bench, const struct jscope__dpc *dpc,
			 jscope_ns at_ns)
{
	char object[48];

	jscope__judge_violate(bench->judge, RULE_ONE_RUN, at_ns, jscope__dpc_name(object, dpc),
			      "run %" PRId64
			      " began although the DPC was not queued; each success of "
			      "KeInsertQueueDpc gives one run, this one is too many",
			      dpc->run);
}

/* The next event of the DPC shows whether it was a race; otherwise what looked wrong was wrong. */
static void doubts_settle(struct jscope__dpc_bench *bench, const struct jscope__dpc *dpc,
			  jscope_ns now_ns, bool is_entry, bool is_insert)
{
	if (dpc->doubtful_insert_ns != JSCOPE_NS_UNKNOWN &&
	    !(is_entry && jscope__dpc_is_race(dpc->doubtful_insert_ns, now_ns)))
		accuse_insert(bench, dpc, dpc->doubtful_insert_ns);
	if (dpc->doubtful_entry_ns != JSCOPE_NS_UNKNOWN &&
	    !(is_insert && jscope__dpc_is_race(dpc->doubtful_entry_ns, now_ns)))
		accuse_entry(bench, dpc, dpc->doubtful_entry_ns);
}

static void on_inserted(struct jscope__dpc_bench *bench, struct jscope__dpc *dpc,
			const struct jscope_vocabulary_event *event)
{
	const bool was_late = jscope__dpc_is_race(dpc->doubtful_entry_ns, event->ts_ns);

	doubts_settle(bench, dpc, event->ts_ns, false, true);
	dpc->doubtful_insert_ns = dpc->doubtful_entry_ns = JSCOPE_NS_UNKNOWN;
	if (was_late)
		return; /* the run of this insert has begun before it was told */
	if (dpc->queued == JSCOPE__YES)
		dpc->doubtful_insert_ns = event->ts_ns;
	else
		jscope__judge_pass(bench->judge, RULE_INSERT_RESULT);
	if (dpc->queued != JSCOPE__YES)
		queue_enter(bench, dpc, event->ts_ns, SLOTS(event, dpc_insert));
}

static void on_merged(struct jscope__dpc_bench *bench, struct jscope__dpc *dpc,
		      const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (dpc->queued == JSCOPE__YES || jscope__dpc_is_race(dpc->entered_ns, event->ts_ns))
		jscope__judge_pass(bench->judge, RULE_INSERT_RESULT);
	else if (dpc->queued == JSCOPE__NO)
		jscope__judge_violate(bench->judge, RULE_INSERT_RESULT, event->ts_ns,
				      jscope__dpc_name(object, dpc),
				      "KeInsertQueueDpc returned FALSE although the DPC was not "
				      "queued; the caller believes that a run is under way, and "
				      "nobody serves this interrupt");
	else
		queue_enter(bench, dpc, event->ts_ns, SLOTS(event, dpc_insert));
}

static void on_insert(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_insert *slots = SLOTS(event, dpc_insert);
	struct jscope__dpc *dpc = dpc_get(bench, slots->dev, slots->dpc);

	bench->names_targets |= slots->target_cpu != 0;
	if (!dpc)
		return;
	if (slots->inserted)
		on_inserted(bench, dpc, event);
	else
		on_merged(bench, dpc, event);
}

static void on_remove(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_remove *slots = SLOTS(event, dpc_remove);
	struct jscope__dpc *dpc = dpc_get(bench, slots->dev, slots->dpc);

	if (dpc && slots->removed)
		queue_leave(bench, dpc);
}

static void judge_run(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event,
		      const struct jscope__dpc *dpc)
{
	const int64_t run = SLOTS(event, dpc_entry)->run;
	char object[48];

	if (!dpc->has_run || run == 0)
		return;
	if (jscope_sub_sat(run, dpc->run) == 1)
		jscope__judge_pass(bench->judge, RULE_ONE_RUN);
	else
		jscope__judge_violate(
			bench->judge, RULE_ONE_RUN, event->ts_ns, jscope__dpc_name(object, dpc),
			"run %" PRId64 " began after run %" PRId64
			"; runs are numbered one by one, so %s",
			run, dpc->run,
			run > dpc->run ? "some in between left no trace" : "one ran twice");
}

/* Runs */

static void note_entry(struct jscope__dpc *dpc, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_entry *slots = SLOTS(event, dpc_entry);

	dpc->has_run = true;
	dpc->run = slots->run;
	dpc->kind = slots->kind;
	dpc->cpu = event->cpu;
	dpc->tid = event->tid;
	dpc->entered_ns = event->ts_ns;
	dpc->running_count++;
}

/* Nobody can know whether what was never inserted in this trace was queued before it. */
static void judge_entry_of_unqueued(struct jscope__dpc *dpc,
				    const struct jscope_vocabulary_event *event)
{
	if (dpc->queued == JSCOPE__NO && SLOTS(event, dpc_entry)->kind != JSCOPE__DPC_TIMER &&
	    dpc->queued_ns != JSCOPE_NS_UNKNOWN)
		dpc->doubtful_entry_ns = event->ts_ns;
}

static void on_entry(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event)
{
	struct jscope__dpc *dpc = dpc_get(bench, event->slot[0], SLOTS(event, dpc_entry)->dpc);
	bool is_still_queued;

	if (!dpc)
		return;
	/* Told to be queued again just before this run was told to begin. */
	is_still_queued = jscope__dpc_is_race(dpc->doubtful_insert_ns, event->ts_ns);
	doubts_settle(bench, dpc, event->ts_ns, true, false);
	dpc->doubtful_insert_ns = dpc->doubtful_entry_ns = JSCOPE_NS_UNKNOWN;
	judge_run(bench, event, dpc);
	judge_entry_of_unqueued(dpc, event);
	jscope__dpc_judge_entry(bench, event, dpc);
	note_entry(dpc, event);
	if (!is_still_queued)
		queue_leave(bench, dpc);
}

static void on_exit_of(struct jscope__dpc_bench *bench, const struct jscope_vocabulary_event *event)
{
	struct jscope__dpc *dpc = dpc_get(bench, event->slot[0], SLOTS(event, dpc_exit)->dpc);

	if (dpc && dpc->running_count > 0)
		dpc->running_count--;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct jscope__dpc_bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_dpc_insert:
		on_insert(bench, event);
		break;
	case JSCOPE_EVENT_dpc_remove:
		on_remove(bench, event);
		break;
	case JSCOPE_EVENT_dpc_entry:
		on_entry(bench, event);
		break;
	case JSCOPE_EVENT_dpc_exit:
		on_exit_of(bench, event);
		break;
	case JSCOPE_EVENT_stor_init:
	case JSCOPE_EVENT_stor_start:
	case JSCOPE_EVENT_stor_complete:
		jscope_map_put(bench->storage, jscope__dev_key(event->slot[0]));
		break;
	}
}

/* Queued, running, numbered: none of it is known any more. */
static void dpc_forget(struct jscope_judge *judge, void *value)
{
	struct jscope__dpc *dpc = *(struct jscope__dpc **)value;

	if (dpc->has_run) {
		jscope__judge_abstain(judge, RULE_INSERT_RESULT);
		jscope__judge_abstain(judge, RULE_ONE_RUN);
	}
	dpc->queued = JSCOPE__UNKNOWN;
	dpc->queued_ns = dpc->entered_ns = JSCOPE_NS_UNKNOWN;
	dpc->doubtful_insert_ns = dpc->doubtful_entry_ns = JSCOPE_NS_UNKNOWN;
	dpc->has_run = false;
	dpc->running_count = 0;
}

static void on_loss(void *state)
{
	struct jscope__dpc_bench *bench = state;

	bench->waiting_count = 0;
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct jscope__dpc_bench *bench = state;
	struct jscope_key key;
	void *value;

	for (size_t cursor = 0; jscope_map_next(bench->dpcs, &cursor, &key, &value);) {
		struct jscope__dpc *dpc = *(struct jscope__dpc **)value;

		/* A race may have its other half behind the end. */
		if (!jscope__dpc_is_race(dpc->doubtful_insert_ns, end_ns) &&
		    !jscope__dpc_is_race(dpc->doubtful_entry_ns, end_ns))
			doubts_settle(bench, dpc, end_ns, false, false);
	}
}

#define TABLE(map, type, forget)                                                                   \
	JSCOPE__TABLE(struct jscope__dpc_bench, map, type, DPCS_MAX, forget)

const struct jscope__bench_ops jscope__bench_dpc = {
	.size = sizeof(struct jscope__dpc_bench),
	.tables = {
		TABLE(dpcs, struct jscope__dpc *, dpc_forget),
		TABLE(storage, bool, NULL),
	},
	.event = on_event,
	.loss = on_loss,
	.finish = on_finish,
	.release = release,
};
