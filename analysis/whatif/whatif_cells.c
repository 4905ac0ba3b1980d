#include "whatif_cells.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define NS_PER_HOUR (3600e9)

/* Recorded points around, one of which a new point between two of them takes after. */
#define SPREAD 8

/* A buffer that is filled by whole periods has two at least: one to play, one to fill. */
#define PACKETS_MIN 2

void jscope__whatif_stream_finish(struct jscope__whatif_stream *stream)
{
	for (size_t i = 0; i < stream->period_count; i++) {
		jscope_hist_destroy(stream->periods[i].used_frames);
		jscope_hist_destroy(stream->periods[i].late_ns);
	}
	jscope__delays_finish(&stream->series);
}

/* Questions */

bool jscope__whatif_has_buffer(const struct jscope__whatif_stream *stream)
{
	return stream->buffer_frames > 0 || strcmp(stream->kind, "pcm") == 0;
}

uint64_t jscope__whatif_usable(const struct jscope__whatif_stream *stream)
{
	return stream->series.offered - stream->series.censored;
}

static unsigned recorded_buffer(const struct jscope__whatif_stream *stream)
{
	const uint32_t buffer = stream->buffer_frames / stream->period_frames;

	return buffer < 1			   ? 1
	       : buffer < JSCOPE_WHATIF_BUFFER_MAX ? buffer
						   : JSCOPE_WHATIF_BUFFER_MAX;
}

size_t jscope__whatif_buffers(const struct jscope_whatif *whatif,
			      const struct jscope__whatif_stream *stream,
			      uint32_t buffers[JSCOPE_WHATIF_LIST_MAX])
{
	for (size_t i = 0; i < whatif->settings.buffer_count; i++)
		buffers[i] = whatif->settings.buffers[i];
	if (whatif->settings.buffer_count > 0)
		return whatif->settings.buffer_count;
	buffers[0] = recorded_buffer(stream);
	return 1;
}

int64_t jscope__whatif_headroom(const struct jscope__whatif_period *period, unsigned buffer,
				double q)
{
	const int64_t used = q > 0 ? jscope_hist_quantile(period->used_frames, 1 - q)
				   : jscope_hist_max(period->used_frames);

	return (int64_t)buffer * period->frames - used;
}

jscope_ns jscope__whatif_latency_ns(const struct jscope__whatif_stream *stream,
				    const struct jscope__whatif_period *period, unsigned buffer)
{
	return jscope_muldiv((int64_t)buffer * period->frames, JSCOPE_NS_PER_SEC, stream->rate_hz);
}

double jscope__whatif_per_hour(const struct jscope__whatif_period *period, double glitches)
{
	return period->time_ns > 0 ? glitches * NS_PER_HOUR / (double)period->time_ns : 0;
}

jscope_ns jscope__whatif_needed_ns(const struct jscope_whatif *whatif)
{
	static const uint32_t none[64];

	if (!(whatif->settings.rate_per_s > 0))
		return 0;
	return jscope_ns_of_real(jscope__estimate_count(none, 64, 1).high /
				 whatif->settings.rate_per_s * 1e9);
}

/* Computing */

/* How delays are given to new points (whatif_force.h). */
struct reading {
	bool stalls;
	unsigned spread;
	enum jscope__held held;
};

#define READINGS_MAX 12

/* So far off may either reading be where the delays between the points were never seen (docs/whatif.md). */
#define EXTRAPOLATION_ERROR 1.25

static void glitches_estimate(const struct jscope__pass *pass, bool by_packet,
			      struct jscope__estimate *estimates)
{
	for (unsigned buffer = 1; buffer <= JSCOPE_WHATIF_BUFFER_MAX; buffer++) {
		const unsigned least = by_packet && buffer < PACKETS_MIN ? PACKETS_MIN : buffer;

		estimates[buffer] = jscope__estimate_count(pass->parts[least], JSCOPE__PASS_PARTS,
							   pass->shift_count);
	}
}

/*
 * Several readings of the same: nobody knows which is right. The first `already` ones are in the mean;
 * 0: this one is an extreme, which only says how far off the others may be.
 */
static void glitches_join(struct jscope__estimate *estimates, const struct jscope__estimate *others,
			  unsigned already)
{
	for (unsigned buffer = 1; buffer <= JSCOPE_WHATIF_BUFFER_MAX; buffer++) {
		struct jscope__estimate *a = &estimates[buffer];
		const struct jscope__estimate *b = &others[buffer];

		if (already > 0)
			a->count = (a->count * already + b->count) / (already + 1);
		a->low = fmin(a->low, b->low);
		a->high = fmax(a->high, b->high);
	}
}

static void glitches_widen(struct jscope__estimate *estimates)
{
	for (unsigned buffer = 1; buffer <= JSCOPE_WHATIF_BUFFER_MAX; buffer++) {
		estimates[buffer].low /= EXTRAPOLATION_ERROR;
		estimates[buffer].high *= EXTRAPOLATION_ERROR;
	}
}

static unsigned first_below(const struct jscope__whatif_period *period, double bearable,
			    unsigned least, size_t offset)
{
	for (unsigned buffer = least; buffer <= JSCOPE_WHATIF_BUFFER_MAX; buffer++) {
		const char *estimate = (const char *)&period->glitches[buffer];

		if (*(const double *)(const void *)(estimate + offset) <= bearable)
			return buffer;
	}
	return 0;
}

static void safe_find(const struct jscope_whatif *whatif,
		      const struct jscope__whatif_stream *stream,
		      struct jscope__whatif_period *period)
{
	const double bearable =
		whatif->settings.rate_per_s * (double)period->time_ns / JSCOPE_NS_PER_SEC;
	const unsigned least = stream->habits.by_packet ? PACKETS_MIN : 1;

	period->safe = (struct jscope__safe){
		.periods = first_below(period, bearable, least,
				       offsetof(struct jscope__estimate, count)),
		.low = first_below(period, bearable, least, offsetof(struct jscope__estimate, low)),
		.high = first_below(period, bearable, least,
				    offsetof(struct jscope__estimate, high)),
	};
}

static struct jscope__force force_make(const struct jscope_whatif_settings *settings,
				       const struct jscope__whatif_stream *stream,
				       uint32_t period_frames)
{
	return (struct jscope__force){
		.series = &stream->series,
		.settings = settings,
		.work_factor = settings->work_per_frame
				       ? (double)period_frames / stream->period_frames
				       : 1,
	};
}

static void pass_run(struct jscope__pass *pass, const struct jscope_whatif_settings *settings,
		     const struct jscope__whatif_stream *stream, uint32_t period_frames,
		     const struct reading *reading)
{
	struct jscope__force force = force_make(settings, stream, period_frames);

	force.spread = reading->spread;
	force.stalls = reading->stalls;
	force.held = reading->held;
	jscope__pass_run(pass, &force, period_frames);
}

static int hists_copy(const struct jscope__pass *pass, struct jscope__whatif_period *period)
{
	if (jscope_hist_create(NULL, &period->used_frames) < 0 ||
	    jscope_hist_create(NULL, &period->late_ns) < 0)
		return -ENOMEM;
	jscope_hist_add(period->used_frames, pass->used_frames);
	jscope_hist_add(period->late_ns, pass->late_ns);
	return 0;
}

/* Where the new points are the recorded ones all that is drawn for them comes to the same. */
static unsigned likely_list(const struct jscope__whatif_stream *stream,
			    const struct jscope__whatif_period *period,
			    struct reading readings[READINGS_MAX])
{
	const enum jscope__nature nature = stream->series.nature;
	unsigned count = 0;

	if (period->frames == stream->period_frames) {
		readings[count++] = (struct reading){ 0 };
		return count;
	}
	for (unsigned stalls = 0; stalls < 2; stalls++) {
		if (nature == (stalls ? JSCOPE__NATURE_DRAWS : JSCOPE__NATURE_STALLS))
			continue;
		readings[count++] = (struct reading){ .stalls = stalls };
		if (period->is_extrapolated)
			readings[count++] = (struct reading){ .stalls = stalls, .spread = SPREAD };
	}
	return count;
}

static bool goes_on_unseen(const struct jscope__delays *series)
{
	bool any = false;

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		any = any || series->hold[i] > 0;
	return any;
}

/*
 * The ways to read a recording that it does not rule out, and, where long delays go on unseen, their
 * extremes behind them. Returns how many; ret_likely: without the extremes.
 */
static unsigned readings_list(const struct jscope__whatif_stream *stream,
			      const struct jscope__whatif_period *period,
			      struct reading readings[READINGS_MAX], unsigned *ret_likely)
{
	const unsigned likely = likely_list(stream, period, readings);
	unsigned count = likely;

	for (unsigned i = 0; i < likely && goes_on_unseen(&stream->series); i++) {
		readings[count] = readings[i];
		readings[count++].held = JSCOPE__HELD_NOT;
		readings[count] = readings[i];
		readings[count++].held = JSCOPE__HELD_ALL;
	}
	*ret_likely = likely;
	return count;
}

static int period_compute(const struct jscope_whatif *whatif,
			  const struct jscope__whatif_stream *stream, struct jscope__pass *pass,
			  struct jscope__whatif_period *period)
{
	struct jscope__estimate others[JSCOPE_WHATIF_BUFFER_MAX + 1];
	struct reading readings[READINGS_MAX];
	unsigned likely;
	const unsigned count = readings_list(stream, period, readings, &likely);
	int error = 0;

	for (unsigned i = 0; !error && i < count; i++) {
		pass_run(pass, &whatif->settings, stream, period->frames, &readings[i]);
		glitches_estimate(pass, stream->habits.by_packet, i ? others : period->glitches);
		if (i > 0)
			glitches_join(period->glitches, others, i < likely ? i : 0);
		else
			error = hists_copy(pass, period);
		period->left_out += pass->left_out;
		period->refused += pass->refused;
	}
	if (period->is_extrapolated)
		glitches_widen(period->glitches);
	period->time_ns = pass->time_ns;
	period->points = pass->points / pass->shift_count;
	safe_find(whatif, stream, period);
	return error;
}

static void periods_list(const struct jscope_whatif *whatif, struct jscope__whatif_stream *stream)
{
	const size_t count = whatif->settings.period_count;

	for (size_t i = 0; i < (count ? count : 1); i++) {
		const uint32_t frames = count ? whatif->settings.periods[i] : stream->period_frames;

		stream->periods[stream->period_count++] = (struct jscope__whatif_period){
			.frames = frames,
			.is_extrapolated = frames < stream->period_frames,
			.is_refused = frames < stream->period_frames / JSCOPE__PASS_FINEST,
		};
	}
}

/* As it was recorded, to see whether the replay finds what was there. */
static void replayed_find(struct jscope__whatif_stream *stream, struct jscope__pass *pass)
{
	struct jscope__estimate estimates[JSCOPE_WHATIF_BUFFER_MAX + 1];
	static const struct reading as_drawn;
	struct jscope_whatif_settings unchanged;

	jscope_whatif_settings_init(&unchanged);
	pass_run(pass, &unchanged, stream, stream->period_frames, &as_drawn);
	glitches_estimate(pass, stream->habits.by_packet, estimates);
	stream->replayed = estimates[recorded_buffer(stream)].count;
	stream->time_ns = pass->time_ns;
}

int jscope__whatif_stream_compute(const struct jscope_whatif *whatif,
				  struct jscope__whatif_stream *stream)
{
	struct jscope__pass *pass = NULL;
	int error = jscope__delays_settle(&stream->series);

	if (!error)
		error = jscope__pass_create(&stream->series, &stream->habits, &pass);
	if (error)
		return error;
	replayed_find(stream, pass);
	periods_list(whatif, stream);
	for (size_t i = 0; !error && i < stream->period_count; i++)
		if (!stream->periods[i].is_refused)
			error = period_compute(whatif, stream, pass, &stream->periods[i]);
	jscope__pass_destroy(pass);
	return error;
}
