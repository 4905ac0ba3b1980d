#include "adapter_jscope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jscope/probe.h"

/*
 * What each handler looks at: fields, and the thread's id where the place matters. Nothing else is
 * decoded unless somebody wants to be told of whole events.
 */
static const struct handler {
	const char *name;
	const char *uses;
	jscope__handler_fn *handler;
} handlers[] = {
	{ "irq_entry", "dev irq seq true_ts_ns vtid", jscope__js_irq_entry },
	{ "irq_exit", "dev irq seq claimed vtid", jscope__js_irq_exit },
	{ "dpc_insert", "dev dpc caller_seq inserted vtid", jscope__js_dpc_insert },
	{ "dpc_remove", "dev dpc removed", jscope__js_dpc_remove },
	{ "dpc_entry", "dev dpc run kind vtid", jscope__js_dpc_entry },
	{ "dpc_exit", "dev dpc run vtid", jscope__js_dpc_exit },
	{ "wrt_newstream", "dev stream capture fs ba", jscope__js_newstream },
	{ "wrt_close", "dev stream", jscope__js_close },
	{ "wrt_alloc", "dev stream notif_count status actual", jscope__js_alloc },
	{ "wrt_register", "dev stream status event", jscope__js_register },
	{ "wrt_unregister", "dev stream status event", jscope__js_unregister },
	{ "wrt_state", "dev stream status new linear", jscope__js_state },
	{ "dev_point", "dev stream ideal_ns k linear", jscope__js_point },
	{ "wrt_pos", "dev stream pos_ts_ns linear offset accuracy", jscope__js_pos },
	{ "wrt_packet", "dev stream kind status packet eos_len vtid", jscope__js_packet },
	{ "wrt_write", "dev stream target vtid", jscope__js_write },
	{ "wrt_glitch", "dev stream major minor", jscope__js_glitch },
	{ "ev_set", "dev event dpc run packet prev vtid", jscope__js_ev_set },
	{ "ev_wait", "dev event", jscope__js_ev_wait },
	{ "ev_wake", "dev event count tid vtid", jscope__js_ev_wake },
	{ "timer_fire", "dev due_ns vtid", jscope__js_timer_fire },
	{ "midi_client", "dev event vtid", jscope__js_midi_client },
	{ "pcn_alloc", "dev buf status vtid", jscope__js_pcn_alloc },
	{ "pcn_send", "dev buf vtid", jscope__js_pcn_send },
	{ "pcn_free", "dev buf vtid", jscope__js_pcn_free },
	{ "pcn_receive", "dev event vtid", jscope__js_pcn_receive },
	{ "stor_timer_req", "dev value_us", jscope__js_stor_timer_req },
	{ "stor_timer_fire", "dev routine vtid", jscope__js_stor_timer_fire },
	{ "stor_startio_entry", "dev srb vtid", jscope__js_stor_startio_entry },
	{ "svc_serve", "dev sink run vtid", jscope__js_svc_serve },
	{ "stor_start", "dev srb ret op bytes vtid", jscope__js_stor_start },
	{ "stor_issue", "dev srb", jscope__js_stor_issue },
	{ "stor_service", "dev srb duration_100ns", jscope__js_stor_service },
	{ "stor_complete", "dev srb status bytes vtid", jscope__js_stor_complete },
	{ "stor_notify", "dev type", jscope__js_stor_notify },
	{ "stor_reset_bus", "dev", jscope__js_stor_reset_bus },
	{ "stor_reset_done", "dev", jscope__js_stor_reset_done },
	{ "stor_pause", "dev", jscope__js_stor_pause },
	{ "stor_resume", "dev", jscope__js_stor_resume },
};

#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

/* The number of an event, -ENOENT for none of ours. */
static int event_find(const char *name)
{
	const struct jscope_event_desc *event;

	for (int id = 0; (event = jscope_event_describe((size_t)id)); id++)
		if (!strcmp(event->name, name))
			return id;
	return -ENOENT;
}

static const struct handler *handler_find(const char *name)
{
	for (size_t i = 0; i < HANDLER_COUNT; i++)
		if (!strcmp(name, handlers[i].name))
			return &handlers[i];
	return NULL;
}

/* Ground truth is for those who test us. */
static bool is_truth(const char *name)
{
	static const char truth[] = "truth_";

	return strncmp(name, truth, sizeof truth - 1) == 0;
}

static struct jscope_want want_of(const struct jscope_field_desc *field)
{
	struct jscope_want want = { field->name, JSCOPE_CONVERT_NONE, 0 };

	if (field->type == JSCOPE_FIELD_ts) {
		want.convert = JSCOPE_CONVERT_INSTANT;
		want.missing = JSCOPE_NS_UNKNOWN;
	} else if (field->type == JSCOPE_FIELD_guid) {
		want.convert = JSCOPE_CONVERT_STRING;
	}
	return want;
}

/* Is a word in a list of words? No list: all are. */
static bool is_listed(const char *words, const char *word)
{
	size_t length = strlen(word);

	if (!words)
		return true;
	while (strncmp(words, word, length) != 0 || (words[length] && words[length] != ' ')) {
		words = strchr(words, ' ');
		if (!words)
			return false;
		words++;
	}
	return true;
}

/*
 * A slot per field of the event, so that the slots are its struct jscope_slots_*, and one for the
 * thread. uses: those to be filled; NULL for all.
 */
static int wants_make(struct jscope_want *wants, const struct jscope_event_desc *event,
		      const char *uses)
{
	_Static_assert(JSCOPE_EVENT_FIELDS_MAX + 1 <= JSCOPE_SLOTS_MAX, "raise JSCOPE_SLOTS_MAX");
	int count = (int)event->field_count + 1;

	for (size_t i = 0; i < event->field_count; i++)
		wants[i] = want_of(&event->fields[i]);
	wants[event->field_count] = (struct jscope_want){ "vtid", JSCOPE_CONVERT_NONE, -1 };
	for (int i = 0; i < count; i++)
		if (!is_listed(uses, wants[i].field))
			wants[i].field = NULL;
	return count;
}

static int js_announce(void *state, const struct jscope_event_class *event_class,
		       struct jscope__interest *ret_interest)
{
	static const char provider[] = JSCOPE_PROVIDER_NAME ":";
	struct jscope__js *adapter = state;
	const char *name = event_class->name + sizeof provider - 1;
	const struct handler *handler;
	int id;

	if (strncmp(event_class->name, provider, sizeof provider - 1) != 0)
		return 0;
	id = event_find(name);
	if (id < 0 || is_truth(name))
		return 0;
	handler = handler_find(name);
	ret_interest->told = adapter->output->sink->vocabulary != NULL;
	ret_interest->watch = adapter->output->occupancy ? jscope__js_occupied(name) : NULL;
	if (!handler && !ret_interest->told)
		return 0;
	ret_interest->handler = handler ? handler->handler : NULL;
	ret_interest->event_id = (unsigned)id;
	ret_interest->wants = adapter->wants[id];
	ret_interest->count =
		wants_make(adapter->wants[id], jscope_event_describe((size_t)id),
			   ret_interest->told || ret_interest->watch ? NULL : handler->uses);
	return 0;
}

void *jscope__js_object_make(struct jscope_map *map, struct jscope_key key, size_t size)
{
	void **known = jscope_map_put(map, key);

	if (known && !*known)
		*known = calloc(1, size);
	return known ? *known : NULL;
}

struct jscope__js_device *jscope__js_device_make(struct jscope__js *adapter, uint32_t dev)
{
	const struct jscope_key key = { 0, dev };
	struct jscope__js_device *device =
		jscope__js_object_make(adapter->devices, key, sizeof *device);

	if (!device)
		return NULL;
	device->dev = dev;
	device->timer_due_ns = JSCOPE_NS_UNKNOWN;
	snprintf(device->name, sizeof device->name, "dev%u", device->dev);
	device->flight.device = device->name;
	for (unsigned i = 0; i < JSCOPE__JS_IRQS; i++)
		device->irqs[i].entry_ns = JSCOPE_NS_UNKNOWN;
	return device;
}

struct jscope__js_place *jscope__js_place_make(struct jscope__js *adapter, struct jscope_key key)
{
	struct jscope__js_place *place =
		jscope__js_object_make(adapter->places, key, sizeof *place);

	if (place)
		place->timer_due_ns = JSCOPE_NS_UNKNOWN;
	return place;
}

const struct jscope__js_open *jscope__js_place_top(struct jscope__js *adapter,
						   const struct jscope_event *event, int64_t tid)
{
	return jscope__js_place_sure(adapter, jscope__js_place_get(adapter, event, tid));
}

static void nodes_free(struct jscope__js_node *node)
{
	while (node) {
		struct jscope__js_node *next = node->next;

		free(node);
		node = next;
	}
}

static void clients_destroy(struct jscope_map *clients)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (clients && jscope_map_next(clients, &cursor, &key, &value)) {
		struct jscope__js_client *client = *(void **)value;

		if (client)
			nodes_free(client->first);
	}
	jscope__pointers_destroy(clients);
}

static void js_destroy(void *state)
{
	struct jscope__js *adapter = state;

	if (!adapter)
		return;
	clients_destroy(adapter->clients);
	jscope__pointers_destroy(adapter->devices);
	jscope__pointers_destroy(adapter->dpcs);
	jscope__pointers_destroy(adapter->streams);
	jscope__pointers_destroy(adapter->places);
	jscope_map_destroy(adapter->requests);
	jscope_map_destroy(adapter->buffers);
	nodes_free(adapter->spare);
	free(adapter->wants);
	free(adapter);
}

static int maps_create(struct jscope__js *adapter)
{
	int error = jscope_map_create(sizeof(void *), JSCOPE__JS_DEVICES, &adapter->devices);

	if (!error)
		error = jscope_map_create(sizeof(void *), JSCOPE__JS_DPCS, &adapter->dpcs);
	if (!error)
		error = jscope_map_create(sizeof(void *), JSCOPE__JS_STREAMS, &adapter->streams);
	if (!error)
		error = jscope_map_create(sizeof(void *), JSCOPE__JS_CLIENTS, &adapter->clients);
	if (!error)
		error = jscope_map_create(sizeof(void *), JSCOPE__JS_PLACES, &adapter->places);
	if (!error)
		error = jscope_map_create(jscope__js_request_size(), JSCOPE__JS_REQUESTS,
					  &adapter->requests);
	if (!error)
		error = jscope_map_create(sizeof(struct jscope__js_work), JSCOPE__JS_BUFFERS,
					  &adapter->buffers);
	return error;
}

static int js_create(struct jscope__output *output, struct jscope_reader *reader,
		     void **ret_adapter)
{
	struct jscope__js *adapter = calloc(1, sizeof *adapter);

	if (!adapter)
		return -ENOMEM;
	adapter->output = output;
	adapter->reader = reader;
	adapter->wants = calloc(JSCOPE_EVENT_COUNT, sizeof *adapter->wants);
	if (!adapter->wants || maps_create(adapter) < 0) {
		js_destroy(adapter);
		return -ENOMEM;
	}
	*ret_adapter = adapter;
	return 0;
}

static int by_stream(const void *a, const void *b)
{
	const struct jscope__js_client *const *left = a, *const *right = b;

	if ((*left)->info->index != (*right)->info->index)
		return (*left)->info->index < (*right)->info->index ? -1 : 1;
	return ((*left)->event > (*right)->event) - ((*left)->event < (*right)->event);
}

/* What is open at the end, client by client in the order of their streams: a map has none. */
static void js_finish(void *state)
{
	struct jscope__js *adapter = state;
	struct jscope__js_client *clients[JSCOPE__JS_CLIENTS];
	struct jscope_key key;
	size_t cursor = 0, count = 0;
	void *value;

	while (jscope_map_next(adapter->clients, &cursor, &key, &value)) {
		struct jscope__js_client *client = *(void **)value;

		if (client && client->info)
			clients[count++] = client;
	}
	qsort(clients, count, sizeof(struct jscope__js_client *), by_stream);
	for (size_t i = 0; i < count; i++) {
		jscope__js_wakes_settle(adapter, clients[i]);
		jscope__js_nodes_flush(adapter, clients[i], ~0u, true);
	}
	jscope__js_request_finish(adapter);
}

static uint64_t js_refused(const void *state)
{
	const struct jscope__js *adapter = state;

	return adapter->refused + jscope_map_refused(adapter->devices) +
	       jscope_map_refused(adapter->dpcs) + jscope_map_refused(adapter->streams) +
	       jscope_map_refused(adapter->clients) + jscope_map_refused(adapter->places) +
	       jscope_map_refused(adapter->requests) + jscope_map_refused(adapter->buffers);
}

const struct jscope__adapter_ops jscope__adapter_jscope = {
	.create = js_create,
	.announce = js_announce,
	.finish = js_finish,
	.refused = js_refused,
	.destroy = js_destroy,
};
