/* What the ledger enters for periods, which are values of two events and of nothing in between. */
#include "../cmocka_all.h"

#include "made_report.h"
#include "report_rows.h"

#define POINTS	  20
#define PERIOD_NS (10 * JSCOPE_NS_PER_MS)
#define LOST	  3

/* Signals of a steady device; between the tenth and the one after it something was lost. */
static void points_feed(const struct jscope_timeline_sink *sink, bool is_numbered)
{
	const struct jscope_stream_info stream = { .device = "dev1",
						   .stream = "",
						   .kind = "irq",
						   .path = 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN };
	const struct jscope_loss loss = { .events = LOST,
					  .cpu = JSCOPE_CPU_UNKNOWN,
					  .begin_ns = 10 * PERIOD_NS + 1,
					  .end_ns = 11 * PERIOD_NS - 1 };
	struct jscope_notification point = { .stream = &stream, .is_numbered = is_numbered };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		point.at[i] = JSCOPE_NS_UNKNOWN;
	for (point.seq = 1; point.seq <= POINTS; point.seq++) {
		point.at[JSCOPE_SIGNAL] = (jscope_ns)point.seq * PERIOD_NS;
		point.at[JSCOPE_RUN] = point.at[JSCOPE_SIGNAL] + 50;
		if (point.seq == 11)
			sink->loss(sink->state, &loss);
		sink->notification(sink->state, &point);
	}
}

static void numbered_feed(const struct jscope_timeline_sink *sink)
{
	points_feed(sink, true);
}

static void unnumbered_feed(const struct jscope_timeline_sink *sink)
{
	points_feed(sink, false);
}

static struct jscope_hist_doubt period_doubt(feed_fn *feed)
{
	const struct jscope_trace_info info = {
		.path = "", .reader = "", .clock = "", .events = POINTS, .lost_events = LOST
	};
	struct jscope_report *report = report_of(feed, info);
	const struct jscope__stream_row *row = jscope__table_at(report->streams, 0);
	struct jscope_hist_doubt doubt;

	assert_int_equal(jscope_hist_count(row->jitter.period), POINTS - 1);
	doubt = jscope_hist_doubt(row->jitter.period);
	jscope_report_destroy(report);
	return doubt;
}

/* Points 10 and 11 follow each other: no point was lost, and their distance is a period. */
static void periods_of_numbered_points_are_periods(void **state)
{
	const struct jscope_hist_doubt doubt = period_doubt(numbered_feed);

	(void)state;
	assert_int_equal(doubt.missing, 0);
	assert_int_equal(doubt.wrong, 0);
}

/* Each lost event may have been a point, that parted one period in two. */
static void periods_without_numbers_may_be_none(void **state)
{
	const struct jscope_hist_doubt doubt = period_doubt(unnumbered_feed);

	(void)state;
	assert_int_equal(doubt.missing, 2 * LOST);
	assert_int_equal(doubt.wrong, LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods_of_numbered_points_are_periods),
		cmocka_unit_test(periods_without_numbers_may_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
