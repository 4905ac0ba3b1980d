/*
 * ALSA periods: an interrupt handler calls snd_pcm_period_elapsed(), which wakes the client.
 *
 *   irq_handler_entry ─▶ period_elapsed ─▶ sched_waking ─▶ sched_switch to the client
 *          irq                                signal            run
 *
 * Where the call comes from a softirq, its raise and entry are `queued` and `deferred`; where it
 * comes from a thread, nothing of the trace tells what led to it.
 */
#include <stdlib.h>

#include "adapter_lttng.h"

#define PATH_TASK    (1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)
#define PATH_IRQ     (PATH_TASK | 1u << JSCOPE_IRQ)
#define PATH_SOFTIRQ (PATH_IRQ | 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED)

/* Substreams behind one handler cannot be told apart: the probe does not name them. */
struct pcm {
	struct jscope_stream_info *info;
	uint64_t count;
};

static struct pcm *pcm_make(struct jscope__lttng *adapter, const char *device, unsigned path)
{
	struct pcm *pcm = calloc(1, sizeof *pcm);

	if (!pcm)
		return NULL;
	pcm->info = jscope__output_stream_add(adapter->output, *device ? device : "pcm", "", "pcm");
	if (!pcm->info) {
		free(pcm);
		return NULL;
	}
	pcm->info->path = path;
	jscope__output_stream_changed(adapter->output, pcm->info);
	return pcm;
}

static struct pcm *pcm_get(struct jscope__lttng *adapter, int64_t name, unsigned path)
{
	const struct jscope_key key = { path, (uint64_t)name };
	struct pcm **known = jscope_map_put(adapter->pcms, key);

	if (known && !*known)
		*known = pcm_make(adapter, adapter->reader->ops->string(adapter->reader, name),
				  path);
	return known ? *known : NULL;
}

/* The substream of a call that comes from this handler, NULL for a thread. */
static struct pcm *pcm_of(struct jscope__lttng *adapter, const struct jscope__lttng_open *top)
{
	if (!top)
		return pcm_get(adapter, 0, PATH_TASK);
	if (top->kind == JSCOPE_CONTEXT_SOFTIRQ)
		return pcm_get(adapter, top->irq_name, PATH_SOFTIRQ);
	return pcm_get(adapter, top->name, PATH_IRQ);
}

static void instants_note(struct jscope_notification *notification,
			  const struct jscope__lttng_open *top)
{
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification->at[i] = JSCOPE_NS_UNKNOWN;
	if (!top)
		return;
	if (top->kind == JSCOPE_CONTEXT_IRQ) {
		notification->at[JSCOPE_IRQ] = top->begin_ns;
		return;
	}
	notification->at[JSCOPE_IRQ] = top->irq_ns;
	notification->at[JSCOPE_QUEUED] = top->raised_ns;
	notification->at[JSCOPE_DEFERRED] = top->begin_ns;
}

static void call_begin(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_open *top = cpu ? jscope__lttng_cpu_top(cpu) : NULL;
	struct pcm *pcm;

	if (!cpu)
		return;
	jscope__lttng_call_end(adapter, cpu);
	pcm = pcm_of(adapter, top);
	if (!pcm)
		return;
	cpu->call.open = true;
	cpu->call.signalled = false;
	cpu->call.begin_ns = event->ts_ns;
	cpu->call.notification = (struct jscope_notification){ .stream = pcm->info,
							       .seq = ++pcm->count,
							       .class = JSCOPE_CLASS_ON_TIME,
							       .cpu = event->cpu };
	instants_note(&cpu->call.notification, top);
}

void jscope__lttng_pcm_entry(void *state, const struct jscope_event *event)
{
	call_begin(state, event);
}

/* A plain probe beside a pair tells the same call twice. */
void jscope__lttng_pcm_probe(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;

	if (!adapter->has_pcm_pair)
		call_begin(adapter, event);
}

void jscope__lttng_pcm_exit(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);

	if (cpu)
		jscope__lttng_call_end(adapter, cpu);
}

void jscope__lttng_call_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu)
{
	if (cpu->call.open && !cpu->call.signalled)
		jscope__output_notification(adapter->output, &cpu->call.notification);
	cpu->call.open = false;
}
