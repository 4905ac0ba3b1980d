/*
 * Recorded delays, found again by the points of a device (struct jscope_recorded_delay).
 */
#ifndef DEVICE_RECORDED_H
#define DEVICE_RECORDED_H

#include "course.h"
#include "tracer/scenario.h"

/*
 * When that is over which began at begin_ns, as it was recorded: where that is the very begin that was
 * recorded (to the microsecond), when the recorded one was; elsewhere it takes as long. UNKNOWN where it
 * never was.
 */
jscope_ns jscope__recorded_end(jscope_ns recorded_begin_ns, jscope_ns recorded_end_ns,
			       jscope_ns begin_ns);

/*
 * What is left at now_ns, 0 or more, of the recorded delay that begins nearest to begin_ns. It
 * is over as jscope__recorded_end() says. JSCOPE__DELAY_NEVER: it never was.
 *
 * cursor: the delay that was met last, 0 at first; begins are asked for in the order of time.
 */
jscope_ns jscope__recorded_left(const struct jscope_distribution *law,
				const struct jscope__course *course, jscope_ns begin_ns,
				jscope_ns now_ns, size_t *cursor);

#endif
