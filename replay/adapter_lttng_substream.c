/*
 * Periods of a substream, from the driver's call to the client's answer.
 *
 *   entry ─▶ sched_waking ─▶ exit            the call; its end tells where the device is
 *                └────────▶ sched_switch ─▶ snd_pcm_appl_ptr
 *              signal            run            served
 *
 * A notification is complete when its call has ended and its client has answered. A client that maps
 * the buffer answers without the kernel's help: then it is complete with the end of its call.
 */
#include "adapter_lttng_substream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct jscope_stream_info *info_add(struct jscope__lttng *adapter,
					   const struct jscope__lttng_pcm_slots *slots)
{
	struct jscope_stream_info *info;
	char device[48], stream[48];

	snprintf(device, sizeof device, "hw:%u,%u", (unsigned)slots->card, (unsigned)slots->device);
	snprintf(stream, sizeof stream, "%s %u", slots->stream ? "capture" : "playback",
		 (unsigned)slots->substream);
	info = jscope__output_stream_add(adapter->output, device, stream, "pcm");
	if (!info)
		return NULL;
	info->has_call = true;
	info->is_capture = slots->stream != 0;
	info->by_packet = true;
	info->stops = true;
	return info;
}

static struct jscope__lttng_substream *substream_make(struct jscope__lttng *adapter,
						      const struct jscope__lttng_pcm_slots *slots)
{
	struct jscope__lttng_substream *substream = calloc(1, sizeof *substream), **known;

	if (!substream)
		return NULL;
	substream->is_capture = slots->stream != 0;
	substream->is_over = true;
	substream->info = info_add(adapter, slots);
	known = substream->info ? jscope_map_put(adapter->substream_of,
						 (struct jscope_key){ 0, substream->info->index })
				: NULL;
	if (!known) {
		free(substream);
		return NULL;
	}
	*known = substream;
	return substream;
}

static struct jscope__lttng_substream *substream_get(struct jscope__lttng *adapter,
						     const struct jscope_event *event)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;
	const struct jscope_key key = { (uint64_t)slots->card << 32 | (uint32_t)slots->device,
					(uint64_t)slots->substream << 1 | (slots->stream != 0) };
	struct jscope__lttng_substream **known = jscope_map_put(adapter->substreams, key);

	if (known && !*known)
		*known = substream_make(adapter, slots);
	return known ? *known : NULL;
}

/* What the end of that call told, NULL where it is not known. */
static const struct jscope__lttng_ended *ended_find(const struct jscope__lttng_substream *substream,
						    uint64_t seq)
{
	const struct jscope__lttng_ended *ended = &substream->ended[seq % JSCOPE__LTTNG_CALLS];

	return ended->seq == seq ? ended : NULL;
}

/*
 * What nobody has answered has the position that its call found. Its headroom counts where that is
 * known for good: the device had run out, so that no answer came in time.
 */
static void ended_note(struct jscope_notification *notification,
		       const struct jscope__lttng_ended *ended)
{
	notification->epoch = ended->epoch;
	if (notification->has_position || !ended->place.is_known)
		return;
	notification->has_position = true;
	notification->position_frames = ended->place.linear_frames;
	if (!ended->in_glitch)
		return;
	notification->has_headroom = ended->place.has_headroom;
	notification->headroom_frames = ended->place.headroom_frames;
}

static void complete(struct jscope__lttng *adapter, const struct jscope__lttng_substream *substream,
		     struct jscope_notification *notification)
{
	const struct jscope__lttng_ended *ended = ended_find(substream, notification->seq);

	if (ended)
		ended_note(notification, ended);
	jscope__output_notification(adapter->output, notification);
}

static bool lost_since(const struct jscope__lttng *adapter, jscope_ns begin_ns)
{
	return jscope__output_lost_between(adapter->output, begin_ns, adapter->output->now_ns);
}

static unsigned epoch_of(const struct jscope__lttng_substream *substream,
			 const struct jscope_notification *notification)
{
	const struct jscope__lttng_ended *ended = ended_find(substream, notification->seq);

	return ended ? ended->epoch : notification->epoch;
}

/* Whether its answer may still come, and would be its own. */
static bool awaits_answer(const struct jscope__lttng *adapter,
			  const struct jscope__lttng_substream *substream,
			  const struct jscope_notification *notification)
{
	return jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_APPL_PTR) &&
	       notification->at[JSCOPE_SERVED] == JSCOPE_NS_UNKNOWN && !substream->is_over &&
	       epoch_of(substream, notification) == substream->epoch &&
	       !lost_since(adapter, notification->call_ns);
}

static bool is_complete(const struct jscope__lttng *adapter,
			const struct jscope__lttng_substream *substream,
			const struct jscope_notification *notification)
{
	return notification->seq <= substream->ended_count &&
	       !awaits_answer(adapter, substream, notification);
}

static void told_remove(struct jscope__lttng_substream *substream, unsigned index)
{
	substream->told_count--;
	memmove(&substream->told[index], &substream->told[index + 1],
		(substream->told_count - index) * sizeof substream->told[0]);
}

static void told_settle(struct jscope__lttng *adapter, struct jscope__lttng_substream *substream)
{
	unsigned i = 0;

	while (i < substream->told_count) {
		if (!is_complete(adapter, substream, &substream->told[i])) {
			i++;
			continue;
		}
		complete(adapter, substream, &substream->told[i]);
		told_remove(substream, i);
	}
}

void jscope__lttng_notified(struct jscope__lttng *adapter,
			    const struct jscope_notification *notification)
{
	const struct jscope_key key = { 0, notification->stream->index };
	struct jscope__lttng_substream *const *known = jscope_map_get(adapter->substream_of, key);
	struct jscope__lttng_substream *substream;

	if (!known) {
		jscope__output_notification(adapter->output, notification);
		return;
	}
	substream = *known;
	if (substream->told_count == JSCOPE__LTTNG_CALLS) {
		complete(adapter, substream, &substream->told[0]);
		told_remove(substream, 0);
	}
	substream->told[substream->told_count++] = *notification;
	told_settle(adapter, substream);
}

void jscope__lttng_substream_entry(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct jscope__lttng_substream *substream = cpu ? substream_get(adapter, event) : NULL;
	struct jscope_notification notification = { 0 };

	if (!substream)
		return;
	jscope__lttng_call_end(adapter, cpu);
	/* How many calls were lost nobody knows: the counting of periods begins anew. */
	if (substream->begun_count && lost_since(adapter, substream->begun_ns))
		substream->epoch++;
	substream->ended_count = substream->begun_count++; /* a stream has one call at a time */
	substream->begun_ns = event->ts_ns;
	substream->begun_cpu = event->cpu;
	told_settle(adapter, substream);
	notification.seq = substream->begun_count;
	notification.epoch = substream->epoch;
	jscope__lttng_call_begin(adapter, cpu, event, substream->info, &notification);
}

/* The thread of a call may have moved since to another CPU than that where it began. */
static void call_end(struct jscope__lttng *adapter, struct jscope__lttng_substream *substream,
		     const struct jscope__lttng_place *place)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, substream->begun_cpu);

	if (!lost_since(adapter, substream->begun_ns))
		substream->ended[substream->begun_count % JSCOPE__LTTNG_CALLS] =
			(struct jscope__lttng_ended){ .seq = substream->begun_count,
						      .epoch = substream->epoch,
						      .place = *place,
						      .in_glitch = substream->in_glitch };
	substream->ended_count = substream->begun_count;
	if (cpu && cpu->call.notification.stream == substream->info)
		jscope__lttng_call_end(adapter, cpu);
}

/* The card may go and another one come in its place. */
static void card_note(struct jscope__lttng *adapter,
		      const struct jscope__lttng_substream *substream, int64_t id)
{
	const char *name = adapter->reader->ops->string(adapter->reader, id);

	if (*name)
		jscope__output_stream_name(adapter->output, substream->info, name);
}

void jscope__lttng_substream_exit(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;
	struct jscope__lttng_substream *substream = substream_get(adapter, event);
	struct jscope__lttng_place place;

	if (!substream)
		return;
	card_note(adapter, substream, slots->id);
	place = jscope__lttng_substream_locate(adapter, substream, event, false);
	jscope__lttng_substream_tell(adapter, substream, event, &place);
	jscope__lttng_substream_judge(adapter, substream, event, &place, false);
	if (substream->begun_count > substream->ended_count)
		call_end(adapter, substream, &place);
	told_settle(adapter, substream);
}

static void serve(struct jscope_notification *notification, jscope_ns at_ns,
		  const struct jscope__lttng_place *place)
{
	notification->at[JSCOPE_SERVED] = at_ns;
	notification->has_position = place->is_known;
	notification->position_frames = place->linear_frames;
	notification->has_headroom = place->has_headroom;
	notification->headroom_frames = place->headroom_frames;
}

void jscope__lttng_substream_answer(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;
	struct jscope__lttng_substream *substream = substream_get(adapter, event);
	struct jscope__lttng_place place;
	int64_t appl_ptr;

	if (!substream)
		return;
	appl_ptr = substream->appl_ptr;
	place = jscope__lttng_substream_locate(adapter, substream, event, true);
	jscope__lttng_substream_judge(adapter, substream, event, &place, false);
	/* A client that only asks where the device is says again where it is itself. */
	for (unsigned i = 0; slots->appl_ptr != appl_ptr && i < substream->told_count; i++)
		if (awaits_answer(adapter, substream, &substream->told[i]))
			serve(&substream->told[i], event->ts_ns, &place);
	told_settle(adapter, substream);
}

void jscope__lttng_substream_xrun(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	struct jscope__lttng_substream *substream = substream_get(adapter, event);
	struct jscope__lttng_place place;

	if (!substream)
		return;
	place = jscope__lttng_substream_locate(adapter, substream, event, false);
	jscope__lttng_substream_tell(adapter, substream, event, &place);
	jscope__lttng_substream_judge(adapter, substream, event, &place, true);
	substream->is_over = true;
	told_settle(adapter, substream);
}

/* Answers that the end of the trace cut. */
void jscope__lttng_pcm_finish(struct jscope__lttng *adapter)
{
	for (unsigned i = 0; i < adapter->output->stream_count; i++) {
		const struct jscope_key key = { 0, i };
		struct jscope__lttng_substream *const *known =
			jscope_map_get(adapter->substream_of, key);

		for (unsigned k = 0; known && k < (*known)->told_count; k++)
			complete(adapter, *known, &(*known)->told[k]);
	}
}
