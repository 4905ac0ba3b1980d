/*
 * Lines of the spectrum: sines that are known, alone, in noise and over holes.
 */
#include "../cmocka_all.h"

#include <math.h>

#include "spectrum_series.h"

#define RATE_HZ 100.0

static void assert_within(double told, double expected, double share)
{
	if (!(fabs(told - expected) <= share * fabs(expected)))
		fail_msg("%.9g is not %.9g", told, expected);
}

static const struct jscope__spectrum_line *line_of(const struct jscope__spectrum_lines *lines,
						   double hz, double frequency_share,
						   double amplitude_ns, double amplitude_share)
{
	assert_true(lines->count > 0);
	assert_within(lines->lines[0].frequency_hz, hz, frequency_share);
	assert_within(lines->lines[0].amplitude_ns, amplitude_ns, amplitude_share);
	return &lines->lines[0];
}

struct two_sines {
	double hz[2], amplitude_ns[2], noise_ns;
};

static double two_sines(void *context, uint64_t i)
{
	const struct two_sines *of = context;
	double value = of->noise_ns * series_normal();

	for (unsigned j = 0; j < 2; j++)
		value += of->amplitude_ns[j] *
			 sin(2 * M_PI * of->hz[j] * (double)i / RATE_HZ + 0.3 + j);
	return value;
}

/*
 * Lengths with one segment and with many; frequencies on a value, between two, and near both ends.
 * Where few values lie beside a line, those of few segments are too few to tell.
 */
static void pure_sines_are_exact(void **state)
{
	static const double per_segment[] = { 17, 17.5, 31.25, 52.9, 60.1, 6, 6.4 };
	static const uint64_t counts[] = { 128, 200, 1000, 4096, 30000 };

	(void)state;
	for (size_t c = 0; c < 5; c++)
		for (size_t i = 0; i < (counts[c] < 30000 ? 5 : 7); i++) {
			const double segment = fmin(exp2(floor(log2((double)counts[c]))), 4096);
			struct two_sines of = { .hz = { RATE_HZ * per_segment[i] / segment },
						.amplitude_ns = { 15e3 } };
			const struct jscope__spectrum_lines lines =
				series_lines(two_sines, &of, counts[c], RATE_HZ);
			const struct jscope__spectrum_line *line =
				line_of(&lines, of.hz[0], 2e-3, 15e3, 5e-3);

			assert_int_equal(lines.count, 1);
			assert_int_equal(lines.more, 0);
			assert_within(line->share, 1, 0.02);
			assert_true(line->false_alarm < 1e-4);
			assert_true(lines.noise_ns < 15e3 * 0.15);
		}
}

static void two_sines_are_two_lines(void **state)
{
	struct two_sines of = { { 37, 8.3 }, { 15e3, 1e3 }, 0 };
	struct jscope__spectrum_lines lines = series_lines(two_sines, &of, 20000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 2);
	line_of(&lines, 37, 1e-4, 15e3, 1e-3);
	assert_within(lines.lines[1].frequency_hz, 8.3, 1e-3);
	assert_within(lines.lines[1].amplitude_ns, 1e3, 1e-2);
	assert_within(lines.lines[1].share, 1.0 / 226, 1e-2);
}

/* Faster than half the rate: as the points see it. */
static void fast_sines_are_folded(void **state)
{
	struct two_sines of = { { 137 }, { 15e3 }, 100 };
	const struct jscope__spectrum_lines lines = series_lines(two_sines, &of, 20000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 1);
	line_of(&lines, 37, 1e-3, 15e3, 1e-2);
}

static double alternating(void *context, uint64_t i)
{
	return (i % 2 ? -1 : 1) * *(const double *)context + 500 * series_normal();
}

/* Every other point late, as with the halves of a buffer: a line at half the rate. */
static void every_other_point_is_a_line(void **state)
{
	double amplitude_ns = 2000;
	const struct jscope__spectrum_lines lines =
		series_lines(alternating, &amplitude_ns, 20000, RATE_HZ);
	const struct jscope__spectrum_line *line = line_of(&lines, 50, 1e-9, 2000, 0.02);

	(void)state;
	assert_int_equal(lines.count, 1);
	assert_within(line->share, 4 / 4.25, 0.02);
	assert_within(lines.noise_ns, 500, 0.05);
}

/* The amplitude from a fifth to five times the deviation of the noise, which is told, too. */
static void sines_are_found_in_noise(void **state)
{
	static const double over_noise[] = { 0.2, 0.5, 1, 5 };

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++)
		for (size_t i = 0; i < 4; i++) {
			const double amplitude_ns = 5e3 * over_noise[i];
			const double share = amplitude_ns * amplitude_ns / 2 /
					     (amplitude_ns * amplitude_ns / 2 + 25e6);
			struct two_sines of = { { 37 }, { amplitude_ns }, 5e3 };
			struct jscope__spectrum_lines lines;

			series_seed(seed);
			lines = series_lines(two_sines, &of, 20000, RATE_HZ);
			assert_int_equal(lines.count, 1);
			line_of(&lines, 37, 2e-3, amplitude_ns, 0.05 / over_noise[i]);
			assert_within(lines.lines[0].share, share, 0.1 / over_noise[i]);
			assert_within(lines.noise_ns, 5e3, 0.03);
		}
}

/* Noise that is a hundred times louder for a fifth of the time hides nothing. */
static double restless(void *context, uint64_t i)
{
	const double noise_ns = i / 5000 % 5 == 2 ? 1e5 : 1e3;

	(void)context;
	return noise_ns * series_normal() + 1e3 * sin(2 * M_PI * 0.083 * (double)i);
}

static void restless_stretches_hide_no_line(void **state)
{
	const struct jscope__spectrum_lines lines = series_lines(restless, NULL, 100000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 1);
	line_of(&lines, 8.3, 1e-3, 1e3, 0.1);
}

static double drifting(void *context, uint64_t i)
{
	const double at_ns = 1e7 * (1 + 123e-6) * (double)i;

	(void)context;
	return at_ns + 15e3 * sin(2 * M_PI * 37 * at_ns / 1e9) + 3e3 * series_normal();
}

/* Instants instead of lateness: a day of them. */
static void instants_tell_the_same(void **state)
{
	const struct jscope__spectrum_lines lines = series_lines(drifting, NULL, 8640000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 1);
	line_of(&lines, 37, 1e-3, 15e3, 0.01);
}

/* A line below a nanosecond is how the clock rounds. */
static void rounding_is_no_line(void **state)
{
	struct two_sines of = { { 33.3 }, { 0.6 }, 0 };
	struct jscope__spectrum_lines lines = series_lines(two_sines, &of, 20000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 0);
	of.amplitude_ns[0] = 3;
	lines = series_lines(two_sines, &of, 20000, RATE_HZ);
	assert_true(lines.count > 0);
}

static double constant(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return 30000;
}

static void what_is_constant_has_no_line(void **state)
{
	const struct jscope__spectrum_lines lines = series_lines(constant, NULL, 20000, RATE_HZ);

	(void)state;
	assert_int_equal(lines.count, 0);
	assert_true(lines.noise_ns == 0);
	assert_within(lines.from_hz, 6 * RATE_HZ / 4096, 1e-9);
	assert_within(lines.to_hz, 50, 1e-9);
}

static void short_series_tell_nothing(void **state)
{
	struct two_sines of = { { 37 }, { 15e3 }, 0 };

	(void)state;
	for (uint64_t count = 0; count < 128; count++) {
		const struct jscope__spectrum_lines lines =
			series_lines(two_sines, &of, count, RATE_HZ);

		assert_int_equal(lines.count, 0);
		assert_true(lines.to_hz == 0);
	}
}

static void points_count_once(void **state)
{
	/* points, longest segment, segments of that, points in them */
	static const uint64_t cases[][4] = {
		{ 127, 0, 0, 0 },	 { 128, 128, 1, 128 },	    { 1000, 512, 2, 768 },
		{ 4095, 2048, 2, 3072 }, { 4096, 4096, 1, 4096 },   { 6143, 4096, 1, 4096 },
		{ 6144, 4096, 2, 6144 }, { 20000, 4096, 8, 18432 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct spectrum_rig *rig = spectrum_rig_new();

		for (uint64_t j = 0; j < cases[i][0]; j++)
			jscope__spectrum_point(&rig->spectrum, j, (jscope_ns)(j * j % 1009));
		jscope__spectrum_piece_end(&rig->spectrum);
		assert_int_equal(rig->spectrum.segment_points, cases[i][1]);
		assert_int_equal(rig->spectrum.segments, cases[i][2]);
		assert_int_equal(rig->spectrum.points, cases[i][3]);
		assert_int_equal(rig->spectrum.left_out, cases[i][0] - cases[i][3]);
		spectrum_rig_free(rig);
	}
}

/* Longer pieces replace shorter ones, which are then left out. */
static void the_longest_pieces_count(void **state)
{
	static const uint64_t pieces[] = { 130, 130, 600, 130, 5000, 600 };
	struct spectrum_rig *rig = spectrum_rig_new();
	uint64_t all = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (uint64_t j = 0; j < pieces[i]; j++)
			jscope__spectrum_point(&rig->spectrum, j, (jscope_ns)(j * j % 1009));
		jscope__spectrum_piece_end(&rig->spectrum);
		all += pieces[i];
	}
	assert_int_equal(rig->spectrum.segment_points, 4096);
	assert_int_equal(rig->spectrum.points, 4096);
	assert_int_equal(rig->spectrum.left_out, all - 4096);
	spectrum_rig_free(rig);
}

/* One point in ten is missing, by chance; now and then ten on end, at last a hundred. */
static void holes_are_bridged(void **state)
{
	struct spectrum_rig *rig = spectrum_rig_new();
	struct two_sines of = { { 7 }, { 15e3 }, 3e3 };
	struct jscope__spectrum_lines lines;
	uint64_t given = 0;

	(void)state;
	series_seed(5);
	for (uint64_t i = 0; i < 40000; i++) {
		const jscope_ns value_ns = (jscope_ns)two_sines(&of, i);

		if (i % 1000 < 10 || (i > 30000 && i < 30100) || series_unit() < 0.1)
			continue;
		jscope__spectrum_point(&rig->spectrum, i, value_ns);
		given++;
	}
	jscope__spectrum_piece_end(&rig->spectrum);
	jscope__spectrum_lines(&rig->spectrum, RATE_HZ, &lines);
	assert_int_equal(lines.count, 1);
	line_of(&lines, 7, 2e-3, 15e3, 0.03);
	assert_in_range(rig->spectrum.filled, 3500, 4500);
	/* But for the hundred nothing ends a piece. */
	assert_int_equal(rig->spectrum.segment_points, 4096);
	assert_in_range(rig->spectrum.left_out, 0, 2 * 4096);
	assert_int_equal(rig->spectrum.points + rig->spectrum.left_out,
			 given + rig->spectrum.filled);
	spectrum_rig_free(rig);
}

/* Every other point is missing: nothing is made up of what is not there. */
static void half_of_the_points_are_too_few(void **state)
{
	struct spectrum_rig *rig = spectrum_rig_new();

	(void)state;
	for (uint64_t i = 0; i < 40000; i += 2)
		jscope__spectrum_point(&rig->spectrum, i, (jscope_ns)(i % 7));
	jscope__spectrum_piece_end(&rig->spectrum);
	assert_int_equal(rig->spectrum.segments, 0);
	assert_int_equal(rig->spectrum.left_out, 20000 + rig->spectrum.filled);
	spectrum_rig_free(rig);
}

static void numbers_that_go_back_are_left_out(void **state)
{
	struct spectrum_rig *rig = spectrum_rig_new();

	(void)state;
	for (uint64_t i = 0; i < 4096; i++) {
		jscope__spectrum_point(&rig->spectrum, i, 1);
		jscope__spectrum_point(&rig->spectrum, i / 2, 1000000);
	}
	assert_int_equal(rig->spectrum.left_out, 4096);
	assert_int_equal(rig->spectrum.points, 4096);
	assert_true(rig->spectrum.variance_sum == 0);
	spectrum_rig_free(rig);
}

/* Values and numbers from end to end of what there is. */
static void extremes_do_no_harm(void **state)
{
	struct spectrum_rig *rig = spectrum_rig_new();
	struct jscope__spectrum_lines lines;

	(void)state;
	for (uint64_t i = 0; i < 9000; i++)
		jscope__spectrum_point(&rig->spectrum, UINT64_MAX - 9000 + i,
				       i * i % 3 ? INT64_MAX : INT64_MIN);
	jscope__spectrum_point(&rig->spectrum, UINT64_MAX, 0);
	jscope__spectrum_piece_end(&rig->spectrum);
	jscope__spectrum_point(&rig->spectrum, 0, 0);
	jscope__spectrum_point(&rig->spectrum, UINT64_MAX, 0);
	jscope__spectrum_piece_end(&rig->spectrum);
	jscope__spectrum_lines(&rig->spectrum, 1e300, &lines);
	for (unsigned i = 0; i < lines.count; i++)
		assert_true(isfinite(lines.lines[i].amplitude_ns) &&
			    isfinite(lines.lines[i].share));
	assert_true(isfinite(lines.noise_ns));
	spectrum_rig_free(rig);
}

static void short_memory_is_counted(void **state)
{
	struct spectrum_rig *rig = spectrum_rig_new();
	struct two_sines of = { { 37 }, { 15e3 }, 0 };

	(void)state;
	rig->budget.bytes_left = 20000;
	for (uint64_t i = 0; i < 10000; i++)
		jscope__spectrum_point(&rig->spectrum, i, (jscope_ns)two_sines(&of, i));
	jscope__spectrum_piece_end(&rig->spectrum);
	assert_true(rig->spectrum.segment_points >= 128);
	assert_true(rig->spectrum.segment_points < 4096);
	assert_int_equal(rig->spectrum.points + rig->spectrum.left_out, 10000);
	assert_true(rig->spectrum.is_short);
	rig->budget.bytes_left += JSCOPE__SPECTRUM_BYTES - 20000;
	spectrum_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pure_sines_are_exact),
		cmocka_unit_test(two_sines_are_two_lines),
		cmocka_unit_test(fast_sines_are_folded),
		cmocka_unit_test(every_other_point_is_a_line),
		cmocka_unit_test(sines_are_found_in_noise),
		cmocka_unit_test(restless_stretches_hide_no_line),
		cmocka_unit_test(instants_tell_the_same),
		cmocka_unit_test(rounding_is_no_line),
		cmocka_unit_test(what_is_constant_has_no_line),
		cmocka_unit_test(short_series_tell_nothing),
		cmocka_unit_test(points_count_once),
		cmocka_unit_test(the_longest_pieces_count),
		cmocka_unit_test(holes_are_bridged),
		cmocka_unit_test(half_of_the_points_are_too_few),
		cmocka_unit_test(numbers_that_go_back_are_left_out),
		cmocka_unit_test(extremes_do_no_harm),
		cmocka_unit_test(short_memory_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
