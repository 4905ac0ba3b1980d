#include "whatif_delays.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/hist.h"
#include "whatif_due.h"
#include "whatif_nature.h"

#define CAPACITY_FIRST 1024

/* Points in a row of which nothing is known: the time after them is another one. */
#define HOLE_POINTS 64

/* Fewer times without a draw tell nothing of what they hide. */
#define GAPS_MIN 8

/* Above, what is held for is a half, to a thousandth. */
#define HOLD_AGAIN_MAX 0.98

/* What follows so closely on what stood in its way was held up by it. */
#define CLOSE_NS JSCOPE_NS_PER_US

void jscope__delays_finish(struct jscope__delays *series)
{
	free(series->chains);
	*series = (struct jscope__delays){ 0 };
}

static int grow(struct jscope__delays *series)
{
	const size_t capacity = series->capacity ? 2 * series->capacity : CAPACITY_FIRST;
	struct jscope__chain *chains = realloc(series->chains, capacity * sizeof *chains);

	if (!chains)
		return -ENOMEM;
	series->chains = chains;
	series->capacity = capacity;
	return 0;
}

static jscope_ns first_known(const struct jscope__chain *chain)
{
	for (unsigned i = 0; i < JSCOPE_SERVED; i++)
		if (chain->at[i] != JSCOPE_NS_UNKNOWN)
			return chain->at[i];
	return JSCOPE_NS_UNKNOWN;
}

/*
 * What tells a client that has not slept has no signal: it is told all the same, with the driver's
 * call. A call that no interrupt is known of begins with itself.
 */
static void instants_complete(struct jscope__chain *chain, const struct jscope_notification *n)
{
	if (!n->stream->has_call || n->call_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (chain->at[JSCOPE_SIGNAL] == JSCOPE_NS_UNKNOWN)
		chain->at[JSCOPE_SIGNAL] = n->call_ns;
	if (chain->at[JSCOPE_IRQ] == JSCOPE_NS_UNKNOWN)
		chain->at[JSCOPE_IRQ] = n->call_ns;
}

int jscope__delays_add(struct jscope__delays *series, const struct jscope_notification *n,
		       size_t *budget)
{
	struct jscope__chain chain = { .point = (int64_t)n->seq,
				       .epoch = n->epoch + series->stops,
				       .is_lost = n->class == JSCOPE_CLASS_MISSED };

	if (n->class == JSCOPE_CLASS_SPURIOUS)
		return 0;
	series->offered++;
	if (n->class == JSCOPE_CLASS_CENSORED) {
		series->censored++;
		return 0;
	}
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		chain.at[i] = n->at[i];
	instants_complete(&chain, n);
	if (*budget == 0 || first_known(&chain) == JSCOPE_NS_UNKNOWN)
		return 0;
	if (series->count == series->capacity && grow(series) < 0)
		return -ENOMEM;
	series->chains[series->count++] = chain;
	--*budget;
	return 0;
}

void jscope__delays_stop(struct jscope__delays *series, jscope_ns at_ns)
{
	series->stops++;
	for (size_t i = series->count; i-- > 0 && first_known(&series->chains[i]) > at_ns;)
		series->chains[i].epoch++;
}

int jscope__delays_pace(const struct jscope__delays *series, jscope_ns *ret_ns)
{
	struct jscope_hist *hist;

	if (jscope_hist_create(NULL, &hist) < 0)
		return -ENOMEM;
	for (size_t i = 1; i < series->count; i++)
		jscope_hist_record(hist, jscope_sub_sat(first_known(&series->chains[i]),
							first_known(&series->chains[i - 1])));
	*ret_ns = series->count > 1 ? jscope_hist_quantile(hist, 0.5) : 0;
	jscope_hist_destroy(hist);
	return 0;
}

/* Times without holes */

static int chain_compare(const void *left, const void *right)
{
	const struct jscope__chain *a = left, *b = right;
	const jscope_ns a_ns = first_known(a), b_ns = first_known(b);

	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	return (a_ns > b_ns) - (a_ns < b_ns);
}

static bool is_beginning(const struct jscope__chain *before, const struct jscope__chain *chain)
{
	return chain->epoch != before->epoch || chain->point <= before->point ||
	       chain->point - before->point > HOLE_POINTS ||
	       chain->at[JSCOPE_DUE] <= before->at[JSCOPE_DUE];
}

static void cut(struct jscope__delays *series)
{
	for (size_t i = 0; i < series->count; i++)
		series->chains[i].begins =
			i == 0 || is_beginning(&series->chains[i - 1], &series->chains[i]);
}

/* What was drawn */

static bool is_known(const struct jscope__chain *chain, enum jscope_instant instant)
{
	return chain->at[instant] != JSCOPE_NS_UNKNOWN;
}

/* What is in the way of the next chain: the ends of what the chains before it had. */
struct way {
	jscope_ns interrupt_ns;		  /* of the service routine */
	jscope_ns deferred_ns, signal_ns; /* of the latest execution */
	jscope_ns run_ns, free_ns;	  /* of the client: its latest run, and the end of that */
};

static bool is_held_up(jscope_ns from_ns, jscope_ns to_ns, jscope_ns by_ns)
{
	return from_ns < by_ns && to_ns <= jscope_add_sat(by_ns, CLOSE_NS);
}

/* The way of the interrupt: on the line, and in the routine. */
static unsigned drawn_by_interrupt(const struct jscope__chain *chain, struct way *way)
{
	unsigned drawn = 0;

	if (!is_known(chain, JSCOPE_IRQ))
		return chain->is_lost ? 1u << JSCOPE_IRQ : 0;
	if (!is_held_up(chain->at[JSCOPE_DUE], chain->at[JSCOPE_IRQ], way->interrupt_ns))
		drawn = 1u << JSCOPE_IRQ;
	way->interrupt_ns = chain->at[JSCOPE_IRQ];
	if (is_known(chain, JSCOPE_QUEUED)) {
		drawn |= 1u << JSCOPE_QUEUED;
		way->interrupt_ns = chain->at[JSCOPE_QUEUED];
	}
	return drawn;
}

/* One execution may serve several points: the first of them has its delays. */
static unsigned drawn_by_execution(const struct jscope__chain *chain, struct way *way)
{
	unsigned drawn = 0;

	if (is_known(chain, JSCOPE_DEFERRED) && chain->at[JSCOPE_DEFERRED] == way->deferred_ns)
		return 0;
	if (is_known(chain, JSCOPE_DEFERRED) && is_known(chain, JSCOPE_QUEUED) &&
	    !is_held_up(chain->at[JSCOPE_QUEUED], chain->at[JSCOPE_DEFERRED], way->signal_ns))
		drawn = 1u << JSCOPE_DEFERRED;
	way->deferred_ns = chain->at[JSCOPE_DEFERRED];
	if (is_known(chain, JSCOPE_SIGNAL)) {
		drawn |= 1u << JSCOPE_SIGNAL;
		way->signal_ns = chain->at[JSCOPE_SIGNAL];
	}
	return drawn;
}

/* A client is woken where it waits, and answers once for all that it was woken for. */
static unsigned drawn_by_client(const struct jscope__chain *chain, struct way *way)
{
	unsigned drawn = 0;

	if (!is_known(chain, JSCOPE_RUN) || chain->at[JSCOPE_RUN] == way->run_ns)
		return 0;
	if (is_known(chain, JSCOPE_SIGNAL) && chain->at[JSCOPE_SIGNAL] >= way->free_ns)
		drawn = 1u << JSCOPE_RUN;
	way->run_ns = way->free_ns = chain->at[JSCOPE_RUN];
	if (is_known(chain, JSCOPE_SERVED)) {
		drawn |= 1u << JSCOPE_SERVED;
		way->free_ns = chain->at[JSCOPE_SERVED];
	}
	return drawn;
}

/*
 * Executions of the stream on the CPU of its own client: it waits for them, and they take time from its
 * work. Nobody tells on which CPU a client runs; but where it is the same one, it never begins to run
 * in the middle of an execution.
 */

static bool is_execution(const struct jscope__chain *before, const struct jscope__chain *chain)
{
	return is_known(chain, JSCOPE_DEFERRED) && is_known(chain, JSCOPE_SIGNAL) &&
	       chain->at[JSCOPE_DEFERRED] != before->at[JSCOPE_DEFERRED];
}

/* The next execution that begins before an instant; NULL at the end. */
static const struct jscope__chain *execution_next(const struct jscope__delays *series,
						  size_t *index, jscope_ns until_ns)
{
	const struct jscope__chain *chains = series->chains;

	for (++*index; *index < series->count && !chains[*index].begins; ++*index) {
		if (chains[*index].at[JSCOPE_DUE] > until_ns)
			break;
		if (is_execution(&chains[*index - 1], &chains[*index]) &&
		    chains[*index].at[JSCOPE_DEFERRED] < until_ns)
			return &chains[*index];
	}
	return NULL;
}

/* Whether the client came to run just when a later execution was over: 1; in the middle of it: -1. */
static int run_beside(const struct jscope__delays *series, size_t index)
{
	const jscope_ns run_ns = series->chains[index].at[JSCOPE_RUN];
	const struct jscope__chain *other;

	while ((other = execution_next(series, &index, run_ns))) {
		const jscope_ns begin_ns = other->at[JSCOPE_DEFERRED];
		const jscope_ns end_ns = other->at[JSCOPE_SIGNAL];

		if (run_ns > begin_ns + CLOSE_NS && run_ns < end_ns - CLOSE_NS)
			return -1;
		if (run_ns >= end_ns && run_ns <= end_ns + CLOSE_NS && end_ns - begin_ns > CLOSE_NS)
			return 1;
	}
	return 0;
}

static jscope_ns held_find(const struct jscope__delays *series, size_t index)
{
	const struct jscope__chain *chain = &series->chains[index];
	const struct jscope__chain *other;
	jscope_ns held_ns = 0;

	while ((other = execution_next(series, &index, chain->at[JSCOPE_SERVED]))) {
		jscope_ns begin_ns = other->at[JSCOPE_DEFERRED], end_ns = other->at[JSCOPE_SIGNAL];

		if (begin_ns < chain->at[JSCOPE_RUN])
			begin_ns = chain->at[JSCOPE_RUN];
		if (end_ns > chain->at[JSCOPE_SERVED])
			end_ns = chain->at[JSCOPE_SERVED];
		if (end_ns > begin_ns)
			held_ns += end_ns - begin_ns;
	}
	return held_ns;
}

static void sharing_find(struct jscope__delays *series)
{
	int64_t for_it = 0;

	for (size_t i = 0; i < series->count; i++)
		if (series->chains[i].drawn & 1u << JSCOPE_RUN)
			for_it += run_beside(series, i);
	series->shares_cpu = for_it > 0;
	for (size_t i = 0; series->shares_cpu && i < series->count; i++) {
		struct jscope__chain *chain = &series->chains[i];

		if (chain->drawn & 1u << JSCOPE_RUN && run_beside(series, i) > 0)
			chain->drawn &= (uint8_t) ~(1u << JSCOPE_RUN);
		if (chain->drawn & 1u << JSCOPE_SERVED)
			chain->held_ns = held_find(series, i);
	}
}

static bool has_ends(const struct jscope__delays *series, const struct jscope__chain *chain,
		     unsigned to)
{
	unsigned from = to - 1;

	while (from > JSCOPE_DUE && !(series->path & 1u << from))
		from--;
	return is_known(chain, from) && (is_known(chain, to) || chain->is_lost);
}

static void drawn_find(struct jscope__delays *series)
{
	static const struct way open_way = { INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN,
					     INT64_MIN };
	struct way way = open_way;

	for (size_t i = 0; i < series->count; i++) {
		struct jscope__chain *chain = &series->chains[i];
		unsigned drawn;

		if (chain->begins)
			way = open_way;
		drawn = drawn_by_interrupt(chain, &way) | drawn_by_execution(chain, &way) |
			drawn_by_client(chain, &way);
		for (unsigned k = JSCOPE_IRQ; k < JSCOPE_INSTANT_COUNT; k++)
			if (!(series->path & 1u << k) || !has_ends(series, chain, k))
				drawn &= ~(1u << k);
		chain->drawn = (uint8_t)drawn;
	}
}

static int median_find(struct jscope__delays *series, enum jscope_instant to)
{
	struct jscope_hist *hist;

	if (jscope_hist_create(NULL, &hist) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < series->count; i++)
		if (series->chains[i].drawn & 1u << to && !series->chains[i].is_lost)
			jscope_hist_record(hist,
					   jscope__chain_delay(series, &series->chains[i], to));
	series->median_ns[to] = jscope_hist_quantile(hist, 0.5);
	jscope_hist_destroy(hist);
	return 0;
}

/* What was drawn before a time in which nothing was, and after. */
struct gaps {
	uint64_t count, again_count;	 /* those after which the next is as long */
	uint64_t draw_count, long_count; /* of all draws */
	double sum_ns;
};

static size_t next_drawn(const struct jscope__delays *series, size_t index, unsigned to)
{
	const struct jscope__chain *chains = series->chains;

	for (index++; index < series->count && !chains[index].begins; index++)
		if (chains[index].drawn & 1u << to)
			return index;
	return series->count;
}

static void gap_count(const struct jscope__delays *series, size_t index, unsigned to,
		      jscope_ns long_ns, struct gaps *gaps)
{
	const jscope_ns delay_ns = jscope__chain_delay(series, &series->chains[index], to);
	const size_t next = next_drawn(series, index, to);

	gaps->draw_count++;
	gaps->long_count += delay_ns >= long_ns;
	if (next <= index + 1 || next == series->count || series->chains[next].is_lost)
		return;
	gaps->count++;
	gaps->sum_ns += (double)delay_ns;
	gaps->again_count += jscope__chain_delay(series, &series->chains[next], to) >= long_ns;
}

static struct gaps gaps_count(const struct jscope__delays *series, unsigned to, jscope_ns long_ns)
{
	struct gaps gaps = { 0 };

	for (size_t i = 0; i < series->count; i++)
		if (series->chains[i].drawn & 1u << to && !series->chains[i].is_lost)
			gap_count(series, i, to, long_ns, &gaps);
	return gaps;
}

/*
 * A long delay hides what follows it. Were delays drawn afresh each time, the next one seen would be
 * long as rarely as any; where it is so more often, what made the first one long goes on for a while.
 * If that ends as a radioactive atom does, and had not ended by the next one seen in a share f of all
 * cases, then in the others it has held, on average, for 1 / ln(1/f) - f / (1 - f) of the time between.
 */
static double hold_find(const struct jscope__delays *series, unsigned to)
{
	struct gaps gaps = gaps_count(series, to, 0);
	double again, any;

	if (gaps.count < GAPS_MIN)
		return 0;
	gaps = gaps_count(series, to, jscope_ns_of_real(gaps.sum_ns / (double)gaps.count / 2));
	again = (double)gaps.again_count / (double)gaps.count;
	any = (double)gaps.long_count / (double)gaps.draw_count;
	if (again - 2 * sqrt(again * (1 - again) / (double)gaps.count) <= any)
		return 0;
	again = fmin(again, HOLD_AGAIN_MAX);
	return 1 / log(1 / again) - again / (1 - again);
}

/* The instants that the chains have, whatever the nature of the stream. */
static unsigned path_find(const struct jscope__delays *series)
{
	unsigned path = 0;

	for (size_t i = 0; i < series->count; i++)
		for (unsigned k = JSCOPE_DUE; k < JSCOPE_INSTANT_COUNT; k++)
			if (is_known(&series->chains[i], k))
				path |= 1u << k;
	return path;
}

int jscope__delays_settle(struct jscope__delays *series)
{
	int error = 0;

	if (series->count == 0)
		return 0;
	qsort(series->chains, series->count, sizeof series->chains[0], chain_compare);
	series->path = path_find(series);
	if (!(series->path & 1u << JSCOPE_DUE))
		jscope__due_estimate(series);
	series->path |= 1u << JSCOPE_DUE;
	cut(series);
	drawn_find(series);
	sharing_find(series);
	for (unsigned k = JSCOPE_IRQ; !error && k < JSCOPE_INSTANT_COUNT; k++) {
		error = median_find(series, k);
		series->hold[k] = hold_find(series, k);
	}
	series->nature = jscope__nature_find(series);
	return error;
}
