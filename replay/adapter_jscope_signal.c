/* Signals: which interrupts and points an event that is set stands for. */
#include "adapter_jscope.h"

/* So many may lack their begin before its events are held to be none of this trace. */
#define LEARN_SIGNALS 8

/* A signal in hand, with what led to it. */
struct signal {
	const struct jscope_event *event;
	uint64_t packet, set;
	struct jscope__js_dpc *dpc; /* NULL: none in the trace */
	struct jscope__js_run *run; /* NULL: not in the trace */
	bool by_dpc;		    /* the event names a DPC */
};

static void path_set(struct jscope__js *adapter, struct jscope__js_client *client, unsigned path)
{
	if (client->info->path == path)
		return;
	client->info->path = path;
	jscope__output_stream_changed(adapter->output, client->info);
}

/* The instants that chains like this one have by nature. */
static unsigned path_of(const struct jscope__js_client *client, const struct signal *signal,
			const struct jscope__js_cause *cause, bool has_due)
{
	unsigned path = 1u << JSCOPE_SIGNAL;

	if (!client->no_wake)
		path |= 1u << JSCOPE_RUN;
	if (has_due)
		path |= 1u << JSCOPE_DUE;
	if (signal->run)
		path |= 1u << JSCOPE_DEFERRED;
	if (cause)
		path |= 1u << JSCOPE_QUEUED;
	if (cause && cause->irq_ns != JSCOPE_NS_UNKNOWN)
		path |= 1u << JSCOPE_IRQ;
	return path;
}

/*
 * Whether the trace lacks the begin of this chain: an execution or an interrupt that the events
 * name. That such events are just never recorded is believed only after LEARN_SIGNALS,
 * and of a trace that lost nothing.
 */
static bool begin_is_cut(const struct jscope__js *adapter, const struct jscope__js_client *client,
			 const struct signal *signal, const struct jscope__js_cause *cause)
{
	bool learning = !client->path_learnt &&
			(client->signal_count <= LEARN_SIGNALS || adapter->output->loss_count);

	if (signal->by_dpc && !signal->run)
		return signal->dpc || learning;
	if (signal->run && !cause)
		return signal->run->group.incomplete || signal->run->group.count;
	return cause && cause->seq && cause->irq_ns == JSCOPE_NS_UNKNOWN && learning;
}

/* Until a whole chain was seen the path is an assumption; after it, it may only grow. */
static void path_learn(struct jscope__js *adapter, struct jscope__js_client *client,
		       const struct signal *signal, const struct jscope__js_cause *cause,
		       bool has_due)
{
	unsigned path = path_of(client, signal, cause, has_due);

	if (client->path_learnt)
		path |= client->info->path;
	client->path_learnt = true;
	path_set(adapter, client, path);
}

static void node_signal(struct jscope__js *adapter, struct jscope__js_client *client,
			struct jscope__js_node *node, const struct jscope__js_cause *cause,
			const struct signal *signal)
{
	jscope_ns *at = node->notification.at;

	node->state = JSCOPE__JS_SIGNALLED;
	node->set = signal->set;
	if (node->notification.seq > client->last_point)
		client->last_point = node->notification.seq;
	node->notification.cpu = signal->event->cpu;
	at[JSCOPE_SIGNAL] = signal->event->ts_ns;
	if (signal->run)
		jscope__js_node_defer(node, signal->run, cause);
	if (cause && at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN && !node->spurious)
		at[JSCOPE_DUE] = cause->asserted_ns;
	if (begin_is_cut(adapter, client, signal, cause))
		node->cut = true;
	else if (!node->spurious)
		path_learn(adapter, client, signal, cause, at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN);
}

/* The instant from which the next point takes over. */
static jscope_ns point_end(const struct jscope__js_node *node)
{
	const struct jscope__js_node *next = node->next;
	jscope_ns due_ns = node->notification.at[JSCOPE_DUE];

	if (next && next->notification.seq == node->notification.seq + 1 &&
	    next->notification.at[JSCOPE_DUE] > due_ns)
		return next->notification.at[JSCOPE_DUE];
	return jscope_add_sat(due_ns, node->notification.stream->nominal_period_ns);
}

static bool cause_is_of_point(const struct jscope__js_cause *cause, jscope_ns due_ns,
			      jscope_ns end_ns)
{
	return cause->asserted_ns == due_ns ||
	       (cause->asserted_ns > due_ns && cause->asserted_ns < end_ns);
}

/* The line was asserted before the point and its handler not yet entered: it serves both. */
static bool cause_covers_point(const struct jscope__js_cause *cause, jscope_ns due_ns)
{
	if (cause->asserted_ns == JSCOPE_NS_UNKNOWN) {
		jscope_ns seen_ns =
			cause->irq_ns != JSCOPE_NS_UNKNOWN ? cause->irq_ns : cause->queued_ns;
		return seen_ns >= due_ns;
	}
	return cause->asserted_ns < due_ns && cause->irq_ns >= due_ns;
}

/*
 * The interrupt of an execution that asserted for a point: at its instant, or after it and before
 * the next point. Failing that, one that was pending when the point was crossed; and where nobody
 * knows when the line was asserted, the first that came after the point.
 */
static const struct jscope__js_cause *cause_of_point(const struct jscope__js_group *group,
						     const struct jscope__js_node *node)
{
	jscope_ns due_ns = node->notification.at[JSCOPE_DUE], end_ns = point_end(node);

	for (unsigned i = 0; i < group->count; i++)
		if (cause_is_of_point(&group->causes[i], due_ns, end_ns))
			return &group->causes[i];
	for (unsigned i = 0; i < group->count; i++)
		if (cause_covers_point(&group->causes[i], due_ns))
			return &group->causes[i];
	return NULL;
}

/* A point is missed where the execution that passed it by had no interrupt for it. */
static bool serves_point(const struct jscope__js *adapter, const struct signal *signal,
			 const struct jscope__js_cause *cause, const struct jscope__js_node *node)
{
	const struct jscope__js_run *run = signal->run;

	if (cause || !run || run->group.incomplete || run->is_timer || !run->group.count)
		return true;
	return jscope__output_lost_between(adapter->output, node->notification.at[JSCOPE_DUE],
					   signal->event->ts_ns);
}

static void signal_spurious(struct jscope__js *adapter, struct jscope__js_client *client,
			    const struct signal *signal, uint64_t seq)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;
	struct jscope__js_node *node = jscope__js_node_add(adapter, client, seq);

	if (!node)
		return;
	node->spurious = true;
	node_signal(adapter, client, node,
		    group && group->count ? &group->causes[group->count - 1] : NULL, signal);
}

/*
 * The point is not among the crossed ones of this client: it is the stream's last, crossed before
 * the client joined, or it is not told yet and may still come.
 */
static void signal_alone(struct jscope__js *adapter, struct jscope__js_client *client,
			 const struct signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;
	struct jscope__js_node *node = jscope__js_node_add(adapter, client, signal->packet);

	if (!node)
		return;
	if (signal->packet == client->stream->point)
		node->notification.at[JSCOPE_DUE] = client->stream->point_ns;
	else
		node->awaits_point = true;
	node_signal(adapter, client, node,
		    group && group->count ? &group->causes[group->count - 1] : NULL, signal);
}

/* All crossed points up to the one that the signal names; the last stands for the others. */
static void signal_points(struct jscope__js *adapter, struct jscope__js_client *client,
			  const struct signal *signal)
{
	struct jscope__js_node *last = NULL, *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		const struct jscope__js_cause *cause;

		next = node->next;
		if (node->state != JSCOPE__JS_CROSSED || node->notification.seq > signal->packet)
			continue;
		cause = signal->run ? cause_of_point(&signal->run->group, node) : NULL;
		if (!serves_point(adapter, signal, cause, node)) {
			jscope__js_node_finish(adapter, client, node, false);
			continue;
		}
		node_signal(adapter, client, node, cause, signal);
		if (last)
			last->merged = true;
		last = node;
	}
	if (last)
		return;
	if (signal->packet >= client->stream->point && signal->packet > client->last_point)
		signal_alone(adapter, client, signal);
	else
		signal_spurious(adapter, client, signal, signal->packet);
}

static uint64_t seq_of(const struct jscope__js_client *client, const struct signal *signal,
		       const struct jscope__js_cause *cause)
{
	if (client->stream && signal->packet)
		return signal->packet;
	return cause && cause->seq ? cause->seq : client->signal_count;
}

static bool causes_are_used(const struct jscope__js_client *client, const struct signal *signal)
{
	return client->run_dpc == signal->dpc && client->run == signal->run->run;
}

/* No points in the trace: each interrupt of the execution is one thing that was notified. */
static void signal_causes(struct jscope__js *adapter, struct jscope__js_client *client,
			  const struct signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;
	unsigned count = group ? group->count : 0, first = 0;

	/* A second signal in one execution: its interrupts count but once. */
	if (count && causes_are_used(client, signal))
		first = count - 1;
	for (unsigned i = first; i < (count ? count : 1); i++) {
		const struct jscope__js_cause *cause = count ? &group->causes[i] : NULL;
		struct jscope__js_node *node =
			jscope__js_node_add(adapter, client, seq_of(client, signal, cause));

		if (!node)
			return;
		node_signal(adapter, client, node, cause, signal);
		node->merged = i + 1 < count;
	}
}

void jscope__js_ev_set(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_ev_set *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->event);
	struct signal signal = { .event = event,
				 .packet = (uint64_t)slots->packet,
				 .by_dpc = slots->dpc != 0 };

	if (!client)
		return;
	if (!slots->prev || !client->set)
		client->set++;
	signal.set = client->set;
	client->signal_count++;
	if (signal.by_dpc)
		signal.dpc = jscope__js_dpc_find(adapter, slots->dev, slots->dpc);
	if (signal.dpc)
		signal.run = jscope__js_run_find(signal.dpc, (uint64_t)slots->run);
	jscope__js_client_adopt(adapter, client, signal.run, signal.packet);
	if (client->stream && client->stream->has_points)
		signal_points(adapter, client, &signal);
	else
		signal_causes(adapter, client, &signal);
	if (signal.run) {
		signal.run->signalled = true;
		signal.dpc->client = client;
		client->run_dpc = signal.dpc;
		client->run = signal.run->run;
	}
}

/*
 * A member of a service group is served: the sink is what a MIDI port is to be told. It runs in
 * the DPC itself, nobody has to wake.
 */
void jscope__js_svc_serve(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_svc_serve *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->sink);
	const struct jscope__js_open *top =
		jscope__js_place_top(adapter, event, JSCOPE__JS_TID(event, svc_serve));
	struct signal signal = { .event = event };

	if (!client)
		return;
	client->kind = "midi";
	client->no_wake = true;
	client->signal_count++;
	signal.by_dpc = true;
	if (top && top->is_dpc && top->run->run == (uint64_t)slots->run) {
		signal.dpc = top->dpc;
		signal.run = top->run;
		signal.run->signalled = true;
	}
	signal_causes(adapter, client, &signal);
	jscope__js_nodes_flush(adapter, client, ~0u, false);
}
