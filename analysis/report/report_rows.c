#include "report_rows.h"

#include <stdio.h>
#include <string.h>

void jscope__hist_merge(struct jscope_hist **into, const struct jscope_hist *from)
{
	if (!from)
		return;
	if (!*into && jscope_hist_create(NULL, into) < 0)
		return;
	jscope_hist_add(*into, from);
}

static void hists_merge(struct jscope_hist **into, struct jscope_hist *const *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		jscope__hist_merge(&into[i], from[i]);
}

static void hists_destroy(struct jscope_hist **hists, size_t count)
{
	for (size_t i = 0; i < count; i++)
		jscope_hist_destroy(hists[i]);
}

/* How far the tail reaches: what an engineer looks for in a row. */
static uint64_t tail_of(const struct jscope_hist *hist)
{
	return jscope_hist_max(hist) > 0 ? (uint64_t)jscope_hist_max(hist) : 0;
}

static void name_other(char *name)
{
	snprintf(name, JSCOPE__NAME_SIZE, "other");
}

static void stream_finish(void *row)
{
	struct jscope__stream_row *stream = row;

	hists_destroy(stream->stages, JSCOPE_STAGE_COUNT);
	jscope_hist_destroy(stream->end_to_end);
	jscope_hist_destroy(stream->corrected);
	jscope__omission_finish(&stream->omission);
	jscope_hist_destroy(stream->service);
	jscope_hist_destroy(stream->headroom_frames);
	jscope_hist_destroy(stream->headroom_ns);
	jscope_hist_destroy(stream->position_frames);
	jscope_hist_destroy(stream->position_ns);
	jscope__hlk_row_finish(&stream->hlk);
	jscope__jitter_finish(&stream->jitter);
	jscope__rhythm_finish(&stream->rhythm);
}

/* Jitter and worst chains of different streams do not add up; counts and distributions do. */
static void stream_merge(void *row, const void *from_row)
{
	struct jscope__stream_row *stream = row;
	const struct jscope__stream_row *from = from_row;

	name_other(stream->device);
	stream->numbering.useless = true;
	stream->points += from->points;
	stream->partial_chains += from->partial_chains;
	stream->glitches += from->glitches;
	stream->due_excluded += from->due_excluded;
	for (size_t i = 0; i < JSCOPE_CLASS_COUNT; i++)
		stream->counts[i] += from->counts[i];
	hists_merge(stream->stages, from->stages, JSCOPE_STAGE_COUNT);
	jscope__hist_merge(&stream->end_to_end, from->end_to_end);
	jscope__hist_merge(&stream->service, from->service);
	jscope__hist_merge(&stream->headroom_frames, from->headroom_frames);
	jscope__hist_merge(&stream->headroom_ns, from->headroom_ns);
	jscope__hist_merge(&stream->position_frames, from->position_frames);
	jscope__hist_merge(&stream->position_ns, from->position_ns);
	jscope__omission_merge(&stream->omission, &from->omission);
	jscope__buffer_row_merge(&stream->buffer, &from->buffer);
}

const char *jscope__stream_class_words(const struct jscope__stream_row *row,
				       enum jscope_class class)
{
	if (class == JSCOPE_CLASS_ON_TIME)
		return row->path & 1u << JSCOPE_DUE ? "on time" : "told";
	return jscope_class_name(class);
}

static uint64_t stream_weight(const void *row)
{
	const struct jscope__stream_row *stream = row;
	uint64_t tail = tail_of(stream->end_to_end);

	for (size_t i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (tail_of(stream->stages[i]) > tail)
			tail = tail_of(stream->stages[i]);
	return tail;
}

const struct jscope__row_ops jscope__stream_ops = {
	.size = sizeof(struct jscope__stream_row),
	.order = JSCOPE__BY_KEY,
	.finish = stream_finish,
	.merge = stream_merge,
	.weight = stream_weight,
};

static void device_finish(void *row)
{
	struct jscope__device_row *device = row;

	jscope_hist_destroy(device->latency);
	jscope_hist_destroy(device->queue);
	jscope__traffic_finish(&device->traffic);
	jscope__pace_finish(&device->pace);
	hists_destroy(device->stages, JSCOPE__REQUEST_STAGE_COUNT);
}

static void device_merge(void *row, const void *from_row)
{
	struct jscope__device_row *device = row;
	const struct jscope__device_row *from = from_row;

	name_other(device->device);
	device->pace.is_off = true; /* of several clients there is none */
	device->requests += from->requests;
	device->issued += from->issued;
	device->completed += from->completed;
	device->unmatched += from->unmatched;
	device->censored += from->censored;
	device->empty += from->empty;
	device->errors += from->errors;
	device->requeued += from->requeued;
	for (size_t i = 0; i < JSCOPE_ROUTE_COUNT; i++)
		device->routes[i] += from->routes[i];
	if (from->outstanding_max > device->outstanding_max)
		device->outstanding_max = from->outstanding_max;
	jscope__hist_merge(&device->latency, from->latency);
	jscope__hist_merge(&device->queue, from->queue);
	hists_merge(device->stages, from->stages, JSCOPE__REQUEST_STAGE_COUNT);
	jscope__traffic_merge(&device->traffic, &from->traffic);
}

static uint64_t device_weight(const void *row)
{
	return tail_of(((const struct jscope__device_row *)row)->latency);
}

const struct jscope__row_ops jscope__device_ops = {
	.size = sizeof(struct jscope__device_row),
	.order = JSCOPE__BY_APPEARANCE,
	.finish = device_finish,
	.merge = device_merge,
	.weight = device_weight,
};

static void irq_finish(void *row)
{
	struct jscope__irq_row *irq = row;

	jscope_hist_destroy(irq->duration);
	jscope_hist_destroy(irq->interval);
}

static void irq_merge(void *row, const void *from_row)
{
	struct jscope__irq_row *irq = row;
	const struct jscope__irq_row *from = from_row;

	name_other(irq->name);
	irq->irq = -1;
	irq->count += from->count;
	irq->unmatched += from->unmatched;
	irq->disordered += from->disordered;
	jscope__hist_merge(&irq->duration, from->duration);
	jscope__hist_merge(&irq->interval, from->interval);
}

static uint64_t irq_weight(const void *row)
{
	return tail_of(((const struct jscope__irq_row *)row)->duration);
}

const struct jscope__row_ops jscope__irq_ops = {
	.size = sizeof(struct jscope__irq_row),
	.order = JSCOPE__BY_KEY,
	.finish = irq_finish,
	.merge = irq_merge,
	.weight = irq_weight,
};

static void softirq_finish(void *row)
{
	struct jscope__softirq_row *softirq = row;

	jscope_hist_destroy(softirq->raise_to_entry);
	jscope_hist_destroy(softirq->duration);
}

static void softirq_merge(void *row, const void *from_row)
{
	struct jscope__softirq_row *softirq = row;
	const struct jscope__softirq_row *from = from_row;

	softirq->vec = UINT32_MAX;
	softirq->raised += from->raised;
	softirq->coalesced += from->coalesced;
	softirq->entered += from->entered;
	softirq->unmatched += from->unmatched;
	jscope__hist_merge(&softirq->raise_to_entry, from->raise_to_entry);
	jscope__hist_merge(&softirq->duration, from->duration);
}

static uint64_t softirq_weight(const void *row)
{
	return tail_of(((const struct jscope__softirq_row *)row)->raise_to_entry);
}

const struct jscope__row_ops jscope__softirq_ops = {
	.size = sizeof(struct jscope__softirq_row),
	.order = JSCOPE__BY_KEY,
	.finish = softirq_finish,
	.merge = softirq_merge,
	.weight = softirq_weight,
};

static void task_finish(void *row)
{
	jscope_hist_destroy(((struct jscope__task_row *)row)->latency);
}

static void task_merge(void *row, const void *from_row)
{
	struct jscope__task_row *task = row;

	name_other(task->comm);
	jscope__hist_merge(&task->latency, ((const struct jscope__task_row *)from_row)->latency);
}

static uint64_t task_weight(const void *row)
{
	return tail_of(((const struct jscope__task_row *)row)->latency);
}

const struct jscope__row_ops jscope__task_ops = {
	.size = sizeof(struct jscope__task_row),
	.order = JSCOPE__BY_WEIGHT,
	.finish = task_finish,
	.merge = task_merge,
	.weight = task_weight,
};

void jscope__report_record_first(struct jscope_report *report, struct jscope_hist **hist,
				 int64_t value)
{
	if (jscope_hist_create(&report->limits, hist) < 0)
		report->unrecorded++;
	else
		jscope_hist_record(*hist, value);
}

const char *jscope__request_stage_name(enum jscope__request_stage stage)
{
	static const char *const names[] = { "submit", "device", "complete", "wake" };

	return names[stage];
}

const char *jscope__softirq_name(uint32_t vec)
{
	static const char *const names[] = { "HI",	 "TIMER",   "NET_TX", "NET_RX",	 "BLOCK",
					     "IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU" };

	if (vec == UINT32_MAX)
		return "other";
	return vec < sizeof names / sizeof names[0] ? names[vec] : "";
}

const char *jscope__jitter_place(const struct jscope__stream_row *row)
{
	return row->jitter_at_call ? "call" : jscope_instant_name(row->jitter_instant);
}

bool jscope__row_is_timer(const struct jscope__stream_row *row)
{
	return !strcmp(row->kind, "hrtimer");
}

size_t jscope__timer_count(const struct jscope_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < jscope__table_count(report->streams); i++)
		count += jscope__row_is_timer(jscope__table_at(report->streams, i));
	return count;
}

bool jscope__row_is_line(const struct jscope__stream_row *row)
{
	return !strcmp(row->kind, "irq");
}

size_t jscope__line_count(const struct jscope_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < jscope__table_count(report->streams); i++)
		count += jscope__row_is_line(jscope__table_at(report->streams, i));
	return count;
}

const char *jscope__headroom_place(const struct jscope__stream_row *row)
{
	return row->headroom_frames ? "service" : "positions";
}

const struct jscope_hist *jscope__headroom_frames(const struct jscope__stream_row *row)
{
	return row->headroom_frames ? row->headroom_frames : row->position_frames;
}

const struct jscope_hist *jscope__headroom_ns(const struct jscope__stream_row *row)
{
	return row->headroom_frames ? row->headroom_ns : row->position_ns;
}

const struct jscope__margin *jscope__headroom_margin(const struct jscope__stream_row *row)
{
	return row->headroom_frames ? &row->buffer.served : &row->buffer.told;
}
