#include "pairs_event.h"

#include <errno.h>
#include <stdlib.h>

void jscope__kernel_pairs_destroy(struct jscope__kernel_pairs *pairs)
{
	if (!pairs)
		return;
	jscope_map_destroy(pairs->threads);
	jscope_map_destroy(pairs->requests);
	jscope_map_destroy(pairs->streams);
	jscope_map_destroy(pairs->disks);
	free(pairs);
}

int jscope__pairs_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map)
{
	int error = jscope_map_create(value_size, count_max, ret_map);

	return error ? error : jscope_map_reserve(*ret_map);
}

static int maps_create(struct jscope__kernel_pairs *pairs)
{
	int error = jscope__pairs_threads_create(&pairs->threads);

	if (!error)
		error = jscope__pairs_requests_create(&pairs->requests);
	if (!error)
		error = jscope__pairs_disks_create(&pairs->disks);
	if (!error)
		error = jscope__pairs_streams_create(&pairs->streams);
	return error;
}

int jscope__kernel_pairs_create(uint32_t cpu_count,
				void (*sample)(void *state,
					       const struct jscope_kernel_sample *sample),
				void *state, struct jscope__kernel_pairs **ret_pairs)
{
	struct jscope__kernel_pairs *pairs =
		calloc(1, sizeof *pairs + cpu_count * sizeof pairs->cpus[0]);

	if (!pairs)
		return -ENOMEM;
	pairs->sample = sample;
	pairs->state = state;
	pairs->cpu_count = cpu_count;
	for (uint32_t i = 0; i < cpu_count; i++) {
		jscope__pairs_softirqs_forget(&pairs->cpus[i]);
		pairs->cpus[i].current_tid = -1;
	}
	if (maps_create(pairs) < 0) {
		jscope__kernel_pairs_destroy(pairs);
		return -ENOMEM;
	}
	*ret_pairs = pairs;
	return 0;
}

void jscope__pairs_tell(const struct jscope__pairs_event *event, enum jscope_kernel_measure measure,
			uint64_t key, const char *name, jscope_ns begin_ns, bool lost)
{
	const struct jscope_kernel_sample sample = {
		.measure = measure,
		.key = key,
		.name = name,
		.cpu = event->cpu_id,
		.lost = lost,
		.value = lost ? 0 : event->at_ns - begin_ns,
		.begin_ns = begin_ns,
		.end_ns = event->at_ns,
	};

	event->pairs->sample(event->pairs->state, &sample);
}

static void cpu_lost(const struct jscope__pairs_event *event)
{
	event->pairs->loss_count++;
	jscope__pairs_handlers_lost(event);
	if (event->cpu->current_tid != -1)
		jscope__pairs_current_leaves(event->pairs, event->cpu);
}

#define HANDLER(event, function)                                                                   \
	[JSCOPE_KERNEL_EVENT_##event] = { function, sizeof(struct jscope_kernel_##event) }

static const struct {
	jscope__pairs_handler_fn *function;
	size_t size; /* of the fields */
} handlers[JSCOPE_KERNEL_EVENT_COUNT] = {
	HANDLER(irq_handler_entry, jscope__pairs_irq_entry),
	HANDLER(irq_handler_exit, jscope__pairs_irq_exit),
	HANDLER(irq_softirq_entry, jscope__pairs_softirq_entry),
	HANDLER(irq_softirq_exit, jscope__pairs_softirq_exit),
	HANDLER(sched_waking, jscope__pairs_waking),
	HANDLER(sched_wakeup_new, jscope__pairs_wakeup_new),
	HANDLER(sched_switch, jscope__pairs_switch),
	HANDLER(block_rq_issue, jscope__pairs_issue),
	HANDLER(block_rq_requeue, jscope__pairs_requeue),
	HANDLER(block_rq_complete, jscope__pairs_complete),
	HANDLER(lttng_statedump_block_device, jscope__pairs_disk),
	HANDLER(snd_pcm_period_elapsed_exit, jscope__pairs_period),
	HANDLER(snd_pcm_xrun, jscope__pairs_stream_stops),
	HANDLER(snd_pcm_appl_ptr, jscope__pairs_appl),
};

static void handle(const struct jscope__pairs_event *event, const struct jscope_kernel_head *head)
{
	if (head->id >= JSCOPE_KERNEL_EVENT_COUNT || !handlers[head->id].function)
		return;
	if (head->size == handlers[head->id].size)
		handlers[head->id].function(event);
	else
		event->pairs->refused++;
}

void jscope__kernel_pairs_record(struct jscope__kernel_pairs *pairs, uint32_t cpu,
				 const struct jscope_kernel_head *head)
{
	struct jscope__pairs_event event = {
		.pairs = pairs,
		.cpu_id = cpu,
		.at_ns = (jscope_ns)head->at_ns,
		.fields = head + 1,
	};

	if (cpu >= pairs->cpu_count) {
		pairs->refused++;
		return;
	}
	event.cpu = &pairs->cpus[cpu];
	if (head->lost != event.cpu->lost)
		cpu_lost(&event);
	event.cpu->lost = head->lost;
	handle(&event, head);
}

uint64_t jscope__kernel_pairs_refused(const struct jscope__kernel_pairs *pairs)
{
	return pairs->refused + jscope_map_refused(pairs->threads) +
	       jscope_map_refused(pairs->requests) + jscope_map_refused(pairs->streams) +
	       jscope_map_refused(pairs->disks);
}
