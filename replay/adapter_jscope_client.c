/* Clients: events that threads wait for, their names, their streams and open points. */
#include <inttypes.h>
#include <stdio.h>

#include "adapter_jscope.h"

#define PATH_FULL                                                                                  \
	(1u << JSCOPE_IRQ | 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED | 1u << JSCOPE_SIGNAL |    \
	 1u << JSCOPE_RUN)

/* So many signals are looked at to find the stream of an event that nobody registered. */
#define ADOPT_SIGNALS 8

struct jscope__js_client *jscope__js_client_make(struct jscope__js *adapter, struct jscope_key key)
{
	struct jscope__js_client *client =
		jscope__js_object_make(adapter->clients, key, sizeof *client);

	if (!client)
		return NULL;
	client->device = jscope__js_device_get(adapter, (int64_t)key.high);
	client->event = key.low;
	client->signal_ns = JSCOPE_NS_UNKNOWN;
	client->kind = "event";
	return client;
}

static void info_fill(struct jscope__js_client *client)
{
	client->info->path = PATH_FULL;
	if (client->no_wake)
		client->info->path &= ~(1u << JSCOPE_RUN);
	if (client->stream && client->stream->has_points)
		client->info->path |= 1u << JSCOPE_DUE;
}

bool jscope__js_client_name(struct jscope__js *adapter, struct jscope__js_client *client)
{
	char name[48];

	if (client->info || !client->device)
		return client->info;
	if (client->stream) {
		jscope__js_stream_name(adapter, client->stream);
		if (client->info)
			return true;
	}
	if (client->stream)
		snprintf(name, sizeof name, "stream 0x%" PRIx64 " event 0x%" PRIx64,
			 client->stream->id, client->event);
	else
		snprintf(name, sizeof name, "%s 0x%" PRIx64, client->kind, client->event);
	client->info = jscope__output_stream_add(adapter->output, client->device->name, name,
						 client->kind);
	if (!client->info)
		return false;
	if (client->stream && client->stream->info) {
		client->info->nominal_period_ns = client->stream->info->nominal_period_ns;
		client->info->rate_hz = client->stream->info->rate_hz;
		client->info->buffer_frames = client->stream->info->buffer_frames;
		client->info->period_frames = client->stream->info->period_frames;
	}
	info_fill(client);
	jscope__output_stream_changed(adapter->output, client->info);
	return true;
}

bool jscope__js_client_join(struct jscope__js_client *client, struct jscope__js_stream *stream)
{
	for (unsigned i = 0; i < stream->client_count; i++)
		if (stream->clients[i] == client)
			return true;
	if (stream->client_count == JSCOPE__JS_STREAM_EVENTS)
		return false;
	if (client->stream != stream)
		client->info = NULL; /* what it was known as before stays with the output */
	client->stream = stream;
	client->kind = "wavert";
	stream->clients[stream->client_count++] = client;
	if (!client->device->client)
		client->device->client = client;
	return true;
}

void jscope__js_client_leave(struct jscope__js *adapter, struct jscope__js_client *client)
{
	struct jscope__js_stream *stream = client->stream;
	unsigned i = 0;

	jscope__js_wakes_settle(adapter, client);
	jscope__js_nodes_flush(adapter, client, ~0u, false);
	if (client->device->client == client)
		client->device->client = NULL;
	while (stream && i < stream->client_count && stream->clients[i] != client)
		i++;
	if (!stream || i == stream->client_count)
		return;
	for (stream->client_count--; i < stream->client_count; i++)
		stream->clients[i] = stream->clients[i + 1];
}

/*
 * A client whose registration the trace lacks: its stream is the one of the device whose point has
 * the index of the signal and the instant at which the interrupt of that signal was asserted.
 */
void jscope__js_client_adopt(struct jscope__js *adapter, struct jscope__js_client *client,
			     const struct jscope__js_run *run, uint64_t packet)
{
	struct jscope__js_stream *found = NULL;
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	if (client->stream || client->signal_count > ADOPT_SIGNALS || !run || !run->group.count)
		return;
	while (jscope_map_next(adapter->streams, &cursor, &key, &value)) {
		struct jscope__js_stream *stream = *(void **)value;
		const struct jscope__js_group *group = &run->group;

		if (!stream || stream->device != client->device || !stream->has_points ||
		    stream->point != packet ||
		    stream->point_ns != group->causes[group->count - 1].asserted_ns)
			continue;
		if (found)
			return;
		found = stream;
	}
	if (!found)
		return;
	jscope__js_nodes_flush(adapter, client, ~0u, false);
	if (!jscope__js_client_join(client, found))
		adapter->refused++;
}

static bool any_point_waits(const struct jscope__js_client *client)
{
	for (const struct jscope__js_node *node = client->first; node; node = node->next)
		if (node->state == JSCOPE__JS_CROSSED)
			return true;
	return false;
}

void jscope__js_client_unclaimed(struct jscope__js *adapter, struct jscope__js_client *client,
				 const struct jscope__js_irq *irq)
{
	struct jscope__js_node *node =
		client->stream->running
			? jscope__js_node_add(adapter, client, client->stream->point)
			: NULL;

	if (!node)
		return;
	node->spurious = true;
	node->state = JSCOPE__JS_RUNNING;
	node->notification.cpu = irq->cpu;
	node->notification.at[JSCOPE_IRQ] = irq->entry_ns;
	jscope__js_node_finish(adapter, client, node, false);
}

/*
 * An execution that signalled nobody, while no point waits for one: the interrupts were spurious.
 * Where a point waits the driver has dropped a notification; that point will be missed.
 */
void jscope__js_client_unsignalled(struct jscope__js *adapter, struct jscope__js_client *client,
				   struct jscope__js_run *run)
{
	if (!client->stream || !client->stream->has_points || !client->stream->running ||
	    any_point_waits(client))
		return;
	for (unsigned i = 0; i < run->group.count; i++) {
		struct jscope__js_node *node =
			jscope__js_node_add(adapter, client, client->stream->point);

		if (!node)
			return;
		node->spurious = true;
		node->state = JSCOPE__JS_RUNNING;
		jscope__js_node_defer(node, run, &run->group.causes[i]);
		jscope__js_node_finish(adapter, client, node, false);
	}
}

/* Unless it was signalled early, and dealt with already. */
void jscope__js_client_skip(struct jscope__js *adapter, struct jscope__js_client *client,
			    uint64_t point, jscope_ns since_ns)
{
	struct jscope__js_node *node;

	if (point <= client->last_point)
		return;
	node = jscope__js_node_add(adapter, client, point);
	if (node)
		node->cut = jscope__js_lost_since(adapter, since_ns);
}

void jscope__js_client_cross(struct jscope__js *adapter, struct jscope__js_client *client,
			     uint64_t point, jscope_ns due_ns)
{
	struct jscope__js_node *next;
	bool told = false;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		next = node->next;
		if (!node->awaits_point || node->notification.seq > point)
			continue;
		node->awaits_point = false;
		if (node->notification.seq == point) {
			node->notification.at[JSCOPE_DUE] = due_ns;
			told = true;
		}
		if (node->ready)
			jscope__js_node_complete(adapter, client, node);
	}
	if (!told) {
		struct jscope__js_node *node = jscope__js_node_add(adapter, client, point);

		if (node)
			node->notification.at[JSCOPE_DUE] = due_ns;
	}
}
