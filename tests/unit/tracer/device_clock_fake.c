#include "device_clock_fake.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"

static struct fake_clock *fake_of(struct jscope__clock *clock)
{
	return (struct fake_clock *)clock;
}

/* Broken rules end the test at once. */
static void demand(bool condition)
{
	if (!condition)
		abort();
}

static jscope_ns fake_now(struct jscope__clock *clock)
{
	return fake_of(clock)->now_ns;
}

static void fake_lock(struct jscope__clock *clock)
{
	demand(!fake_of(clock)->locked);
	fake_of(clock)->locked = true;
}

static void fake_unlock(struct jscope__clock *clock)
{
	struct fake_clock *fake = fake_of(clock);

	demand(fake->locked);
	fake->locked = false;
	if (fake->unlocked)
		fake->unlocked(fake);
}

static void remember(struct fake_clock *fake, struct jscope__timer *timer)
{
	for (unsigned i = 0; i < fake->timer_count; i++)
		if (fake->timers[i] == timer)
			return;
	demand(fake->timer_count < sizeof fake->timers / sizeof fake->timers[0]);
	fake->timers[fake->timer_count++] = timer;
}

static void fake_timer_arm(struct jscope__clock *clock, struct jscope__timer *timer,
			   jscope_ns due_ns)
{
	demand(fake_of(clock)->locked);
	timer->due_ns = due_ns;
	timer->armed = true;
	fake_of(clock)->timer = timer;
	remember(fake_of(clock), timer);
}

static void fire_due(struct fake_clock *fake, struct jscope__timer *timer)
{
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);

	while (timer && timer->armed && timer->due_ns <= fake->now_ns) {
		timer->armed = false;
		timer->fire(&context, timer->state);
	}
}

static void fake_timer_settle(struct jscope__clock *clock, struct jscope__timer *timer)
{
	demand(!fake_of(clock)->locked);
	if (timer->armed)
		timer->due_ns = fake_of(clock)->now_ns;
	fire_due(fake_of(clock), timer);
	demand(!timer->armed);
}

static void fake_interrupt(struct jscope__clock *clock, const struct jscope__interrupt *interrupt)
{
	demand(!fake_of(clock)->locked);
	jscope__line_deliver(&fake_of(clock)->machine, interrupt, 0, 1);
}

static bool fake_timer_cancel(struct jscope__clock *clock, struct jscope__timer *timer)
{
	const bool was_armed = timer->armed;

	demand(fake_of(clock)->locked);
	timer->armed = false;
	return was_armed;
}

static void fake_kick(struct jscope__clock *clock, uint32_t cpu)
{
	demand(fake_of(clock)->locked);
	demand(cpu < fake_of(clock)->machine.cpu_count);
}

static void fake_drain(struct jscope__clock *clock, struct jscope__dpc *dpc)
{
	fake_clock_run_dpcs(fake_of(clock));
	demand(!dpc->queued && dpc->running_count == 0);
}

static void fake_wake(struct jscope__clock *clock, struct jscope__task *task)
{
	demand(fake_of(clock)->locked);
	fake_of(clock)->wake_count++;
	fake_of(clock)->woken_last = task;
}

static const struct jscope__clock_ops fake_ops = {
	.is_virtual = true,
	.now = fake_now,
	.stamp = fake_now,
	.lock = fake_lock,
	.unlock = fake_unlock,
	.timer_arm = fake_timer_arm,
	.timer_cancel = fake_timer_cancel,
	.timer_settle = fake_timer_settle,
	.interrupt = fake_interrupt,
	.kick = fake_kick,
	.drain = fake_drain,
	.wake = fake_wake,
};

void fake_clock_init(struct fake_clock *fake, uint32_t cpu_count)
{
	memset(fake, 0, sizeof *fake);
	fake->clock.ops = &fake_ops;
	jscope__machine_init(&fake->machine, &fake->clock, cpu_count);
}

struct jscope__context fake_context(struct fake_clock *fake, uint8_t irql)
{
	return (struct jscope__context){ .machine = &fake->machine, .irql = irql, .tid = 7 };
}

void fake_clock_leap(struct fake_clock *fake, jscope_ns now_ns)
{
	fake->now_ns = now_ns;
	fire_due(fake, fake->timer);
}

bool fake_clock_step(struct fake_clock *fake, jscope_ns end_ns)
{
	struct jscope__timer *earliest = NULL;

	for (unsigned i = 0; i < fake->timer_count; i++)
		if (fake->timers[i]->armed &&
		    (!earliest || fake->timers[i]->due_ns < earliest->due_ns))
			earliest = fake->timers[i];
	if (!earliest || earliest->due_ns > end_ns) {
		fake->now_ns = end_ns;
		return false;
	}
	if (earliest->due_ns > fake->now_ns)
		fake->now_ns = earliest->due_ns;
	fire_due(fake, earliest);
	return true;
}

void fake_clock_run_dpcs(struct fake_clock *fake)
{
	for (uint32_t cpu = 0; cpu < fake->machine.cpu_count; cpu++)
		while (jscope__dpc_run_next(&fake->machine, cpu, 2))
			;
}
