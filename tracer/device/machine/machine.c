#include "machine.h"

#include <string.h>

void jscope__machine_init(struct jscope__machine *machine, struct jscope__clock *clock,
			  uint32_t cpu_count)
{
	memset(machine, 0, sizeof *machine);
	machine->clock = clock;
	machine->cpu_count = cpu_count;
	for (uint32_t i = 0; i < cpu_count; i++)
		machine->cpus[i].number = i;
}

uint64_t jscope__machine_id(struct jscope__machine *machine)
{
	return ++machine->id_last;
}

jscope_ns jscope__machine_delay(const struct jscope__machine *machine, jscope_ns delay_ns)
{
	return atomic_load(&machine->ending) ? 0 : delay_ns;
}

jscope_ns jscope__machine_now(struct jscope__machine *machine)
{
	return machine->clock->ops->now(machine->clock);
}

jscope_ns jscope__machine_stamp(struct jscope__machine *machine)
{
	return machine->clock->ops->stamp(machine->clock);
}

void jscope__machine_lock(struct jscope__machine *machine)
{
	machine->clock->ops->lock(machine->clock);
}

void jscope__machine_unlock(struct jscope__machine *machine)
{
	machine->clock->ops->unlock(machine->clock);
}
