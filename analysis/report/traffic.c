#include "traffic.h"

#include <stdio.h>
#include <string.h>

#include "report_rows.h"

static const char *const op_names[JSCOPE__OP_COUNT] = { "read", "write", "flush", "discard",
							"other" };

const char *jscope__op_name(enum jscope__op op)
{
	return op_names[op];
}

static enum jscope__op op_of(const char *name)
{
	for (unsigned op = 0; op < JSCOPE__OP_OTHER; op++)
		if (!strcmp(op_names[op], name))
			return op;
	return JSCOPE__OP_OTHER;
}

const char *jscope__size_name(enum jscope__size size)
{
	static const char *const names[JSCOPE__SIZE_COUNT] = { "none",	"<=4k",	  "<=16k",
							       "<=64k", "<=256k", ">256k" };

	return names[size];
}

static enum jscope__size size_of(uint64_t bytes)
{
	unsigned size = JSCOPE__SIZE_4K;

	if (bytes == 0)
		return JSCOPE__SIZE_NONE;
	for (uint64_t most = 4096; size < JSCOPE__SIZE_MORE && bytes > most; most *= 4)
		size++;
	return size;
}

/* The distribution of a kind; the first kinds that come have one of their own. */
static struct jscope_hist **kind_get(struct jscope__traffic *traffic,
				     const struct jscope_request *request)
{
	struct jscope_hist **kind =
		&traffic->kinds[op_of(request->op) * JSCOPE__SIZE_COUNT + size_of(request->bytes)];

	if (*kind)
		return kind;
	if (traffic->kind_count == JSCOPE__KINDS_MAX)
		return &traffic->kinds_other;
	traffic->kind_count++;
	return kind;
}

static void batch_add(struct jscope__traffic *traffic, const struct jscope_request *request)
{
	const unsigned index = request->batch_index;

	if (index == 0) {
		traffic->batch_unknown++;
		return;
	}
	if (index <= JSCOPE__BATCH_SIZES)
		traffic->batch_indices[index - 1]++;
	else
		traffic->batch_behind++;
	if (index > traffic->batch_max)
		traffic->batch_max = index;
}

static void told_add(struct jscope_report *report, struct jscope__traffic *traffic,
		     const struct jscope_request *request)
{
	const jscope_ns latency_ns = jscope_sub_sat(request->complete_ns, request->issue_ns);

	jscope__report_record(report, &traffic->told, request->told_ns);
	jscope__report_record(report, &traffic->beyond_told,
			      jscope_sub_sat(latency_ns, request->told_ns));
}

/* A request without sectors has a latency where the trace names it: in a row of its own kind. */
void jscope__traffic_request(struct jscope_report *report, struct jscope__traffic *traffic,
			     const struct jscope_request *request)
{
	if (!request->completed)
		return;
	if (!request->empty)
		batch_add(traffic, request);
	if (!request->matched || request->issue_ns == JSCOPE_NS_UNKNOWN)
		return;
	jscope__report_record_span(report, kind_get(traffic, request), request->issue_ns,
				   request->complete_ns);
	if (request->told_ns > 0)
		told_add(report, traffic, request);
}

static unsigned depth_class_of(unsigned depth)
{
	unsigned depth_class = 0;

	for (; depth > 0 && depth_class < JSCOPE__DEPTH_CLASSES - 1; depth /= 2)
		depth_class++;
	return depth_class;
}

void jscope__traffic_depth(struct jscope__traffic *traffic, const struct jscope_depth *depth)
{
	const uint64_t length_ns = (uint64_t)depth->end_ns - (uint64_t)depth->begin_ns;

	if (depth->lossy) {
		traffic->depth_lossy_ns += length_ns;
		return;
	}
	traffic->depth_ns[depth_class_of(depth->count)] += length_ns;
	traffic->depth_area += (jscope__area)length_ns * depth->count;
	if (depth->count > traffic->depth_max)
		traffic->depth_max = depth->count;
}

void jscope__traffic_hold(struct jscope__traffic *traffic, const struct jscope_hold *hold)
{
	struct jscope__holds *holds = &traffic->holds[hold->kind];
	uint64_t length_ns;

	if (hold->detected) {
		traffic->resets_detected++;
		return;
	}
	if (hold->cut) {
		holds->cut++;
		return;
	}
	length_ns = (uint64_t)hold->end_ns - (uint64_t)hold->begin_ns;
	holds->count++;
	holds->total_ns += length_ns;
	if (length_ns > holds->longest_ns)
		holds->longest_ns = length_ns;
	holds->held += hold->held;
	holds->outlasting += hold->outlasting;
}

static void holds_merge(struct jscope__holds *into, const struct jscope__holds *from)
{
	into->count += from->count;
	into->cut += from->cut;
	into->total_ns += from->total_ns;
	if (from->longest_ns > into->longest_ns)
		into->longest_ns = from->longest_ns;
	into->held += from->held;
	into->outlasting += from->outlasting;
}

static void depths_merge(struct jscope__traffic *into, const struct jscope__traffic *from)
{
	for (unsigned i = 0; i < JSCOPE__DEPTH_CLASSES; i++)
		into->depth_ns[i] += from->depth_ns[i];
	into->depth_lossy_ns += from->depth_lossy_ns;
	into->depth_area += from->depth_area;
	if (from->depth_max > into->depth_max)
		into->depth_max = from->depth_max;
}

static void batches_merge(struct jscope__traffic *into, const struct jscope__traffic *from)
{
	for (unsigned i = 0; i < JSCOPE__BATCH_SIZES; i++)
		into->batch_indices[i] += from->batch_indices[i];
	into->batch_behind += from->batch_behind;
	into->batch_unknown += from->batch_unknown;
	if (from->batch_max > into->batch_max)
		into->batch_max = from->batch_max;
}

static void kinds_merge(struct jscope__traffic *into, const struct jscope__traffic *from)
{
	for (unsigned i = 0; i < JSCOPE__KINDS; i++) {
		const bool is_new = from->kinds[i] && !into->kinds[i];

		if (is_new && into->kind_count == JSCOPE__KINDS_MAX) {
			jscope__hist_merge(&into->kinds_other, from->kinds[i]);
			continue;
		}
		into->kind_count += is_new;
		jscope__hist_merge(&into->kinds[i], from->kinds[i]);
	}
	jscope__hist_merge(&into->kinds_other, from->kinds_other);
}

void jscope__traffic_merge(struct jscope__traffic *into, const struct jscope__traffic *from)
{
	depths_merge(into, from);
	batches_merge(into, from);
	jscope__hist_merge(&into->told, from->told);
	jscope__hist_merge(&into->beyond_told, from->beyond_told);
	kinds_merge(into, from);
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		holds_merge(&into->holds[kind], &from->holds[kind]);
	into->resets_detected += from->resets_detected;
}

void jscope__traffic_finish(struct jscope__traffic *traffic)
{
	for (unsigned i = 0; i < JSCOPE__KINDS; i++)
		jscope_hist_destroy(traffic->kinds[i]);
	jscope_hist_destroy(traffic->kinds_other);
	jscope_hist_destroy(traffic->told);
	jscope_hist_destroy(traffic->beyond_told);
}

uint64_t jscope__traffic_overflow(const struct jscope__traffic *traffic)
{
	uint64_t overflow = jscope_hist_overflow(traffic->kinds_other) +
			    jscope_hist_overflow(traffic->told) +
			    jscope_hist_overflow(traffic->beyond_told);

	for (unsigned i = 0; i < JSCOPE__KINDS; i++)
		overflow += jscope_hist_overflow(traffic->kinds[i]);
	return overflow;
}

uint64_t jscope__traffic_span_ns(const struct jscope__traffic *traffic)
{
	uint64_t span_ns = 0;

	for (unsigned i = 0; i < JSCOPE__DEPTH_CLASSES; i++)
		span_ns += traffic->depth_ns[i];
	return span_ns;
}

double jscope__traffic_mean(const struct jscope__traffic *traffic)
{
	const uint64_t span_ns = jscope__traffic_span_ns(traffic);

	return span_ns ? (double)traffic->depth_area / (double)span_ns : 0;
}

const char *jscope__depth_name(char text[JSCOPE__CLASS_TEXT_SIZE], unsigned depth_class)
{
	const unsigned least = depth_class ? 1u << (depth_class - 1) : 0;

	if (least < 2)
		snprintf(text, JSCOPE__CLASS_TEXT_SIZE, "%u", least);
	else if (depth_class < JSCOPE__DEPTH_CLASSES - 1)
		snprintf(text, JSCOPE__CLASS_TEXT_SIZE, "%u-%u", least, 2 * least - 1);
	else
		snprintf(text, JSCOPE__CLASS_TEXT_SIZE, ">=%u", least);
	return text;
}

const char *jscope__batch_name(char text[JSCOPE__CLASS_TEXT_SIZE], unsigned size)
{
	snprintf(text, JSCOPE__CLASS_TEXT_SIZE, "%s%u", size == JSCOPE__BATCH_SIZES ? ">=" : "",
		 size);
	return text;
}

bool jscope__holds_are_known(const struct jscope__holds *holds)
{
	return holds->count > 0 || holds->cut > 0;
}

bool jscope__traffic_was_held(const struct jscope__traffic *traffic)
{
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		if (jscope__holds_are_known(&traffic->holds[kind]))
			return true;
	return traffic->resets_detected > 0;
}

/*
 * A batch of n requests has one of each index up to n. At the edges of a window some of them may be
 * outside of it.
 */
uint64_t jscope__traffic_batches(const struct jscope__traffic *traffic, unsigned size)
{
	const uint64_t *indices = traffic->batch_indices;

	if (size == JSCOPE__BATCH_SIZES)
		return indices[size - 1];
	return indices[size - 1] > indices[size] ? indices[size - 1] - indices[size] : 0;
}

uint64_t jscope__traffic_batch_count(const struct jscope__traffic *traffic)
{
	return traffic->batch_indices[0];
}

uint64_t jscope__traffic_batched(const struct jscope__traffic *traffic)
{
	uint64_t count = traffic->batch_behind;

	for (unsigned i = 0; i < JSCOPE__BATCH_SIZES; i++)
		count += traffic->batch_indices[i];
	return count;
}
