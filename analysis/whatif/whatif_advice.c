#include "whatif_advice.h"

static struct jscope__advice advice_make(const struct jscope__whatif_period *period)
{
	const struct jscope__safe *safe = &period->safe;

	return (struct jscope__advice){
		.period = safe->periods ? period : NULL,
		.periods = safe->high ? safe->high : safe->periods,
		.is_sure = safe->high > 0,
	};
}

static bool is_better(const struct jscope__advice *a, const struct jscope__advice *b)
{
	if (!a->period || !b->period)
		return a->period && !b->period;
	if (a->period->is_extrapolated != b->period->is_extrapolated)
		return b->period->is_extrapolated;
	if (a->is_sure != b->is_sure)
		return a->is_sure;
	return (uint64_t)a->periods * a->period->frames < (uint64_t)b->periods * b->period->frames;
}

struct jscope__advice jscope__advice_find(const struct jscope__whatif_stream *stream)
{
	struct jscope__advice best = { 0 };

	for (size_t i = 0; i < stream->period_count; i++) {
		const struct jscope__advice advice = advice_make(&stream->periods[i]);

		if (!stream->periods[i].is_refused && is_better(&advice, &best))
			best = advice;
	}
	return best;
}
