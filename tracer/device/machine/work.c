#include "work.h"

static struct jscope__work *take(struct jscope__context *context, struct jscope__worker *worker)
{
	struct jscope__work *work;

	jscope__machine_lock(context->machine);
	work = worker->first;
	if (work) {
		worker->first = work->next;
		work->queued = false;
	}
	jscope__machine_unlock(context->machine);
	return work;
}

static void work_off(struct jscope__context *context, struct jscope__worker *worker)
{
	struct jscope__work *work = take(context, worker);

	for (; work; work = take(context, worker))
		work->routine(context, work->state);
}

static void begin(struct jscope__context *context, struct jscope__worker *worker)
{
	jscope__machine_lock(context->machine);
	jscope__follow_run(&worker->follower);
	jscope__follow_end(context, &worker->follower);
	jscope__machine_unlock(context->machine);
}

void jscope__worker_finish(struct jscope__context *context, struct jscope__worker *worker)
{
	work_off(context, worker);
	jscope__machine_lock(context->machine);
	jscope__follow_finish(context, &worker->follower);
	jscope__machine_unlock(context->machine);
}

static struct jscope__action worker_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__worker *worker = state;
	struct jscope__action action = { .kind = JSCOPE__ACTION_WAIT, .event = &worker->event };

	begin(context, worker);
	if (cause == JSCOPE__CAUSE_START && worker->open)
		worker->open(context, worker->state);
	if (cause != JSCOPE__CAUSE_STOPPING) {
		work_off(context, worker);
		return action;
	}
	if (worker->close)
		worker->close(context, worker->state);
	jscope__worker_finish(context, worker);
	action.kind = JSCOPE__ACTION_END;
	return action;
}

void jscope__worker_init(struct jscope__worker *worker, struct jscope__machine *machine,
			 uint32_t dev, const struct jscope_distribution *wake,
			 struct jscope__task *task)
{
	*worker = (struct jscope__worker){
		.event = { .id = jscope__machine_id(machine), .dev = dev },
	};
	worker->follower.event = &worker->event;
	worker->object = worker->event.id;
	jscope__delay_init(&task->wake_delay, machine, wake, JSCOPE_DELAY_WAKE, dev,
			   worker->event.id);
	task->step = worker_step;
	task->state = worker;
}

/* Under the lock. */
static bool enqueue(struct jscope__worker *worker, struct jscope__work *work)
{
	if (work->queued)
		return false;
	work->queued = true;
	work->next = NULL;
	if (worker->first)
		worker->last->next = work;
	else
		worker->first = work;
	worker->last = work;
	return true;
}

bool jscope__work_queue(struct jscope__context *context, struct jscope__worker *worker,
			struct jscope__work *work, const struct jscope__origin *origins,
			unsigned origin_count)
{
	static const struct jscope__origin nothing;
	bool queued;

	jscope__machine_lock(context->machine);
	queued = enqueue(worker, work);
	if (origin_count == 0)
		jscope__follow_add(&worker->follower, worker->object, &nothing);
	for (unsigned i = 0; i < origin_count; i++)
		jscope__follow_add(&worker->follower, worker->object, &origins[i]);
	jscope__follow_signal(context, &worker->follower,
			      origin_count ? origins[origin_count - 1].seq : 0);
	jscope__machine_unlock(context->machine);
	return queued;
}
