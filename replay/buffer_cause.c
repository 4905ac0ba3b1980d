/*
 * Why a device ran out: the stage that took the most time until then.
 *
 *   due ──▶ irq ──▶ signal ──▶ run ──▶ served      the first telling that was not answered in time
 *    └ interrupt ┴ deferred ┴ wake ┴ write ┘
 *                          ▲ glitch                 what lies beyond it does not count
 *
 * A client that is busy with an earlier telling does not wait: what looks like a wake is its writing.
 * Against the stages stands what the device did to its client's time: it leapt, or refused an answer.
 */
#include "buffer_state.h"

struct spans {
	jscope_ns by_cause[JSCOPE_CAUSE_COUNT];
};

/* When the client answered; where a stream never tells, when it ran. */
static jscope_ns answered_ns(const struct jscope__buffer *buffer,
			     const struct jscope__buffer_chain *chain)
{
	return chain->at[buffer->has_answers ? JSCOPE_SERVED : JSCOPE_RUN];
}

static bool is_answered(const struct jscope__buffer *buffer,
			const struct jscope__buffer_chain *chain, jscope_ns at_ns)
{
	const jscope_ns answer_ns = answered_ns(buffer, chain);

	return answer_ns != JSCOPE_NS_UNKNOWN && answer_ns <= at_ns;
}

/* The last chain of those begun before the glitch that was answered by then; NULL: none. */
static const struct jscope__buffer_chain *last_answered(const struct jscope__buffer *buffer,
							jscope_ns at_ns)
{
	const struct jscope__buffer_chain *last = NULL;

	for (unsigned i = 0; i < jscope__buffer_chains(buffer); i++) {
		const struct jscope__buffer_chain *chain = jscope__buffer_chain_at(buffer, i);

		if (chain->first_ns < at_ns && is_answered(buffer, chain, at_ns) &&
		    (!last || chain->first_ns > last->first_ns))
			last = chain;
	}
	return last;
}

/* The first one after it that was not; NULL: none. */
static const struct jscope__buffer_chain *first_open(const struct jscope__buffer *buffer,
						     const struct jscope__buffer_chain *answered,
						     jscope_ns at_ns)
{
	const struct jscope__buffer_chain *first = NULL;

	for (unsigned i = 0; i < jscope__buffer_chains(buffer); i++) {
		const struct jscope__buffer_chain *chain = jscope__buffer_chain_at(buffer, i);

		if (chain->first_ns >= at_ns || is_answered(buffer, chain, at_ns) ||
		    (answered && chain->first_ns <= answered->first_ns))
			continue;
		if (!first || chain->first_ns < first->first_ns)
			first = chain;
	}
	return first;
}

/* The newest chain of a telling that began before the glitch; NULL: none is remembered. */
static const struct jscope__buffer_chain *told(const struct jscope__buffer *buffer, uint64_t seq,
					       jscope_ns at_ns)
{
	const struct jscope__buffer_chain *newest = NULL;

	for (unsigned i = 0; i < jscope__buffer_chains(buffer); i++) {
		const struct jscope__buffer_chain *chain = jscope__buffer_chain_at(buffer, i);

		if (chain->seq == seq && chain->first_ns < at_ns &&
		    (!newest || chain->first_ns > newest->first_ns))
			newest = chain;
	}
	return newest;
}

struct around {
	const struct jscope__buffer_chain *answered, *open; /* either may be NULL */
};

/*
 * Which telling the client had not answered: by what it had written, where that is known, as it may
 * have answered one with what it wrote late for the one before; else by when it answered.
 */
static struct around chains_around(const struct jscope__buffer *buffer,
				   const struct jscope_glitch *glitch)
{
	struct around around = { .answered = last_answered(buffer, glitch->at_ns) };

	if (!glitch->awaited) {
		around.open = first_open(buffer, around.answered, glitch->at_ns);
		return around;
	}
	around.answered = told(buffer, glitch->awaited - 1, glitch->at_ns);
	around.open = told(buffer, glitch->awaited, glitch->at_ns);
	if (around.open && around.answered && around.open->epoch != around.answered->epoch)
		around.answered = NULL;
	return around;
}

/* Until when the client was busy with a telling before this one. */
static jscope_ns busy_until_ns(const struct jscope__buffer *buffer,
			       const struct jscope__buffer_chain *chain)
{
	jscope_ns until_ns = JSCOPE_NS_UNKNOWN;

	for (unsigned i = 0; i < jscope__buffer_chains(buffer); i++) {
		const struct jscope__buffer_chain *other = jscope__buffer_chain_at(buffer, i);

		if (other->first_ns < chain->first_ns &&
		    other->at[JSCOPE_RUN] != JSCOPE_NS_UNKNOWN &&
		    other->at[JSCOPE_RUN] <= chain->at[JSCOPE_SIGNAL] &&
		    other->at[JSCOPE_SERVED] > until_ns)
			until_ns = other->at[JSCOPE_SERVED];
	}
	return until_ns;
}

static jscope_ns least_ns(jscope_ns a_ns, jscope_ns b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

/* What is not known to have happened had not happened, unless something later is known to have. */
static jscope_ns reached_ns(const struct jscope__buffer_chain *chain, enum jscope_instant instant,
			    jscope_ns from_ns, jscope_ns end_ns)
{
	if (chain->at[instant] != JSCOPE_NS_UNKNOWN)
		return least_ns(chain->at[instant], end_ns);
	for (unsigned i = instant + 1; i < JSCOPE_INSTANT_COUNT; i++)
		if (chain->at[i] != JSCOPE_NS_UNKNOWN)
			return from_ns;
	return end_ns;
}

/*
 * A period of ALSA signals only where somebody waits. Where nobody did, the client was not done with
 * what it had been told before.
 */
static bool nobody_waited(const struct jscope__buffer *buffer,
			  const struct jscope__buffer_chain *chain)
{
	return !(buffer->info->path & 1u << JSCOPE_DUE) && buffer->info->has_call &&
	       chain->at[JSCOPE_SIGNAL] == JSCOPE_NS_UNKNOWN &&
	       chain->at[JSCOPE_RUN] == JSCOPE_NS_UNKNOWN;
}

static void span_add(struct spans *spans, enum jscope_cause cause, jscope_ns from_ns,
		     jscope_ns to_ns)
{
	if (to_ns > from_ns)
		spans->by_cause[cause] =
			jscope_add_sat(spans->by_cause[cause], jscope_sub_sat(to_ns, from_ns));
}

static void chain_measure(const struct jscope__buffer *buffer,
			  const struct jscope__buffer_chain *chain, jscope_ns begin_ns,
			  jscope_ns end_ns, struct spans *spans)
{
	const jscope_ns irq_ns = reached_ns(chain, JSCOPE_IRQ, begin_ns, end_ns);
	const jscope_ns signal_ns = reached_ns(chain, JSCOPE_SIGNAL, irq_ns, end_ns);
	const jscope_ns run_ns = reached_ns(chain, JSCOPE_RUN, signal_ns, end_ns);
	jscope_ns busy_ns = least_ns(busy_until_ns(buffer, chain), run_ns);

	if (busy_ns < signal_ns)
		busy_ns = signal_ns;
	if (chain->was_interrupted) {
		span_add(spans, JSCOPE_CAUSE_LATE_DEFERRED, begin_ns, end_ns);
		return;
	}
	span_add(spans,
		 irq_ns == end_ns ? JSCOPE_CAUSE_LOST_INTERRUPT : JSCOPE_CAUSE_LATE_INTERRUPT,
		 begin_ns, irq_ns);
	if (nobody_waited(buffer, chain)) {
		span_add(spans, JSCOPE_CAUSE_LATE_WRITE, irq_ns, end_ns);
		return;
	}
	span_add(spans, JSCOPE_CAUSE_LATE_DEFERRED, irq_ns, signal_ns);
	span_add(spans, JSCOPE_CAUSE_LATE_WRITE, signal_ns, busy_ns);
	span_add(spans, JSCOPE_CAUSE_LATE_WAKE, busy_ns, run_ns);
	span_add(spans, JSCOPE_CAUSE_LATE_WRITE, run_ns, end_ns);
}

/* Where the device does not tell what was due: a period after what it told before. */
static jscope_ns due_ns(const struct jscope__buffer *buffer,
			const struct jscope__buffer_chain *answered,
			const struct jscope__buffer_chain *open, jscope_ns end_ns)
{
	const jscope_ns period_ns = buffer->info->nominal_period_ns;
	jscope_ns expected_ns;

	if (open && (open->at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN))
		return open->first_ns;
	if (!answered || !period_ns || (open && open->epoch != answered->epoch))
		return open ? open->first_ns : end_ns;
	expected_ns = jscope_add_sat(answered->first_ns, period_ns);
	return open ? least_ns(open->first_ns, expected_ns) : expected_ns;
}

static jscope_ns slack_ns(const struct jscope__buffer *buffer)
{
	return buffer->info->nominal_period_ns / 2;
}

/* Refusals in the time of the chain weigh all of it, as its client would have been in time. */
static void offences_measure(const struct jscope__buffer *buffer,
			     const struct jscope__buffer_chain *open, jscope_ns begin_ns,
			     jscope_ns end_ns, struct spans *spans)
{
	const jscope_ns from_ns = jscope_sub_sat(begin_ns, buffer->info->nominal_period_ns);
	const jscope_ns refused_from_ns = open ? least_ns(open->begin_ns, begin_ns) : begin_ns;

	for (uint64_t i = 0; i < buffer->offence_count && i < JSCOPE__BUFFER_OFFENCES; i++) {
		const struct jscope__buffer_offence *offence = &buffer->offences[i];

		if (offence->end_ns < from_ns || offence->begin_ns > end_ns)
			continue;
		if (offence->is_refusal && offence->begin_ns >= refused_from_ns)
			spans->by_cause[JSCOPE_CAUSE_DEVICE] = INT64_MAX;
		else
			span_add(spans, JSCOPE_CAUSE_DEVICE, 0, offence->by_ns);
	}
}

static enum jscope_cause longest(const struct spans *spans)
{
	enum jscope_cause cause = JSCOPE_CAUSE_UNKNOWN;

	for (enum jscope_cause i = 1; i < JSCOPE_CAUSE_COUNT; i++)
		if (spans->by_cause[i] > spans->by_cause[cause])
			cause = i;
	return cause;
}

/* The client has not caught up since the glitch before: that one's cause is still at work. */
static bool is_aftermath(const struct jscope__buffer *buffer, jscope_ns at_ns)
{
	const jscope_ns period_ns = buffer->info->nominal_period_ns;

	return buffer->has_last &&
	       jscope_sub_sat(at_ns, buffer->last.at_ns) <= jscope_add_sat(period_ns, period_ns);
}

static enum jscope_cause cause_by_chains(const struct jscope__buffer *buffer,
					 const struct jscope_glitch *glitch)
{
	const struct around around = chains_around(buffer, glitch);
	const struct jscope__buffer_chain *open = around.open;
	const jscope_ns at_ns = glitch->at_ns;
	const jscope_ns begin_ns = due_ns(buffer, around.answered, open, at_ns);
	struct spans spans = { 0 };

	if (jscope__output_lost_between(buffer->output, begin_ns, at_ns))
		return JSCOPE_CAUSE_UNKNOWN;
	offences_measure(buffer, open, begin_ns, at_ns, &spans);
	if (open)
		chain_measure(buffer, open, begin_ns, at_ns, &spans);
	else if (jscope_sub_sat(at_ns, begin_ns) > slack_ns(buffer))
		span_add(&spans, JSCOPE_CAUSE_LOST_INTERRUPT, begin_ns, at_ns);
	if (longest(&spans) == JSCOPE_CAUSE_UNKNOWN && is_aftermath(buffer, at_ns))
		return buffer->last.cause;
	return longest(&spans);
}

/*
 * A client that writes where the device is not says the same position again when it has slept through
 * a telling: then what made it do so is the cause, as it was when that answer was due.
 */
static enum jscope_cause cause_of_repetition(const struct jscope__buffer *buffer,
					     const struct jscope_glitch *glitch)
{
	const struct jscope__buffer_chain *chain = told(buffer, glitch->awaited, glitch->at_ns);
	struct jscope_glitch due = *glitch;

	if (!glitch->awaited)
		return JSCOPE_CAUSE_REPEATED_WRITE;
	if (!chain) /* of it nothing was told, unless it is yet to come */
		return told(buffer, glitch->awaited + 1, glitch->at_ns)
			       ? JSCOPE_CAUSE_LOST_INTERRUPT
			       : JSCOPE_CAUSE_REPEATED_WRITE;
	due.at_ns = jscope_add_sat(chain->first_ns, buffer->info->nominal_period_ns);
	if (due.at_ns > glitch->at_ns || is_answered(buffer, chain, due.at_ns))
		return JSCOPE_CAUSE_REPEATED_WRITE;
	return cause_by_chains(buffer, &due);
}

enum { MAJOR_DECODER = 2, MAJOR_REPEATED = 3 };

enum jscope_cause jscope__buffer_cause(const struct jscope__buffer *buffer,
				       const struct jscope_glitch *glitch)
{
	if (glitch->major == MAJOR_DECODER)
		return JSCOPE_CAUSE_DEVICE;
	if (glitch->major == MAJOR_REPEATED)
		return cause_of_repetition(buffer, glitch);
	/* Nobody is told, and the client comes when it thinks fit. */
	if (!buffer->chain_count)
		return JSCOPE_CAUSE_LATE_WRITE;
	return cause_by_chains(buffer, glitch);
}
