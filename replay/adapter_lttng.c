#include "adapter_lttng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct jscope_want irq_wants[] = {
	{ "irq", JSCOPE_CONVERT_NONE, -1 },
	{ "name", JSCOPE_CONVERT_STRING, 0 },
	{ "ret", JSCOPE_CONVERT_NONE, 0 },
};
static const struct jscope_want softirq_wants[] = {
	{ "vec", JSCOPE_CONVERT_NONE, -1 },
};
static const struct jscope_want timer_wants[] = {
	{ "vector", JSCOPE_CONVERT_NONE, 0 },
};
static const struct jscope_want hrtimer_wants[] = {
	{ "hrtimer", JSCOPE_CONVERT_NONE, 0 },
	{ "function", JSCOPE_CONVERT_NONE, 0 },
	{ "now", JSCOPE_CONVERT_INSTANT, JSCOPE_NS_UNKNOWN },
	/* LTTng: of the start alone */
	{ "softexpires", JSCOPE_CONVERT_INSTANT, JSCOPE_NS_UNKNOWN },
	{ "expires", JSCOPE_CONVERT_INSTANT, JSCOPE_NS_UNKNOWN },
};
static const struct jscope_want tasklet_wants[] = {
	{ "tasklet", JSCOPE_CONVERT_NONE, 0 },
};
static const struct jscope_want work_wants[] = {
	{ "work", JSCOPE_CONVERT_NONE, 0 },
};
static const struct jscope_want wake_wants[] = {
	{ "tid", JSCOPE_CONVERT_NONE, -1 },
	{ "pid", JSCOPE_CONVERT_NONE, -1 },
};
static const struct jscope_want switch_wants[] = {
	{ "next_tid", JSCOPE_CONVERT_NONE, -1 },   { "next_pid", JSCOPE_CONVERT_NONE, -1 },
	{ "next_comm", JSCOPE_CONVERT_STRING, 0 }, { "prev_tid", JSCOPE_CONVERT_NONE, -1 },
	{ "prev_pid", JSCOPE_CONVERT_NONE, -1 },
};
static const struct jscope_want watched_switch_wants[] = {
	{ "next_tid", JSCOPE_CONVERT_NONE, -1 },   { "next_pid", JSCOPE_CONVERT_NONE, -1 },
	{ "next_comm", JSCOPE_CONVERT_STRING, 0 }, { "prev_tid", JSCOPE_CONVERT_NONE, -1 },
	{ "prev_pid", JSCOPE_CONVERT_NONE, -1 },   { "prev_comm", JSCOPE_CONVERT_STRING, 0 },
	{ "prev_state", JSCOPE_CONVERT_NONE, 0 },
};
static const struct jscope_want migrate_wants[] = {
	{ "tid", JSCOPE_CONVERT_NONE, -1 },
	{ "pid", JSCOPE_CONVERT_NONE, -1 },
	{ "orig_cpu", JSCOPE_CONVERT_NONE, -1 },
	{ "dest_cpu", JSCOPE_CONVERT_NONE, -1 },
};
static const struct jscope_want block_wants[] = {
	{ "dev", JSCOPE_CONVERT_NONE, 0 },	 { "sector", JSCOPE_CONVERT_NONE, 0 },
	{ "nr_sector", JSCOPE_CONVERT_NONE, 0 }, { "rwbs", JSCOPE_CONVERT_NONE, 0 },
	{ "error", JSCOPE_CONVERT_NONE, 0 },	 { "errors", JSCOPE_CONVERT_NONE, 0 },
	{ "rq", JSCOPE_CONVERT_NONE, 0 },	 { "tag", JSCOPE_CONVERT_NONE, -1 },
};
static const struct jscope_want disk_wants[] = {
	{ "dev", JSCOPE_CONVERT_NONE, 0 },
	{ "diskname", JSCOPE_CONVERT_STRING, 0 },
};
static const struct jscope_want probe_wants[] = {
	{ "fired", JSCOPE_CONVERT_NONE, 0 },
	{ "lost", JSCOPE_CONVERT_NONE, 0 },
	{ "event", JSCOPE_CONVERT_STRING, 0 },
};
static const struct jscope_want trigger_wants[] = {
	{ "begin", JSCOPE_CONVERT_INSTANT, JSCOPE_NS_UNKNOWN },
	{ "end", JSCOPE_CONVERT_INSTANT, JSCOPE_NS_UNKNOWN },
	{ "value", JSCOPE_CONVERT_NONE, 0 },
	{ "bound", JSCOPE_CONVERT_NONE, 0 },
	{ "key", JSCOPE_CONVERT_NONE, 0 },
	{ "rule", JSCOPE_CONVERT_STRING, 0 },
};
/* A probe of LTTng's on the function has none of these, and is told nevertheless. */
static const struct jscope_want pcm_wants[] = {
	{ "card", JSCOPE_CONVERT_NONE, -1 },	    { "device", JSCOPE_CONVERT_NONE, -1 },
	{ "substream", JSCOPE_CONVERT_NONE, -1 },   { "stream", JSCOPE_CONVERT_NONE, -1 },
	{ "hw_ptr", JSCOPE_CONVERT_NONE, -1 },	    { "appl_ptr", JSCOPE_CONVERT_NONE, -1 },
	{ "boundary", JSCOPE_CONVERT_NONE, -1 },    { "buffer_size", JSCOPE_CONVERT_NONE, -1 },
	{ "period_size", JSCOPE_CONVERT_NONE, -1 }, { "stop_threshold", JSCOPE_CONVERT_NONE, -1 },
	{ "rate", JSCOPE_CONVERT_NONE, -1 },	    { "state", JSCOPE_CONVERT_NONE, -1 },
	{ "id", JSCOPE_CONVERT_STRING, 0 },
};
static const struct jscope_want midi_wants[] = {
	{ "card", JSCOPE_CONVERT_NONE, -1 },
	{ "device", JSCOPE_CONVERT_NONE, -1 },
	{ "substream", JSCOPE_CONVERT_NONE, -1 },
	{ "count", JSCOPE_CONVERT_NONE, 0 },
};

#define WANTS(list)                                                                                \
	{                                                                                          \
		.wants = list, .count = sizeof list / sizeof list[0]                               \
	}

#define TOLD(what) (1u << JSCOPE__LTTNG_TOLD_##what)

static const struct {
	const char *name; /* as plain_name() makes it */
	struct jscope__interest interest;
	jscope__handler_fn *handler;
	unsigned told; /* what a trace can tell that has it */
} events[] = {
	{ "irq_handler_entry", WANTS(irq_wants), jscope__lttng_irq_entry, 0 },
	{ "irq_handler_exit", WANTS(irq_wants), jscope__lttng_irq_exit, TOLD(IRQ_EXIT) },
	{ "softirq_raise", WANTS(softirq_wants), jscope__lttng_softirq_raise, 0 },
	{ "softirq_entry", WANTS(softirq_wants), jscope__lttng_softirq_entry, 0 },
	{ "softirq_exit", WANTS(softirq_wants), jscope__lttng_softirq_exit, 0 },
	{ "tasklet_low_entry", WANTS(tasklet_wants), jscope__lttng_tasklet_entry, 0 },
	{ "tasklet_low_exit", WANTS(tasklet_wants), jscope__lttng_tasklet_exit,
	  TOLD(TASKLET_EXIT) },
	{ "tasklet_hi_entry", WANTS(tasklet_wants), jscope__lttng_tasklet_entry, 0 },
	{ "tasklet_hi_exit", WANTS(tasklet_wants), jscope__lttng_tasklet_exit, TOLD(TASKLET_EXIT) },
	{ "local_timer_entry", WANTS(timer_wants), jscope__lttng_local_timer_entry, 0 },
	{ "local_timer_exit", WANTS(timer_wants), jscope__lttng_local_timer_exit,
	  TOLD(LOCAL_TIMER_EXIT) },
	{ "hrtimer_start", WANTS(hrtimer_wants), jscope__lttng_hrtimer_start, TOLD(TIMERS) },
	{ "hrtimer_cancel", WANTS(hrtimer_wants), jscope__lttng_hrtimer_cancel, 0 },
	{ "hrtimer_expire_entry", WANTS(hrtimer_wants), jscope__lttng_hrtimer_entry, 0 },
	{ "hrtimer_expire_exit", WANTS(hrtimer_wants), jscope__lttng_hrtimer_exit,
	  TOLD(HRTIMER_EXIT) },
	{ "workqueue_queue_work", WANTS(work_wants), jscope__lttng_work_queue, 0 },
	{ "workqueue_execute_start", WANTS(work_wants), jscope__lttng_work_start, 0 },
	{ "workqueue_execute_end", WANTS(work_wants), jscope__lttng_work_end, TOLD(WORK_END) },
	{ "sched_waking", WANTS(wake_wants), jscope__lttng_waking, 0 },
	{ "sched_wakeup", WANTS(wake_wants), jscope__lttng_wakeup, 0 },
	{ "sched_wakeup_new", WANTS(wake_wants), jscope__lttng_wakeup_new, 0 },
	{ "sched_switch", WANTS(switch_wants), jscope__lttng_switch, 0 },
	{ "block_rq_insert", WANTS(block_wants), jscope__lttng_block_insert, 0 },
	{ "block_rq_issue", WANTS(block_wants), jscope__lttng_block_issue, 0 },
	{ "block_rq_complete", WANTS(block_wants), jscope__lttng_block_complete, TOLD(CAUSES) },
	{ "block_rq_requeue", WANTS(block_wants), jscope__lttng_block_requeue, 0 },
	{ "lttng_statedump_block_device", WANTS(disk_wants), jscope__lttng_disk_told, 0 },
	{ "snd_pcm_appl_ptr", WANTS(pcm_wants), jscope__lttng_pcm_appl_ptr, TOLD(APPL_PTR) },
	{ "snd_pcm_xrun", WANTS(pcm_wants), jscope__lttng_pcm_xrun, 0 },
	{ "snd_rawmidi_receive", WANTS(midi_wants), jscope__lttng_midi_receive, TOLD(CAUSES) },
	{ "jscope_probe_stats", WANTS(probe_wants), jscope__lttng_probe_told, 0 },
	{ "jscope_flight_trigger", WANTS(trigger_wants), jscope__lttng_trigger_told, 0 },
};

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);

	return length >= end_length && !strcmp(name + length - end_length, end);
}

/*
 * Without subsystem, and without what LTTng puts before some names: "irq:irq_softirq_raise" and
 * "softirq_raise" are the same.
 */
static const char *plain_name(const char *name)
{
	static const struct {
		const char *prefix;
		size_t extra; /* letters of it that are LTTng's */
	} prefixes[] = { { "irq_softirq_", 4 },
			 { "irq_tasklet_", 4 },
			 { "timer_hrtimer_", 6 },
			 { "x86_irq_vectors_", 16 } };
	const char *colon = strrchr(name, ':');

	if (colon)
		name = colon + 1;
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (!strncmp(name, prefixes[i].prefix, strlen(prefixes[i].prefix)))
			return name + prefixes[i].extra;
	return name;
}

/* Users name their kprobes as they like; the function's name is what they have in common. */
static jscope__handler_fn *pcm_handler(struct jscope__lttng *adapter, const char *name)
{
	if (!strstr(name, "pcm_period"))
		return NULL;
	if (ends_with(name, "_exit"))
		return jscope__lttng_pcm_exit;
	if (!ends_with(name, "_entry"))
		return jscope__lttng_pcm_probe;
	adapter->has_pcm_pair = true;
	return jscope__lttng_pcm_entry;
}

/* Latencies begin at sched_waking where the trace has it; classes come in any order. */
static void wakeup_note(struct jscope__lttng *adapter, jscope__handler_fn *handler)
{
	if (handler == jscope__lttng_waking) {
		adapter->has_waking = true;
		adapter->output->wakeup_event = "sched_waking";
	} else if (handler == jscope__lttng_wakeup && !adapter->has_waking) {
		adapter->output->wakeup_event = "sched_wakeup";
	}
}

static bool is_handler_change(jscope__handler_fn *handler)
{
	static jscope__handler_fn *const changes[] = {
		jscope__lttng_irq_entry,	 jscope__lttng_irq_exit,
		jscope__lttng_softirq_entry,	 jscope__lttng_softirq_exit,
		jscope__lttng_tasklet_entry,	 jscope__lttng_tasklet_exit,
		jscope__lttng_local_timer_entry, jscope__lttng_local_timer_exit,
		jscope__lttng_hrtimer_entry,	 jscope__lttng_hrtimer_exit,
	};

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
		if (handler == changes[i])
			return true;
	return false;
}

/* What changes who holds a CPU is looked at once more where somebody asks for that. */
static void watch_announce(const struct jscope__lttng *adapter, const char *name,
			   struct jscope__interest *interest)
{
	if (!adapter->output->occupancy)
		return;
	if (is_handler_change(interest->handler)) {
		interest->watch = jscope__lttng_occupied;
	} else if (interest->handler == jscope__lttng_switch) {
		*interest = (struct jscope__interest)WANTS(watched_switch_wants);
		interest->handler = jscope__lttng_switch;
		interest->watch = jscope__lttng_occupied_anew;
	} else if (!strcmp(name, "sched_migrate_task")) {
		*interest = (struct jscope__interest)WANTS(migrate_wants);
		interest->watch = jscope__lttng_migrated;
	}
}

static int lttng_announce(void *state, const struct jscope_event_class *event_class,
			  struct jscope__interest *ret_interest)
{
	struct jscope__lttng *adapter = state;
	const char *name = plain_name(event_class->name);
	jscope__handler_fn *handler;

	if (!strcmp(event_class->domain, "ust"))
		return 0;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
		if (strcmp(name, events[i].name) != 0)
			continue;
		wakeup_note(adapter, events[i].handler);
		adapter->told |= events[i].told;
		*ret_interest = events[i].interest;
		ret_interest->handler = events[i].handler;
		watch_announce(adapter, name, ret_interest);
		return 0;
	}
	handler = pcm_handler(adapter, name);
	if (!handler) {
		watch_announce(adapter, name, ret_interest);
		return 0;
	}
	adapter->told |= TOLD(CAUSES);
	*ret_interest = (struct jscope__interest)WANTS(pcm_wants);
	ret_interest->handler = handler;
	return 0;
}

static void cpu_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu, uint32_t cpu_id)
{
	jscope__lttng_stack_doubt(adapter, cpu, cpu_id);
	jscope__lttng_thread_doubt(adapter, cpu);
	jscope__lttng_current_doubt(adapter, cpu, cpu_id);
	if (cpu->has_completed &&
	    jscope__lttng_cpu_lost(adapter, cpu_id, cpu->completed.complete_ns))
		jscope__lttng_completion_end(adapter, cpu);
	if (cpu->call.open && jscope__lttng_cpu_lost(adapter, cpu_id, cpu->call.begin_ns)) {
		cpu->call.notification.class = JSCOPE_CLASS_CENSORED;
		jscope__lttng_call_end(adapter, cpu);
	}
}

struct jscope__lttng_cpu *jscope__lttng_cpu_get(struct jscope__lttng *adapter, uint32_t cpu)
{
	struct jscope__lttng_cpu *made;

	if (cpu < JSCOPE__LTTNG_CPUS && adapter->cpus[cpu]) {
		if (adapter->output->loss_count)
			cpu_doubt(adapter, adapter->cpus[cpu], cpu);
		return adapter->cpus[cpu];
	}
	made = cpu < JSCOPE__LTTNG_CPUS ? calloc(1, sizeof *made) : NULL;
	if (!made) {
		adapter->refused++;
		return NULL;
	}
	made->current_tid = made->told_tid = -1;
	adapter->cpus[cpu] = made;
	return made;
}

static void lttng_destroy(void *state)
{
	struct jscope__lttng *adapter = state;

	if (!adapter)
		return;
	for (size_t i = 0; i < JSCOPE__LTTNG_CPUS; i++)
		free(adapter->cpus[i]);
	jscope_map_destroy(adapter->softirqs);
	jscope_map_destroy(adapter->tasks);
	jscope_map_destroy(adapter->waits);
	jscope__pointers_destroy(adapter->threads);
	jscope_map_destroy(adapter->lines);
	jscope_map_destroy(adapter->works);
	jscope_map_destroy(adapter->inserts);
	jscope_map_destroy(adapter->requests);
	jscope__pointers_destroy(adapter->devices);
	jscope_map_destroy(adapter->timers);
	jscope_map_destroy(adapter->line_streams);
	jscope_map_destroy(adapter->sets);
	jscope__pointers_destroy(adapter->pcms);
	jscope_map_destroy(adapter->substream_of);
	jscope__pointers_destroy(adapter->substreams);
	jscope__pointers_destroy(adapter->midis);
	free(adapter);
}

static int maps_create(struct jscope__lttng *adapter)
{
	const struct {
		struct jscope_map **map;
		size_t value_size, count_max;
	} maps[] = {
		{ &adapter->softirqs, sizeof(struct jscope__lttng_softirq),
		  JSCOPE__LTTNG_SOFTIRQS },
		{ &adapter->tasks, sizeof(struct jscope__lttng_task), JSCOPE__LTTNG_TASKS },
		{ &adapter->waits, sizeof(struct jscope__lttng_wait), JSCOPE__LTTNG_WAITS },
		{ &adapter->threads, sizeof(void *), JSCOPE__LTTNG_THREADS },
		{ &adapter->lines, sizeof(int64_t), JSCOPE__LTTNG_LINES },
		{ &adapter->works, sizeof(struct jscope__lttng_open), JSCOPE__LTTNG_WORKS },
		{ &adapter->inserts, jscope__lttng_queued_size(), JSCOPE__LTTNG_REQUESTS },
		{ &adapter->requests, jscope__lttng_issued_size(), JSCOPE__LTTNG_REQUESTS },
		{ &adapter->devices, sizeof(void *), JSCOPE__LTTNG_DEVICES },
		{ &adapter->timers, jscope__lttng_timer_size(), JSCOPE__LTTNG_TIMERS },
		{ &adapter->line_streams, jscope__lttng_line_size(), JSCOPE__LTTNG_PCMS },
		{ &adapter->sets, sizeof(struct jscope__lttng_set), JSCOPE__LTTNG_SETS },
		{ &adapter->pcms, sizeof(void *), JSCOPE__LTTNG_PCMS },
		{ &adapter->substreams, sizeof(void *), JSCOPE__LTTNG_PCMS },
		{ &adapter->substream_of, sizeof(void *), JSCOPE__LTTNG_PCMS },
		{ &adapter->midis, sizeof(void *), JSCOPE__LTTNG_PCMS },
	};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof maps / sizeof maps[0]; i++)
		error = jscope_map_create(maps[i].value_size, maps[i].count_max, maps[i].map);
	return error;
}

static int lttng_create(struct jscope__output *output, struct jscope_reader *reader,
			void **ret_adapter)
{
	struct jscope__lttng *adapter = calloc(1, sizeof *adapter);

	if (!adapter)
		return -ENOMEM;
	adapter->output = output;
	adapter->reader = reader;
	if (maps_create(adapter) < 0) {
		lttng_destroy(adapter);
		return -ENOMEM;
	}
	*ret_adapter = adapter;
	return 0;
}

static void lttng_finish(void *state)
{
	struct jscope__lttng *adapter = state;

	for (size_t i = 0; i < JSCOPE__LTTNG_CPUS; i++) {
		if (!adapter->cpus[i])
			continue;
		jscope__lttng_completion_end(adapter, adapter->cpus[i]);
		jscope__lttng_call_end(adapter, adapter->cpus[i]);
	}
	jscope__lttng_wait_finish(adapter);
	jscope__lttng_tasks_finish(adapter);
	jscope__lttng_pcm_finish(adapter);
	jscope__lttng_block_finish(adapter);
	jscope__lttng_irq_finish(adapter);
}

static uint64_t lttng_refused(const void *state)
{
	const struct jscope__lttng *adapter = state;

	return adapter->refused + jscope_map_refused(adapter->softirqs) +
	       jscope_map_refused(adapter->tasks) + jscope_map_refused(adapter->waits) +
	       jscope_map_refused(adapter->threads) + jscope_map_refused(adapter->lines) +
	       jscope_map_refused(adapter->works) + jscope_map_refused(adapter->inserts) +
	       jscope_map_refused(adapter->requests) + jscope_map_refused(adapter->devices) +
	       jscope_map_refused(adapter->pcms) + jscope_map_refused(adapter->timers) +
	       jscope_map_refused(adapter->line_streams) + jscope_map_refused(adapter->sets) +
	       jscope_map_refused(adapter->substreams) + jscope_map_refused(adapter->midis);
}

const struct jscope__adapter_ops jscope__adapter_lttng = {
	.create = lttng_create,
	.announce = lttng_announce,
	.finish = lttng_finish,
	.refused = lttng_refused,
	.destroy = lttng_destroy,
};
