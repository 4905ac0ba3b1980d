/* The bench of StorPort adapters (R70..R90): which event concerns whom. */
#include "rules/bench_storage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool jscope__storage_sees(const struct jscope__storage *storage, jscope_ns since_ns,
			  jscope_ns now_ns)
{
	return since_ns != JSCOPE_NS_UNKNOWN &&
	       !jscope__judge_is_blind(storage->judge, since_ns, now_ns);
}

bool jscope__storage_knows(const struct jscope__storage *storage,
			   const struct jscope__adapter *adapter, jscope_ns now_ns)
{
	return adapter->life == JSCOPE__LIFE_READY &&
	       jscope__storage_sees(storage, adapter->life_ns, now_ns);
}

const char *jscope__storage_object(char object[48], const struct jscope__adapter *adapter)
{
	snprintf(object, 48, "dev%" PRIu32 " adapter", adapter->dev);
	return object;
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

static struct jscope_key adapter_key(const struct jscope_vocabulary_event *event)
{
	return (struct jscope_key){ 0, (uint32_t)event->slot[0] };
}

static struct jscope__adapter *adapter_get(struct jscope__storage *storage,
					   const struct jscope_vocabulary_event *event)
{
	struct jscope__adapter *adapter = jscope_map_put(storage->adapters, adapter_key(event));

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
			  : jscope_map_get(storage->adapters, adapter_key(event));
	if (!adapter)
		return;
	jscope__overrun_judge(storage, adapter, event);
	if (!handler)
		return;
	jscope__life_judge(storage, adapter, event);
	handler(storage, adapter, event);
}

static void storage_destroy(void *bench)
{
	struct jscope__storage *storage = bench;

	jscope_map_destroy(storage->adapters);
	jscope_map_destroy(storage->requests);
	jscope__ended_destroy(storage->completed);
	free(storage);
}

static int storage_create(struct jscope_judge *judge, void **ret_bench)
{
	struct jscope__storage *storage = calloc(1, sizeof *storage);

	if (!storage)
		return -ENOMEM;
	storage->judge = judge;
	storage->timer_late_ns = JSCOPE_NS_UNKNOWN;
	if (jscope_map_create(sizeof(struct jscope__adapter), JSCOPE__ADAPTERS_MAX,
			      &storage->adapters) < 0 ||
	    jscope_map_create(sizeof(struct jscope__srb), JSCOPE__REQUESTS_MAX,
			      &storage->requests) < 0 ||
	    jscope__ended_create(JSCOPE__COMPLETED_MAX, &storage->completed) < 0) {
		storage_destroy(storage);
		return -ENOMEM;
	}
	*ret_bench = storage;
	return 0;
}

static void storage_finish(void *bench, jscope_ns end_ns)
{
	jscope__requests_finish(bench, end_ns);
	jscope__timer_finish(bench);
}

static uint64_t storage_refused(const void *bench)
{
	const struct jscope__storage *storage = bench;

	return storage->refused + jscope_map_refused(storage->adapters) +
	       jscope_map_refused(storage->requests);
}

const struct jscope__bench_ops jscope__bench_storage = {
	.create = storage_create,
	.event = storage_event,
	.finish = storage_finish,
	.refused = storage_refused,
	.destroy = storage_destroy,
};
