#include <stddef.h>
#include <string.h>

#include "replay/timeline.h"

const char *jscope_instant_name(enum jscope_instant instant)
{
	static const char *const names[JSCOPE_INSTANT_COUNT] = {
		[JSCOPE_DUE] = "due",	    [JSCOPE_IRQ] = "irq",
		[JSCOPE_QUEUED] = "queued", [JSCOPE_DEFERRED] = "deferred",
		[JSCOPE_SIGNAL] = "signal", [JSCOPE_RUN] = "run",
		[JSCOPE_SERVED] = "served",
	};

	return (unsigned)instant < JSCOPE_INSTANT_COUNT ? names[instant] : "?";
}

const char *jscope_stage_name(enum jscope_stage stage)
{
	static const char *const names[JSCOPE_STAGE_COUNT] = {
		[JSCOPE_STAGE_INTERRUPT] = "interrupt", [JSCOPE_STAGE_DISPATCH] = "dispatch",
		[JSCOPE_STAGE_QUEUE] = "queue",		[JSCOPE_STAGE_HANDLER] = "handler",
		[JSCOPE_STAGE_WAKE] = "wake",		[JSCOPE_STAGE_UNEXPLAINED] = "unexplained",
	};

	return (unsigned)stage < JSCOPE_STAGE_COUNT ? names[stage] : "?";
}

const char *jscope_class_name(enum jscope_class class)
{
	static const char *const names[JSCOPE_CLASS_COUNT] = {
		[JSCOPE_CLASS_ON_TIME] = "on_time",   [JSCOPE_CLASS_LATE] = "late",
		[JSCOPE_CLASS_EARLY] = "early",	      [JSCOPE_CLASS_MERGED] = "merged",
		[JSCOPE_CLASS_MISSED] = "missed",     [JSCOPE_CLASS_SPURIOUS] = "spurious",
		[JSCOPE_CLASS_CENSORED] = "censored",
	};

	return (unsigned)class < JSCOPE_CLASS_COUNT ? names[class] : "?";
}

bool jscope_kind_has_buffer(const char *kind)
{
	return !strcmp(kind, "wavert") || !strcmp(kind, "pcm");
}

bool jscope_kind_is_aside(const char *kind)
{
	return !strcmp(kind, "irq") || !strcmp(kind, "hrtimer") || !strcmp(kind, "timer");
}

const char *jscope_defect_name(enum jscope_defect defect)
{
	static const char *const names[JSCOPE_DEFECT_COUNT] = {
		[JSCOPE_DEFECT_STALE] = "stale",
		[JSCOPE_DEFECT_BACKWARD] = "backward",
		[JSCOPE_DEFECT_JUMP] = "jump",
		[JSCOPE_DEFECT_BURST] = "burst",
	};

	return (unsigned)defect < JSCOPE_DEFECT_COUNT ? names[defect] : "?";
}

const char *jscope_cause_name(enum jscope_cause cause)
{
	static const char *const names[JSCOPE_CAUSE_COUNT] = {
		[JSCOPE_CAUSE_UNKNOWN] = "unknown",
		[JSCOPE_CAUSE_LOST_INTERRUPT] = "lost_interrupt",
		[JSCOPE_CAUSE_LATE_INTERRUPT] = "late_interrupt",
		[JSCOPE_CAUSE_LATE_DEFERRED] = "late_deferred",
		[JSCOPE_CAUSE_LATE_WAKE] = "late_wake",
		[JSCOPE_CAUSE_LATE_WRITE] = "late_write",
		[JSCOPE_CAUSE_REPEATED_WRITE] = "repeated_write",
		[JSCOPE_CAUSE_DEVICE] = "device",
	};

	return (unsigned)cause < JSCOPE_CAUSE_COUNT ? names[cause] : "?";
}

const char *jscope_context_name(enum jscope_context context)
{
	static const char *const names[JSCOPE_CONTEXT_COUNT] = {
		[JSCOPE_CONTEXT_TASK] = "task",
		[JSCOPE_CONTEXT_SOFTIRQ] = "softirq",
		[JSCOPE_CONTEXT_IRQ] = "irq",
	};

	return (unsigned)context < JSCOPE_CONTEXT_COUNT ? names[context] : "?";
}

const char *jscope_route_name(enum jscope_route route)
{
	static const char *const names[JSCOPE_ROUTE_COUNT] = {
		[JSCOPE_ROUTE_UNKNOWN] = "",	      [JSCOPE_ROUTE_IRQ] = "irq",
		[JSCOPE_ROUTE_TIMER] = "timer",	      [JSCOPE_ROUTE_SOFTIRQ] = "softirq",
		[JSCOPE_ROUTE_THREAD] = "irq_thread", [JSCOPE_ROUTE_WORK] = "work",
		[JSCOPE_ROUTE_TASK] = "task",
	};

	return (unsigned)route < JSCOPE_ROUTE_COUNT ? names[route] : "?";
}

const char *jscope_hold_name(enum jscope_hold_kind kind)
{
	static const char *const names[JSCOPE_HOLD_KIND_COUNT] = {
		[JSCOPE_HOLD_LINK_DOWN] = "link_down",
		[JSCOPE_HOLD_RESET] = "reset",
		[JSCOPE_HOLD_PAUSE] = "pause",
	};

	return (unsigned)kind < JSCOPE_HOLD_KIND_COUNT ? names[kind] : "?";
}

/* The chain proper: `served` lies behind it. */
#define CHAIN_COUNT JSCOPE_SERVED

static bool on_path(unsigned path, unsigned instant)
{
	return path & 1u << instant;
}

static unsigned path_of(const struct jscope_notification *notification)
{
	return notification->path ? notification->path : notification->stream->path;
}

/*
 * The stage between two instants that are neighbours on the path. A path may leave instants out
 * (an interrupt that signals itself); only the pairs that DESIGN 2 names are stages.
 */
static enum jscope_stage stage_between(unsigned from, unsigned to)
{
	enum { NONE = JSCOPE_STAGE_UNEXPLAINED };
	static const unsigned char stages[CHAIN_COUNT][CHAIN_COUNT] = {
		[JSCOPE_DUE] = { NONE, JSCOPE_STAGE_INTERRUPT, NONE, NONE, NONE, NONE },
		[JSCOPE_IRQ] = { NONE, NONE, JSCOPE_STAGE_DISPATCH, NONE, JSCOPE_STAGE_HANDLER,
				 NONE },
		[JSCOPE_QUEUED] = { NONE, NONE, NONE, JSCOPE_STAGE_QUEUE, NONE, NONE },
		[JSCOPE_DEFERRED] = { NONE, NONE, NONE, NONE, JSCOPE_STAGE_HANDLER, NONE },
		[JSCOPE_SIGNAL] = { NONE, NONE, NONE, NONE, NONE, JSCOPE_STAGE_WAKE },
		[JSCOPE_RUN] = { NONE, NONE, NONE, NONE, NONE, NONE },
	};

	return (enum jscope_stage)stages[from][to];
}

/* Joint intervals of one notification add up in `unexplained`. */
static void stage_add(struct jscope_stages *stages, enum jscope_stage stage, jscope_ns length_ns)
{
	jscope_ns *stage_ns = &stages->stage_ns[stage];

	*stage_ns =
		*stage_ns == JSCOPE_NS_UNKNOWN ? length_ns : jscope_add_sat(*stage_ns, length_ns);
}

/* Walk the path from one known instant to the next known one. */
unsigned jscope_stages_list(const struct jscope_notification *notification,
			    struct jscope_stage_span ret_spans[JSCOPE_INSTANT_COUNT])
{
	const unsigned path = path_of(notification);
	unsigned known = CHAIN_COUNT; /* the last known instant, CHAIN_COUNT for none */
	unsigned count = 0;
	bool skipped = false;

	for (unsigned i = 0; i < CHAIN_COUNT; i++) {
		if (!on_path(path, i))
			continue;
		if (notification->at[i] == JSCOPE_NS_UNKNOWN) {
			skipped = true;
			continue;
		}
		if (known != CHAIN_COUNT)
			ret_spans[count++] = (struct jscope_stage_span){
				.stage = skipped ? JSCOPE_STAGE_UNEXPLAINED
						 : stage_between(known, i),
				.from = (enum jscope_instant)known,
				.to = (enum jscope_instant)i,
				.begin_ns = notification->at[known],
				.end_ns = notification->at[i],
			};
		known = i;
		skipped = false;
	}
	return count;
}

/* The lengths telescope, hence they sum exactly. */
static void stages_add(const struct jscope_notification *notification, struct jscope_stages *stages)
{
	struct jscope_stage_span spans[JSCOPE_INSTANT_COUNT];
	const unsigned count = jscope_stages_list(notification, spans);

	for (unsigned i = 0; i < count; i++)
		stage_add(stages, spans[i].stage,
			  jscope_sub_sat(spans[i].end_ns, spans[i].begin_ns));
}

static jscope_ns between(jscope_ns from_ns, jscope_ns to_ns)
{
	if (from_ns == JSCOPE_NS_UNKNOWN || to_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_sub_sat(to_ns, from_ns);
}

/* From the first instant of the path to its last. */
static jscope_ns end_to_end(const jscope_ns *at, unsigned path)
{
	unsigned chain = path & ((1u << CHAIN_COUNT) - 1);

	if (!(chain & (chain - 1)))
		return JSCOPE_NS_UNKNOWN; /* fewer than two */
	return between(at[__builtin_ctz(chain)], at[31 - __builtin_clz(chain)]);
}

static bool any_known(const jscope_ns *at)
{
	for (unsigned i = 0; i < CHAIN_COUNT; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN)
			return true;
	return false;
}

void jscope_stages_compute(const struct jscope_notification *notification,
			   struct jscope_stages *ret_stages)
{
	const jscope_ns *at = notification->at;
	const unsigned path = path_of(notification);

	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		ret_stages->stage_ns[i] = JSCOPE_NS_UNKNOWN;
	stages_add(notification, ret_stages);
	ret_stages->end_to_end_ns = end_to_end(at, path);
	ret_stages->service_ns = between(at[JSCOPE_RUN], at[JSCOPE_SERVED]);
	ret_stages->partial = ret_stages->end_to_end_ns == JSCOPE_NS_UNKNOWN && any_known(at);
}
