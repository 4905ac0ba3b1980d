/* Signals: who sets an event, or calls what is told at once, and for which interrupts. */
#include <string.h>

#include "adapter_jscope.h"

static uint64_t seq_of(const struct jscope__js_client *client, const struct jscope__js_cause *cause)
{
	return cause && cause->seq ? cause->seq : client->signal_count;
}

static bool causes_are_used(const struct jscope__js_client *client,
			    const struct jscope__js_signal *signal)
{
	return client->run_dpc == signal->dpc && client->run == signal->run->run;
}

/* What the same execution signalled before goes with what it signals now. */
static void merge_before(struct jscope__js_client *client, const struct jscope__js_signal *signal)
{
	struct jscope__js_node *node = client->last;

	while (node && (node->work.dpc != signal->dpc || node->work.run != signal->run->run))
		node = node->previous;
	if (node)
		node->merged = true;
}

/* What one interrupt, or none that the trace knows, has to tell. */
static struct jscope__js_node *signal_cause(struct jscope__js *adapter,
					    struct jscope__js_client *client,
					    const struct jscope__js_signal *signal,
					    const struct jscope__js_cause *cause)
{
	uint64_t seq =
		signal->of_request && signal->packet ? signal->packet : seq_of(client, cause);
	struct jscope__js_node *node = jscope__js_node_add(adapter, client, seq);

	if (!node)
		return NULL;
	node->notification.at[JSCOPE_DUE] = signal->due_ns;
	jscope__js_node_signal(adapter, client, node, cause, signal);
	return node;
}

/* Which interrupt led to the signal, if any did, nobody can tell. */
static bool has_no_cause(const struct jscope__js_signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;

	return !group || !group->count || jscope__js_signal_is_of_some(signal) ||
	       (signal->of_request && group->incomplete);
}

/* No points in the trace: each interrupt of the execution is one thing that was notified. */
static struct jscope__js_node *signal_causes(struct jscope__js *adapter,
					     struct jscope__js_client *client,
					     const struct jscope__js_signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;
	unsigned count = group ? group->count : 0, i = 0;
	struct jscope__js_node *node = NULL;

	if (signal->run && causes_are_used(client, signal))
		merge_before(client, signal);
	if (has_no_cause(signal))
		return signal_cause(adapter, client, signal, signal->in_isr ? &signal->isr : NULL);
	/*
	 * A second signal in one execution: its interrupts count but once. And what is sent for
	 * an execution is one notification, however many interrupts that had.
	 */
	if (signal->is_sent || causes_are_used(client, signal))
		i = count - 1;
	for (; i < count; i++) {
		node = signal_cause(adapter, client, signal, &group->causes[i]);
		if (node)
			node->merged = i + 1 < count;
	}
	if (node && group->incomplete &&
	    jscope__js_lost_since(adapter, group->causes[count - 1].queued_ns))
		node->cut = true; /* there may have been another, which it was merged with */
	return node;
}

/* The buffer may have been freed unseen, and another sent. */
static bool work_is_doubtful(const struct jscope__js *adapter, const struct jscope__js_work *work)
{
	return work->doubtful || (work->dpc && jscope__js_lost_since(adapter, work->since_ns));
}

/* Who signals: a DPC that the event names, the interrupt routine, or a thread that sends. */
static void signal_explain(struct jscope__js *adapter, const struct jscope_slots_ev_set *slots,
			   const struct jscope__js_place *place, struct jscope__js_signal *signal)
{
	const struct jscope__js_open *top = jscope__js_place_sure(adapter, place);

	if (signal->by_dpc) {
		signal->dpc = jscope__js_dpc_find(adapter, slots->dev, slots->dpc);
		if (signal->dpc)
			signal->run = jscope__js_run_find(signal->dpc, (uint64_t)slots->run);
	} else if (top && !top->is_dpc) {
		signal->in_isr = true;
		signal->isr = jscope__js_cause_make(jscope__js_device_get(adapter, slots->dev),
						    top->id, place, signal->event);
		signal->isr.queued_ns = JSCOPE_NS_UNKNOWN;
	} else if (place && (jscope__js_place_is_doubtful(adapter, place) ||
			     work_is_doubtful(adapter, &place->sends))) {
		signal->is_doubtful = true;
	} else if (place && place->sends.dpc) {
		signal->by_dpc = signal->is_sent = true;
		signal->dpc = place->sends.dpc;
		signal->run = jscope__js_run_find(signal->dpc, place->sends.run);
	}
}

static void signal_tell(struct jscope__js *adapter, struct jscope__js_client *client,
			const struct jscope__js_signal *signal, struct jscope__js_place *place)
{
	struct jscope__js_node *node;

	if (client->stream && client->stream->has_points) {
		jscope__js_signal_points(adapter, client, signal);
	} else if (client->stream && signal->packet) {
		jscope__js_signal_packets(adapter, client, signal);
	} else {
		node = signal_causes(adapter, client, signal);
		if (node && place)
			jscope__js_request_attach(place, node);
	}
}

void jscope__js_ev_set(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_ev_set *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->event);
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, ev_set));
	struct jscope__js_signal signal = { .event = event,
					    .packet = (uint64_t)slots->packet,
					    .by_dpc = slots->dpc != 0,
					    .number = (uint64_t)slots->run,
					    .due_ns = JSCOPE_NS_UNKNOWN };

	if (!client)
		return;
	if (!slots->prev || !client->set) {
		client->set++;
		jscope__js_wakes_settle(adapter, client);
	}
	signal.set = client->set;
	client->signal_count++;
	signal.of_request = client->device->is_storage;
	signal_explain(adapter, slots, place, &signal);
	jscope__js_client_adopt(adapter, client, signal.run, signal.packet);
	signal_tell(adapter, client, &signal, place);
	client->signal_ns = event->ts_ns;
	if (signal.run) {
		signal.run->signalled = true;
		signal.dpc->client = client;
		client->run_dpc = signal.dpc;
		client->run = signal.run->run;
	}
}

/* The innermost execution where the event comes from, if it is one. */
static void signal_from_top(struct jscope__js_signal *signal, const struct jscope__js_open *top)
{
	signal->by_dpc = true;
	if (!top || !top->is_dpc)
		return;
	signal->dpc = top->dpc;
	signal->run = top->run;
	signal->run->signalled = true;
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
	struct jscope__js_signal signal = { .event = event, .due_ns = JSCOPE_NS_UNKNOWN };

	if (!client)
		return;
	client->kind = "midi";
	client->no_wake = true;
	client->signal_count++;
	signal_from_top(&signal,
			top && top->is_dpc && top->run->run == (uint64_t)slots->run ? top : NULL);
	signal_causes(adapter, client, &signal);
	client->signal_ns = event->ts_ns;
	jscope__js_nodes_flush(adapter, client, ~0u, false);
}

void jscope__js_stor_timer_req(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_stor_timer_req *slots = (const void *)event->slot;
	struct jscope__js_device *device = jscope__js_device_get(state, slots->dev);

	if (!device)
		return;
	device->timer_request_ns = event->ts_ns;
	device->timer_due_ns = JSCOPE_NS_UNKNOWN;
	if (slots->value_us > 0)
		device->timer_due_ns = jscope_add_sat(
			event->ts_ns, jscope_muldiv(slots->value_us, JSCOPE_NS_PER_US, 1));
}

/* Or is an event, too, in a trace that makes no sense. */
static bool is_timer(const struct jscope__js_client *client)
{
	return !client->stream && (!client->info || !strcmp(client->info->kind, "timer"));
}

/* HwStorTimer is called: what RequestTimerCall asked for happens in the call itself. */
void jscope__js_stor_timer_fire(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_timer_fire *slots = (const void *)event->slot;
	struct jscope__js_client *client =
		jscope__js_client_get(adapter, slots->dev, slots->routine);
	struct jscope__js_signal signal = { .event = event, .due_ns = JSCOPE_NS_UNKNOWN };
	const struct jscope__js_open *top =
		jscope__js_place_top(adapter, event, JSCOPE__JS_TID(event, stor_timer_fire));

	if (!client || !is_timer(client))
		return;
	client->kind = "timer";
	client->no_wake = true;
	client->signal_count++;
	if (top)
		signal_from_top(&signal, top);
	if (!jscope__js_lost_since(adapter, client->device->timer_request_ns))
		signal.due_ns = client->device->timer_due_ns;
	client->device->timer_due_ns = JSCOPE_NS_UNKNOWN;
	signal_causes(adapter, client, &signal);
	client->signal_ns = event->ts_ns;
	jscope__js_nodes_flush(adapter, client, ~0u, false);
}
