/*
 * Where a sound card is, and its client: both count frames modulo a boundary, which is a multiple of
 * the buffer, and begin at 0 when the stream is prepared.
 *
 *   playback   headroom = appl_ptr - hw_ptr             what is written and not played yet
 *   capture    headroom = buffer - (hw_ptr - appl_ptr)  room for what is not read yet
 */
#include "adapter_lttng_substream.h"

/* SND_PCM_STATE_ of ALSA */
enum {
	STATE_RUNNING = 3,
	STATE_XRUN = 4,
	STATE_DRAINING = 5,
	STATE_PAUSED = 6,
	STATE_SUSPENDED = 7
};

static bool has_run(int64_t state)
{
	return state == STATE_RUNNING || state == STATE_DRAINING || state == STATE_PAUSED ||
	       state == STATE_SUSPENDED;
}

/* A damaged trace may say anything. */
static bool slots_are_sane(const struct jscope__lttng_pcm_slots *slots)
{
	return slots->buffer_size > 0 && slots->buffer_size <= UINT32_MAX &&
	       slots->boundary >= slots->buffer_size && slots->hw_ptr >= 0 &&
	       slots->hw_ptr < slots->boundary && slots->appl_ptr >= 0 &&
	       slots->appl_ptr < slots->boundary && slots->period_size >= 0 &&
	       slots->period_size <= slots->buffer_size && slots->rate >= 0 &&
	       slots->rate <= UINT32_MAX;
}

/* Returns whether the buffer is another one than before. */
static bool geometry_note(struct jscope__lttng *adapter, struct jscope_stream_info *info,
			  const struct jscope__lttng_pcm_slots *slots)
{
	if (info->buffer_frames == slots->buffer_size &&
	    info->period_frames == slots->period_size && info->rate_hz == slots->rate)
		return false;
	info->buffer_frames = (uint32_t)slots->buffer_size;
	info->period_frames = (uint32_t)slots->period_size;
	info->rate_hz = (uint32_t)slots->rate;
	info->nominal_period_ns =
		slots->rate ? jscope_muldiv(slots->period_size, JSCOPE_NS_PER_SEC, slots->rate) : 0;
	jscope__output_stream_changed(adapter->output, info);
	return true;
}

/* How far `to` is ahead of `from`, negative where it is behind: less than half the boundary. */
static int64_t lead(int64_t from, int64_t to, int64_t boundary)
{
	int64_t frames = to - from;

	if (frames > boundary / 2)
		return frames - boundary;
	return frames < -(boundary / 2) ? frames + boundary : frames;
}

/* The device goes forward: what seems to go back was prepared again. */
static bool has_restarted(const struct jscope__lttng_substream *substream,
			  const struct jscope__lttng_pcm_slots *slots)
{
	return substream->is_located &&
	       (substream->boundary != slots->boundary ||
		lead(substream->hw_ptr, slots->hw_ptr, slots->boundary) < 0);
}

static void run_follow(struct jscope__lttng *adapter, struct jscope__lttng_substream *substream,
		       const struct jscope__lttng_pcm_slots *slots)
{
	if (geometry_note(adapter, substream->info, slots) || has_restarted(substream, slots)) {
		substream->is_over = true;
		substream->laps = 0;
	} else if (substream->is_located && slots->hw_ptr < substream->hw_ptr) {
		substream->laps++;
	}
	if (!has_run(slots->state)) {
		substream->is_over = true;
	} else if (substream->is_over) {
		substream->is_over = false;
		substream->epoch++;
	}
}

static int64_t headroom(const struct jscope__lttng_substream *substream, int64_t appl_ptr)
{
	int64_t frames = lead(substream->hw_ptr, appl_ptr, substream->boundary);

	return substream->is_capture ? frames + substream->info->buffer_frames : frames;
}

struct jscope__lttng_place jscope__lttng_substream_locate(struct jscope__lttng *adapter,
							  struct jscope__lttng_substream *substream,
							  const struct jscope_event *event,
							  bool before)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;
	const unsigned epoch = substream->epoch;
	const int64_t appl_ptr = before ? substream->appl_ptr : slots->appl_ptr;
	bool was_located =
		substream->is_located &&
		!jscope__output_lost_between(adapter->output, substream->located_ns, event->ts_ns);

	if (!slots_are_sane(slots))
		return (struct jscope__lttng_place){ 0 };
	run_follow(adapter, substream, slots);
	substream->is_located = true;
	substream->located_ns = event->ts_ns;
	substream->hw_ptr = slots->hw_ptr;
	substream->appl_ptr = slots->appl_ptr;
	substream->boundary = slots->boundary;
	return (struct jscope__lttng_place){
		.is_known = true,
		.linear_frames = jscope_add_sat(jscope_muldiv(substream->laps, slots->boundary, 1),
						slots->hw_ptr),
		.has_headroom = !before || (was_located && epoch == substream->epoch),
		.headroom_frames = headroom(substream, appl_ptr),
	};
}

/*
 * A client may let the device run past it (stop_threshold beyond the buffer): then the kernel declares
 * nothing, and what was not written in time is heard all the same.
 */
void jscope__lttng_substream_judge(struct jscope__lttng *adapter,
				   struct jscope__lttng_substream *substream,
				   const struct jscope_event *event,
				   const struct jscope__lttng_place *place, bool is_xrun)
{
	const struct jscope__lttng_pcm_slots *slots = (const void *)event->slot;
	const struct jscope_glitch glitch = { .stream = substream->info, .at_ns = event->ts_ns };
	bool ran_out = place->has_headroom && place->headroom_frames <= 0;
	bool is_bad =
		is_xrun || slots->state == STATE_XRUN || (slots->state == STATE_RUNNING && ran_out);

	if (is_bad && !substream->in_glitch)
		jscope__output_glitch(adapter->output, &glitch);
	substream->in_glitch = is_bad;
}

void jscope__lttng_substream_tell(struct jscope__lttng *adapter,
				  const struct jscope__lttng_substream *substream,
				  const struct jscope_event *event,
				  const struct jscope__lttng_place *place)
{
	const struct jscope_position position = {
		.stream = substream->info,
		.at_ns = event->ts_ns,
		.read_ns = event->ts_ns,
		.epoch = substream->epoch,
		.linear_frames = place->linear_frames,
		.offset_frames =
			place->is_known ? substream->hw_ptr % substream->info->buffer_frames : 0,
		.written_frames = jscope_add_sat(
			place->linear_frames,
			place->is_known
				? lead(substream->hw_ptr, substream->appl_ptr, substream->boundary)
				: 0),
		.headroom_frames = place->headroom_frames,
		.has_headroom = place->has_headroom,
	};

	if (place->is_known)
		jscope__output_position(adapter->output, &position);
}
