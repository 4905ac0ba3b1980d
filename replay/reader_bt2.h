/*
 * Insides of the libbabeltrace2 reader, shared by reader_bt2*.c. One thread.
 *
 * One source.ctf.fs component per logical trace, a muxer, and a sink that keeps the messages:
 *
 *   ctf.fs (kernel) ─┐
 *                    ├─▶ muxer ─▶ sink ─▶ pending messages ─▶ batch
 *   ctf.fs (ust)   ──┘
 *
 * Of a session that still runs the one source is source.ctf.lttng-live (reader_bt2_live.h).
 */
#ifndef REPLAY_READER_BT2_H
#define REPLAY_READER_BT2_H

#include <signal.h>

#include <babeltrace2/babeltrace.h>

#include "common/map.h"
#include "replay/reader.h"
#include "strings.h"
#include "text.h"

#define JSCOPE__BT2_BATCH_TEXT 16
#define JSCOPE__BT2_CLASSES    65535
#define JSCOPE__BT2_STREAMS    65536
#define JSCOPE__BT2_TEXT_MAX   16384

/* How long a relay daemon may owe an answer; it gives one at once, if only that nothing is new. */
#define JSCOPE__BT2_SILENCE_S 20

enum jscope__bt2_scope {
	JSCOPE__BT2_PAYLOAD,
	JSCOPE__BT2_SPECIFIC,
	JSCOPE__BT2_COMMON,
	JSCOPE__BT2_PACKET,
	JSCOPE__BT2_SCOPE_COUNT
};

/* How the value of a field is taken; NONE gives the `missing` value. */
enum jscope__bt2_take {
	JSCOPE__BT2_TAKE_NONE,
	JSCOPE__BT2_TAKE_UNSIGNED,
	JSCOPE__BT2_TAKE_SIGNED,
	JSCOPE__BT2_TAKE_BOOL,
	JSCOPE__BT2_TAKE_BITS,
	JSCOPE__BT2_TAKE_INSTANT,
	JSCOPE__BT2_TAKE_SIGNED_INSTANT,
	JSCOPE__BT2_TAKE_STRING,
	JSCOPE__BT2_TAKE_BYTES, /* array of integers -> hexadecimal text */
};

struct jscope__bt2_slot {
	enum jscope__bt2_scope scope;
	enum jscope__bt2_take take;
	uint64_t member;
	int64_t missing;
};

/* What to take from the events of one class. */
struct jscope__bt2_plan {
	const bt_event_class *event_class; /* a reference, so that none can come in its place */
	uint16_t index;
	bool is_hidden; /* of a stream that is neither delivered nor counted */
	unsigned count;
	struct jscope__bt2_slot slots[JSCOPE_SLOTS_MAX];
	struct jscope__bt2_slot cpu;
	int64_t clock_offset_ns; /* of the stream's clock from the origin of the trace clock */
};

struct jscope__bt2 {
	struct jscope_reader base;
	unsigned flags;
	jscope_announce_fn *announce;
	void *announce_state;
	char *path; /* owned */
	bt_graph *graph;
	bt_interrupter *interrupter; /* of the graph */
	struct jscope_reader_info info;
	struct jscope__strings *strings;
	char clock[64];

	/* Messages of the last round, owned from `pending` on. */
	bt_message_array_const messages;
	uint64_t pending, message_count;
	bool ended;
	bool is_attached; /* to the live session */
	bool is_idle;	  /* the last round brought nothing, and more may come */
	int error;

	/* For tick(), from a signal handler. */
	volatile sig_atomic_t is_waiting, silent_s;

	struct jscope_map *plans;	/* event class pointer -> struct jscope__bt2_plan * */
	struct jscope_map *stream_cpus; /* stream pointer -> uint32_t CPU of its last packet */
	uint16_t class_count;
	const bt_event_class *announcing;

	struct jscope_batch *batch; /* being filled, the caller's */
	struct jscope__text texts[JSCOPE__BT2_BATCH_TEXT];
};

/* Build reader->graph over all traces under `path`. 0, -ENOENT, -EBADMSG, -ENOMEM. */
int jscope__bt2_graph_build(struct jscope__bt2 *reader, const char *path,
			    bt_graph_simple_sink_component_consume_func consume);

/*
 * Whether a stream brings nothing but the ground truth of a virtual device, which is for those who
 * test us: as if its file were not there. Text is of the raw trace, ground truth and all.
 */
bool jscope__bt2_stream_is_hidden(const struct jscope__bt2 *reader,
				  const bt_stream_class *stream_class);

/*
 * The plan of a class, compiled from what the adapters want. Returns 0, -EBADMSG (no clock),
 * -E2BIG (too many classes or wants), or what the announcement returned.
 */
int jscope__bt2_plan_get(struct jscope__bt2 *reader, const bt_stream *stream,
			 const bt_event_class *event_class, struct jscope__bt2_plan **ret_plan);
bool jscope__bt2_class_has(struct jscope_reader *base, const char *field);
void jscope__bt2_plan_take(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			   const bt_event *event, int64_t *slots);
uint32_t jscope__bt2_plan_cpu(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			      const bt_event *event);

/* The whole event as text, in the manner of babeltrace2's own printer. */
void jscope__bt2_text_event(struct jscope__text *text, const bt_event *event);

/* Add the deepest cause that libbabeltrace2 tells as a sentence, forget the rest, return error. */
int jscope__bt2_error(int error, const char *what, const char *path);

#endif
