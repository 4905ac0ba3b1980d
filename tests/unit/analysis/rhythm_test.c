/* Which points of a stream make the series whose rhythm is told. */
#include "../cmocka_all.h"

#include <math.h>

#include "rhythm.h"
#include "spectrum_series.h"

#define PERIOD_NS 10000000

struct rig {
	struct jscope__rhythm_shared shared;
	struct jscope__rhythm rhythm;
	struct jscope__jitter jitter;
};

static void rig_begin(struct rig *rig)
{
	*rig = (struct rig){ .shared.budget.bytes_left = JSCOPE__SPECTRUM_BYTES };
	jscope__rhythm_init(&rig->rhythm, &rig->shared);
	assert_int_equal(jscope__jitter_init(&rig->jitter, NULL), 0);
}

static void rig_end(struct rig *rig)
{
	jscope__rhythm_finish(&rig->rhythm);
	jscope__fourier_finish(&rig->shared.fourier);
	jscope__jitter_finish(&rig->jitter);
	assert_int_equal(rig->shared.budget.bytes_left, JSCOPE__SPECTRUM_BYTES);
}

static jscope_ns late_ns(uint64_t seq)
{
	return 50000 + llround(15e3 * sin(2 * M_PI * 0.37 * (double)seq) + 3e3 * series_normal());
}

static void point_add(struct rig *rig, struct jscope__rhythm_point point)
{
	const jscope_ns due_ns = (jscope_ns)point.seq * PERIOD_NS;

	point.value_ns = point.of_lateness ? late_ns(point.seq) : due_ns + late_ns(point.seq);
	jscope__rhythm_add(&rig->rhythm, &point);
	jscope__jitter_point(&rig->jitter, point.seq, due_ns);
}

static bool rig_lines(struct rig *rig, struct jscope__spectrum_lines *ret_lines)
{
	jscope__rhythm_close(&rig->rhythm);
	jscope__jitter_close(&rig->jitter);
	return jscope__rhythm_lines(&rig->rhythm, &rig->jitter, ret_lines);
}

static void assert_37_hz(struct rig *rig)
{
	struct jscope__spectrum_lines lines;

	assert_true(rig_lines(rig, &lines));
	assert_int_equal(lines.count, 1);
	assert_true(fabs(lines.lines[0].frequency_hz - 37) < 0.1);
	assert_true(fabs(lines.lines[0].amplitude_ns - 15e3) < 1e3);
}

/* Lateness or instants, with a period that is known or one that is seen, in order or nearly. */
static void the_line_is_told_whatever_is_known(void **state)
{
	struct rig rig;

	(void)state;
	for (unsigned known = 0; known < 8; known++) {
		rig_begin(&rig);
		for (uint64_t i = 0; i < 2000; i++)
			point_add(&rig, (struct jscope__rhythm_point){
						.of_lateness = known & 1,
						.seq = known & 4 ? i ^ 5 : i,
						.nominal_period_ns = known & 2 ? PERIOD_NS : 0 });
		assert_int_equal(rig.rhythm.of_lateness, known & 1);
		assert_37_hz(&rig);
		assert_int_equal(rig.rhythm.spectrum.left_out + rig.rhythm.spectrum.points, 2000);
		assert_int_equal(rig.rhythm.spectrum.filled, 0);
		rig_end(&rig);
	}
}

/* Each with a phase of its own, and numbers that begin anew. */
static void epochs_are_apart(void **state)
{
	struct rig rig;

	(void)state;
	rig_begin(&rig);
	for (uint64_t i = 0; i < 6000; i++)
		point_add(&rig, (struct jscope__rhythm_point){ .of_lateness = true,
							       .epoch = (unsigned)(i / 600),
							       .seq = i % 600,
							       .nominal_period_ns = PERIOD_NS });
	assert_37_hz(&rig);
	assert_int_equal(rig.rhythm.spectrum.segments, 10);
	assert_int_equal(rig.rhythm.spectrum.segment_points, 512);
	rig_end(&rig);
}

static void what_is_not_as_the_first_is_left_out(void **state)
{
	struct rig rig;

	(void)state;
	rig_begin(&rig);
	for (uint64_t i = 0; i < 1024; i++) {
		point_add(&rig, (struct jscope__rhythm_point){ .of_lateness = true,
							       .seq = i,
							       .nominal_period_ns = PERIOD_NS });
		point_add(&rig, (struct jscope__rhythm_point){ .of_lateness = true,
							       .seq = i,
							       .nominal_period_ns = 12345 });
		point_add(&rig, (struct jscope__rhythm_point){ .seq = i,
							       .nominal_period_ns = PERIOD_NS });
	}
	assert_37_hz(&rig);
	assert_int_equal(rig.rhythm.spectrum.points, 1024);
	assert_int_equal(rig.rhythm.spectrum.left_out, 2048);
	assert_int_equal(rig.rhythm.foreign, 2048);
	assert_false(rig.rhythm.spectrum.is_short);
	rig_end(&rig);
}

/* Turns per point are no frequency where points come as they like. */
static void uneven_points_have_no_frequency(void **state)
{
	struct jscope__spectrum_lines lines;
	jscope_ns at_ns = 0;
	struct rig rig;

	(void)state;
	rig_begin(&rig);
	assert_false(rig_lines(&rig, &lines));
	for (uint64_t i = 0; i < 2000; i++) {
		at_ns += llround(-PERIOD_NS * log(series_unit()));
		jscope__rhythm_add(&rig.rhythm,
				   &(struct jscope__rhythm_point){
					   .of_lateness = true, .seq = i, .value_ns = late_ns(i) });
		jscope__jitter_point(&rig.jitter, i, at_ns);
	}
	assert_false(rig_lines(&rig, &lines));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_is_told_whatever_is_known),
		cmocka_unit_test(epochs_are_apart),
		cmocka_unit_test(what_is_not_as_the_first_is_left_out),
		cmocka_unit_test(uneven_points_have_no_frequency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
