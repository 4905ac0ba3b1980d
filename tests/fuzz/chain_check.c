#include "chain_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_trace.h"

/* Differences of instants within it do not saturate. */
#define MODERATE_NS (INT64_C(1) << 61)

uint64_t violation_seed;

void violation(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "seed %" PRIu64 ": ", violation_seed);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void chain_check_init(struct chain_check *check, bool orderly)
{
	*check = (struct chain_check){ .orderly = orderly };
	if (jscope_hist_create(NULL, &check->lengths) < 0)
		abort();
}

void chain_check_finish(struct chain_check *check)
{
	jscope_hist_destroy(check->lengths);
}

static bool all_moderate(const jscope_ns *at)
{
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN && (at[i] > MODERATE_NS || at[i] < -MODERATE_NS))
			return false;
	return true;
}

/* No event tells an estimated due, nor that of an adapter's timer, which is when it was asked for. */
static bool is_reckoned(const struct jscope_notification *n)
{
	return n->due_estimated || !strcmp(n->stream->kind, "timer") ||
	       !strcmp(n->stream->kind, "hrtimer"); /* of other clocks than the trace's */
}

static void instants_check(const struct chain_check *check, const struct jscope_notification *n)
{
	jscope_ns last_ns = JSCOPE_NS_UNKNOWN;

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++) {
		if (n->at[i] == JSCOPE_NS_UNKNOWN)
			continue;
		if (!random_trace_told(n->at[i]) && !(i == JSCOPE_DUE && is_reckoned(n)))
			violation("%s of %s %s seq %" PRIu64 " was told by no event",
				  jscope_instant_name(i), n->stream->device, n->stream->stream,
				  n->seq);
		if (check->orderly && i > JSCOPE_DUE && n->at[i] < last_ns)
			violation("%s of %s %s seq %" PRIu64 " lies before its cause",
				  jscope_instant_name(i), n->stream->device, n->stream->stream,
				  n->seq);
		if (i > JSCOPE_DUE)
			last_ns = n->at[i];
	}
}

static void stages_check(struct chain_check *check, const struct jscope_notification *n)
{
	struct jscope_stages stages;
	jscope_ns sum_ns = 0;

	jscope_stages_compute(n, &stages);
	if (stages.end_to_end_ns == JSCOPE_NS_UNKNOWN)
		return;
	check->complete++;
	jscope_hist_record(check->lengths, stages.end_to_end_ns);
	if (!all_moderate(n->at))
		return;
	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (stages.stage_ns[i] != JSCOPE_NS_UNKNOWN)
			sum_ns += stages.stage_ns[i];
	if (sum_ns != stages.end_to_end_ns)
		violation("stages sum to %" PRId64 ", end to end is %" PRId64, sum_ns,
			  stages.end_to_end_ns);
	if (stages.partial)
		violation("a chain that spans its path is called partial");
}

#define FORWARD(check, function, record)                                                           \
	for (size_t i = 0; i < (check)->sink_count; i++)                                           \
		if ((check)->sinks[i]->function)                                                   \
	(check)->sinks[i]->function((check)->sinks[i]->state, record)

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct chain_check *check = state;

	if (notification->class >= JSCOPE_CLASS_COUNT)
		violation("class %u", notification->class);
	check->notifications++;
	check->classes[notification->class]++;
	instants_check(check, notification);
	stages_check(check, notification);
	FORWARD(check, notification, notification);
}

static void on_stream(void *state, const struct jscope_stream_info *stream)
{
	FORWARD((struct chain_check *)state, stream, stream);
}

static void told_check(const char *what, jscope_ns at_ns)
{
	if (at_ns != JSCOPE_NS_UNKNOWN && !random_trace_told(at_ns))
		violation("%s was told by no event", what);
}

static void on_request(void *state, const struct jscope_request *request)
{
	struct chain_check *check = state;

	check->requests++;
	told_check("queued", request->queued_ns);
	told_check("issue", request->issue_ns);
	told_check("irq", request->irq_ns);
	told_check("softirq", request->softirq_ns);
	told_check("complete", request->complete_ns);
	told_check("run", request->run_ns);
	if (check->orderly && request->complete_ns != JSCOPE_NS_UNKNOWN &&
	    (request->issue_ns > request->complete_ns || request->irq_ns > request->complete_ns))
		violation("a request completes before its issue or interrupt");
	FORWARD(check, request, request);
}

static void on_position(void *state, const struct jscope_position *position)
{
	FORWARD((struct chain_check *)state, position, position);
}

static void on_irq(void *state, const struct jscope_irq_span *span)
{
	told_check("begin of an interrupt", span->begin_ns);
	told_check("end of an interrupt", span->end_ns);
	FORWARD((struct chain_check *)state, irq, span);
}

static void on_softirq(void *state, const struct jscope_softirq_span *span)
{
	told_check("raise of a softirq", span->raised_ns);
	told_check("entry of a softirq", span->entry_ns);
	FORWARD((struct chain_check *)state, softirq, span);
}

static void on_wakeup(void *state, const struct jscope_wakeup *wakeup)
{
	const struct chain_check *check = state;

	told_check("waking", wakeup->waking_ns);
	told_check("run of a thread", wakeup->run_ns);
	if (wakeup->run_ns == JSCOPE_NS_UNKNOWN && !wakeup->censored)
		violation("a wake-up that is whole has no run");
	if (check->orderly && wakeup->run_ns != JSCOPE_NS_UNKNOWN &&
	    wakeup->run_ns < wakeup->waking_ns)
		violation("a thread runs before it is woken");
	FORWARD((struct chain_check *)state, wakeup, wakeup);
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	FORWARD((struct chain_check *)state, glitch, glitch);
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	FORWARD((struct chain_check *)state, loss, loss);
}

struct jscope_timeline_sink chain_check_sink(struct chain_check *check)
{
	return (struct jscope_timeline_sink){ .state = check,
					      .stream = on_stream,
					      .notification = on_notification,
					      .request = on_request,
					      .position = on_position,
					      .irq = on_irq,
					      .softirq = on_softirq,
					      .wakeup = on_wakeup,
					      .glitch = on_glitch,
					      .loss = on_loss };
}

void chain_check_hist(const struct jscope_hist *hist)
{
	struct jscope_hist_bucket bucket;
	uint64_t count = jscope_hist_overflow(hist);
	size_t cursor = 0;

	while (jscope_hist_next(hist, &cursor, &bucket))
		count += bucket.count;
	if (count != jscope_hist_count(hist))
		violation("buckets and overflow hold %" PRIu64 " values of %" PRIu64, count,
			  jscope_hist_count(hist));
	for (unsigned i = 0; i < 10000; i += 99)
		if (jscope_hist_quantile(hist, i / 10000.0) >
		    jscope_hist_quantile(hist, (i + 99) / 10000.0))
			violation("quantiles descend at %u", i);
}
