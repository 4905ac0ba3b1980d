/*
 * The virtual device, run live: real threads in real time, every happening a probe. For the program
 * jitterscope-device; the recorder starts that program like any other that carries probes.
 *
 * Created, stopped and destroyed by one thread. The caller blocks the signals it wants to wait for
 * before the device is created, because the device's threads inherit its mask.
 */
#ifndef TRACER_DEVICE_H
#define TRACER_DEVICE_H

#include <stdbool.h>

#include "tracer/scenario.h"

struct jscope_device;

/*
 * Build the devices of a scenario and start them. `scenario` must outlive the device; `seed` is that
 * of all random delays and faults.
 * ret_real_time: whether the system granted real-time priority and CPU binding; without them the
 * device works, later.
 * Returns 0, -ENOMEM, or -EAGAIN (no more threads), with a sentence.
 */
int jscope_device_start(const struct jscope_scenario *scenario, uint64_t seed,
			struct jscope_device **ret_device, bool *ret_real_time);

/* Whether a client has ended by itself: the device cannot go on. */
bool jscope_device_is_over(struct jscope_device *device);

/*
 * RUN -> PAUSE -> ACQUIRE -> STOP, unregister, free, close; then end all threads.
 * Returns 0, or -EIO with a sentence when the stream could not be set up.
 */
int jscope_device_stop(struct jscope_device *device);

/* Stops first where that has not been done. */
void jscope_device_destroy(struct jscope_device *device);

#endif
