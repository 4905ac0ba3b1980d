/*
 * ALSA periods: a driver calls snd_pcm_period_elapsed(), which wakes the client.
 *
 *   irq_handler_entry ─▶ period_elapsed ─▶ sched_waking ─▶ sched_switch to the client
 *          irq                                signal            run
 *
 * Where the call comes from a softirq, a threaded interrupt or a work item, `queued` and `deferred`
 * lie between. Our own events name the substream (adapter_lttng_substream.c); a probe of LTTng's on
 * the function does not, so that those behind one interrupt handler cannot be told apart.
 */
#include <stdlib.h>

#include "adapter_lttng_substream.h"

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

/* Those of the handler that led to the call, NULL for a thread that nothing is known of. */
static struct pcm *pcm_of(struct jscope__lttng *adapter, const struct jscope__lttng_open *cause)
{
	const unsigned path = (cause ? cause->path : 0) | 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN;
	const int64_t name = cause ? cause->irq_name : 0;
	struct pcm **known =
		jscope_map_put(adapter->pcms, (struct jscope_key){ path, (uint64_t)name });

	if (known && !*known)
		*known = pcm_make(adapter, adapter->reader->ops->string(adapter->reader, name),
				  path);
	return known ? *known : NULL;
}

/* is_endless: nothing tells where it returns. */
static void call_begin(struct jscope__lttng *adapter, const struct jscope_event *event,
		       bool is_endless)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct jscope_notification notification = { 0 };
	struct pcm *pcm;

	if (!cpu)
		return;
	pcm = pcm_of(adapter, jscope__lttng_cpu_top(cpu));
	if (!pcm) {
		jscope__lttng_call_end(adapter, cpu);
		return;
	}
	notification.seq = ++pcm->count;
	jscope__lttng_call_begin(adapter, cpu, event, pcm->info, &notification);
	cpu->call.endless = is_endless;
}

static bool has_substream(const struct jscope_event *event)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;

	return slots->card >= 0 && slots->stream >= 0;
}

void jscope__lttng_pcm_entry(void *state, const struct jscope_event *event)
{
	if (has_substream(event))
		jscope__lttng_substream_entry(state, event);
	else
		call_begin(state, event, false);
}

/* A plain probe beside a pair tells the same call twice. */
void jscope__lttng_pcm_probe(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;

	if (!adapter->has_pcm_pair)
		call_begin(adapter, event, true);
}

static void call_end(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);

	if (cpu)
		jscope__lttng_call_end(adapter, cpu);
}

void jscope__lttng_pcm_exit(void *state, const struct jscope_event *event)
{
	if (has_substream(event))
		jscope__lttng_substream_exit(state, event);
	else
		call_end(state, event);
}

void jscope__lttng_pcm_appl_ptr(void *state, const struct jscope_event *event)
{
	if (has_substream(event))
		jscope__lttng_substream_answer(state, event);
}

void jscope__lttng_pcm_xrun(void *state, const struct jscope_event *event)
{
	if (has_substream(event))
		jscope__lttng_substream_xrun(state, event);
}
