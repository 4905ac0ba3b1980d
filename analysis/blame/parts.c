#include "parts.h"

const char *jscope__any_stage_name(unsigned stage)
{
	static const char *const names[] = { "submit", "device",      "complete",
					     "wake",   "unexplained", "service" };

	if (stage < JSCOPE_STAGE_COUNT)
		return jscope_stage_name((enum jscope_stage)stage);
	return stage < JSCOPE__STAGE_ANY_COUNT ? names[stage - JSCOPE_STAGE_COUNT] : "?";
}

static struct jscope__part *part_find(struct jscope__parts *parts, unsigned stage,
				      struct jscope__culprit culprit)
{
	for (unsigned i = 0; i < parts->count; i++)
		if (parts->part[i].stage == stage &&
		    jscope__culprit_is_same(parts->part[i].culprit, culprit))
			return &parts->part[i];
	return NULL;
}

/* One of its stage and culprit takes it; else it has the next place, and the last one is for all others. */
static void part_join(struct jscope__parts *parts, const struct jscope__part *part)
{
	struct jscope__part *known = part_find(parts, part->stage, part->culprit);

	if (!known && parts->count < JSCOPE__PARTS_MAX - 1) {
		parts->part[parts->count++] = *part;
		return;
	}
	if (!known && parts->count < JSCOPE__PARTS_MAX)
		parts->part[parts->count++] =
			(struct jscope__part){ .stage = part->stage,
					       .culprit = { JSCOPE__CULPRIT_OTHERS, 0 },
					       .begin_ns = part->begin_ns };
	if (!known)
		known = &parts->part[JSCOPE__PARTS_MAX - 1];
	known->length_ns = jscope_add_sat(known->length_ns, part->length_ns);
}

void jscope__part_add(struct jscope__parts *parts, unsigned stage, struct jscope__culprit culprit,
		      jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope__part part = { stage, culprit, begin_ns,
					   jscope_sub_sat(end_ns, begin_ns) };
	struct jscope__part *last = parts->count ? &parts->part[parts->count - 1] : NULL;

	if (begin_ns == end_ns)
		return;
	if (last && last->stage == stage && jscope__culprit_is_same(last->culprit, culprit))
		last->length_ns = jscope_add_sat(last->length_ns, part.length_ns);
	else if (parts->count < JSCOPE__PARTS_ORDER)
		parts->part[parts->count++] = part;
	else
		part_join(parts, &part);
}

void jscope__part_add_unknown(struct jscope__parts *parts, unsigned stage,
			      enum jscope__unknown unknown, jscope_ns begin_ns, jscope_ns end_ns)
{
	jscope__part_add(parts, stage, (struct jscope__culprit){ JSCOPE__CULPRIT_UNKNOWN, unknown },
			 begin_ns, end_ns);
}

struct jscope__part jscope__parts_most(const struct jscope__part *parts, unsigned count)
{
	struct jscope__part most = { 0 };

	for (unsigned i = 0; i < count; i++) {
		struct jscope__part sum = parts[i];

		for (unsigned k = i + 1; k < count; k++)
			if (jscope__culprit_is_same(parts[k].culprit, sum.culprit))
				sum.length_ns = jscope_add_sat(sum.length_ns, parts[k].length_ns);
		if (i == 0 || sum.length_ns > most.length_ns)
			most = sum;
	}
	return most;
}
