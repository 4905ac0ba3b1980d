/* What the live clock does for the machine, and how its threads wait. */
#include <string.h>
#include <time.h>

#include "dpc.h"
#include "line.h"
#include "live_private.h"

static struct jscope__live *live_of(struct jscope__clock *clock)
{
	return (struct jscope__live *)clock;
}

static jscope_ns live_now(struct jscope__clock *clock)
{
	(void)clock;
	return jscope_ns_now();
}

/* LTTng stamps events itself; the present is as near as we get. */
static jscope_ns live_stamp(struct jscope__clock *clock)
{
	return live_now(clock);
}

static void live_lock(struct jscope__clock *clock)
{
	pthread_mutex_lock(&live_of(clock)->mutex);
}

/* Tasks are woken without the lock, which they need first thing: the wake is what we measure. */
static void live_unlock(struct jscope__clock *clock)
{
	struct jscope__live *live = live_of(clock);
	struct jscope__live_task *woken[JSCOPE__LIVE_PENDING];
	unsigned count = live->pending_count;

	memcpy(woken, live->pending, count * sizeof woken[0]);
	live->pending_count = 0;
	pthread_mutex_unlock(&live->mutex);
	for (unsigned i = 0; i < count; i++)
		pthread_cond_signal(&woken[i]->woken);
}

static void live_timer_arm(struct jscope__clock *clock, struct jscope__timer *timer,
			   jscope_ns due_ns)
{
	struct jscope__live *live = live_of(clock);

	timer->due_ns = due_ns;
	if (!timer->armed) {
		timer->armed = true;
		timer->next = live->timers;
		live->timers = timer;
	}
	pthread_cond_signal(&live->rearmed);
}

static bool live_timer_cancel(struct jscope__clock *clock, struct jscope__timer *timer)
{
	struct jscope__timer **link = &live_of(clock)->timers;
	const bool was_armed = timer->armed;

	while (*link && *link != timer)
		link = &(*link)->next;
	if (*link)
		*link = timer->next;
	timer->armed = false;
	return was_armed;
}

static void live_timer_settle(struct jscope__clock *clock, struct jscope__timer *timer)
{
	struct jscope__live *live = live_of(clock);

	live_lock(clock);
	while (timer->armed || timer->firing) {
		if (timer->armed)
			live_timer_arm(clock, timer, live_now(clock));
		pthread_cond_wait(&live->settled, &live->mutex);
	}
	live_unlock(clock);
}

static void live_interrupt(struct jscope__clock *clock, const struct jscope__interrupt *interrupt)
{
	struct jscope__live *live = live_of(clock);
	struct jscope__service service;

	jscope__line_enter(live->machine, interrupt, interrupt->line->cpu, live->device_tid,
			   &service);
	if (service.delay_ns > 0)
		jscope__thread_burn(service.delay_ns);
	jscope__line_serve(&service);
}

static void live_kick(struct jscope__clock *clock, uint32_t cpu)
{
	pthread_cond_signal(&live_of(clock)->cpus[cpu].kicked);
}

static void live_drain(struct jscope__clock *clock, struct jscope__dpc *dpc)
{
	struct jscope__live *live = live_of(clock);

	live_lock(clock);
	while (dpc->queued || dpc->running_count > 0)
		pthread_cond_wait(&live->settled, &live->mutex);
	live_unlock(clock);
}

static void live_wake(struct jscope__clock *clock, struct jscope__task *task)
{
	struct jscope__live *live = live_of(clock);
	struct jscope__live_task *slot = task->clock_data;

	if (live->pending_count < JSCOPE__LIVE_PENDING)
		live->pending[live->pending_count++] = slot;
	else
		pthread_cond_signal(&slot->woken);
}

const struct jscope__clock_ops jscope__live_ops = {
	.now = live_now,
	.stamp = live_stamp,
	.lock = live_lock,
	.unlock = live_unlock,
	.timer_arm = live_timer_arm,
	.timer_cancel = live_timer_cancel,
	.timer_settle = live_timer_settle,
	.interrupt = live_interrupt,
	.kick = live_kick,
	.drain = live_drain,
	.wake = live_wake,
};

/*
 * Waiting on a condition instead of sleeping lets another thread bring the instant forward; both
 * end in the same high-resolution timer at the same absolute time.
 */
void jscope__live_wait_until(struct jscope__live *live, pthread_cond_t *condition, jscope_ns due_ns)
{
	const struct timespec time = { .tv_sec = due_ns / JSCOPE_NS_PER_SEC,
				       .tv_nsec = due_ns % JSCOPE_NS_PER_SEC };

	if (due_ns == INT64_MAX)
		pthread_cond_wait(condition, &live->mutex);
	else
		pthread_cond_timedwait(condition, &live->mutex, &time);
}
