#include "rules_feed.h"

static struct {
	struct jscope_judge *judge;
	const struct jscope_timeline_sink *sink;
	uint32_t cpu;
	int64_t tid;
	const char *texts[16]; /* by their slot; 0 is none */
	int64_t text_count;
	unsigned count;
	jscope_ns last_ns; /* of those that are in the trace */
	struct {
		unsigned first, count;
		bool told;
	} cut;
} feed;

int feed_finish(void **state)
{
	(void)state;
	jscope_judge_destroy(feed.judge);
	feed.judge = NULL;
	return 0;
}

void feed_begin(enum jscope_profile profile)
{
	feed_finish(NULL);
	assert_int_equal(jscope_judge_create(profile, &feed.judge), 0);
	feed.sink = jscope_judge_sink(feed.judge);
	feed_at(0, 1);
	feed_cut(0, 0, false);
	feed.count = 0;
	feed.last_ns = JSCOPE_NS_UNKNOWN;
}

void feed_cut(unsigned first, unsigned count, bool told)
{
	feed.cut.first = first;
	feed.cut.count = count;
	feed.cut.told = told;
}

unsigned feed_count(void)
{
	return feed.count;
}

/* Is the next event cut? The first one behind the cut tells of it. */
static bool next_is_cut(jscope_ns at_ns)
{
	const unsigned behind = feed.cut.first + feed.cut.count, number = feed.count++;

	if (number >= feed.cut.first && number < behind)
		return true;
	if (feed.cut.count > 0 && number == behind && feed.cut.told)
		feed_loss(feed.last_ns, at_ns);
	feed.last_ns = at_ns;
	return false;
}

void feed_at(uint32_t cpu, int64_t tid)
{
	feed.cpu = cpu;
	feed.tid = tid;
}

int64_t feed_text(const char *text)
{
	feed.text_count = feed.text_count % 15 + 1;
	feed.texts[feed.text_count] = text;
	return feed.text_count;
}

static const char *text_get(void *texts, int64_t slot)
{
	return slot > 0 ? ((const char *const *)texts)[slot] : "";
}

void feed_event(jscope_ns at_ns, unsigned id, const int64_t *slots)
{
	const struct jscope_event_desc *desc = jscope_event_describe(id);
	int64_t copy[JSCOPE_EVENT_FIELDS_MAX];
	const struct jscope_vocabulary_event event = { .ts_ns = at_ns,
						       .cpu = feed.cpu,
						       .tid = feed.tid,
						       .id = id,
						       .slot = copy,
						       .text = text_get,
						       .texts = (void *)feed.texts };

	if (next_is_cut(at_ns))
		return;
	memcpy(copy, slots, desc->field_count * sizeof *copy);
	for (size_t i = 0; i < desc->field_count; i++)
		if (desc->fields[i].type == JSCOPE_FIELD_ts && copy[i] == 0)
			copy[i] = JSCOPE_NS_UNKNOWN;
	feed.sink->vocabulary(feed.sink->state, &event);
}

void feed_loss(jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope_loss loss = { .events = 1, .begin_ns = begin_ns, .end_ns = end_ns };

	feed.sink->loss(feed.sink->state, &loss);
}

void feed_notification(const struct jscope_notification *notification)
{
	feed.sink->notification(feed.sink->state, notification);
}

void feed_end(void)
{
	assert_int_equal(jscope_judge_finish(feed.judge, false), 0);
}

void feed_end_partial(void)
{
	assert_int_equal(jscope_judge_finish(feed.judge, true), 0);
}

const struct jscope_judge *feed_judge(void)
{
	return feed.judge;
}

const struct jscope_rule_result *feed_result(unsigned rule)
{
	return jscope_judge_result(feed.judge, rule);
}

static void print_violations(void)
{
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++)
		for (unsigned i = 0; i < feed_result(rule)->kept; i++)
			print_message("R%u at %lld: %s: %s\n", rule,
				      (long long)feed_result(rule)->violations[i].at_ns,
				      feed_result(rule)->violations[i].object,
				      feed_result(rule)->violations[i].sentence);
}

void assert_verdict(unsigned rule, enum jscope_verdict verdict)
{
	const enum jscope_verdict is = feed_result(rule)->verdict;

	if (is == verdict)
		return;
	print_violations();
	fail_msg("R%u is %s, not %s", rule, jscope_verdict_name(is), jscope_verdict_name(verdict));
}

void assert_only(unsigned rule)
{
	for (unsigned i = 1; i <= JSCOPE_RULE_COUNT; i++) {
		if ((feed_result(i)->verdict == JSCOPE_VERDICT_VIOLATED) == (i == rule))
			continue;
		print_violations();
		fail_msg("R%u is %s", i, jscope_verdict_name(feed_result(i)->verdict));
	}
}
