/*
 * High-resolution timers as notifications: from when they were due to the thread that they wake.
 *
 *   due ─▶ hrtimer_expire_entry ─▶ sched_waking ─▶ sched_switch to the thread
 *             irq                    signal           run
 *
 * A thread that timers wake is a stream, since its latency is what people ask for; expiries that wake
 * nobody are streams by the function that they call. Only where the trace also tells that timers are
 * set: elsewhere expiries are recorded as the interrupts of others.
 */
#include <inttypes.h>
#include <stdio.h>

#include "adapter_lttng.h"

#define PATH_FUNCTION (1u << JSCOPE_DUE | 1u << JSCOPE_IRQ)
#define PATH_THREAD   (PATH_FUNCTION | 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)

/* An event comes so much after its `now` was read at most, and clocks lie farther apart. */
#define NOW_AGE_NS_MAX (100 * JSCOPE_NS_PER_MS)

struct timer_stream {
	struct jscope_stream_info *info;
	uint64_t count;
};

size_t jscope__lttng_timer_size(void)
{
	return sizeof(struct timer_stream);
}

static struct timer_stream *stream_put(struct jscope__lttng *adapter, struct jscope_key key,
				       const char *device, const char *stream, unsigned path)
{
	struct timer_stream *known = jscope_map_get(adapter->timers, key);

	if (known || jscope_map_count(adapter->timers) == JSCOPE__LTTNG_TIMERS)
		return known;
	known = jscope_map_put(adapter->timers, key);
	if (!known)
		return NULL;
	known->info = jscope__output_stream_add(adapter->output, device, stream, "hrtimer");
	if (known->info) {
		known->info->path = path;
		jscope__output_stream_changed(adapter->output, known->info);
	}
	return known;
}

/* Streams are few; those beyond their number are one. */
static struct timer_stream *stream_or_other(struct jscope__lttng *adapter, struct jscope_key key,
					    const char *device, const char *stream, unsigned path)
{
	const struct jscope_key other = { UINT64_MAX, path };

	if (jscope_map_count(adapter->timers) < JSCOPE__LTTNG_TIMERS - 2 ||
	    jscope_map_get(adapter->timers, key))
		return stream_put(adapter, key, device, stream, path);
	return stream_put(adapter, other, "other", path == PATH_THREAD ? "threads" : "functions",
			  path);
}

static struct timer_stream *function_stream(struct jscope__lttng *adapter, int64_t function)
{
	char text[32];

	snprintf(text, sizeof text, "0x%" PRIx64, (uint64_t)function);
	return stream_or_other(adapter, (struct jscope_key){ 0, (uint64_t)function }, "hrtimer",
			       text, PATH_FUNCTION);
}

static struct timer_stream *thread_stream(struct jscope__lttng *adapter, uint32_t tid, int64_t comm)
{
	const char *name = adapter->reader->ops->string(adapter->reader, comm);
	char text[16];

	snprintf(text, sizeof text, "%" PRIu32, tid);
	return stream_or_other(adapter, (struct jscope_key){ 1, tid }, *name ? name : "thread",
			       text, PATH_THREAD);
}

static void tell(struct jscope__lttng *adapter, struct timer_stream *stream,
		 struct jscope_notification *notification)
{
	if (!stream || !stream->info)
		return;
	notification->stream = stream->info;
	notification->seq = ++stream->count;
	if (notification->class == JSCOPE_CLASS_ON_TIME)
		notification->class = jscope__output_class(adapter->output, notification);
	jscope__output_notification(adapter->output, notification);
}

static struct jscope_notification notification_make(const struct jscope__lttng_open *expiry,
						    uint32_t cpu)
{
	struct jscope_notification notification = { .class = JSCOPE_CLASS_ON_TIME, .cpu = cpu };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = JSCOPE_NS_UNKNOWN;
	notification.at[JSCOPE_DUE] = expiry->due_ns;
	notification.at[JSCOPE_IRQ] = expiry->begin_ns;
	return notification;
}

/*
 * What lies between an event and its `now` is the shorter the better: the least of a clock tells best
 * how that clock and the trace's lie to each other.
 */
static jscope_ns offset_of_clock(struct jscope__lttng *adapter, jscope_ns offset_ns)
{
	for (unsigned i = 0; i < JSCOPE__LTTNG_CLOCKS; i++) {
		jscope_ns *least_ns = &adapter->clock_offsets_ns[i];

		if (i == adapter->clock_count) {
			adapter->clock_count++;
			*least_ns = offset_ns;
		}
		if (jscope_sub_sat(offset_ns, *least_ns) > NOW_AGE_NS_MAX ||
		    jscope_sub_sat(offset_ns, *least_ns) < -NOW_AGE_NS_MAX)
			continue;
		if (offset_ns < *least_ns)
			*least_ns = offset_ns;
		return *least_ns;
	}
	return JSCOPE_NS_UNKNOWN;
}

jscope_ns jscope__lttng_timer_due(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	jscope_ns offset_ns;

	if (!jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_TIMERS) ||
	    slots->now_ns == JSCOPE_NS_UNKNOWN || slots->softexpires_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	offset_ns = jscope_sub_sat(event->ts_ns, slots->now_ns);
	if (offset_ns >= 0 && offset_ns < NOW_AGE_NS_MAX)
		return slots->softexpires_ns; /* its clock is that of the trace */
	offset_ns = offset_of_clock(adapter, offset_ns);
	if (offset_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_add_sat(slots->softexpires_ns, offset_ns);
}

bool jscope__lttng_timer_woken(struct jscope__lttng_cpu *cpu, const struct jscope_event *event,
			       int64_t tid, struct jscope_notification *ret_notification)
{
	struct jscope__lttng_open *expiry = cpu->depth ? &cpu->stack[cpu->depth - 1] : NULL;

	if (!expiry || expiry->what != JSCOPE__LTTNG_HRTIMER || expiry->due_ns == JSCOPE_NS_UNKNOWN)
		return false;
	*ret_notification = notification_make(expiry, event->cpu);
	ret_notification->tid = (uint32_t)tid;
	ret_notification->at[JSCOPE_SIGNAL] = event->ts_ns;
	expiry->due_ns = JSCOPE_NS_UNKNOWN;
	return true;
}

void jscope__lttng_timer_run(struct jscope__lttng *adapter,
			     struct jscope_notification *notification, int64_t comm)
{
	tell(adapter, thread_stream(adapter, notification->tid, comm), notification);
}

void jscope__lttng_timer_unheard(struct jscope__lttng *adapter,
				 const struct jscope__lttng_open *expiry, uint32_t cpu,
				 enum jscope_class class)
{
	struct jscope_notification notification;

	if (expiry->due_ns == JSCOPE_NS_UNKNOWN)
		return;
	notification = notification_make(expiry, cpu);
	notification.class = class;
	tell(adapter, function_stream(adapter, expiry->function), &notification);
}
