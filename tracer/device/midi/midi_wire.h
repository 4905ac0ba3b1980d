/*
 * A MIDI wire and the FIFO in front of it: the hardware of one stream.
 *
 * A byte takes ten bits at 31.25 kbaud, 320 us, and follows the one before it (DOMAIN 2.4). In
 * capture a message comes in chunks of at most half the FIFO, and each chunk asks for service at its
 * last stop bit. In render the FIFO asks for service when it has drained to its half, or where it
 * was never that full, when it has run dry.
 */
#ifndef DEVICE_MIDI_WIRE_H
#define DEVICE_MIDI_WIRE_H

#include "delay.h"
#include "machine.h"

#define JSCOPE__MIDI_BYTE_NS	  (320 * JSCOPE_NS_PER_US)
#define JSCOPE__MIDI_SEGMENTS_MAX 64

/* Bytes that follow each other without a gap. */
struct jscope__midi_segment {
	jscope_ns begin_ns, byte_ns;
	uint32_t bytes;
};

struct jscope__midi_wire {
	uint64_t stream; /* identity */
	uint32_t dev;
	bool capture;
	uint32_t fifo_bytes;
	/* The FIFO asks for service, since `at_ns`; `total_bytes` of capture so far. Without the lock. */
	void (*want)(struct jscope__context *context, void *state, jscope_ns at_ns,
		     uint64_t total_bytes);
	void *state;
	struct jscope__timer timer;
	/* Under the lock: */
	bool running;
	uint32_t level_bytes; /* in the FIFO */
	/* Capture: the sender. */
	struct jscope__delay arrival;
	uint32_t message_bytes, message_left;
	jscope_ns message_begin_ns;
	struct jscope__midi_segment chunk; /* on the wire now, or next */
	uint64_t total_bytes, overrun_bytes;
	jscope_ns received_ns; /* last stop bit */
	/* Render. */
	struct jscope__midi_segment segments[JSCOPE__MIDI_SEGMENTS_MAX];
	unsigned segment_first, segment_count;
	bool wants; /* to ask for service once the level has come down to want_bytes */
	uint32_t want_bytes;
};

/* The wire is filled in up to `timer`, and for capture its arrival and message_bytes. */
void jscope__midi_wire_init(struct jscope__midi_wire *wire);

/* The sender begins; the FIFO takes bytes. */
void jscope__midi_wire_start(struct jscope__context *context, struct jscope__midi_wire *wire);
/* Nothing happens any more when this returns. At passive level, without the lock. */
void jscope__midi_wire_stop(struct jscope__context *context, struct jscope__midi_wire *wire);

/* Under the lock: bytes out of the FIFO of a capture stream, at most `bytes`. */
uint32_t jscope__midi_wire_read(struct jscope__midi_wire *wire, uint32_t bytes);
/* How many bytes the FIFO of a render stream takes now, and putting so many into it. */
uint32_t jscope__midi_wire_room(struct jscope__context *context, struct jscope__midi_wire *wire);
void jscope__midi_wire_write(struct jscope__context *context, struct jscope__midi_wire *wire,
			     uint32_t bytes);

#endif
