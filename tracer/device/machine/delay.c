#include "delay.h"

#include <math.h>

#include "jscope/probe.h"
#include "recorded.h"

void jscope__delay_init(struct jscope__delay *delay, struct jscope__machine *machine,
			const struct jscope_distribution *distribution,
			enum jscope_delay_stage stage, uint32_t dev, uint64_t object)
{
	*delay = (struct jscope__delay){ .stage = stage, .dev = dev, .object = object };
	if (!distribution || distribution->kind == JSCOPE_DISTRIBUTION_NONE)
		return;
	delay->distribution = distribution;
	jscope__random_init(&delay->random, machine->seed, object * JSCOPE_DELAY_STAGES + stage);
}

void jscope__delay_follow(struct jscope__delay *delay, const struct jscope__course *course)
{
	delay->course = course;
}

bool jscope__delay_is_recorded(const struct jscope__delay *delay)
{
	return delay->distribution && delay->distribution->kind == JSCOPE_DISTRIBUTION_RECORDED;
}

/* Standard normal, by Box and Muller; one of the pair is thrown away. */
static double draw_normal(struct jscope__random *random)
{
	const double radius = sqrt(-2.0 * log(1.0 - jscope__random_unit(random)));

	return radius * cos(2.0 * M_PI * jscope__random_unit(random));
}

static double draw_exponential(struct jscope__random *random, double mean)
{
	return -mean * log(1.0 - jscope__random_unit(random));
}

/* Bursts follow each other at exponential distances from the end of one to the next. */
static double draw_burst(struct jscope__delay *delay, jscope_ns now_ns)
{
	const struct jscope_distribution *burst = delay->distribution;

	while (now_ns >= delay->burst_end_ns) {
		jscope_ns idle_ns =
			(jscope_ns)draw_exponential(&delay->random, (double)burst->every_ns);

		delay->burst_begin_ns = jscope_add_sat(
			delay->burst_end_ns ? delay->burst_end_ns : now_ns, idle_ns + 1);
		delay->burst_end_ns = jscope_add_sat(delay->burst_begin_ns, burst->length_ns);
	}
	return now_ns >= delay->burst_begin_ns ? burst->b : burst->a;
}

static double draw(struct jscope__delay *delay, jscope_ns now_ns)
{
	const struct jscope_distribution *law = delay->distribution;
	struct jscope__random *random = &delay->random;

	switch (law->kind) {
	case JSCOPE_DISTRIBUTION_NONE:
	case JSCOPE_DISTRIBUTION_RECORDED:
		return 0;
	case JSCOPE_DISTRIBUTION_CONSTANT:
		return law->a;
	case JSCOPE_DISTRIBUTION_UNIFORM:
		return law->a + (law->b - law->a) * jscope__random_unit(random);
	case JSCOPE_DISTRIBUTION_NORMAL:
		return law->a + law->b * draw_normal(random);
	case JSCOPE_DISTRIBUTION_LOGNORMAL:
		return law->a * exp(law->b * draw_normal(random));
	case JSCOPE_DISTRIBUTION_EXPONENTIAL:
		return draw_exponential(random, law->a);
	case JSCOPE_DISTRIBUTION_PARETO:
		return law->a / pow(1.0 - jscope__random_unit(random), 1.0 / law->b);
	case JSCOPE_DISTRIBUTION_BURST:
		return draw_burst(delay, now_ns);
	case JSCOPE_DISTRIBUTION_EMPIRICAL:
		return (double)law->samples[jscope__random_below(random, law->sample_count)];
	}
	return 0;
}

static double sines_sum(const struct jscope_distribution *law, jscope_ns now_ns)
{
	double sum = 0;

	for (unsigned i = 0; i < law->sine_count; i++) {
		const double turns = law->sines[i].frequency_hz * ((double)now_ns / 1e9);

		sum += law->sines[i].amplitude_ns * sin(2.0 * M_PI * turns);
	}
	return sum;
}

static jscope_ns draw_law(struct jscope__delay *delay, jscope_ns now_ns)
{
	const struct jscope_distribution *law = delay->distribution;
	const double drawn = draw(delay, now_ns) + sines_sum(law, now_ns);
	const jscope_ns delay_ns = drawn < (double)law->max_ns ? (jscope_ns)drawn : law->max_ns;

	return delay_ns < 0 ? 0 : delay_ns;
}

/* What comes from outside keeps its distance to the end: without, it would be a storm. */
static bool keeps_distance(const struct jscope__delay *delay)
{
	return delay->stage == JSCOPE_DELAY_ARRIVAL || delay->stage == JSCOPE_DELAY_DEVICE;
}

jscope_ns jscope__delay_draw_since(struct jscope__delay *delay, struct jscope__context *context,
				   jscope_ns begin_ns, uint64_t seq)
{
	const jscope_ns now_ns = jscope__machine_now(context->machine);
	jscope_ns delay_ns;

	if (!delay->distribution)
		return 0;
	if (jscope__delay_is_recorded(delay))
		delay_ns = jscope__recorded_left(delay->distribution, delay->course, begin_ns,
						 now_ns, &delay->recorded);
	else
		delay_ns = draw_law(delay, now_ns);
	if (!keeps_distance(delay))
		delay_ns = jscope__machine_delay(context->machine, delay_ns);
	delay->count++;
	JSCOPE_PROBE(truth_delay, .dev = delay->dev, .irql = context->irql,
		     .stage = (uint8_t)delay->stage, .object = delay->object, .seq = seq,
		     .delay_ns = (uint64_t)delay_ns);
	return delay_ns;
}

jscope_ns jscope__delay_draw(struct jscope__delay *delay, struct jscope__context *context,
			     uint64_t seq)
{
	if (!delay->distribution)
		return 0;
	return jscope__delay_draw_since(delay, context, jscope__machine_now(context->machine), seq);
}
