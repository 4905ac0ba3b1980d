/* The bench of StorPort adapters (R70..R90): which event concerns whom. */
#include "rules/bench_storage.h"

#include <inttypes.h>
#include <stdio.h>

bool jscope__storage_knows(const struct jscope__storage *storage,
			   const struct jscope__adapter *adapter, jscope_ns now_ns)
{
	return adapter->life == JSCOPE__LIFE_READY &&
	       jscope__judge_sees(storage->judge, adapter->life_ns, now_ns);
}

const char *jscope__storage_object(char object[48], const struct jscope__adapter *adapter)
{
	snprintf(object, 48, "dev%" PRIu32 " adapter", adapter->dev);
	return object;
}

/* Only the life of the adapter says when a request may be built. */
static void on_build(struct jscope__storage *storage, struct jscope__adapter *adapter,
		     const struct jscope_vocabulary_event *event)
{
	(void)storage;
	(void)adapter;
	(void)event;
}

/* The StartIo rules look before the request is entered, the return closes what the entry opened. */
static void on_entry(struct jscope__storage *storage, struct jscope__adapter *adapter,
		     const struct jscope_vocabulary_event *event)
{
	adapter->tells_entries = true;
	jscope__link_start(storage, adapter, event);
	jscope__startio_entry(storage, adapter, event);
	jscope__requests_entry(storage, adapter, event);
}

static void on_return(struct jscope__storage *storage, struct jscope__adapter *adapter,
		      const struct jscope_vocabulary_event *event)
{
	jscope__link_return(storage, adapter, event);
	jscope__startio_return(storage, adapter, event);
	jscope__requests_start(storage, adapter, event);
}

static void on_service(struct jscope__storage *storage, struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event)
{
	jscope__notify_service(storage, adapter, event);
	jscope__requests_service(storage, adapter, event);
}

static jscope__storage_fn *const handlers[JSCOPE_EVENT_COUNT] = {
	[JSCOPE_EVENT_stor_init] = jscope__life_init,
	[JSCOPE_EVENT_stor_remove] = jscope__life_remove,
	[JSCOPE_EVENT_stor_build] = on_build,
	[JSCOPE_EVENT_stor_startio_entry] = on_entry,
	[JSCOPE_EVENT_stor_start] = on_return,
	[JSCOPE_EVENT_stor_issue] = jscope__requests_issue,
	[JSCOPE_EVENT_stor_service] = on_service,
	[JSCOPE_EVENT_stor_complete] = jscope__requests_complete,
	[JSCOPE_EVENT_stor_notify] = jscope__notify_told,
	[JSCOPE_EVENT_stor_timer_req] = jscope__timer_request,
	[JSCOPE_EVENT_stor_timer_fire] = jscope__timer_fire,
	[JSCOPE_EVENT_stor_reset_bus] = jscope__requests_reset,
	[JSCOPE_EVENT_stor_reset_done] = jscope__requests_reset_done,
	[JSCOPE_EVENT_stor_pause] = jscope__link_pause,
	[JSCOPE_EVENT_stor_resume] = jscope__link_resume,
};

static struct jscope__adapter *adapter_get(struct jscope__storage *storage,
					   const struct jscope_vocabulary_event *event)
{
	struct jscope__adapter *adapter =
		jscope_map_put(storage->adapters, jscope__dev_key(event->slot[0]));

	if (!adapter || adapter->seen)
		return adapter;
	*adapter = (struct jscope__adapter){ .dev = (uint32_t)event->slot[0],
					     .seen = true,
					     .first_ns = event->ts_ns,
					     .life_ns = JSCOPE_NS_UNKNOWN,
					     .detected_ns = JSCOPE_NS_UNKNOWN,
					     .overrun_ns = JSCOPE_NS_UNKNOWN };
	for (unsigned i = 0; i < JSCOPE__BUS_CHANGES_LIMIT; i++)
		adapter->bus_change_ns[i] = JSCOPE_NS_UNKNOWN;
	return adapter;
}

static void storage_event(void *bench, const struct jscope_vocabulary_event *event)
{
	struct jscope__storage *storage = bench;
	jscope__storage_fn *handler = handlers[event->id];
	struct jscope__adapter *adapter;

	if (!handler && storage->overrun_count == 0)
		return;
	adapter = handler ? adapter_get(storage, event)
			  : jscope_map_get(storage->adapters, jscope__dev_key(event->slot[0]));
	if (!adapter)
		return;
	jscope__overrun_judge(storage, adapter, event);
	if (!handler)
		return;
	jscope__life_judge(storage, adapter, event);
	handler(storage, adapter, event);
}

static void storage_release(void *bench)
{
	struct jscope__storage *storage = bench;

	jscope__ended_destroy(storage->completed);
}

static int storage_init(void *bench)
{
	struct jscope__storage *storage = bench;

	storage->timer_late_ns = JSCOPE_NS_UNKNOWN;
	return jscope__ended_create(JSCOPE__COMPLETED_MAX, &storage->completed);
}

static void storage_finish(void *bench, jscope_ns end_ns)
{
	jscope__requests_finish(bench, end_ns);
	jscope__timer_finish(bench);
}

#define TABLE(map, type, count_max)                                                                \
	JSCOPE__TABLE(struct jscope__storage, map, type, count_max, NULL)

const struct jscope__bench_ops jscope__bench_storage = {
	.size = sizeof(struct jscope__storage),
	.tables = {
		TABLE(adapters, struct jscope__adapter, JSCOPE__ADAPTERS_MAX),
		TABLE(requests, struct jscope__srb, JSCOPE__REQUESTS_MAX),
	},
	.init = storage_init,
	.event = storage_event,
	.finish = storage_finish,
	.release = storage_release,
};
