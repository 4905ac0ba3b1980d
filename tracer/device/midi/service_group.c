#include "service_group.h"

#include "fault.h"
#include "jscope/probe.h"

#define DUE_SLOTS (sizeof((struct jscope__service_group *)0)->delay_due_ns / sizeof(jscope_ns))

void jscope__service_sink_init(struct jscope__service_sink *sink, struct jscope__machine *machine,
			       uint32_t dev)
{
	sink->id = jscope__machine_id(machine);
	sink->dev = dev;
	sink->ref_count = 1;
}

/* The execution */

/* The requests that a run stands for are those up to the number that was latched at its entry. */
static unsigned requests_take(struct jscope__context *context, struct jscope__service_group *group,
			      uint64_t number, struct jscope__service_request *requests)
{
	unsigned count = 0, kept = 0;

	for (unsigned i = 0; i < group->pending_count; i++) {
		struct jscope__service_request *request = &group->requests[i];

		if (request->number > number) {
			group->requests[kept++] = *request;
			continue;
		}
		requests[count] = *request;
		requests[count].origin.deferred_ns = context->entered_ns;
		requests[count++].origin.run = context->dpc_run;
	}
	group->pending_count = kept;
	return count;
}

/* What has no interrupt is numbered by the services of the member. */
static void tell_served(struct jscope__context *context, const struct jscope__service_sink *member,
			const struct jscope__service_run *run)
{
	const jscope_ns served_ns = jscope__machine_stamp(context->machine);

	for (unsigned i = 0; i < run->request_count; i++) {
		struct jscope__origin origin = run->requests[i].origin;

		if (!origin.irq_seq)
			origin.seq = member->serve_count;
		jscope__follow_tell(context, member->dev, member->id, 0, &origin, served_ns);
	}
}

static void member_serve(struct jscope__context *context, const struct jscope__service_group *group,
			 struct jscope__service_sink *member, const struct jscope__service_run *run)
{
	if (jscope__fault_strike(context, group->sink.dev, JSCOPE_FAULT_skip_member))
		return;
	jscope__machine_lock(context->machine);
	member->serve_count++;
	JSCOPE_PROBE(svc_serve, .dev = member->dev, .irql = context->irql, .sink = member->id,
		     .run = context->dpc_run);
	tell_served(context, member, run);
	jscope__machine_unlock(context->machine);
	member->serve(context, member->state, run);
}

static void group_dpc(struct jscope__context *context, void *state, uint64_t number)
{
	struct jscope__service_group *group = state;
	struct jscope__service_request requests[JSCOPE__GROUP_REQUESTS];
	struct jscope__service_sink *members[JSCOPE__GROUP_MEMBERS];
	struct jscope__service_run run = { .requests = requests };
	unsigned member_count;

	jscope__machine_lock(context->machine);
	run.request_count = requests_take(context, group, number, requests);
	member_count = group->member_count;
	for (unsigned i = 0; i < member_count; i++)
		members[i] = group->members[i];
	jscope__machine_unlock(context->machine);
	for (unsigned i = 0; i < member_count; i++)
		member_serve(context, group, members[i], &run);
}

/* The requests */

void jscope__service_group_request(struct jscope__context *context,
				   struct jscope__service_group *group,
				   const struct jscope__service_request *request)
{
	struct jscope__service_request *pending = NULL;

	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(svc_request, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id, .origin = (uint8_t)request->kind);
	group->request_count++;
	if (group->pending_count < JSCOPE__GROUP_REQUESTS) {
		pending = &group->requests[group->pending_count++];
		*pending = *request;
		pending->number = group->request_count;
	} else {
		group->refused_count++;
	}
	jscope__dpc_insert_locked(context, &group->dpc, request->origin.irq_seq,
				  group->request_count);
	if (pending)
		pending->origin.queued_ns = jscope__machine_stamp(context->machine);
	jscope__machine_unlock(context->machine);
}

/* A group as a member of another: what it is asked for, it passes on through a DPC of its own. */
static void serve_nested(struct jscope__context *context, void *state,
			 const struct jscope__service_run *run)
{
	struct jscope__service_request request = { .kind = JSCOPE__SERVICE_NESTED };

	if (run->request_count)
		request.origin = run->requests[run->request_count - 1].origin;
	request.origin.irq_seq = 0;
	request.origin.irq_ns = 0;
	jscope__service_group_request(context, state, &request);
}

static void timer_dpc(struct jscope__context *context, void *state, uint64_t expiry)
{
	struct jscope__service_group *group = state;
	struct jscope__service_request request = { .kind = JSCOPE__SERVICE_TIMER };

	jscope__machine_lock(context->machine);
	request.origin.due_ns = group->delay_due_ns[expiry % DUE_SLOTS];
	if (group->delay_asked_ns == request.origin.due_ns)
		group->delay_asked_ns = JSCOPE__SERVICE_NEVER;
	jscope__machine_unlock(context->machine);
	jscope__service_group_request(context, group, &request);
}

/* Life */

void jscope__service_group_init(struct jscope__service_group *group,
				struct jscope__machine *machine, uint32_t dev)
{
	jscope__service_sink_init(&group->sink, machine, dev);
	group->sink.serve = serve_nested;
	group->sink.state = group;
	group->delay_asked_ns = JSCOPE__SERVICE_NEVER;
	group->dpc.importance = JSCOPE__IMPORTANCE_HIGH;
	group->dpc.routine = group_dpc;
	group->dpc.state = group;
	group->timer_dpc.kind = JSCOPE__DPC_TIMER;
	group->timer_dpc.routine = timer_dpc;
	group->timer_dpc.state = group;
	jscope__ktimer_init(&group->timer, machine, dev, &group->timer_dpc);
}

void jscope__service_group_create(struct jscope__context *context,
				  struct jscope__service_group *group)
{
	JSCOPE_PROBE(svc_create, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id);
}

void jscope__service_group_destroy(struct jscope__context *context,
				   struct jscope__service_group *group)
{
	struct jscope__clock *clock = context->machine->clock;

	clock->ops->timer_settle(clock, &group->timer.timer);
	clock->ops->drain(clock, &group->timer_dpc);
	clock->ops->drain(clock, &group->dpc);
	jscope__machine_lock(context->machine);
	group->member_count = 0;
	JSCOPE_PROBE(svc_destroy, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id);
	jscope__machine_unlock(context->machine);
}

jscope_status jscope__service_group_add(struct jscope__context *context,
					struct jscope__service_group *group,
					struct jscope__service_sink *sink)
{
	jscope_status status = JSCOPE_STATUS_INSUFFICIENT_RESOURCES;

	jscope__machine_lock(context->machine);
	if (group->member_count < JSCOPE__GROUP_MEMBERS) {
		group->members[group->member_count++] = sink;
		sink->ref_count++;
		JSCOPE_PROBE(svc_add, .dev = group->sink.dev, .irql = context->irql,
			     .group = group->sink.id, .sink = sink->id,
			     .ref_after = sink->ref_count);
		status = JSCOPE_STATUS_SUCCESS;
	}
	jscope__machine_unlock(context->machine);
	return status;
}

static void unlink_member(struct jscope__service_group *group, unsigned index)
{
	group->member_count--;
	for (; index < group->member_count; index++)
		group->members[index] = group->members[index + 1];
}

static unsigned member_find(const struct jscope__service_group *group,
			    const struct jscope__service_sink *sink)
{
	unsigned i = 0;

	while (i < group->member_count && group->members[i] != sink)
		i++;
	return i;
}

/* A group that forgets to take the member off its list before it lets go of it. */
static void serve_once_more(struct jscope__context *context, struct jscope__service_group *group)
{
	const struct jscope__service_request request = { .kind = JSCOPE__SERVICE_NOTIFY };
	struct jscope__clock *clock = context->machine->clock;

	jscope__service_group_request(context, group, &request);
	clock->ops->drain(clock, &group->dpc);
}

void jscope__service_group_remove(struct jscope__context *context,
				  struct jscope__service_group *group,
				  struct jscope__service_sink *sink)
{
	unsigned i;

	jscope__machine_lock(context->machine);
	i = member_find(group, sink);
	if (i == group->member_count) {
		jscope__machine_unlock(context->machine);
		return;
	}
	sink->ref_count--;
	JSCOPE_PROBE(svc_remove, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id, .sink = sink->id, .ref_after = sink->ref_count);
	jscope__machine_unlock(context->machine);
	if (jscope__fault_strike(context, group->sink.dev, JSCOPE_FAULT_serve_removed))
		serve_once_more(context, group);
	jscope__machine_lock(context->machine);
	unlink_member(group, member_find(group, sink));
	jscope__machine_unlock(context->machine);
}

/* Delayed service */

void jscope__service_group_support_delay(struct jscope__context *context,
					 struct jscope__service_group *group)
{
	jscope__machine_lock(context->machine);
	group->supports_delay = true;
	JSCOPE_PROBE(svc_support_delay, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id);
	jscope__machine_unlock(context->machine);
}

/* 100 ns units to an instant: relative ones are negative (DOMAIN 8, T8). */
static jscope_ns due_instant(jscope_ns now_ns, int64_t due)
{
	const int64_t limit = INT64_MAX / 100;

	if (due >= 0)
		return due < limit ? due * 100 : INT64_MAX;
	return due > -limit ? jscope_sub_sat(now_ns, due * 100) : INT64_MAX;
}

/* Under one lock with what is due then: the next expiry is the one of this setting. */
static void timer_set(struct jscope__context *context, struct jscope__service_group *group,
		      jscope_ns due_ns)
{
	const struct jscope_fault_settings *early =
		jscope__fault_strike(context, group->sink.dev, JSCOPE_FAULT_early_service);

	group->delay_due_ns[(group->timer.expiry_count + 1) % DUE_SLOTS] = due_ns;
	group->delay_asked_ns = due_ns;
	jscope__ktimer_set_locked(context, &group->timer,
				  early ? jscope_sub_sat(due_ns, early->length_ns) : due_ns, 0);
}

void jscope__service_group_delay(struct jscope__context *context,
				 struct jscope__service_group *group, uint64_t delay_100ns)
{
	const int64_t due = (int64_t)delay_100ns;
	jscope_ns due_ns;

	jscope__machine_lock(context->machine);
	due_ns = due_instant(jscope__machine_now(context->machine), due);
	JSCOPE_PROBE(svc_delay, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id, .due = due, .due_ns = (uint64_t)due_ns);
	if (group->supports_delay)
		timer_set(context, group, due_ns);
	jscope__machine_unlock(context->machine);
}

void jscope__service_group_cancel(struct jscope__context *context,
				  struct jscope__service_group *group)
{
	jscope__machine_lock(context->machine);
	group->delay_asked_ns = JSCOPE__SERVICE_NEVER;
	JSCOPE_PROBE(svc_cancel, .dev = group->sink.dev, .irql = context->irql,
		     .group = group->sink.id);
	jscope__machine_unlock(context->machine);
	if (!jscope__fault_strike(context, group->sink.dev, JSCOPE_FAULT_forget_cancel))
		jscope__ktimer_cancel(context, &group->timer);
}
