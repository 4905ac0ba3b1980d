#include "analysis/hist.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"

#define CELL_BITS    9
#define OCTAVE_CELLS (1u << CELL_BITS)
#define OCTAVE_COUNT 55 /* of one sign: 0..511, 512..1023, then one per power of two */
#define SIDE_CELLS   (OCTAVE_COUNT * OCTAVE_CELLS)
#define CELL_COUNT   (2 * SIDE_CELLS)

/* Values that wait for their cells: with their count a cache line. */
#define WAITING_MAX 31
_Static_assert(CELL_COUNT <= UINT16_MAX, "a place has 16 bits");

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

/*
 * Cells are numbered in the order of their values: 0 holds INT64_MIN, CELL_COUNT - 1 INT64_MAX.
 *
 *   0 ........ SIDE_CELLS - 1 | SIDE_CELLS ........ CELL_COUNT - 1
 *   INT64_MIN ............ -1 | 0 ....................... INT64_MAX
 *
 * A value v < 0 mirrors to ~v = -v - 1, so that both sides have the same 2^63 magnitudes.
 */
struct jscope_hist {
	/* Together as large as a cache line: all that a value touches, but for its cell. */
	i128 sum;
	u128 squares;		/* modulo 2^128, */
	uint64_t squares_above; /* and how often it passed that */
	uint64_t count;
	int64_t min, max; /* INT64_MAX and INT64_MIN while empty */
	/*
	 * Cells of many histograms do not fit the cache, and one miss after the other was most of
	 * the price of a value. Counted many at a time they overlap.
	 */
	uint16_t waiting_count;
	uint16_t waiting[WAITING_MAX]; /* places of values that no cell counts yet */
	uint32_t *octaves[2 * OCTAVE_COUNT];
	uint64_t below, above;
	struct jscope_hist_limits limits;
	struct jscope_hist_doubt doubt; /* as it was told */
	struct jscope__blocks *blocks;	/* owned; NULL unless the limits ask for them */
};

int jscope_hist_create(const struct jscope_hist_limits *limits, struct jscope_hist **ret_hist)
{
	struct jscope_hist *hist = calloc(1, sizeof *hist);

	if (!hist)
		return -ENOMEM;
	if (limits)
		hist->limits = *limits;
	if (hist->limits.cell_max == 0)
		hist->limits.cell_max = UINT32_MAX;
	jscope_hist_clear(hist);
	*ret_hist = hist;
	return 0;
}

void jscope_hist_clear(struct jscope_hist *hist)
{
	const struct jscope_hist_limits limits = hist->limits;

	for (size_t i = 0; i < 2 * OCTAVE_COUNT; i++) {
		if (hist->octaves[i] && limits.budget)
			limits.budget->octaves_left++;
		free(hist->octaves[i]);
	}
	jscope__blocks_destroy(hist->blocks);
	memset(hist, 0, sizeof *hist);
	hist->min = INT64_MAX;
	hist->max = INT64_MIN;
	hist->limits = limits;
}

void jscope_hist_destroy(struct jscope_hist *hist)
{
	if (!hist)
		return;
	jscope_hist_clear(hist);
	free(hist);
}

/*
 * The place of a magnitude on its side. With 9 bits behind the leading one kept, the shift counts
 * octaves and the kept bits, leading one included, are 512..1023: the sum runs on without a gap.
 */
static size_t side_place(uint64_t magnitude)
{
	unsigned shift = 0;

	if (magnitude >= 2 * OCTAVE_CELLS)
		shift = 63 - (unsigned)__builtin_clzll(magnitude) - CELL_BITS;
	return ((size_t)shift << CELL_BITS) + (size_t)(magnitude >> shift);
}

static size_t place_of(int64_t value)
{
	if (value >= 0)
		return SIDE_CELLS + side_place((uint64_t)value);
	return SIDE_CELLS - 1 - side_place((uint64_t)~value);
}

/* The inverse of side_place(): smallest magnitude and width of a cell. */
static int64_t side_low(size_t place, int64_t *ret_width)
{
	unsigned shift = place < 2 * OCTAVE_CELLS ? 0 : (unsigned)(place >> CELL_BITS) - 1;

	*ret_width = (int64_t)1 << shift;
	return (int64_t)(place - ((size_t)shift << CELL_BITS)) << shift;
}

static int64_t place_low(size_t place, int64_t *ret_width)
{
	int64_t low;

	if (place >= SIDE_CELLS)
		return side_low(place - SIDE_CELLS, ret_width);
	low = side_low(SIDE_CELLS - 1 - place, ret_width);
	return ~(low + (*ret_width - 1));
}

static int64_t place_middle(size_t place)
{
	int64_t width;
	int64_t low = place_low(place, &width);

	return low + width / 2;
}

static uint32_t *octave_take(struct jscope_hist *hist, size_t octave)
{
	struct jscope_hist_budget *budget = hist->limits.budget;

	if (hist->octaves[octave])
		return hist->octaves[octave];
	if (budget && budget->octaves_left == 0)
		return NULL;
	hist->octaves[octave] = calloc(OCTAVE_CELLS, sizeof(uint32_t));
	if (hist->octaves[octave] && budget)
		budget->octaves_left--;
	return hist->octaves[octave];
}

static uint32_t cell_get(const struct jscope_hist *hist, size_t place)
{
	const uint32_t *cells = hist->octaves[place >> CELL_BITS];

	return cells ? cells[place & (OCTAVE_CELLS - 1)] : 0;
}

/* The first filled cell at or behind `place`, CELL_COUNT when there is none. */
static size_t filled_find(const struct jscope_hist *hist, size_t place)
{
	while (place < CELL_COUNT) {
		if (!hist->octaves[place >> CELL_BITS])
			place = (place | (OCTAVE_CELLS - 1)) + 1;
		else if (cell_get(hist, place) == 0)
			place++;
		else
			break;
	}
	return place;
}

static void overflow_count(struct jscope_hist *hist, size_t place, uint64_t count)
{
	if (place < SIDE_CELLS)
		hist->below += count;
	else
		hist->above += count;
}

/* Returns -ENOMEM where there is no cell; what does not fit counts as overflow in any case. */
static int cell_add(struct jscope_hist *hist, size_t place, uint32_t count)
{
	uint32_t *cells = octave_take(hist, place >> CELL_BITS);
	uint32_t *cell, room;

	if (!cells) {
		overflow_count(hist, place, count);
		return -ENOMEM;
	}
	cell = &cells[place & (OCTAVE_CELLS - 1)];
	room = hist->limits.cell_max - *cell;
	if (count > room)
		overflow_count(hist, place, count - room);
	*cell += count < room ? count : room;
	return 0;
}

static void cell_count(struct jscope_hist *hist, size_t place)
{
	uint32_t *cells = hist->octaves[place >> CELL_BITS];

	if (cells && cells[place & (OCTAVE_CELLS - 1)] < hist->limits.cell_max)
		cells[place & (OCTAVE_CELLS - 1)]++;
	else
		cell_add(hist, place, 1);
}

/* Count what waits. To whoever asks, nothing has changed: therefore it may be done to a const. */
static void settle(const struct jscope_hist *asked)
{
	struct jscope_hist *hist = (struct jscope_hist *)asked;

	for (unsigned i = 0; i < hist->waiting_count; i++)
		cell_count(hist, hist->waiting[i]);
	if (hist->limits.blocks)
		jscope__blocks_add(&hist->blocks, hist->limits.blocks, hist->waiting,
				   hist->waiting_count);
	hist->waiting_count = 0;
}

static void extremes_widen(struct jscope_hist *hist, int64_t min, int64_t max)
{
	hist->min = min < hist->min ? min : hist->min;
	hist->max = max > hist->max ? max : hist->max;
}

static void squares_add(struct jscope_hist *hist, u128 squares)
{
	hist->squares += squares;
	hist->squares_above += hist->squares < squares;
}

void jscope_hist_record(struct jscope_hist *hist, int64_t value)
{
	extremes_widen(hist, value, value);
	hist->count++;
	hist->sum += value;
	squares_add(hist, (u128)((i128)value * value));
	hist->waiting[hist->waiting_count++] = (uint16_t)place_of(value);
	if (hist->waiting_count == WAITING_MAX)
		settle(hist);
}

/* The square has up to 127 bits: its halves are multiplied one by one. */
static void squares_add_many(struct jscope_hist *hist, u128 square, uint64_t count)
{
	const u128 high = (square >> 64) * count;

	hist->squares_above += (uint64_t)(high >> 64);
	squares_add(hist, high << 64);
	squares_add(hist, (u128)(uint64_t)square * count);
}

void jscope_hist_record_many(struct jscope_hist *hist, int64_t value, uint64_t count)
{
	const size_t place = place_of(value);

	if (count == 0)
		return;
	settle(hist);
	extremes_widen(hist, value, value);
	hist->count += count;
	hist->sum += (i128)value * (i128)count;
	squares_add_many(hist, (u128)((i128)value * value), count);
	for (uint32_t part; count > 0; count -= part) {
		part = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
		cell_add(hist, place, part);
	}
}

int jscope_hist_add(struct jscope_hist *hist, const struct jscope_hist *from)
{
	int status = 0;

	if (!from || from->count == 0)
		return 0;
	settle(hist);
	settle(from);
	extremes_widen(hist, from->min, from->max);
	hist->count += from->count;
	hist->below += from->below;
	hist->above += from->above;
	hist->sum += from->sum;
	squares_add(hist, from->squares);
	hist->squares_above += from->squares_above;
	for (size_t place = 0; (place = filled_find(from, place)) < CELL_COUNT; place++)
		if (cell_add(hist, place, cell_get(from, place)) < 0)
			status = -ENOMEM;
	return status;
}

uint64_t jscope_hist_count(const struct jscope_hist *hist)
{
	return hist ? hist->count : 0;
}

uint64_t jscope_hist_below(const struct jscope_hist *hist)
{
	if (!hist)
		return 0;
	settle(hist);
	return hist->below;
}

uint64_t jscope_hist_above(const struct jscope_hist *hist)
{
	if (!hist)
		return 0;
	settle(hist);
	return hist->above;
}

uint64_t jscope_hist_overflow(const struct jscope_hist *hist)
{
	return jscope_hist_below(hist) + jscope_hist_above(hist);
}

void jscope_hist_doubt_set(struct jscope_hist *hist, struct jscope_hist_doubt doubt)
{
	if (hist)
		hist->doubt = doubt;
}

struct jscope_hist_doubt jscope_hist_doubt(const struct jscope_hist *hist)
{
	struct jscope_hist_doubt doubt = { 0 };

	if (!hist)
		return doubt;
	doubt = hist->doubt;
	if (__builtin_add_overflow(doubt.missing, jscope_hist_overflow(hist), &doubt.missing))
		doubt.missing = JSCOPE_HIST_UNCOUNTED;
	return doubt;
}

int64_t jscope_hist_min(const struct jscope_hist *hist)
{
	return jscope_hist_count(hist) ? hist->min : 0;
}

int64_t jscope_hist_max(const struct jscope_hist *hist)
{
	return jscope_hist_count(hist) ? hist->max : 0;
}

double jscope_hist_mean(const struct jscope_hist *hist)
{
	if (!hist || hist->count == 0)
		return 0;
	return (double)((long double)hist->sum / (long double)hist->count);
}

/* Can the sum of squared deviations leave 128 bits? It is at most n times the widest one. */
static bool deviations_fit(const struct jscope_hist *hist)
{
	long double range = (long double)hist->max - (long double)hist->min;

	return range * range * (long double)hist->count < 0x1p127L;
}

/*
 * With m the mean rounded to an integer and d = sum - n m what the rounding left,
 *
 *   sum of (x - m)^2 = squares - 2 m sum + n m^2,      variance = that / n - (d / n)^2
 *
 * The terms may pass 2^128, but unsigned arithmetic is modulo 2^128 and the result is below it:
 * it is exact, and nothing cancels however small the deviations are beside the values.
 */
static long double variance_exact(const struct jscope_hist *hist)
{
	i128 mean = hist->sum / (i128)hist->count;
	i128 rest = hist->sum - mean * (i128)hist->count;
	u128 deviations = hist->squares - 2 * (u128)mean * (u128)hist->sum +
			  (u128)hist->count * (u128)mean * (u128)mean;
	long double n = (long double)hist->count;

	return (long double)deviations / n - ((long double)rest / n) * ((long double)rest / n);
}

double jscope_hist_stddev(const struct jscope_hist *hist)
{
	long double variance, mean, squares;

	if (!hist || hist->count == 0)
		return 0;
	if (deviations_fit(hist)) {
		variance = variance_exact(hist);
	} else {
		mean = (long double)hist->sum / (long double)hist->count;
		squares = (long double)hist->squares_above * 0x1p128L + (long double)hist->squares;
		variance = squares / (long double)hist->count - mean * mean;
	}
	return variance > 0 ? (double)sqrtl(variance) : 0;
}

/* What the rounding of q to a double may do to q n. */
static long double rank_slack(uint64_t count)
{
	return 1e-9L + 0x1p-52L * (long double)count;
}

static bool has_rank(uint64_t count, double q)
{
	return (long double)count * (1.0L - (long double)q) >= 1.0L - rank_slack(count);
}

bool jscope_hist_has_quantile(const struct jscope_hist *hist, double q)
{
	return has_rank(jscope_hist_count(hist), q);
}

static uint64_t rank_of(uint64_t count, double q)
{
	long double rank = ceill((long double)q * (long double)count - rank_slack(count));

	if (!(rank > 1))
		return 1;
	return rank >= (long double)count ? count : (uint64_t)rank;
}

uint64_t jscope_hist_rank(uint64_t count, double q)
{
	return has_rank(count, q) ? rank_of(count, q) : 0;
}

static int64_t clamp(const struct jscope_hist *hist, int64_t value)
{
	if (value < hist->min)
		return hist->min;
	return value > hist->max ? hist->max : value;
}

int64_t jscope_hist_quantile(const struct jscope_hist *hist, double q)
{
	uint64_t rank, seen;

	if (!hist || hist->count == 0)
		return 0;
	settle(hist);
	rank = rank_of(hist->count, q);
	seen = hist->below;
	if (rank <= seen)
		return hist->min;
	for (size_t place = 0; (place = filled_find(hist, place)) < CELL_COUNT; place++) {
		seen += cell_get(hist, place);
		if (rank <= seen)
			return clamp(hist, place_middle(place));
	}
	return hist->max;
}

uint64_t jscope_hist_count_between(const struct jscope_hist *hist, int64_t low, int64_t high)
{
	uint64_t count = 0;

	if (!hist || low >= high)
		return 0;
	settle(hist);
	for (size_t place = place_of(low); place <= place_of(high); place++) {
		int64_t middle = place_middle(place);

		if (middle >= low && middle < high)
			count += cell_get(hist, place);
	}
	return count;
}

bool jscope_hist_next(const struct jscope_hist *hist, size_t *cursor,
		      struct jscope_hist_bucket *ret_bucket)
{
	if (!hist)
		return false;
	settle(hist);
	*cursor = filled_find(hist, *cursor);
	if (*cursor == CELL_COUNT)
		return false;
	ret_bucket->low = place_low(*cursor, &ret_bucket->width);
	ret_bucket->count = cell_get(hist, *cursor);
	(*cursor)++;
	return true;
}

const struct jscope__blocks *jscope__hist_blocks(const struct jscope_hist *hist)
{
	if (!hist)
		return NULL;
	settle(hist);
	return hist->blocks;
}

unsigned jscope__hist_bucket(int64_t value)
{
	return (unsigned)(place_of(value) >> JSCOPE__BUCKET_SHIFT);
}
