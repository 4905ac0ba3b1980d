/* Open notifications: where they are kept, when they are handed over, and as what. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "adapter_jscope.h"

static struct jscope__js_node *node_take(struct jscope__js *adapter)
{
	struct jscope__js_node *node = adapter->spare;

	if (!node)
		return malloc(sizeof *node);
	adapter->spare = node->next;
	return node;
}

static void node_append(struct jscope__js_client *client, struct jscope__js_node *node)
{
	node->previous = client->last;
	node->next = NULL;
	if (client->last)
		client->last->next = node;
	else
		client->first = node;
	client->last = node;
	client->open_count++;
}

static void node_unlink(struct jscope__js_client *client, struct jscope__js_node *node)
{
	if (node->previous)
		node->previous->next = node->next;
	else
		client->first = node->next;
	if (node->next)
		node->next->previous = node->previous;
	else
		client->last = node->previous;
	client->open_count--;
}

/*
 * A client that never answers: its oldest notification goes out as far as it came. A point that
 * nobody signalled yet is not missed for that, it is we who stop waiting.
 */
static void oldest_finish(struct jscope__js *adapter, struct jscope__js_client *client)
{
	struct jscope__js_node *oldest = client->first;

	if (oldest->state == JSCOPE__JS_CROSSED) {
		oldest->cut = true;
		adapter->refused++;
	}
	jscope__js_node_finish(adapter, client, oldest, false);
}

struct jscope__js_node *jscope__js_node_add(struct jscope__js *adapter,
					    struct jscope__js_client *client, uint64_t seq)
{
	struct jscope__js_node *node;

	if (!jscope__js_client_name(adapter, client))
		return NULL;
	if (client->open_count == JSCOPE__JS_OPEN)
		oldest_finish(adapter, client);
	node = node_take(adapter);
	if (!node) {
		adapter->refused++;
		return NULL;
	}
	/* The request is left as it is: it counts with has_request only. */
	memset(node, 0, offsetof(struct jscope__js_node, request));
	node->since_ns = INT64_MAX;
	node->notification = (struct jscope_notification){
		.stream = client->info,
		.seq = seq,
		.epoch = client->stream ? client->stream->epoch : 0,
		.is_numbered = client->stream,
		.at = { JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN,
			JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN },
	};
	node_append(client, node);
	return node;
}

void jscope__js_node_defer(struct jscope__js_node *node, const struct jscope__js_run *run,
			   const struct jscope__js_cause *cause)
{
	jscope_ns *at = node->notification.at;

	at[JSCOPE_DEFERRED] = run->entry_ns;
	if (!cause)
		return;
	node->notification.cpu = cause->cpu;
	at[JSCOPE_IRQ] = cause->irq_ns;
	/* A request told after the execution began: when it was queued is not known. */
	if (cause->queued_ns <= run->entry_ns)
		at[JSCOPE_QUEUED] = cause->queued_ns;
}

static bool is_complete(const struct jscope_notification *notification)
{
	for (unsigned i = 0; i < JSCOPE_SERVED; i++)
		if (notification->stream->path & 1u << i &&
		    notification->at[i] == JSCOPE_NS_UNKNOWN)
			return false;
	return true;
}

static jscope_ns first_known(const struct jscope_notification *notification, jscope_ns otherwise_ns)
{
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (notification->at[i] != JSCOPE_NS_UNKNOWN)
			return notification->at[i];
	return otherwise_ns;
}

/* An interrupt that its driver would not have: nothing that is lost makes it a notification. */
static bool is_disowned(const struct jscope__js_node *node)
{
	const jscope_ns *at = node->notification.at;

	return node->spurious && at[JSCOPE_IRQ] != JSCOPE_NS_UNKNOWN &&
	       at[JSCOPE_DEFERRED] == JSCOPE_NS_UNKNOWN && at[JSCOPE_SIGNAL] == JSCOPE_NS_UNKNOWN;
}

/*
 * Cut by the ends of the trace or by lost events. A complete chain is none of that, even in a
 * window of loss: its events name each other. A spurious one may have lost the point before it.
 */
static bool is_cut(const struct jscope__js *adapter, const struct jscope__js_node *node,
		   bool at_end)
{
	jscope_ns begin_ns = first_known(&node->notification, adapter->output->now_ns);

	if (node->cut || (at_end && node->state != JSCOPE__JS_RUNNING))
		return true;
	if (is_complete(&node->notification) && !node->spurious)
		return false;
	if (is_disowned(node))
		return false;
	if (node->spurious)
		begin_ns = jscope_sub_sat(begin_ns, node->notification.stream->nominal_period_ns);
	if (node->since_ns < begin_ns)
		begin_ns = node->since_ns;
	return jscope__js_lost_since(adapter, begin_ns);
}

static enum jscope_class class_of(const struct jscope__js *adapter,
				  const struct jscope__js_node *node, bool at_end)
{
	if (is_cut(adapter, node, at_end))
		return JSCOPE_CLASS_CENSORED;
	if (node->state == JSCOPE__JS_CROSSED)
		return JSCOPE_CLASS_MISSED;
	if (node->spurious)
		return JSCOPE_CLASS_SPURIOUS;
	if (node->merged)
		return JSCOPE_CLASS_MERGED;
	return jscope__output_class(adapter->output, &node->notification);
}

/*
 * Where something was lost since the completion, the signal may be that of another one, and the wake
 * another wake.
 */
static void request_finish(struct jscope__js *adapter, struct jscope__js_node *node)
{
	const jscope_ns run_ns = node->notification.at[JSCOPE_RUN];

	if (!jscope__output_lost_between(adapter->output, node->request.complete_ns, run_ns))
		node->request.run_ns = run_ns;
	jscope__output_request(adapter->output, &node->request);
}

/*
 * Whether an interrupt that the device asserted for this point was taken: then it is not the interrupt
 * that was lost, but what should have followed.
 */
static bool was_interrupted(const struct jscope__js_device *device,
			    const struct jscope_notification *notification)
{
	const jscope_ns due_ns = notification->at[JSCOPE_DUE];
	const jscope_ns end_ns =
		jscope_add_sat(due_ns, notification->stream->nominal_period_ns / 2);

	for (unsigned i = 0; device && due_ns != JSCOPE_NS_UNKNOWN && i < JSCOPE__JS_IRQS; i++) {
		const struct jscope__js_irq *irq = &device->irqs[i];

		if (irq->seq && irq->entry_ns != JSCOPE_NS_UNKNOWN && !irq->is_disowned &&
		    irq->asserted_ns >= due_ns && irq->asserted_ns < end_ns)
			return true;
	}
	return false;
}

void jscope__js_node_finish(struct jscope__js *adapter, struct jscope__js_client *client,
			    struct jscope__js_node *node, bool at_end)
{
	node_unlink(client, node);
	if (node->state == JSCOPE__JS_CROSSED && node->notification.seq > client->last_point)
		client->last_point = node->notification.seq;
	node->notification.class = class_of(adapter, node, at_end);
	if (node->notification.class == JSCOPE_CLASS_MISSED)
		node->notification.was_interrupted =
			was_interrupted(client->device, &node->notification);
	jscope__output_notification(adapter->output, &node->notification);
	if (node->has_request)
		request_finish(adapter, node);
	node->next = adapter->spare;
	adapter->spare = node;
}

void jscope__js_node_complete(struct jscope__js *adapter, struct jscope__js_client *client,
			      struct jscope__js_node *node)
{
	if (node->awaits_point || node->held)
		node->ready = true;
	else
		jscope__js_node_finish(adapter, client, node, false);
}

void jscope__js_nodes_flush(struct jscope__js *adapter, struct jscope__js_client *client,
			    unsigned states, bool at_end)
{
	struct jscope__js_node *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (states & 1u << node->state)
			jscope__js_node_finish(adapter, client, node, at_end);
	}
}
