/* What a late chain hides: known where it can be known, else filled back, and never both. */
#include "../cmocka_all.h"

#include "omission.h"

#define MS     JSCOPE_NS_PER_MS
#define T      (10 * MS)
#define NO_END JSCOPE_NS_UNKNOWN

static struct jscope__omission omission;

static int omission_begin(void **state)
{
	(void)state;
	omission = (struct jscope__omission){ 0 };
	return 0;
}

static int omission_end(void **state)
{
	(void)state;
	jscope__omission_finish(&omission);
	return 0;
}

static void add(struct jscope__omission_point point)
{
	point.period_ns = T;
	jscope__omission_add(&omission, &point, NULL);
}

/* Point `seq` is due at seq T. */
static jscope_ns due(uint64_t seq)
{
	return (jscope_ns)seq * T;
}

static void numbered(uint64_t seq, jscope_ns latency_ns)
{
	add((struct jscope__omission_point){ .seq = seq,
					     .is_numbered = true,
					     .begin_ns = due(seq),
					     .end_ns = due(seq) + latency_ns });
}

static void missed(uint64_t seq)
{
	add((struct jscope__omission_point){ .seq = seq,
					     .is_numbered = true,
					     .is_missed = true,
					     .begin_ns = due(seq),
					     .end_ns = NO_END });
}

/* A chain without a number, as a kernel tells of it. end_ns: NO_END where nobody was woken. */
static void counted(uint64_t seq, jscope_ns end_ns)
{
	add((struct jscope__omission_point){ .seq = seq, .begin_ns = due(seq), .end_ns = end_ns });
}

static void assert_hidden(uint64_t known, uint64_t filled, uint64_t left_out)
{
	jscope__omission_close(&omission, NULL);
	assert_int_equal(omission.known, known);
	assert_int_equal(omission.filled, filled);
	assert_int_equal(omission.left_out, left_out);
	assert_int_equal(jscope_hist_count(omission.hidden), known + filled);
}

/* All that was hidden together waited so long, and between these. */
static void assert_waits(jscope_ns sum_ns, jscope_ns min_ns, jscope_ns max_ns)
{
	const struct jscope_hist *hidden = omission.hidden;

	assert_true(jscope_hist_mean(hidden) * (double)jscope_hist_count(hidden) == (double)sum_ns);
	assert_int_equal(jscope_hist_min(hidden), min_ns);
	assert_int_equal(jscope_hist_max(hidden), max_ns);
}

static void a_missed_point_waits_for_the_next(void **state)
{
	(void)state;
	numbered(1, MS);
	missed(2);
	numbered(3, 2 * MS);
	assert_hidden(1, 0, 0);
	assert_waits(12 * MS, 12 * MS, 12 * MS);
}

static void so_it_does_without_a_number(void **state)
{
	(void)state;
	counted(1, due(1) + MS);
	add((struct jscope__omission_point){
		.seq = 2, .is_missed = true, .begin_ns = due(2), .end_ns = NO_END });
	counted(3, due(3) + 2 * MS);
	assert_hidden(1, 0, 0);
	assert_waits(12 * MS, 12 * MS, 12 * MS);
}

/* Chains are handed over when they are complete; that a point was missed may be known later. */
static void the_next_may_be_told_before(void **state)
{
	(void)state;
	numbered(1, MS);
	numbered(3, 2 * MS);
	numbered(4, 3 * MS);
	missed(2);
	assert_hidden(1, 0, 0);
	assert_waits(12 * MS, 12 * MS, 12 * MS);
}

/* n points in a row, told with one that comes v late: v + T, v + 2 T, ... v + n T. */
static void an_outage_has_its_closed_form(void **state)
{
	const uint64_t n = 5000;
	const jscope_ns v = 3 * MS;

	(void)state;
	for (uint64_t seq = 1; seq <= n; seq++)
		missed(seq);
	numbered(n + 1, v);
	assert_hidden(n, 0, 0);
	assert_waits((jscope_ns)n * v + T * (jscope_ns)(n * (n + 1) / 2), v + T,
		     v + (jscope_ns)n * T);
}

/* Merged points have latencies of their own, whatever their length. */
static void numbered_points_hide_nothing(void **state)
{
	(void)state;
	for (uint64_t seq = 1; seq <= 10; seq++)
		numbered(seq, (11 - (jscope_ns)seq) * T);
	assert_hidden(0, 0, 0);
	assert_null(omission.hidden);
	assert_null(jscope__omission_corrected(&omission, NULL, NULL));
}

static void what_nobody_was_told_is_left_out(void **state)
{
	(void)state;
	numbered(1, MS);
	missed(2);
	missed(3);
	add((struct jscope__omission_point){ .seq = 4,
					     .is_numbered = true,
					     .is_missed = true,
					     .begin_ns = JSCOPE_NS_UNKNOWN,
					     .end_ns = NO_END });
	assert_hidden(0, 0, 3);
}

/* The client of another run does not answer for the points of this one. */
static void runs_do_not_mix(void **state)
{
	(void)state;
	missed(2);
	add((struct jscope__omission_point){ .epoch = 1,
					     .seq = 3,
					     .is_numbered = true,
					     .begin_ns = due(3),
					     .end_ns = due(3) + MS });
	assert_hidden(0, 0, 1);
}

/* A stall of 5.5 T hides 4.5 T, 3.5 T, ... 0.5 T. */
static void a_stall_is_filled_back(void **state)
{
	(void)state;
	counted(1, due(1) + MS);
	counted(2, due(2) + 11 * T / 2);
	counted(8, due(8) + MS);
	assert_hidden(0, 5, 0);
	assert_waits(25 * T / 2, T / 2, 9 * T / 2);
}

static void exactly_a_period_hides_nothing(void **state)
{
	(void)state;
	counted(1, due(1) + T);
	counted(2, due(2) + 2 * T);
	assert_hidden(0, 1, 0);
	assert_waits(T, T, T);
}

/* Interrupts that woke nobody, as the client was being woken already: so many there were, no more. */
static void known_ones_are_not_filled_back(void **state)
{
	(void)state;
	counted(1, due(1) + MS);
	counted(3, NO_END);
	counted(4, NO_END);
	counted(2, due(2) + 11 * T / 2);
	counted(9, due(9) + MS);
	assert_hidden(2, 0, 0);
	assert_waits(9 * T / 2 + 7 * T / 2, 7 * T / 2, 9 * T / 2);
}

static void one_told_after_it_is_known(void **state)
{
	(void)state;
	counted(2, due(2) + 3 * T / 2);
	counted(3, due(3) + MS);
	assert_hidden(0, 0, 0);
	assert_null(omission.hidden);
}

static void a_stall_at_the_end_counts(void **state)
{
	(void)state;
	counted(2, due(2) + 3 * T / 2);
	assert_hidden(0, 1, 0);
}

static void a_stall_has_its_limit(void **state)
{
	(void)state;
	counted(1, due(1) + (JSCOPE__OMISSION_FILLED + 7) * T + 1);
	assert_hidden(0, JSCOPE__OMISSION_FILLED, 7);
}

static void what_is_corrected_holds_both(void **state)
{
	struct jscope_hist *told, *corrected;

	(void)state;
	assert_int_equal(jscope_hist_create(NULL, &told), 0);
	jscope_hist_record(told, 11 * T / 2);
	counted(2, due(2) + 11 * T / 2);
	jscope__omission_close(&omission, NULL);
	corrected = jscope__omission_corrected(&omission, told, NULL);
	assert_int_equal(jscope_hist_count(corrected), 6);
	assert_true(jscope_hist_mean(corrected) == 3. * T);
	jscope_hist_destroy(corrected);
	jscope_hist_destroy(told);
}

static void hostile_instants_are_taken(void **state)
{
	static const jscope_ns ends[] = { INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX };
	const size_t count = sizeof ends / sizeof ends[0];

	(void)state;
	for (size_t i = 0; i < 8 * count * count; i++)
		jscope__omission_add(&omission,
				     &(struct jscope__omission_point){
					     .epoch = (unsigned)(i / 97),
					     .seq = i % 3 ? i : UINT64_MAX - i,
					     .is_numbered = i % 2,
					     .is_missed = i % 5 == 0,
					     .period_ns = i % 7 ? 1 : INT64_MAX,
					     .begin_ns = ends[i % count],
					     .end_ns = i % 11 ? ends[i / count % count] : NO_END },
				     NULL);
	jscope__omission_close(&omission, NULL);
	assert_int_equal(jscope_hist_count(omission.hidden), omission.known + omission.filled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, omission_begin, omission_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_missed_point_waits_for_the_next),
		TEST(so_it_does_without_a_number),
		TEST(the_next_may_be_told_before),
		TEST(an_outage_has_its_closed_form),
		TEST(numbered_points_hide_nothing),
		TEST(what_nobody_was_told_is_left_out),
		TEST(runs_do_not_mix),
		TEST(a_stall_is_filled_back),
		TEST(exactly_a_period_hides_nothing),
		TEST(known_ones_are_not_filled_back),
		TEST(one_told_after_it_is_known),
		TEST(a_stall_at_the_end_counts),
		TEST(a_stall_has_its_limit),
		TEST(what_is_corrected_holds_both),
		TEST(hostile_instants_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
