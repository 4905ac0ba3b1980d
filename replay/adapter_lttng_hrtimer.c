/*
 * High-resolution timers as notifications: from when they were due to the thread that they wake.
 *
 *   due ─▶ hrtimer_expire_entry ─▶ sched_waking ─▶ sched_switch to the thread
 *             irq                    signal           run
 *
 * A thread that timers wake is a stream, since its latency is what people ask for; expiries that wake
 * nobody are streams by the function that they call. Only where the trace also tells that timers are
 * set: elsewhere expiries are recorded as the interrupts of others.
 *
 * Our own recorder tells with an expiry when it was due. LTTng tells that where the timer is set:
 *
 *   hrtimer_start ─▶ hrtimer_cancel, as it leaves the queue ─▶ hrtimer_expire_entry, same CPU
 *        due
 */
#include <inttypes.h>
#include <stdio.h>

#include "adapter_lttng.h"

#define PATH_FUNCTION (1u << JSCOPE_DUE | 1u << JSCOPE_IRQ)
#define PATH_THREAD   (PATH_FUNCTION | 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)

/* An event comes so much after its `now` was read at most, and clocks lie farther apart. */
#define NOW_AGE_NS_MAX (100 * JSCOPE_NS_PER_MS)

static const struct jscope__lttng_set set_unknown = { JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN,
						      JSCOPE_NS_UNKNOWN };

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

	/* How it was set is not in the trace. */
	if (expiry->due_ns == JSCOPE_NS_UNKNOWN)
		notification.class = JSCOPE_CLASS_CENSORED;
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = JSCOPE_NS_UNKNOWN;
	notification.at[JSCOPE_DUE] = expiry->due_ns;
	notification.slack_ns = expiry->slack_ns;
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

/* On the trace's clock; UNKNOWN where the timer's is not known. */
static jscope_ns due_of(struct jscope__lttng *adapter, const struct jscope_event *event,
			jscope_ns softexpires_ns)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	jscope_ns offset_ns = jscope_sub_sat(event->ts_ns, slots->now_ns);

	if (offset_ns >= 0 && offset_ns < NOW_AGE_NS_MAX)
		return softexpires_ns; /* its clock is that of the trace */
	offset_ns = offset_of_clock(adapter, offset_ns);
	if (offset_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_add_sat(softexpires_ns, offset_ns);
}

static struct jscope_key set_key(const struct jscope_event *event)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;

	return (struct jscope_key){ 0, (uint64_t)slots->hrtimer };
}

void jscope__lttng_hrtimer_start(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	struct jscope__lttng_set *set;

	if (adapter->timers_tell_due)
		return;
	set = jscope_map_put(adapter->sets, set_key(event));
	if (set)
		*set = (struct jscope__lttng_set){ slots->softexpires_ns, slots->expires_ns,
						   event->ts_ns };
}

/* The kernel takes a timer from its queue where somebody cancels it, and just before it expires. */
void jscope__lttng_hrtimer_cancel(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_set *set = jscope_map_get(adapter->sets, set_key(event));
	struct jscope__lttng_cpu *cpu = set ? jscope__lttng_cpu_get(adapter, event->cpu) : NULL;

	if (!cpu)
		return;
	cpu->unset_timer = slots->hrtimer;
	cpu->unset = *set;
	jscope_map_remove(adapter->sets, set_key(event));
}

/* How the timer that expires was set last; all UNKNOWN where that is not in the trace. */
static struct jscope__lttng_set set_take(struct jscope__lttng *adapter,
					 struct jscope__lttng_cpu *cpu,
					 const struct jscope_event *event)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_set *known = jscope_map_get(adapter->sets, set_key(event));
	struct jscope__lttng_set set = set_unknown;

	if (known)
		set = *known;
	else if (cpu->unset_timer && cpu->unset_timer == slots->hrtimer)
		set = cpu->unset;
	jscope_map_remove(adapter->sets, set_key(event));
	cpu->unset_timer = 0;
	if (jscope__output_lost_between(adapter->output, set.at_ns, event->ts_ns))
		return set_unknown;
	return set;
}

/* How much later than it was due it was free to come. */
static jscope_ns slack_of(const struct jscope__lttng_set *set)
{
	if (set->expires_ns == JSCOPE_NS_UNKNOWN || set->expires_ns < set->softexpires_ns)
		return 0;
	return jscope_sub_sat(set->expires_ns, set->softexpires_ns);
}

void jscope__lttng_timer_begin(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       const struct jscope_event *event, struct jscope__lttng_open *expiry)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	struct jscope__lttng_set set = { slots->softexpires_ns, slots->expires_ns, event->ts_ns };

	expiry->function = slots->function;
	if (!jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_TIMERS) ||
	    slots->now_ns == JSCOPE_NS_UNKNOWN)
		return;
	adapter->timers_tell_due |= set.softexpires_ns != JSCOPE_NS_UNKNOWN;
	if (!adapter->timers_tell_due)
		set = set_take(adapter, cpu, event);
	if (set.softexpires_ns != JSCOPE_NS_UNKNOWN)
		expiry->due_ns = due_of(adapter, event, set.softexpires_ns);
	if (expiry->due_ns != JSCOPE_NS_UNKNOWN)
		expiry->slack_ns = slack_of(&set);
	expiry->is_awaited =
		set.softexpires_ns == JSCOPE_NS_UNKNOWN || expiry->due_ns != JSCOPE_NS_UNKNOWN;
}

bool jscope__lttng_timer_woken(struct jscope__lttng_cpu *cpu, const struct jscope_event *event,
			       int64_t tid, struct jscope_notification *ret_notification)
{
	struct jscope__lttng_open *expiry = cpu->depth ? &cpu->stack[cpu->depth - 1] : NULL;

	if (!expiry || expiry->what != JSCOPE__LTTNG_HRTIMER || !expiry->is_awaited)
		return false;
	*ret_notification = notification_make(expiry, event->cpu);
	ret_notification->tid = (uint32_t)tid;
	ret_notification->at[JSCOPE_SIGNAL] = event->ts_ns;
	expiry->is_awaited = false;
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

	if (!expiry->is_awaited)
		return;
	notification = notification_make(expiry, cpu);
	if (class != JSCOPE_CLASS_ON_TIME)
		notification.class = class;
	tell(adapter, function_stream(adapter, expiry->function), &notification);
}
