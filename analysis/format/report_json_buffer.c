/* The buffer of a stream in a report as JSON: what stands beside its headroom. */
#include "report_json.h"

static struct jscope__json causes_build(const struct jscope__buffer_row *buffer)
{
	struct jscope__json causes = jscope__json_object();

	for (enum jscope_cause cause = 0; cause < JSCOPE_CAUSE_COUNT; cause++)
		jscope__json_put(&causes, jscope_cause_name(cause),
				 jscope__json_count(buffer->causes[cause]));
	return causes;
}

static struct jscope__json kept_build(const struct jscope__buffer_row *buffer)
{
	struct jscope__json kept = jscope__json_array();

	for (unsigned i = 0; i < buffer->kept_count; i++) {
		struct jscope__json glitch = jscope__json_object();

		jscope__json_put(&glitch, "at_ns", json_integer(buffer->kept[i].at_ns));
		jscope__json_put(&glitch, "cause",
				 json_string(jscope_cause_name(buffer->kept[i].cause)));
		if (buffer->kept[i].inferred)
			jscope__json_put(&glitch, "inferred", json_true());
		jscope__json_append(&kept, glitch);
	}
	return kept;
}

/* Bounds in percent of the buffer; the first step has no lower one, the last no upper one. */
static struct jscope__json steps_build(const struct jscope__margin *margin)
{
	struct jscope__json steps = jscope__json_array();

	for (unsigned i = 0; i < JSCOPE__MARGIN_STEPS; i++) {
		struct jscope__json step = jscope__json_object();

		jscope__json_put(&step, "from_percent",
				 i > 0 ? json_integer(10 * (i - 1)) : json_null());
		jscope__json_put(&step, "below_percent",
				 i + 1 < JSCOPE__MARGIN_STEPS ? json_integer(10 * i) : json_null());
		jscope__json_put(&step, "count", jscope__json_count(margin->steps[i]));
		jscope__json_append(&steps, step);
	}
	return steps;
}

static struct jscope__json second_build(const struct jscope__margin_second *second,
					uint32_t rate_hz)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "begin_ns",
			 json_integer(jscope_muldiv(second->number, JSCOPE_NS_PER_SEC, 1)));
	jscope__json_put(&object, "frames", json_integer(second->frames));
	jscope__json_put(
		&object, "ns",
		rate_hz ? json_integer(jscope_muldiv(second->frames, JSCOPE_NS_PER_SEC, rate_hz))
			: json_null());
	return object;
}

static struct jscope__json seconds_build(const struct jscope__margin *margin, uint32_t rate_hz)
{
	struct jscope__json seconds = jscope__json_object(), worst = jscope__json_array();

	jscope__json_put(&seconds, "seconds", jscope__json_count(margin->seconds));
	jscope__json_put(&seconds, "left_out", jscope__json_count(margin->left_out));
	for (unsigned i = 0; i < margin->worst_count; i++)
		jscope__json_append(&worst, second_build(&margin->worst[i], rate_hz));
	jscope__json_put_child(&seconds, "worst", worst);
	return seconds;
}

static struct jscope__json defects_build(const struct jscope__buffer_row *buffer)
{
	struct jscope__json defects = jscope__json_object();

	for (enum jscope_defect i = 0; i < JSCOPE_DEFECT_COUNT; i++) {
		const struct jscope__defect_row *row = &buffer->defects[i];
		struct jscope__json defect = jscope__json_object();

		jscope__json_put(&defect, "count", jscope__json_count(row->count));
		jscope__json_put(&defect, "first_ns",
				 row->count ? json_integer(row->first_ns) : json_null());
		jscope__json_put(&defect, "worst_frames",
				 row->count ? json_integer(row->worst_frames) : json_null());
		jscope__json_put_child(&defects, jscope_defect_name(i), defect);
	}
	return defects;
}

static struct jscope__json clock_build(const struct jscope__buffer_clock *clock)
{
	struct jscope__json object = jscope__json_object();
	struct jscope__clock_figures figures;
	const bool is_known = jscope__clock_figures(clock, &figures);

	jscope__json_put(&object, "drift_ppm",
			 is_known ? jscope__json_rounded(figures.drift_ppm) : json_null());
	jscope__json_put(&object, "residual_ns",
			 is_known ? jscope__json_rounded(figures.residual_ns) : json_null());
	jscope__json_put(&object, "epochs", jscope__json_count(clock->epochs));
	jscope__json_put(&object, "stretches", jscope__json_count(clock->stretches));
	jscope__json_put(&object, "positions", jscope__json_count(clock->count));
	return object;
}

void jscope__json_put_buffer(struct jscope__json *headroom, const struct jscope__stream_row *row)
{
	const struct jscope__buffer_row *buffer = &row->buffer;
	const struct jscope__margin *margin = jscope__headroom_margin(row);

	jscope__json_put_child(headroom, "glitch_causes", causes_build(buffer));
	jscope__json_put(headroom, "glitches_inferred", jscope__json_count(buffer->inferred));
	jscope__json_put_child(headroom, "first_glitches", kept_build(buffer));
	jscope__json_put_child(headroom, "near_miss", steps_build(margin));
	jscope__json_put_child(headroom, "minimum_per_second", seconds_build(margin, row->rate_hz));
	jscope__json_put_child(headroom, "position_defects", defects_build(buffer));
	if (buffer->clock.count)
		jscope__json_put_child(headroom, "clock", clock_build(&buffer->clock));
}
