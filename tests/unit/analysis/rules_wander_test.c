/* R94: drift, deviation, TIE, MTIE, TDEV and ADEV of each stream. */
#include "rules_story.h"
#include "wander.h"

#include <stdio.h>

/* Points 1 to `last` of a stream; every other one is signalled `stray_ns` late. */
static void tell(const struct jscope_stream_info *stream, unsigned last, jscope_ns stray_ns)
{
	for (unsigned k = 1; k <= last; k++) {
		struct jscope_notification notification = {
			.stream = stream, .seq = k, .class = JSCOPE_CLASS_ON_TIME, .epoch = 1
		};

		for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
			notification.at[i] = JSCOPE_NS_UNKNOWN;
		notification.at[JSCOPE_SIGNAL] = point_ns(k) + (k % 2 ? 0 : stray_ns);
		feed_notification(&notification);
	}
}

static struct jscope_stream_info stream_of(unsigned index, const char *name)
{
	return (struct jscope_stream_info){ .device = "dev1",
					    .stream = name,
					    .kind = "wavert",
					    .index = index,
					    .nominal_period_ns = 10000000,
					    .rate_hz = 48000,
					    .period_frames = 480 };
}

static void three_points_tell_a_drift(void **state)
{
	const struct jscope_stream_info stream = stream_of(0, "stream 0x10");

	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	tell(&stream, 2, 0);
	feed_end();
	assert_verdict(94, JSCOPE_VERDICT_NOT_APPLICABLE);
	assert_int_equal(feed_result(94)->figures_kept, 0);

	feed_begin(JSCOPE_PROFILE_HLK);
	tell(&stream, 100, 0);
	feed_end();
	assert_verdict(94, JSCOPE_VERDICT_PASSED);
	assert_string_equal(feed_result(94)->figure,
			    "drift +0.000 ppm, deviation without it 0 ns, TIE 0 ns peak to peak");
	assert_int_equal(feed_result(94)->figures_kept, 1);
	assert_string_equal(feed_result(94)->figures[0].object, "dev1 stream 0x10");
}

/* Every other point 1 us late: MTIE is that; at tau of one period x goes up and down by it. */
static void taus_stand_beside_the_figure(void **state)
{
	const struct jscope_stream_info stream = stream_of(0, "stream 0x10");
	const struct jscope__wander_table *table;

	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	tell(&stream, 100, us(1));
	feed_end();
	table = feed_result(94)->figures[0].wander;
	assert_non_null(table);
	assert_int_equal(table->tau_count, 7);
	assert_true(table->residual_ns > 499 && table->residual_ns < 501);
	assert_int_equal(table->taus[6].tau_ns, 640000000);
	for (unsigned k = 0; k < 7; k++) {
		assert_true(table->taus[k].mtie_ns == 1000);
		assert_true((table->taus[k].adev == 0) == (k > 0));
		assert_true((table->taus[k].mdev == 0) == (k > 0));
	}
	assert_int_equal(table->taus[0].windows[JSCOPE__MTIE], 99);
	assert_int_equal(table->taus[6].windows[JSCOPE__MTIE], 36);
	assert_int_equal(table->left_out, 0);
}

/* What other devices notify, and what is not a point in time, is left out. */
static void only_streams_are_followed(void **state)
{
	struct jscope_stream_info other = stream_of(0, "pcm");

	(void)state;
	other.kind = "pcm";
	feed_begin(JSCOPE_PROFILE_HLK);
	tell(&other, 100, 0);
	feed_end();
	assert_verdict(94, JSCOPE_VERDICT_NOT_APPLICABLE);
}

/* All of them are judged, and those that stray farthest are told, the worst first. */
static void the_worst_streams_are_told(void **state)
{
	enum { COUNT = JSCOPE_FIGURES_KEPT + 3 };
	static const char *const names[COUNT] = { "a", "b", "c", "d", "e", "f",
						  "g", "h", "i", "j", "k" };
	struct jscope_stream_info streams[COUNT];

	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	for (unsigned i = 0; i < COUNT; i++) {
		streams[i] = stream_of(i, names[i]);
		tell(&streams[i], 100, us(1 + (i * 4) % COUNT)); /* 1, 5, 9, 2, 6, 10, ... */
	}
	feed_end();
	assert_verdict(94, JSCOPE_VERDICT_PASSED);
	assert_int_equal(feed_result(94)->checked, COUNT);
	assert_int_equal(feed_result(94)->figures_kept, JSCOPE_FIGURES_KEPT);
	assert_int_equal(feed_result(94)->figures_left_out, 3);
	for (unsigned place = 0; place < JSCOPE_FIGURES_KEPT; place++) {
		const struct jscope_figure *figure = &feed_result(94)->figures[place];
		char tie[32];

		/* Four digits each. */
		snprintf(tie, sizeof tie, "TIE %.*f us peak", COUNT - place < 10 ? 3 : 2,
			 (double)(COUNT - place));
		assert_non_null(strstr(figure->text, tie));
	}
	assert_string_equal(feed_result(94)->figure, feed_result(94)->figures[0].text);
	assert_string_equal(feed_result(94)->figures[0].object, "dev1 i"); /* 1 + 8 * 4 % 11 = 11 */
}

/* Of two that stray alike the one that was seen first. */
static void equals_keep_their_order(void **state)
{
	const struct jscope_stream_info first = stream_of(0, "z"), second = stream_of(1, "a");

	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	tell(&first, 10, us(1));
	tell(&second, 10, us(1));
	feed_end();
	assert_string_equal(feed_result(94)->figures[0].object, "dev1 z");
	assert_string_equal(feed_result(94)->figures[1].object, "dev1 a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_points_tell_a_drift),
		cmocka_unit_test(taus_stand_beside_the_figure),
		cmocka_unit_test(only_streams_are_followed),
		cmocka_unit_test(the_worst_streams_are_told),
		cmocka_unit_test(equals_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
