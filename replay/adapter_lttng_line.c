/*
 * Interrupt lines as notifications: whom an interrupt wakes, in its handler or in what it alone led to.
 *
 *   irq_handler_entry ─▶ (raise ─▶ entry of what is deferred) ─▶ sched_waking ─▶ sched_switch
 *          irq              queued        deferred                  signal           run
 *
 * Only where nothing more particular is told from there: sound, MIDI and requests have chains of their
 * own. The first thread that is woken from there is whom it was for; what wakes nobody is a span.
 */
#include <stdlib.h>

#include "adapter_lttng.h"

struct line {
	struct jscope_stream_info *info;
	uint64_t count;
};

size_t jscope__lttng_line_size(void)
{
	return sizeof(struct line);
}

/* Lines of one name are one, as queues of a card that has but one name for them. */
static struct line *line_get(struct jscope__lttng *adapter, int64_t name)
{
	struct line *line =
		jscope_map_put(adapter->line_streams, (struct jscope_key){ 0, (uint64_t)name });

	if (line && !line->info)
		line->info = jscope__output_stream_add(
			adapter->output, adapter->reader->ops->string(adapter->reader, name),
			"interrupt", "irq");
	return line && line->info ? line : NULL;
}

bool jscope__lttng_line_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope_event *event, int64_t tid,
			      struct jscope_notification *ret_notification)
{
	struct jscope__lttng_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : cpu->thread;
	struct line *line;

	if (!top || top->is_told || !top->irq_name || top->irq_ns == JSCOPE_NS_UNKNOWN)
		return false;
	line = line_get(adapter, top->irq_name);
	if (!line)
		return false;
	top->is_told = true;
	*ret_notification = (struct jscope_notification){ .stream = line->info,
							  .seq = ++line->count,
							  .class = JSCOPE_CLASS_ON_TIME,
							  .cpu = event->cpu,
							  .tid = (uint32_t)tid };
	jscope__lttng_cause_note(ret_notification, top);
	ret_notification->at[JSCOPE_SIGNAL] = event->ts_ns;
	jscope__lttng_path_note(adapter, line->info, ret_notification->path);
	return true;
}
