#include "position.h"

#define PPM 1000000

/* Frames in 10^15 ns, the unit in which the drifted rate is a whole number. */
static int64_t frames_per_unit(const struct jscope__epoch *epoch)
{
	return (int64_t)epoch->rate_hz * (PPM + epoch->drift_ppm);
}

#define NS_PER_UNIT (JSCOPE_NS_PER_SEC * PPM)

int64_t jscope__epoch_frames(const struct jscope__epoch *epoch, jscope_ns at_ns)
{
	jscope_ns elapsed_ns = jscope_sub_sat(at_ns, epoch->begin_ns);

	if (epoch->stretch_frames > 0)
		return epoch->begin_frames +
		       (elapsed_ns < epoch->stretch_ns
				? jscope_muldiv(elapsed_ns, epoch->stretch_frames,
						epoch->stretch_ns)
				: epoch->stretch_frames);
	return jscope_add_sat(epoch->begin_frames,
			      jscope_muldiv(elapsed_ns, frames_per_unit(epoch), NS_PER_UNIT));
}

jscope_ns jscope__epoch_instant(const struct jscope__epoch *epoch, int64_t frames)
{
	int64_t distance = jscope_sub_sat(epoch->begin_frames, frames);

	if (epoch->stretch_frames > 0)
		return jscope_sub_sat(epoch->begin_ns, jscope_muldiv(distance, epoch->stretch_ns,
								     epoch->stretch_frames));
	/* Rounding down the negative distance rounds the positive one up. */
	return jscope_sub_sat(epoch->begin_ns,
			      jscope_muldiv(distance, NS_PER_UNIT, frames_per_unit(epoch)));
}
