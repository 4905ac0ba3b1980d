#include "follow.h"

#include "jscope/probe.h"

static void tell(struct jscope__context *context, uint32_t dev, uint64_t event,
		 const struct jscope__followed *followed, jscope_ns served_ns)
{
	const struct jscope__origin *origin = &followed->origin;

	JSCOPE_PROBE(truth_chain, .dev = dev, .irql = context->irql, .object = followed->object,
		     .event = event, .seq = origin->seq, .due_ns = (uint64_t)origin->due_ns,
		     .irq_seq = origin->irq_seq, .irq_ns = (uint64_t)origin->irq_ns,
		     .queued_ns = (uint64_t)origin->queued_ns,
		     .deferred_ns = (uint64_t)origin->deferred_ns, .run = origin->run,
		     .signal_ns = (uint64_t)followed->signal_ns,
		     .run_ns = (uint64_t)followed->run_ns, .served_ns = (uint64_t)served_ns);
}

void jscope__follow_tell(struct jscope__context *context, uint32_t dev, uint64_t object,
			 uint64_t event, const struct jscope__origin *origin, jscope_ns signal_ns)
{
	const struct jscope__followed followed = {
		.origin = *origin,
		.object = object,
		.signal_ns = signal_ns,
	};

	tell(context, dev, event, &followed, 0);
}

void jscope__follow_add(struct jscope__follower *follower, uint64_t object,
			const struct jscope__origin *origin)
{
	if (follower->open_count == JSCOPE__FOLLOW_OPEN) {
		follower->refused_count++;
		return;
	}
	follower->open[follower->open_count] =
		(struct jscope__followed){ .origin = *origin, .object = object };
	if (!origin->irq_seq)
		follower->open[follower->open_count].origin.seq = follower->signal_count + 1;
	follower->open_count++;
}

/* Tell those that are over and keep the others, in order. */
static void tell_where(struct jscope__context *context, struct jscope__follower *follower,
		       bool (*is_over)(const struct jscope__followed *), jscope_ns served_ns)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < follower->open_count; i++) {
		const struct jscope__followed *followed = &follower->open[i];

		if (is_over(followed))
			tell(context, follower->event->dev, follower->event->id, followed,
			     followed->run_ns ? served_ns : 0);
		else
			follower->open[kept++] = *followed;
	}
	follower->open_count = kept;
}

static bool is_any(const struct jscope__followed *followed)
{
	(void)followed;
	return true;
}

static bool has_run(const struct jscope__followed *followed)
{
	return followed->run_ns != 0;
}

/* Signalled, and nobody will wake for it. */
static bool is_lost(const struct jscope__followed *followed)
{
	return followed->signal_ns && !followed->wake;
}

bool jscope__follow_signal(struct jscope__context *context, struct jscope__follower *follower,
			   uint64_t packet)
{
	struct jscope__kevent *event = follower->event;
	const bool prev = jscope__kevent_set(context, event, packet);
	const jscope_ns signal_ns = jscope__machine_stamp(context->machine);

	follower->signal_count++;
	for (unsigned i = 0; i < follower->open_count; i++) {
		struct jscope__followed *followed = &follower->open[i];

		if (followed->signal_ns)
			continue;
		followed->signal_ns = signal_ns;
		followed->wake = event->signalled ? event->wake_count + 1 : 0;
	}
	if (!event->signalled)
		tell_where(context, follower, is_lost, 0);
	return prev;
}

void jscope__follow_run(struct jscope__follower *follower)
{
	for (unsigned i = 0; i < follower->open_count; i++) {
		struct jscope__followed *followed = &follower->open[i];

		if (followed->wake && followed->wake <= follower->event->wake_count &&
		    !followed->run_ns)
			followed->run_ns = follower->event->woken_ns;
	}
}

void jscope__follow_served(struct jscope__context *context, struct jscope__follower *follower)
{
	tell_where(context, follower, has_run, jscope__machine_stamp(context->machine));
}

void jscope__follow_end(struct jscope__context *context, struct jscope__follower *follower)
{
	tell_where(context, follower, has_run, 0);
}

void jscope__follow_finish(struct jscope__context *context, struct jscope__follower *follower)
{
	tell_where(context, follower, is_any, 0);
}
