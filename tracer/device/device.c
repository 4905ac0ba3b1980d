#include "tracer/device.h"

#include <errno.h>
#include <stdlib.h>

#include "common/error.h"
#include "forge.h"
#include "live.h"
#include "rig.h"

struct jscope_device {
	struct jscope__machine machine;
	struct jscope__live *live;
	struct jscope__rig *rig;
};

static int start(struct jscope_device *device, const struct jscope_scenario *scenario,
		 uint64_t seed, bool *ret_real_time)
{
	int error =
		jscope__live_create(scenario->machine.cpu_count, &device->machine, &device->live);

	if (!error)
		error = jscope__rig_create(scenario, &device->machine, seed, &device->rig);
	if (error)
		return error;
	jscope__forge_install(&device->machine, scenario);
	return jscope__live_start(device->live, device->rig->tasks, device->rig->task_count,
				  ret_real_time);
}

int jscope_device_start(const struct jscope_scenario *scenario, uint64_t seed,
			struct jscope_device **ret_device, bool *ret_real_time)
{
	struct jscope_device *device = calloc(1, sizeof *device);
	int error;

	if (!device)
		return jscope_error(-ENOMEM, "No memory for the virtual device.");
	error = start(device, scenario, seed, ret_real_time);
	if (error) {
		jscope_device_destroy(device);
		return jscope_error(error, "The threads of the virtual device cannot be started; "
					   "raise `ulimit -u`, or model fewer CPUs and clients.");
	}
	*ret_device = device;
	return 0;
}

bool jscope_device_is_over(struct jscope_device *device)
{
	return jscope__live_ended(device->live) > 0;
}

int jscope_device_stop(struct jscope_device *device)
{
	jscope__live_stop(device->live);
	return jscope__rig_verdict(device->rig);
}

void jscope_device_destroy(struct jscope_device *device)
{
	if (!device)
		return;
	jscope__live_destroy(device->live);
	jscope__rig_destroy(device->rig);
	free(device);
}
