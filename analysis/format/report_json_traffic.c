/* How the requests of a device came and went, as JSON: part of its row. */
#include <math.h>

#include "report_json.h"

static json_t *share_value(uint64_t part_ns, uint64_t whole_ns)
{
	return json_real(round(1e6 * (double)part_ns / (double)whole_ns) / 1e6);
}

static struct jscope__json shares_build(const struct jscope__traffic *traffic, uint64_t span_ns)
{
	struct jscope__json shares = jscope__json_object();
	char name[JSCOPE__CLASS_TEXT_SIZE];

	for (unsigned i = 0; i < JSCOPE__DEPTH_CLASSES; i++)
		if (traffic->depth_ns[i] > 0)
			jscope__json_put(&shares, jscope__depth_name(name, i),
					 share_value(traffic->depth_ns[i], span_ns));
	return shares;
}

/* What began before the trace, or was lost, is under way unseen: then there were at least so many. */
static void put_outstanding(struct jscope__json *device, const struct jscope__device_row *row)
{
	const struct jscope__traffic *traffic = &row->traffic;
	const uint64_t span_ns = jscope__traffic_span_ns(traffic);
	const unsigned most = traffic->depth_max > row->outstanding_max ? traffic->depth_max
									: row->outstanding_max;
	struct jscope__json outstanding;

	if (span_ns == 0)
		return;
	outstanding = jscope__json_object();
	jscope__json_put(&outstanding, "max", jscope__json_count(most));
	jscope__json_put(&outstanding, "mean", jscope__json_rounded(jscope__traffic_mean(traffic)));
	jscope__json_put(&outstanding, "at_least",
			 json_boolean(row->unmatched > 0 || traffic->depth_lossy_ns > 0));
	jscope__json_put(&outstanding, "span_ns", jscope__json_count(span_ns));
	jscope__json_put(&outstanding, "unknown_ns", jscope__json_count(traffic->depth_lossy_ns));
	jscope__json_put_child(&outstanding, "time_share", shares_build(traffic, span_ns));
	jscope__json_put_child(device, "outstanding", outstanding);
}

static struct jscope__json sizes_build(const struct jscope__traffic *traffic)
{
	struct jscope__json sizes = jscope__json_object();
	char name[JSCOPE__CLASS_TEXT_SIZE];

	for (unsigned size = 1; size <= JSCOPE__BATCH_SIZES; size++)
		if (jscope__traffic_batches(traffic, size) > 0)
			jscope__json_put(
				&sizes, jscope__batch_name(name, size),
				jscope__json_count(jscope__traffic_batches(traffic, size)));
	return sizes;
}

static void put_batch(struct jscope__json *device, const struct jscope__traffic *traffic)
{
	const uint64_t count = jscope__traffic_batch_count(traffic);
	struct jscope__json batch;

	if (count == 0)
		return;
	batch = jscope__json_object();
	jscope__json_put(&batch, "count", jscope__json_count(count));
	jscope__json_put(
		&batch, "mean",
		jscope__json_rounded((double)jscope__traffic_batched(traffic) / (double)count));
	jscope__json_put(&batch, "max", jscope__json_count(traffic->batch_max));
	jscope__json_put_child(&batch, "sizes", sizes_build(traffic));
	jscope__json_put(&batch, "unattributed", jscope__json_count(traffic->batch_unknown));
	jscope__json_put_child(device, "batch", batch);
}

static void put_told(struct jscope__json *device, const struct jscope__traffic *traffic)
{
	struct jscope__json told;

	if (jscope_hist_count(traffic->told) == 0)
		return;
	told = jscope__json_object();
	jscope__json_put_dist(&told, "service", traffic->told, "ns");
	jscope__json_put_dist(&told, "latency_beyond", traffic->beyond_told, "ns");
	jscope__json_put_child(device, "told", told);
}

static void kind_append(struct jscope__json *kinds, const char *op, const char *size,
			const struct jscope_hist *latency)
{
	struct jscope__json kind;

	if (jscope_hist_count(latency) == 0)
		return;
	kind = jscope__json_object();
	jscope__json_put(&kind, "op", json_string(op));
	jscope__json_put(&kind, "size", json_string(size));
	jscope__json_put_dist(&kind, "latency", latency, "ns");
	jscope__json_append(kinds, kind);
}

static void put_kinds(struct jscope__json *device, const struct jscope__traffic *traffic)
{
	struct jscope__json kinds = jscope__json_array();

	for (unsigned i = 0; i < JSCOPE__KINDS; i++)
		kind_append(&kinds, jscope__op_name(i / JSCOPE__SIZE_COUNT),
			    jscope__size_name(i % JSCOPE__SIZE_COUNT), traffic->kinds[i]);
	kind_append(&kinds, "other", "other", traffic->kinds_other);
	jscope__json_put_child(device, "by_op_size", kinds);
}

static struct jscope__json holds_build(const struct jscope__holds *holds)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "count", jscope__json_count(holds->count));
	jscope__json_put(&object, "cut", jscope__json_count(holds->cut));
	jscope__json_put(&object, "total_ns", jscope__json_count(holds->total_ns));
	jscope__json_put(&object, "longest_ns", jscope__json_count(holds->longest_ns));
	jscope__json_put(&object, "held", jscope__json_count(holds->held));
	jscope__json_put(&object, "outlasting", jscope__json_count(holds->outlasting));
	return object;
}

static void put_intervals(struct jscope__json *device, const struct jscope__traffic *traffic)
{
	struct jscope__json intervals;

	if (!jscope__traffic_was_held(traffic))
		return;
	intervals = jscope__json_object();
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		if (jscope__holds_are_known(&traffic->holds[kind]))
			jscope__json_put_child(&intervals, jscope_hold_name(kind),
					       holds_build(&traffic->holds[kind]));
	jscope__json_put(&intervals, "resets_detected",
			 jscope__json_count(traffic->resets_detected));
	jscope__json_put_child(device, "intervals", intervals);
}

void jscope__json_put_traffic(struct jscope__json *device, const struct jscope__device_row *row)
{
	put_outstanding(device, row);
	put_batch(device, &row->traffic);
	put_told(device, &row->traffic);
	put_kinds(device, &row->traffic);
	put_intervals(device, &row->traffic);
}
