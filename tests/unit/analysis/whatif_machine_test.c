/* Points through the machine of the what-if: what waits for what, and what merges. */
#include "../cmocka_all.h"

#include "whatif_feed.h"
#include "whatif_machine.h"
#include "whatif_pass.h"

static const struct feed_delays quiet = { 10 * US, 2 * US, 5 * US, 3 * US, 30 * US, 200 * US };

#define ANSWERS_MAX 32

static struct {
	jscope_ns at[ANSWERS_MAX];
	size_t count;
	jscope_ns late[ANSWERS_MAX];
	size_t late_count;
} answers;

static void on_answer(void *state, jscope_ns at_ns)
{
	(void)state;
	answers.at[answers.count++] = at_ns;
}

static void on_run(void *state, jscope_ns late_ns)
{
	(void)state;
	answers.late[answers.late_count++] = late_ns;
}

static struct jscope_whatif_settings settings;
static struct jscope__whatif_machine machine;

/* One point for each chain, at its due. Answers are told from the first due on. */
static void run(const struct feed_delays *delays, size_t count)
{
	static const struct jscope__machine_watch watch = { NULL, on_answer, on_run };
	struct jscope__delays series;
	struct jscope__force force = { .series = &series, .settings = &settings, .work_factor = 1 };

	feed_series(&series, delays, count);
	answers.count = answers.late_count = 0;
	machine.force = &force;
	machine.watch = &watch;
	jscope__machine_restart(&machine);
	for (size_t i = 0; i < count; i++) {
		jscope__machine_advance(&machine, series.chains[i].at[JSCOPE_DUE]);
		jscope__machine_point(&machine, series.chains[i].at[JSCOPE_DUE], i);
	}
	jscope__machine_advance(&machine, INT64_MAX - 1);
	for (size_t i = 0; i < answers.count; i++)
		answers.at[i] -= series.chains[0].at[JSCOPE_DUE];
	jscope__delays_finish(&series);
}

static int begin(void **state)
{
	(void)state;
	jscope_whatif_settings_init(&settings);
	return 0;
}

static void test_quiet(void **state)
{
	const struct feed_delays delays[] = { quiet, quiet, quiet };

	(void)state;
	run(delays, 3);
	assert_int_equal(answers.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(answers.at[i], (jscope_ns)i * 10 * MS + 250 * US);
		assert_int_equal(answers.late[i], 50 * US);
	}
}

/* The second point finds the wake of the first under way: one answer for both, a third for itself. */
static void test_wake_merges(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet };

	(void)state;
	delays[0].wake = 14 * MS;
	delays[1].wake = 4 * MS; /* as it would be recorded */
	run(delays, 3);
	assert_int_equal(answers.count, 2);
	assert_int_equal(answers.at[0], 14 * MS + 220 * US);
	assert_int_equal(answers.at[1], 20 * MS + 250 * US);
	assert_int_equal(answers.late_count, 3);
	assert_int_equal(answers.late[1], 4 * MS + 20 * US);
}

/* Signals that find the client at work are taken when it is done, at once and together. */
static void test_work_serialises(void **state)
{
	const struct feed_delays delays[] = { quiet, quiet, quiet, quiet };

	(void)state;
	settings.work_ns = 25 * MS;
	run(delays, 4);
	assert_int_equal(answers.count, 3);
	assert_int_equal(answers.at[0], 50 * US + 25 * MS);
	assert_int_equal(answers.at[1], 50 * US + 50 * MS);
	assert_int_equal(answers.at[2], 50 * US + 75 * MS);
}

/* A request that finds one queued merges with it, and does not run again. */
static void test_queue(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet };

	(void)state;
	delays[0].interrupt = 12 * MS;
	delays[0].queue = 1 * MS;
	for (size_t i = 0; i < 3; i++)
		delays[i].handler = 1 * MS;
	run(delays, 3);
	assert_int_equal(answers.count, 2);
	assert_int_equal(answers.at[0], 14 * MS + 232 * US);
	assert_int_equal(answers.late[1], 4 * MS + 32 * US);
}

/* An interrupt never overtakes the one before it: then its request comes too late to merge. */
static void test_line(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet };

	(void)state;
	delays[0].interrupt = 12 * MS;
	delays[0].dispatch = 3 * MS;
	delays[0].queue = 0;
	delays[1].handler = 1 * MS;
	run(delays, 3);
	assert_int_equal(answers.count, 3);
	assert_int_equal(answers.at[0], 15 * MS + 233 * US);
	assert_int_equal(answers.late[1], 6 * MS + 37 * US);
}

static void test_caps(void **state)
{
	struct feed_delays delays[] = { quiet, quiet };

	(void)state;
	delays[0].wake = delays[1].wake = 5 * MS;
	settings.cap_ns[JSCOPE_STAGE_WAKE] = 1 * MS;
	settings.cap_ns[JSCOPE_STAGE_INTERRUPT] = 0;
	run(delays, 2);
	assert_int_equal(answers.at[0], 1 * MS + 210 * US);
}

/* The interrupt of the second point is lost: its client hears of it with the third. */
static void test_lost(void **state)
{
	const struct feed_delays delays[] = { quiet, quiet, quiet };
	struct jscope__delays series = { .period_ns = 10 * MS };
	struct jscope__force force = { .series = &series, .settings = &settings, .work_factor = 1 };
	size_t budget = 3;

	(void)state;
	for (uint64_t seq = 1; seq <= 3; seq++) {
		struct jscope_notification n = feed_notification(seq, delays[seq - 1]);

		for (unsigned k = JSCOPE_IRQ; seq == 2 && k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] = JSCOPE_NS_UNKNOWN;
		n.class = seq == 2 ? JSCOPE_CLASS_MISSED : JSCOPE_CLASS_ON_TIME;
		jscope__delays_add(&series, &n, &budget);
	}
	jscope__delays_settle(&series);
	assert_true(jscope__force_delay(&force, 1, JSCOPE_IRQ, 0) == JSCOPE__LOST_NS);
	assert_int_equal(jscope__force_delay(&force, 0, JSCOPE_IRQ, 0), 10 * US);
	/* The wake that it never had is the next one's. */
	assert_int_equal(jscope__force_delay(&force, 1, JSCOPE_RUN, 0), 30 * US);
	jscope__delays_finish(&series);
}

/* A stall of 7 ms that the second point met 2 ms after its begin: others meet what is left of it. */
static void test_stall(void **state)
{
	struct feed_delays delays[] = { quiet, quiet, quiet, quiet };
	struct jscope__delays series;
	struct jscope__force force = {
		.series = &series, .settings = &settings, .work_factor = 1, .stalls = true
	};
	jscope_ns due_ns;

	(void)state;
	delays[1].interrupt = 5 * MS;
	feed_series(&series, delays, 4);
	due_ns = series.chains[1].at[JSCOPE_DUE];
	assert_int_equal(jscope__force_delay(&force, 1, JSCOPE_IRQ, due_ns + 1 * MS), 4 * MS);
	assert_int_equal(jscope__force_delay(&force, 0, JSCOPE_IRQ, due_ns - 2 * MS), 7 * MS);
	assert_int_equal(jscope__force_delay(&force, 1, JSCOPE_IRQ, due_ns + 6 * MS), 10 * US);
	assert_int_equal(jscope__force_delay(&force, 0, JSCOPE_IRQ, due_ns - 6 * MS), 10 * US);
	force.stalls = false;
	assert_int_equal(jscope__force_delay(&force, 1, JSCOPE_IRQ, due_ns + 6 * MS), 5 * MS);
	jscope__delays_finish(&series);
}

/* Glitches by hand: an answer that comes 15 ms late costs a buffer of two one, and none of three. */
static void test_pass(void **state)
{
	struct feed_delays delays[20];
	struct jscope__habits habits = { .period_frames = 480, .by_packet = true };
	struct jscope__delays series;
	struct jscope__force force = { .series = &series, .settings = &settings, .work_factor = 1 };
	struct jscope__pass *pass;
	uint32_t sums[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < 20; i++)
		delays[i] = quiet;
	delays[9].wake = 15 * MS;
	delays[10].wake = 5 * MS;
	feed_series(&series, delays, 20);
	assert_int_equal(jscope__pass_create(&series, &habits, &pass), 0);
	jscope__pass_run(pass, &force, 480);
	assert_int_equal(pass->shift_count, 1);
	assert_int_equal(pass->points, 20);
	assert_int_equal(pass->time_ns, 200 * MS);
	for (size_t i = 0; i < JSCOPE__PASS_PARTS; i++)
		for (unsigned buffer = 1; buffer < 4; buffer++)
			sums[buffer] += pass->parts[buffer][i];
	assert_int_equal(sums[1], 20);
	assert_int_equal(sums[2], 1);
	assert_int_equal(sums[3], 0);
	/* It came 15.2 ms after point 10, at which the buffer had been filled up to point 9: 25.2 ms. */
	assert_in_range(jscope_hist_max(pass->used_frames), 1211, 1213);
	/* Twice the period: two ways to lie on the recorded points. */
	jscope__pass_run(pass, &force, 960);
	assert_int_equal(pass->shift_count, 2);
	jscope__pass_destroy(pass);
	jscope__delays_finish(&series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_quiet, begin),
		cmocka_unit_test_setup(test_wake_merges, begin),
		cmocka_unit_test_setup(test_work_serialises, begin),
		cmocka_unit_test_setup(test_queue, begin),
		cmocka_unit_test_setup(test_line, begin),
		cmocka_unit_test_setup(test_caps, begin),
		cmocka_unit_test_setup(test_lost, begin),
		cmocka_unit_test_setup(test_stall, begin),
		cmocka_unit_test_setup(test_pass, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
