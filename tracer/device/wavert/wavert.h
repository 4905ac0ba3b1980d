/*
 * The WaveRT render stream: a cyclic buffer that a DMA engine plays round and round, with one or
 * two notification points per cycle (IMiniportWaveRTStreamNotification, packet mode of
 * IMiniportWaveRTOutputStream).
 *
 *   linear position   0        P        2P       3P       (frames since STOP)
 *                     |--------|--------|--------|--->
 *   packet                0        1        2
 *   point k                    1        2        3        interrupt -> DPC -> every registered
 * event offset, N = 2     0        P        0        P
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

#define JSCOPE__STREAM_EVENTS_MAX 64
#define JSCOPE__BUFFER_BYTES_MAX  (64u << 20)

/* The only flag that SetWritePacket knows: the packet is the last one. */
#define JSCOPE__WRITE_END_OF_STREAM 0x200u

enum jscope__ksstate {
	JSCOPE__KSSTATE_STOP,
	JSCOPE__KSSTATE_ACQUIRE,
	JSCOPE__KSSTATE_PAUSE,
	JSCOPE__KSSTATE_RUN,
};

struct jscope__stream_format {
	uint32_t rate_hz;
	uint32_t frame_bytes;
	int32_t drift_ppm; /* of the device's clock against ours */
};

struct jscope__stream_position {
	uint32_t play_offset;  /* bytes: what the engine plays now */
	uint32_t write_offset; /* bytes: the first byte that the client may write */
};

struct jscope__stream {
	struct jscope__machine *machine; /* borrowed */
	struct jscope__line *line;	 /* borrowed */
	uint64_t id;
	uint32_t dev;
	struct jscope__stream_format format;
	struct jscope__timer timer; /* fires at the next notification point */
	struct jscope__dpc dpc;

	/* Under the lock: */
	enum jscope__ksstate state;
	uint32_t buffer_bytes; /* 0: none allocated */
	uint32_t notification_count;
	int64_t packet_frames;

	struct jscope__epoch epoch; /* while in RUN */
	jscope_ns epoch_end_ns;	    /* the engine halts here; JSCOPE__NEVER while it is to go on */
	int64_t frozen_frames;	    /* position outside RUN */

	uint64_t points_crossed;      /* by the engine */
	uint64_t points_acknowledged; /* by the interrupt service routine */
	uint64_t points_served;	      /* by the DPC */

	int64_t packet_consumed; /* the next packet whose beginning is to be checked for a glitch */
	int64_t packet_written;	 /* one past the highest packet that was accepted */
	uint32_t write_offset;
	bool ended; /* the end-of-stream packet has come */
	uint64_t glitch_count;

	struct jscope__kevent *events[JSCOPE__STREAM_EVENTS_MAX]; /* borrowed while registered */
	unsigned event_count;
};

#define JSCOPE__NEVER INT64_MAX

/*
 * IMiniportWaveRT::NewStream. `line` interrupts for this stream from here on. `stream` is zeroed but
 * for its DPC, which may have been set up with delays, CPU and importance.
 */
jscope_status jscope__stream_open(struct jscope__context *context, struct jscope__stream *stream,
				  struct jscope__line *line,
				  const struct jscope__stream_format *format);
/* Close the pin: to STOP if need be, free the buffer. Events must have been unregistered. */
void jscope__stream_close(struct jscope__context *context, struct jscope__stream *stream);

/*
 * AllocateBufferWithNotification. notification_count: 1 (at the end of the buffer) or 2 (also at
 * its middle). The size is rounded down so that every packet holds whole frames.
 */
jscope_status jscope__stream_allocate(struct jscope__context *context,
				      struct jscope__stream *stream, uint32_t notification_count,
				      uint32_t requested_bytes, uint32_t *ret_actual_bytes);
/* FreeBufferWithNotification. Not in RUN: INVALID_DEVICE_STATE. */
jscope_status jscope__stream_free(struct jscope__context *context, struct jscope__stream *stream,
				  uint32_t bytes);

/*
 * Register and UnregisterNotificationEvent. Registering: INVALID_DEVICE_REQUEST without a buffer,
 * UNSUCCESSFUL for an event that is registered, INSUFFICIENT_RESOURCES. Unregistering: NOT_FOUND.
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

jscope_status jscope__stream_get_position(struct jscope__context *context,
					  struct jscope__stream *stream,
					  struct jscope__stream_position *ret_position);

/*
 * SetWritePacket: DATA_LATE_ERROR for a packet that was or is being played, DATA_OVERRUN beyond the
 * next one, INVALID_DEVICE_STATE after the end of the stream.
 */
jscope_status jscope__stream_set_write_packet(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t packet,
					      uint32_t flags, uint32_t end_bytes);
/* GetPacketCount: packets played since STOP. */
jscope_status jscope__stream_get_packet_count(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t *ret_count);

/* Shared by the files of the stream; all under the lock. */
int64_t jscope__stream_frames(const struct jscope__stream *stream, jscope_ns at_ns);
uint64_t jscope__stream_bytes(const struct jscope__stream *stream, int64_t frames);
/* Record a glitch for each packet up to `packet` that began to play and had not been written. */
void jscope__stream_consume(struct jscope__context *context, struct jscope__stream *stream,
			    int64_t packet);
void jscope__stream_tell_position(struct jscope__context *context, struct jscope__stream *stream,
				  jscope_ns at_ns, uint8_t source);

/* The hardware half: what happens by itself in RUN (wavert_engine.c). */
void jscope__stream_engine_init(struct jscope__stream *stream);
/* Set the timer to the next notification point. */
void jscope__stream_engine_arm(struct jscope__stream *stream);

#endif
