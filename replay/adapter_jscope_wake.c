/* Wakes: which sets they answer, and what the thread does then. */
#include "adapter_jscope.h"

/* The oldest set that still waits for its wake; 0 for none. */
static uint64_t oldest_set(const struct jscope__js_client *client)
{
	uint64_t set = 0;

	for (const struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && (!set || node->set < set))
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
			    const struct jscope__js_client *client, uint64_t set,
			    const struct jscope_event *event)
{
	return jscope__output_lost_between(adapter->output, set_signal_ns(client, set),
					   event->ts_ns);
}

/*
 * The set that a wake belongs to: the oldest, 0 for none. Wakes are numbered; a jump tells that the
 * trace lacks those in between, which are those of the oldest sets. The first number of a client
 * tells nothing. Only sets since which something was lost are doubted.
 */
static uint64_t wake_set(struct jscope__js *adapter, struct jscope__js_client *client,
			 const struct jscope_event *event, uint64_t count)
{
	bool counted = client->wake_known && count > client->wake_count;
	uint64_t missing = counted ? count - client->wake_count - 1 : UINT64_MAX;
	uint64_t set = oldest_set(client);

	client->wake_known = count != 0;
	client->wake_count = count;
	for (; set && missing > 0 && set_is_doubtful(adapter, client, set, event); missing--) {
		set_cut(adapter, client, set);
		set = oldest_set(client);
	}
	return set;
}

static void node_wake(struct jscope__js_node *node, const struct jscope_event *event, int64_t tid)
{
	node->state = JSCOPE__JS_RUNNING;
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

void jscope__js_ev_wake(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_ev_wake *slots = (const void *)event->slot;
	struct jscope__js_client *client = jscope__js_client_get(adapter, slots->dev, slots->event);
	uint64_t set;

	if (!client)
		return;
	running_complete(adapter, client);
	set = wake_set(adapter, client, event, (uint64_t)slots->count);
	for (struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_SIGNALLED && node->set == set)
			node_wake(node, event, slots->tid);
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

void jscope__js_client_serve(struct jscope__js *adapter, struct jscope__js_client *client,
			     const struct jscope__js_service *service)
{
	struct jscope__js_node *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		struct jscope_notification *notification = &node->notification;

		next = node->next;
		if (node->state != JSCOPE__JS_RUNNING || node->ready ||
		    (service->tid >= 0 && notification->tid != (uint32_t)service->tid))
			continue;
		notification->at[JSCOPE_SERVED] = service->at_ns;
		notification->has_position = service->has_position;
		notification->position_frames = service->position_frames;
		notification->has_headroom = service->has_headroom;
		notification->headroom_frames = service->headroom_frames;
		jscope__js_node_complete(adapter, client, node);
	}
}
