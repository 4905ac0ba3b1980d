/*
 * Where the DMA engine is: a pure function of time within an epoch.
 *
 * An epoch is one stay in RUN. In it the engine moves at its own rate, the nominal one off by a
 * drift, and in whole frames:
 *
 *   frames(t)      = begin_frames + floor((t - begin_ns) * rate * (1 + drift) / 1e9)
 *   instant(f)     = the first nanosecond t with frames(t) >= f
 *
 * A recorded course goes by stretches instead: so many frames in so long, and no further.
 *
 * Both are computed from the beginning of the epoch with a 128-bit product, never by summing
 * periods, so that neither rounds its way off over days.
 */
#ifndef DEVICE_POSITION_H
#define DEVICE_POSITION_H

#include "common/ns.h"

struct jscope__epoch {
	uint32_t rate_hz;
	int32_t drift_ppm; /* above -1000000; positive: the device runs fast */
	jscope_ns begin_ns;
	int64_t begin_frames;
	int64_t stretch_frames; /* of a recorded course; 0: by the rate */
	jscope_ns stretch_ns;
};

int64_t jscope__epoch_frames(const struct jscope__epoch *epoch, jscope_ns at_ns);
jscope_ns jscope__epoch_instant(const struct jscope__epoch *epoch, int64_t frames);

#endif
