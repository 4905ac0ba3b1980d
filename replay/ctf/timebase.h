/*
 * From the cycles of a stream's clock to the trace clock. Pure but for init(), any thread.
 */
#ifndef REPLAY_CTF_TIMEBASE_H
#define REPLAY_CTF_TIMEBASE_H

#include "common/ns.h"
#include "metadata.h"

struct jscope__ctf_timebase {
	uint64_t frequency_hz;
	jscope_ns offset_ns; /* of the clock's zero from the origin of the trace clock */
};

/* clock: NULL where the trace declares none: nanoseconds from an unknown origin. */
void jscope__ctf_timebase_init(struct jscope__ctf_timebase *timebase,
			       const struct jscope__ctf_clock *clock);

/* For clocks that do not count nanoseconds, and what saturates. */
jscope_ns jscope__ctf_timebase_convert(const struct jscope__ctf_timebase *timebase,
				       uint64_t cycles);

/* Rounded towards minus infinity and saturated; never JSCOPE_NS_UNKNOWN. */
static inline jscope_ns jscope__ctf_timebase_ns(const struct jscope__ctf_timebase *timebase,
						uint64_t cycles)
{
	jscope_ns ns;

	if (timebase->frequency_hz == (uint64_t)JSCOPE_NS_PER_SEC && cycles <= INT64_MAX &&
	    !__builtin_add_overflow(timebase->offset_ns, (int64_t)cycles, &ns) &&
	    ns != JSCOPE_NS_UNKNOWN)
		return ns;
	return jscope__ctf_timebase_convert(timebase, cycles);
}

#endif
