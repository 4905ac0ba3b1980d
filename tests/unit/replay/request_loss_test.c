/* Storage requests some of whose events are lost: whatever is told of them is true. */
#include "../cmocka_all.h"
#include "fake_trace.h"
#include "request_story.h"

#define STORIES 10000
#define UNKNOWN JSCOPE_NS_UNKNOWN

static bool is_same(jscope_ns told_ns, jscope_ns true_ns)
{
	return told_ns == UNKNOWN || told_ns == true_ns;
}

/* The request of which one event gave the record one of its instants. */
static struct story_request *request_of(struct story *story, const struct jscope_request *record)
{
	for (unsigned i = 0; i < story->request_count; i++) {
		struct story_request *request = &story->requests[i];

		if (request->srb == record->id &&
		    ((record->issue_ns != UNKNOWN && record->issue_ns == request->issue_ns) ||
		     (record->queued_ns != UNKNOWN && record->queued_ns == request->queued_ns) ||
		     (record->complete_ns != UNKNOWN &&
		      record->complete_ns == request->complete_ns)))
			return request;
	}
	return NULL;
}

/* It may be less than that, as far as the trace can tell, but never more. */
static unsigned outstanding_of(const struct jscope_request *record,
			       const struct story_request *request)
{
	if (record->queued_ns != UNKNOWN)
		return request->outstanding;
	return record->issue_ns != UNKNOWN ? request->outstanding_issued
					   : request->outstanding_last;
}

static bool is_true(const struct jscope_request *record, const struct story_request *request)
{
	return is_same(record->queued_ns, request->queued_ns) &&
	       is_same(record->issue_ns, request->issue_ns) &&
	       is_same(record->irq_ns, request->irq_ns) &&
	       is_same(record->softirq_ns, request->softirq_ns) &&
	       is_same(record->complete_ns, request->complete_ns) &&
	       is_same(record->run_ns, request->run_ns) &&
	       (!record->op[0] || !strcmp(record->op, request->op)) &&
	       record->outstanding <= outstanding_of(record, request);
}

/* But for the wake: a lost one before it casts doubt on which one it is. */
static bool is_all(const struct jscope_request *record, const struct story_request *request)
{
	return record->completed && record->matched && record->queued_ns == request->queued_ns &&
	       record->issue_ns == request->issue_ns && record->irq_ns == request->irq_ns &&
	       record->softirq_ns == request->softirq_ns;
}

static void record_check(struct story *story, const struct jscope_request *record, unsigned seed)
{
	struct story_request *request = request_of(story, record);

	/* Of one that was entered only, nobody knows from when on it was queued. */
	if (!request && record->queued_ns == UNKNOWN && record->issue_ns == UNKNOWN &&
	    !record->completed)
		return;
	/* Where the trace ends within HwStorStartIo, its entry is all that there is. */
	if (!request && !record->completed && record->issue_ns == UNKNOWN)
		fail_msg("story %u: no request was queued at %lld", seed,
			 (long long)record->queued_ns);
	if (!request || !is_true(record, request))
		fail_msg("story %u: object %llu, issued at %lld, completed at %lld", seed,
			 (unsigned long long)record->id, (long long)record->issue_ns,
			 (long long)record->complete_ns);
	request->records++;
	if (request->is_whole && (request->records > 1 || !is_all(record, request)))
		fail_msg("story %u: object %llu, issued at %lld, is not all there", seed,
			 (unsigned long long)record->id, (long long)request->issue_ns);
}

static void story_check(struct story *story, unsigned seed)
{
	unsigned issue_count = 0, complete_count = 0;

	for (unsigned i = 0; i < fake_records.request_count; i++) {
		const struct jscope_request *record = &fake_records.requests[i];

		record_check(story, record, seed);
		issue_count += record->issue_ns != UNKNOWN;
		complete_count += record->completed;
	}
	assert_int_equal(issue_count, story->issue_count);
	assert_int_equal(complete_count, story->complete_count);
	for (unsigned i = 0; i < story->request_count; i++)
		if (story->requests[i].is_whole)
			assert_int_equal(story->requests[i].records, 1);
}

static void test_nothing_told_is_wrong(void **state)
{
	static struct story story;

	(void)state;
	for (unsigned seed = 1; seed <= STORIES; seed++) {
		story_make(&story, seed);
		assert_int_equal(fake_replay(NULL)->refused, 0);
		story_check(&story, seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_told_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
