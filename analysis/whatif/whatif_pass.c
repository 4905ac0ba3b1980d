#include "whatif_pass.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHIFTS 8

/* New points of a pass, so that a trace full of holes comes to an end. */
#define POINTS_MAX (UINT64_C(1) << 26)

void jscope__pass_destroy(struct jscope__pass *pass)
{
	if (!pass)
		return;
	jscope_hist_destroy(pass->used_frames);
	jscope_hist_destroy(pass->late_ns);
	free(pass->parts);
	free(pass);
}

int jscope__pass_create(const struct jscope__delays *series, const struct jscope__habits *habits,
			struct jscope__pass **ret_pass)
{
	struct jscope__pass *pass = calloc(1, sizeof *pass);

	if (!pass)
		return -ENOMEM;
	pass->series = series;
	pass->habits = *habits;
	pass->parts = calloc(JSCOPE_WHATIF_BUFFER_MAX + 1, sizeof *pass->parts);
	if (!pass->parts || jscope_hist_create(NULL, &pass->used_frames) < 0 ||
	    jscope_hist_create(NULL, &pass->late_ns) < 0) {
		jscope__pass_destroy(pass);
		return -ENOMEM;
	}
	*ret_pass = pass;
	return 0;
}

/* What the client does */

/* Where the device is, in periods since the beginning of this time. */
static double position(const struct jscope__pass *pass, jscope_ns at_ns)
{
	const double length_ns = (double)jscope_sub_sat(pass->next_ns, pass->before_ns);
	const double passed_ns = (double)jscope_sub_sat(at_ns, pass->before_ns);

	return (double)pass->before + (length_ns > 0 ? fmin(passed_ns / length_ns, 1) : 0);
}

/* Up to where the buffer counts as full, less its size. */
static double filled(const struct jscope__pass *pass)
{
	return pass->habits.by_packet ? floor(pass->answered) : pass->answered;
}

static void on_answer(void *state, jscope_ns at_ns)
{
	struct jscope__pass *pass = state;
	const double now = position(pass, at_ns);

	jscope_hist_record(pass->used_frames,
			   (int64_t)ceil((now - filled(pass)) * pass->period_frames));
	pass->answered = now;
}

static void on_run(void *state, jscope_ns late_ns)
{
	struct jscope__pass *pass = state;

	jscope_hist_record(pass->late_ns, late_ns);
}

/* The device */

static size_t part_of(const struct jscope__pass *pass, jscope_ns at_ns)
{
	const jscope_ns passed_ns =
		jscope_add_sat(pass->passed_ns, jscope_sub_sat(at_ns, pass->segment_ns));
	const int64_t part =
		jscope_muldiv(passed_ns, JSCOPE__PASS_PARTS, jscope_add_sat(pass->time_ns, 1));

	return part < 0 ? 0 : part >= JSCOPE__PASS_PARTS ? JSCOPE__PASS_PARTS - 1 : (size_t)part;
}

/* Every buffer runs out that is not larger than what was played since it was filled. */
static void glitches_count(struct jscope__pass *pass, jscope_ns at_ns)
{
	const double used = floor((double)pass->before - filled(pass));
	const size_t part = part_of(pass, at_ns);
	unsigned largest;

	if (used < 1)
		return;
	if (pass->habits.stops) {
		if (used <= JSCOPE_WHATIF_BUFFER_MAX)
			pass->parts[(unsigned)used][part]++;
		return;
	}
	largest = used < JSCOPE_WHATIF_BUFFER_MAX ? (unsigned)used : JSCOPE_WHATIF_BUFFER_MAX;
	for (unsigned buffer = 1; buffer <= largest; buffer++)
		pass->parts[buffer][part]++;
}

static void point_cross(struct jscope__pass *pass, jscope_ns due_ns, size_t index)
{
	pass->next_ns = due_ns;
	jscope__machine_advance(&pass->machine, due_ns);
	pass->before_ns = due_ns;
	pass->before++;
	pass->points++;
	glitches_count(pass, due_ns);
	jscope__machine_point(&pass->machine, due_ns, index);
}

/* Recorded time, from one hole to the next */

static size_t segment_end(const struct jscope__delays *series, size_t begin)
{
	size_t end = begin + 1;

	while (end < series->count && !series->chains[end].begins)
		end++;
	return end;
}

/* A period before the first point of it. */
static jscope_ns segment_begin_ns(const struct jscope__delays *series, size_t begin, size_t end)
{
	const struct jscope__chain *first = &series->chains[begin],
				   *last = &series->chains[end - 1];
	jscope_ns period_ns = series->period_ns;

	if (last->point > first->point)
		period_ns = jscope_sub_sat(last->at[JSCOPE_DUE], first->at[JSCOPE_DUE]) /
			    (last->point - first->point);
	return jscope_sub_sat(first->at[JSCOPE_DUE], period_ns);
}

static jscope_ns segment_length_ns(const struct jscope__delays *series, size_t begin, size_t end)
{
	return jscope_sub_sat(series->chains[end - 1].at[JSCOPE_DUE],
			      segment_begin_ns(series, begin, end));
}

static jscope_ns time_find(const struct jscope__delays *series)
{
	jscope_ns time_ns = 0;

	for (size_t begin = 0, end; begin < series->count; begin = end) {
		end = segment_end(series, begin);
		time_ns = jscope_add_sat(time_ns, segment_length_ns(series, begin, end));
	}
	return time_ns;
}

/* A stretch from one recorded point to the next, in frames since the beginning of this time. */
struct stretch {
	int64_t from_frames, to_frames;
	jscope_ns from_ns, to_ns;
};

static jscope_ns instant(const struct stretch *stretch, int64_t frames)
{
	return jscope_add_sat(stretch->from_ns,
			      jscope_muldiv(frames - stretch->from_frames,
					    jscope_sub_sat(stretch->to_ns, stretch->from_ns),
					    stretch->to_frames - stretch->from_frames));
}

/* What nobody came to fill any more counts as if someone did now. */
static void segment_close(struct jscope__pass *pass)
{
	if ((double)pass->before - filled(pass) >= 1)
		on_answer(pass, pass->before_ns);
}

/* Point 0 of the new grid lies at or before the beginning. */
static void segment_run(struct jscope__pass *pass, size_t begin, size_t end, int64_t shift_frames)
{
	const struct jscope__chain *chains = pass->series->chains;
	const int64_t period = pass->period_frames;
	struct stretch stretch = { .to_ns = segment_begin_ns(pass->series, begin, end) };
	int64_t next_frames = shift_frames > 0 ? shift_frames : period;

	jscope__machine_restart(&pass->machine);
	pass->segment_ns = pass->before_ns = stretch.to_ns;
	pass->before = 0;
	pass->answered = 0;
	for (size_t i = begin; i < end; i++) {
		stretch.from_frames = stretch.to_frames;
		stretch.from_ns = stretch.to_ns;
		stretch.to_frames =
			(chains[i].point - chains[begin].point + 1) * pass->habits.period_frames;
		stretch.to_ns = chains[i].at[JSCOPE_DUE];
		for (; next_frames <= stretch.to_frames; next_frames += period) {
			const bool is_own = next_frames == stretch.to_frames || i == begin;

			point_cross(pass, instant(&stretch, next_frames), is_own ? i : i - 1);
		}
	}
	segment_close(pass);
	pass->passed_ns =
		jscope_add_sat(pass->passed_ns, segment_length_ns(pass->series, begin, end));
}

static void shift_run(struct jscope__pass *pass, int64_t shift_frames)
{
	pass->passed_ns = 0;
	for (size_t begin = 0, end; begin < pass->series->count; begin = end) {
		end = segment_end(pass->series, begin);
		if (pass->points > POINTS_MAX)
			pass->left_out += end - begin;
		else
			segment_run(pass, begin, end, shift_frames);
	}
}

/* A multiple of the recorded period has its points on recorded ones, whichever these are. */
static int64_t shift_step(const struct jscope__pass *pass)
{
	const uint32_t recorded = pass->habits.period_frames, period = pass->period_frames;

	if (period % recorded == 0 && period / recorded <= SHIFTS)
		return recorded;
	return period >= SHIFTS ? period / SHIFTS : 1;
}

void jscope__pass_run(struct jscope__pass *pass, struct jscope__force *force,
		      uint32_t period_frames)
{
	const struct jscope__machine_watch watch = { pass, on_answer, on_run };
	int64_t step;

	memset(pass->parts, 0, (JSCOPE_WHATIF_BUFFER_MAX + 1) * sizeof *pass->parts);
	jscope_hist_clear(pass->used_frames);
	jscope_hist_clear(pass->late_ns);
	pass->period_frames = period_frames;
	pass->points = pass->left_out = 0;
	pass->time_ns = time_find(pass->series);
	pass->machine.force = force;
	pass->machine.watch = &watch;
	pass->machine.refused = 0;
	pass->shift_count = 0;
	step = shift_step(pass);
	for (int64_t shift = 0; shift < period_frames; shift += step) {
		shift_run(pass, shift);
		pass->shift_count++;
	}
	pass->refused = pass->machine.refused;
	pass->machine.watch = NULL;
}
