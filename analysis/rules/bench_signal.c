/* R30, R39, R40: what a DPC signals: to all, once, and in order. */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_IN_ORDER	30
#define RULE_EACH_EVENT 39
#define RULE_MERGED	40

#define STREAMS_MAX 4096
#define EVENTS_MAX  65536
#define DPCS_MAX    4096

struct stream {
	unsigned points; /* crossed since the last signal */
};

struct target {
	bool has_packet;
	unsigned epoch;
	int64_t packet;
};

struct signalled {
	int64_t event;
	unsigned count;
};

/* The run of a DPC that is open, or was last. */
struct run {
	bool is_open;
	int64_t number;
	jscope_ns begin_ns;
	bool requests_known;
	unsigned requests;	/* inserts that it serves */
	unsigned requests_next; /* and those that the next one will */
	int64_t stream;		/* that it signalled last, in any run; 0 none */
	bool is_shared;
	unsigned signalled_count;
	struct signalled signalled[JSCOPE__REGISTERED_MAX];
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams; /* (dev, stream): struct stream */
	struct jscope_map *targets; /* (dev, event): struct target */
	struct jscope_map *runs;    /* (dev, dpc): struct run */
};

/* R30, R40 */

/* The inserts that the signalling run serves; 0 where they are not known. */
static unsigned requests_of(const struct bench *bench, const struct jscope_slots_ev_set *slots)
{
	const struct run *run = jscope_map_get(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (!run || !run->is_open || run->number != slots->run || !run->requests_known)
		return 0;
	return run->requests;
}

static void judge_merged(struct bench *bench, const struct jscope_vocabulary_event *event,
			 const struct jscope__stream *facts, int64_t step, unsigned requests)
{
	char object[48];

	if (requests < 2)
		return;
	if (step == requests)
		jscope__judge_pass(bench->judge, RULE_MERGED);
	else if (step < requests)
		jscope__judge_violate(
			bench->judge, RULE_MERGED, event->ts_ns, jscope__stream_name(object, facts),
			"%u interrupts merged into one run of the DPC, but the packet "
			"count moved by %" PRId64
			"; it must move by as many, or the counter falls behind for good",
			requests, step);
}

static void judge_step(struct bench *bench, const struct jscope_vocabulary_event *event,
		       const struct jscope__stream *facts, int64_t step, unsigned requests)
{
	char object[48];

	if (step == 1 || (step > 1 && step <= requests))
		jscope__judge_pass(bench->judge, RULE_IN_ORDER);
	else if (step > 1 && requests == 0)
		jscope__judge_abstain(bench->judge, RULE_IN_ORDER);
	else
		jscope__judge_violate(
			bench->judge, RULE_IN_ORDER, event->ts_ns,
			jscope__stream_name(object, facts),
			"the packet index went from %" PRId64 " to %" PRId64
			" between two signals although %u interrupt(s) led to it; %s, "
			"and the client answers for the wrong half of the buffer",
			SLOTS(event, ev_set)->packet - step, SLOTS(event, ev_set)->packet, requests,
			step > 1 ? "points in between were not served" : "it must grow by one");
}

static void judge_packet(struct bench *bench, const struct jscope_vocabulary_event *event,
			 const struct jscope__stream *facts)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	struct target *target =
		jscope_map_put(bench->targets, jscope__key(slots->dev, slots->event));
	const unsigned requests = requests_of(bench, slots);

	if (!target || slots->packet <= 0)
		return; /* a signal that belongs to no packet */
	if (target->has_packet && target->epoch == facts->epoch) {
		const int64_t step = jscope_sub_sat(slots->packet, target->packet);

		judge_step(bench, event, facts, step, requests);
		judge_merged(bench, event, facts, step, requests);
	}
	*target = (struct target){ true, facts->epoch, slots->packet };
}

/* R39 */

static void run_note(struct bench *bench, const struct jscope_slots_ev_set *slots,
		     const struct jscope__stream *facts)
{
	struct run *run = jscope_map_get(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (!run || !run->is_open || run->number != slots->run)
		return;
	run->is_shared |= run->stream != 0 && run->stream != facts->id;
	run->stream = facts->id;
	for (unsigned i = 0; i < run->signalled_count; i++) {
		if (run->signalled[i].event == slots->event) {
			run->signalled[i].count++;
			return;
		}
	}
	if (run->signalled_count < JSCOPE__REGISTERED_MAX)
		run->signalled[run->signalled_count++] = (struct signalled){ slots->event, 1 };
	else
		jscope__judge_refuse(bench->judge, 1);
}

static unsigned times_signalled(const struct run *run, int64_t event)
{
	for (unsigned i = 0; i < run->signalled_count; i++)
		if (run->signalled[i].event == event)
			return run->signalled[i].count;
	return 0;
}

static void judge_event(struct bench *bench, const struct jscope__stream *facts,
			const struct run *run, int64_t registered, jscope_ns at_ns)
{
	const unsigned times = times_signalled(run, registered);
	char object[48];

	if (times == 1)
		jscope__judge_pass(bench->judge, RULE_EACH_EVENT);
	else
		jscope__judge_violate(bench->judge, RULE_EACH_EVENT, at_ns,
				      jscope__stream_name(object, facts),
				      "run %" PRId64 " of the DPC signalled event 0x%" PRIx64
				      " %u times; each registered event is signalled once per run, "
				      "%s",
				      run->number, (uint64_t)registered, times,
				      times ? "a second signal looks like another packet"
					    : "its client was left out");
}

/* A run that signals nobody may have other work, unless a point was to be told. */
static bool is_due(const struct bench *bench, const struct jscope__stream *facts,
		   const struct run *run)
{
	const struct stream *stream =
		jscope_map_get(bench->streams, jscope__key(facts->dev, facts->id));

	if (run->signalled_count > 0)
		return true;
	return !run->is_shared && facts->state == JSCOPE__STATE_RUN &&
	       facts->state_ns < run->begin_ns && stream && stream->points > 0;
}

static void judge_run(struct bench *bench, const struct run *run, int64_t dev, jscope_ns at_ns)
{
	const struct jscope__stream *facts =
		run->stream ? jscope__judge_stream(bench->judge, dev, run->stream) : NULL;

	if (!facts || !facts->list_is_known || run->is_shared || !is_due(bench, facts, run))
		return;
	if (jscope__judge_is_blind(bench->judge, run->begin_ns, at_ns)) {
		jscope__judge_abstain(bench->judge, RULE_EACH_EVENT);
		return;
	}
	for (unsigned i = 0; i < facts->registered_count; i++)
		if (facts->registered[i].since_ns < run->begin_ns)
			judge_event(bench, facts, run, facts->registered[i].event, at_ns);
}

/* Runs */

static void on_insert(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_insert *slots = SLOTS(event, dpc_insert);
	struct run *run = jscope_map_put(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (run)
		run->requests_next++;
}

static void on_entry(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_entry *slots = SLOTS(event, dpc_entry);
	struct run *run = jscope_map_put(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (!run)
		return;
	run->is_open = true;
	run->number = slots->run;
	run->begin_ns = event->ts_ns;
	run->requests_known = run->requests_next > 0;
	run->requests = run->requests_next;
	run->requests_next = 0;
	run->signalled_count = 0;
}

static void on_exit_of(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_exit *slots = SLOTS(event, dpc_exit);
	struct run *run = jscope_map_get(bench->runs, jscope__key(slots->dev, slots->dpc));

	if (!run || !run->is_open || run->number != slots->run)
		return;
	judge_run(bench, run, slots->dev, event->ts_ns);
	run->is_open = false;
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *facts = jscope__judge_notified(bench->judge, event);
	struct stream *stream;

	if (!facts)
		return;
	run_note(bench, slots, facts);
	judge_packet(bench, event, facts);
	stream = jscope_map_get(bench->streams, jscope__key(facts->dev, facts->id));
	if (stream)
		stream->points = 0;
}

/* A point that was crossed in a run that is over may be left untold. */
static void on_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	struct stream *stream = jscope_map_get(
		bench->streams, jscope__key(event->slot[0], SLOTS(event, wrt_state)->stream));

	if (stream)
		stream->points = 0;
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	struct stream *stream = jscope_map_put(
		bench->streams, jscope__key(event->slot[0], SLOTS(event, dev_point)->stream));

	if (stream)
		stream->points++;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_dpc_insert:
		on_insert(bench, event);
		break;
	case JSCOPE_EVENT_dpc_entry:
		on_entry(bench, event);
		break;
	case JSCOPE_EVENT_dpc_exit:
		on_exit_of(bench, event);
		break;
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	}
}

static void target_forget(struct jscope_judge *judge, void *value)
{
	struct target *target = value;

	if (target->has_packet)
		jscope__judge_abstain(judge, RULE_IN_ORDER);
	target->has_packet = false;
}

static void stream_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	((struct stream *)value)->points = 0;
}

static void run_forget(struct jscope_judge *judge, void *value)
{
	struct run *run = value;

	if (run->is_open && run->stream)
		jscope__judge_abstain(judge, RULE_EACH_EVENT);
	run->is_open = false;
	run->requests_next = 0;
}

const struct jscope__bench_ops jscope__bench_signal = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, stream_forget),
		JSCOPE__TABLE(struct bench, targets, struct target, EVENTS_MAX, target_forget),
		JSCOPE__TABLE(struct bench, runs, struct run, DPCS_MAX, run_forget),
	},
	.event = on_event,
};
