#include "reader_bt2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/error.h"

static struct jscope__bt2 *reader_of(struct jscope_reader *base)
{
	return (struct jscope__bt2 *)base;
}

static bt_graph_simple_sink_component_consume_func_status consume(bt_message_iterator *iterator,
								  void *state)
{
	struct jscope__bt2 *reader = state;
	bt_message_iterator_next_status status =
		bt_message_iterator_next(iterator, &reader->messages, &reader->message_count);

	reader->pending = 0;
	if (status != BT_MESSAGE_ITERATOR_NEXT_STATUS_OK)
		reader->message_count = 0;
	/* Both enumerations are made from the same common values. */
	return (bt_graph_simple_sink_component_consume_func_status)(int)status;
}

static void messages_drop(struct jscope__bt2 *reader)
{
	for (; reader->pending < reader->message_count; reader->pending++)
		bt_message_put_ref(reader->messages[reader->pending]);
}

static jscope_ns snapshot_ns(const bt_clock_snapshot *snapshot)
{
	int64_t ns;

	if (bt_clock_snapshot_get_ns_from_origin(snapshot, &ns)) {
		bt_current_thread_clear_error();
		return INT64_MAX;
	}
	return ns == JSCOPE_NS_UNKNOWN ? ns + 1 : ns;
}

static struct jscope_key stream_key(const bt_stream *stream)
{
	return (struct jscope_key){ 0, (uintptr_t)stream };
}

static void event_store(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			const bt_event *event, jscope_ns ts_ns)
{
	struct jscope_batch *batch = reader->batch;
	int64_t *slots = &batch->slots[batch->slot_count];

	jscope__bt2_plan_take(reader, plan, event, slots);
	batch->events[batch->count] =
		(struct jscope_event){ .ts_ns = ts_ns,
				       .slot = slots,
				       .cpu = jscope__bt2_plan_cpu(reader, plan, event),
				       .class_index = plan->index,
				       .slot_count = (uint16_t)plan->count };
	if (reader->flags & JSCOPE_READER_TEXT) {
		jscope__bt2_text_event(&reader->texts[batch->count], event);
		batch->texts[batch->count] = reader->texts[batch->count].data;
	}
	batch->slot_count += plan->count;
	batch->count++;
}

static int on_event(struct jscope__bt2 *reader, const bt_message *message)
{
	const bt_event *event = bt_message_event_borrow_event_const(message);
	struct jscope__bt2_plan *plan;
	jscope_ns ts_ns;
	int error = jscope__bt2_plan_get(reader, bt_event_borrow_stream_const(event),
					 bt_event_borrow_class_const(event), &plan);

	if (error < 0 || plan->is_hidden)
		return error;
	ts_ns = snapshot_ns(bt_message_event_borrow_default_clock_snapshot_const(message));
	if (!reader->info.events++)
		reader->info.begin_ns = ts_ns;
	reader->info.end_ns = ts_ns;
	if (plan->count || (reader->flags & JSCOPE_READER_TEXT))
		event_store(reader, plan, event, ts_ns);
	return 0;
}

/* Announce what the stream may bring before its first event. */
static int on_stream_beginning(struct jscope__bt2 *reader, const bt_message *message)
{
	const bt_stream *stream = bt_message_stream_beginning_borrow_stream_const(message);
	const bt_stream_class *class = bt_stream_borrow_class_const(stream);
	uint64_t count = bt_stream_class_get_event_class_count(class);
	struct jscope__bt2_plan *plan;
	int error = 0;

	if (jscope__bt2_stream_is_hidden(reader, class))
		return 0;
	reader->info.streams++;
	for (uint64_t i = 0; !error && i < count; i++)
		error = jscope__bt2_plan_get(
			reader, stream, bt_stream_class_borrow_event_class_by_index_const(class, i),
			&plan);
	return error;
}

static bool is_hidden(const struct jscope__bt2 *reader, const bt_stream *stream)
{
	return jscope__bt2_stream_is_hidden(reader, bt_stream_borrow_class_const(stream));
}

/* Which CPU a stream belongs to, so that what it lost can be put there. */
static int on_packet_beginning(struct jscope__bt2 *reader, const bt_message *message)
{
	const bt_packet *packet = bt_message_packet_beginning_borrow_packet_const(message);
	const bt_stream *stream = bt_packet_borrow_stream_const(packet);
	const bt_field *context = bt_packet_borrow_context_field_const(packet);
	const bt_field *cpu;
	uint32_t *known;

	if (is_hidden(reader, stream))
		return 0;
	reader->info.packets++;
	cpu = context ? bt_field_structure_borrow_member_field_by_name_const(context, "cpu_id")
		      : NULL;
	if (!cpu || !bt_field_class_type_is(bt_field_get_class_type(cpu),
					    BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return 0;
	known = jscope_map_put(reader->stream_cpus, stream_key(stream));
	if (known)
		*known = (uint32_t)bt_field_integer_unsigned_get_value(cpu);
	return 0;
}

static void gap_tell(struct jscope__bt2 *reader, const bt_stream *stream, struct jscope_gap gap,
		     const bt_clock_snapshot *begin, const bt_clock_snapshot *end)
{
	const uint32_t *cpu = jscope_map_get(reader->stream_cpus, stream_key(stream));

	gap.begin_ns = begin ? snapshot_ns(begin) : JSCOPE_NS_UNKNOWN;
	gap.end_ns = end ? snapshot_ns(end) : JSCOPE_NS_UNKNOWN;
	gap.cpu = cpu ? *cpu : JSCOPE_CPU_UNKNOWN;
	reader->info.lost_events += gap.events;
	reader->info.lost_packets += gap.packets;
	reader->batch->gap = gap;
	reader->batch->has_gap = true;
}

static int on_discarded_events(struct jscope__bt2 *reader, const bt_message *message)
{
	const bt_stream *stream = bt_message_discarded_events_borrow_stream_const(message);
	bool timed = bt_stream_class_discarded_events_have_default_clock_snapshots(
		bt_stream_borrow_class_const(stream));
	const bt_clock_snapshot *begin = NULL, *end = NULL;
	uint64_t count;

	if (is_hidden(reader, stream))
		return 0;
	if (bt_message_discarded_events_get_count(message, &count) !=
	    BT_PROPERTY_AVAILABILITY_AVAILABLE)
		count = 0;
	if (timed) {
		begin = bt_message_discarded_events_borrow_beginning_default_clock_snapshot_const(
			message);
		end = bt_message_discarded_events_borrow_end_default_clock_snapshot_const(message);
	}
	gap_tell(reader, stream, (struct jscope_gap){ .events = count }, begin, end);
	return 0;
}

static int on_discarded_packets(struct jscope__bt2 *reader, const bt_message *message)
{
	const bt_stream *stream = bt_message_discarded_packets_borrow_stream_const(message);
	bool timed = bt_stream_class_discarded_packets_have_default_clock_snapshots(
		bt_stream_borrow_class_const(stream));
	const bt_clock_snapshot *begin = NULL, *end = NULL;
	uint64_t count;

	if (is_hidden(reader, stream))
		return 0;
	if (bt_message_discarded_packets_get_count(message, &count) !=
	    BT_PROPERTY_AVAILABILITY_AVAILABLE)
		count = 0;
	if (timed) {
		begin = bt_message_discarded_packets_borrow_beginning_default_clock_snapshot_const(
			message);
		end = bt_message_discarded_packets_borrow_end_default_clock_snapshot_const(message);
	}
	gap_tell(reader, stream, (struct jscope_gap){ .packets = count }, begin, end);
	return 0;
}

static int on_message(struct jscope__bt2 *reader, const bt_message *message)
{
	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		return on_event(reader, message);
	case BT_MESSAGE_TYPE_STREAM_BEGINNING:
		return on_stream_beginning(reader, message);
	case BT_MESSAGE_TYPE_PACKET_BEGINNING:
		return on_packet_beginning(reader, message);
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
		return on_discarded_events(reader, message);
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		return on_discarded_packets(reader, message);
	default:
		return 0;
	}
}

static bool batch_is_ready(const struct jscope__bt2 *reader)
{
	const struct jscope_batch *batch = reader->batch;

	return batch->has_gap || !jscope_batch_has_room(batch) ||
	       (reader->flags & JSCOPE_READER_TEXT && batch->count == JSCOPE__BT2_BATCH_TEXT);
}

/* Turn pending messages into events until the batch is full or something was lost. */
static void messages_take(struct jscope__bt2 *reader)
{
	while (reader->pending < reader->message_count && !batch_is_ready(reader) &&
	       !reader->error) {
		const bt_message *message = reader->messages[reader->pending++];

		reader->error = on_message(reader, message);
		bt_message_put_ref(message);
	}
}

/* A live session had nothing new: ask again, but not at once. A signal ends the pause. */
static void pause_after_idle(struct jscope__bt2 *reader)
{
	static const struct timespec pause = { .tv_nsec = 50000000 };

	if (reader->is_idle)
		nanosleep(&pause, NULL);
	reader->is_idle = false;
}

static bt_graph_run_once_status graph_run(struct jscope__bt2 *reader)
{
	bt_graph_run_once_status status;

	reader->silent_s = 0;
	reader->is_waiting = true;
	status = bt_graph_run_once(reader->graph);
	reader->is_waiting = false;
	return status;
}

static bool reader_tick(struct jscope_reader *base, bool stop)
{
	struct jscope__bt2 *reader = reader_of(base);

	if (!reader->is_waiting)
		return false;
	reader->silent_s++;
	if (!stop && reader->silent_s < JSCOPE__BT2_SILENCE_S)
		return false;
	bt_interrupter_set(reader->interrupter);
	return true;
}

static int failure_tell(struct jscope__bt2 *reader)
{
	if (reader->silent_s >= JSCOPE__BT2_SILENCE_S) {
		bt_current_thread_clear_error();
		return jscope_error(-ETIMEDOUT,
				    "'%s' did not answer for %d s: the network or the relay "
				    "daemon stands still. What came before counts.",
				    reader->path, JSCOPE__BT2_SILENCE_S);
	}
	if (reader->info.is_live)
		return jscope__bt2_error(-EBADMSG,
					 reader->is_attached
						 ? "The connection broke off while reading"
						 : "Cannot attach to",
					 reader->path);
	return jscope__bt2_error(-EBADMSG, "Reading stopped in the middle of", reader->path);
}

static bool is_interrupted(const struct jscope__bt2 *reader)
{
	return reader->interrupter && bt_interrupter_is_set(reader->interrupter);
}

/*
 * The source gave what it had when tick() interrupted it; libbabeltrace2 2.0 takes it for a failure
 * if it is asked again. Whoever wants the end finds a pause to end in.
 */
static void interruption_take(struct jscope__bt2 *reader)
{
	if (reader->silent_s >= JSCOPE__BT2_SILENCE_S)
		reader->error = failure_tell(reader);
	else
		reader->is_idle = true;
}

/* One more round of messages. The cause of a failure is told when its turn comes, not here. */
static void messages_refill(struct jscope__bt2 *reader)
{
	if (is_interrupted(reader)) {
		interruption_take(reader);
		return;
	}
	switch (graph_run(reader)) {
	case BT_GRAPH_RUN_ONCE_STATUS_OK:
		break;
	case BT_GRAPH_RUN_ONCE_STATUS_END:
		reader->ended = true;
		break;
	case BT_GRAPH_RUN_ONCE_STATUS_AGAIN:
		reader->is_idle = true;
		break;
	case BT_GRAPH_RUN_ONCE_STATUS_MEMORY_ERROR:
		bt_current_thread_clear_error();
		reader->error = -ENOMEM;
		break;
	default:
		reader->error = failure_tell(reader);
	}
}

static int reader_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct jscope__bt2 *reader = reader_of(base);

	jscope_batch_reset(batch);
	reader->batch = batch;
	pause_after_idle(reader);
	messages_take(reader);
	while (!batch_is_ready(reader) && !reader->error && !reader->ended && !reader->is_idle) {
		messages_refill(reader);
		messages_take(reader);
	}
	reader->info.refused = jscope__strings_refused(reader->strings);
	reader->info.partial = reader->error < 0;
	batch->info = reader->info;
	if (reader->error && !batch->count && !batch->has_gap)
		return reader->error;
	return batch->count || batch->has_gap || reader->is_idle;
}

static const char *reader_string(struct jscope_reader *base, int64_t id)
{
	return jscope__strings_get(reader_of(base)->strings, id);
}

static const struct jscope_reader_info *reader_info(struct jscope_reader *base)
{
	return &reader_of(base)->info;
}

static void plans_destroy(struct jscope_map *plans)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (plans && jscope_map_next(plans, &cursor, &key, &value)) {
		struct jscope__bt2_plan *plan = *(struct jscope__bt2_plan **)value;

		bt_event_class_put_ref(plan->event_class);
		free(plan);
	}
	jscope_map_destroy(plans);
}

static void reader_destroy(struct jscope_reader *base)
{
	struct jscope__bt2 *reader = reader_of(base);

	if (!reader)
		return;
	messages_drop(reader);
	plans_destroy(reader->plans);
	bt_graph_put_ref(reader->graph);
	bt_current_thread_clear_error();
	jscope_map_destroy(reader->stream_cpus);
	jscope__strings_destroy(reader->strings);
	for (size_t i = 0; i < JSCOPE__BT2_BATCH_TEXT; i++)
		jscope__text_finish(&reader->texts[i]);
	free(reader->path);
	free(reader);
}

/* The first round of a live session attaches to it: what fails there fails to open. */
static int session_attach(struct jscope__bt2 *reader)
{
	reader->interrupter = bt_graph_borrow_default_interrupter(reader->graph);
	messages_refill(reader);
	reader->is_attached = true;
	return reader->error;
}

static int reader_init(struct jscope__bt2 *reader, const char *path)
{
	int error;

	reader->base.ops = &jscope_reader_babeltrace2;
	reader->info.begin_ns = JSCOPE_NS_UNKNOWN;
	reader->info.end_ns = JSCOPE_NS_UNKNOWN;
	reader->info.is_live = jscope_path_is_live(path);
	reader->path = strdup(path);
	if (!reader->path)
		return -ENOMEM;
	error = jscope__strings_create(&reader->strings);
	if (!error)
		error = jscope_map_create(sizeof(struct jscope__bt2_plan *), JSCOPE__BT2_CLASSES,
					  &reader->plans);
	if (!error)
		error = jscope_map_create(sizeof(uint32_t), JSCOPE__BT2_STREAMS,
					  &reader->stream_cpus);
	if (!error)
		error = jscope__bt2_graph_build(reader, path, consume);
	if (!error && reader->info.is_live)
		error = session_attach(reader);
	return error;
}

static int reader_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			 void *announce_state, struct jscope_reader **ret_reader)
{
	struct jscope__bt2 *reader = calloc(1, sizeof *reader);
	int error;

	if (!reader)
		return -ENOMEM;
	reader->flags = flags;
	reader->announce = announce;
	reader->announce_state = announce_state;
	error = reader_init(reader, path);
	if (error < 0) {
		reader_destroy(&reader->base);
		return error;
	}
	*ret_reader = &reader->base;
	return 0;
}

const struct jscope_reader_ops jscope_reader_babeltrace2 = {
	.name = "babeltrace2",
	.create = reader_create,
	.next = reader_next,
	.class_has = jscope__bt2_class_has,
	.string = reader_string,
	.info = reader_info,
	.tick = reader_tick,
	.destroy = reader_destroy,
};
