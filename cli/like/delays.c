#include "delays.h"

#include <errno.h>
#include <stdlib.h>

#include "grid.h"

/* Virtual time that the records of an interrupt take which another execution waits for, beside it. */
#define INTERRUPT_TOLD_NS 2

struct entry {
	jscope_ns begin_ns; /* on the trace clock */
	struct jscope_recorded_delay delay;
};

struct list {
	const struct jscope__like_anchor *anchor;
	struct entry *entries; /* owned */
	size_t count, size;
};

static bool is_known(const struct jscope__like_chain *chain, enum jscope_instant instant)
{
	return chain->at[instant] != JSCOPE_NS_UNKNOWN;
}

/* The instant of the path before another one. */
static enum jscope_instant before(unsigned path, enum jscope_instant to)
{
	unsigned from = to;

	do
		from--;
	while (from > JSCOPE_DUE && !(path & 1u << from));
	return (enum jscope_instant)from;
}

static bool is_on_path(unsigned path, enum jscope_instant to)
{
	return to == JSCOPE_SERVED || path & 1u << to;
}

/* end_ns UNKNOWN: never. point, due_ns: of the point that it belongs to. */
static int add(struct list *list, uint64_t point, jscope_ns due_ns, jscope_ns begin_ns,
	       jscope_ns end_ns)
{
	const jscope_ns base_ns = list->anchor->by_time ? list->anchor->origin_ns : due_ns;
	struct entry *entries =
		jscope__like_grow(list->entries, list->count, &list->size, sizeof *entries);

	if (!entries)
		return -ENOMEM;
	list->entries = entries;
	if (end_ns != JSCOPE_NS_UNKNOWN)
		end_ns = jscope_sub_sat(end_ns < begin_ns ? begin_ns : end_ns, base_ns);
	entries[list->count++] = (struct entry){
		.begin_ns = begin_ns,
		.delay = { .point = list->anchor->by_time ? 0 : point,
			   .begin_ns = jscope_sub_sat(begin_ns, base_ns),
			   .end_ns = end_ns },
	};
	return 0;
}

/*
 * Interrupts that came while an execution was under way took their time out of it, and will again: its
 * own CPU time is the rest.
 */
static jscope_ns interrupted_ns(const struct jscope__like_series *series, size_t index,
				jscope_ns from_ns, jscope_ns to_ns)
{
	jscope_ns taken_ns = 0;

	for (size_t i = index + 1; i < series->count; i++) {
		const struct jscope__like_chain *other = &series->chains[i];

		if (jscope__like_told_ns(other) >= to_ns)
			break;
		if (!is_known(other, JSCOPE_IRQ))
			continue;
		if (other->at[JSCOPE_IRQ] > from_ns && is_known(other, JSCOPE_QUEUED))
			taken_ns = jscope_add_sat(taken_ns, jscope_sub_sat(other->at[JSCOPE_QUEUED],
									   other->at[JSCOPE_IRQ]) +
								    INTERRUPT_TOLD_NS);
	}
	return taken_ns;
}

/* The stage of one chain, where it has both ends of it. */
static int chain_add(struct list *list, const struct jscope__like_series *series, size_t index,
		     enum jscope_instant from, enum jscope_instant to)
{
	const struct jscope__like_chain *chain = &series->chains[index];
	jscope_ns end_ns = chain->at[to];

	if (!is_known(chain, from) || (!list->anchor->by_time && chain->point == 0))
		return 0;
	if (to == JSCOPE_IRQ && chain->is_lost)
		return add(list, chain->point, chain->at[JSCOPE_DUE], chain->at[from],
			   JSCOPE_NS_UNKNOWN);
	if (to == JSCOPE_SERVED && series->has_answers && !is_known(chain, to))
		return add(list, chain->point, chain->at[JSCOPE_DUE], chain->at[from],
			   JSCOPE_NS_UNKNOWN);
	if (!is_known(chain, to))
		return 0;
	if (to == JSCOPE_SIGNAL && from == JSCOPE_DEFERRED)
		end_ns = jscope_sub_sat(end_ns,
					interrupted_ns(series, index, chain->at[from], end_ns));
	return add(list, chain->point, chain->at[JSCOPE_DUE], chain->at[from], end_ns);
}

/* By begin; of those that begin at once, the one that came to an end first. */
static int entry_compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	if ((a->delay.end_ns == JSCOPE_NS_UNKNOWN) != (b->delay.end_ns == JSCOPE_NS_UNKNOWN))
		return a->delay.end_ns == JSCOPE_NS_UNKNOWN ? 1 : -1;
	return (a->delay.point > b->delay.point) - (a->delay.point < b->delay.point);
}

/* One execution or one wake for several points is one delay. */
static void settle(struct list *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->entries, list->count, sizeof list->entries[0], entry_compare);
	for (size_t i = 0; i < list->count; i++)
		if (i == 0 || list->entries[i].begin_ns != list->entries[i - 1].begin_ns)
			list->entries[kept++] = list->entries[i];
	list->count = kept;
}

static int hand_over(struct jscope_scenario *scenario, const struct list *list,
		     struct jscope_distribution *ret_distribution)
{
	struct jscope_recorded_delay *delays = malloc(list->count * sizeof *delays);
	const struct jscope_recorded_delay *kept = NULL;

	for (size_t i = 0; delays && i < list->count; i++)
		delays[i] = list->entries[i].delay;
	if (delays)
		kept = jscope_scenario_recorded(scenario, delays, list->count);
	free(delays);
	if (!kept)
		return -ENOMEM;
	*ret_distribution = (struct jscope_distribution){
		.kind = JSCOPE_DISTRIBUTION_RECORDED,
		.recorded = kept,
		.recorded_count = list->count,
	};
	return 0;
}

int jscope__like_delays_make(struct jscope_scenario *scenario,
			     const struct jscope__like_series *series, unsigned path,
			     enum jscope_instant to, const struct jscope__like_anchor *anchor,
			     struct jscope_distribution *ret_distribution)
{
	struct list list = { .anchor = anchor };
	int error = 0;

	*ret_distribution = (struct jscope_distribution){ .kind = JSCOPE_DISTRIBUTION_NONE };
	for (size_t i = 0; !error && is_on_path(path, to) && i < series->count; i++)
		error = chain_add(&list, series, i, before(path, to), to);
	settle(&list);
	if (!error && list.count > 0)
		error = hand_over(scenario, &list, ret_distribution);
	free(list.entries);
	return error;
}

static bool is_partial(const struct jscope__like_chain *chain, unsigned path)
{
	for (unsigned i = JSCOPE_DUE; i < JSCOPE_SERVED; i++)
		if (path & 1u << i && !is_known(chain, i))
			return true;
	return false;
}

uint64_t jscope__like_partial_count(const struct jscope__like_series *series, unsigned path)
{
	uint64_t count = 0;

	for (size_t i = 0; i < series->count; i++)
		count += !series->chains[i].is_lost && is_partial(&series->chains[i], path);
	return count;
}
