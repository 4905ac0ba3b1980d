#include "worst.h"

#include <string.h>

#include "analysis/hist.h"

static bool is_ahead(const struct jscope__worst_one *a, const struct jscope__worst_one *b)
{
	if (a->length_ns != b->length_ns)
		return a->length_ns > b->length_ns;
	return a->first_ns < b->first_ns;
}

static jscope_ns first_of(const jscope_ns *at, size_t count)
{
	jscope_ns first_ns = JSCOPE_NS_UNKNOWN;

	for (size_t i = 0; i < count; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN &&
		    (first_ns == JSCOPE_NS_UNKNOWN || at[i] < first_ns))
			first_ns = at[i];
	return first_ns;
}

static void one_add(struct jscope__worst *worst, const struct jscope__worst_one *one)
{
	unsigned i = worst->count;

	if (i < JSCOPE__WORST_COUNT)
		worst->count++;
	else if (is_ahead(one, &worst->ones[i - 1]))
		i--;
	else
		return;
	for (; i > 0 && is_ahead(one, &worst->ones[i - 1]); i--)
		worst->ones[i] = worst->ones[i - 1];
	worst->ones[i] = *one;
}

void jscope__worst_notification(struct jscope__worst *worst, const struct jscope_notification *n,
				const struct jscope_stages *stages)
{
	struct jscope__worst_one one = { .length_ns = stages->end_to_end_ns, .id = n->seq };

	memcpy(one.at, n->at, sizeof one.at);
	memcpy(one.stage_ns, stages->stage_ns, sizeof one.stage_ns);
	one.first_ns = first_of(one.at, JSCOPE_INSTANT_COUNT);
	one_add(worst, &one);
}

static jscope_ns span_of(jscope_ns from_ns, jscope_ns to_ns)
{
	if (from_ns == JSCOPE_NS_UNKNOWN || to_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_sub_sat(to_ns, from_ns);
}

void jscope__worst_request(struct jscope__worst *worst, const struct jscope_request *request)
{
	struct jscope__worst_one one = {
		.length_ns = jscope_request_latency(request),
		.id = request->id,
		.bytes = request->bytes,
		.stage_ns = { [JSCOPE__SUBMIT] = span_of(request->queued_ns, request->issue_ns),
			      [JSCOPE__DEVICE] = span_of(request->issue_ns, request->irq_ns),
			      [JSCOPE__COMPLETE] = span_of(request->irq_ns, request->complete_ns),
			      [JSCOPE__WAKE] = span_of(request->complete_ns, request->run_ns) },
	};

	jscope_request_instants(request, one.at);
	one.first_ns = first_of(one.at, JSCOPE_REQUEST_INSTANTS);
	one_add(worst, &one);
}

static jscope_ns usual_ns(const struct jscope_hist *hist)
{
	return jscope_hist_count(hist) > 0 ? jscope_hist_quantile(hist, 0.5) : 0;
}

unsigned jscope__worst_blamed(const struct jscope__worst_one *one, struct jscope_hist *const *usual,
			      unsigned first, unsigned end)
{
	jscope_ns excess_max_ns = 0;
	unsigned blamed = end;

	for (unsigned i = first; i < end; i++) {
		jscope_ns excess_ns;

		if (one->stage_ns[i] == JSCOPE_NS_UNKNOWN)
			continue;
		excess_ns = jscope_sub_sat(one->stage_ns[i], usual_ns(usual[i]));
		if (blamed == end || excess_ns > excess_max_ns) {
			blamed = i;
			excess_max_ns = excess_ns;
		}
	}
	return blamed;
}
