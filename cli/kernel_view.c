#include "kernel_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/hist.h"
#include "common/map.h"
#include "common/name.h"
#include "terminal.h"
#include "view.h"

#define DRAW_NS	       JSCOPE_NS_PER_SEC
#define ROWS_MAX       256 /* of a measure; the rest share one */
#define THREADS_MAX    1024
#define THREADS_SHOWN  10
#define HIST_OCTAVES   16384 /* 32 MiB together */
#define LABEL_COLUMNS  28
#define FIGURE_COLUMNS 9

struct row {
	enum jscope_kernel_measure measure;
	uint64_t key; /* OTHERS: of all that have no row of their own */
	char name[JSCOPE_KERNEL_TEXT_SIZE];
	struct jscope_hist *hist; /* owned; NULL while nothing was measured */
	uint64_t lost_count;
	int64_t last;
};
#define OTHERS UINT64_MAX

struct jscope_kernel_view {
	struct jscope_view view;
	jscope_ns drawn_ns;
	struct jscope_hist_budget budget;
	struct jscope_map *rows; /* (measure, key) -> owned struct row * */
	size_t row_counts[JSCOPE_KERNEL_MEASURE_COUNT];
	uint64_t homeless_count; /* samples for which there was no memory for a row */
};

static const struct section {
	const char *title;
	size_t row_max, shown_max;
	bool worst_first;
} sections[JSCOPE_KERNEL_MEASURE_COUNT] = {
	[JSCOPE_KERNEL_MEASURE_IRQ] = { "interrupts", ROWS_MAX, ROWS_MAX + 1, false },
	[JSCOPE_KERNEL_MEASURE_SOFTIRQ] = { "softirqs", ROWS_MAX, ROWS_MAX + 1, false },
	[JSCOPE_KERNEL_MEASURE_BLOCK] = { "disks, issue to done", ROWS_MAX, ROWS_MAX + 1, false },
	[JSCOPE_KERNEL_MEASURE_PERIOD] = { "streams, period", ROWS_MAX, ROWS_MAX + 1, false },
	[JSCOPE_KERNEL_MEASURE_HEADROOM] = { "streams, frames of headroom", ROWS_MAX, ROWS_MAX + 1,
					     false },
	[JSCOPE_KERNEL_MEASURE_WAKE] = { "threads, waking to running", THREADS_MAX, THREADS_SHOWN,
					 true },
};

int jscope_kernel_view_create(struct jscope_kernel_view **ret_view)
{
	struct jscope_kernel_view *view = calloc(1, sizeof *view);
	const size_t row_max = THREADS_MAX + JSCOPE_KERNEL_MEASURE_COUNT * (ROWS_MAX + 1);

	if (!view)
		return -ENOMEM;
	view->budget.octaves_left = HIST_OCTAVES;
	if (jscope_map_create(sizeof(struct row *), row_max, &view->rows) < 0) {
		jscope_kernel_view_destroy(view);
		return -ENOMEM;
	}
	*ret_view = view;
	return 0;
}

void jscope_kernel_view_destroy(struct jscope_kernel_view *view)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *row;

	if (!view)
		return;
	while (view->rows && jscope_map_next(view->rows, &cursor, &key, &row)) {
		jscope_hist_destroy((*(struct row **)row)->hist);
		free(*(struct row **)row);
	}
	jscope_map_destroy(view->rows);
	free(view);
}

static struct row *row_find(const struct jscope_kernel_view *view,
			    enum jscope_kernel_measure measure, uint64_t key)
{
	struct row **row = jscope_map_get(view->rows, (struct jscope_key){ measure, key });

	return row ? *row : NULL;
}

/* NULL where memory is short. */
static struct row *row_make(struct jscope_kernel_view *view, enum jscope_kernel_measure measure,
			    uint64_t key)
{
	const struct jscope_hist_limits limits = { .budget = &view->budget };
	struct row *made = calloc(1, sizeof *made), **place;

	if (!made)
		return NULL;
	made->measure = measure;
	made->key = key;
	place = jscope_hist_create(&limits, &made->hist) < 0
			? NULL
			: jscope_map_put(view->rows, (struct jscope_key){ measure, key });
	if (!place) {
		jscope_hist_destroy(made->hist);
		free(made);
		return NULL;
	}
	*place = made;
	view->row_counts[measure]++;
	return made;
}

static struct row *row_get(struct jscope_kernel_view *view, enum jscope_kernel_measure measure,
			   uint64_t key)
{
	struct row *row = row_find(view, measure, key);

	if (row)
		return row;
	if (view->row_counts[measure] < sections[measure].row_max)
		return row_make(view, measure, key);
	row = row_find(view, measure, OTHERS);
	return row ? row : row_make(view, measure, OTHERS);
}

void jscope_kernel_view_sample(struct jscope_kernel_view *view,
			       const struct jscope_kernel_sample *sample)
{
	struct row *row = row_get(view, sample->measure, sample->key);

	if (!row) {
		view->homeless_count++;
		return;
	}
	snprintf(row->name, sizeof row->name, "%s", row->key == OTHERS ? "" : sample->name);
	if (sample->lost) {
		row->lost_count++;
		return;
	}
	row->last = sample->value;
	jscope_hist_record(row->hist, sample->value);
}

static void label_write(char *label, size_t size, const struct row *row)
{
	char name[JSCOPE_KERNEL_TEXT_SIZE];
	const uint64_t key = row->key;

	jscope_name_clean(name, sizeof name, row->name);
	if (key == OTHERS)
		snprintf(label, size, "others");
	else if (row->measure == JSCOPE_KERNEL_MEASURE_BLOCK)
		snprintf(label, size, "%" PRIu64 ":%" PRIu64 " %s", key >> 20, key & 0xfffff, name);
	else if (row->measure == JSCOPE_KERNEL_MEASURE_PERIOD ||
		 row->measure == JSCOPE_KERNEL_MEASURE_HEADROOM)
		snprintf(label, size, "hw:%" PRIu64 ",%" PRIu64 ",%" PRIu64 " %s %s", key >> 24,
			 key >> 16 & 0xff, key >> 8 & 0xff, key & 0xff ? "in" : "out", name);
	else
		snprintf(label, size, "%" PRIu64 " %s", key, name);
}

static void figure_write(const struct row *row, bool is_known, int64_t value, FILE *stream)
{
	char text[JSCOPE_NS_TEXT_SIZE] = "-";

	if (is_known && row->measure == JSCOPE_KERNEL_MEASURE_HEADROOM)
		snprintf(text, sizeof text, "%" PRId64, value);
	else if (is_known)
		jscope_ns_format(text, value);
	fprintf(stream, "%*s", FIGURE_COLUMNS, text);
}

/* Of a headroom the least is the worst. */
static void row_write(const struct row *row, FILE *stream)
{
	const bool is_headroom = row->measure == JSCOPE_KERNEL_MEASURE_HEADROOM;
	const struct jscope_hist *hist = row->hist;
	const uint64_t count = jscope_hist_count(hist);
	char label[64];

	label_write(label, sizeof label, row);
	fprintf(stream, " %-*.*s%8" PRIu64, LABEL_COLUMNS - 1, LABEL_COLUMNS - 1, label, count);
	figure_write(row, count, row->last, stream);
	figure_write(row, count, jscope_hist_quantile(hist, 0.5), stream);
	figure_write(row, jscope_hist_has_quantile(hist, 0.99),
		     jscope_hist_quantile(hist, is_headroom ? 0.01 : 0.99), stream);
	figure_write(row, count, is_headroom ? jscope_hist_min(hist) : jscope_hist_max(hist),
		     stream);
	fprintf(stream, "%7" PRIu64 "\n", row->lost_count);
}

static int by_key(const void *a, const void *b)
{
	const struct row *left = *(const struct row *const *)a;
	const struct row *right = *(const struct row *const *)b;

	return (left->key > right->key) - (left->key < right->key);
}

static int by_worst(const void *a, const void *b)
{
	const int64_t left = jscope_hist_max((*(const struct row *const *)a)->hist);
	const int64_t right = jscope_hist_max((*(const struct row *const *)b)->hist);

	return left != right ? (left < right) - (left > right) : by_key(a, b);
}

/* The rows of a measure; to be freed. NULL where there are none, or no memory. */
static const struct row **rows_sorted(const struct jscope_kernel_view *view,
				      enum jscope_kernel_measure measure)
{
	const size_t count = view->row_counts[measure];
	const struct row **rows = count ? calloc(count, sizeof(const struct row *)) : NULL;
	struct jscope_key key;
	size_t cursor = 0, i = 0;
	void *row;

	while (rows && i < count && jscope_map_next(view->rows, &cursor, &key, &row))
		if (key.high == measure)
			rows[i++] = *(struct row **)row;
	if (rows)
		qsort(rows, count, sizeof(const struct row *),
		      sections[measure].worst_first ? by_worst : by_key);
	return rows;
}

static void section_write(const struct jscope_kernel_view *view, enum jscope_kernel_measure measure,
			  FILE *stream)
{
	const struct section *section = &sections[measure];
	const bool is_headroom = measure == JSCOPE_KERNEL_MEASURE_HEADROOM;
	const size_t count = view->row_counts[measure];
	const struct row **rows = rows_sorted(view, measure);

	if (!rows)
		return;
	fprintf(stream, "\n %-*s%8s%9s%9s%9s%9s%7s\n", LABEL_COLUMNS - 1, section->title, "count",
		"last", "p50", is_headroom ? "p1" : "p99", is_headroom ? "min" : "max", "lost");
	for (size_t i = 0; i < count && i < section->shown_max; i++)
		row_write(rows[i], stream);
	if (count > section->shown_max)
		fprintf(stream, " %zu more with a lower max\n", count - section->shown_max);
	free(rows);
}

/* A histogram that found no memory knows the count, the least and the most of its values still. */
static uint64_t homeless_count(const struct jscope_kernel_view *view)
{
	uint64_t count = view->homeless_count;
	struct jscope_key key;
	size_t cursor = 0;
	void *row;

	while (jscope_map_next(view->rows, &cursor, &key, &row))
		count += jscope_hist_overflow((*(struct row **)row)->hist);
	return count;
}

void jscope_kernel_view_write(const struct jscope_kernel_view *view, jscope_ns elapsed_ns,
			      uint64_t event_count, FILE *stream)
{
	static const enum jscope_kernel_measure order[] = {
		JSCOPE_KERNEL_MEASURE_IRQ,	JSCOPE_KERNEL_MEASURE_SOFTIRQ,
		JSCOPE_KERNEL_MEASURE_BLOCK,	JSCOPE_KERNEL_MEASURE_PERIOD,
		JSCOPE_KERNEL_MEASURE_HEADROOM, JSCOPE_KERNEL_MEASURE_WAKE,
	};

	fprintf(stream, " %" PRId64 " s, %" PRIu64 " events recorded",
		elapsed_ns / JSCOPE_NS_PER_SEC, event_count);
	if (jscope_map_count(view->rows) == 0)
		fputs("; nothing measured yet", stream);
	fputc('\n', stream);
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		section_write(view, order[i], stream);
	if (homeless_count(view))
		fprintf(stream,
			"\n %" PRIu64 " values found no memory: the percentiles lack them\n",
			homeless_count(view));
}

static _Noreturn void draw(const struct jscope_kernel_view *view, jscope_ns elapsed_ns,
			   uint64_t event_count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		_exit(0);
	jscope_kernel_view_write(view, elapsed_ns, event_count, stream);
	if (fclose(stream) != 0)
		_exit(0);
	jscope_view_draw(&view->view, text, size);
}

void jscope_kernel_view_refresh(struct jscope_kernel_view *view, jscope_ns elapsed_ns,
				uint64_t event_count)
{
	if (elapsed_ns - view->drawn_ns < DRAW_NS || !jscope_terminal_redraws(stdout))
		return;
	view->drawn_ns = elapsed_ns;
	if (jscope_view_fork(&view->view))
		draw(view, elapsed_ns, event_count);
}

void jscope_kernel_view_clear(struct jscope_kernel_view *view)
{
	if (!jscope_terminal_redraws(stdout))
		return;
	jscope_view_clear(&view->view);
	fflush(stdout);
}

void jscope_kernel_view_end(struct jscope_kernel_view *view, jscope_ns elapsed_ns,
			    uint64_t event_count, uint64_t lost_count)
{
	jscope_kernel_view_clear(view);
	jscope_kernel_view_write(view, elapsed_ns, event_count, stdout);
	printf("\n %" PRIu64 " events lost\n", lost_count);
	fflush(stdout);
}
