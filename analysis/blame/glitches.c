#include "glitches.h"

#include <stdlib.h>
#include <string.h>

/* What a cause is about: stages of the chain, the client's answer, or neither. */
static bool is_about(enum jscope_cause cause, unsigned stage)
{
	switch (cause) {
	case JSCOPE_CAUSE_LATE_INTERRUPT:
		return stage == JSCOPE_STAGE_INTERRUPT;
	case JSCOPE_CAUSE_LATE_DEFERRED:
		return stage == JSCOPE_STAGE_DISPATCH || stage == JSCOPE_STAGE_QUEUE ||
		       stage == JSCOPE_STAGE_HANDLER;
	case JSCOPE_CAUSE_LATE_WAKE:
		return stage == JSCOPE_STAGE_WAKE;
	case JSCOPE_CAUSE_LATE_WRITE:
		return stage == JSCOPE__STAGE_SERVICE;
	default:
		return false;
	}
}

static bool has_culprit(enum jscope_cause cause)
{
	return cause == JSCOPE_CAUSE_LATE_INTERRUPT || cause == JSCOPE_CAUSE_LATE_DEFERRED ||
	       cause == JSCOPE_CAUSE_LATE_WAKE || cause == JSCOPE_CAUSE_LATE_WRITE;
}

static struct jscope__glitch_share *share_get(struct jscope__glitch_tally *tally,
					      const struct jscope__glitch_share *like)
{
	for (unsigned i = 0; i < tally->share_count; i++) {
		struct jscope__glitch_share *share = &tally->share[i];

		if (share->cause == like->cause && share->is_known == like->is_known &&
		    jscope__culprit_is_same(share->culprit, like->culprit))
			return share;
	}
	if (tally->share_count == JSCOPE__GLITCH_SHARES_MAX)
		return NULL;
	tally->share[tally->share_count] = *like;
	return &tally->share[tally->share_count++];
}

/* One glitch, of which like tells the culprit. */
static void tally_add(struct jscope__glitch_tally *tally, const struct jscope__glitch_share *like)
{
	struct jscope__glitch_share *share = share_get(tally, like);

	if (!share) {
		tally->others++;
		return;
	}
	share->count++;
	if (like->held_ns > share->held_ns) {
		share->held_ns = like->held_ns;
		share->of_ns = like->of_ns;
	}
}

static void tally_add_unknown(struct jscope__glitch_tally *tally, enum jscope_cause cause)
{
	tally_add(tally, &(struct jscope__glitch_share){ .cause = cause });
}

/* Who had most of the stages that a cause is about. */
static void tally_add_parts(struct jscope__glitch_tally *tally, enum jscope_cause cause,
			    const struct jscope__parts *parts)
{
	struct jscope__glitch_share share = { .cause = cause };
	struct jscope__part about[JSCOPE__PARTS_MAX], most = { 0 };
	unsigned count = 0;

	for (unsigned i = 0; parts && i < parts->count; i++) {
		if (!is_about(cause, parts->part[i].stage))
			continue;
		about[count++] = parts->part[i];
		share.of_ns = jscope_add_sat(share.of_ns, parts->part[i].length_ns);
	}
	if (count > 0)
		most = jscope__parts_most(about, count);
	if (count > 0 && most.culprit.kind != JSCOPE__CULPRIT_UNKNOWN) {
		share.is_known = true;
		share.culprit = most.culprit;
		share.held_ns = most.length_ns;
	}
	tally_add(tally, &share);
}

static void waiting_remove(struct jscope__glitches *glitches, unsigned i)
{
	memmove(&glitches->waiting[i], &glitches->waiting[i + 1],
		(--glitches->count - i) * sizeof glitches->waiting[0]);
}

void jscope__glitches_add(struct jscope__glitches *glitches, struct jscope__glitch_tally *tally,
			  const struct jscope_glitch *glitch)
{
	if (tally->count++ == 0 || glitch->at_ns < tally->first_ns)
		tally->first_ns = glitch->at_ns;
	if (!has_culprit(glitch->cause)) {
		tally_add_unknown(tally, glitch->cause);
		return;
	}
	if (glitches->count == JSCOPE__GLITCHES_WAITING_MAX) {
		tally_add_unknown(glitches->waiting[0].tally, glitches->waiting[0].cause);
		waiting_remove(glitches, 0);
	}
	glitches->waiting[glitches->count++] = (struct jscope__waiting_glitch){
		.tally = tally,
		.awaited = glitch->awaited,
		.cause = glitch->cause,
		.at_ns = glitch->at_ns,
	};
}

static bool lies_in(jscope_ns at_ns, const struct jscope__parts *parts)
{
	return parts && parts->count > 0 && at_ns >= parts->part[0].begin_ns &&
	       at_ns <= jscope_add_sat(parts->part[0].begin_ns, parts->total_ns);
}

static bool is_of(const struct jscope__waiting_glitch *glitch, uint64_t seq, bool is_answer,
		  const struct jscope__parts *parts)
{
	if (is_answer != (glitch->cause == JSCOPE_CAUSE_LATE_WRITE))
		return false;
	return glitch->awaited ? glitch->awaited == seq : lies_in(glitch->at_ns, parts);
}

jscope_ns jscope__glitches_put_down(struct jscope__glitches *glitches,
				    struct jscope__glitch_tally *tally, uint64_t seq,
				    bool is_answer, const struct jscope__parts *parts)
{
	jscope_ns first_ns = JSCOPE_NS_UNKNOWN;

	for (unsigned i = 0; i < glitches->count;) {
		const struct jscope__waiting_glitch *glitch = &glitches->waiting[i];

		if (glitch->tally != tally || !is_of(glitch, seq, is_answer, parts)) {
			i++;
			continue;
		}
		if (first_ns == JSCOPE_NS_UNKNOWN || glitch->at_ns < first_ns)
			first_ns = glitch->at_ns;
		tally_add_parts(tally, glitch->cause, parts);
		waiting_remove(glitches, i);
	}
	return first_ns;
}

void jscope__glitches_close(struct jscope__glitches *glitches)
{
	for (unsigned i = 0; i < glitches->count; i++)
		tally_add_unknown(glitches->waiting[i].tally, glitches->waiting[i].cause);
	glitches->count = 0;
}

static int most_first(const void *from_a, const void *from_b)
{
	const struct jscope__glitch_share *a = from_a, *b = from_b;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->held_ns != b->held_ns)
		return a->held_ns > b->held_ns ? -1 : 1;
	return a->cause < b->cause ? -1 : a->cause > b->cause;
}

void jscope__glitch_tally_close(struct jscope__glitch_tally *tally)
{
	qsort(tally->share, tally->share_count, sizeof tally->share[0], most_first);
}
