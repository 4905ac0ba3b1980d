/*
 * Recorded delays, found again by the points of a device (struct jscope_recorded_delay).
 */
#ifndef DEVICE_RECORDED_H
#define DEVICE_RECORDED_H

#include "course.h"
#include "tracer/scenario.h"

/*
 * What is left at now_ns, 0 or more, of the recorded delay that begins nearest to begin_ns. Where that is
 * the very begin that was recorded (to the microsecond), it ends when the recorded one did; elsewhere
 * it takes as long. JSCOPE__DELAY_NEVER: it never was over.
 *
 * cursor: the delay that was met last, 0 at first; begins are asked for in the order of time.
 */
jscope_ns jscope__recorded_left(const struct jscope_distribution *law,
				const struct jscope__course *course, jscope_ns begin_ns,
				jscope_ns now_ns, size_t *cursor);

#endif
