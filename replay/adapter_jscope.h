/*
 * Insides of the adapter for our own vocabulary, shared by adapter_jscope*.c. One thread.
 *
 * How a chain comes together, by what the events name and never by counting:
 *
 *   dev_point(stream, k) ──────────────────────────────────────┐ same stream, k <= packet, and the
 *                                                              │ interrupt that asserted for it
 *   irq_entry(dev, seq) ─▶ dpc_insert(dpc, seq) ─▶ dpc_entry(dpc, run)
 *                             group of seqs            │
 *                                                      ▼
 *   wrt_register(stream, event) ───────────▶ ev_set(event, dpc, run, packet)
 *                                                      │ prev=1: joins the set before
 *                                                      ▼
 *                                            ev_wake(event, tid) ─▶ wrt_write(stream) by tid
 *
 * A client is one event of one stream (or of a bare device). Its open notifications are a list of
 * nodes: crossed -> signalled -> running -> handed over.
 */
#ifndef REPLAY_ADAPTER_JSCOPE_H
#define REPLAY_ADAPTER_JSCOPE_H

#include "adapter.h"
#include "batch.h"
#include "common/map.h"
#include "flight.h"
#include "probes/vocabulary.h"

#define JSCOPE__JS_DEVICES	 256
#define JSCOPE__JS_DPCS		 1024
#define JSCOPE__JS_STREAMS	 512
#define JSCOPE__JS_CLIENTS	 512
#define JSCOPE__JS_PLACES	 4096
#define JSCOPE__JS_REQUESTS	 65536
#define JSCOPE__JS_BUFFERS	 4096
#define JSCOPE__JS_IRQS		 256 /* interrupts that a device remembers */
#define JSCOPE__JS_GROUP	 256 /* interrupts that one DPC execution may merge */
#define JSCOPE__JS_RUNS		 4   /* executions that a DPC remembers */
#define JSCOPE__JS_STREAM_EVENTS 8   /* events that one stream may have */
#define JSCOPE__JS_OPEN		 512 /* open notifications of a client */
#define JSCOPE__JS_NESTING	 8

struct jscope__js_irq {
	uint64_t seq;
	uint32_t line;
	bool is_disowned;
	jscope_ns entry_ns;    /* UNKNOWN: not seen */
	jscope_ns asserted_ns; /* when the device asserted the line */
	uint32_t cpu;
};

struct jscope__js_client;
struct jscope__js_signal;

/* A time in which a device takes no requests. */
struct jscope__js_hold {
	bool open;
	jscope_ns begin_ns;
	uint64_t number;     /* of the last request that began before */
	unsigned held_count; /* of those, under way when it began, */
	unsigned left_count; /* and until now */
};

struct jscope__js_device {
	uint32_t dev;
	char name[16];
	struct jscope__js_client *client; /* the first whose stream is of this device, or NULL */
	bool is_storage;		  /* it completes requests, each with a signal */
	bool tells_entries;		  /* of HwStorStartIo, not its returns alone */
	jscope_ns timer_due_ns;		  /* of its RequestTimerCall, */
	jscope_ns timer_request_ns;	  /* which came then */
	struct jscope__flight flight;	  /* its requests */
	uint64_t request_number;	  /* of the last one that began, from 1 */
	struct jscope__js_hold holds[JSCOPE_HOLD_KIND_COUNT];
	struct jscope__js_irq irqs[JSCOPE__JS_IRQS]; /* by seq modulo the size */
};

/* One interrupt that asked for a DPC. */
struct jscope__js_cause {
	uint64_t seq; /* 0: not on behalf of an interrupt */
	jscope_ns asserted_ns, irq_ns, queued_ns;
	uint32_t cpu;
};

/* The interrupts that one DPC execution serves. */
struct jscope__js_group {
	unsigned count;
	bool incomplete; /* there may have been others */
	struct jscope__js_cause causes[JSCOPE__JS_GROUP];
};

struct jscope__js_run {
	uint64_t run;
	bool known, left, signalled, is_timer;
	jscope_ns entry_ns;
	struct jscope__js_group group;
};

struct jscope__js_dpc {
	uint32_t dev;
	bool queued;
	struct jscope__js_group queue;
	struct jscope__js_run runs[JSCOPE__JS_RUNS]; /* by run modulo the size */
	struct jscope__js_run *latest;
	struct jscope__js_client *client; /* whom it signalled last */
};

/* An execution that something is done for, later and elsewhere; dpc NULL for none. */
struct jscope__js_work {
	struct jscope__js_dpc *dpc;
	uint64_t run;
	jscope_ns since_ns; /* when that was found */
	bool doubtful;	    /* what was lost may have been another */
};

enum jscope__js_state { JSCOPE__JS_CROSSED, JSCOPE__JS_SIGNALLED, JSCOPE__JS_RUNNING };

struct jscope__js_node {
	struct jscope__js_node *previous, *next;
	enum jscope__js_state state;
	uint64_t set; /* SIGNALLED: which wake it waits for, see client.set */
	bool merged, spurious, cut;
	bool awaits_point;  /* signalled before its point was told */
	bool held;	    /* woken, but the wake may yet turn out to be that of an older set */
	bool ready;	    /* complete but for one of these */
	jscope_ns since_ns; /* what it lacks may have been lost from then on, and is not older */
	struct jscope__js_work work;   /* the execution that signalled it */
	bool has_request;	       /* whose client it tells that it is complete */
	struct jscope_request request; /* all before it is zero in a new node */
	struct jscope_notification notification;
};

struct jscope__js_stream;

struct jscope__js_client {
	struct jscope__js_device *device;
	struct jscope__js_stream *stream; /* NULL for an event without a stream */
	struct jscope_stream_info *info;  /* NULL until it is needed, or where there are too many */
	uint64_t event;
	const char *kind;
	bool path_learnt;
	bool no_wake;	     /* whom it notifies runs in the DPC itself */
	uint64_t last_point; /* of its stream, dealt with since STOP */
	uint64_t signal_count;
	jscope_ns signal_ns; /* of the last one, UNKNOWN before */
	uint64_t set;	     /* sets that each need a wake of their own, so far */
	bool wake_known;
	uint64_t wake_count;
	bool wakes_late;   /* wakes are told after later sets, each set has one all the same */
	uint64_t held_set; /* whose nodes are held; 0 for none */
	uint64_t run;	   /* with run_dpc: the execution that signalled last */
	const struct jscope__js_dpc *run_dpc;
	struct jscope__js_node *first, *last;
	unsigned open_count;
};

/*
 * Least squares of linear position over time, running, about its own mean: of one RUN epoch, since
 * wall time goes on in a pause and position does not. The slope is that of all epochs together.
 */
struct jscope__js_fit {
	uint64_t count;
	jscope_ns origin_ns;
	int64_t origin_bytes;
	double time_mean, bytes_mean, time_square, time_bytes;
	uint64_t past_count; /* of earlier epochs */
	double past_time_square, past_time_bytes;
	jscope_ns error_ns; /* by which it missed a position, at most */
	uint32_t accuracy_bytes;
};

struct jscope__js_stream {
	struct jscope__js_device *device;
	uint64_t id;
	bool capture;
	uint32_t rate_hz, frame_bytes;
	uint32_t buffer_bytes, packet_bytes;
	bool running;
	unsigned epoch;
	bool awaits_move; /* no position has moved since RUN, which began so: */
	jscope_ns run_ns;
	int64_t run_bytes;
	bool begin_known; /* points count from 1 since a STOP that is in the trace */
	bool has_points;
	bool asserts_exactly; /* interrupts were asserted at the very instants of its points */
	uint64_t point;	      /* index of the last one crossed since STOP */
	jscope_ns point_ns;
	bool position_known;
	jscope_ns position_ns; /* of the last sample */
	int64_t position_bytes;
	struct jscope__js_fit fit;
	bool written_known; /* since the stream stopped last; of capture: read */
	bool answers_packets;	/* its client has named a packet, ever */
	bool written_by_packet; /* packet numbers say where; offsets then name where the packet begins */
	int64_t written_bytes;
	uint64_t point_answered;	 /* the first that was not answered before the last write */
	struct jscope_stream_info *info; /* what positions and glitches are told of */
	struct jscope__js_client *clients[JSCOPE__JS_STREAM_EVENTS];
	unsigned client_count;
};

/* A handler that is open; what a completion finds. */
struct jscope__js_open {
	bool is_dpc;
	uint64_t line; /* device and interrupt line, 0 for a DPC: does not nest in itself */
	uint64_t id;   /* seq, or DPC */
	jscope_ns begin_ns, irq_ns;
	struct jscope__js_irq irq; /* which one it serves, seq 0 for a DPC */
	struct jscope__js_dpc *dpc;
	struct jscope__js_run *run;
	struct jscope__batch batch;
};

struct jscope__js_place {
	uint32_t timer_dev; /* whose timer has just fired here, and has not yet queued its DPC */
	jscope_ns timer_due_ns, timer_fire_ns;
	struct jscope__js_work woken; /* for what its thread woke last */
	struct jscope__js_work sends; /* for what it sends an audio-module notification */
	bool has_request;	      /* completed here, and its client is not yet told */
	struct jscope_request request;
	unsigned depth;
	struct jscope__js_open stack[JSCOPE__JS_NESTING];
};

struct jscope__js {
	struct jscope__output *output;
	struct jscope_reader *reader;
	struct jscope_map *devices;  /* dev -> owned pointer */
	struct jscope_map *dpcs;     /* (dev, dpc) -> owned pointer */
	struct jscope_map *streams;  /* (dev, stream) -> owned pointer */
	struct jscope_map *clients;  /* (dev, event) -> owned pointer */
	struct jscope_map *places;   /* thread or CPU -> owned pointer */
	struct jscope_map *requests; /* (dev, srb) -> struct jscope__js_request */
	struct jscope_map *buffers;  /* (dev, buffer of a notification) -> struct jscope__js_work */
	struct jscope__js_node *spare;
	uint64_t refused;
	struct jscope_want (*wants)[JSCOPE_SLOTS_MAX]; /* owned, by event */
};

/* The object of a key, which most events name again: NULL where there is none yet. */
static inline void *jscope__js_known(const struct jscope_map *map, struct jscope_key key)
{
	void *const *known = jscope_map_get(map, key);

	return known ? *known : NULL;
}

/*
 * Whether anything was lost from an instant until now, on any CPU: where things happened before does
 * not prove that they did not go elsewhere.
 */
static inline bool jscope__js_lost_since(const struct jscope__js *adapter, jscope_ns since_ns)
{
	return adapter->output->loss_count &&
	       jscope__output_lost_between(adapter->output, since_ns, adapter->output->now_ns);
}

/* Make the object of a key (all zero); NULL when there are too many. */
void *jscope__js_object_make(struct jscope_map *map, struct jscope_key key, size_t size);
/* Whom an event tells of who holds a CPU; NULL where it does not. */
jscope__handler_fn *jscope__js_occupied(const char *name);

/* Slot of the thread's id, behind the fields of an event. */
#define JSCOPE__JS_TID(event, name)                                                                \
	((event)->slot[sizeof(struct jscope_slots_##name) / sizeof(int64_t)])

struct jscope__js_device *jscope__js_device_make(struct jscope__js *adapter, uint32_t dev);
static inline struct jscope__js_device *jscope__js_device_get(struct jscope__js *adapter,
							      int64_t dev)
{
	const struct jscope_key key = { 0, (uint32_t)dev };
	struct jscope__js_device *device = jscope__js_known(adapter->devices, key);

	return device ? device : jscope__js_device_make(adapter, (uint32_t)dev);
}

/*
 * The handlers that are open where an event comes from: in its thread, since the CPUs of a modelled
 * machine are threads; where the trace names no thread (tid -1), on its CPU.
 */
struct jscope__js_place *jscope__js_place_make(struct jscope__js *adapter, struct jscope_key key);
static inline struct jscope__js_place *
jscope__js_place_get(struct jscope__js *adapter, const struct jscope_event *event, int64_t tid)
{
	const struct jscope_key key = { tid >= 0, tid >= 0 ? (uint64_t)tid : event->cpu };
	struct jscope__js_place *place = jscope__js_known(adapter->places, key);

	return place ? place : jscope__js_place_make(adapter, key);
}
/* Whether the innermost one may have ended unseen, and another begun. */
static inline bool jscope__js_place_is_doubtful(const struct jscope__js *adapter,
						const struct jscope__js_place *place)
{
	return place && place->depth &&
	       jscope__js_lost_since(adapter, place->stack[place->depth - 1].begin_ns);
}
/* The innermost one, NULL for none and where that is doubtful. */
static inline const struct jscope__js_open *
jscope__js_place_sure(const struct jscope__js *adapter, const struct jscope__js_place *place)
{
	if (!place || !place->depth || jscope__js_place_is_doubtful(adapter, place))
		return NULL;
	return &place->stack[place->depth - 1];
}
/* The same where an event comes from. */
const struct jscope__js_open *jscope__js_place_top(struct jscope__js *adapter,
						   const struct jscope_event *event, int64_t tid);
static inline struct jscope__js_dpc *jscope__js_dpc_find(const struct jscope__js *adapter,
							 int64_t dev, int64_t dpc)
{
	return jscope__js_known(adapter->dpcs, (struct jscope_key){ (uint32_t)dev, (uint64_t)dpc });
}
/* An interrupt as the cause of something that happens now. */
struct jscope__js_cause jscope__js_cause_make(struct jscope__js_device *device, uint64_t seq,
					      const struct jscope__js_place *place,
					      const struct jscope_event *event);
/* Whether the ISR entry of that interrupt is in the trace, and not long ago. */
bool jscope__js_irq_is_known(struct jscope__js_device *device, uint64_t seq);
/* Whether its routine is known to have said that it was somebody else's. */
bool jscope__js_irq_is_disowned(struct jscope__js_device *device, uint64_t seq);
/* NULL when that execution is not in the trace. */
struct jscope__js_run *jscope__js_run_find(struct jscope__js_dpc *dpc, uint64_t run);

struct jscope__js_client *jscope__js_client_make(struct jscope__js *adapter, struct jscope_key key);
static inline struct jscope__js_client *jscope__js_client_get(struct jscope__js *adapter,
							      int64_t dev, int64_t event)
{
	const struct jscope_key key = { (uint32_t)dev, (uint64_t)event };
	struct jscope__js_client *client = jscope__js_known(adapter->clients, key);

	return client ? client : jscope__js_client_make(adapter, key);
}
/* Make sure that it has its stream info. Returns whether it does. */
bool jscope__js_client_name(struct jscope__js *adapter, struct jscope__js_client *client);
void jscope__js_stream_name(struct jscope__js *adapter, struct jscope__js_stream *stream);

/* A signal in hand, with what led to it. */
struct jscope__js_signal {
	const struct jscope_event *event;
	uint64_t packet, set;
	uint64_t number;	     /* of the execution, in the trace or not */
	struct jscope__js_dpc *dpc;  /* NULL: none in the trace */
	struct jscope__js_run *run;  /* NULL: not in the trace */
	bool by_dpc;		     /* the event names a DPC */
	bool is_sent;		     /* by a thread, with a buffer, on behalf of the execution */
	bool is_doubtful;	     /* who signals may be another */
	bool of_request;	     /* it tells that one request is complete */
	bool in_isr;		     /* or it is signalled in the interrupt routine itself, */
	struct jscope__js_cause isr; /* which is this one */
	jscope_ns due_ns;	     /* where the events tell it otherwise than by an interrupt */
};

/*
 * The interrupt of an execution that asserted for a crossed point: at its instant, or after it and
 * before the next point where the device's assertions are not exact. Failing that, one that was
 * pending when the point was crossed. Where nobody knows when the line was asserted, numbers tell.
 * Where something was lost since the point only the instant is a proof.
 */
const struct jscope__js_cause *jscope__js_cause_of_point(const struct jscope__js_client *client,
							 const struct jscope__js_signal *signal,
							 const struct jscope__js_node *node,
							 bool lost);
/* The interrupt of a point by its number, counted back from the last one of the execution. */
const struct jscope__js_cause *jscope__js_cause_by_seq(const struct jscope__js_client *client,
						       const struct jscope__js_signal *signal,
						       uint64_t point);
/* Which one serves a point that had none of its own: one that was pending for both. */
const struct jscope__js_cause *jscope__js_cause_shared(const struct jscope__js_client *client,
						       const struct jscope__js_signal *signal,
						       uint64_t point);
const struct jscope__js_cause *jscope__js_cause_last(const struct jscope__js_signal *signal);

/* One request of an execution for several interrupts: which of them found it nobody tells. */
bool jscope__js_signal_is_of_some(const struct jscope__js_signal *signal);
/* Note in a node that it is signalled, and because of which interrupt (NULL where unknown). */
void jscope__js_node_signal(struct jscope__js *adapter, struct jscope__js_client *client,
			    struct jscope__js_node *node, const struct jscope__js_cause *cause,
			    const struct jscope__js_signal *signal);
/* The points of its stream that a signal stands for: where the trace tells them, and where not. */
void jscope__js_signal_points(struct jscope__js *adapter, struct jscope__js_client *client,
			      const struct jscope__js_signal *signal);
void jscope__js_signal_packets(struct jscope__js *adapter, struct jscope__js_client *client,
			       const struct jscope__js_signal *signal);

/* Nodes. finish() hands one over and forgets it; complete() waits for its point where need be. */
struct jscope__js_node *jscope__js_node_add(struct jscope__js *adapter,
					    struct jscope__js_client *client, uint64_t seq);
void jscope__js_node_finish(struct jscope__js *adapter, struct jscope__js_client *client,
			    struct jscope__js_node *node, bool at_end);
void jscope__js_node_complete(struct jscope__js *adapter, struct jscope__js_client *client,
			      struct jscope__js_node *node);
/* Note what led to it: an execution, and the interrupt that asked for it (NULL where unknown). */
void jscope__js_node_defer(struct jscope__js_node *node, const struct jscope__js_run *run,
			   const struct jscope__js_cause *cause);
/* All open nodes of a client in one of the states of a bit mask. */
void jscope__js_nodes_flush(struct jscope__js *adapter, struct jscope__js_client *client,
			    unsigned states, bool at_end);

/* The event is registered with a stream, which takes JSCOPE__JS_STREAM_EVENTS of them, and
 * unregistered: what is open then goes out. */
bool jscope__js_client_join(struct jscope__js_client *client, struct jscope__js_stream *stream);
void jscope__js_client_leave(struct jscope__js *adapter, struct jscope__js_client *client);

/* Find the stream of a client that nobody registered, by what signals it. */
void jscope__js_client_adopt(struct jscope__js *adapter, struct jscope__js_client *client,
			     const struct jscope__js_run *run, uint64_t packet);

/* A point of the stream was crossed. */
void jscope__js_client_cross(struct jscope__js *adapter, struct jscope__js_client *client,
			     uint64_t point, jscope_ns due_ns);
/* Which set the wakes of the client belong to is known now, or will not be. */
void jscope__js_wakes_settle(struct jscope__js *adapter, struct jscope__js_client *client);
/* The same for one that the trace does not tell, after `since_ns`. */
void jscope__js_client_skip(struct jscope__js *adapter, struct jscope__js_client *client,
			    uint64_t point, jscope_ns since_ns);
/* The thread wrote (or read) its packet; position and headroom from just before. */
struct jscope__js_service {
	int64_t tid; /* -1 where the trace does not tell */
	jscope_ns at_ns;
	bool has_position, has_headroom;
	int64_t position_frames, headroom_frames;
};
void jscope__js_client_serve(struct jscope__js *adapter, struct jscope__js_client *client,
			     const struct jscope__js_service *service);
/* Nobody claimed an interrupt that the device had asserted. */
void jscope__js_client_unclaimed(struct jscope__js *adapter, struct jscope__js_client *client,
				 const struct jscope__js_irq *irq);
/* An execution ended; where it signalled nobody, its interrupts were for nothing. */
void jscope__js_client_unsignalled(struct jscope__js *adapter, struct jscope__js_client *client,
				   struct jscope__js_run *run);

/* Bytes per second by its format, 0 where unknown. */
int64_t jscope__js_byte_rate(const struct jscope__js_stream *stream);
/* Where the device is at an instant, in bytes since STOP; false where nobody knows. */
bool jscope__js_position_at(const struct jscope__js_stream *stream, jscope_ns at_ns,
			    int64_t *ret_bytes);
/* A position that the device told, in bytes, and how exact it is. */
void jscope__js_position_add(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes,
			     uint32_t accuracy_bytes);
/*
 * When the device was at a position of this epoch, by the fitted clock; false while there are too
 * few positions. ret_error_ns: how far off that may be.
 */
bool jscope__js_position_instant(const struct jscope__js_stream *stream, int64_t bytes,
				 jscope_ns *ret_at_ns, jscope_ns *ret_error_ns);
/* The device starts or stops at a position. */
void jscope__js_position_reset(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes);
/* Frames left until the device needs what the client has not done yet. */
bool jscope__js_headroom(const struct jscope__js_stream *stream, int64_t position_bytes,
			 int64_t *ret_frames);

/* A request that was completed here has a client that is told, or none. */
void jscope__js_request_attach(struct jscope__js_place *place, struct jscope__js_node *node);
void jscope__js_request_settle(struct jscope__js *adapter, struct jscope__js_place *place);
void jscope__js_request_finish(struct jscope__js *adapter);
size_t jscope__js_request_size(void);

/* A request of that number is over, whatever holds its device; and so is the trace. */
void jscope__js_hold_left(struct jscope__js_device *device, uint64_t number);
void jscope__js_hold_finish(struct jscope__js *adapter, struct jscope__js_device *device);

jscope__handler_fn jscope__js_irq_entry, jscope__js_irq_exit, jscope__js_dpc_insert,
	jscope__js_dpc_remove, jscope__js_dpc_entry, jscope__js_dpc_exit, jscope__js_timer_fire;
jscope__handler_fn jscope__js_newstream, jscope__js_close, jscope__js_alloc, jscope__js_register,
	jscope__js_unregister, jscope__js_state, jscope__js_point, jscope__js_pos,
	jscope__js_packet, jscope__js_write, jscope__js_glitch;
jscope__handler_fn jscope__js_ev_set, jscope__js_ev_wait, jscope__js_ev_wake, jscope__js_svc_serve,
	jscope__js_midi_client, jscope__js_pcn_alloc, jscope__js_pcn_send, jscope__js_pcn_free,
	jscope__js_pcn_receive;
jscope__handler_fn jscope__js_stor_timer_req, jscope__js_stor_timer_fire;
jscope__handler_fn jscope__js_stor_startio_entry, jscope__js_stor_start, jscope__js_stor_issue,
	jscope__js_stor_service, jscope__js_stor_complete;
jscope__handler_fn jscope__js_stor_notify, jscope__js_stor_reset_bus, jscope__js_stor_reset_done,
	jscope__js_stor_pause, jscope__js_stor_resume;

#endif
