#include "tau.h"

#include <math.h>

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

static double second_difference(double now, double before, double long_before)
{
	return now - 2 * before + long_before;
}

/* A block ends at a step of the next one, and with it all that its windows can tell. */
static void block_begin(struct jscope__tau *tau)
{
	if (tau->steps > 0)
		tau->mtie_ns = larger(tau->mtie_ns, tau->high_ns - tau->low_ns);
	tau->low_ns = INFINITY;
	tau->high_ns = -INFINITY;
}

static void extremes_add(struct jscope__tau *tau, double low_ns, double high_ns)
{
	tau->low_ns = smaller(tau->low_ns, low_ns);
	tau->high_ns = larger(tau->high_ns, high_ns);
}

static void mtie_add(struct jscope__tau *tau, double low_before_ns, double high_before_ns)
{
	const double up_ns = tau->high_ns - low_before_ns, down_ns = high_before_ns - tau->low_ns;

	tau->mtie_ns = larger(tau->mtie_ns, larger(up_ns, down_ns));
}

static void adev_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned i)
{
	const double change =
		second_difference(taps->first_ns[0][i], taps->first_ns[1][i], taps->first_ns[2][i]);

	tau->adev_squares += change * change;
}

static void tdev_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned i)
{
	tau->moving +=
		second_difference(taps->sum_ns[0][i], taps->sum_ns[1][i], taps->sum_ns[2][i]);
	if (tau->steps >= 3 * tau->span)
		tau->moving -= second_difference(taps->sum_ns[1][i], taps->sum_ns[2][i],
						 taps->sum_ns[3][i]);
	if (tau->steps >= 3 * tau->span - 1)
		tau->tdev_squares += tau->moving * tau->moving;
}

static void step_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned i)
{
	if (tau->place == 0)
		block_begin(tau);
	extremes_add(tau, taps->low_ns[0][i], taps->high_ns[0][i]);
	if (tau->steps >= tau->span)
		mtie_add(tau, taps->low_ns[1][i], taps->high_ns[1][i]);
	if (tau->steps >= 2 * tau->span) {
		adev_add(tau, taps, i);
		tdev_add(tau, taps, i);
	}
	tau->steps++;
	if (++tau->place == tau->span)
		tau->place = 0;
}

static void steps_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned count)
{
	/* Copies, which the compiler keeps in registers: the taps cannot alias them. */
	const struct jscope__taps local_taps = *taps;
	struct jscope__tau local = *tau;

	for (unsigned i = 0; i < count; i++)
		step_add(&local, &local_taps, i);
	*tau = local;
}

/*
 * A batch in the middle of a run, where all windows are there: the same as step_add() does, but
 * figure by figure, so that additions need not wait for each other. Added are whole numbers, so
 * that their order does not matter.
 */

static double change_at(const double *const series_ns[3], unsigned i)
{
	return second_difference(series_ns[0][i], series_ns[1][i], series_ns[2][i]);
}

static void adev_batch(struct jscope__tau *tau, const struct jscope__taps *taps)
{
	double even = 0, odd = 0;

	for (unsigned i = 0; i < JSCOPE__TAU_BATCH; i += 2) {
		const double one = change_at(taps->first_ns, i),
			     next = change_at(taps->first_ns, i + 1);

		even += one * one;
		odd += next * next;
	}
	tau->adev_squares += even + odd;
}

/* By how much the sum of second differences changes at each step. */
static void moves_fill(const struct jscope__taps *taps, double moves[JSCOPE__TAU_BATCH])
{
	const double *now = taps->sum_ns[0], *one = taps->sum_ns[1], *two = taps->sum_ns[2],
		     *three = taps->sum_ns[3];

	for (unsigned i = 0; i < JSCOPE__TAU_BATCH; i++)
		moves[i] = (now[i] - three[i]) - 3 * (one[i] - two[i]);
}

static void tdev_batch(struct jscope__tau *tau, const struct jscope__taps *taps)
{
	double moves[JSCOPE__TAU_BATCH], moving = tau->moving, even = 0, odd = 0;

	moves_fill(taps, moves);
	for (unsigned i = 0; i < JSCOPE__TAU_BATCH; i += 2) {
		const double one = moving + moves[i], next = moving + (moves[i] + moves[i + 1]);

		even += one * one;
		odd += next * next;
		moving = next;
	}
	tau->moving = moving;
	tau->tdev_squares += even + odd;
}

static void mtie_steps(struct jscope__tau *tau, const struct jscope__taps *taps)
{
	struct jscope__tau local = *tau;

	for (unsigned i = 0; i < JSCOPE__TAU_BATCH; i++) {
		if (local.place == 0)
			block_begin(&local);
		extremes_add(&local, taps->low_ns[0][i], taps->high_ns[0][i]);
		mtie_add(&local, taps->low_ns[1][i], taps->high_ns[1][i]);
		if (++local.place == local.span)
			local.place = 0;
	}
	*tau = local;
}

/* Most of the time nothing in reach is as far apart as MTIE is already. */
static void mtie_batch(struct jscope__tau *tau, const struct jscope__taps *taps)
{
	double floor_ns = smaller(taps->floor_ns[0], taps->floor_ns[1]);
	double ceiling_ns = larger(taps->ceiling_ns[0], taps->ceiling_ns[1]);

	if (tau->place > 0) {
		floor_ns = smaller(floor_ns, tau->low_ns);
		ceiling_ns = larger(ceiling_ns, tau->high_ns);
	}
	if (ceiling_ns - floor_ns > tau->mtie_ns) {
		mtie_steps(tau, taps);
		return;
	}
	if (tau->place == 0)
		block_begin(tau);
	extremes_add(tau, taps->floor_ns[0], taps->ceiling_ns[0]);
	tau->place = (tau->place + JSCOPE__TAU_BATCH) % tau->span;
}

static void batch_add(struct jscope__tau *tau, const struct jscope__taps *taps)
{
	mtie_batch(tau, taps);
	adev_batch(tau, taps);
	tdev_batch(tau, taps);
	tau->steps += JSCOPE__TAU_BATCH;
}

void jscope__tau_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned count)
{
	if (count == JSCOPE__TAU_BATCH && tau->steps >= 3 * tau->span) {
		batch_add(tau, taps);
		return;
	}
	steps_add(tau, taps, count);
}

void jscope__tau_extend(struct jscope__tau *tau, double low_ns, double high_ns, unsigned count)
{
	if (tau->steps == 0)
		block_begin(tau);
	extremes_add(tau, low_ns, high_ns);
	tau->steps += count;
	tau->place = tau->steps % tau->span;
}

uint64_t jscope__tau_windows(uint64_t span, enum jscope__tau_kind kind, uint64_t steps)
{
	static const struct {
		unsigned spans, off;
	} lengths[] = {
		[JSCOPE__MTIE] = { 1, 0 }, [JSCOPE__ADEV] = { 2, 0 }, [JSCOPE__TDEV] = { 3, 1 }
	};
	const uint64_t length = lengths[kind].spans * span - lengths[kind].off;

	return steps > length ? steps - length : 0;
}

uint64_t jscope__tau_tail_steps(const struct jscope__tau *tau)
{
	return tau->steps > tau->span && tau->place > 0 ? tau->span - tau->place : 0;
}

void jscope__tau_tail(struct jscope__tau *tau, double low_ns, double high_ns)
{
	mtie_add(tau, low_ns, high_ns);
}

void jscope__tau_run_end(struct jscope__tau *tau)
{
	if (tau->steps > tau->span)
		tau->mtie_ns = larger(tau->mtie_ns, tau->high_ns - tau->low_ns);
	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++)
		tau->windows[kind] += jscope__tau_windows(tau->span, kind, tau->steps);
	tau->steps = tau->place = 0;
	tau->moving = 0;
}
