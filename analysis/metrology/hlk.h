/*
 * The published position test for audio devices and its limits (DOMAIN 1.12): how well the positions
 * of a RUN epoch keep to a straight line. Called by the bench of R20 and R21, which judges by it, and
 * by hlk_row.c, which tells its figures; one thread. Inside analysis/.
 *
 * One reading per period is taken from 100 ms after the first on, and those that took a millisecond
 * or longer are left out. Windows of 100 readings each get a line of least squares, of which only
 * the offset is taken out: a wrong rate remains an error that grows with the time since the window
 * began. The rate itself is judged by the line through all readings of the epoch.
 */
#ifndef ANALYSIS_HLK_H
#define ANALYSIS_HLK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"

#define JSCOPE__HLK_WINDOW	 100
#define JSCOPE__HLK_READINGS_MIN 30

enum jscope__hlk_figure {
	JSCOPE__HLK_RATE,      /* off the nominal one, ppm; positive: the device is fast */
	JSCOPE__HLK_MEAN,      /* of the errors of a window, ms */
	JSCOPE__HLK_DEVIATION, /* standard deviation of them, ms */
	JSCOPE__HLK_LARGEST,   /* of their magnitudes, ms */
	/* Beyond these the test warns, and passes all the same. */
	JSCOPE__HLK_START, /* from the start until the device moves, beyond what it says, ms */
	JSCOPE__HLK_AHEAD, /* by which its position is ahead of the time since the start, ms */
	JSCOPE__HLK_FIRST, /* from the start to the first position in which it has moved, ms */
	JSCOPE__HLK_FIGURES
};

/* "rate", "deviation"; "ppm", "ms". */
const char *jscope__hlk_name(enum jscope__hlk_figure figure);
const char *jscope__hlk_unit(enum jscope__hlk_figure figure);
bool jscope__hlk_is_warning(enum jscope__hlk_figure figure);

struct jscope__hlk_limit {
	double value;
	bool may_reach; /* else what is told must be below */
	bool in_whole;	/* only whole units count */
};

/* By figure. */
extern const struct jscope__hlk_limit jscope__hlk_published[JSCOPE__HLK_FIGURES];
/* The older test for echo cancellation: its deviation is stricter. */
extern const struct jscope__hlk_limit jscope__hlk_strict[JSCOPE__HLK_FIGURES];

/* Does the magnitude of a figure pass its limit? */
bool jscope__hlk_exceeds(const struct jscope__hlk_limit *limit, double value);

/* A position that was read while the device ran. */
struct jscope__hlk_reading {
	unsigned epoch;	   /* from 1 */
	jscope_ns at_ns;   /* what instant it is of */
	jscope_ns read_ns; /* when reading it was over */
	int64_t position;  /* in units of which there are `rate` in a second */
	double rate;	   /* over 0 */
	jscope_ns period_ns;
};

/* A least-squares line, grown reading by reading. */
struct jscope__hlk_line {
	uint64_t count;
	double mean_x, mean_y, sum_xx, sum_xy;
};

/* All zero to begin. */
struct jscope__hlk {
	unsigned epoch; /* 0: none runs */
	jscope_ns begin_ns, last_ns;
	int64_t begin_position;
	double rate;
	struct jscope__hlk_line whole; /* of the epoch: seconds, units */
	unsigned count;		       /* in the window */
	double seconds[JSCOPE__HLK_WINDOW], units[JSCOPE__HLK_WINDOW];
};

/* How a window strays from its line. */
struct jscope__hlk_errors {
	unsigned readings;
	double mean_ms, deviation_ms, largest_ms;
};

/* True: a window is full, and these are its errors. The epoch is that which was begun. */
bool jscope__hlk_add(struct jscope__hlk *hlk, const struct jscope__hlk_reading *reading,
		     struct jscope__hlk_errors *ret_errors);
void jscope__hlk_begin(struct jscope__hlk *hlk, const struct jscope__hlk_reading *reading);

/* Where the epoch ends. False where there are too few readings. */
bool jscope__hlk_rest(struct jscope__hlk *hlk, struct jscope__hlk_errors *ret_errors);
bool jscope__hlk_rate_error(const struct jscope__hlk *hlk, double *ret_error);

/* limits: by figure. */
bool jscope__hlk_is_straight(const struct jscope__hlk_limit *limits,
			     const struct jscope__hlk_errors *errors);

#endif
