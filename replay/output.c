#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

void jscope__output_finish(struct jscope__output *output)
{
	for (unsigned i = 0; i < output->stream_count; i++) {
		jscope__buffer_destroy(output->streams[i]->buffer);
		free(output->streams[i]);
	}
	output->stream_count = 0;
}

struct jscope_stream_info *jscope__output_stream_add(struct jscope__output *output,
						     const char *device, const char *stream,
						     const char *kind)
{
	struct jscope__stream_entry *entry = NULL;

	if (output->stream_count < JSCOPE__STREAMS_MAX)
		entry = calloc(1, sizeof *entry);
	if (!entry) {
		output->refused++;
		return NULL;
	}
	snprintf(entry->device, sizeof entry->device, "%s", device);
	snprintf(entry->stream, sizeof entry->stream, "%s", stream);
	entry->info.device = entry->device;
	entry->info.stream = entry->stream;
	entry->info.kind = kind;
	entry->info.name = entry->name;
	entry->info.index = output->stream_count;
	entry->has_buffer = jscope__buffer_is_due(&entry->info);
	output->streams[output->stream_count++] = entry;
	return &entry->info;
}

static bool device_passes(const struct jscope__output *output, const char *device)
{
	return !output->options->device || !strcmp(output->options->device, device);
}

static bool stream_passes(const struct jscope__output *output,
			  const struct jscope_stream_info *info)
{
	return device_passes(output, info->device) &&
	       (!output->options->stream || !strcmp(output->options->stream, info->stream));
}

bool jscope__output_cpu_passes(const struct jscope__output *output, unsigned cpu)
{
	return output->options->cpu < 0 || (unsigned)output->options->cpu == cpu;
}

bool jscope__output_time_passes(const struct jscope__output *output, jscope_ns at_ns)
{
	if (output->from_ns != JSCOPE_NS_UNKNOWN && at_ns < output->from_ns)
		return false;
	return output->to_ns == JSCOPE_NS_UNKNOWN || at_ns <= output->to_ns;
}

void jscope__output_stream_changed(struct jscope__output *output,
				   const struct jscope_stream_info *info)
{
	if (stream_passes(output, info) && output->sink->stream)
		output->sink->stream(output->sink->state, info);
	output->streams[info->index]->told = true;
}

void jscope__output_stream_name(struct jscope__output *output,
				const struct jscope_stream_info *info, const char *name)
{
	struct jscope__stream_entry *entry = output->streams[info->index];

	if (!strncmp(entry->name, name, sizeof entry->name - 1))
		return;
	snprintf(entry->name, sizeof entry->name, "%s", name);
	jscope__output_stream_changed(output, info);
}

/* A record must not come before its stream. */
static void stream_tell(struct jscope__output *output, const struct jscope_stream_info *info)
{
	if (!output->streams[info->index]->told)
		jscope__output_stream_changed(output, info);
}

jscope_ns jscope_late_bound(jscope_ns asked_ns, jscope_ns period_ns)
{
	jscope_ns bound_ns = period_ns / 10;

	if (asked_ns > 0)
		return asked_ns;
	return bound_ns > 100 * JSCOPE_NS_PER_US ? bound_ns : 100 * JSCOPE_NS_PER_US;
}

enum jscope_class jscope__output_class(const struct jscope__output *output,
				       const struct jscope_notification *notification)
{
	jscope_ns due_ns = notification->at[JSCOPE_DUE];
	jscope_ns signal_ns = notification->at[JSCOPE_SIGNAL];
	jscope_ns bound_ns = jscope_late_bound(output->options->late_bound_ns,
					       notification->stream->nominal_period_ns);
	jscope_ns late_ns;

	if (due_ns == JSCOPE_NS_UNKNOWN || signal_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_CLASS_ON_TIME;
	late_ns = jscope_sub_sat(signal_ns, due_ns);
	if (late_ns > bound_ns)
		return JSCOPE_CLASS_LATE;
	return late_ns < -bound_ns ? JSCOPE_CLASS_EARLY : JSCOPE_CLASS_ON_TIME;
}

static jscope_ns first_known(const jscope_ns *at_ns, size_t count, jscope_ns otherwise_ns)
{
	for (size_t i = 0; i < count; i++)
		if (at_ns[i] != JSCOPE_NS_UNKNOWN)
			return at_ns[i];
	return otherwise_ns;
}

static void glitch_tell(struct jscope__output *output, const struct jscope_glitch *glitch)
{
	if (!stream_passes(output, glitch->stream))
		return;
	stream_tell(output, glitch->stream);
	if (jscope__output_time_passes(output, glitch->at_ns) && output->sink->glitch)
		output->sink->glitch(output->sink->state, glitch);
}

/* What is known of the buffer of a stream, NULL where it has none or memory is short. */
static struct jscope__buffer *buffer_get(struct jscope__output *output,
					 const struct jscope_stream_info *info)
{
	struct jscope__stream_entry *entry = output->streams[info->index];

	if (entry->buffer || !entry->has_buffer)
		return entry->buffer;
	entry->buffer = jscope__buffer_create(output, info, glitch_tell);
	output->refused += !entry->buffer;
	return entry->buffer;
}

/* Each second: a glitch of a silent stream must not come long after the records of others. */
static void glitches_expire(struct jscope__output *output)
{
	if (output->now_ns < output->glitches_due_ns)
		return;
	output->glitches_due_ns = jscope_add_sat(output->now_ns, JSCOPE_NS_PER_SEC);
	for (unsigned i = 0; i < output->stream_count; i++)
		if (output->streams[i]->buffer)
			jscope__buffer_expire(output->streams[i]->buffer, output->now_ns);
}

void jscope__output_notification(struct jscope__output *output,
				 const struct jscope_notification *notification)
{
	jscope_ns at_ns = first_known(notification->at, JSCOPE_INSTANT_COUNT, output->now_ns);
	struct jscope__buffer *buffer = buffer_get(output, notification->stream);

	glitches_expire(output);
	if (buffer)
		jscope__buffer_notification(buffer, notification);
	if (!stream_passes(output, notification->stream) ||
	    !jscope__output_cpu_passes(output, notification->cpu))
		return;
	stream_tell(output, notification->stream);
	if (jscope__output_time_passes(output, at_ns) && output->sink->notification)
		output->sink->notification(output->sink->state, notification);
}

void jscope__output_request(struct jscope__output *output, const struct jscope_request *request)
{
	const jscope_ns at_ns[] = { request->queued_ns, request->issue_ns, request->complete_ns };
	struct jscope_request alone;

	glitches_expire(output);
	/* What others of its batch began elsewhere is left out. */
	if (output->options->cpu >= 0) {
		alone = *request;
		alone.batch_index = 0;
		request = &alone;
	}
	if (output->sink->request && device_passes(output, request->device) &&
	    jscope__output_cpu_passes(output, request->cpu) &&
	    jscope__output_time_passes(output, first_known(at_ns, 3, output->now_ns)))
		output->sink->request(output->sink->state, request);
}

/* Of a CPU alone nobody asks: requests are the device's, wherever they begin and end. */
void jscope__output_depth(struct jscope__output *output, const struct jscope_depth *depth)
{
	struct jscope_depth inside = *depth;

	if (output->from_ns != JSCOPE_NS_UNKNOWN && inside.begin_ns < output->from_ns)
		inside.begin_ns = output->from_ns;
	if (output->to_ns != JSCOPE_NS_UNKNOWN && inside.end_ns > output->to_ns)
		inside.end_ns = output->to_ns;
	if (inside.begin_ns < inside.end_ns && output->options->cpu < 0 &&
	    device_passes(output, inside.device))
		output->sink->depth(output->sink->state, &inside);
}

void jscope__output_hold(struct jscope__output *output, const struct jscope_hold *hold)
{
	const jscope_ns at_ns[] = { hold->begin_ns, hold->end_ns };

	if (output->sink->hold && device_passes(output, hold->device) &&
	    jscope__output_time_passes(output, first_known(at_ns, 2, output->now_ns)))
		output->sink->hold(output->sink->state, hold);
}

static void defect_tell(struct jscope__output *output, const struct jscope_position_defect *defect)
{
	if (jscope__output_time_passes(output, defect->at_ns) && output->sink->defect)
		output->sink->defect(output->sink->state, defect);
}

void jscope__output_position(struct jscope__output *output, const struct jscope_position *position)
{
	struct jscope__buffer *buffer = buffer_get(output, position->stream);
	struct jscope_position_defect defect;
	bool is_defect = buffer && jscope__buffer_position(buffer, position, &defect);

	glitches_expire(output);
	if (!stream_passes(output, position->stream))
		return;
	stream_tell(output, position->stream);
	if (is_defect)
		defect_tell(output, &defect);
	if (jscope__output_time_passes(output, position->at_ns) && output->sink->position)
		output->sink->position(output->sink->state, position);
}

void jscope__output_irq(struct jscope__output *output, const struct jscope_irq_span *span)
{
	const jscope_ns at_ns[] = { span->begin_ns, span->end_ns };

	if (output->sink->irq && device_passes(output, span->name) &&
	    jscope__output_cpu_passes(output, span->cpu) &&
	    jscope__output_time_passes(output, first_known(at_ns, 2, output->now_ns)))
		output->sink->irq(output->sink->state, span);
}

void jscope__output_softirq(struct jscope__output *output, const struct jscope_softirq_span *span)
{
	if (output->sink->softirq && jscope__output_cpu_passes(output, span->cpu) &&
	    jscope__output_time_passes(output, span->at_ns))
		output->sink->softirq(output->sink->state, span);
}

void jscope__output_wakeup(struct jscope__output *output, const struct jscope_wakeup *wakeup,
			   unsigned cpu)
{
	if (output->sink->wakeup && jscope__output_cpu_passes(output, cpu) &&
	    jscope__output_time_passes(output, wakeup->waking_ns))
		output->sink->wakeup(output->sink->state, wakeup);
}

void jscope__output_glitch(struct jscope__output *output, const struct jscope_glitch *glitch)
{
	struct jscope__buffer *buffer = buffer_get(output, glitch->stream);

	if (buffer)
		jscope__buffer_glitch(buffer, glitch);
	else
		glitch_tell(output, glitch);
}

void jscope__output_refusal(struct jscope__output *output, const struct jscope_stream_info *info,
			    jscope_ns at_ns)
{
	struct jscope__buffer *buffer = buffer_get(output, info);

	if (buffer)
		jscope__buffer_refusal(buffer, at_ns);
}

void jscope__output_close(struct jscope__output *output)
{
	for (unsigned i = 0; i < output->stream_count; i++)
		if (output->streams[i]->buffer)
			jscope__buffer_close(output->streams[i]->buffer);
}

void jscope__output_probe(struct jscope__output *output, const struct jscope_probe_count *count)
{
	if (output->sink->probe)
		output->sink->probe(output->sink->state, count);
}

void jscope__output_trigger(struct jscope__output *output, const struct jscope_trigger *trigger)
{
	if (output->sink->trigger)
		output->sink->trigger(output->sink->state, trigger);
}

static void losses_remove(struct jscope__output *output, unsigned index)
{
	output->loss_count--;
	memmove(&output->losses[index], &output->losses[index + 1],
		(output->loss_count - index) * sizeof output->losses[0]);
}

/* The two oldest become one: that censors too much rather than too little. */
static void losses_join(struct jscope__output *output)
{
	struct jscope__span *losses = output->losses;

	losses[1].begin_ns = losses[0].begin_ns;
	if (losses[1].end_ns < losses[0].end_ns)
		losses[1].end_ns = losses[0].end_ns;
	losses[1].cpus |= losses[0].cpus;
	losses_remove(output, 0);
}

static bool is_touched(const struct jscope__span *a, const struct jscope__span *b)
{
	return a->cpus == b->cpus && a->begin_ns <= b->end_ns && b->begin_ns <= a->end_ns;
}

/* Keep the windows sorted: those of the same CPUs that touch the new one become one with it. */
static void losses_add(struct jscope__output *output, struct jscope__span span)
{
	struct jscope__span *losses = output->losses;
	unsigned i = 0;

	while (i < output->loss_count) {
		if (!is_touched(&losses[i], &span)) {
			i++;
			continue;
		}
		if (losses[i].begin_ns < span.begin_ns)
			span.begin_ns = losses[i].begin_ns;
		if (losses[i].end_ns > span.end_ns)
			span.end_ns = losses[i].end_ns;
		losses_remove(output, i);
	}
	if (output->loss_count == JSCOPE__LOSSES_MAX)
		losses_join(output);
	for (i = output->loss_count; i > 0 && losses[i - 1].begin_ns > span.begin_ns; i--)
		losses[i] = losses[i - 1];
	losses[i] = span;
	output->loss_count++;
}

void jscope__output_loss(struct jscope__output *output, const struct jscope_loss *loss)
{
	struct jscope__span span = { loss->begin_ns, loss->end_ns,
				     loss->cpu == JSCOPE_CPU_UNKNOWN ? JSCOPE__CPUS_ALL
								     : JSCOPE__CPU_BIT(loss->cpu) };

	/* UNKNOWN is the least value: an open begin reaches back to the start by itself. */
	if (span.end_ns == JSCOPE_NS_UNKNOWN)
		span.end_ns = output->now_ns;
	if (span.end_ns < span.begin_ns)
		span.end_ns = span.begin_ns;
	losses_add(output, span);
	if (output->sink->loss)
		output->sink->loss(output->sink->state, loss);
}

bool jscope__output_lost_on(const struct jscope__output *output, uint64_t cpus, jscope_ns begin_ns,
			    jscope_ns end_ns)
{
	for (unsigned i = 0; i < output->loss_count; i++)
		if (output->losses[i].cpus & cpus && output->losses[i].begin_ns <= end_ns &&
		    begin_ns <= output->losses[i].end_ns)
			return true;
	return false;
}

bool jscope__output_lost_between(const struct jscope__output *output, jscope_ns begin_ns,
				 jscope_ns end_ns)
{
	return jscope__output_lost_on(output, JSCOPE__CPUS_ALL, begin_ns, end_ns);
}
