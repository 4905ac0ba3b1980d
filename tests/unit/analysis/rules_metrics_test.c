/* R27, R91..R93: what the timelines say, against the limits of profiles. */
#include "rules_story.h"

static const struct jscope_stream_info stream = {
	.device = "dev1",
	.stream = "stream 0x10",
	.kind = "wavert",
	.path = (1u << JSCOPE_DUE) | (1u << JSCOPE_IRQ) | (1u << JSCOPE_QUEUED) |
		(1u << JSCOPE_DEFERRED) | (1u << JSCOPE_SIGNAL) | (1u << JSCOPE_RUN),
	.nominal_period_ns = 10000000,
	.rate_hz = 48000,
	.period_frames = 480,
};

/* Point k, whose client runs so long after its signal. */
static void tell(unsigned k, enum jscope_class class, jscope_ns wake_ns)
{
	const jscope_ns due_ns = point_ns(k);
	const struct jscope_notification notification = {
		.stream = &stream,
		.seq = k,
		.class = class,
		.epoch = 1,
		.at = { due_ns, due_ns + us(5), due_ns + us(7), due_ns + us(20), due_ns + us(25),
			due_ns + us(25) + wake_ns, JSCOPE_NS_UNKNOWN },
	};

	feed_notification(&notification);
}

static void tell_many(unsigned first, unsigned last, jscope_ns wake_ns)
{
	for (unsigned k = first; k <= last; k++)
		tell(k, JSCOPE_CLASS_ON_TIME, wake_ns);
}

/* R27 */

static void points_are_on_time_or_not(void **state)
{
	static const struct {
		enum jscope_class class;
		enum jscope_verdict verdict;
	} cases[] = { { JSCOPE_CLASS_ON_TIME, JSCOPE_VERDICT_PASSED },
		      { JSCOPE_CLASS_LATE, JSCOPE_VERDICT_VIOLATED },
		      { JSCOPE_CLASS_MERGED, JSCOPE_VERDICT_VIOLATED },
		      { JSCOPE_CLASS_MISSED, JSCOPE_VERDICT_VIOLATED },
		      { JSCOPE_CLASS_SPURIOUS, JSCOPE_VERDICT_NOT_APPLICABLE },
		      { JSCOPE_CLASS_CENSORED, JSCOPE_VERDICT_NOT_APPLICABLE } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		tell(1, cases[i].class, us(30));
		feed_end();
		assert_verdict(27, cases[i].verdict);
	}
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_loss(point_ns(1), point_ns(2));
	tell(1, JSCOPE_CLASS_CENSORED, us(30));
	feed_end();
	assert_verdict(27, JSCOPE_VERDICT_INCONCLUSIVE);
}

/* Nobody told of it, and so its violation is of the instant at which that became clear. */
static void an_untold_point_is_missed_now(void **state)
{
	struct jscope_notification notification = {
		.stream = &stream, .seq = 1, .class = JSCOPE_CLASS_MISSED, .epoch = 1
	};

	(void)state;
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = JSCOPE_NS_UNKNOWN;
	feed_begin(JSCOPE_PROFILE_HLK);
	story_open();
	story_point(1);
	story_cross(2);
	feed_notification(&notification);
	feed_end();
	assert_verdict(27, JSCOPE_VERDICT_VIOLATED);
	assert_int_equal(feed_result(27)->violations[0].at_ns, point_ns(2) + us(1));
	assert_int_equal(feed_result(92)->violations[0].at_ns, point_ns(2) + us(1));
}

/* R91, R93 */

static void stages_take_their_share(void **state)
{
	static const struct {
		enum jscope_profile profile;
		jscope_ns most_ns, longest_ns;
		bool stages_fit, chain_fits;
	} cases[] = { { JSCOPE_PROFILE_HLK, 4900000, 9800000, true, true },
		      { JSCOPE_PROFILE_HLK, 5100000, 5100000, false, true },
		      { JSCOPE_PROFILE_HLK, 100000, 10100000, false, false },
		      { JSCOPE_PROFILE_NONE, 100000, 10100000, true, true },
		      { JSCOPE_PROFILE_STRICT, 900000, 4900000, true, true },
		      { JSCOPE_PROFILE_STRICT, 1100000, 1100000, false, true } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(cases[i].profile);
		tell_many(1, 999, cases[i].most_ns);
		tell(1000, JSCOPE_CLASS_ON_TIME, cases[i].longest_ns);
		feed_end();
		assert_verdict(91, cases[i].stages_fit ? JSCOPE_VERDICT_PASSED
						       : JSCOPE_VERDICT_VIOLATED);
		assert_verdict(93, cases[i].chain_fits ? JSCOPE_VERDICT_PASSED
						       : JSCOPE_VERDICT_VIOLATED);
	}
}

/*
 * Coordinated omission: one stall of a second stands for the 100 points that it kept waiting, so that
 * the 99th percentile is the one of 890 ms (to the 0.1 % of the histogram).
 */
static void a_stall_counts_for_all_that_it_delays(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	tell_many(1, 999, us(30));
	tell(1000, JSCOPE_CLASS_ON_TIME, ms(1000));
	feed_end();
	assert_string_equal(feed_result(93)->figure,
			    "p99 55.01 us raw, 889.7 ms corrected, 1 too long");
}

/* R92 */

static void the_first_missed_points_are_named(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	tell_many(1, 9, us(30));
	for (unsigned k = 10; k < 14; k++)
		tell(k, JSCOPE_CLASS_MISSED, us(30));
	tell(14, JSCOPE_CLASS_LATE, us(30));
	feed_end();
	assert_verdict(92, JSCOPE_VERDICT_VIOLATED);
	assert_string_equal(feed_result(92)->figure,
			    "4 missed (10, 11, 12, ...), 0 merged, 1 late, 0 early");

	feed_begin(JSCOPE_PROFILE_HLK);
	tell_many(1, 9, us(30));
	feed_end();
	assert_verdict(92, JSCOPE_VERDICT_PASSED);
}

/* What other devices notify has rules of its own. */
static void other_kinds_are_left_alone(void **state)
{
	struct jscope_stream_info other = stream;
	struct jscope_notification notification = { .stream = &other,
						    .class = JSCOPE_CLASS_MISSED };

	(void)state;
	other.kind = "pcm";
	feed_begin(JSCOPE_PROFILE_STRICT);
	feed_notification(&notification);
	feed_end();
	assert_only(0);
	assert_verdict(27, JSCOPE_VERDICT_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_on_time_or_not),
		cmocka_unit_test(an_untold_point_is_missed_now),
		cmocka_unit_test(stages_take_their_share),
		cmocka_unit_test(a_stall_counts_for_all_that_it_delays),
		cmocka_unit_test(the_first_missed_points_are_named),
		cmocka_unit_test(other_kinds_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
