#include "trigger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "line.h"
#include "report_rows.h"

static enum jscope__trigger_measure measure_of(const char *rule)
{
	static const char *const names[] = {
		[JSCOPE__TRIGGER_WAKE] = "wake",     [JSCOPE__TRIGGER_BLOCK] = "block",
		[JSCOPE__TRIGGER_IRQ] = "irq",	     [JSCOPE__TRIGGER_SOFTIRQ] = "softirq",
		[JSCOPE__TRIGGER_PERIOD] = "period", [JSCOPE__TRIGGER_HEADROOM] = "headroom",
	};
	size_t length = strcspn(rule, "[<>= ");

	for (enum jscope__trigger_measure i = 0; i < JSCOPE__TRIGGER_OTHER; i++)
		if (strlen(names[i]) == length && !strncmp(rule, names[i], length))
			return i;
	return JSCOPE__TRIGGER_OTHER;
}

void jscope__trigger_tell(struct jscope__trigger *trigger, const struct jscope_trigger *told)
{
	if (trigger->count++)
		return;
	jscope__clean(trigger->rule, sizeof trigger->rule, told->rule);
	trigger->measure = measure_of(trigger->rule);
	trigger->value = told->value;
	trigger->bound = told->bound;
	trigger->key = told->key;
	trigger->begin_ns = told->begin_ns;
	trigger->end_ns = told->end_ns;
}

static bool is_span(const struct jscope__trigger *trigger, jscope_ns begin_ns, jscope_ns end_ns)
{
	return trigger->begin_ns == begin_ns && trigger->end_ns == end_ns;
}

static void steps_forget(struct jscope__trigger *trigger)
{
	trigger->instant_count = trigger->stage_count = 0;
}

static void instant_add(struct jscope__trigger *trigger, const char *name, jscope_ns at_ns)
{
	if (at_ns == JSCOPE_NS_UNKNOWN || trigger->instant_count == JSCOPE__TRIGGER_STEPS)
		return;
	trigger->instants[trigger->instant_count].name = name;
	trigger->instants[trigger->instant_count++].ns = at_ns;
}

static void stage_add(struct jscope__trigger *trigger, const char *name, jscope_ns length_ns)
{
	if (length_ns == JSCOPE_NS_UNKNOWN || trigger->stage_count == JSCOPE__TRIGGER_STEPS)
		return;
	trigger->stages[trigger->stage_count].name = name;
	trigger->stages[trigger->stage_count++].ns = length_ns;
}

static void stage_between(struct jscope__trigger *trigger, const char *name, jscope_ns from_ns,
			  jscope_ns to_ns)
{
	if (from_ns != JSCOPE_NS_UNKNOWN && to_ns != JSCOPE_NS_UNKNOWN)
		stage_add(trigger, name, jscope_sub_sat(to_ns, from_ns));
}

/* Something with a begin, an end and nothing in between. */
static void alone_take(struct jscope__trigger *trigger, const char *begin, const char *end,
		       const char *stage)
{
	trigger->found = JSCOPE__TRIGGER_ALONE;
	steps_forget(trigger);
	instant_add(trigger, begin, trigger->begin_ns);
	instant_add(trigger, end, trigger->end_ns);
	stage_between(trigger, stage, trigger->begin_ns, trigger->end_ns);
}

void jscope__trigger_wakeup(struct jscope__trigger *trigger, const struct jscope_wakeup *wakeup)
{
	char comm[JSCOPE__NAME_SIZE];

	if (trigger->measure != JSCOPE__TRIGGER_WAKE || trigger->key != wakeup->tid ||
	    !is_span(trigger, wakeup->waking_ns, wakeup->run_ns))
		return;
	alone_take(trigger, "waking", "run", "wake");
	snprintf(trigger->who, sizeof trigger->who, "%s %" PRIu32 ", woken from %s",
		 jscope__clean(comm, sizeof comm, wakeup->comm), wakeup->tid,
		 jscope_context_name(wakeup->context));
}

void jscope__trigger_irq(struct jscope__trigger *trigger, const struct jscope_irq_span *span)
{
	char name[JSCOPE__NAME_SIZE];

	if (trigger->measure != JSCOPE__TRIGGER_IRQ || trigger->key != (uint32_t)span->irq ||
	    !is_span(trigger, span->begin_ns, span->end_ns))
		return;
	alone_take(trigger, "entry", "exit", "duration");
	snprintf(trigger->who, sizeof trigger->who, "interrupt %" PRId32 " %s on CPU %u", span->irq,
		 jscope__clean(name, sizeof name, span->name), span->cpu);
}

void jscope__trigger_softirq(struct jscope__trigger *trigger,
			     const struct jscope_softirq_span *span)
{
	if (trigger->measure != JSCOPE__TRIGGER_SOFTIRQ || span->what != JSCOPE_SOFTIRQ_LEFT ||
	    trigger->key != span->vec || !is_span(trigger, span->entry_ns, span->at_ns))
		return;
	alone_take(trigger, "entry", "exit", "duration");
	snprintf(trigger->who, sizeof trigger->who, "softirq %" PRIu32 " %s on CPU %u", span->vec,
		 jscope__softirq_name(span->vec), span->cpu);
}

static void request_take(struct jscope__trigger *trigger, const struct jscope_request *request)
{
	char device[JSCOPE__NAME_SIZE], name[JSCOPE__NAME_SIZE];
	jscope_ns at[JSCOPE_REQUEST_INSTANTS];

	trigger->found = JSCOPE__TRIGGER_CHAIN;
	steps_forget(trigger);
	jscope_request_instants(request, at);
	for (size_t i = 0; i < JSCOPE_REQUEST_INSTANTS; i++)
		instant_add(trigger, jscope_request_instant_names[i], at[i]);
	stage_between(trigger, jscope__request_stage_name(JSCOPE__SUBMIT), request->queued_ns,
		      request->issue_ns);
	stage_between(trigger, jscope__request_stage_name(JSCOPE__DEVICE), request->issue_ns,
		      request->irq_ns);
	stage_between(trigger, jscope__request_stage_name(JSCOPE__COMPLETE), request->irq_ns,
		      request->complete_ns);
	if (request->irq_ns == JSCOPE_NS_UNKNOWN)
		stage_between(trigger, "latency", request->issue_ns, request->complete_ns);
	stage_between(trigger, jscope__request_stage_name(JSCOPE__WAKE), request->complete_ns,
		      request->run_ns);
	jscope__clean(device, sizeof device, request->device);
	jscope__clean(name, sizeof name, request->name);
	snprintf(trigger->who, sizeof trigger->who,
		 "%.40s%s%.40s: %s of %" PRIu64 " bytes at %" PRIu64, device, name[0] ? " " : "",
		 name, request->op[0] ? request->op : "request", request->bytes, request->id);
}

/* A wake-up that ends a request is told as that. */
void jscope__trigger_request(struct jscope__trigger *trigger, const struct jscope_request *request)
{
	bool is_it = trigger->measure == JSCOPE__TRIGGER_BLOCK && request->completed &&
		     is_span(trigger, request->issue_ns, request->complete_ns);
	bool ends_in_it = trigger->measure == JSCOPE__TRIGGER_WAKE &&
			  trigger->found == JSCOPE__TRIGGER_ALONE &&
			  request->run_ns == trigger->end_ns;
	char who[JSCOPE__NAME_SIZE];

	if (!is_it && !ends_in_it)
		return;
	snprintf(who, sizeof who, "%.*s", (int)sizeof who - 1, trigger->who);
	request_take(trigger, request);
	if (ends_in_it)
		snprintf(trigger->who + strlen(trigger->who),
			 sizeof trigger->who - strlen(trigger->who), "; %.60s", who);
}

static void notification_take(struct jscope__trigger *trigger,
			      const struct jscope_notification *notification)
{
	struct jscope_stages stages;

	trigger->found = JSCOPE__TRIGGER_CHAIN;
	steps_forget(trigger);
	for (enum jscope_instant i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		instant_add(trigger, jscope_instant_name(i), notification->at[i]);
	jscope_stages_compute(notification, &stages);
	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		stage_add(trigger, jscope_stage_name(i), stages.stage_ns[i]);
}

static void stream_name(struct jscope__trigger *trigger, const struct jscope_stream_info *info)
{
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE];

	snprintf(trigger->who, sizeof trigger->who, "%s%s%s",
		 jscope__clean(device, sizeof device, info->device), info->stream[0] ? " " : "",
		 jscope__clean(stream, sizeof stream, info->stream));
}

static bool is_of_stream(const struct jscope__trigger *trigger)
{
	return trigger->measure == JSCOPE__TRIGGER_PERIOD ||
	       trigger->measure == JSCOPE__TRIGGER_HEADROOM;
}

/* The period that ended: its position is told when it did. */
void jscope__trigger_position(struct jscope__trigger *trigger,
			      const struct jscope_position *position)
{
	if (!is_of_stream(trigger) || trigger->stream || position->at_ns != trigger->end_ns)
		return;
	trigger->stream = position->stream;
	stream_name(trigger, position->stream);
	alone_take(trigger, "begin", "end",
		   trigger->measure == JSCOPE__TRIGGER_PERIOD ? "period" : "since");
	if (trigger->latest.stream == trigger->stream)
		notification_take(trigger, &trigger->latest);
}

static jscope_ns first_instant(const struct jscope_notification *notification)
{
	for (size_t i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (notification->at[i] != JSCOPE_NS_UNKNOWN)
			return notification->at[i];
	return JSCOPE_NS_UNKNOWN;
}

/* Of the stream, the last one that began before the period was told. */
static void of_stream(struct jscope__trigger *trigger, const struct jscope_notification *n)
{
	if (first_instant(n) == JSCOPE_NS_UNKNOWN || first_instant(n) > trigger->end_ns)
		return;
	if (trigger->stream && n->stream != trigger->stream)
		return;
	trigger->latest = *n;
	if (trigger->stream)
		notification_take(trigger, n);
}

/* One that ends in the wake-up is told with all of its stages. */
void jscope__trigger_notification(struct jscope__trigger *trigger,
				  const struct jscope_notification *n)
{
	if (is_of_stream(trigger))
		of_stream(trigger, n);
	if (trigger->measure != JSCOPE__TRIGGER_WAKE || trigger->found != JSCOPE__TRIGGER_ALONE ||
	    trigger->key != n->tid || n->at[JSCOPE_RUN] != trigger->end_ns)
		return;
	notification_take(trigger, n);
}
