/* Notifications in a report as JSON: a row of the table of streams. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report_json.h"

static struct jscope__json counts_build(const struct jscope__stream_row *row)
{
	struct jscope__json counts = jscope__json_object();

	jscope__json_put(&counts, "points", jscope__json_count(row->points));
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++)
		jscope__json_put(&counts, jscope_class_name(class),
				 jscope__json_count(row->counts[class]));
	jscope__json_put(&counts, "partial_chains", jscope__json_count(row->partial_chains));
	return counts;
}

static struct jscope__json stages_build(const struct jscope__stream_row *row)
{
	struct jscope__json stages = jscope__json_object();

	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++)
		jscope__json_put_dist(&stages, jscope_stage_name(stage), row->stages[stage], "ns");
	return stages;
}

/* Nine digits, so that the last ones do not depend on how a machine rounds. */
static json_t *ratio_value(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.9g", value);
	return json_real(strtod(text, NULL));
}

static json_t *mtie_value(const struct jscope__wander_figures *figures)
{
	return json_integer(llround(fmin(figures->mtie_ns, 0x1p62)));
}

static json_t *tdev_value(const struct jscope__wander_figures *figures)
{
	return jscope__json_rounded(figures->tdev_ns);
}

static json_t *adev_value(const struct jscope__wander_figures *figures)
{
	return ratio_value(figures->adev);
}

static json_t *mdev_value(const struct jscope__wander_figures *figures)
{
	return ratio_value(figures->mdev);
}

/* What is told by taus: under which key, of which windows. */
static const struct tau_kind {
	const char *key, *value_key;
	enum jscope__tau_kind windows;
	json_t *(*value)(const struct jscope__wander_figures *figures);
} tau_kinds[] = {
	{ "mtie", "ns", JSCOPE__MTIE, mtie_value },
	{ "tdev", "ns", JSCOPE__TDEV, tdev_value },
	{ "adev", "value", JSCOPE__ADEV, adev_value },
	{ "mdev", "value", JSCOPE__TDEV, mdev_value },
};

/* Of one kind by taus, those that have a window. */
static struct jscope__json taus_build(const struct jscope__jitter *jitter,
				      const struct tau_kind *kind)
{
	struct jscope__json taus = jscope__json_array(), tau;
	struct jscope__wander_figures figures;

	for (unsigned k = 0; jscope__jitter_wander(jitter, k, &figures); k++) {
		if (figures.windows[kind->windows] == 0)
			continue;
		tau = jscope__json_object();
		jscope__json_put(&tau, "tau_ns", json_integer(figures.tau_ns));
		jscope__json_put(&tau, kind->value_key, kind->value(&figures));
		jscope__json_put(&tau, "windows",
				 jscope__json_count(figures.windows[kind->windows]));
		jscope__json_put(&tau, "skipped",
				 jscope__json_count(figures.skipped[kind->windows]));
		jscope__json_append(&taus, tau);
	}
	return taus;
}

static void put_wander(struct jscope__json *object, const struct jscope__jitter *jitter)
{
	double residual_ns;
	bool has_residual = jscope__jitter_residual_ns(jitter, &residual_ns);

	jscope__json_put(object, "residual_stddev_ns",
			 has_residual ? jscope__json_rounded(residual_ns) : json_null());
	for (size_t i = 0; i < sizeof tau_kinds / sizeof tau_kinds[0]; i++)
		jscope__json_put_child(object, tau_kinds[i].key, taus_build(jitter, &tau_kinds[i]));
	jscope__json_put(object, "wander_points_left_out",
			 jscope__json_count(jitter->wander_left_out));
}

/* What is more than a distribution. */
static void put_stability(struct jscope__json *object, const struct jscope__jitter *jitter)
{
	double ppm;
	bool has_drift = jscope__jitter_drift_ppm(jitter, &ppm);

	jscope__json_put(object, "tie_peak_to_peak_ns",
			 jitter->has_tie ? json_integer(jitter->tie_peak_to_peak_ns) : json_null());
	jscope__json_put(object, "drift_ppm", has_drift ? jscope__json_rounded(ppm) : json_null());
	jscope__json_put(object, "rfc3550_ns",
			 jitter->has_rfc3550 ? jscope__json_rounded(jitter->rfc3550_ns)
					     : json_null());
	put_wander(object, jitter);
}

static struct jscope__json jitter_build(const struct jscope__stream_row *row, bool plain)
{
	const struct jscope__jitter *jitter = &row->jitter;
	struct jscope__json object = jscope__json_object();
	const struct jscope_hist *period = jitter->period;
	bool has_period = jscope_hist_count(period) > 0;

	jscope__json_put(&object, "taken_at", json_string(jscope__jitter_place(row)));
	jscope__json_put_dist(&object, "period", period, "ns");
	jscope__json_put(&object, "period_peak_to_peak_ns",
			 has_period ? json_integer(jscope_sub_sat(jscope_hist_max(period),
								  jscope_hist_min(period)))
				    : json_null());
	jscope__json_put(&object, "cycle_to_cycle_max_ns",
			 jitter->has_cycle ? json_integer(jitter->cycle_to_cycle_max_ns)
					   : json_null());
	jscope__json_put(&object, "skipped_points", jscope__json_count(jitter->skipped));
	if (!plain)
		put_stability(&object, jitter);
	return object;
}

static struct jscope__json line_build(const struct jscope__spectrum_line *line)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "frequency_hz", ratio_value(line->frequency_hz));
	jscope__json_put(&object, "amplitude_ns", jscope__json_rounded(line->amplitude_ns));
	jscope__json_put(&object, "share", jscope__json_rounded(line->share));
	jscope__json_put(&object, "false_alarm", ratio_value(line->false_alarm));
	return object;
}

static void put_spectrum(struct jscope__json *stream, const struct jscope__stream_row *row)
{
	const struct jscope__spectrum *spectrum = &row->rhythm.spectrum;
	const bool told = spectrum->segments > 0;
	struct jscope__json object, lines_told;
	struct jscope__spectrum_lines lines;

	if (!jscope__rhythm_lines(&row->rhythm, &row->jitter, &lines))
		return;
	object = jscope__json_object();
	lines_told = jscope__json_array();
	jscope__json_put(
		&object, "taken_at",
		json_string(row->rhythm.of_lateness ? "end_to_end" : jscope__jitter_place(row)));
	jscope__json_put(&object, "points", jscope__json_count(spectrum->points));
	jscope__json_put(&object, "filled", jscope__json_count(spectrum->filled));
	jscope__json_put(&object, "left_out", jscope__json_count(spectrum->left_out));
	jscope__json_put(&object, "segments", jscope__json_count(spectrum->segments));
	jscope__json_put(&object, "from_hz", told ? ratio_value(lines.from_hz) : json_null());
	jscope__json_put(&object, "to_hz", told ? ratio_value(lines.to_hz) : json_null());
	jscope__json_put(&object, "noise_ns",
			 told ? jscope__json_rounded(lines.noise_ns) : json_null());
	for (unsigned i = 0; i < lines.count; i++)
		jscope__json_append(&lines_told, line_build(&lines.lines[i]));
	jscope__json_put_child(&object, "lines", lines_told);
	jscope__json_put(&object, "lines_left_out", jscope__json_count(lines.more));
	jscope__json_put_child(stream, "spectrum", object);
}

static void put_headroom(struct jscope__json *stream, const struct jscope__stream_row *row)
{
	struct jscope__json headroom;

	if (!jscope__headroom_frames(row) && row->glitches == 0)
		return;
	headroom = jscope__json_object();
	jscope__json_put(&headroom, "taken_at", json_string(jscope__headroom_place(row)));
	jscope__json_put_dist(&headroom, "frames", jscope__headroom_frames(row), "frames");
	jscope__json_put_dist(&headroom, "time", jscope__headroom_ns(row), "ns");
	jscope__json_put(&headroom, "glitches", jscope__json_count(row->glitches));
	jscope__json_put_buffer(&headroom, row);
	jscope__json_put_child(stream, "headroom", headroom);
}

struct jscope__json jscope__json_stream(const void *from_row, bool plain)
{
	const struct jscope__stream_row *row = from_row;
	struct jscope__json stream = jscope__json_object();

	jscope__json_put(&stream, "device", json_string(row->device));
	jscope__json_put(&stream, "stream", json_string(row->stream));
	jscope__json_put(&stream, "kind", json_string(row->kind));
	if (row->name[0])
		jscope__json_put(&stream, "name", json_string(row->name));
	jscope__json_put(&stream, "nominal_period_ns",
			 row->nominal_period_ns > 0 ? json_integer(row->nominal_period_ns)
						    : json_null());
	if (row->due_estimated)
		jscope__json_put(&stream, "due_estimated", json_true());
	jscope__json_put_child(&stream, "counts", counts_build(row));
	jscope__json_put_child(&stream, "stages", stages_build(row));
	jscope__json_put_dist(&stream, "end_to_end", row->end_to_end, "ns");
	jscope__json_put_dist(&stream, "service", row->service, "ns");
	if (row->jitter.points > 0)
		jscope__json_put_child(&stream, "jitter", jitter_build(row, plain));
	if (!plain) {
		jscope__json_put_metrology(&stream, row);
		put_spectrum(&stream, row);
	}
	put_headroom(&stream, row);
	if (!plain)
		jscope__json_put_worst_chains(&stream, &row->worst);
	return stream;
}
