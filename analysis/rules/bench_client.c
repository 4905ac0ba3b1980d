/*
 * R43..R45: events and those who wait for them.
 *
 * A synchronisation event is consumed when a waiter is released. Windows releases a waiting thread
 * at the set, other implementations when that thread runs; so between set and wake the flag may be
 * up or down. Both readings of an event are followed, until what the trace says fits one only.
 */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_PREVIOUS 43
#define RULE_CONSUMES 44
#define RULE_OVERRUN  45

#define EVENTS_MAX     65536
#define UNCONSUMED_MAX 2

struct target {
	int64_t dev, event;
	bool is_known;	     /* a set was seen since the trace began or lost something */
	unsigned unconsumed; /* sets that no wake has answered; two can be on their way */
	/* Consumed at the set: the flag, threads that wait, and those on their way to run. */
	bool may_be_at_set, flag_at_set, sees_waits;
	unsigned waiting, released;
	/* Consumed at the wake: the flag. */
	bool may_be_at_wake, flag_at_wake;
	uint64_t sets, found_set;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *targets; /* (dev, event): struct target */
	uint64_t sets, found_set;
};

static struct target *target_get(struct bench *bench, int64_t dev, int64_t event)
{
	const struct jscope_key key = jscope__key(dev, event);
	struct target *target = jscope_map_get(bench->targets, key);

	if (target)
		return target;
	target = jscope_map_put(bench->targets, key);
	if (target) {
		target->dev = dev;
		target->event = event;
		target->may_be_at_set = target->may_be_at_wake = true;
	}
	return target;
}

static const char *name_of(char object[48], const struct target *target)
{
	return jscope__judge_object(object, target->dev, "event", target->event);
}

/* R43 */

static bool fits_at_set(const struct target *target, bool prev)
{
	/* Who does not record waits may have released a thread at any time. */
	return target->may_be_at_set &&
	       (target->flag_at_set == prev || (!target->sees_waits && !prev));
}

static bool fits_at_wake(const struct target *target, bool prev)
{
	return target->may_be_at_wake && target->flag_at_wake == prev;
}

static void judge_previous(struct bench *bench, struct target *target, bool prev, jscope_ns at_ns)
{
	const bool at_set = fits_at_set(target, prev), at_wake = fits_at_wake(target, prev);
	char object[48];

	if (at_set || at_wake) {
		target->may_be_at_set = at_set;
		target->may_be_at_wake = at_wake;
		jscope__judge_pass(bench->judge, RULE_PREVIOUS);
		return;
	}
	jscope__judge_violate(
		bench->judge, RULE_PREVIOUS, at_ns, name_of(object, target),
		prev ? "KeSetEvent said that it was set already, but the last set had "
		       "been consumed by a wake; the device believes its client late"
		     : "KeSetEvent said that it was not set, but nobody woke for the last "
		       "set; that wake-up was lost, and with it a packet");
	target->may_be_at_set = target->may_be_at_wake = true;
}

static void target_set(struct target *target, bool prev)
{
	if (!prev)
		target->unconsumed += target->unconsumed < UNCONSUMED_MAX;
	else if (target->unconsumed == 0)
		target->unconsumed = 1;
	target->flag_at_wake = true;
	if (target->waiting > 0 && !target->flag_at_set) {
		target->waiting--;
		target->released++;
	} else {
		target->flag_at_set = true;
	}
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	struct target *target = target_get(bench, slots->dev, slots->event);

	if (!target)
		return;
	/* One set for each packet: only then is a set that nobody consumed an overrun. Completions of
	 * requests, say, come in batches. */
	if (jscope__judge_notified(bench->judge, event)) {
		target->sets++;
		target->found_set += slots->prev != 0;
	}
	if (target->is_known) {
		judge_previous(bench, target, slots->prev, event->ts_ns);
	} else {
		target->flag_at_set = target->flag_at_wake = slots->prev;
		target->unconsumed = slots->prev != 0;
	}
	target->is_known = true;
	target_set(target, slots->prev);
}

/* R44 */

static void on_wake(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_wake *slots = SLOTS(event, ev_wake);
	struct target *target = target_get(bench, slots->dev, slots->event);
	char object[48];

	if (!target || !target->is_known)
		return;
	if (target->unconsumed > 0)
		jscope__judge_pass(bench->judge, RULE_CONSUMES);
	else
		jscope__judge_violate(
			bench->judge, RULE_CONSUMES, event->ts_ns, name_of(object, target),
			"thread %" PRId64 " woke although no set was left to consume; "
			"one KeSetEvent wakes one waiter, so it serves a packet that is "
			"not there",
			slots->tid);
	target->unconsumed -= target->unconsumed > 0;
	target->flag_at_wake = false;
	if (target->released > 0) {
		target->released--;
		return;
	}
	target->flag_at_set = false;
	if (target->waiting > 0)
		target->waiting--; /* its wait was satisfied at once */
}

static void on_wait(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_wait *slots = SLOTS(event, ev_wait);
	struct target *target = target_get(bench, slots->dev, slots->event);

	if (!target)
		return;
	if (!target->sees_waits) {
		target->flag_at_set = target->unconsumed > 0;
		target->waiting = target->released = 0;
	}
	target->sees_waits = true;
	target->waiting++;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_ev_wait:
		on_wait(bench, event);
		break;
	case JSCOPE_EVENT_ev_wake:
		on_wake(bench, event);
		break;
	}
}

static void target_forget(struct jscope_judge *judge, void *value)
{
	struct target *target = value;

	if (target->is_known) {
		jscope__judge_abstain(judge, RULE_PREVIOUS);
		jscope__judge_abstain(judge, RULE_CONSUMES);
	}
	target->is_known = target->sees_waits = false;
	target->waiting = target->released = target->unconsumed = 0;
}

/* R45 */

static double share_max(const struct bench *bench)
{
	return jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_STRICT ? 0 : 0.01;
}

static void judge_overrun(struct bench *bench, const struct target *target, jscope_ns at_ns)
{
	const double share = (double)target->found_set / (double)target->sets;
	char object[48];

	bench->sets += target->sets;
	bench->found_set += target->found_set;
	if (share <= share_max(bench))
		jscope__judge_pass(bench->judge, RULE_OVERRUN);
	else
		jscope__judge_violate(
			bench->judge, RULE_OVERRUN, at_ns, name_of(object, target),
			"%" PRIu64 " of %" PRIu64 " sets (%.1f %%) found it still set: "
			"its client had not woken for the one before; the limit is %.0f "
			"%%, beyond it the client does not keep up",
			target->found_set, target->sets, share * 100, share_max(bench) * 100);
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;
	struct jscope_key key;
	void *value;

	for (size_t cursor = 0; jscope_map_next(bench->targets, &cursor, &key, &value);)
		if (((struct target *)value)->sets > 0)
			judge_overrun(bench, value, end_ns);
	if (bench->sets > 0)
		jscope__judge_figure(bench->judge, RULE_OVERRUN,
				     "%" PRIu64 " of %" PRIu64 " sets found the event set",
				     bench->found_set, bench->sets);
}

const struct jscope__bench_ops jscope__bench_client = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, targets, struct target, EVENTS_MAX, target_forget),
	},
	.event = on_event,
	.finish = on_finish,
};
