/* Calls that notify: from what led to them to the thread that is woken in them. */
#include "adapter_lttng.h"

#define PATH_TASK (1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN)

void jscope__lttng_cause_note(struct jscope_notification *notification,
			      const struct jscope__lttng_open *cause)
{
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification->at[i] = JSCOPE_NS_UNKNOWN;
	notification->path = PATH_TASK;
	if (!cause)
		return;
	notification->path |= cause->path;
	notification->at[JSCOPE_IRQ] = cause->irq_ns;
	notification->at[JSCOPE_QUEUED] = cause->raised_ns;
	notification->at[JSCOPE_DEFERRED] = cause->deferred_ns;
}

void jscope__lttng_path_note(struct jscope__lttng *adapter, struct jscope_stream_info *info,
			     unsigned path)
{
	if ((info->path | path) == info->path)
		return;
	info->path |= path;
	jscope__output_stream_changed(adapter->output, info);
}

static void top_tells(struct jscope__lttng_cpu *cpu)
{
	struct jscope__lttng_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : cpu->thread;

	if (top)
		top->is_told = true;
}

void jscope__lttng_call_begin(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope_event *event, struct jscope_stream_info *info,
			      const struct jscope_notification *notification)
{
	struct jscope__lttng_call *call = &cpu->call;

	jscope__lttng_call_end(adapter, cpu);
	*call = (struct jscope__lttng_call){ .open = true,
					     .depth = cpu->depth,
					     .tid = cpu->current_tid,
					     .begin_ns = event->ts_ns,
					     .notification = *notification };
	call->notification.stream = info;
	call->notification.class = JSCOPE_CLASS_ON_TIME;
	call->notification.cpu = event->cpu;
	call->notification.call_ns = event->ts_ns;
	jscope__lttng_cause_note(&call->notification, jscope__lttng_cpu_top(cpu));
	top_tells(cpu);
	if (jscope__lttng_cpu_is_sure(cpu)) {
		jscope__lttng_path_note(adapter, info, call->notification.path);
		return;
	}
	/* What led to it is not in the trace. */
	call->notification.class = JSCOPE_CLASS_CENSORED;
	call->notification.path |= 1u << JSCOPE_IRQ;
}

bool jscope__lttng_call_wakes(const struct jscope__lttng_cpu *cpu)
{
	const struct jscope__lttng_call *call = &cpu->call;

	return call->open && !call->signalled && cpu->depth == call->depth &&
	       (cpu->depth || cpu->current_tid == call->tid);
}

void jscope__lttng_call_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu)
{
	bool unheard = cpu->call.open && !cpu->call.signalled;

	cpu->call.open = false;
	if (unheard)
		jscope__lttng_notified(adapter, &cpu->call.notification);
}

void jscope__lttng_call_bound(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu)
{
	if (cpu->call.endless)
		jscope__lttng_call_end(adapter, cpu);
}

void jscope__lttng_call_left(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			     bool matched)
{
	if (!matched || cpu->call.endless || cpu->depth < cpu->call.depth)
		jscope__lttng_call_end(adapter, cpu);
}
