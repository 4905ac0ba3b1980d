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

static void mtie_add(struct jscope__tau *tau, double low_before_ns, double high_before_ns)
{
	tau->mtie_ns = larger(tau->mtie_ns, tau->high_ns - low_before_ns);
	tau->mtie_ns = larger(tau->mtie_ns, high_before_ns - tau->low_ns);
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
	tau->low_ns = smaller(tau->low_ns, taps->low_ns[0][i]);
	tau->high_ns = larger(tau->high_ns, taps->high_ns[0][i]);
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

void jscope__tau_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned count)
{
	/* Copies, which the compiler keeps in registers: the taps cannot alias them. */
	const struct jscope__taps local_taps = *taps;
	struct jscope__tau local = *tau;

	for (unsigned i = 0; i < count; i++)
		step_add(&local, &local_taps, i);
	*tau = local;
}

void jscope__tau_extend(struct jscope__tau *tau, double low_ns, double high_ns, unsigned count)
{
	if (tau->steps == 0)
		block_begin(tau);
	tau->low_ns = smaller(tau->low_ns, low_ns);
	tau->high_ns = larger(tau->high_ns, high_ns);
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
