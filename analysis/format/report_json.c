/* The report as JSON, schema jitterscope.report/1 (also the documentation of its keys). */
#include "report_json.h"

#include <errno.h>

static struct jscope__json trace_build(const struct jscope_trace_info *info)
{
	struct jscope__json trace = jscope__json_object(), errors = jscope__json_array();
	bool has_time = info->begin_ns != JSCOPE_NS_UNKNOWN && info->end_ns != JSCOPE_NS_UNKNOWN;

	jscope__json_put(&trace, "path", json_string(info->path));
	jscope__json_put(&trace, "reader", json_string(info->reader));
	jscope__json_put(&trace, "clock", json_string(info->clock));
	jscope__json_put(&trace, "begin_ns", jscope__json_instant(info->begin_ns));
	jscope__json_put(&trace, "end_ns", jscope__json_instant(info->end_ns));
	jscope__json_put(&trace, "duration_ns",
			 has_time ? json_integer(jscope_sub_sat(info->end_ns, info->begin_ns))
				  : json_null());
	jscope__json_put(&trace, "events", jscope__json_count(info->events));
	jscope__json_put(&trace, "streams", jscope__json_count(info->streams));
	jscope__json_put(&trace, "packets", jscope__json_count(info->packets));
	jscope__json_put(&trace, "lost_events", jscope__json_count(info->lost_events));
	jscope__json_put(&trace, "lost_packets", jscope__json_count(info->lost_packets));
	jscope__json_put(&trace, "partial", json_boolean(info->partial));
	for (unsigned i = 0; i < info->error_count && i < JSCOPE_TRACE_ERRORS_MAX; i++)
		if (json_array_append_new(errors.value, json_string(info->errors[i])) < 0)
			errors.status = -ENOMEM;
	jscope__json_put_child(&trace, "errors", errors);
	return trace;
}

static struct jscope__json trust_build(const struct jscope_report *report)
{
	struct jscope__json trust = jscope__json_object(), reasons = jscope__json_array();

	jscope__json_put(&trust, "verdict", json_string(jscope__trust_name(report->trust)));
	for (unsigned i = 0; i < report->reason_count; i++)
		if (json_array_append_new(reasons.value, json_string(report->reasons[i])) < 0)
			reasons.status = -ENOMEM;
	jscope__json_put_child(&trust, "reasons", reasons);
	return trust;
}

static struct jscope__json probes_build(const struct jscope_report *report)
{
	struct jscope__json probes = jscope__json_array(), probe;

	for (unsigned i = 0; i < report->probe_count; i++) {
		probe = jscope__json_object();
		jscope__json_put(&probe, "event", json_string(report->probes[i].event));
		jscope__json_put(&probe, "fired", jscope__json_count(report->probes[i].fired));
		jscope__json_put(&probe, "lost", jscope__json_count(report->probes[i].lost));
		jscope__json_append(&probes, probe);
	}
	return probes;
}

/* Only our own recorder leaves a price in the trace; of others it is not known. */
static struct jscope__json cost_build(const struct jscope_report *report)
{
	struct jscope__json cost = jscope__json_object();
	uint64_t fired = jscope__report_fired(report), each_ns = report->info.probe_cost_ns;
	uint64_t total_ns;

	if (__builtin_mul_overflow(fired, each_ns, &total_ns))
		total_ns = UINT64_MAX;
	jscope__json_put(&cost, "events", jscope__json_count(fired));
	jscope__json_put(&cost, "ns_per_event",
			 each_ns ? jscope__json_count(each_ns) : json_null());
	jscope__json_put(&cost, "total_ns", each_ns ? jscope__json_count(total_ns) : json_null());
	if (report->probe_count > 0)
		jscope__json_put_child(&cost, "probes", probes_build(report));
	return cost;
}

/* Why a flight recorder kept the trace, and the chain in which that was. */
static void put_trigger(struct jscope__json *root, const struct jscope__trigger *trigger)
{
	struct jscope__json object, at, stages;
	char name[32];

	if (!trigger->count)
		return;
	object = jscope__json_object();
	at = jscope__json_object();
	stages = jscope__json_object();
	jscope__json_put(&object, "rule", json_string(trigger->rule));
	jscope__json_put(
		&object, "unit",
		json_string(trigger->measure == JSCOPE__TRIGGER_HEADROOM ? "frames" : "ns"));
	jscope__json_put(&object, "value", json_integer(trigger->value));
	jscope__json_put(&object, "bound", json_integer(trigger->bound));
	jscope__json_put(&object, "begin_ns", jscope__json_instant(trigger->begin_ns));
	jscope__json_put(&object, "end_ns", jscope__json_instant(trigger->end_ns));
	jscope__json_put(&object, "count", jscope__json_count(trigger->count));
	jscope__json_put(&object, "found",
			 json_boolean(trigger->found != JSCOPE__TRIGGER_NOT_FOUND));
	jscope__json_put(&object, "who", json_string(trigger->who));
	for (unsigned i = 0; i < trigger->instant_count; i++) {
		snprintf(name, sizeof name, "%s_ns", trigger->instants[i].name);
		jscope__json_put(&at, name, json_integer(trigger->instants[i].ns));
	}
	for (unsigned i = 0; i < trigger->stage_count; i++)
		jscope__json_put(&stages, trigger->stages[i].name,
				 json_integer(trigger->stages[i].ns));
	jscope__json_put_child(&object, "at", at);
	jscope__json_put_child(&object, "stages", stages);
	jscope__json_put_child(root, "trigger", object);
}

static struct jscope__json report_build(const struct jscope_report *report, bool plain)
{
	struct jscope__json root = jscope__json_object();

	jscope__json_put(&root, "schema", json_string("jitterscope.report/1"));
	jscope__json_put_child(&root, "trace", trace_build(&report->info));
	jscope__json_put_child(&root, "trust", trust_build(report));
	jscope__json_put_child(&root, "cost", cost_build(report));
	put_trigger(&root, &report->trigger);
	jscope__json_put_child(&root, "notifications",
			       jscope__json_table(report->streams, jscope__json_stream, plain));
	jscope__json_put_child(&root, "requests",
			       jscope__json_table(report->devices, jscope__json_device, plain));
	jscope__json_put_child(&root, "irqs",
			       jscope__json_table(report->irqs, jscope__json_irq, plain));
	jscope__json_put_child(&root, "softirqs",
			       jscope__json_table(report->softirqs, jscope__json_softirq, plain));
	jscope__json_put_wakeups(&root, report);
	return root;
}

int jscope_report_write_json(const struct jscope_report *report,
			     const struct jscope_report_style *style, FILE *stream)
{
	return jscope__json_write(report_build(report, style && style->plain), stream);
}
