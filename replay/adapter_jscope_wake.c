/* Wakes: which sets they answer, and what the thread does then. */
#include "adapter_jscope.h"

/* The oldest and the newest set that still waits for its wake; 0 for none. */
static uint64_t oldest_set(const struct jscope__js_client *client)
{
	uint64_t set = 0;

	for (const struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && (!set || node->set < set))
			set = node->set;
	return set;
}

static uint64_t newest_set(const struct jscope__js_client *client)
{
	uint64_t set = 0;

	for (const struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && node->set > set)
			set = node->set;
	return set;
}

/* The wake of this set is not in the trace. */
static void set_cut(struct jscope__js *adapter, struct jscope__js_client *client, uint64_t set)
{
	struct jscope__js_node *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (node->state != JSCOPE__JS_SIGNALLED || node->set != set)
			continue;
		node->cut = true;
		node->state = JSCOPE__JS_RUNNING;
		jscope__js_node_complete(adapter, client, node);
	}
}

static jscope_ns set_signal_ns(const struct jscope__js_client *client, uint64_t set)
{
	for (const struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && node->set == set)
			return node->notification.at[JSCOPE_SIGNAL];
	return JSCOPE_NS_UNKNOWN;
}

static bool set_is_doubtful(const struct jscope__js *adapter,
			    const struct jscope__js_client *client, uint64_t set)
{
	return jscope__js_lost_since(adapter, set_signal_ns(client, set));
}

/*
 * The set that a wake belongs to: the oldest, 0 for none. Wakes are numbered; a jump tells that the
 * trace lacks those in between, which are those of the oldest sets. The first number of a client
 * tells nothing. Only sets since which something was lost are doubted.
 */
static uint64_t wake_set(struct jscope__js *adapter, struct jscope__js_client *client,
			 uint64_t count)
{
	bool counted = client->wake_known && count > client->wake_count;
	uint64_t missing = counted ? count - client->wake_count - 1 : UINT64_MAX;
	uint64_t set = oldest_set(client);

	client->wake_known = count != 0;
	client->wake_count = count;
	for (; set && missing > 0 && set_is_doubtful(adapter, client, set); missing--) {
		set_cut(adapter, client, set);
		set = oldest_set(client);
	}
	return set;
}

static void node_wake(struct jscope__js_node *node, const struct jscope_event *event, int64_t tid,
		      bool held)
{
	node->state = JSCOPE__JS_RUNNING;
	node->held = held;
	node->notification.at[JSCOPE_RUN] = event->ts_ns;
	node->notification.tid = (uint32_t)tid;
}

static void running_complete(struct jscope__js *adapter, struct jscope__js_client *client)
{
	struct jscope__js_node *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (node->state == JSCOPE__JS_RUNNING && !node->ready)
			jscope__js_node_complete(adapter, client, node);
	}
}

/* Nobody ran for the sets older than the held one: the next set has found none of them signalled. */
void jscope__js_wakes_settle(struct jscope__js *adapter, struct jscope__js_client *client)
{
	struct jscope__js_node *next;
	uint64_t held_set = client->held_set;

	client->held_set = 0;
	for (struct jscope__js_node *node = client->first; held_set && node; node = next) {
		next = node->next;
		if (node->state == JSCOPE__JS_SIGNALLED && node->set < held_set)
			jscope__js_node_finish(adapter, client, node, false);
		else if (node->held) {
			node->held = false;
			if (node->ready)
				jscope__js_node_complete(adapter, client, node);
		}
	}
}

/* What a node learnt from its wake on. */
static void wake_move(struct jscope__js_node *to, const struct jscope__js_node *from)
{
	to->notification.tid = from->notification.tid;
	to->notification.at[JSCOPE_RUN] = from->notification.at[JSCOPE_RUN];
	to->notification.at[JSCOPE_SERVED] = from->notification.at[JSCOPE_SERVED];
	to->notification.has_position = from->notification.has_position;
	to->notification.has_headroom = from->notification.has_headroom;
	to->notification.position_frames = from->notification.position_frames;
	to->notification.headroom_frames = from->notification.headroom_frames;
}

static void wake_forget(struct jscope__js_node *node)
{
	static const struct jscope__js_node none = {
		.notification.at = { [JSCOPE_RUN] = JSCOPE_NS_UNKNOWN,
				     [JSCOPE_SERVED] = JSCOPE_NS_UNKNOWN },
	};

	wake_move(node, &none);
	node->state = JSCOPE__JS_SIGNALLED;
	node->held = node->ready = false;
}

/*
 * Another wake, and no set since the held one: nothing was lost, wakes are told late. The one in
 * hand before was that of the oldest set.
 */
static void wakes_shift(struct jscope__js *adapter, struct jscope__js_client *client)
{
	uint64_t set = oldest_set(client);
	struct jscope__js_node *held = client->first, *next;

	while (held && !held->held)
		held = held->next;
	client->wakes_late = true;
	client->held_set = 0;
	for (struct jscope__js_node *node = client->first; held && node; node = next) {
		next = node->next;
		if (node->state != JSCOPE__JS_SIGNALLED || node->set != set)
			continue;
		wake_move(node, held);
		node->state = JSCOPE__JS_RUNNING;
		jscope__js_node_complete(adapter, client, node);
	}
	for (struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->held)
			wake_forget(node);
}

/*
 * The same where something was lost since the oldest set: there may have been another set, and whose
 * wake the one in hand was nobody can tell.
 */
static void wakes_cut(struct jscope__js *adapter, struct jscope__js_client *client)
{
	struct jscope__js_node *next;
	uint64_t held_set = client->held_set;

	client->held_set = 0;
	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (node->held)
			wake_forget(node);
		if (node->state != JSCOPE__JS_SIGNALLED || node->set > held_set)
			continue;
		node->cut = true;
		node->state = JSCOPE__JS_RUNNING;
		jscope__js_node_complete(adapter, client, node);
	}
}

/*
 * An event has one wake for each set that found it not signalled. Where two sets wait, either the
 * wake of the first was lost, or it is told late: what comes next will tell, another set or another
 * wake. Until then the wake is held to be that of the newest.
 */
static uint64_t wake_choose(struct jscope__js_client *client, uint64_t oldest)
{
	uint64_t newest = newest_set(client);

	if (client->wakes_late || newest == oldest)
		return oldest;
	client->held_set = newest;
	return newest;
}

/* What the thread does next is for the execution whose signal it woke for, if that is one. */
static void work_take(const struct jscope__js *adapter, const struct jscope__js_client *client,
		      uint64_t set, struct jscope__js_place *place)
{
	bool is_of_several = false;
	struct jscope__js_work work = { .since_ns = adapter->output->now_ns };

	if (!place)
		return;
	work.doubtful = set_is_doubtful(adapter, client, set);
	for (const struct jscope__js_node *node = client->first; node; node = node->next) {
		if (node->state != JSCOPE__JS_SIGNALLED || node->set != set)
			continue;
		is_of_several |=
			work.dpc && (work.dpc != node->work.dpc || work.run != node->work.run);
		work.dpc = node->work.dpc;
		work.run = node->work.run;
	}
	if (is_of_several)
		work.dpc = NULL;
	place->woken = work;
}

void jscope__js_ev_wake(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_ev_wake *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->event);
	uint64_t set;

	if (!client)
		return;
	running_complete(adapter, client);
	if (client->held_set && set_is_doubtful(adapter, client, oldest_set(client)))
		wakes_cut(adapter, client);
	else if (client->held_set)
		wakes_shift(adapter, client);
	set = wake_choose(client, wake_set(adapter, client, (uint64_t)slots->count));
	work_take(adapter, client, set,
		  jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, ev_wake)));
	for (struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && node->set == set)
			node_wake(node, event, slots->tid, set == client->held_set);
}

/* Who waits again has answered, or will not. */
void jscope__js_ev_wait(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_ev_wait *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->event);

	if (client)
		running_complete(adapter, client);
}

/*
 * Where events were lost after the thread woke, it may have answered, waited and woken
 * in between: then this answer is another one's.
 */
static bool answer_is_doubtful(const struct jscope__js *adapter, const struct jscope__js_node *node)
{
	return jscope__js_lost_since(adapter, jscope_add_sat(node->notification.at[JSCOPE_RUN], 1));
}

static void node_serve(struct jscope__js_node *node, const struct jscope__js_service *service)
{
	struct jscope_notification *notification = &node->notification;

	notification->at[JSCOPE_SERVED] = service->at_ns;
	notification->has_position = service->has_position;
	notification->position_frames = service->position_frames;
	notification->has_headroom = service->has_headroom;
	notification->headroom_frames = service->headroom_frames;
}

void jscope__js_client_serve(struct jscope__js *adapter, struct jscope__js_client *client,
			     const struct jscope__js_service *service)
{
	struct jscope__js_node *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (node->state != JSCOPE__JS_RUNNING || node->ready ||
		    (service->tid >= 0 && node->notification.tid != (uint32_t)service->tid))
			continue;
		if (!answer_is_doubtful(adapter, node))
			node_serve(node, service);
		jscope__js_node_complete(adapter, client, node);
	}
}

/* Clients that have no stream say for which event they answer. */
static void event_serve(struct jscope__js *adapter, int64_t dev, int64_t id, int64_t tid,
			const struct jscope_event *event)
{
	struct jscope__js_client *client = jscope__js_client_get(adapter, dev, id);
	const struct jscope__js_service service = { .tid = tid, .at_ns = event->ts_ns };

	if (client)
		jscope__js_client_serve(adapter, client, &service);
}

void jscope__js_midi_client(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_midi_client *slots = (const void *)event->slot;

	event_serve(state, slots->dev, slots->event, JSCOPE__JS_TID(event, midi_client), event);
}

void jscope__js_pcn_receive(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_pcn_receive *slots = (const void *)event->slot;

	event_serve(state, slots->dev, slots->event, JSCOPE__JS_TID(event, pcn_receive), event);
}

static struct jscope_key buffer_key(int64_t dev, int64_t buffer)
{
	return (struct jscope_key){ (uint32_t)dev, (uint64_t)buffer };
}

/* A buffer is for what the DPC serves that allocates it, or for what the thread woke that does. */
void jscope__js_pcn_alloc(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_pcn_alloc *slots = (const void *)event->slot;
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, pcn_alloc));
	const struct jscope__js_open *top = jscope__js_place_sure(adapter, place);
	struct jscope__js_work *work;

	if (!place || slots->status < 0)
		return;
	work = jscope_map_put(adapter->buffers, buffer_key(slots->dev, slots->buf));
	if (!work)
		return;
	*work = place->woken;
	if (top && top->is_dpc)
		*work = (struct jscope__js_work){ .dpc = top->dpc, .run = top->run->run };
	else
		work->doubtful |= jscope__js_lost_since(adapter, work->since_ns);
	work->since_ns = event->ts_ns;
}

/* From here until the buffer is freed the events that are set tell the listeners of it. */
void jscope__js_pcn_send(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_pcn_send *slots = (const void *)event->slot;
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, pcn_send));
	const struct jscope__js_work *work =
		jscope_map_get(adapter->buffers, buffer_key(slots->dev, slots->buf));

	if (!place)
		return;
	place->sends = work ? *work : (struct jscope__js_work){ .since_ns = JSCOPE_NS_UNKNOWN };
	place->sends.doubtful |= jscope__js_lost_since(adapter, place->sends.since_ns);
	place->sends.since_ns = event->ts_ns;
}

void jscope__js_pcn_free(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_pcn_free *slots = (const void *)event->slot;
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, pcn_free));

	jscope_map_remove(adapter->buffers, buffer_key(slots->dev, slots->buf));
	if (place)
		place->sends = (struct jscope__js_work){ 0 };
}
