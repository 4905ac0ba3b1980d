/* Whom a glitch is put down to: by its cause, the notification that it names, or where it lies. */
#include "../cmocka_all.h"

#include "glitches.h"

static const struct jscope__culprit hog = { JSCOPE__CULPRIT_THREAD, 7 };
static const struct jscope__culprit storm = { JSCOPE__CULPRIT_IRQ, 5 };
static const struct jscope__culprit itself = { JSCOPE__CULPRIT_ITSELF, JSCOPE__SELF_CLIENT };

/* From 1000 to 1100: 60 in the queue behind an interrupt, 40 in the wake behind a thread. */
static struct jscope__parts chain_make(void)
{
	struct jscope__parts parts = { .total_ns = 100 };

	jscope__part_add(&parts, JSCOPE_STAGE_QUEUE, storm, 1000, 1060);
	jscope__part_add(&parts, JSCOPE_STAGE_WAKE, hog, 1060, 1090);
	jscope__part_add(&parts, JSCOPE_STAGE_WAKE, storm, 1090, 1100);
	return parts;
}

static void glitch_add(struct jscope__glitches *glitches, struct jscope__glitch_tally *tally,
		       enum jscope_cause cause, uint64_t awaited, jscope_ns at_ns)
{
	const struct jscope_glitch glitch = { .cause = cause, .awaited = awaited, .at_ns = at_ns };

	jscope__glitches_add(glitches, tally, &glitch);
}

static void assert_share(const struct jscope__glitch_share *share, enum jscope_cause cause,
			 struct jscope__culprit culprit, uint64_t count, jscope_ns held_ns,
			 jscope_ns of_ns)
{
	assert_true(share->is_known);
	assert_int_equal(share->cause, cause);
	assert_true(jscope__culprit_is_same(share->culprit, culprit));
	assert_int_equal(share->count, count);
	assert_int_equal(share->held_ns, held_ns);
	assert_int_equal(share->of_ns, of_ns);
}

static void the_cause_decides_which_stage_counts(void **state)
{
	static struct jscope__glitches glitches;
	static struct jscope__glitch_tally tally;
	const struct jscope__parts chain = chain_make();

	(void)state;
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, 3, 5000);
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, 3, 4000);
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_DEFERRED, 3, 6000);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 2, false, &chain),
			 JSCOPE_NS_UNKNOWN);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 3, false, &chain), 4000);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 3, false, &chain),
			 JSCOPE_NS_UNKNOWN);
	jscope__glitches_close(&glitches);
	jscope__glitch_tally_close(&tally);
	assert_int_equal(tally.count, 3);
	assert_int_equal(tally.first_ns, 4000);
	assert_int_equal(tally.share_count, 2);
	assert_share(&tally.share[0], JSCOPE_CAUSE_LATE_WAKE, hog, 2, 30, 40);
	assert_share(&tally.share[1], JSCOPE_CAUSE_LATE_DEFERRED, storm, 1, 60, 60);
}

static void a_late_answer_is_put_down_to_what_the_client_was_at(void **state)
{
	static struct jscope__glitches glitches;
	static struct jscope__glitch_tally tally;
	const struct jscope__parts chain = chain_make();
	struct jscope__parts answer = { .total_ns = 50 };

	(void)state;
	jscope__part_add(&answer, JSCOPE__STAGE_SERVICE, itself, 1100, 1150);
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WRITE, 3, 5000);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 3, false, &chain),
			 JSCOPE_NS_UNKNOWN);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 3, true, &answer), 5000);
	assert_share(&tally.share[0], JSCOPE_CAUSE_LATE_WRITE, itself, 1, 50, 50);
}

static void one_that_names_nobody_lies_in_its_chain(void **state)
{
	static struct jscope__glitches glitches;
	static struct jscope__glitch_tally tally, other;
	const struct jscope__parts chain = chain_make();

	(void)state;
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, 0, 1101);
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, 0, 1100);
	glitch_add(&glitches, &other, JSCOPE_CAUSE_LATE_WAKE, 0, 1050);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 9, false, &chain), 1100);
	jscope__glitches_close(&glitches);
	assert_int_equal(tally.share_count, 2);
	assert_share(&tally.share[0], JSCOPE_CAUSE_LATE_WAKE, hog, 1, 30, 40);
	assert_false(tally.share[1].is_known);
	assert_int_equal(other.share_count, 1);
	assert_false(other.share[0].is_known);
}

static void nobody_is_to_blame_where_nothing_came_or_the_chain_was_cut(void **state)
{
	static struct jscope__glitches glitches;
	static struct jscope__glitch_tally tally;

	(void)state;
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LOST_INTERRUPT, 3, 5000);
	assert_int_equal(glitches.count, 0);
	glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, 3, 5000);
	assert_int_equal(jscope__glitches_put_down(&glitches, &tally, 3, false, NULL), 5000);
	assert_int_equal(glitches.count, 0);
	assert_int_equal(tally.share_count, 2);
	assert_false(tally.share[0].is_known);
	assert_false(tally.share[1].is_known);
}

static void none_is_lost_beyond_the_limits(void **state)
{
	static struct jscope__glitches glitches;
	static struct jscope__glitch_tally tally;
	uint64_t sum = 0;

	(void)state;
	for (uint64_t i = 1; i <= 2 * JSCOPE__GLITCHES_WAITING_MAX; i++)
		glitch_add(&glitches, &tally, JSCOPE_CAUSE_LATE_WAKE, i, (jscope_ns)i);
	for (uint32_t i = 0; i < 2 * JSCOPE__GLITCH_SHARES_MAX; i++) {
		struct jscope__parts chain = { .total_ns = 1 };
		const struct jscope__culprit one = { JSCOPE__CULPRIT_THREAD, i };

		jscope__part_add(&chain, JSCOPE_STAGE_WAKE, one, 0, 1);
		jscope__glitches_put_down(&glitches, &tally, JSCOPE__GLITCHES_WAITING_MAX + 1 + i,
					  false, &chain);
	}
	jscope__glitches_close(&glitches);
	for (unsigned i = 0; i < tally.share_count; i++)
		sum += tally.share[i].count;
	assert_int_equal(tally.count, 2 * JSCOPE__GLITCHES_WAITING_MAX);
	assert_int_equal(sum + tally.others, tally.count);
	assert_int_equal(tally.others, JSCOPE__GLITCH_SHARES_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cause_decides_which_stage_counts),
		cmocka_unit_test(a_late_answer_is_put_down_to_what_the_client_was_at),
		cmocka_unit_test(one_that_names_nobody_lies_in_its_chain),
		cmocka_unit_test(nobody_is_to_blame_where_nothing_came_or_the_chain_was_cut),
		cmocka_unit_test(none_is_lost_beyond_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
