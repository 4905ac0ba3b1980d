#include "held_requests.h"

#include <string.h>

void jscope__held_requests_add(struct jscope__held_requests *held, const struct jscope_hold *hold)
{
	if (hold->begin_ns != JSCOPE_NS_UNKNOWN && hold->end_ns != JSCOPE_NS_UNKNOWN &&
	    hold->begin_ns < hold->end_ns)
		held->holds[held->count++ % JSCOPE__HELD_MAX] = *hold;
}

/* The first that lasts beyond an instant, and begins before another; NULL where there is none. */
static const struct jscope_hold *hold_next(const struct jscope__held_requests *held,
					   const char *device, jscope_ns at_ns, jscope_ns until_ns)
{
	const uint64_t kept = held->count < JSCOPE__HELD_MAX ? held->count : JSCOPE__HELD_MAX;
	const struct jscope_hold *first = NULL;

	for (uint64_t i = 0; i < kept; i++) {
		const struct jscope_hold *hold = &held->holds[i];

		if (hold->end_ns > at_ns && hold->begin_ns < until_ns &&
		    (!first || hold->begin_ns < first->begin_ns) && !strcmp(hold->device, device))
			first = hold;
	}
	return first;
}

static jscope_ns lesser(jscope_ns a_ns, jscope_ns b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

void jscope__held_requests_split(const struct jscope__held_requests *held,
				 const struct jscope_request *request, struct jscope__parts *parts,
				 const struct jscope__part *otherwise)
{
	const jscope_ns end_ns = jscope_add_sat(otherwise->begin_ns, otherwise->length_ns);
	jscope_ns at_ns = otherwise->begin_ns;
	const struct jscope_hold *hold;

	while (at_ns < end_ns && (hold = hold_next(held, request->device, at_ns, end_ns))) {
		const struct jscope__culprit culprit = { JSCOPE__CULPRIT_HOLD, hold->kind };

		if (hold->begin_ns > at_ns) {
			jscope__part_add(parts, otherwise->stage, otherwise->culprit, at_ns,
					 hold->begin_ns);
			at_ns = hold->begin_ns;
		}
		jscope__part_add(parts, otherwise->stage, culprit, at_ns,
				 lesser(hold->end_ns, end_ns));
		at_ns = lesser(hold->end_ns, end_ns);
	}
	jscope__part_add(parts, otherwise->stage, otherwise->culprit, at_ns, end_ns);
}
