#include "pacer.h"

#include <time.h>

/* A signal that comes just before a sleep, or to another thread, does not end it. */
#define SLEEP_NS_MAX (100 * JSCOPE_NS_PER_MS)

static jscope_ns monotonic_now(void *state)
{
	(void)state;
	return jscope_ns_now();
}

static void monotonic_sleep_until(void *state, jscope_ns at_ns)
{
	jscope_ns latest_ns = jscope_ns_now() + SLEEP_NS_MAX;
	jscope_ns until_ns = at_ns < latest_ns ? at_ns : latest_ns;
	const struct timespec until = { .tv_sec = until_ns / JSCOPE_NS_PER_SEC,
					.tv_nsec = until_ns % JSCOPE_NS_PER_SEC };

	(void)state;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

const struct jscope_pacer_clock jscope_pacer_monotonic = { monotonic_now, monotonic_sleep_until,
							   NULL };

void jscope_pacer_init(struct jscope_pacer *pacer, const struct jscope_pacer_clock *clock,
		       int64_t speed_millionths)
{
	*pacer = (struct jscope_pacer){ .clock = clock,
					.speed_millionths = speed_millionths,
					.latest_ns = JSCOPE_NS_UNKNOWN };
}

void jscope_pacer_anchor(struct jscope_pacer *pacer, jscope_ns at_ns)
{
	pacer->origin_ns = pacer->clock->now(pacer->clock->state);
	pacer->anchor_ns = at_ns;
	pacer->latest_ns = at_ns;
	pacer->has_anchor = true;
}

jscope_ns jscope_pacer_due(const struct jscope_pacer *pacer, jscope_ns at_ns)
{
	/* Backwards, since the quotient is rounded down and must be rounded up. */
	jscope_ns before_ns = jscope_muldiv(jscope_sub_sat(pacer->anchor_ns, at_ns),
					    JSCOPE_SPEED_ONE, pacer->speed_millionths);

	return jscope_sub_sat(pacer->origin_ns, before_ns);
}

jscope_ns jscope_pacer_instant(const struct jscope_pacer *pacer)
{
	jscope_ns now_ns = pacer->clock->now(pacer->clock->state);

	return jscope_add_sat(pacer->anchor_ns,
			      jscope_muldiv(jscope_sub_sat(now_ns, pacer->origin_ns),
					    pacer->speed_millionths, JSCOPE_SPEED_ONE));
}

static void behind_note(struct jscope_pacer *pacer, jscope_ns due_ns, jscope_ns now_ns)
{
	jscope_ns behind_ns = jscope_sub_sat(now_ns, due_ns);

	if (behind_ns > pacer->behind_ns_max)
		pacer->behind_ns_max = behind_ns;
}

bool jscope_pacer_await(struct jscope_pacer *pacer, jscope_ns at_ns, bool (*stop)(void *state),
			void *state)
{
	jscope_ns due_ns, now_ns;

	if (stop && stop(state))
		return false;
	if (at_ns == JSCOPE_NS_UNKNOWN || at_ns < pacer->latest_ns)
		return true;
	if (!pacer->has_anchor)
		jscope_pacer_anchor(pacer, at_ns);
	pacer->latest_ns = at_ns;
	due_ns = jscope_pacer_due(pacer, at_ns);
	while ((now_ns = pacer->clock->now(pacer->clock->state)) < due_ns) {
		pacer->clock->sleep_until(pacer->clock->state, due_ns);
		if (stop && stop(state))
			return false;
	}
	behind_note(pacer, due_ns, now_ns);
	return true;
}
