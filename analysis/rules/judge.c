/*
 * The judge: hands every event to each bench, keeps what they say of each rule, and makes the
 * verdicts of it.
 */
#include "rules/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE_LOSS 2

static const struct jscope__bench_ops *const benches[] = {
	&jscope__bench_trace,	&jscope__bench_stream,
	&jscope__bench_event,	&jscope__bench_position,
	&jscope__bench_line,	&jscope__bench_point,
	&jscope__bench_silence, &jscope__bench_signal,
	&jscope__bench_isr,	&jscope__bench_dpc,
	&jscope__bench_stage,	&jscope__bench_client,
	&jscope__bench_write,	&jscope__bench_packet,
	&jscope__bench_midi,	&jscope__bench_module,
	&jscope__bench_storage, &jscope__bench_metrics,
	&jscope__bench_wander,	NULL,
};

#define BENCH_COUNT (sizeof benches / sizeof benches[0] - 1)

struct jscope_judge {
	enum jscope_profile profile;
	struct jscope_timeline_sink sink;
	void *benches[BENCH_COUNT + 1];
	struct jscope__scene *scene;
	struct jscope__blindness blindness;
	jscope_ns now_ns; /* of the last event */
	uint64_t refused; /* by benches, beside their maps */
	struct jscope_rule_result results[JSCOPE_RULE_COUNT];
};

/* From the trace to the benches */

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct jscope_judge *judge = state;

	judge->now_ns = event->ts_ns;
	for (size_t i = 0; benches[i]; i++)
		if (benches[i]->event)
			benches[i]->event(judge->benches[i], event);
	jscope__scene_note(judge->scene, event);
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope_judge *judge = state;

	for (size_t i = 0; benches[i]; i++)
		if (benches[i]->notification)
			benches[i]->notification(judge->benches[i], notification);
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	struct jscope_judge *judge = state;

	jscope__blindness_add(&judge->blindness, loss->begin_ns, loss->end_ns);
	jscope__judge_pass(judge, RULE_LOSS);
	for (size_t i = 0; benches[i]; i++)
		jscope__bench_forget(benches[i], judge->benches[i]);
	jscope__scene_forget(judge->scene);
}

/* Life */

static int benches_create(struct jscope_judge *judge)
{
	int error = jscope__scene_create(&judge->scene);

	for (size_t i = 0; !error && benches[i]; i++)
		error = jscope__bench_create(benches[i], judge, &judge->benches[i]);
	return error;
}

int jscope_judge_create(enum jscope_profile profile, struct jscope_judge **ret_judge)
{
	struct jscope_judge *judge = calloc(1, sizeof *judge);

	if (!judge)
		return -ENOMEM;
	judge->profile = profile;
	judge->now_ns = JSCOPE_NS_UNKNOWN;
	judge->sink = (struct jscope_timeline_sink){ .state = judge,
						     .notification = on_notification,
						     .loss = on_loss,
						     .vocabulary = on_event };
	jscope__blindness_init(&judge->blindness);
	for (unsigned i = 0; i < JSCOPE_RULE_COUNT; i++)
		judge->results[i].rule = jscope_rule_describe(i + 1);
	if (benches_create(judge) < 0) {
		jscope_judge_destroy(judge);
		return -ENOMEM;
	}
	*ret_judge = judge;
	return 0;
}

void jscope_judge_destroy(struct jscope_judge *judge)
{
	if (!judge)
		return;
	for (size_t i = 0; benches[i]; i++)
		jscope__bench_destroy(benches[i], judge->benches[i]);
	jscope__scene_destroy(judge->scene);
	free(judge);
}

const struct jscope_timeline_sink *jscope_judge_sink(struct jscope_judge *judge)
{
	return &judge->sink;
}

static enum jscope_verdict verdict_of(const struct jscope_rule_result *result)
{
	if (result->violated)
		return JSCOPE_VERDICT_VIOLATED;
	if (result->inconclusive)
		return JSCOPE_VERDICT_INCONCLUSIVE;
	return result->checked ? JSCOPE_VERDICT_PASSED : JSCOPE_VERDICT_NOT_APPLICABLE;
}

static int violation_compare(const void *a, const void *b)
{
	const struct jscope_violation *one = a, *other = b;

	if (one->at_ns != other->at_ns)
		return one->at_ns < other->at_ns ? -1 : 1;
	return strcmp(one->object, other->object);
}

/* What benches find at the end comes in the order of their tables; told is the order of time. */
static void result_close(struct jscope_rule_result *result)
{
	result->verdict = verdict_of(result);
	qsort(result->violations, result->kept, sizeof result->violations[0], violation_compare);
}

int jscope_judge_finish(struct jscope_judge *judge, bool partial)
{
	/* A trace that broke off lost its end: what is open then is as good as lost. */
	if (partial && judge->now_ns != JSCOPE_NS_UNKNOWN)
		jscope__blindness_add(&judge->blindness, judge->now_ns, INT64_MAX);
	for (size_t i = 0; benches[i]; i++)
		if (benches[i]->finish)
			benches[i]->finish(judge->benches[i], judge->now_ns);
	for (unsigned i = 0; i < JSCOPE_RULE_COUNT; i++)
		result_close(&judge->results[i]);
	return 0;
}

const struct jscope_rule_result *jscope_judge_result(const struct jscope_judge *judge,
						     unsigned number)
{
	return &judge->results[number - 1];
}

uint64_t jscope_judge_refused(const struct jscope_judge *judge)
{
	uint64_t refused = judge->refused + jscope__scene_refused(judge->scene);

	for (size_t i = 0; benches[i]; i++)
		refused += jscope__bench_refused(benches[i], judge->benches[i]);
	return refused;
}

/* What benches say */

enum jscope_profile jscope__judge_profile(const struct jscope_judge *judge)
{
	return judge->profile;
}

const struct jscope__scene *jscope__judge_scene(const struct jscope_judge *judge)
{
	return judge->scene;
}

const struct jscope__stream *jscope__judge_stream(const struct jscope_judge *judge, int64_t dev,
						  int64_t stream)
{
	return jscope__scene_stream(judge->scene, dev, stream);
}

const struct jscope__stream *jscope__judge_notified(const struct jscope_judge *judge,
						    const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *stream =
		jscope__scene_event_stream(judge->scene, slots->dev, slots->event);

	return stream && jscope__stream_registered(stream, slots->event) ? stream : NULL;
}

void jscope__judge_refuse(struct jscope_judge *judge, uint64_t count)
{
	judge->refused += count;
}

void jscope__judge_pass(struct jscope_judge *judge, unsigned rule)
{
	judge->results[rule - 1].checked++;
}

void jscope__judge_abstain(struct jscope_judge *judge, unsigned rule)
{
	judge->results[rule - 1].inconclusive++;
}

/* The worst class so far, so that one error is not hidden behind many warnings. */
static void class_worsen(struct jscope_rule_result *result, enum jscope_rule_class class)
{
	if (result->violated == 0 || class == JSCOPE_RULE_ERROR ||
	    (class == JSCOPE_RULE_METRIC && result->class == JSCOPE_RULE_WARNING))
		result->class = class;
}

/* A figure beyond its limit is a violation only for those who asked for limits, by a profile. */
static void violation_keep(struct jscope_judge *judge, unsigned rule, enum jscope_rule_class class,
			   jscope_ns at_ns, const char *object, const char *sentence, va_list words)
{
	struct jscope_rule_result *result = &judge->results[rule - 1];
	struct jscope_violation *violation;

	result->checked++;
	if (class == JSCOPE_RULE_METRIC && judge->profile == JSCOPE_PROFILE_NONE)
		return;
	class_worsen(result, class);
	result->violated++;
	if (result->kept == JSCOPE_VIOLATIONS_KEPT)
		return;
	violation = &result->violations[result->kept++];
	violation->at_ns = at_ns == JSCOPE_NS_UNKNOWN ? judge->now_ns : at_ns;
	violation->class = class;
	snprintf(violation->object, sizeof violation->object, "%s", object);
	vsnprintf(violation->sentence, sizeof violation->sentence, sentence, words);
}

void jscope__judge_violate(struct jscope_judge *judge, unsigned rule, jscope_ns at_ns,
			   const char *object, const char *sentence, ...)
{
	va_list words;

	va_start(words, sentence);
	violation_keep(judge, rule, jscope_rule_describe(rule)->class, at_ns, object, sentence,
		       words);
	va_end(words);
}

void jscope__judge_violate_as(struct jscope_judge *judge, unsigned rule,
			      enum jscope_rule_class class, jscope_ns at_ns, const char *object,
			      const char *sentence, ...)
{
	va_list words;

	va_start(words, sentence);
	violation_keep(judge, rule, class, at_ns, object, sentence, words);
	va_end(words);
}

void jscope__judge_figure(struct jscope_judge *judge, unsigned rule, const char *text, ...)
{
	struct jscope_rule_result *result = &judge->results[rule - 1];
	va_list words;

	va_start(words, text);
	vsnprintf(result->figure, sizeof result->figure, text, words);
	va_end(words);
}

void jscope__judge_figure_of(struct jscope_judge *judge, unsigned rule, const char *object,
			     const char *text, ...)
{
	struct jscope_rule_result *result = &judge->results[rule - 1];
	struct jscope_figure *figure;
	va_list words;

	if (result->figures_kept == JSCOPE_FIGURES_KEPT) {
		result->figures_left_out++;
		return;
	}
	figure = &result->figures[result->figures_kept++];
	snprintf(figure->object, sizeof figure->object, "%s", object);
	va_start(words, text);
	vsnprintf(figure->text, sizeof figure->text, text, words);
	va_end(words);
	if (result->figures_kept == 1)
		memcpy(result->figure, figure->text, sizeof result->figure);
}

void jscope__judge_wander_table(struct jscope_judge *judge, unsigned rule,
				const struct jscope__wander_table *table)
{
	struct jscope_rule_result *result = &judge->results[rule - 1];

	result->figures[result->figures_kept - 1].wander = table;
}

bool jscope__judge_is_blind(const struct jscope_judge *judge, jscope_ns begin_ns, jscope_ns end_ns)
{
	return jscope__blindness_touches(&judge->blindness, begin_ns, end_ns);
}

bool jscope__judge_sees(const struct jscope_judge *judge, jscope_ns since_ns, jscope_ns now_ns)
{
	return since_ns != JSCOPE_NS_UNKNOWN && !jscope__judge_is_blind(judge, since_ns, now_ns);
}

jscope_ns jscope__judge_blind_until(const struct jscope_judge *judge)
{
	return judge->blindness.until_ns;
}

const char *jscope__judge_object(char object[48], int64_t dev, const char *kind, int64_t id)
{
	snprintf(object, 48, "dev%" PRIu32 " %s 0x%" PRIx64, (uint32_t)dev, kind, (uint64_t)id);
	return object;
}

const char *jscope__stream_name(char object[48], const struct jscope__stream *stream)
{
	return jscope__judge_object(object, stream->dev, "stream", stream->id);
}

const char *jscope__event_stream_name(char object[48], const struct jscope_vocabulary_event *event)
{
	return jscope__judge_object(object, event->slot[0], "stream",
				    SLOTS(event, wrt_close)->stream);
}
