/*
 * The WaveRT stream: a cyclic buffer that a DMA engine plays or fills round and round, with one or
 * two notification points per cycle (IMiniportWaveRTStream, IMiniportWaveRTStreamNotification, and
 * the packet mode of IMiniportWaveRTOutputStream and IMiniportWaveRTInputStream).
 *
 *   linear position   0        P        2P       3P       (frames since STOP)
 *                     |--------|--------|--------|--->
 *   packet                0        1        2
 *   point k                    1        2        3        interrupt -> DPC -> registered events
 *   offset, N = 2     0        P        0        P
 *
 * Points belong to the device: they happen at their instants whether or not anyone listens. The
 * buffer has a geometry but no bytes, since nobody listens to the samples either.
 *
 * The methods are named after those of the interfaces and return their NTSTATUS. They are called at
 * passive level by one thread at a time, as a port driver does; GetPosition also at dispatch level.
 */
#ifndef DEVICE_WAVERT_H
#define DEVICE_WAVERT_H

#include "dpc.h"
#include "kevent.h"
#include "line.h"
#include "position.h"
#include "status.h"
#include "tracer/scenario.h"
#include "wavert_truth.h"

#define JSCOPE__STREAM_EVENTS_MAX 64
#define JSCOPE__BUFFER_BYTES_MAX  (64u << 20)
#define JSCOPE__STREAM_BEGINS	  1024

/* The only flag that SetWritePacket knows: the packet is the last one. */
#define JSCOPE__WRITE_END_OF_STREAM 0x200u

enum jscope__ksstate {
	JSCOPE__KSSTATE_STOP,
	JSCOPE__KSSTATE_ACQUIRE,
	JSCOPE__KSSTATE_PAUSE,
	JSCOPE__KSSTATE_RUN,
};

/* KSRTAUDIO_HWLATENCY */
struct jscope__hw_latency {
	uint32_t fifo_bytes;
	jscope_ns chipset_ns, codec_ns;
};

struct jscope__stream_format {
	uint32_t rate_hz;
	uint32_t frame_bytes;
	int32_t drift_ppm; /* of the device's clock against ours */
	bool capture;
	uint32_t accuracy_frames; /* steps of the position register; 0: every frame */
	bool stops;		  /* the engine halts where it runs out, until it leaves RUN */
	int64_t drain_packet; /* from this one on it does not run out: all is written; 0: never */
	uint64_t last_point;  /* none comes after this one; 0: no end */
	bool forgives;	      /* it runs out at the points of these breaks alone; borrowed */
	const struct jscope_recorded_delay *breaks;
	size_t break_count;
	/* How long from point i, or the RUN after it, to the next; by the rate beyond. Borrowed. */
	const jscope_ns *steps;
	size_t step_count;
	struct jscope__hw_latency latency;
};

struct jscope__stream_position {
	uint32_t play_offset;  /* bytes: what the engine plays or records now */
	uint32_t write_offset; /* bytes: render the first byte that the client may write; capture
				* what it has read */
};

/* KSRTAUDIO_HWREGISTER. numerator and denominator: 0 but for a clock register. */
struct jscope__hw_register {
	uint32_t width;
	uint64_t numerator_hz, denominator;
	uint32_t accuracy; /* bytes of a position, ticks of a clock */
};

/* What GetReadPacket tells. */
struct jscope__read_packet {
	uint32_t packet;
	jscope_ns first_sample_ns;
	bool more;
};

struct jscope__stream {
	struct jscope__machine *machine; /* borrowed */
	struct jscope__line *line;	 /* borrowed */
	uint64_t id;
	uint32_t dev;
	struct jscope__stream_format format;
	struct jscope__timer timer;  /* fires at the next notification point */
	struct jscope__timer unrest; /* fires for interrupts that no point is behind */
	struct jscope__dpc dpc;

	/* Under the lock: */
	enum jscope__ksstate state;
	uint32_t buffer_bytes;	     /* 0: none allocated */
	uint32_t notification_count; /* 0: a buffer without notification */
	int64_t packet_frames;	     /* 0 without notification */
	bool position_mapped;

	jscope_ns started_ns;	    /* the first RUN since STOP */
	struct jscope__epoch epoch; /* while in RUN; begins anew where the position jumps */
	jscope_ns epoch_end_ns;	    /* the engine halts here; JSCOPE__NEVER while it is to go on */
	int64_t frozen_frames;	    /* position outside RUN */

	/* When the engine began the latest packets, by their numbers. */
	jscope_ns begin_ns[JSCOPE__STREAM_BEGINS];
	uint64_t points_crossed;      /* by the engine */
	uint64_t points_acknowledged; /* by the interrupt service routine */
	uint64_t points_served;	      /* by the DPC */

	int64_t packet_consumed; /* the next packet whose beginning is to be checked for a glitch */
	int64_t packets_moved;	 /* render: one past the highest packet written; capture: read */
	int64_t moved_frames;	 /* linear end of what the client has written or read */
	uint32_t write_offset;
	bool ended;	    /* the end-of-stream packet has come */
	int64_t end_packet; /* when ended: its number, and where its valid frames end */
	int64_t end_frames;
	uint64_t glitch_count;

	struct jscope__kevent *events[JSCOPE__STREAM_EVENTS_MAX]; /* borrowed while registered */
	unsigned event_count;
	struct jscope__ledger ledger; /* of the ground truth */

	/* What is wrong with the driver and its hardware (tracer/faults.def). */
	bool unchecked;	    /* the next call goes without the driver's checks */
	bool freed;	    /* freed while the engine goes on in it */
	jscope_ns early_ns; /* the next point interrupts so much too soon */
	jscope_ns tick_ns;  /* points come at this whole number of milliseconds; 0: by position */
	uint64_t tick_base; /* the point before the first tick */
	jscope_ns unrest_end_ns;
};

#define JSCOPE__NEVER INT64_MAX

/*
 * IMiniportWaveRT::NewStream. `line` interrupts for this stream from here on. `stream` is zeroed but
 * for its DPC, which may have been set up with delays, CPU and importance.
 */
jscope_status jscope__stream_open(struct jscope__context *context, struct jscope__stream *stream,
				  struct jscope__line *line,
				  const struct jscope__stream_format *format);
/* Close the pin: to STOP if need be, free the buffer. Events should have been unregistered. */
void jscope__stream_close(struct jscope__context *context, struct jscope__stream *stream);

/*
 * AllocateBufferWithNotification. notification_count: 1 (at the end of the buffer) or 2 (also at
 * its middle). The size is rounded down so that every packet holds whole frames.
 */
jscope_status jscope__stream_allocate(struct jscope__context *context,
				      struct jscope__stream *stream, uint32_t notification_count,
				      uint32_t requested_bytes, uint32_t *ret_actual_bytes);
/*
 * AllocateAudioBuffer: without notification, so that events cannot be registered and the packet
 * methods are NOT_SUPPORTED. Told as an allocation with 0 notifications.
 */
jscope_status jscope__stream_allocate_plain(struct jscope__context *context,
					    struct jscope__stream *stream, uint32_t requested_bytes,
					    uint32_t *ret_actual_bytes);
/* FreeBufferWithNotification, FreeAudioBuffer. Not in RUN: INVALID_DEVICE_STATE. */
jscope_status jscope__stream_free(struct jscope__context *context, struct jscope__stream *stream,
				  uint32_t bytes);

/*
 * Register and UnregisterNotificationEvent. Registering: INVALID_DEVICE_REQUEST without a buffer,
 * NOT_SUPPORTED for one without notification, UNSUCCESSFUL for an event that is registered,
 * INSUFFICIENT_RESOURCES. Unregistering: NOT_FOUND.
 */
jscope_status jscope__stream_register(struct jscope__context *context,
				      struct jscope__stream *stream, struct jscope__kevent *event);
jscope_status jscope__stream_unregister(struct jscope__context *context,
					struct jscope__stream *stream,
					struct jscope__kevent *event);

/*
 * SetState, to a neighbouring state. Leaving RUN halts the engine first, then waits for the
 * interrupts and the DPC of the points it had crossed.
 */
jscope_status jscope__stream_set_state(struct jscope__context *context,
				       struct jscope__stream *stream, unsigned state);

/* INVALID_DEVICE_REQUEST without a buffer. */
jscope_status jscope__stream_get_position(struct jscope__context *context,
					  struct jscope__stream *stream,
					  struct jscope__stream_position *ret_position);

/*
 * GetPositionRegister, once per stream, and GetClockRegister. INVALID_DEVICE_REQUEST without a
 * buffer, and for a register that is mapped.
 */
jscope_status jscope__stream_get_position_register(struct jscope__context *context,
						   struct jscope__stream *stream,
						   struct jscope__hw_register *ret_register);
jscope_status jscope__stream_get_clock_register(struct jscope__context *context,
						struct jscope__stream *stream,
						struct jscope__hw_register *ret_register);
/* What the client reads there once they are mapped: an offset in bytes, ticks since power-up. */
uint32_t jscope__stream_read_position(struct jscope__context *context,
				      struct jscope__stream *stream);
uint64_t jscope__stream_read_clock(const struct jscope__stream *stream);

/* GetHWLatency. */
struct jscope__hw_latency jscope__stream_get_latency(const struct jscope__stream *stream);

/*
 * SetWritePacket: DATA_LATE_ERROR for a packet that was or is being played, DATA_OVERRUN beyond the
 * next one, INVALID_DEVICE_STATE after the end of the stream, NOT_SUPPORTED without notification.
 */
jscope_status jscope__stream_set_write_packet(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t packet,
					      uint32_t flags, uint32_t end_bytes);
/* GetPacketCount: packets moved by the engine since STOP. */
jscope_status jscope__stream_get_packet_count(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t *ret_count);
/*
 * GetReadPacket: the oldest packet that is complete, not yet read, and not yet being overwritten.
 * DEVICE_NOT_READY when there is none.
 */
jscope_status jscope__stream_get_read_packet(struct jscope__context *context,
					     struct jscope__stream *stream,
					     struct jscope__read_packet *ret_packet);
/* GetOutputStreamPresentationPosition: frames that have left the codec. Render only. */
jscope_status jscope__stream_get_presentation(struct jscope__context *context,
					      struct jscope__stream *stream, uint64_t *ret_frames);

/*
 * The client of a stream without packets moves its position: it has written, or read, up to
 * `offset`, which lies up to one buffer ahead of the engine (or behind it). Twice the same is a
 * glitch of kind 3. INVALID_PARAMETER beyond the buffer.
 */
jscope_status jscope__stream_set_write_position(struct jscope__context *context,
						struct jscope__stream *stream, uint32_t offset);

/* Shared by the files of the stream; all under the lock. */
int64_t jscope__stream_frames(const struct jscope__stream *stream, jscope_ns at_ns);
uint64_t jscope__stream_bytes(const struct jscope__stream *stream, int64_t frames);
/* When it reaches a point, 0: began to run; the due of its course. */
jscope_ns jscope__stream_due(const void *stream, uint64_t point);
/* Packets that the engine has gone through. Only with notification. */
int64_t jscope__stream_packets(const struct jscope__stream *stream, jscope_ns at_ns);
uint32_t jscope__stream_packet_offset(const struct jscope__stream *stream, int64_t packet);
/* Record a glitch for each packet up to `packet` that began to move too early for its client. */
void jscope__stream_consume(struct jscope__context *context, struct jscope__stream *stream,
			    int64_t packet);
void jscope__stream_tell_position(struct jscope__context *context, struct jscope__stream *stream,
				  jscope_ns at_ns, uint8_t source);
void jscope__stream_tell_glitch(struct jscope__context *context, struct jscope__stream *stream,
				uint8_t major, uint64_t minor, int64_t frames);

/* The hardware half: what happens by itself in RUN (wavert_engine.c, wavert_service.c). */
void jscope__stream_engine_init(struct jscope__stream *stream);
void jscope__stream_service_init(struct jscope__stream *stream);
/* The engine starts at this instant with the frozen position, and sets its timer. */
void jscope__stream_engine_start(struct jscope__context *context, struct jscope__stream *stream,
				 jscope_ns now_ns);
/*
 * Halt the engine at this instant. The points it had crossed by then still interrupt, and their DPC
 * still runs; after that nothing of this stream happens by itself any more. Without the lock.
 */
void jscope__stream_engine_halt(struct jscope__stream *stream);

#endif
