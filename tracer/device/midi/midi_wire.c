#include "midi_wire.h"

#include "fault.h"
#include "jscope/probe.h"

static void tell(struct jscope__context *context, const struct jscope__midi_wire *wire,
		 jscope_ns begin_ns, jscope_ns byte_ns, uint32_t bytes)
{
	JSCOPE_PROBE(midi_wire, .dev = wire->dev, .irql = context->irql, .stream = wire->stream,
		     .dir = wire->capture, .bytes = bytes, .begin_ns = (uint64_t)begin_ns,
		     .end_ns = (uint64_t)(begin_ns + bytes * byte_ns));
}

static void arm(struct jscope__context *context, struct jscope__midi_wire *wire, jscope_ns at_ns)
{
	struct jscope__clock *clock = context->machine->clock;

	clock->ops->timer_arm(clock, &wire->timer, at_ns);
}

/* A crystal of twice its frequency is a fault that lasts. */
static jscope_ns byte_time(struct jscope__context *context, const struct jscope__midi_wire *wire)
{
	return jscope__fault_holds(context, wire->dev, JSCOPE_FAULT_fast_wire)
		       ? JSCOPE__MIDI_BYTE_NS / 2
		       : JSCOPE__MIDI_BYTE_NS;
}

static jscope_ns segment_end(const struct jscope__midi_segment *segment)
{
	return segment->begin_ns + segment->bytes * segment->byte_ns;
}

/* Capture */

static uint32_t chunk_limit(const struct jscope__midi_wire *wire)
{
	return wire->fifo_bytes > 1 ? wire->fifo_bytes / 2 : 1;
}

/* What comes next: the rest of the message, or the next one at its time. */
static void chunk_next(struct jscope__context *context, struct jscope__midi_wire *wire,
		       jscope_ns free_ns)
{
	const uint32_t limit = chunk_limit(wire);

	wire->chunk.begin_ns = free_ns;
	wire->chunk.byte_ns = byte_time(context, wire);
	if (wire->message_left == 0) {
		wire->message_begin_ns = jscope_add_sat(
			wire->message_begin_ns, jscope__delay_draw(&wire->arrival, context, 0));
		if (wire->message_begin_ns < free_ns)
			wire->message_begin_ns = free_ns;
		wire->chunk.begin_ns = wire->message_begin_ns;
		wire->message_left = wire->message_bytes;
	}
	wire->chunk.bytes = wire->message_left < limit ? wire->message_left : limit;
	wire->message_left -= wire->chunk.bytes;
	arm(context, wire, segment_end(&wire->chunk));
}

static void chunk_store(struct jscope__midi_wire *wire)
{
	const uint32_t room = wire->fifo_bytes - wire->level_bytes;
	const uint32_t stored = wire->chunk.bytes < room ? wire->chunk.bytes : room;

	wire->level_bytes += stored;
	wire->total_bytes += stored;
	wire->overrun_bytes += wire->chunk.bytes - stored;
	wire->received_ns = segment_end(&wire->chunk);
}

/* Returns whether a chunk has come, and when its last bit was in. */
static bool chunk_receive(struct jscope__context *context, struct jscope__midi_wire *wire,
			  jscope_ns *ret_at_ns)
{
	const jscope_ns end_ns = segment_end(&wire->chunk);

	if (end_ns > jscope__machine_now(context->machine)) {
		arm(context, wire, end_ns);
		return false;
	}
	tell(context, wire, wire->chunk.begin_ns, wire->chunk.byte_ns, wire->chunk.bytes);
	chunk_store(wire);
	chunk_next(context, wire, end_ns);
	*ret_at_ns = end_ns;
	return true;
}

uint32_t jscope__midi_wire_read(struct jscope__midi_wire *wire, uint32_t bytes)
{
	const uint32_t done = bytes < wire->level_bytes ? bytes : wire->level_bytes;

	wire->level_bytes -= done;
	return done;
}

/* Render */

static struct jscope__midi_segment *segment_at(struct jscope__midi_wire *wire, unsigned index)
{
	return &wire->segments[(wire->segment_first + index) % JSCOPE__MIDI_SEGMENTS_MAX];
}

/* Tell the bytes that are through by an instant; a byte under way is not. */
static void bytes_pass(struct jscope__context *context, struct jscope__midi_wire *wire,
		       jscope_ns now_ns)
{
	while (wire->segment_count > 0) {
		struct jscope__midi_segment *segment = segment_at(wire, 0);
		jscope_ns passed = (now_ns - segment->begin_ns) / segment->byte_ns;

		if (passed <= 0)
			return;
		if (passed > segment->bytes)
			passed = segment->bytes;
		tell(context, wire, segment->begin_ns, segment->byte_ns, (uint32_t)passed);
		segment->begin_ns += passed * segment->byte_ns;
		segment->bytes -= (uint32_t)passed;
		wire->level_bytes -= (uint32_t)passed;
		if (segment->bytes > 0)
			return;
		wire->segment_first = (wire->segment_first + 1) % JSCOPE__MIDI_SEGMENTS_MAX;
		wire->segment_count--;
	}
}

/* When so many bytes will be left. */
static jscope_ns level_instant(struct jscope__midi_wire *wire, uint32_t level_bytes)
{
	uint32_t to_pass = wire->level_bytes - level_bytes;

	for (unsigned i = 0; i < wire->segment_count; i++) {
		const struct jscope__midi_segment *segment = segment_at(wire, i);

		if (to_pass <= segment->bytes)
			return segment->begin_ns + to_pass * segment->byte_ns;
		to_pass -= segment->bytes;
	}
	return INT64_MAX;
}

static void drain_arm(struct jscope__context *context, struct jscope__midi_wire *wire)
{
	if (wire->level_bytes > 0)
		arm(context, wire, level_instant(wire, wire->wants ? wire->want_bytes : 0));
}

/* Returns whether the FIFO has come down to where it asks for service, and when. */
static bool level_reach(struct jscope__context *context, struct jscope__midi_wire *wire,
			jscope_ns *ret_at_ns)
{
	const jscope_ns now_ns = jscope__machine_now(context->machine);
	bool reached;

	*ret_at_ns = wire->level_bytes > 0 && wire->wants ? level_instant(wire, wire->want_bytes)
							  : INT64_MAX;
	reached = *ret_at_ns <= now_ns;
	bytes_pass(context, wire, now_ns);
	if (reached)
		wire->wants = false;
	drain_arm(context, wire);
	return reached;
}

uint32_t jscope__midi_wire_room(struct jscope__context *context, struct jscope__midi_wire *wire)
{
	if (!wire->running)
		return 0;
	bytes_pass(context, wire, jscope__machine_now(context->machine));
	return wire->segment_count == JSCOPE__MIDI_SEGMENTS_MAX
		       ? 0
		       : wire->fifo_bytes - wire->level_bytes;
}

/* Bytes that go on without a gap belong to the segment before them. */
static void segment_add(struct jscope__midi_wire *wire, const struct jscope__midi_segment *segment)
{
	struct jscope__midi_segment *last =
		wire->segment_count > 0 ? segment_at(wire, wire->segment_count - 1) : NULL;

	if (last && segment_end(last) >= segment->begin_ns && last->byte_ns == segment->byte_ns) {
		last->bytes += segment->bytes;
		return;
	}
	*segment_at(wire, wire->segment_count++) = *segment;
	if (last && segment_end(last) > segment->begin_ns)
		segment_at(wire, wire->segment_count - 1)->begin_ns = segment_end(last);
}

void jscope__midi_wire_write(struct jscope__context *context, struct jscope__midi_wire *wire,
			     uint32_t bytes)
{
	const uint32_t half = wire->fifo_bytes / 2;
	const struct jscope__midi_segment segment = {
		.begin_ns = jscope__machine_now(context->machine),
		.byte_ns = byte_time(context, wire),
		.bytes = bytes,
	};

	segment_add(wire, &segment);
	wire->level_bytes += bytes;
	wire->wants = true;
	wire->want_bytes = wire->level_bytes > half ? half : 0;
	drain_arm(context, wire);
}

/* Life */

static void wire_fire(struct jscope__context *context, void *state)
{
	struct jscope__midi_wire *wire = state;
	uint64_t total_bytes;
	jscope_ns at_ns = 0;
	bool wants;

	do {
		jscope__machine_lock(context->machine);
		wants = wire->running && (wire->capture ? chunk_receive(context, wire, &at_ns)
							: level_reach(context, wire, &at_ns));
		total_bytes = wire->total_bytes;
		jscope__machine_unlock(context->machine);
		if (wants)
			wire->want(context, wire->state, at_ns, total_bytes);
	} while (wants && wire->capture);
}

void jscope__midi_wire_init(struct jscope__midi_wire *wire)
{
	wire->timer = (struct jscope__timer){ .fire = wire_fire, .state = wire };
}

void jscope__midi_wire_start(struct jscope__context *context, struct jscope__midi_wire *wire)
{
	jscope__machine_lock(context->machine);
	wire->running = true;
	wire->message_begin_ns = jscope__machine_now(context->machine);
	if (wire->capture)
		chunk_next(context, wire, wire->message_begin_ns);
	jscope__machine_unlock(context->machine);
}

void jscope__midi_wire_stop(struct jscope__context *context, struct jscope__midi_wire *wire)
{
	struct jscope__clock *clock = context->machine->clock;

	jscope__machine_lock(context->machine);
	if (!wire->capture)
		bytes_pass(context, wire, jscope__machine_now(context->machine));
	wire->running = false;
	clock->ops->timer_cancel(clock, &wire->timer);
	jscope__machine_unlock(context->machine);
	clock->ops->timer_settle(clock, &wire->timer);
}
