#include "hlk_row.h"

#include <math.h>
#include <stdlib.h>

static void score_add(struct jscope__hlk_row *row, enum jscope__hlk_figure figure, double value)
{
	struct jscope__hlk_score *score = &row->scores[figure];

	if (score->checked++ == 0 || fabs(value) > fabs(score->worst))
		score->worst = value;
	score->exceeded += jscope__hlk_exceeds(&jscope__hlk_published[figure], value);
}

static void window_add(struct jscope__hlk_row *row, const struct jscope__hlk_errors *errors)
{
	score_add(row, JSCOPE__HLK_MEAN, errors->mean_ms);
	score_add(row, JSCOPE__HLK_DEVIATION, errors->deviation_ms);
	score_add(row, JSCOPE__HLK_LARGEST, errors->largest_ms);
}

void jscope__hlk_row_close(struct jscope__hlk_row *row)
{
	struct jscope__hlk_errors errors;
	double rate_error;

	if (!row->series || row->series->epoch == 0)
		return;
	if (jscope__hlk_rate_error(row->series, &rate_error))
		score_add(row, JSCOPE__HLK_RATE, rate_error * 1e6);
	if (jscope__hlk_rest(row->series, &errors))
		window_add(row, &errors);
	row->series->epoch = 0;
}

void jscope__hlk_row_break(struct jscope__hlk_row *row)
{
	if (row->series)
		row->series->epoch = 0;
}

/* How long the device took to move, beyond the time that its first position stands for. */
static void start_add(struct jscope__hlk_row *row, const struct jscope_position *position)
{
	const double first_ms = (double)position->since_run_ns / 1e6;
	const double moved_ms =
		(double)position->moved_frames * 1e3 / (double)position->stream->rate_hz;

	score_add(row, JSCOPE__HLK_FIRST, first_ms);
	score_add(row, JSCOPE__HLK_START, first_ms - moved_ms);
	score_add(row, JSCOPE__HLK_AHEAD, fmax(moved_ms - first_ms, 0));
}

static bool series_take(struct jscope__hlk_row *row)
{
	if (!row->series)
		row->series = calloc(1, sizeof *row->series);
	row->left_out += !row->series;
	return row->series;
}

void jscope__hlk_row_position(struct jscope__hlk_row *row, const struct jscope_position *position)
{
	const struct jscope__hlk_reading reading = {
		.epoch = position->epoch,
		.at_ns = position->at_ns,
		.read_ns = position->read_ns,
		.position = position->linear_frames,
		.rate = position->stream->rate_hz,
		.period_ns = position->stream->nominal_period_ns,
	};
	struct jscope__hlk_errors errors;

	if (!position->is_running || position->epoch == 0 || position->stream->rate_hz == 0 ||
	    !series_take(row))
		return;
	if (position->is_first)
		start_add(row, position);
	if (row->series->epoch != reading.epoch) {
		jscope__hlk_row_close(row);
		jscope__hlk_begin(row->series, &reading);
	}
	if (jscope__hlk_add(row->series, &reading, &errors))
		window_add(row, &errors);
}

void jscope__hlk_row_finish(struct jscope__hlk_row *row)
{
	free(row->series);
	row->series = NULL;
}

static bool any_exceeds(const struct jscope__hlk_row *row, bool is_warning)
{
	for (enum jscope__hlk_figure i = 0; i < JSCOPE__HLK_FIGURES; i++)
		if (jscope__hlk_is_warning(i) == is_warning && row->scores[i].exceeded > 0)
			return true;
	return false;
}

bool jscope__hlk_row_is_told(const struct jscope__hlk_row *row)
{
	for (enum jscope__hlk_figure i = 0; i < JSCOPE__HLK_FIGURES; i++)
		if (row->scores[i].checked > 0)
			return true;
	return false;
}

bool jscope__hlk_row_fails(const struct jscope__hlk_row *row)
{
	return any_exceeds(row, false);
}

bool jscope__hlk_row_warns(const struct jscope__hlk_row *row)
{
	return any_exceeds(row, true);
}
