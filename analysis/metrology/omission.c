#include "omission.h"

#include "saturate.h"

static void hidden_record(struct jscope__omission *omission,
			  const struct jscope_hist_limits *limits, jscope_ns wait_ns,
			  uint64_t *counter)
{
	if (!omission->hidden && jscope_hist_create(limits, &omission->hidden) < 0) {
		omission->left_out++;
		return;
	}
	jscope_hist_record(omission->hidden, wait_ns);
	++*counter;
}

/* Points that were missed */

static jscope_ns missed_due(const struct jscope__omission_missed *missed, uint64_t i)
{
	const jscope_ns span_ns = jscope_sub_sat(missed->last_ns, missed->first_ns);

	if (missed->count < 2)
		return missed->first_ns;
	return jscope_add_sat(missed->first_ns,
			      jscope_muldiv(span_ns, (int64_t)i, (int64_t)missed->count - 1));
}

static void missed_tell(struct jscope__omission *omission,
			const struct jscope__omission_missed *missed, jscope_ns end_ns,
			const struct jscope_hist_limits *limits)
{
	for (uint64_t i = 0; i < missed->count; i++)
		hidden_record(omission, limits, jscope_sub_sat(end_ns, missed_due(missed, i)),
			      &omission->known);
}

/* The client was told of this point: with it of those missed before. */
static void missed_resolve(struct jscope__omission *omission,
			   const struct jscope__omission_point *point,
			   const struct jscope_hist_limits *limits)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < omission->missed_count; i++) {
		const struct jscope__omission_missed *missed = &omission->missed[i];

		if (missed->seq < point->seq && missed->last_ns <= point->end_ns)
			missed_tell(omission, missed, point->end_ns, limits);
		else
			omission->missed[kept++] = *missed;
	}
	omission->missed_count = kept;
}

/* The next one behind it that its client was told of; NULL where it was not told yet. */
static const struct jscope__omission_chain *next_told(const struct jscope__omission *omission,
						      const struct jscope__omission_point *missed)
{
	const struct jscope__omission_chain *next = NULL;

	for (uint64_t i = 0; i < omission->recent_count && i < JSCOPE__OMISSION_RECENT; i++) {
		const struct jscope__omission_chain *chain = &omission->recent[i];

		if (chain->seq > missed->seq && chain->end_ns >= missed->begin_ns &&
		    (!next || chain->seq < next->seq))
			next = chain;
	}
	return next;
}

static bool missed_extend(struct jscope__omission *omission,
			  const struct jscope__omission_point *point)
{
	struct jscope__omission_missed *last;

	if (omission->missed_count == 0)
		return false;
	last = &omission->missed[omission->missed_count - 1];
	if (point->seq < last->seq || point->seq - last->seq != last->count ||
	    point->begin_ns < last->last_ns)
		return false;
	last->count++;
	last->last_ns = point->begin_ns;
	return true;
}

static void missed_add(struct jscope__omission *omission,
		       const struct jscope__omission_point *point,
		       const struct jscope_hist_limits *limits)
{
	const struct jscope__omission_chain *next;

	if (point->begin_ns == JSCOPE_NS_UNKNOWN) {
		omission->left_out++;
		return;
	}
	next = next_told(omission, point);
	if (next)
		hidden_record(omission, limits, jscope_sub_sat(next->end_ns, point->begin_ns),
			      &omission->known);
	else if (missed_extend(omission, point))
		return;
	else if (omission->missed_count == JSCOPE__OMISSION_MISSED)
		omission->left_out++;
	else
		omission->missed[omission->missed_count++] =
			(struct jscope__omission_missed){ point->seq, 1, point->begin_ns,
							  point->begin_ns };
}

static void missed_forget(struct jscope__omission *omission)
{
	for (unsigned i = 0; i < omission->missed_count; i++)
		omission->left_out += omission->missed[i].count;
	omission->missed_count = 0;
}

/* Chains without numbers */

uint64_t jscope__omission_hidden(jscope_ns latency_ns, jscope_ns period_ns, uint64_t count)
{
	uint64_t hidden;

	if (latency_ns <= period_ns)
		return 0;
	if (__builtin_mul_overflow((uint64_t)((latency_ns - 1) / period_ns), count, &hidden))
		return UINT64_MAX;
	return hidden;
}

uint64_t jscope__omission_fill(struct jscope_hist *hist, jscope_ns latency_ns, jscope_ns period_ns,
			       uint64_t count)
{
	uint64_t filled = 0;

	while (latency_ns > period_ns && filled < JSCOPE__OMISSION_FILLED) {
		latency_ns -= period_ns;
		jscope_hist_record_many(hist, latency_ns, count);
		filled++;
	}
	return filled * count;
}

static void stall_fill(struct jscope__omission *omission, const struct jscope_hist_limits *limits)
{
	const struct jscope__omission_chain *stall = &omission->stall;
	const jscope_ns latency_ns = jscope_sub_sat(stall->end_ns, stall->begin_ns);
	const uint64_t hidden = jscope__omission_hidden(latency_ns, omission->stall_period_ns, 1);
	uint64_t filled = 0;

	omission->has_stall = false;
	if (!omission->hidden)
		(void)jscope_hist_create(limits, &omission->hidden);
	if (omission->hidden)
		filled = jscope__omission_fill(omission->hidden, latency_ns,
					       omission->stall_period_ns, 1);
	omission->filled += filled;
	omission->left_out = jscope__add_sat(omission->left_out, hidden - filled);
}

static bool is_within(const struct jscope__omission_chain *stall, jscope_ns begin_ns)
{
	return begin_ns > stall->begin_ns && begin_ns <= stall->end_ns;
}

/* What began while this chain waited for its client: it ends with it, or has an end of its own. */
static bool hidden_known(struct jscope__omission *omission,
			 const struct jscope__omission_chain *stall,
			 const struct jscope_hist_limits *limits)
{
	bool is_known = false;

	for (uint64_t i = 0; i < omission->recent_count && i < JSCOPE__OMISSION_RECENT; i++) {
		struct jscope__omission_chain *chain = &omission->recent[i];

		if (!is_within(stall, chain->begin_ns))
			continue;
		is_known = true;
		if (chain->end_ns != JSCOPE_NS_UNKNOWN)
			continue;
		chain->end_ns = stall->end_ns;
		hidden_record(omission, limits, jscope_sub_sat(chain->end_ns, chain->begin_ns),
			      &omission->known);
	}
	return is_known;
}

/* One of the stall that is told after it shows that what it hid is known. */
static void stall_resolve(struct jscope__omission *omission, jscope_ns begin_ns,
			  const struct jscope_hist_limits *limits)
{
	if (is_within(&omission->stall, begin_ns))
		omission->has_stall = false;
	else
		stall_fill(omission, limits);
}

static void unnumbered_add(struct jscope__omission *omission,
			   const struct jscope__omission_point *point,
			   const struct jscope_hist_limits *limits)
{
	const struct jscope__omission_chain chain = { point->seq, point->begin_ns, point->end_ns };

	omission->has_unnumbered = true;
	if (omission->has_stall)
		stall_resolve(omission, point->begin_ns, limits);
	if (point->end_ns == JSCOPE_NS_UNKNOWN ||
	    jscope_sub_sat(point->end_ns, point->begin_ns) <= point->period_ns ||
	    hidden_known(omission, &chain, limits))
		return;
	omission->has_stall = true;
	omission->stall = chain;
	omission->stall_period_ns = point->period_ns;
}

/* Together */

void jscope__omission_close(struct jscope__omission *omission,
			    const struct jscope_hist_limits *limits)
{
	if (omission->has_stall)
		stall_fill(omission, limits);
	missed_forget(omission);
	omission->recent_count = 0;
}

void jscope__omission_add(struct jscope__omission *omission,
			  const struct jscope__omission_point *point,
			  const struct jscope_hist_limits *limits)
{
	if (omission->epoch != point->epoch)
		jscope__omission_close(omission, limits);
	omission->epoch = point->epoch;
	if (point->is_missed) {
		missed_add(omission, point, limits);
		return;
	}
	if (point->begin_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (!point->is_numbered)
		unnumbered_add(omission, point, limits);
	if (point->end_ns != JSCOPE_NS_UNKNOWN && omission->missed_count > 0)
		missed_resolve(omission, point, limits);
	omission->recent[omission->recent_count++ % JSCOPE__OMISSION_RECENT] =
		(struct jscope__omission_chain){ point->seq, point->begin_ns, point->end_ns };
}

void jscope__omission_merge(struct jscope__omission *into, const struct jscope__omission *from)
{
	into->has_unnumbered |= from->has_unnumbered;
	into->known += from->known;
	into->filled += from->filled;
	into->left_out += from->left_out;
	if (!from->hidden)
		return;
	if (into->hidden || jscope_hist_create(NULL, &into->hidden) == 0)
		jscope_hist_add(into->hidden, from->hidden);
}

void jscope__omission_finish(struct jscope__omission *omission)
{
	jscope_hist_destroy(omission->hidden);
	omission->hidden = NULL;
}

struct jscope_hist *jscope__omission_corrected(const struct jscope__omission *omission,
					       const struct jscope_hist *told,
					       const struct jscope_hist_limits *limits)
{
	struct jscope_hist *corrected;

	if (!omission->hidden || jscope_hist_create(limits, &corrected) < 0)
		return NULL;
	if (told)
		jscope_hist_add(corrected, told);
	jscope_hist_add(corrected, omission->hidden);
	return corrected;
}
