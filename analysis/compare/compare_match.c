/* Rows of all runs, matched by name, into figures and tallies. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compared.h"
#include "report_rows.h"
#include "rows_visit.h"

struct matching {
	struct jscope_compare *compare;
	enum jscope_side side;
	unsigned run;
	int status;
};

/* Distributions that are compared; of the others a gate may speak. */
static const struct {
	const char *section, *name; /* NULL: all of the section */
	bool is_low;
} compared[] = {
	{ "notification", "interrupt", false },
	{ "notification", "dispatch", false },
	{ "notification", "queue", false },
	{ "notification", "handler", false },
	{ "notification", "wake", false },
	{ "notification", "unexplained", false },
	{ "notification", "end_to_end", false },
	{ "notification", "service", false },
	{ "notification", "headroom_time", true },
	{ "request", "latency", false },
	{ "request", "submit", false },
	{ "request", "device", false },
	{ "request", "complete", false },
	{ "request", "wake", false },
	{ "irq", "duration", false },
	{ "softirq", "raise_to_entry", false },
	{ "wakeup", NULL, false },
};

/* The name that side A has for what side B calls `b`; NULL: the same. */
static const char *name_in_a(const struct jscope_compare *compare, const char *b)
{
	for (unsigned i = 0; i < compare->same_count; i++)
		if (strcmp(compare->same[i].b, b) == 0)
			return compare->same[i].a;
	return NULL;
}

/*
 * The name in B of what A calls so. What bears that name already gets one that is free: each name
 * has one place, so that no two things become one.
 */
static const char *name_in_b(const struct jscope_compare *compare, const char *name)
{
	const char *before;

	for (unsigned i = 0; i < compare->same_count; i++)
		if (strcmp(compare->same[i].a, name) == 0)
			return compare->same[i].b;
	for (unsigned i = 0; i < compare->same_count; i++) {
		before = name_in_a(compare, name);
		name = before ? before : name;
	}
	return name;
}

/* The stream of timers that wake a thread is called by its number. */
static bool is_thread(const struct jscope__dist *of)
{
	return !strcmp(of->section, "notification") && *of->stream &&
	       of->stream[strspn(of->stream, "0123456789")] == '\0';
}

/* By what a row is the same in another run: numbers of lines and threads are not. */
static void identify(const struct matching *matching, const struct jscope__dist *of,
		     const char **ret_device, const char **ret_stream)
{
	*ret_device = of->device;
	*ret_stream = of->stream;
	if (strcmp(of->section, "wakeup") == 0 || strcmp(of->section, "softirq") == 0 ||
	    is_thread(of))
		*ret_stream = "";
	else if (strcmp(of->section, "irq") == 0 && *of->stream)
		*ret_device = "";
	if (matching->side == JSCOPE_SIDE_B)
		return;
	*ret_device = name_in_b(matching->compare, *ret_device);
	*ret_stream = name_in_b(matching->compare, *ret_stream);
}

static bool is_figure(const struct jscope__figure *figure, const struct jscope__dist *dist,
		      const char *device, const char *stream)
{
	return !strcmp(figure->name, dist->name) && !strcmp(figure->device, device) &&
	       !strcmp(figure->stream, stream) && !strcmp(figure->section, dist->section);
}

static void figure_begin(struct jscope__figure *figure, const struct jscope__dist *dist,
			 const char *device, const char *stream)
{
	snprintf(figure->section, sizeof figure->section, "%s", dist->section);
	snprintf(figure->device, sizeof figure->device, "%s", device);
	snprintf(figure->stream, sizeof figure->stream, "%s", stream);
	snprintf(figure->name, sizeof figure->name, "%s", dist->name);
	figure->unit = dist->unit;
	for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++) {
		if (strcmp(compared[i].section, dist->section) != 0 ||
		    (compared[i].name && strcmp(compared[i].name, dist->name) != 0))
			continue;
		figure->is_compared = true;
		figure->is_low = compared[i].is_low;
	}
}

static struct jscope__figure *figure_get(const struct matching *matching,
					 const struct jscope__dist *dist)
{
	struct jscope_compare *compare = matching->compare;
	const char *device, *stream;

	identify(matching, dist, &device, &stream);
	for (unsigned i = 0; i < compare->figure_count; i++)
		if (is_figure(&compare->figures[i], dist, device, stream))
			return &compare->figures[i];
	if (compare->figure_count == JSCOPE__FIGURES_MAX)
		return NULL;
	figure_begin(&compare->figures[compare->figure_count], dist, device, stream);
	return &compare->figures[compare->figure_count++];
}

/* All wake-ups are those of each context: to compare both would be to count twice. */
static bool is_sum(const struct jscope__dist *dist)
{
	return !strcmp(dist->section, "wakeup") && !strcmp(dist->name, "all");
}

static void on_dist(void *state, const struct jscope__dist *dist)
{
	struct matching *matching = state;
	struct jscope__figure *figure = figure_get(matching, dist);

	if (!figure) {
		matching->compare->refused++;
		return;
	}
	if (is_sum(dist))
		figure->is_compared = false;
	if (jscope__series_add(&figure->side[matching->side], matching->run, dist->hist) < 0)
		matching->status = -ENOMEM;
}

static struct jscope__tally *tally_get(const struct matching *matching,
				       const struct jscope__dist *of, const char *name)
{
	struct jscope_compare *compare = matching->compare;
	const char *device, *stream;
	struct jscope__tally *tally;

	identify(matching, of, &device, &stream);
	for (unsigned i = 0; i < compare->tally_count; i++) {
		tally = &compare->tallies[i];
		if (!strcmp(tally->name, name) && !strcmp(tally->device, device) &&
		    !strcmp(tally->stream, stream) && !strcmp(tally->section, of->section))
			return tally;
	}
	if (compare->tally_count == JSCOPE__FIGURES_MAX)
		return NULL;
	tally = &compare->tallies[compare->tally_count++];
	snprintf(tally->section, sizeof tally->section, "%s", of->section);
	snprintf(tally->device, sizeof tally->device, "%s", device);
	snprintf(tally->stream, sizeof tally->stream, "%s", stream);
	snprintf(tally->name, sizeof tally->name, "%s", name);
	return tally;
}

static void tally_add(struct matching *matching, const struct jscope__dist *of, const char *name,
		      double value)
{
	struct jscope__tally *tally = tally_get(matching, of, name);

	if (!tally) {
		matching->compare->refused++;
		return;
	}
	tally->value[matching->side] += value;
	tally->has[matching->side] = true;
}

static void on_figure(void *state, const struct jscope__dist *of, const char *name,
		      const char *unit, double value)
{
	struct matching *matching = state;

	/* Of several runs only counts add up. */
	if (strcmp(unit, "count") != 0)
		return;
	tally_add(matching, of, name, value);
}

/* What the whole recording tells. */
static void trace_visit(struct matching *matching, const struct jscope_report *report)
{
	const struct jscope__dist whole = { .section = "trace", .device = "", .stream = "" };

	tally_add(matching, &whole, "lost_events", (double)report->info.lost_events);
	tally_add(matching, &whole, "lost_packets", (double)report->info.lost_packets);
	tally_add(matching, &whole, "errors", (double)report->info.error_count);
}

static bool is_lossy(const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;

	return info->lost_events || info->lost_packets || info->refused || info->partial ||
	       info->error_count || report->unrecorded;
}

static void run_match(struct matching *matching, const struct jscope_report *report)
{
	struct jscope__side *side = &matching->compare->sides[matching->side];
	const struct jscope__visitor visitor = { .state = matching,
						 .dist = on_dist,
						 .figure = on_figure };

	jscope__rows_visit(report, &visitor);
	side->idle |= jscope__rows_are_idle(report);
	trace_visit(matching, report);
	side->lossy |= is_lossy(report);
	if (jscope_report_trust(report) > side->trust)
		side->trust = jscope_report_trust(report);
	matching->compare->refused += report->blocks_budget.refused;
}

int jscope__compare_match(struct jscope_compare *compare)
{
	struct matching matching = { .compare = compare };

	compare->figures = calloc(JSCOPE__FIGURES_MAX, sizeof *compare->figures);
	compare->tallies = calloc(JSCOPE__FIGURES_MAX, sizeof *compare->tallies);
	if (!compare->figures || !compare->tallies)
		return -ENOMEM;
	for (; matching.side < JSCOPE_SIDE_COUNT; matching.side++) {
		const struct jscope__side *side = &compare->sides[matching.side];

		for (matching.run = 0; matching.run < side->run_count; matching.run++)
			run_match(&matching, side->runs[matching.run]);
	}
	return matching.status;
}
