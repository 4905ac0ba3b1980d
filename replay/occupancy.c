#include "occupancy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"

#define OPEN_MAX  16 /* handlers and threads at work on a CPU at once */
#define QUEUE_MAX 64 /* DPCs that wait for one */

struct queued {
	uint32_t dev;
	uint64_t dpc;
};

struct cpu {
	uint32_t number;
	bool has_kernel;
	struct jscope_occupant kernel;
	unsigned open_count, queue_count;
	struct jscope_occupant open[OPEN_MAX]; /* in the order of their begin */
	struct queued queue[QUEUE_MAX];	       /* the next one first */
	bool is_told;
	struct jscope_occupancy told;
};

static const struct jscope_occupant nothing = { .holder = JSCOPE_HOLDER_NONE,
						.begin_ns = JSCOPE_NS_UNKNOWN,
						.name = "" };

static const struct jscope__departure no_departure = { 0 };

int jscope__occupancy_create(struct jscope__output *output,
			     struct jscope__occupancy **ret_occupancy)
{
	struct jscope__occupancy *made = calloc(1, sizeof *made);

	if (!made)
		return -ENOMEM;
	made->output = output;
	if (jscope_map_create(sizeof(void *), JSCOPE__OCCUPANCY_CPUS, &made->cpus) < 0) {
		free(made);
		return -ENOMEM;
	}
	*ret_occupancy = made;
	return 0;
}

void jscope__occupancy_destroy(struct jscope__occupancy *occupancy)
{
	if (!occupancy)
		return;
	jscope__pointers_destroy(occupancy->cpus);
	free(occupancy);
}

uint64_t jscope__occupancy_refused(const struct jscope__occupancy *occupancy)
{
	return occupancy ? occupancy->refused + jscope_map_refused(occupancy->cpus) : 0;
}

static struct cpu *cpu_get(struct jscope__occupancy *occupancy, uint32_t number)
{
	struct cpu **known = jscope_map_put(occupancy->cpus, (struct jscope_key){ 0, number });

	if (known && !*known) {
		*known = calloc(1, sizeof **known);
		if (*known)
			(*known)->number = number;
	}
	return known ? *known : NULL;
}

static bool is_same(const struct jscope_occupant *a, const struct jscope_occupant *b)
{
	return a->holder == b->holder && a->dev == b->dev && a->id == b->id;
}

/* The most urgent one; of equals the one that began last, as it interrupted the other. */
static const struct jscope_occupant *open_top(const struct cpu *cpu)
{
	const struct jscope_occupant *top = &nothing;

	for (unsigned i = 0; i < cpu->open_count; i++)
		if (cpu->open[i].holder >= top->holder)
			top = &cpu->open[i];
	return top;
}

/* What the thread that the kernel runs is at, by the device's events; else that thread. */
static const struct jscope_occupant *kernel_top(const struct cpu *cpu)
{
	const struct jscope_occupant *top = open_top(cpu);

	if (cpu->kernel.holder == JSCOPE_HOLDER_UNKNOWN && cpu->open_count)
		return top;
	if (cpu->kernel.holder == JSCOPE_HOLDER_THREAD && cpu->open_count &&
	    top->tid == cpu->kernel.id)
		return top;
	return &cpu->kernel;
}

static struct jscope_occupancy present(const struct cpu *cpu, jscope_ns now_ns)
{
	const struct queued *first = cpu->queue_count ? cpu->queue : NULL;

	return (struct jscope_occupancy){
		.cpu = cpu->number,
		.at_ns = now_ns,
		.by = cpu->has_kernel ? *kernel_top(cpu) : *open_top(cpu),
		.is_modelled = !cpu->has_kernel,
		.ahead_dev = first ? first->dev : 0,
		.ahead = first ? first->dpc : 0,
	};
}

static bool says_the_same(const struct jscope_occupancy *a, const struct jscope_occupancy *b)
{
	return is_same(&a->by, &b->by) && a->by.begin_ns == b->by.begin_ns &&
	       a->is_modelled == b->is_modelled && a->ahead_dev == b->ahead_dev &&
	       a->ahead == b->ahead;
}

static void change_tell(struct jscope__occupancy *occupancy, struct cpu *cpu,
			const struct jscope__departure *departure)
{
	const struct jscope_timeline_sink *sink = occupancy->output->sink;
	struct jscope_occupancy now = present(cpu, occupancy->output->now_ns);

	if (cpu->is_told && says_the_same(&cpu->told, &now) && !departure->unseen)
		return;
	cpu->is_told = true;
	cpu->told = now;
	now.unseen = departure->unseen;
	now.left_asleep = departure->is_asleep;
	sink->occupancy(sink->state, &now);
}

void jscope__occupancy_kernel(struct jscope__occupancy *occupancy, uint32_t number,
			      const struct jscope_occupant *by,
			      const struct jscope__departure *departure)
{
	struct cpu *cpu = cpu_get(occupancy, number);

	if (!cpu)
		return;
	cpu->has_kernel = true;
	cpu->kernel = *by;
	change_tell(occupancy, cpu, departure);
}

static void open_remove(struct cpu *cpu, unsigned index)
{
	cpu->open_count--;
	memmove(&cpu->open[index], &cpu->open[index + 1],
		(cpu->open_count - index) * sizeof cpu->open[0]);
}

static void open_forget(struct cpu *cpu, const struct jscope_occupant *by)
{
	for (unsigned i = cpu->open_count; i > 0; i--)
		if (is_same(&cpu->open[i - 1], by))
			open_remove(cpu, i - 1);
}

/* The end of what has lost events behind it may be among them. */
static void doubtful_forget(const struct jscope__occupancy *occupancy, struct cpu *cpu)
{
	const struct jscope__output *output = occupancy->output;

	for (unsigned i = output->loss_count ? cpu->open_count : 0; i > 0; i--)
		if (jscope__output_lost_between(output, cpu->open[i - 1].begin_ns, output->now_ns))
			open_remove(cpu, i - 1);
}

/* What is open already does not nest in itself: it has ended unseen. */
void jscope__occupancy_begin(struct jscope__occupancy *occupancy, uint32_t number,
			     const struct jscope_occupant *by)
{
	struct cpu *cpu = cpu_get(occupancy, number);

	if (!cpu)
		return;
	doubtful_forget(occupancy, cpu);
	open_forget(cpu, by);
	if (cpu->open_count < OPEN_MAX)
		cpu->open[cpu->open_count++] = *by;
	else
		occupancy->refused++;
	change_tell(occupancy, cpu, &no_departure);
}

void jscope__occupancy_end(struct jscope__occupancy *occupancy, uint32_t number,
			   const struct jscope_occupant *by)
{
	struct cpu *cpu = cpu_get(occupancy, number);

	if (!cpu)
		return;
	doubtful_forget(occupancy, cpu);
	open_forget(cpu, by);
	change_tell(occupancy, cpu, &no_departure);
}

static bool queue_remove(struct cpu *cpu, uint32_t dev, uint64_t dpc)
{
	for (unsigned i = 0; i < cpu->queue_count; i++) {
		if (cpu->queue[i].dev != dev || cpu->queue[i].dpc != dpc)
			continue;
		cpu->queue_count--;
		memmove(&cpu->queue[i], &cpu->queue[i + 1],
			(cpu->queue_count - i) * sizeof cpu->queue[0]);
		return true;
	}
	return false;
}

void jscope__occupancy_queue(struct jscope__occupancy *occupancy, uint32_t number, uint32_t dev,
			     uint64_t dpc, bool at_head)
{
	struct cpu *cpu = cpu_get(occupancy, number);
	unsigned place;

	if (!cpu)
		return;
	queue_remove(cpu, dev, dpc);
	if (cpu->queue_count == QUEUE_MAX) {
		occupancy->refused++;
		return;
	}
	place = at_head ? 0 : cpu->queue_count;
	memmove(&cpu->queue[place + 1], &cpu->queue[place],
		(cpu->queue_count - place) * sizeof cpu->queue[0]);
	cpu->queue[place] = (struct queued){ dev, dpc };
	cpu->queue_count++;
	change_tell(occupancy, cpu, &no_departure);
}

/* A DPC that was queued for another CPU than it runs on is in the queue of that. */
void jscope__occupancy_unqueue(struct jscope__occupancy *occupancy, uint32_t number, uint32_t dev,
			       uint64_t dpc)
{
	struct cpu *cpu = cpu_get(occupancy, number);
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	if (cpu && queue_remove(cpu, dev, dpc)) {
		change_tell(occupancy, cpu, &no_departure);
		return;
	}
	while (jscope_map_next(occupancy->cpus, &cursor, &key, &value)) {
		cpu = *(struct cpu **)value;
		if (cpu && queue_remove(cpu, dev, dpc)) {
			change_tell(occupancy, cpu, &no_departure);
			return;
		}
	}
}
