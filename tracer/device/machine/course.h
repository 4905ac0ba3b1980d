/*
 * The course of a device: when it reaches its points. What a recording knows by its points is found
 * again by those of the new session.
 */
#ifndef DEVICE_COURSE_H
#define DEVICE_COURSE_H

#include <stdint.h>

#include "common/ns.h"

struct jscope__course {
	/*
	 * The instant of a point, past or to come as far as anyone knows by now; it never decreases
	 * from one point to the next. 0: where the course begins. Under the lock.
	 */
	jscope_ns (*due)(const void *device, uint64_t point);
	const void *device; /* borrowed */
};

#endif
