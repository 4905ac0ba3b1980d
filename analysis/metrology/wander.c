#include "wander.h"

#include <math.h>
#include <string.h>

#include "coarse.h"

/* Octaves whose taps lie in the last three chunks; those of the others are whole chunks. */
#define NEAR_OCTAVES 8
_Static_assert(1 << NEAR_OCTAVES == JSCOPE__CHUNK_POINTS, "a chunk is the first far tau");

#define COARSE_OCTAVES (JSCOPE__WANDER_OCTAVES - JSCOPE__WANDER_EXACT)
#define CHUNKS_MAX     ((3 << (JSCOPE__WANDER_EXACT - 1)) / JSCOPE__CHUNK_POINTS)

/* The first coarse octave has groups of two chunks. */
_Static_assert(1 << JSCOPE__WANDER_EXACT == 2 * JSCOPE__CHUNK_POINTS * JSCOPE__COARSE_GROUPS,
	       "a group of the first coarse tau is two chunks");

struct jscope__wander {
	struct jscope__wander_budget *budget; /* borrowed */
	bool has_points, is_short;
	uint64_t next; /* index that continues the run */
	/* The run: whole chunks, and the one that fills. */
	unsigned chunks, filled;
	double points_ns[JSCOPE__CHUNK_POINTS];
	struct jscope__history history;
	struct jscope__tau taus[JSCOPE__WANDER_EXACT];
	struct jscope__coarse *coarse[COARSE_OCTAVES]; /* owned; NULL where not reached */
	/* Windows of all segments, had none of their points been missing. */
	uint64_t windows_possible[JSCOPE__WANDER_OCTAVES][JSCOPE__TAU_KINDS];
};

/* The three last chunks side by side, of which the last fills or is just full. */
struct recent {
	double points_ns[3 * JSCOPE__CHUNK_POINTS];
	struct jscope__extent now, before; /* of the last one; of that and the one before it */
};

struct jscope__wander *jscope__wander_create(struct jscope__wander_budget *budget)
{
	struct jscope__wander *wander = jscope__wander_take(budget, sizeof *wander);

	if (!wander)
		return NULL;
	wander->budget = wander->history.budget = budget;
	wander->history.chunk_max = CHUNKS_MAX;
	for (unsigned k = 0; k < JSCOPE__WANDER_EXACT; k++)
		wander->taus[k].span = UINT64_C(1) << k;
	return wander;
}

void jscope__wander_destroy(struct jscope__wander *wander)
{
	if (!wander)
		return;
	jscope__history_finish(&wander->history);
	for (unsigned i = 0; i < COARSE_OCTAVES; i++)
		jscope__wander_give(wander->budget, wander->coarse[i], sizeof *wander->coarse[i]);
	jscope__wander_give(wander->budget, wander, sizeof *wander);
}

bool jscope__wander_is_short(const struct jscope__wander *wander)
{
	return wander->is_short || wander->history.is_short;
}

/* From points to taus */

/* All of one value: a step is a point. */
static void points_add(struct jscope__tau *tau, const struct recent *recent,
		       const double *const before[3], const struct jscope__extent *extent_before,
		       unsigned count)
{
	const double *now = recent->points_ns + 2 * JSCOPE__CHUNK_POINTS;
	const struct jscope__taps taps = {
		{ now, before[0], before[1] },
		{ now, before[0], before[1], before[2] },
		{ now, before[0] },
		{ now, before[0] },
		{ recent->now.low_ns, extent_before->low_ns },
		{ recent->now.high_ns, extent_before->high_ns },
	};

	jscope__tau_add(tau, &taps, count);
}

static void tail_add(struct jscope__tau *tau, const double *points_ns, unsigned count)
{
	const struct jscope__extent extent = jscope__extent_of(points_ns, count);

	jscope__tau_tail(tau, extent.low_ns, extent.high_ns);
}

static void near_add(struct jscope__wander *wander, const struct recent *recent)
{
	const double *now = recent->points_ns + 2 * JSCOPE__CHUNK_POINTS;

	for (unsigned k = 0; k < NEAR_OCTAVES; k++) {
		const unsigned span = 1u << k;
		const double *const before[] = { now - span, now - 2 * span, now - 3 * span };

		points_add(&wander->taus[k], recent, before, &recent->before, wander->filled);
	}
}

/* The same at the end of the run: what is behind the last point by a tau or less, and no more. */
static void near_end(struct jscope__wander *wander, const struct recent *recent)
{
	const double *end = recent->points_ns + 2 * JSCOPE__CHUNK_POINTS + wander->filled;

	for (unsigned k = 0; k < NEAR_OCTAVES; k++) {
		const uint64_t left = jscope__tau_tail_steps(&wander->taus[k]);

		if (left > 0)
			tail_add(&wander->taus[k], end - wander->taus[k].span, (unsigned)left);
	}
}

/* Chunks of one, two and three taus ago, as far as the run has them. */
static void far_tau_add(struct jscope__wander *wander, unsigned octave, const struct recent *recent)
{
	const unsigned span = 1u << (octave - NEAR_OCTAVES);
	double points_ns[3][JSCOPE__CHUNK_POINTS];
	struct jscope__extent extents[3];
	const double *const before[] = { points_ns[0], points_ns[1], points_ns[2] };

	for (unsigned i = 0; i < 3 && wander->chunks >= (i + 1) * span; i++)
		extents[i] = jscope__history_read(&wander->history, wander->chunks - (i + 1) * span,
						  points_ns[i]);
	points_add(&wander->taus[octave], recent, before, &extents[0], wander->filled);
}

/* Does the history, which can no longer grow, reach back far enough? */
static bool is_kept(const struct jscope__wander *wander, unsigned octave)
{
	return !wander->history.is_short ||
	       3u << (octave - NEAR_OCTAVES) <= wander->history.chunk_count;
}

/* From the place one tau before the end to the beginning of the last block, chunk by chunk. */
static void far_tau_end(struct jscope__wander *wander, unsigned octave)
{
	struct jscope__tau *tau = &wander->taus[octave];
	uint64_t left = jscope__tau_tail_steps(tau);
	double points_ns[JSCOPE__CHUNK_POINTS];

	while (left > 0) {
		const uint64_t place = tau->steps - tau->place - left;
		const unsigned skip = (unsigned)(place % JSCOPE__CHUNK_POINTS);

		jscope__history_read(&wander->history, (unsigned)(place / JSCOPE__CHUNK_POINTS),
				     points_ns);
		tail_add(tau, points_ns + skip, JSCOPE__CHUNK_POINTS - skip);
		left -= JSCOPE__CHUNK_POINTS - skip;
	}
	jscope__tau_run_end(tau);
}

static void far_add(struct jscope__wander *wander, const struct recent *recent)
{
	for (unsigned k = NEAR_OCTAVES; k < JSCOPE__WANDER_EXACT; k++)
		if (!is_kept(wander, k))
			far_tau_end(wander, k);
		else if (wander->chunks >= 1u << (k - NEAR_OCTAVES))
			far_tau_add(wander, k, recent);
		else
			jscope__tau_extend(&wander->taus[k], recent->now.low_ns,
					   recent->now.high_ns, wander->filled);
}

/* Coarse octaves */

static struct jscope__coarse *coarse_get(struct jscope__wander *wander, unsigned level)
{
	struct jscope__coarse **coarse = &wander->coarse[level];

	if (!*coarse)
		*coarse = jscope__wander_take(wander->budget, sizeof **coarse);
	if (!*coarse) {
		wander->is_short = true;
		return NULL;
	}
	(*coarse)->tau.span = JSCOPE__COARSE_GROUPS;
	(*coarse)->is_running = true;
	return *coarse;
}

static struct jscope__group pair_of(const struct jscope__coarse *coarse, unsigned number)
{
	const struct jscope__group one = jscope__coarse_group(coarse, 2 * number),
				   next = jscope__coarse_group(coarse, 2 * number + 1);

	return jscope__group_join(&one, &next);
}

/* A level begins when the run is as long as its tau: the one below still has all groups then. */
static void level_begin(struct jscope__wander *wander, unsigned level)
{
	const struct jscope__coarse *below = wander->coarse[level - 1];
	struct jscope__coarse *coarse = coarse_get(wander, level);

	for (unsigned i = 0; coarse && i < JSCOPE__COARSE_GROUPS; i++) {
		const struct jscope__group pair = pair_of(below, i);

		jscope__coarse_add(coarse, &pair);
	}
}

/* Two groups of a level are one of the next. */
static void levels_raise(struct jscope__wander *wander)
{
	for (unsigned level = 1; level < COARSE_OCTAVES; level++) {
		const struct jscope__coarse *below = wander->coarse[level - 1];
		const unsigned count = jscope__coarse_count(below);
		struct jscope__coarse *coarse = wander->coarse[level];

		if (count % 2 != 0)
			return;
		if (count == 2 * JSCOPE__COARSE_GROUPS)
			level_begin(wander, level);
		else if (coarse && coarse->is_running) {
			const struct jscope__group pair = pair_of(below, count / 2 - 1);

			jscope__coarse_add(coarse, &pair);
		}
		if (!wander->coarse[level] || !wander->coarse[level]->is_running)
			return;
	}
}

static void coarse_begin(struct jscope__wander *wander)
{
	struct jscope__coarse *coarse = coarse_get(wander, 0);
	double points_ns[2 * JSCOPE__CHUNK_POINTS];

	/* But for the pair that ends just now, which the caller adds. */
	for (unsigned i = 0; coarse && i < JSCOPE__COARSE_GROUPS - 1; i++) {
		struct jscope__group group;

		jscope__history_read(&wander->history, 2 * i, points_ns);
		jscope__history_read(&wander->history, 2 * i + 1, points_ns + JSCOPE__CHUNK_POINTS);
		group = jscope__group_of(points_ns, 2 * JSCOPE__CHUNK_POINTS);
		jscope__coarse_add(coarse, &group);
	}
}

/* The chunk is full, and with it each second time a pair. */
static void coarse_add(struct jscope__wander *wander, const struct recent *recent)
{
	struct jscope__group pair;

	if (wander->chunks % 2 == 0)
		return;
	if (wander->chunks == 2 * JSCOPE__COARSE_GROUPS - 1 && !wander->history.is_short)
		coarse_begin(wander);
	if (!wander->coarse[0] || !wander->coarse[0]->is_running)
		return;
	pair = jscope__group_of(recent->points_ns + JSCOPE__CHUNK_POINTS, 2 * JSCOPE__CHUNK_POINTS);
	jscope__coarse_add(wander->coarse[0], &pair);
	levels_raise(wander);
}

/* From points to runs */

static struct jscope__extent extent_join(const struct jscope__extent *one,
					 const struct jscope__extent *other)
{
	return (struct jscope__extent){
		one->low_ns < other->low_ns ? one->low_ns : other->low_ns,
		one->high_ns > other->high_ns ? one->high_ns : other->high_ns,
	};
}

static void recent_collect(const struct jscope__wander *wander, struct recent *ret_recent)
{
	struct jscope__extent extents[2];

	for (unsigned ago = 1; ago <= 2 && ago <= wander->chunks; ago++)
		extents[ago - 1] = jscope__history_read(&wander->history, wander->chunks - ago,
							ret_recent->points_ns +
								(2 - ago) * JSCOPE__CHUNK_POINTS);
	memcpy(ret_recent->points_ns + 2 * JSCOPE__CHUNK_POINTS, wander->points_ns,
	       wander->filled * sizeof wander->points_ns[0]);
	ret_recent->now = jscope__extent_of(wander->points_ns, wander->filled);
	ret_recent->before = ret_recent->now;
	if (wander->chunks > 0)
		ret_recent->before = extent_join(&extents[0], &ret_recent->now);
}

static void taus_add(struct jscope__wander *wander, bool is_end)
{
	struct recent recent;

	recent_collect(wander, &recent);
	near_add(wander, &recent);
	if (is_end)
		near_end(wander, &recent);
	far_add(wander, &recent);
	if (wander->filled == JSCOPE__CHUNK_POINTS)
		coarse_add(wander, &recent);
}

static void run_end(struct jscope__wander *wander)
{
	if (wander->filled > 0)
		taus_add(wander, true);
	for (unsigned k = 0; k < NEAR_OCTAVES; k++)
		jscope__tau_run_end(&wander->taus[k]);
	for (unsigned k = NEAR_OCTAVES; k < JSCOPE__WANDER_EXACT; k++)
		far_tau_end(wander, k);
	for (unsigned i = 0; i < COARSE_OCTAVES && wander->coarse[i]; i++)
		jscope__coarse_run_end(wander->coarse[i]);
	wander->chunks = wander->filled = 0;
}

static void chunk_end(struct jscope__wander *wander)
{
	taus_add(wander, false);
	wander->filled = 0;
	if (!jscope__history_add(&wander->history, wander->chunks++, wander->points_ns))
		run_end(wander);
}

void jscope__wander_point(struct jscope__wander *wander, uint64_t index, jscope_ns error_ns)
{
	if (wander->has_points && index != wander->next)
		run_end(wander);
	wander->has_points = true;
	wander->next = index < UINT64_MAX ? index + 1 : index;
	wander->points_ns[wander->filled++] = (double)error_ns;
	if (wander->filled == JSCOPE__CHUNK_POINTS)
		chunk_end(wander);
}

/* A step of a tau, in points: 1 << that. */
static unsigned step_shift(unsigned octave)
{
	return octave < JSCOPE__WANDER_EXACT ? 0 : octave - NEAR_OCTAVES;
}

static void possible_add(struct jscope__wander *wander, unsigned octave, enum jscope__tau_kind kind)
{
	const unsigned shift = step_shift(octave);
	uint64_t *possible = &wander->windows_possible[octave][kind];

	if (__builtin_add_overflow(*possible,
				   jscope__tau_windows(UINT64_C(1) << (octave - shift), kind,
						       wander->next >> shift),
				   possible))
		*possible = UINT64_MAX;
}

void jscope__wander_segment_end(struct jscope__wander *wander)
{
	if (!wander->has_points)
		return;
	run_end(wander);
	for (unsigned k = 0; k < JSCOPE__WANDER_OCTAVES; k++)
		for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++)
			possible_add(wander, k, kind);
	wander->has_points = false;
}

/* Figures */

static const struct jscope__tau *tau_get(const struct jscope__wander *wander, unsigned octave)
{
	if (octave < JSCOPE__WANDER_EXACT)
		return &wander->taus[octave];
	if (octave < JSCOPE__WANDER_OCTAVES && wander->coarse[octave - JSCOPE__WANDER_EXACT])
		return &wander->coarse[octave - JSCOPE__WANDER_EXACT]->tau;
	return NULL;
}

static double mean_of(double sum, uint64_t count)
{
	return count > 0 ? sum / (double)count : 0;
}

bool jscope__wander_figures(const struct jscope__wander *wander, unsigned octave, double period_ns,
			    struct jscope__wander_figures *ret_figures)
{
	const struct jscope__tau *tau = tau_get(wander, octave);
	const double points = ldexp(1, (int)octave), tau_ns = points * period_ns;
	struct jscope__wander_figures figures = { .tau_ns = tau_ns < 0x1p62 ? llround(tau_ns)
									    : INT64_MAX };

	if (!tau || tau->windows[JSCOPE__MTIE] == 0)
		return false;
	figures.mtie_ns = tau->mtie_ns;
	figures.adev = sqrt(mean_of(tau->adev_squares, tau->windows[JSCOPE__ADEV]) / 2) / tau_ns;
	/* The mean of second differences of averages over tau, of which the sums are `points` times. */
	figures.tdev_ns = sqrt(mean_of(tau->tdev_squares, tau->windows[JSCOPE__TDEV]) / 6) / points;
	figures.mdev = figures.tdev_ns * sqrt(3) / tau_ns;
	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++) {
		figures.windows[kind] = tau->windows[kind];
		figures.skipped[kind] = wander->windows_possible[octave][kind] - tau->windows[kind];
	}
	*ret_figures = figures;
	return true;
}
