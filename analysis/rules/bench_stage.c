/* R42: no stage of the chain is of negative length. */
#include "rules/bench.h"

#include <inttypes.h>
#include <stdio.h>

#define RULE_NO_NEGATIVE 42

#define DPCS_MAX 4096

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *runs; /* (dev, dpc): last run that began, int64_t */
};

/* What led to an event lies before it. */
static void judge_assertion(struct bench *bench, const struct jscope_vocabulary_event *event,
			    const char *what, jscope_ns instant_ns)
{
	char object[48];

	if (instant_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (instant_ns <= event->ts_ns) {
		jscope__judge_pass(bench->judge, RULE_NO_NEGATIVE);
		return;
	}
	snprintf(object, sizeof object, "dev%" PRIu32, (uint32_t)event->slot[0]);
	jscope__judge_violate(bench->judge, RULE_NO_NEGATIVE, event->ts_ns, object,
			      "%s %" PRId64
			      " ns after this %s; a stage of negative length means that "
			      "the clocks of device and host, or of two CPUs, disagree",
			      what, jscope_sub_sat(instant_ns, event->ts_ns),
			      jscope_event_describe(event->id)->name);
}

/* Who signals has begun to run. */
static void judge_signal(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const int64_t *run = jscope_map_get(bench->runs, jscope__key(slots->dev, slots->dpc));
	char object[48];

	if (!run || slots->dpc == 0 || slots->run == 0)
		return;
	if (slots->run <= *run)
		jscope__judge_pass(bench->judge, RULE_NO_NEGATIVE);
	else
		jscope__judge_violate(
			bench->judge, RULE_NO_NEGATIVE, event->ts_ns,
			jscope__judge_object(object, slots->dev, "event", slots->event),
			"it was signalled by run %" PRId64 " of DPC 0x%" PRIx64
			", which has not begun (the last one was %" PRId64
			"); the handler stage would be of negative length",
			slots->run, (uint64_t)slots->dpc, *run);
}

static void on_entry(struct bench *bench, const struct jscope_slots_dpc_entry *slots)
{
	int64_t *run = jscope_map_put(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (run)
		*run = slots->run;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_dev_point:
		judge_assertion(bench, event, "the point is crossed",
				SLOTS(event, dev_point)->ideal_ns);
		break;
	case JSCOPE_EVENT_irq_entry:
		judge_assertion(bench, event, "the line was asserted",
				SLOTS(event, irq_entry)->true_ts_ns);
		break;
	case JSCOPE_EVENT_dpc_entry:
		on_entry(bench, SLOTS(event, dpc_entry));
		break;
	case JSCOPE_EVENT_ev_set:
		judge_signal(bench, event);
		break;
	}
}

/* A run may have begun unseen. */
static void run_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	*(int64_t *)value = INT64_MAX;
}

const struct jscope__bench_ops jscope__bench_stage = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, runs, int64_t, DPCS_MAX, run_forget),
	},
	.event = on_event,
};
