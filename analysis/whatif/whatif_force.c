#include "whatif_force.h"

#include "whatif_nature.h"

/* Chains that are looked at for one that drew; beyond them the median of all is as good. */
#define NEAR_CHAINS 256

/* How far back a stall is looked for. */
#define STALL_MAX_NS JSCOPE_NS_PER_SEC

static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Not beyond the ends of the time in which the chain lies. */
static size_t spread_out(struct jscope__force *force, size_t index)
{
	const struct jscope__delays *series = force->series;
	const unsigned width = 2 * force->spread + 1;
	int64_t away = (int64_t)(random_next(&force->random) % width) - (int64_t)force->spread;

	for (; away < 0 && index > 0 && !series->chains[index].begins; away++)
		index--;
	for (; away > 0 && index + 1 < series->count && !series->chains[index + 1].begins; away--)
		index++;
	return index;
}

/* A draw that counts: in the reading of stalls the long ones are none. */
static bool is_draw(const struct jscope__force *force, const struct jscope__chain *chain,
		    enum jscope_instant to)
{
	if (!(chain->drawn & 1u << to))
		return false;
	return !force->stalls || chain->is_lost || !jscope__nature_stalls(to) ||
	       jscope__chain_delay(force->series, chain, to) <= jscope__stall_ns(force->series);
}

/* The nearest that drew, up to here and after; `count` where none is near. */

static size_t drawn_until(const struct jscope__force *force, size_t index, enum jscope_instant to)
{
	const struct jscope__delays *series = force->series;

	for (size_t i = index; index - i < NEAR_CHAINS; i--) {
		if (is_draw(force, &series->chains[i], to))
			return i;
		if (series->chains[i].begins || i == 0)
			break;
	}
	return series->count;
}

static size_t drawn_after(const struct jscope__force *force, size_t index, enum jscope_instant to)
{
	const struct jscope__delays *series = force->series;

	for (size_t i = index + 1; i < series->count && i - index < NEAR_CHAINS; i++) {
		if (series->chains[i].begins)
			break;
		if (is_draw(force, &series->chains[i], to))
			return i;
	}
	return series->count;
}

/* For which part of the time until the next draw this one held on. */
static double held_part(const struct jscope__force *force, enum jscope_instant to)
{
	const double hold = force->series->hold[to];

	if (hold > 0 && force->held == JSCOPE__HELD_ALL)
		return 1;
	return force->held == JSCOPE__HELD_NOT ? 0 : hold;
}

static const struct jscope__chain *drawn_near(const struct jscope__force *force, size_t index,
					      enum jscope_instant to)
{
	const struct jscope__delays *series = force->series;
	const struct jscope__chain *chains = series->chains;
	const size_t before = drawn_until(force, index, to);
	size_t after;
	double gap, passed;

	if (before == index)
		return &chains[index];
	after = drawn_after(force, index, to);
	if (after == series->count)
		return before == series->count ? NULL : &chains[before];
	if (before == series->count)
		return &chains[after];
	gap = (double)(chains[after].point - chains[before].point - 1);
	passed = (double)(chains[index].point - chains[before].point) - 0.5;
	return passed < held_part(force, to) * gap ? &chains[before] : &chains[after];
}

/*
 * What is left of a stall at an instant, 0 where there is none. When it began nobody knows, but that it
 * was since the point before that of which it is known: in the middle between, on average.
 */
static jscope_ns stall_left(const struct jscope__force *force, size_t index, enum jscope_instant to,
			    jscope_ns at_ns)
{
	const struct jscope__delays *series = force->series;
	const jscope_ns from_ns = jscope_sub_sat(at_ns, STALL_MAX_NS);
	const jscope_ns until_ns = jscope_add_sat(at_ns, series->period_ns / 2);
	size_t first = index;

	while (first > 0 && !series->chains[first].begins && index - first < NEAR_CHAINS &&
	       series->chains[first].at[JSCOPE_DUE] > from_ns)
		first--;
	for (size_t i = first; i < series->count; i++) {
		const struct jscope__chain *chain = &series->chains[i];

		if (chain->at[JSCOPE_DUE] > until_ns || (i > first && chain->begins))
			break;
		if (!(chain->drawn & 1u << to) || chain->is_lost || chain->at[to] <= at_ns ||
		    jscope__chain_from(series, chain, to) > until_ns ||
		    jscope__chain_delay(series, chain, to) <= jscope__stall_ns(series))
			continue;
		return jscope_sub_sat(chain->at[to], at_ns);
	}
	return 0;
}

static jscope_ns recorded_ns(struct jscope__force *force, size_t index, enum jscope_instant to,
			     jscope_ns at_ns)
{
	const struct jscope__chain *chain;
	jscope_ns delay_ns;

	if (force->stalls && jscope__nature_stalls(to)) {
		delay_ns = stall_left(force, index, to, at_ns);
		if (delay_ns > 0)
			return delay_ns;
	}
	if (force->spread > 0)
		index = spread_out(force, index);
	chain = drawn_near(force, index, to);
	if (!chain)
		return force->series->median_ns[to];
	if (to == JSCOPE_IRQ && chain->is_lost)
		return JSCOPE__LOST_NS;
	delay_ns = jscope__chain_delay(force->series, chain, to);
	return delay_ns > 0 ? delay_ns : 0;
}

static jscope_ns work_ns(struct jscope__force *force, size_t index, jscope_ns at_ns)
{
	if (force->settings->work_ns != JSCOPE_NS_UNKNOWN)
		return force->settings->work_ns;
	return jscope_ns_of_real(force->work_factor *
				 (double)recorded_ns(force, index, JSCOPE_SERVED, at_ns));
}

static enum jscope_stage stage_of(enum jscope_instant to)
{
	static const enum jscope_stage stages[JSCOPE_INSTANT_COUNT] = {
		[JSCOPE_IRQ] = JSCOPE_STAGE_INTERRUPT,	[JSCOPE_QUEUED] = JSCOPE_STAGE_DISPATCH,
		[JSCOPE_DEFERRED] = JSCOPE_STAGE_QUEUE, [JSCOPE_SIGNAL] = JSCOPE_STAGE_HANDLER,
		[JSCOPE_RUN] = JSCOPE_STAGE_WAKE,
	};

	return stages[to];
}

jscope_ns jscope__force_delay(struct jscope__force *force, size_t index, enum jscope_instant to,
			      jscope_ns at_ns)
{
	jscope_ns delay_ns, cap_ns;

	if (to == JSCOPE_SERVED)
		return work_ns(force, index, at_ns);
	if (!(force->series->path & 1u << to))
		return 0;
	delay_ns = recorded_ns(force, index, to, at_ns);
	cap_ns = force->settings->cap_ns[stage_of(to)];
	if (delay_ns == JSCOPE__LOST_NS || cap_ns == JSCOPE_NS_UNKNOWN || delay_ns < cap_ns)
		return delay_ns;
	return cap_ns;
}
