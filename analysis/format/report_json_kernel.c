/* Requests, interrupts, softirqs and wake-ups in a report as JSON. */
#include "report_json.h"

/* Where requests were completed; other traces than those of a kernel do not tell. */
static void put_routes(struct jscope__json *device, const struct jscope__device_row *row)
{
	struct jscope__json routes = jscope__json_object();

	for (enum jscope_route i = JSCOPE_ROUTE_UNKNOWN + 1; i < JSCOPE_ROUTE_COUNT; i++)
		if (row->routes[i] > 0)
			jscope__json_put(&routes, jscope_route_name(i),
					 jscope__json_count(row->routes[i]));
	if (json_object_size(routes.value) > 0)
		jscope__json_put_child(device, "completed_in", routes);
	else
		json_decref(routes.value);
}

struct jscope__json jscope__json_device(const void *from_row, bool plain)
{
	const struct jscope__device_row *row = from_row;
	struct jscope__json device = jscope__json_object(), stages = jscope__json_object();

	jscope__json_put(&device, "device", json_string(row->device));
	jscope__json_put(&device, "name", json_string(row->name));
	jscope__json_put(&device, "issued", jscope__json_count(row->issued));
	jscope__json_put(&device, "completed", jscope__json_count(row->completed));
	jscope__json_put(&device, "unmatched", jscope__json_count(row->unmatched));
	jscope__json_put(&device, "censored", jscope__json_count(row->censored));
	jscope__json_put(&device, "empty", jscope__json_count(row->empty));
	jscope__json_put(&device, "errors", jscope__json_count(row->errors));
	if (row->requeued > 0)
		jscope__json_put(&device, "requeued", jscope__json_count(row->requeued));
	jscope__json_put(&device, "outstanding_max", jscope__json_count(row->outstanding_max));
	jscope__json_put_dist(&device, "latency", row->latency, "ns");
	jscope__json_put_dist(&device, "queue", row->queue, "ns");
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		jscope__json_put_dist(&stages, jscope__request_stage_name(i), row->stages[i], "ns");
	jscope__json_put_child(&device, "stages", stages);
	put_routes(&device, row);
	if (!plain) {
		jscope__json_put_traffic(&device, row);
		jscope__json_put_pace(&device, row);
		jscope__json_put_worst_requests(&device, &row->worst);
	}
	return device;
}

struct jscope__json jscope__json_irq(const void *from_row, bool plain)
{
	const struct jscope__irq_row *row = from_row;
	struct jscope__json irq = jscope__json_object();

	(void)plain;
	jscope__json_put(&irq, "irq", json_integer(row->irq));
	jscope__json_put(&irq, "name", json_string(row->name));
	jscope__json_put(&irq, "count", jscope__json_count(row->count));
	jscope__json_put(&irq, "unmatched", jscope__json_count(row->unmatched));
	jscope__json_put_dist(&irq, "duration", row->duration, "ns");
	jscope__json_put_dist(&irq, "interval", row->interval, "ns");
	return irq;
}

struct jscope__json jscope__json_softirq(const void *from_row, bool plain)
{
	const struct jscope__softirq_row *row = from_row;
	struct jscope__json softirq = jscope__json_object();

	(void)plain;
	jscope__json_put(&softirq, "vec", json_integer(row->vec));
	jscope__json_put(&softirq, "name", json_string(jscope__softirq_name(row->vec)));
	jscope__json_put(&softirq, "raised", jscope__json_count(row->raised));
	jscope__json_put(&softirq, "coalesced", jscope__json_count(row->coalesced));
	jscope__json_put(&softirq, "entered", jscope__json_count(row->entered));
	jscope__json_put(&softirq, "unmatched", jscope__json_count(row->unmatched));
	jscope__json_put_dist(&softirq, "raise_to_entry", row->raise_to_entry, "ns");
	jscope__json_put_dist(&softirq, "duration", row->duration, "ns");
	return softirq;
}

static struct jscope__json task_build(const void *from_row, bool plain)
{
	const struct jscope__task_row *row = from_row;
	struct jscope__json task = jscope__json_object();

	(void)plain;
	jscope__json_put(&task, "tid", json_integer(row->tid));
	jscope__json_put(&task, "comm", json_string(row->comm));
	jscope__json_put_dist(&task, "latency", row->latency, "ns");
	return task;
}

void jscope__json_put_wakeups(struct jscope__json *root, const struct jscope_report *report)
{
	struct jscope__json wakeups, contexts;

	if (jscope_hist_count(report->wakeups) == 0 && report->wakeups_censored == 0)
		return;
	wakeups = jscope__json_object();
	contexts = jscope__json_object();
	jscope__json_put(&wakeups, "event",
			 report->info.wakeup_event ? json_string(report->info.wakeup_event)
						   : json_null());
	jscope__json_put(&wakeups, "censored", jscope__json_count(report->wakeups_censored));
	jscope__json_put_dist(&wakeups, "all", report->wakeups, "ns");
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		jscope__json_put_dist(&contexts, jscope_context_name(i),
				      report->wakeups_by_context[i], "ns");
	jscope__json_put_child(&wakeups, "by_context", contexts);
	jscope__json_put_child(&wakeups, "tasks",
			       jscope__json_table(report->tasks, task_build, false));
	jscope__json_put_child(root, "wakeups", wakeups);
}
