/* The report as JSON, schema jitterscope.report/1 (also the documentation of its keys). */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "report_rows.h"

/* An object or array under construction; status keeps the first failure (memory is short). */
struct builder {
	json_t *value;
	int status;
};

static struct builder object_begin(void)
{
	json_t *value = json_object();

	return (struct builder){ value, value ? 0 : -ENOMEM };
}

static struct builder array_begin(void)
{
	json_t *value = json_array();

	return (struct builder){ value, value ? 0 : -ENOMEM };
}

static void put(struct builder *object, const char *key, json_t *value)
{
	if (json_object_set_new(object->value, key, value) < 0)
		object->status = -ENOMEM;
}

static void put_child(struct builder *object, const char *key, struct builder child)
{
	if (child.status < 0)
		object->status = child.status;
	put(object, key, child.value);
}

static void append(struct builder *array, struct builder child)
{
	if (child.status < 0)
		array->status = child.status;
	if (json_array_append_new(array->value, child.value) < 0)
		array->status = -ENOMEM;
}

static json_t *count_value(uint64_t count)
{
	return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

static json_t *instant_value(jscope_ns ns)
{
	return ns == JSCOPE_NS_UNKNOWN ? json_null() : json_integer(ns);
}

/* Three decimals, the precision that figures of the trace clock bear. */
static json_t *rounded_value(double value)
{
	double rounded = isfinite(value) ? round(value * 1000) / 1000 : 0;

	return json_real(rounded == 0 ? 0 : rounded);
}

static json_t *quantile_value(const struct jscope_hist *hist, double q)
{
	if (!jscope_hist_has_quantile(hist, q))
		return json_null();
	return json_integer(jscope_hist_quantile(hist, q));
}

static struct builder dist_build(const struct jscope_hist *hist, const char *unit)
{
	static const struct {
		const char *key;
		double q;
	} quantiles[] = { { "p50", 0.5 },  { "p90", 0.9 },     { "p95", 0.95 },
			  { "p99", 0.99 }, { "p99_9", 0.999 }, { "p99_99", 0.9999 } };
	struct builder dist = object_begin();

	put(&dist, "unit", json_string(unit));
	put(&dist, "count", count_value(jscope_hist_count(hist)));
	put(&dist, "min", json_integer(jscope_hist_min(hist)));
	put(&dist, "mean", rounded_value(jscope_hist_mean(hist)));
	put(&dist, "stddev", rounded_value(jscope_hist_stddev(hist)));
	put(&dist, "max", json_integer(jscope_hist_max(hist)));
	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++)
		put(&dist, quantiles[i].key, quantile_value(hist, quantiles[i].q));
	put(&dist, "below", count_value(jscope_hist_below(hist)));
	put(&dist, "above", count_value(jscope_hist_above(hist)));
	return dist;
}

/* An empty distribution is left out: no zero stands for "not measured". */
static void put_dist(struct builder *object, const char *key, const struct jscope_hist *hist,
		     const char *unit)
{
	if (jscope_hist_count(hist) > 0)
		put_child(object, key, dist_build(hist, unit));
}

static struct builder trace_build(const struct jscope_trace_info *info)
{
	struct builder trace = object_begin(), errors = array_begin();
	bool has_time = info->begin_ns != JSCOPE_NS_UNKNOWN && info->end_ns != JSCOPE_NS_UNKNOWN;

	put(&trace, "path", json_string(info->path));
	put(&trace, "reader", json_string(info->reader));
	put(&trace, "clock", json_string(info->clock));
	put(&trace, "begin_ns", instant_value(info->begin_ns));
	put(&trace, "end_ns", instant_value(info->end_ns));
	put(&trace, "duration_ns",
	    has_time ? json_integer(jscope_sub_sat(info->end_ns, info->begin_ns)) : json_null());
	put(&trace, "events", count_value(info->events));
	put(&trace, "streams", count_value(info->streams));
	put(&trace, "packets", count_value(info->packets));
	put(&trace, "lost_events", count_value(info->lost_events));
	put(&trace, "lost_packets", count_value(info->lost_packets));
	put(&trace, "partial", json_boolean(info->partial));
	for (unsigned i = 0; i < info->error_count && i < JSCOPE_TRACE_ERRORS_MAX; i++)
		if (json_array_append_new(errors.value, json_string(info->errors[i])) < 0)
			errors.status = -ENOMEM;
	put_child(&trace, "errors", errors);
	return trace;
}

static struct builder trust_build(const struct jscope_report *report)
{
	struct builder trust = object_begin(), reasons = array_begin();

	put(&trust, "verdict", json_string(jscope__trust_name(report->trust)));
	for (unsigned i = 0; i < report->reason_count; i++)
		if (json_array_append_new(reasons.value, json_string(report->reasons[i])) < 0)
			reasons.status = -ENOMEM;
	put_child(&trust, "reasons", reasons);
	return trust;
}

static struct builder probes_build(const struct jscope_report *report)
{
	struct builder probes = array_begin(), probe;

	for (unsigned i = 0; i < report->probe_count; i++) {
		probe = object_begin();
		put(&probe, "event", json_string(report->probes[i].event));
		put(&probe, "fired", count_value(report->probes[i].fired));
		put(&probe, "lost", count_value(report->probes[i].lost));
		append(&probes, probe);
	}
	return probes;
}

/* Only our own recorder leaves a price in the trace; of others it is not known. */
static struct builder cost_build(const struct jscope_report *report)
{
	struct builder cost = object_begin();
	uint64_t fired = jscope__report_fired(report), each_ns = report->info.probe_cost_ns;
	uint64_t total_ns;

	if (__builtin_mul_overflow(fired, each_ns, &total_ns))
		total_ns = UINT64_MAX;
	put(&cost, "events", count_value(fired));
	put(&cost, "ns_per_event", each_ns ? count_value(each_ns) : json_null());
	put(&cost, "total_ns", each_ns ? count_value(total_ns) : json_null());
	if (report->probe_count > 0)
		put_child(&cost, "probes", probes_build(report));
	return cost;
}

static struct builder counts_build(const struct jscope__stream_row *row)
{
	struct builder counts = object_begin();

	put(&counts, "points", count_value(row->points));
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++)
		put(&counts, jscope_class_name(class), count_value(row->counts[class]));
	put(&counts, "partial_chains", count_value(row->partial_chains));
	return counts;
}

static struct builder stages_build(const struct jscope__stream_row *row)
{
	struct builder stages = object_begin();

	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++)
		put_dist(&stages, jscope_stage_name(stage), row->stages[stage], "ns");
	return stages;
}

/* Nine digits, so that the last ones do not depend on how a machine rounds. */
static json_t *ratio_value(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.9g", value);
	return json_real(strtod(text, NULL));
}

static json_t *tau_value(const struct jscope__wander_figures *figures, enum jscope__tau_kind kind)
{
	switch (kind) {
	case JSCOPE__MTIE:
		return json_integer(llround(fmin(figures->mtie_ns, 0x1p62)));
	case JSCOPE__TDEV:
		return rounded_value(figures->tdev_ns);
	default:
		return ratio_value(figures->adev);
	}
}

/* Of one kind by taus, those that have a window. */
static struct builder taus_build(const struct jscope__jitter *jitter, enum jscope__tau_kind kind)
{
	struct builder taus = array_begin(), tau;
	struct jscope__wander_figures figures;

	for (unsigned k = 0; jscope__jitter_wander(jitter, k, &figures); k++) {
		if (figures.windows[kind] == 0)
			continue;
		tau = object_begin();
		put(&tau, "tau_ns", json_integer(figures.tau_ns));
		put(&tau, kind == JSCOPE__ADEV ? "value" : "ns", tau_value(&figures, kind));
		put(&tau, "windows", count_value(figures.windows[kind]));
		put(&tau, "skipped", count_value(figures.skipped[kind]));
		append(&taus, tau);
	}
	return taus;
}

static void put_wander(struct builder *object, const struct jscope__jitter *jitter)
{
	double residual_ns;
	bool has_residual = jscope__jitter_residual_ns(jitter, &residual_ns);

	put(object, "residual_stddev_ns", has_residual ? rounded_value(residual_ns) : json_null());
	put_child(object, "mtie", taus_build(jitter, JSCOPE__MTIE));
	put_child(object, "tdev", taus_build(jitter, JSCOPE__TDEV));
	put_child(object, "adev", taus_build(jitter, JSCOPE__ADEV));
	put(object, "wander_points_left_out", count_value(jitter->wander_left_out));
}

/* What is more than a distribution. */
static void put_stability(struct builder *object, const struct jscope__jitter *jitter)
{
	double ppm;
	bool has_drift = jscope__jitter_drift_ppm(jitter, &ppm);

	put(object, "tie_peak_to_peak_ns",
	    jitter->has_tie ? json_integer(jitter->tie_peak_to_peak_ns) : json_null());
	put(object, "drift_ppm", has_drift ? rounded_value(ppm) : json_null());
	put(object, "rfc3550_ns",
	    jitter->has_rfc3550 ? rounded_value(jitter->rfc3550_ns) : json_null());
	put_wander(object, jitter);
}

static struct builder jitter_build(const struct jscope__stream_row *row, bool plain)
{
	const struct jscope__jitter *jitter = &row->jitter;
	struct builder object = object_begin();
	const struct jscope_hist *period = jitter->period;
	bool has_period = jscope_hist_count(period) > 0;

	put(&object, "taken_at", json_string(jscope__jitter_place(row)));
	put_dist(&object, "period", period, "ns");
	put(&object, "period_peak_to_peak_ns",
	    has_period
		    ? json_integer(jscope_sub_sat(jscope_hist_max(period), jscope_hist_min(period)))
		    : json_null());
	put(&object, "cycle_to_cycle_max_ns",
	    jitter->has_cycle ? json_integer(jitter->cycle_to_cycle_max_ns) : json_null());
	put(&object, "skipped_points", count_value(jitter->skipped));
	if (!plain)
		put_stability(&object, jitter);
	return object;
}

static void put_headroom(struct builder *stream, const struct jscope__stream_row *row)
{
	struct builder headroom;

	if (!jscope__headroom_frames(row) && row->glitches == 0)
		return;
	headroom = object_begin();
	put(&headroom, "taken_at", json_string(jscope__headroom_place(row)));
	put_dist(&headroom, "frames", jscope__headroom_frames(row), "frames");
	put_dist(&headroom, "time", jscope__headroom_ns(row), "ns");
	put(&headroom, "glitches", count_value(row->glitches));
	put_child(stream, "headroom", headroom);
}

static struct builder stream_build(const void *from_row, bool plain)
{
	const struct jscope__stream_row *row = from_row;
	struct builder stream = object_begin();

	put(&stream, "device", json_string(row->device));
	put(&stream, "stream", json_string(row->stream));
	put(&stream, "kind", json_string(row->kind));
	if (row->name[0])
		put(&stream, "name", json_string(row->name));
	put(&stream, "nominal_period_ns",
	    row->nominal_period_ns > 0 ? json_integer(row->nominal_period_ns) : json_null());
	if (row->due_estimated)
		put(&stream, "due_estimated", json_true());
	put_child(&stream, "counts", counts_build(row));
	put_child(&stream, "stages", stages_build(row));
	put_dist(&stream, "end_to_end", row->end_to_end, "ns");
	put_dist(&stream, "service", row->service, "ns");
	if (row->jitter.points > 0)
		put_child(&stream, "jitter", jitter_build(row, plain));
	put_headroom(&stream, row);
	return stream;
}

/* Where requests were completed; other traces than those of a kernel do not tell. */
static void put_routes(struct builder *device, const struct jscope__device_row *row)
{
	struct builder routes = object_begin();

	for (enum jscope_route i = JSCOPE_ROUTE_UNKNOWN + 1; i < JSCOPE_ROUTE_COUNT; i++)
		if (row->routes[i] > 0)
			put(&routes, jscope_route_name(i), count_value(row->routes[i]));
	if (json_object_size(routes.value) > 0)
		put_child(device, "completed_in", routes);
	else
		json_decref(routes.value);
}

static struct builder device_build(const void *from_row, bool plain)
{
	const struct jscope__device_row *row = from_row;
	struct builder device = object_begin(), stages = object_begin();

	(void)plain;
	put(&device, "device", json_string(row->device));
	put(&device, "name", json_string(row->name));
	put(&device, "issued", count_value(row->issued));
	put(&device, "completed", count_value(row->completed));
	put(&device, "empty", count_value(row->empty));
	put(&device, "errors", count_value(row->errors));
	if (row->requeued > 0)
		put(&device, "requeued", count_value(row->requeued));
	put(&device, "outstanding_max", count_value(row->outstanding_max));
	put_dist(&device, "latency", row->latency, "ns");
	put_dist(&device, "queue", row->queue, "ns");
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		put_dist(&stages, jscope__request_stage_name(i), row->stages[i], "ns");
	put_child(&device, "stages", stages);
	put_routes(&device, row);
	return device;
}

static struct builder irq_build(const void *from_row, bool plain)
{
	const struct jscope__irq_row *row = from_row;
	struct builder irq = object_begin();

	(void)plain;
	put(&irq, "irq", json_integer(row->irq));
	put(&irq, "name", json_string(row->name));
	put(&irq, "count", count_value(row->count));
	put(&irq, "unmatched", count_value(row->unmatched));
	put_dist(&irq, "duration", row->duration, "ns");
	put_dist(&irq, "interval", row->interval, "ns");
	return irq;
}

static struct builder softirq_build(const void *from_row, bool plain)
{
	const struct jscope__softirq_row *row = from_row;
	struct builder softirq = object_begin();

	(void)plain;
	put(&softirq, "vec", json_integer(row->vec));
	put(&softirq, "name", json_string(jscope__softirq_name(row->vec)));
	put(&softirq, "raised", count_value(row->raised));
	put(&softirq, "coalesced", count_value(row->coalesced));
	put(&softirq, "entered", count_value(row->entered));
	put_dist(&softirq, "raise_to_entry", row->raise_to_entry, "ns");
	put_dist(&softirq, "duration", row->duration, "ns");
	return softirq;
}

static struct builder task_build(const void *from_row, bool plain)
{
	const struct jscope__task_row *row = from_row;
	struct builder task = object_begin();

	(void)plain;
	put(&task, "tid", json_integer(row->tid));
	put(&task, "comm", json_string(row->comm));
	put_dist(&task, "latency", row->latency, "ns");
	return task;
}

typedef struct builder row_build_fn(const void *row, bool plain);

/* All rows of a table, at last `other`, which says how many are in it. */
static struct builder table_build(const struct jscope__table *table, row_build_fn *row_build,
				  bool plain)
{
	struct builder rows = array_begin(), other;

	for (size_t i = 0; i < jscope__table_count(table); i++)
		append(&rows, row_build(jscope__table_at(table, i), plain));
	if (jscope__table_other(table)) {
		other = row_build(jscope__table_other(table), plain);
		put(&other, "rows", count_value(jscope__table_folded(table)));
		append(&rows, other);
	}
	return rows;
}

static void put_wakeups(struct builder *root, const struct jscope_report *report)
{
	struct builder wakeups, contexts;

	if (jscope_hist_count(report->wakeups) == 0 && report->wakeups_censored == 0)
		return;
	wakeups = object_begin();
	contexts = object_begin();
	put(&wakeups, "event",
	    report->info.wakeup_event ? json_string(report->info.wakeup_event) : json_null());
	put(&wakeups, "censored", count_value(report->wakeups_censored));
	put_dist(&wakeups, "all", report->wakeups, "ns");
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		put_dist(&contexts, jscope_context_name(i), report->wakeups_by_context[i], "ns");
	put_child(&wakeups, "by_context", contexts);
	put_child(&wakeups, "tasks", table_build(report->tasks, task_build, false));
	put_child(root, "wakeups", wakeups);
}

/* Why a flight recorder kept the trace, and the chain in which that was. */
static void put_trigger(struct builder *root, const struct jscope__trigger *trigger)
{
	struct builder object, at, stages;
	char name[32];

	if (!trigger->count)
		return;
	object = object_begin();
	at = object_begin();
	stages = object_begin();
	put(&object, "rule", json_string(trigger->rule));
	put(&object, "unit",
	    json_string(trigger->measure == JSCOPE__TRIGGER_HEADROOM ? "frames" : "ns"));
	put(&object, "value", json_integer(trigger->value));
	put(&object, "bound", json_integer(trigger->bound));
	put(&object, "begin_ns", instant_value(trigger->begin_ns));
	put(&object, "end_ns", instant_value(trigger->end_ns));
	put(&object, "count", count_value(trigger->count));
	put(&object, "found", json_boolean(trigger->found != JSCOPE__TRIGGER_NOT_FOUND));
	put(&object, "who", json_string(trigger->who));
	for (unsigned i = 0; i < trigger->instant_count; i++) {
		snprintf(name, sizeof name, "%s_ns", trigger->instants[i].name);
		put(&at, name, json_integer(trigger->instants[i].ns));
	}
	for (unsigned i = 0; i < trigger->stage_count; i++)
		put(&stages, trigger->stages[i].name, json_integer(trigger->stages[i].ns));
	put_child(&object, "at", at);
	put_child(&object, "stages", stages);
	put_child(root, "trigger", object);
}

static struct builder report_build(const struct jscope_report *report, bool plain)
{
	struct builder root = object_begin();

	put(&root, "schema", json_string("jitterscope.report/1"));
	put_child(&root, "trace", trace_build(&report->info));
	put_child(&root, "trust", trust_build(report));
	put_child(&root, "cost", cost_build(report));
	put_trigger(&root, &report->trigger);
	put_child(&root, "notifications", table_build(report->streams, stream_build, plain));
	put_child(&root, "requests", table_build(report->devices, device_build, plain));
	put_child(&root, "irqs", table_build(report->irqs, irq_build, plain));
	put_child(&root, "softirqs", table_build(report->softirqs, softirq_build, plain));
	put_wakeups(&root, report);
	return root;
}

int jscope_report_write_json(const struct jscope_report *report,
			     const struct jscope_report_style *style, FILE *stream)
{
	struct builder root = report_build(report, style && style->plain);
	int status = root.status;

	/* 15 digits: a double keeps them, and what was rounded to 0.001 looks it. */
	if (status == 0 &&
	    json_dumpf(root.value, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) < 0)
		status = -EIO;
	json_decref(root.value);
	if (status == 0 && (fputc('\n', stream) == EOF || fflush(stream) == EOF))
		status = -EIO;
	return status;
}
