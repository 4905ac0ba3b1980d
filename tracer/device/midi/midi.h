/*
 * A MIDI port and its miniport (IPortMidi, IMiniportMidi): interrupts, Notify, service groups.
 *
 *   wire/FIFO ─▶ interrupt ─▶ ISR: clear, Notify(group) ─▶ DPC of the group ─▶ sink of each pin
 *                 sink: Service: Read, or Write what is due ─▶ event ─▶ client takes or hands over
 *
 * The port registers its group inside Init, before anything can interrupt; an interrupt before that
 * would find nobody to serve (DOMAIN 2.3). Each pin has a sink in the group that all share or in one
 * of its own. Messages to be played wait in the pin's queue until their time, for which the client
 * asks for a delayed service of the group. In passive threads of the port: its worker and the
 * clients; the last of them to stop takes the port down.
 */
#ifndef DEVICE_MIDI_H
#define DEVICE_MIDI_H

#include "line.h"
#include "midi_wire.h"
#include "rig.h"
#include "service_group.h"
#include "work.h"

#define JSCOPE__MIDI_ASSERTED	  256
#define JSCOPE__MIDI_QUEUE	  16
#define JSCOPE__MIDI_CLIENT_BYTES 65536

/* A message that waits to be played. */
struct jscope__midi_message {
	jscope_ns sched_ns; /* of its first byte; 0: at once */
	uint32_t bytes_left;
	bool begun;
};

struct jscope__midi_stream {
	struct jscope__midi_port *port; /* borrowed */
	uint64_t id;
	struct jscope__service_sink sink;    /* the port's, for this pin */
	struct jscope__service_group *group; /* borrowed: where the sink is a member */
	struct jscope__midi_wire wire;
	struct jscope__kevent event; /* by which the client is told */
	struct jscope__follower follower;
	struct jscope__delay work;
	/* Under the lock: */
	uint64_t fetched_bytes; /* capture: out of the FIFO so far */
	uint32_t waiting_bytes; /* capture: fetched, and not yet taken by the client */
	uint64_t dropped_bytes; /* capture: the client left no room for them */
	struct jscope__midi_message queue[JSCOPE__MIDI_QUEUE]; /* render */
	unsigned queue_first, queue_count;
	jscope_ns next_sched_ns; /* render: of the message that the client makes next */
	jscope_ns wanted_ns;	 /* render: when it wants to be served; JSCOPE__SERVICE_NEVER */
	struct jscope__delay spacing; /* render: of the messages */
};

/* An interrupt on its way. */
struct jscope__midi_asserted {
	uint64_t seq;
	struct jscope__midi_stream *stream;
	jscope_ns at_ns;
	uint64_t total_bytes;
};

struct jscope__midi_port {
	const struct jscope_midi_settings *settings; /* borrowed */
	uint64_t id;
	uint32_t dev;
	struct jscope__line line;
	struct jscope__service_group group; /* what Init returns; shared by the pins or empty */
	struct jscope__service_group *own_groups; /* of each stream, where they are not shared */
	struct jscope__service_group
		watch; /* of delayed services: all groups, and the port's sink */
	struct jscope__service_sink watch_sink;
	struct jscope__worker worker;
	struct jscope__work watch_work, register_work;
	struct jscope__midi_stream *streams; /* borrowed */
	unsigned stream_count;
	/* Under the lock: */
	bool registered;
	bool closing;
	unsigned thread_count; /* that have not stopped */
	uint64_t watch_count;
	uint64_t seq_seen; /* of the latest interrupt that arrived, or was given up */
	struct jscope__midi_asserted asserted[JSCOPE__MIDI_ASSERTED]; /* by seq modulo the size */
};

/* The miniport (midi_miniport.c). */

/* The FIFO of a stream asks for service. For the wire. */
void jscope__midi_interrupt(struct jscope__context *context, void *stream, jscope_ns at_ns,
			    uint64_t total_bytes);
bool jscope__midi_isr(struct jscope__context *context, void *port,
		      const struct jscope__interrupt *interrupt);
/* Interrupts up to `seq` that have not come will not come. Under the lock. */
void jscope__midi_give_up(struct jscope__context *context, struct jscope__midi_port *port,
			  uint64_t seq);
/*
 * IMiniportMidiStream::Read and Write, at dispatch level. Write takes all, or a multiple of 4, or 0
 * while the FIFO has no room. sched_ns: when the first byte was to be on the wire, 0 for at once.
 */
jscope_status jscope__midi_read(struct jscope__context *context, struct jscope__midi_stream *stream,
				uint32_t bytes, uint32_t *ret_done_bytes);
jscope_status jscope__midi_write(struct jscope__context *context,
				 struct jscope__midi_stream *stream, uint32_t bytes,
				 jscope_ns sched_ns, uint32_t *ret_done_bytes);

/* The port (midi_port.c). */

/* IPortMidi::Notify; group NULL: the registered one and those of all pins. At any level. */
void jscope__midi_notify(struct jscope__context *context, struct jscope__midi_port *port,
			 struct jscope__service_group *group,
			 const struct jscope__service_request *request);
void jscope__midi_register(struct jscope__context *context, struct jscope__midi_port *port);
/* The sink of a pin is asked for service. */
void jscope__midi_serve(struct jscope__context *context, void *stream,
			const struct jscope__service_run *run);
void jscope__midi_open(struct jscope__context *context, void *port);
/* A thread of the port stops; the last one closes the port. */
void jscope__midi_leave(struct jscope__context *context, void *port);

/* The delayed service of everything (midi_watch.c). */

void jscope__midi_watch_init(struct jscope__midi_port *port);
void jscope__midi_watch_open(struct jscope__context *context, struct jscope__midi_port *port);
void jscope__midi_watch_close(struct jscope__context *context, struct jscope__midi_port *port);

/* The clients (midi_client.c). */

/* Fill the queue and ask for the service of its first message. */
void jscope__midi_client_fill(struct jscope__context *context, struct jscope__midi_stream *stream);
/* Fill in a client and its task. While the machine is put together. */
void jscope__midi_client_init(struct jscope__midi_stream *stream, struct jscope__machine *machine,
			      const struct jscope_distribution *wake, struct jscope__task *task);

#endif
