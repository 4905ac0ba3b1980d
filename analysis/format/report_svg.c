/* The report as one picture: a panel per stream, request device and kind of kernel event. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report_rows.h"
#include "svg.h"
#include "svg_chart.h"

#define WIDTH	      1000
#define MARGIN	      36
#define HEAD_HEIGHT   104
#define PANEL_HEAD    58
#define CHART_HEIGHT  310
#define SMALL_HEIGHT  150
#define SMALL_COLUMNS 3
#define SMALL_GAP     18
#define PANEL_GAP     26
#define EMPTY_HEIGHT  60
#define FOOT_HEIGHT   30

/* What has a panel of its own: the first of each. */
#define STREAMS_DRAWN 4
#define DEVICES_DRAWN 4
#define SMALL_MAX     9
#define PANELS_MAX    (STREAMS_DRAWN + DEVICES_DRAWN + 3)

struct part {
	char name[2 * JSCOPE__NAME_SIZE];
	const struct jscope_hist *hist;
};

struct panel {
	char title[3 * JSCOPE__NAME_SIZE], note[240];
	struct part main; /* hist NULL: none */
	size_t small_count;
	struct part small[SMALL_MAX];
};

struct picture {
	size_t panel_count;
	struct panel panels[PANELS_MAX];
	char left_out[96]; /* "" where everything has its panel */
};

static const char css[] =
	".paper{fill:#ffffff}\n"
	"text{fill:#1f2933;font-size:12px}\n"
	".title{font-size:22px;font-weight:bold}\n"
	".panel{font-size:16px;font-weight:bold}\n"
	".head,.small{font-size:13px;font-weight:bold}\n"
	".note,.tick{fill:#66727f;font-size:11px}\n"
	".facts{fill:#66727f;font-size:13px}\n"
	".rule{stroke:#cbd2d9;stroke-width:1}\n"
	".grid{stroke:#e8ecef;stroke-width:1}\n"
	".axis{stroke:#7b8794;stroke-width:1}\n"
	".bar{fill:#3182bd}\n"
	"line.p50,line.p99,line.p999,line.max{stroke-width:1.2;stroke-dasharray:4 3}\n"
	"line.p50{stroke:#2f855a}\nline.p99{stroke:#b7791f}\n"
	"line.p999{stroke:#c05621}\nline.max{stroke:#c53030}\n"
	"text.p50,text.p99,text.p999,text.max{paint-order:stroke;"
	"stroke:#ffffff;stroke-width:3px}\n"
	"text.p50{fill:#2f855a}\ntext.p99{fill:#975a16}\n"
	"text.p999{fill:#c05621}\ntext.max{fill:#c53030}\n"
	".trusted{fill:#2f855a}\n.degraded{fill:#b7791f}\n.invalid{fill:#c53030}\n"
	".pill{fill:#ffffff;font-size:13px;font-weight:bold}\n";

static void small_add(struct panel *panel, const char *name, const struct jscope_hist *hist)
{
	struct part *part = &panel->small[panel->small_count];

	if (jscope_hist_count(hist) == 0 || panel->small_count == SMALL_MAX)
		return;
	snprintf(part->name, sizeof part->name, "%s", name);
	part->hist = hist;
	panel->small_count++;
}

static void main_set(struct panel *panel, const char *name, const struct jscope_hist *hist)
{
	if (jscope_hist_count(hist) == 0)
		return;
	snprintf(panel->main.name, sizeof panel->main.name, "%s", name);
	panel->main.hist = hist;
}

static struct panel *panel_add(struct picture *picture)
{
	struct panel *panel = &picture->panels[picture->panel_count++];

	memset(panel, 0, sizeof *panel);
	return panel;
}

static void stream_panel(struct panel *panel, const struct jscope__stream_row *row)
{
	char period[JSCOPE_NS_TEXT_SIZE];
	const uint64_t *counts = row->counts;

	snprintf(panel->title, sizeof panel->title, "%s%s%s", row->device,
		 row->stream[0] ? " " : "", row->stream);
	snprintf(panel->note, sizeof panel->note,
		 "%s%s%s, %" PRIu64 " points: %" PRIu64 " %s, %" PRIu64 " late, %" PRIu64
		 " early, %" PRIu64 " merged, %" PRIu64 " missed, %" PRIu64 " spurious, %" PRIu64
		 " censored",
		 row->nominal_period_ns > 0 ? "period " : "",
		 row->nominal_period_ns > 0 ? jscope_ns_format(period, row->nominal_period_ns) : "",
		 row->nominal_period_ns > 0 ? "" : "period not known", row->points,
		 counts[JSCOPE_CLASS_ON_TIME],
		 jscope__stream_class_words(row, JSCOPE_CLASS_ON_TIME), counts[JSCOPE_CLASS_LATE],
		 counts[JSCOPE_CLASS_EARLY], counts[JSCOPE_CLASS_MERGED],
		 counts[JSCOPE_CLASS_MISSED], counts[JSCOPE_CLASS_SPURIOUS],
		 counts[JSCOPE_CLASS_CENSORED]);
	main_set(panel, "end to end", row->end_to_end);
	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++)
		small_add(panel, jscope_stage_name(stage), row->stages[stage]);
	small_add(panel, "service", row->service);
	small_add(panel, "period", row->jitter.period);
}

static void device_panel(struct panel *panel, const struct jscope__device_row *row)
{
	snprintf(panel->title, sizeof panel->title, "requests of %s%s%s", row->device,
		 row->name[0] ? " " : "", row->name);
	snprintf(panel->note, sizeof panel->note,
		 "%" PRIu64 " issued, %" PRIu64 " completed, %" PRIu64
		 " errors, at most %u outstanding",
		 row->issued, row->completed, row->errors, row->outstanding_max);
	main_set(panel, "latency, issue to complete", row->latency);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		small_add(panel, jscope__request_stage_name(i), row->stages[i]);
}

/* Rows of a table that have no part in the picture, where so many have. */
static size_t left_out(const struct jscope__table *table, size_t drawn)
{
	return jscope__table_count(table) - drawn + (size_t)jscope__table_folded(table);
}

/* What is drawn, and how many rows of the table are not: those with less in their tails. */
static void panel_note(struct panel *panel, const char *what, const struct jscope__table *table)
{
	size_t more = left_out(table, panel->small_count);

	if (more > 0)
		snprintf(panel->note, sizeof panel->note, "%s; %zu more are not drawn", what, more);
	else
		snprintf(panel->note, sizeof panel->note, "%s", what);
}

static void irqs_panel(struct panel *panel, const struct jscope__table *table)
{
	char name[2 * JSCOPE__NAME_SIZE];

	snprintf(panel->title, sizeof panel->title, "interrupts");
	for (size_t i = 0; i < jscope__table_count(table); i++) {
		const struct jscope__irq_row *row = jscope__table_at(table, i);

		snprintf(name, sizeof name, "%" PRId32 " %s", row->irq, row->name);
		small_add(panel, name, row->duration);
	}
	panel_note(panel, "duration of the handler, per line", table);
}

static void softirqs_panel(struct panel *panel, const struct jscope__table *table)
{
	snprintf(panel->title, sizeof panel->title, "softirqs");
	for (size_t i = 0; i < jscope__table_count(table); i++) {
		const struct jscope__softirq_row *row = jscope__table_at(table, i);

		small_add(panel, jscope__softirq_name(row->vec), row->raise_to_entry);
	}
	panel_note(panel, "from the first raise to the entry, per vector", table);
}

static void wakeups_panel(struct panel *panel, const struct jscope_report *report)
{
	char name[32];

	snprintf(panel->title, sizeof panel->title, "wake-ups");
	snprintf(panel->note, sizeof panel->note, "from waking to running, all tasks");
	main_set(panel, "latency", report->wakeups);
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++) {
		snprintf(name, sizeof name, "from %s", jscope_context_name(i));
		small_add(panel, name, report->wakeups_by_context[i]);
	}
}

static void picture_compose(struct picture *picture, const struct jscope_report *report)
{
	size_t streams = 0, devices = 0;

	picture->panel_count = 0;
	for (; streams < jscope__table_count(report->streams) && streams < STREAMS_DRAWN; streams++)
		stream_panel(panel_add(picture), jscope__table_at(report->streams, streams));
	for (; devices < jscope__table_count(report->devices) && devices < DEVICES_DRAWN; devices++)
		device_panel(panel_add(picture), jscope__table_at(report->devices, devices));
	streams = left_out(report->streams, streams);
	devices = left_out(report->devices, devices);
	picture->left_out[0] = '\0';
	if (streams + devices > 0)
		snprintf(picture->left_out, sizeof picture->left_out,
			 "not drawn: %zu more streams, %zu more request devices", streams, devices);
	if (jscope__table_count(report->irqs) > 0)
		irqs_panel(panel_add(picture), report->irqs);
	if (jscope__table_count(report->softirqs) > 0)
		softirqs_panel(panel_add(picture), report->softirqs);
	if (jscope_hist_count(report->wakeups) > 0)
		wakeups_panel(panel_add(picture), report);
}

static double panel_height(const struct panel *panel)
{
	size_t rows = (panel->small_count + SMALL_COLUMNS - 1) / SMALL_COLUMNS;
	double height = PANEL_HEAD + PANEL_GAP;

	if (panel->main.hist)
		height += CHART_HEIGHT;
	if (!panel->main.hist && rows == 0)
		height += EMPTY_HEIGHT;
	return height + (double)rows * (SMALL_HEIGHT + SMALL_GAP);
}

static void small_write(FILE *stream, const struct panel *panel, double y)
{
	double width = (WIDTH - 2 * MARGIN + SMALL_GAP) / (double)SMALL_COLUMNS - SMALL_GAP;

	for (size_t i = 0; i < panel->small_count; i++) {
		const struct jscope__box box = {
			MARGIN + (double)(i % SMALL_COLUMNS) * (width + SMALL_GAP),
			y + (double)(i / SMALL_COLUMNS) * (SMALL_HEIGHT + SMALL_GAP), width,
			SMALL_HEIGHT
		};

		jscope__svg_chart_small(stream, &box, panel->small[i].name, panel->small[i].hist);
	}
}

static void panel_write(FILE *stream, const struct panel *panel, double y)
{
	const struct jscope__box box = { MARGIN, y + PANEL_HEAD, WIDTH - 2 * MARGIN,
					 CHART_HEIGHT - SMALL_GAP };

	jscope__svg_group_begin(stream, panel->title);
	jscope__svg_line(stream, MARGIN, y, WIDTH - MARGIN, y, "rule");
	jscope__svg_text(stream, MARGIN, y + 25, JSCOPE__SVG_START, "panel", panel->title, 80);
	jscope__svg_text(stream, MARGIN, y + 43, JSCOPE__SVG_START, "note", panel->note, 170);
	if (panel->main.hist)
		jscope__svg_chart(stream, &box, panel->main.name, panel->main.hist);
	else if (panel->small_count == 0)
		jscope__svg_text(stream, WIDTH / 2.0, y + PANEL_HEAD + 30, JSCOPE__SVG_MIDDLE,
				 "note", "nothing was measured", 40);
	small_write(stream, panel, y + PANEL_HEAD + (panel->main.hist ? CHART_HEIGHT : 0));
	jscope__svg_group_end(stream);
}

static void head_write(FILE *stream, const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;
	const char *verdict = jscope__trust_name(report->trust);
	char facts[200], text[JSCOPE_NS_TEXT_SIZE];
	jscope_ns duration_ns = 0;

	if (info->begin_ns != JSCOPE_NS_UNKNOWN && info->end_ns != JSCOPE_NS_UNKNOWN)
		duration_ns = jscope_sub_sat(info->end_ns, info->begin_ns);
	snprintf(facts, sizeof facts, "%s, %" PRIu64 " events, %" PRIu64 " lost%s%.120s",
		 jscope_ns_format(text, duration_ns), info->events, info->lost_events,
		 report->reason_count > 0 ? "; " : "",
		 report->reason_count > 0 ? report->reasons[0] : "");
	jscope__svg_text(stream, MARGIN, 46, JSCOPE__SVG_START, "title", "jitterscope report", 40);
	jscope__svg_rect(stream, WIDTH - MARGIN - 96, 27, 96, 26, 13, verdict);
	jscope__svg_text(stream, WIDTH - MARGIN - 48, 45, JSCOPE__SVG_MIDDLE, "pill", verdict, 40);
	jscope__svg_text(stream, MARGIN, 68, JSCOPE__SVG_START, "facts", info->path, 120);
	jscope__svg_text(stream, MARGIN, 86, JSCOPE__SVG_START, "facts", facts, 140);
}

static double picture_height(const struct picture *picture)
{
	double height = HEAD_HEIGHT + MARGIN / 2.0 + (picture->left_out[0] ? FOOT_HEIGHT : 0);

	for (size_t i = 0; i < picture->panel_count; i++)
		height += panel_height(&picture->panels[i]);
	return height;
}

int jscope_report_write_svg(const struct jscope_report *report, FILE *stream)
{
	struct picture picture;
	double y = HEAD_HEIGHT;

	picture_compose(&picture, report);
	jscope__svg_begin(stream, WIDTH, picture_height(&picture), css);
	head_write(stream, report);
	for (size_t i = 0; i < picture.panel_count; i++) {
		panel_write(stream, &picture.panels[i], y);
		y += panel_height(&picture.panels[i]);
	}
	if (picture.left_out[0])
		jscope__svg_text(stream, MARGIN, y + MARGIN / 2.0, JSCOPE__SVG_START, "note",
				 picture.left_out, 96);
	jscope__svg_end(stream);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
