#include "hlk.h"

#include <math.h>

#define SETTLE_NS   (100 * JSCOPE_NS_PER_MS)
#define READ_NS_MAX JSCOPE_NS_PER_MS

static const struct {
	const char *name, *unit;
} figures[] = {
	[JSCOPE__HLK_RATE] = { "rate", "ppm" },
	[JSCOPE__HLK_MEAN] = { "mean", "ms" },
	[JSCOPE__HLK_DEVIATION] = { "deviation", "ms" },
	[JSCOPE__HLK_LARGEST] = { "largest", "ms" },
	[JSCOPE__HLK_START] = { "start", "ms" },
	[JSCOPE__HLK_AHEAD] = { "ahead", "ms" },
	[JSCOPE__HLK_FIRST] = { "first_position", "ms" },
};

/* Their standard deviation aside, both tests allow the same. */
#define LIMITS_WITH(...)                                                                           \
	{                                                                                          \
		[JSCOPE__HLK_RATE] = { .value = 10000, .may_reach = true },                        \
		[JSCOPE__HLK_MEAN] = { .value = 2, .in_whole = true },                             \
		[JSCOPE__HLK_DEVIATION] = __VA_ARGS__, [JSCOPE__HLK_LARGEST] = { .value = 4 },     \
		[JSCOPE__HLK_START] = { .value = 20, .may_reach = true },                          \
		[JSCOPE__HLK_AHEAD] = { .value = 1, .may_reach = true },                           \
		[JSCOPE__HLK_FIRST] = { .value = 500, .may_reach = true },                         \
	}

const struct jscope__hlk_limit jscope__hlk_published[] = LIMITS_WITH({ .value = 1 });
const struct jscope__hlk_limit jscope__hlk_strict[] =
	LIMITS_WITH({ .value = 0.3, .may_reach = true });

const char *jscope__hlk_name(enum jscope__hlk_figure figure)
{
	return figures[figure].name;
}

const char *jscope__hlk_unit(enum jscope__hlk_figure figure)
{
	return figures[figure].unit;
}

bool jscope__hlk_is_warning(enum jscope__hlk_figure figure)
{
	return figure >= JSCOPE__HLK_START;
}

bool jscope__hlk_exceeds(const struct jscope__hlk_limit *limit, double value)
{
	const double size = limit->in_whole ? trunc(fabs(value)) : fabs(value);

	return limit->may_reach ? size > limit->value : size >= limit->value;
}

static void line_add(struct jscope__hlk_line *line, double x, double y)
{
	const double before_x = x - line->mean_x;

	line->count++;
	line->mean_x += before_x / (double)line->count;
	line->mean_y += (y - line->mean_y) / (double)line->count;
	line->sum_xx += before_x * (x - line->mean_x);
	line->sum_xy += before_x * (y - line->mean_y);
}

static double line_slope(const struct jscope__hlk_line *line)
{
	return line->sum_xx > 0 ? line->sum_xy / line->sum_xx : 0;
}

static double line_offset(const struct jscope__hlk *hlk)
{
	struct jscope__hlk_line line = { 0 };

	for (unsigned i = 0; i < hlk->count; i++)
		line_add(&line, hlk->seconds[i] - hlk->seconds[0], hlk->units[i]);
	return line.mean_y - line_slope(&line) * line.mean_x;
}

/* The window is over. */
static struct jscope__hlk_errors window_end(struct jscope__hlk *hlk)
{
	const double offset = line_offset(hlk), count = hlk->count;
	struct jscope__hlk_errors errors = { .readings = hlk->count };
	double sum = 0, squares = 0;

	for (unsigned i = 0; i < hlk->count; i++) {
		const double seconds = hlk->seconds[i] - hlk->seconds[0];
		const double error_ms = (seconds - (hlk->units[i] - offset) / hlk->rate) * 1e3;

		sum += error_ms;
		squares += error_ms * error_ms;
		errors.largest_ms = fmax(errors.largest_ms, fabs(error_ms));
	}
	errors.mean_ms = sum / count;
	errors.deviation_ms = sqrt(fmax(squares / count - errors.mean_ms * errors.mean_ms, 0));
	hlk->count = 0;
	return errors;
}

void jscope__hlk_begin(struct jscope__hlk *hlk, const struct jscope__hlk_reading *reading)
{
	*hlk = (struct jscope__hlk){ .epoch = reading->epoch,
				     .begin_ns = reading->at_ns,
				     .last_ns = JSCOPE_NS_UNKNOWN,
				     .begin_position = reading->position,
				     .rate = reading->rate };
}

/* One reading per period is what the test takes; more often ones are thinned out to that. */
static bool is_wanted(const struct jscope__hlk *hlk, const struct jscope__hlk_reading *reading)
{
	if (jscope_sub_sat(reading->read_ns, reading->at_ns) >= READ_NS_MAX ||
	    jscope_sub_sat(reading->at_ns, hlk->begin_ns) < SETTLE_NS)
		return false;
	return hlk->last_ns == JSCOPE_NS_UNKNOWN ||
	       jscope_sub_sat(reading->at_ns, hlk->last_ns) > reading->period_ns / 2;
}

bool jscope__hlk_add(struct jscope__hlk *hlk, const struct jscope__hlk_reading *reading,
		     struct jscope__hlk_errors *ret_errors)
{
	const double seconds = (double)jscope_sub_sat(reading->at_ns, hlk->begin_ns) / 1e9;
	const double units = (double)jscope_sub_sat(reading->position, hlk->begin_position);

	if (!is_wanted(hlk, reading))
		return false;
	hlk->last_ns = reading->at_ns;
	line_add(&hlk->whole, seconds, units);
	hlk->seconds[hlk->count] = seconds;
	hlk->units[hlk->count] = units;
	if (++hlk->count < JSCOPE__HLK_WINDOW)
		return false;
	*ret_errors = window_end(hlk);
	return true;
}

bool jscope__hlk_rest(struct jscope__hlk *hlk, struct jscope__hlk_errors *ret_errors)
{
	if (hlk->count < JSCOPE__HLK_READINGS_MIN)
		return false;
	*ret_errors = window_end(hlk);
	return true;
}

bool jscope__hlk_rate_error(const struct jscope__hlk *hlk, double *ret_error)
{
	if (hlk->whole.count < JSCOPE__HLK_READINGS_MIN)
		return false;
	*ret_error = line_slope(&hlk->whole) / hlk->rate - 1;
	return true;
}

bool jscope__hlk_is_straight(const struct jscope__hlk_limit *limits,
			     const struct jscope__hlk_errors *errors)
{
	return !jscope__hlk_exceeds(&limits[JSCOPE__HLK_MEAN], errors->mean_ms) &&
	       !jscope__hlk_exceeds(&limits[JSCOPE__HLK_DEVIATION], errors->deviation_ms) &&
	       !jscope__hlk_exceeds(&limits[JSCOPE__HLK_LARGEST], errors->largest_ms);
}
