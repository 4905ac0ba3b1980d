#include "timebase.h"

static int64_t clamp(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

void jscope__ctf_timebase_init(struct jscope__ctf_timebase *timebase,
			       const struct jscope__ctf_clock *clock)
{
	timebase->frequency_hz = clock ? clock->frequency_hz : (uint64_t)JSCOPE_NS_PER_SEC;
	timebase->offset_ns = 0;
	if (clock)
		timebase->offset_ns =
			jscope_add_sat(jscope_muldiv(clock->offset_s, JSCOPE_NS_PER_SEC, 1),
				       jscope_muldiv(clock->offset_cycles, JSCOPE_NS_PER_SEC,
						     clamp(clock->frequency_hz)));
}

/* Whole seconds apart from the rest: both divisions are of 64 bits, but for absurd frequencies. */
jscope_ns jscope__ctf_timebase_convert(const struct jscope__ctf_timebase *timebase, uint64_t cycles)
{
	const uint64_t frequency = timebase->frequency_hz;
	const uint64_t seconds = cycles / frequency, rest = cycles % frequency;
	jscope_ns ns;

	if (frequency <= UINT64_MAX / (uint64_t)JSCOPE_NS_PER_SEC)
		ns = (jscope_ns)(rest * (uint64_t)JSCOPE_NS_PER_SEC / frequency);
	else
		ns = jscope_muldiv(clamp(rest), JSCOPE_NS_PER_SEC, clamp(frequency));
	ns = jscope_add_sat(ns, jscope_muldiv(clamp(seconds), JSCOPE_NS_PER_SEC, 1));
	return jscope_add_sat(ns, timebase->offset_ns);
}
