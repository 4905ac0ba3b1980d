#include "chain_parts.h"

#include "own_run.h"

#define BIT(holder) (1u << JSCOPE_HOLDER_##holder)

void jscope__moves_add(struct jscope__moves *moves, const struct jscope_migration *move)
{
	moves->moves[moves->count++ % JSCOPE__MOVES_MAX] = *move;
}

/* What waits, or runs. */
struct waiter {
	const struct jscope__evidence *evidence;
	unsigned stage;
	bool waits;	     /* for the CPU, which it has when the stage ends */
	bool waits_in_queue; /* of the CPU's DPCs */
	bool serves;	     /* it is a client at its work, */
	bool has_cpu;	     /* which had the CPU until now, */
	bool is_asleep;	     /* or gave it away, as it waits for something itself */
	/* On a modelled machine only these keep it waiting: bits 1 << JSCOPE_HOLDER_... */
	unsigned holders;
	struct jscope__own_run irq, deferred;
	uint32_t tid;	    /* its client, 0 where unknown */
	jscope_ns slack_ns; /* of the timer that tells it */
};

/* Culprits */

static struct jscope__culprit itself(enum jscope__self self)
{
	return (struct jscope__culprit){ JSCOPE__CULPRIT_ITSELF, self };
}

static const struct jscope__culprit own_previous = { JSCOPE__CULPRIT_OWN_PREVIOUS, 0 };

static bool is_own_thread(const struct waiter *waiter, const struct jscope__occupant *occupant)
{
	return occupant->holder == JSCOPE_HOLDER_THREAD && waiter->tid &&
	       occupant->id == waiter->tid;
}

/*
 * A run of one of its own handlers: the one that serves it, one before that, or one that has nothing to
 * do with it any more. A thread that was interrupted goes on with the same run.
 */
static bool is_own_run(const struct jscope__own_run *own, const struct jscope__change *by,
		       const struct waiter *waiter, struct jscope__culprit *ret_culprit)
{
	if (!own->is_found || own->occupant != by->occupant)
		return false;
	if (by->begin_ns < own->begin_ns)
		*ret_culprit = own_previous;
	else if (by->begin_ns == own->begin_ns || !waiter->waits)
		*ret_culprit =
			itself(own == &waiter->irq ? JSCOPE__SELF_IRQ : JSCOPE__SELF_DEFERRED);
	else
		return false;
	return true;
}

/* Whether a client at its work waits for something; on a CPU that is idle it does not wait for that. */
static bool sleeps(struct waiter *waiter, const struct jscope__change *by,
		   const struct jscope__occupant *occupant)
{
	if (is_own_thread(waiter, occupant))
		waiter->is_asleep = false;
	else if (occupant->holder == JSCOPE_HOLDER_IDLE || (waiter->has_cpu && by->left_asleep))
		waiter->is_asleep = true;
	waiter->has_cpu = is_own_thread(waiter, occupant);
	return waiter->is_asleep;
}

/* Who holds the CPU, as it looks to this one. */
static struct jscope__culprit blame(struct waiter *waiter, const struct jscope__change *by,
				    unsigned cpu)
{
	const struct jscope__holders *holders = waiter->evidence->holders;
	const struct jscope__occupant *occupant = jscope__occupant_at(holders, by->occupant);
	struct jscope__culprit culprit = jscope__culprit_of(holders, by->occupant);

	if (waiter->serves && sleeps(waiter, by, occupant))
		return itself(JSCOPE__SELF_ASLEEP);
	if (by->is_unseen)
		return (struct jscope__culprit){ JSCOPE__CULPRIT_UNSEEN, by->occupant };
	if (occupant->holder == JSCOPE_HOLDER_IDLE)
		return (struct jscope__culprit){ JSCOPE__CULPRIT_IDLE_EXIT, cpu };
	if (is_own_run(&waiter->irq, by, waiter, &culprit) ||
	    is_own_run(&waiter->deferred, by, waiter, &culprit))
		return culprit;
	if (is_own_thread(waiter, occupant))
		return waiter->waits ? own_previous : itself(JSCOPE__SELF_CLIENT);
	if (waiter->waits_in_queue && culprit.kind == JSCOPE__CULPRIT_DPC)
		culprit.kind = JSCOPE__CULPRIT_DPC_AHEAD;
	return culprit;
}

/* A DPC waits in the queue before ours, and keeps it waiting though nothing runs. */
static bool is_behind(const struct waiter *waiter, const struct jscope__change *by)
{
	const struct jscope__holders *holders = waiter->evidence->holders;
	const struct jscope__occupant *ours, *ahead;

	if (!waiter->waits_in_queue || !by->has_ahead || !waiter->deferred.is_found)
		return false;
	ours = jscope__occupant_at(holders, waiter->deferred.occupant);
	ahead = jscope__occupant_at(holders, by->ahead);
	return ours->id != ahead->id || ours->dev != ahead->dev;
}

static bool holds_up(const struct waiter *waiter, const struct jscope__change *by)
{
	const struct jscope__occupant *occupant =
		jscope__occupant_at(waiter->evidence->holders, by->occupant);

	if (occupant->holder == JSCOPE_HOLDER_NONE)
		return false;
	return !by->is_modelled || waiter->holders & 1u << occupant->holder;
}

/* A time in which nothing that the trace tells held it up: of one piece where the CPU was silent. */
struct lull {
	jscope_ns begin_ns, end_ns;
	bool has_life; /* something began or ended on the CPU meanwhile */
	uint32_t occupant;
};

static void lull_end(struct jscope__parts *parts, const struct waiter *waiter, unsigned cpu,
		     struct lull *lull)
{
	const enum jscope__culprit_kind kind =
		lull->has_life ? JSCOPE__CULPRIT_NOT_CALLED : JSCOPE__CULPRIT_SILENT;

	jscope__part_add(parts, waiter->stage, (struct jscope__culprit){ kind, cpu },
			 lull->begin_ns, lull->end_ns);
	*lull = (struct lull){ 0 };
}

static void lull_go_on(struct lull *lull, const struct jscope__held *held)
{
	if (lull->begin_ns == lull->end_ns)
		*lull = (struct lull){ .begin_ns = held->begin_ns, .occupant = held->by.occupant };
	lull->has_life |= lull->occupant != held->by.occupant;
	lull->end_ns = held->end_ns;
}

/* One time on one CPU. */
static void time_split(struct jscope__parts *parts, struct waiter *waiter, unsigned cpu,
		       jscope_ns begin_ns, jscope_ns end_ns)
{
	struct jscope__held_walk walk;
	struct jscope__held held;
	struct lull lull = { 0 };

	jscope__held_begin(&walk, waiter->evidence->holders, cpu, begin_ns, end_ns);
	while (jscope__held_next(&walk, &held)) {
		const bool is_held = !held.unknown && holds_up(waiter, &held.by);

		if (!held.unknown && !is_held && !is_behind(waiter, &held.by)) {
			lull_go_on(&lull, &held);
			continue;
		}
		lull_end(parts, waiter, cpu, &lull);
		if (held.unknown)
			jscope__part_add_unknown(parts, waiter->stage, held.unknown, held.begin_ns,
						 held.end_ns);
		else if (is_held)
			jscope__part_add(parts, waiter->stage, blame(waiter, &held.by, cpu),
					 held.begin_ns, held.end_ns);
		else
			jscope__part_add(parts, waiter->stage,
					 (struct jscope__culprit){ JSCOPE__CULPRIT_DPC_AHEAD,
								   held.by.ahead },
					 held.begin_ns, held.end_ns);
	}
	lull_end(parts, waiter, cpu, &lull);
}

/* Waits are cut where the thread was moved: until then the CPU that it left is asked. */

/* The first move of a thread behind an instant, or NULL. */
static const struct jscope_migration *move_next(const struct jscope__moves *moves, uint32_t tid,
						jscope_ns after_ns, jscope_ns until_ns)
{
	const struct jscope_migration *found = NULL;
	uint64_t i = moves->count;

	for (; i > 0 && moves->count - i < JSCOPE__MOVES_MAX; i--) {
		const struct jscope_migration *move = &moves->moves[(i - 1) % JSCOPE__MOVES_MAX];

		if (move->at_ns <= after_ns)
			break;
		if (move->tid == tid && move->at_ns < until_ns)
			found = move;
	}
	return found;
}

/* On a CPU that it is about to leave: that was free, so it was not for the CPU that it waited. */
static void left_split(struct jscope__parts *parts, struct waiter *waiter, unsigned cpu,
		       jscope_ns begin_ns, jscope_ns end_ns)
{
	const unsigned first = parts->count;

	time_split(parts, waiter, cpu, begin_ns, end_ns);
	for (unsigned i = first; i < parts->count; i++)
		if (parts->part[i].culprit.kind == JSCOPE__CULPRIT_IDLE_EXIT)
			parts->part[i].culprit.kind = JSCOPE__CULPRIT_MIGRATION;
}

static void wake_split(struct jscope__parts *parts, struct waiter *waiter, unsigned cpu,
		       jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope__moves *moves = waiter->evidence->moves;
	const struct jscope_migration *move;

	while (waiter->tid && (move = move_next(moves, waiter->tid, begin_ns, end_ns))) {
		left_split(parts, waiter, move->from, begin_ns, move->at_ns);
		begin_ns = move->at_ns;
	}
	time_split(parts, waiter, cpu, begin_ns, end_ns);
}

/* A client that is moved waits for the CPU again. */
static void service_split(struct jscope__parts *parts, struct waiter *waiter, unsigned cpu,
			  jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope__moves *moves = waiter->evidence->moves;
	const struct jscope_migration *move;

	while (waiter->tid && (move = move_next(moves, waiter->tid, begin_ns, end_ns))) {
		time_split(parts, waiter, cpu, begin_ns, move->at_ns);
		begin_ns = move->at_ns;
		cpu = move->to;
		waiter->is_asleep = false;
	}
	time_split(parts, waiter, cpu, begin_ns, end_ns);
}

static bool is_threaded(const struct waiter *waiter)
{
	const struct jscope__own_run *run = &waiter->deferred;

	return run->is_found &&
	       jscope__occupant_at(waiter->evidence->holders, run->occupant)->holder ==
		       JSCOPE_HOLDER_THREADED_DPC;
}

/* What may keep a deferred handler waiting on a modelled machine. */
static unsigned queue_holders(const struct waiter *waiter)
{
	return BIT(IRQ) | BIT(DPC) | (is_threaded(waiter) ? BIT(THREADED_DPC) : 0);
}

/* Stages */

enum place { WAITS_FOR_INTERRUPT, RUNS, WAITS_IN_QUEUE, WAITS_TO_RUN, SERVES };

static void span_split(struct jscope__parts *parts, struct waiter *waiter, unsigned stage,
		       enum place place, unsigned cpu, jscope_ns begin_ns, jscope_ns end_ns)
{
	waiter->stage = stage;
	waiter->waits = place != RUNS && place != SERVES;
	waiter->serves = place == SERVES;
	waiter->waits_in_queue = place == WAITS_IN_QUEUE;
	waiter->holders = place == WAITS_FOR_INTERRUPT ? BIT(IRQ)
			  : place == WAITS_IN_QUEUE    ? queue_holders(waiter)
						       : ~0u;
	if (begin_ns > end_ns)
		jscope__part_add_unknown(parts, stage, JSCOPE__UNKNOWN_ORDER, begin_ns, end_ns);
	else if (cpu == JSCOPE_CPU_UNKNOWN)
		jscope__part_add_unknown(parts, stage, JSCOPE__UNKNOWN_CPU, begin_ns, end_ns);
	else if (place == WAITS_TO_RUN)
		wake_split(parts, waiter, cpu, begin_ns, end_ns);
	else if (place == SERVES)
		service_split(parts, waiter, cpu, begin_ns, end_ns);
	else
		time_split(parts, waiter, cpu, begin_ns, end_ns);
}

/* Until its slack is over nothing keeps a timer from coming: the kernel may wait. */
static jscope_ns slack_split(struct jscope__parts *parts, const struct waiter *waiter,
			     const struct jscope_stage_span *span)
{
	const jscope_ns latest_ns = jscope_add_sat(span->begin_ns, waiter->slack_ns);
	const jscope_ns end_ns = latest_ns < span->end_ns ? latest_ns : span->end_ns;

	if (span->begin_ns > end_ns)
		return span->begin_ns;
	jscope__part_add(parts, span->stage, (struct jscope__culprit){ JSCOPE__CULPRIT_SLACK, 0 },
			 span->begin_ns, end_ns);
	return end_ns;
}

static void stage_split(struct jscope__parts *parts, struct waiter *waiter, unsigned run_cpu,
			const struct jscope_stage_span *span)
{
	jscope_ns begin_ns = span->begin_ns;
	const unsigned irq_cpu = waiter->irq.cpu, deferred_cpu = waiter->deferred.cpu;
	enum place place = RUNS;
	unsigned cpu = span->from == JSCOPE_DEFERRED ? deferred_cpu : irq_cpu;

	if (span->stage == JSCOPE_STAGE_UNEXPLAINED) {
		jscope__part_add_unknown(parts, span->stage, JSCOPE__UNKNOWN_INSTANT,
					 span->begin_ns, span->end_ns);
		return;
	}
	if (span->stage == JSCOPE_STAGE_INTERRUPT) {
		place = WAITS_FOR_INTERRUPT;
		begin_ns = slack_split(parts, waiter, span);
	} else if (span->stage == JSCOPE_STAGE_QUEUE) {
		place = WAITS_IN_QUEUE;
		cpu = deferred_cpu;
	} else if (span->stage == JSCOPE_STAGE_WAKE) {
		place = WAITS_TO_RUN;
		cpu = run_cpu;
	}
	span_split(parts, waiter, span->stage, place, cpu, begin_ns, span->end_ns);
}

static unsigned run_cpu_of(const struct jscope__holders *holders,
			   const struct jscope_notification *notification)
{
	return notification->tid ? jscope__client_cpu(holders, notification->at[JSCOPE_RUN],
						      notification->tid, notification->cpu)
				 : JSCOPE_CPU_UNKNOWN;
}

bool jscope__parts_of_notification(const struct jscope__evidence *evidence,
				   const struct jscope_notification *notification,
				   struct jscope__parts *ret_parts)
{
	const struct jscope__holders *holders = evidence->holders;
	const jscope_ns *at = notification->at;
	struct waiter waiter = {
		.evidence = evidence,
		.irq = jscope__irq_seek(holders, at[JSCOPE_IRQ], notification->cpu),
		.deferred = jscope__deferred_seek(holders, at[JSCOPE_DEFERRED], notification->cpu),
		.tid = notification->tid,
		.slack_ns = notification->slack_ns,
	};
	const unsigned run_cpu = run_cpu_of(holders, notification);
	struct jscope_stage_span spans[JSCOPE_INSTANT_COUNT];
	const unsigned count = jscope_stages_list(notification, spans);
	struct jscope_stages stages;

	*ret_parts = (struct jscope__parts){ 0 };
	jscope_stages_compute(notification, &stages);
	if (stages.end_to_end_ns == JSCOPE_NS_UNKNOWN)
		return false;
	ret_parts->total_ns = stages.end_to_end_ns;
	for (unsigned i = 0; i < count; i++)
		stage_split(ret_parts, &waiter, run_cpu, &spans[i]);
	return true;
}

bool jscope__parts_of_service(const struct jscope__evidence *evidence,
			      const struct jscope_notification *notification,
			      struct jscope__parts *ret_parts)
{
	struct waiter waiter = { .evidence = evidence, .tid = notification->tid };
	const unsigned run_cpu = run_cpu_of(evidence->holders, notification);
	const jscope_ns run_ns = notification->at[JSCOPE_RUN];
	const jscope_ns served_ns = notification->at[JSCOPE_SERVED];

	*ret_parts = (struct jscope__parts){ 0 };
	if (run_ns == JSCOPE_NS_UNKNOWN || served_ns == JSCOPE_NS_UNKNOWN)
		return false;
	ret_parts->total_ns = jscope_sub_sat(served_ns, run_ns);
	span_split(ret_parts, &waiter, JSCOPE__STAGE_SERVICE, SERVES, run_cpu, run_ns, served_ns);
	return true;
}

/* Requests */

/* Nobody waits for a CPU there: it lies with the device, or in a queue before it, or is held. */
static void elsewhere(struct jscope__parts *parts, const struct waiter *waiter,
		      const struct jscope_request *request, const struct jscope__part *span)
{
	const jscope_ns end_ns = jscope_add_sat(span->begin_ns, span->length_ns);

	if (span->length_ns < 0)
		jscope__part_add_unknown(parts, span->stage, JSCOPE__UNKNOWN_ORDER, span->begin_ns,
					 end_ns);
	else
		jscope__held_requests_split(waiter->evidence->held, request, parts, span);
}

static struct jscope__part span_of(unsigned stage, enum jscope__culprit_kind kind,
				   jscope_ns begin_ns, jscope_ns end_ns)
{
	return (struct jscope__part){
		stage, { kind, 0 }, begin_ns, jscope_sub_sat(end_ns, begin_ns)
	};
}

/* Before its interrupt, or where the trace has none. */
static void before_split(struct jscope__parts *parts, const struct waiter *waiter,
			 const struct jscope_request *request)
{
	const bool has_irq = request->irq_ns != JSCOPE_NS_UNKNOWN;
	const struct jscope__part submit =
		span_of(JSCOPE__STAGE_SUBMIT, JSCOPE__CULPRIT_REQUEST_QUEUE, request->queued_ns,
			request->issue_ns);
	struct jscope__part device =
		span_of(JSCOPE__STAGE_DEVICE, JSCOPE__CULPRIT_DEVICE, request->issue_ns,
			has_irq ? request->irq_ns : request->complete_ns);

	if (request->queued_ns != JSCOPE_NS_UNKNOWN)
		elsewhere(parts, waiter, request, &submit);
	if (!has_irq) {
		device.stage = JSCOPE__STAGE_REQUEST_UNEXPLAINED;
		device.culprit = (struct jscope__culprit){ JSCOPE__CULPRIT_UNKNOWN,
							   JSCOPE__UNKNOWN_INSTANT };
	}
	elsewhere(parts, waiter, request, &device);
}

/* From the interrupt that found it to its completion, there or in a softirq, DPC, thread or work. */
static void completion_split(struct jscope__parts *parts, struct waiter *waiter,
			     const struct jscope_request *request)
{
	const jscope_ns deferred_ns = request->softirq_ns;
	jscope_ns begin_ns = request->irq_ns;

	if (deferred_ns != JSCOPE_NS_UNKNOWN && deferred_ns >= begin_ns &&
	    deferred_ns <= request->complete_ns) {
		span_split(parts, waiter, JSCOPE__STAGE_COMPLETE, WAITS_IN_QUEUE,
			   waiter->deferred.cpu, begin_ns, deferred_ns);
		begin_ns = deferred_ns;
	}
	span_split(parts, waiter, JSCOPE__STAGE_COMPLETE, RUNS, request->cpu, begin_ns,
		   request->complete_ns);
}

static void request_split(struct jscope__parts *parts, struct waiter *waiter, unsigned run_cpu,
			  const struct jscope_request *request)
{
	before_split(parts, waiter, request);
	if (request->irq_ns != JSCOPE_NS_UNKNOWN)
		completion_split(parts, waiter, request);
	if (request->run_ns != JSCOPE_NS_UNKNOWN)
		span_split(parts, waiter, JSCOPE__STAGE_REQUEST_WAKE, WAITS_TO_RUN, run_cpu,
			   request->complete_ns, request->run_ns);
}

bool jscope__parts_of_request(const struct jscope__evidence *evidence,
			      const struct jscope_request *request, struct jscope__parts *ret_parts)
{
	const struct jscope__holders *holders = evidence->holders;
	struct waiter waiter = {
		.evidence = evidence,
		.irq = jscope__irq_seek(holders, request->irq_ns, request->cpu),
		.deferred = jscope__deferred_seek(holders, request->softirq_ns, request->cpu),
	};
	const unsigned run_cpu = jscope__client_cpu(holders, request->run_ns, 0, request->cpu);
	const jscope_ns begin_ns =
		request->queued_ns != JSCOPE_NS_UNKNOWN ? request->queued_ns : request->issue_ns;
	const jscope_ns end_ns =
		request->run_ns != JSCOPE_NS_UNKNOWN ? request->run_ns : request->complete_ns;

	*ret_parts = (struct jscope__parts){ 0 };
	if (request->issue_ns == JSCOPE_NS_UNKNOWN || request->complete_ns == JSCOPE_NS_UNKNOWN)
		return false;
	ret_parts->total_ns = jscope_sub_sat(end_ns, begin_ns);
	request_split(ret_parts, &waiter, run_cpu, request);
	return true;
}
