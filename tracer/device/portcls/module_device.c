/* The hardware of an audio module, its interrupt and its DPC. */
#include "module.h"

#include "fault.h"

#define NEWS_DISTANCE_NS (10 * JSCOPE_NS_PER_US) /* at least */

static jscope_ns *asserted_at(struct jscope__module *module, uint64_t seq)
{
	return &module->asserted_ns[seq % JSCOPE__MODULE_ASSERTED];
}

static void news_next(struct jscope__context *context, struct jscope__module *module)
{
	struct jscope__clock *clock = context->machine->clock;
	const jscope_ns distance_ns = jscope__delay_draw(&module->arrival, context, 0);

	module->news_ns = jscope_add_sat(
		module->news_ns, distance_ns > NEWS_DISTANCE_NS ? distance_ns : NEWS_DISTANCE_NS);
	clock->ops->timer_arm(clock, &module->timer, module->news_ns);
}

static void news_fire(struct jscope__context *context, void *state)
{
	struct jscope__module *module = state;
	jscope_ns at_ns = 0;
	bool news;

	jscope__machine_lock(context->machine);
	news = module->running;
	if (news) {
		at_ns = module->news_ns;
		*asserted_at(module, module->line.seq_last + 1) = at_ns;
		news_next(context, module);
	}
	jscope__machine_unlock(context->machine);
	if (news)
		jscope__line_assert(context, &module->line, at_ns, 0);
}

/* Interrupts up to `seq` that have not come will not come. Under the lock. */
static void give_up(struct jscope__context *context, struct jscope__module *module, uint64_t seq)
{
	while (module->seq_seen < seq) {
		struct jscope__origin lost = { .seq = ++module->seq_seen };

		lost.irq_seq = lost.seq;
		lost.due_ns = *asserted_at(module, lost.seq);
		jscope__follow_tell(context, module->dev, module->worker.object,
				    module->worker.event.id, &lost, 0);
	}
}

static struct jscope__origin *origin_add(struct jscope__module *module,
					 const struct jscope__origin *origin)
{
	if (module->origin_count == JSCOPE__MODULE_ORIGINS) {
		module->refused_count++;
		return NULL;
	}
	module->origins[module->origin_count] = *origin;
	return &module->origins[module->origin_count++];
}

static bool module_isr(struct jscope__context *context, void *state,
		       const struct jscope__interrupt *interrupt)
{
	struct jscope__module *module = state;
	const struct jscope__origin origin = { .seq = interrupt->seq,
					       .irq_seq = interrupt->seq,
					       .due_ns = interrupt->asserted_ns,
					       .irq_ns = context->entered_ns };
	struct jscope__origin *added;

	if (interrupt->line != &module->line || interrupt->seq <= module->seq_seen)
		return false;
	jscope__line_ack(context, &module->line, interrupt->seq);
	jscope__machine_lock(context->machine);
	give_up(context, module, interrupt->seq - 1);
	module->seq_seen = interrupt->seq;
	added = origin_add(module, &origin);
	jscope__dpc_insert_locked(context, &module->dpc, interrupt->seq, interrupt->seq);
	if (added)
		added->queued_ns = jscope__machine_stamp(context->machine);
	jscope__machine_unlock(context->machine);
	return true;
}

/* What this run stands for: the interrupts up to the one that was latched at its entry. */
static void origins_take(struct jscope__context *context, struct jscope__module *module,
			 uint64_t seq, struct jscope__module_job *job)
{
	unsigned kept = 0;

	jscope__machine_lock(context->machine);
	for (unsigned i = 0; i < module->origin_count; i++) {
		struct jscope__origin origin = module->origins[i];

		if (origin.seq > seq) {
			module->origins[kept++] = origin;
			continue;
		}
		origin.deferred_ns = context->entered_ns;
		origin.run = context->dpc_run;
		job->origins[job->origin_count++] = origin;
	}
	module->origin_count = kept;
	jscope__machine_unlock(context->machine);
}

static bool job_queue(struct jscope__context *context, struct jscope__module *module,
		      const struct jscope__module_job *job)
{
	bool room;

	jscope__machine_lock(context->machine);
	room = module->job_count < JSCOPE__MODULE_JOBS;
	if (room)
		module->jobs[(module->job_first + module->job_count++) % JSCOPE__MODULE_JOBS] =
			*job;
	else
		module->refused_count++;
	jscope__machine_unlock(context->machine);
	return room;
}

/* The buffer that the DPC allocates. Returns false where the driver gives up on this news. */
static bool prepare(struct jscope__context *context, struct jscope__module *module,
		    struct jscope__module_job *job)
{
	const bool paged =
		jscope__fault_strike(context, module->dev, JSCOPE_FAULT_paged_at_dispatch);

	job->buffer = jscope__module_alloc(context, module,
					   paged ? JSCOPE__POOL_PAGED : JSCOPE__POOL_NONPAGED);
	if (!job->buffer)
		return false;
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_free_at_dispatch)) {
		jscope__pcn_free(context, &module->port, job->buffer);
		return false;
	}
	job->sent = jscope__fault_strike(context, module->dev, JSCOPE_FAULT_send_at_dispatch);
	if (job->sent)
		jscope__module_send(context, module, job);
	return true;
}

static void module_dpc(struct jscope__context *context, void *state, uint64_t seq)
{
	struct jscope__module *module = state;
	struct jscope__module_job job = { .sent = false };

	origins_take(context, module, seq, &job);
	if (module->settings->from_dpc && !prepare(context, module, &job)) {
		jscope__module_forget(context, module, job.origins, job.origin_count);
	} else if (job_queue(context, module, &job)) {
		jscope__work_queue(context, &module->worker, &module->work, job.origins,
				   job.origin_count);
	} else {
		if (job.buffer)
			jscope__pcn_free(context, &module->port, job.buffer);
		jscope__module_forget(context, module, job.origins, job.origin_count);
	}
}

void jscope__module_device_init(struct jscope__module *module)
{
	module->line.isr = module_isr;
	module->line.state = module;
	module->dpc.routine = module_dpc;
	module->dpc.state = module;
	module->timer = (struct jscope__timer){ .fire = news_fire, .state = module };
}

void jscope__module_device_start(struct jscope__context *context, struct jscope__module *module)
{
	jscope__machine_lock(context->machine);
	module->running = true;
	module->news_ns = jscope__machine_now(context->machine);
	news_next(context, module);
	jscope__machine_unlock(context->machine);
}

void jscope__module_device_halt(struct jscope__context *context, struct jscope__module *module)
{
	struct jscope__clock *clock = context->machine->clock;

	jscope__machine_lock(context->machine);
	module->running = false;
	clock->ops->timer_cancel(clock, &module->timer);
	jscope__machine_unlock(context->machine);
	clock->ops->timer_settle(clock, &module->timer);
	clock->ops->timer_settle(clock, &module->line.timer);
	clock->ops->drain(clock, &module->dpc);
	jscope__machine_lock(context->machine);
	give_up(context, module, module->line.seq_last);
	jscope__machine_unlock(context->machine);
}
