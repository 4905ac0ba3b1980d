#include "wavert_client.h"

#include "fault.h"

static const struct jscope__action end = { .kind = JSCOPE__ACTION_END };

/* The alarm of a client: a timer that sets an event. */

static void alarm_fire(struct jscope__context *context, void *state)
{
	struct jscope__client *client = state;

	jscope__machine_lock(context->machine);
	jscope__kevent_set(context, &client->alarm_event, 0);
	jscope__machine_unlock(context->machine);
}

static struct jscope__action wait_for_alarm(struct jscope__context *context,
					    struct jscope__client *client, jscope_ns at_ns)
{
	struct jscope__clock *clock = context->machine->clock;

	client->alarm_ns = at_ns;
	jscope__machine_lock(context->machine);
	clock->ops->timer_arm(clock, &client->alarm_timer, at_ns);
	jscope__machine_unlock(context->machine);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT,
					.event = &client->alarm_event };
}

static void alarm_cancel(struct jscope__context *context, struct jscope__client *client)
{
	struct jscope__clock *clock = context->machine->clock;

	jscope__machine_lock(context->machine);
	clock->ops->timer_cancel(clock, &client->alarm_timer);
	jscope__machine_unlock(context->machine);
}

/* The truth of what a wake has led to. */

static void truth_run(struct jscope__context *context, const struct jscope__client *client)
{
	struct jscope__ledger *ledger = &client->group->stream->ledger;

	jscope__machine_lock(context->machine);
	jscope__ledger_run(ledger, &client->event, client->event.woken_ns);
	jscope__machine_unlock(context->machine);
}

static void truth_settle(struct jscope__context *context, const struct jscope__client *client)
{
	struct jscope__ledger *ledger = &client->group->stream->ledger;

	jscope__machine_lock(context->machine);
	if (client->is_writer && ledger->answered_ns)
		jscope__ledger_answer(ledger, &client->event, ledger->answered_ns);
	jscope__ledger_settle(ledger, &client->event);
	jscope__machine_unlock(context->machine);
}

/* What to wait for next */

static bool polls(const struct jscope__client *client)
{
	return client->group->settings->mode == JSCOPE_MODE_POLL;
}

/* Once a period, by the grid of its own clock: a look that came late does not delay the others. */
static struct jscope__action wait_for_look(struct jscope__context *context,
					   struct jscope__client *client)
{
	const struct jscope_stream_settings *settings = client->group->settings;
	const jscope_ns period_ns =
		jscope_muldiv(settings->period_frames, JSCOPE_NS_PER_SEC, settings->rate_hz);
	const jscope_ns now_ns = jscope__machine_now(context->machine);
	jscope_ns next_ns = jscope_add_sat(client->alarm_ns, period_ns);

	if (next_ns <= now_ns)
		next_ns += (now_ns - next_ns) / period_ns * period_ns + period_ns;
	return wait_for_alarm(context, client, next_ns);
}

static struct jscope__action wait_for_stream(struct jscope__context *context,
					     struct jscope__client *client)
{
	if (polls(client))
		return wait_for_look(context, client);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &client->event };
}

/* Pauses: from a service on, RUN -> PAUSE, and RUN again when the alarm rings. */

/* So much before its instant a recorded pause is due: what a service records itself takes that. */
#define PAUSE_EARLY_NS JSCOPE_NS_PER_US

static const struct jscope_recorded_delay *pause_recorded(const struct jscope__client *client)
{
	const struct jscope_stream_settings *settings = client->group->settings;

	return client->pause_count < settings->pause_count ? &settings->pauses[client->pause_count]
							   : NULL;
}

/* Their ends are instants at which the client ran, and not at which its alarm rang. */
static bool has_recorded_pauses(const struct jscope__client *client)
{
	return client->group->settings->pause_count > 0 && !polls(client);
}

static bool pause_recorded_is_due(const struct jscope__client *client, jscope_ns now_ns)
{
	const struct jscope_recorded_delay *pause = pause_recorded(client);
	const struct jscope__stream *stream = client->group->stream;

	return pause && pause->point <= stream->points_crossed &&
	       now_ns >=
		       jscope__stream_due(stream, pause->point) + pause->begin_ns - PAUSE_EARLY_NS;
}

/* An engine that halted because it had run out waits for its client. */
static bool has_halted(const struct jscope__client *client)
{
	const struct jscope__stream *stream = client->group->stream;

	return client->group->settings->stops && stream->epoch_end_ns != JSCOPE__NEVER;
}

static bool pause_is_due(const struct jscope__client *client, jscope_ns now_ns)
{
	return (client->group->settings->pause_every_ns > 0 && now_ns >= client->pause_next_ns) ||
	       pause_recorded_is_due(client, now_ns) || has_halted(client);
}

/* When the pause that is due is over. */
static jscope_ns pause_end_ns(struct jscope__client *client, jscope_ns now_ns)
{
	const struct jscope_recorded_delay *pause = pause_recorded(client);

	if (pause_recorded_is_due(client, now_ns)) {
		client->pause_count++;
		return jscope__stream_due(client->group->stream, pause->point) + pause->end_ns;
	}
	return has_halted(client) ? now_ns
				  : jscope_add_sat(now_ns, client->group->settings->pause_ns);
}

static void pause_schedule(struct jscope__client *client, jscope_ns now_ns)
{
	client->pause_next_ns = jscope_add_sat(now_ns, client->group->settings->pause_every_ns);
}

static struct jscope__action pause_begin(struct jscope__context *context,
					 struct jscope__client *client)
{
	const jscope_ns end_ns = pause_end_ns(client, jscope__machine_now(context->machine));

	client->stage = JSCOPE__CLIENT_PAUSING;
	jscope__client_lower(context, client, JSCOPE__KSSTATE_PAUSE);
	return wait_for_alarm(context, client, end_ns);
}

static struct jscope__action pause_end(struct jscope__context *context,
				       struct jscope__client *client)
{
	client->stage = JSCOPE__CLIENT_SERVING;
	pause_schedule(client, jscope__machine_now(context->machine));
	if (client->group->settings->stops && !client->group->settings->capture)
		jscope__client_refill(context, client);
	jscope__stream_set_state(context, client->group->stream, JSCOPE__KSSTATE_RUN);
	return wait_for_stream(context, client);
}

/* The steps */

/* answers: it does what it was woken for. */
static struct jscope__action serve(struct jscope__context *context, struct jscope__client *client,
				   bool answers)
{
	if (!client->is_writer || client->stage == JSCOPE__CLIENT_ENDED) {
		truth_settle(context, client);
		return wait_for_stream(context, client);
	}
	client->group->stream->ledger.answered_ns = 0;
	if (answers)
		jscope__client_serve(context, client);
	truth_settle(context, client);
	client->service_count++;
	if (jscope__client_is_drained(context, client)) {
		client->stage = JSCOPE__CLIENT_ENDED;
		jscope__client_lower(context, client, JSCOPE__KSSTATE_STOP);
	} else if (pause_is_due(client, jscope__machine_now(context->machine))) {
		return pause_begin(context, client);
	}
	return wait_for_stream(context, client);
}

static struct jscope__action work(struct jscope__context *context, struct jscope__client *client)
{
	const struct jscope_fault_settings *slow;
	jscope_ns work_ns;

	truth_run(context, client);
	work_ns = jscope__delay_draw(&client->work, context, client->event.wake_count);
	if (work_ns == JSCOPE__DELAY_NEVER)
		return serve(context, client, false);
	slow = jscope__fault_strike(context, client->group->line->dev, JSCOPE_FAULT_slow_client);
	if (slow)
		work_ns = jscope_add_sat(work_ns, slow->length_ns);
	if (work_ns == 0)
		return serve(context, client, true);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK, .work_ns = work_ns };
}

static struct jscope__action writer_start(struct jscope__context *context,
					  struct jscope__client *writer)
{
	writer->alarm_ns = jscope__machine_now(context->machine);
	writer->alarm_event.is_prompt = has_recorded_pauses(writer);
	if (jscope__client_open(context, writer) != JSCOPE_STATUS_SUCCESS)
		return end;
	writer->stage = JSCOPE__CLIENT_SERVING;
	pause_schedule(writer, jscope__machine_now(context->machine));
	/* The second packet follows while the first is played. */
	if (!writer->group->settings->capture)
		jscope__client_serve(context, writer);
	return wait_for_stream(context, writer);
}

static struct jscope__action writer_come(struct jscope__context *context,
					 struct jscope__client *writer)
{
	const jscope_ns start_ns = writer->group->settings->start_ns;

	if (start_ns == 0)
		return writer_start(context, writer);
	writer->alarm_event.is_prompt = true;
	return wait_for_alarm(context, writer, jscope_add_sat(context->machine->boot_ns, start_ns));
}

static struct jscope__action client_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__client *client = state;

	switch (cause) {
	case JSCOPE__CAUSE_START:
		client->alarm_ns = jscope__machine_now(context->machine);
		return client->is_writer ? writer_come(context, client)
					 : wait_for_stream(context, client);
	case JSCOPE__CAUSE_WOKEN:
		if (client->is_writer && client->stage == JSCOPE__CLIENT_CLOSED)
			return writer_start(context, client);
		if (client->stage == JSCOPE__CLIENT_PAUSING)
			return pause_end(context, client);
		return work(context, client);
	case JSCOPE__CAUSE_WORKED:
		return serve(context, client, true);
	case JSCOPE__CAUSE_STOPPING:
		break;
	}
	alarm_cancel(context, client);
	if (client->stage != JSCOPE__CLIENT_CLOSED)
		jscope__client_close(context, client);
	return end;
}

static struct jscope__kevent new_event(const struct jscope__client_group *group)
{
	return (struct jscope__kevent){ .id = jscope__machine_id(group->rig->machine),
					.dev = group->line->dev };
}

void jscope__client_init(struct jscope__client *client, struct jscope__client_group *group,
			 const struct jscope_client_settings *settings, unsigned index,
			 struct jscope__task *task)
{
	struct jscope__machine *machine = group->rig->machine;
	const struct jscope_delay_settings *delays =
		jscope__rig_delays(group->rig, group->settings->head.name);

	*client = (struct jscope__client){
		.group = group,
		.is_writer = index == 0,
		.event = new_event(group),
		.alarm_event = new_event(group),
		.alarm_timer = { .fire = alarm_fire, .state = client },
	};
	if (client->is_writer)
		client->spare = new_event(group);
	jscope__delay_init(&client->work, machine, &settings->work, JSCOPE_DELAY_SERVICE,
			   group->line->dev, client->event.id);
	jscope__delay_init(&task->wake_delay, machine,
			   settings->wake.kind ? &settings->wake : &delays->wake, JSCOPE_DELAY_WAKE,
			   group->line->dev, client->event.id);
	jscope__delay_follow(&client->work, &group->course);
	jscope__delay_follow(&task->wake_delay, &group->course);
	task->step = client_step;
	task->state = client;
}
