/*
 * What the clients of a stream do, as tasks.
 *
 * The first one, the writer (of a capture stream the reader), opens the stream, registers the
 * events of all clients, keeps one packet ahead of the engine or one behind it, and takes everything
 * down again when the machine stops. Listeners wait for their event and work. A client that was too
 * late asks the device where it is and goes on from there.
 */
#ifndef DEVICE_CLIENT_H
#define DEVICE_CLIENT_H

#include "rig.h"
#include "wavert.h"

enum jscope__client_stage {
	JSCOPE__CLIENT_CLOSED,
	JSCOPE__CLIENT_SERVING, /* waits for the stream, or for its next look at it */
	JSCOPE__CLIENT_PAUSING, /* has paused the stream and waits until it goes on */
	JSCOPE__CLIENT_ENDED,	/* has played to the end of its stream */
};

struct jscope__client {
	struct jscope__client_group *group; /* borrowed */
	bool is_writer;
	enum jscope__client_stage stage; /* of the writer */
	struct jscope__delay work;
	uint32_t packet_next; /* writer: what to write next */
	bool caught_up;	      /* writer: the last packet was written out of turn */
	uint64_t service_count;
	jscope_ns pause_next_ns;
	size_t pause_count;	     /* recorded ones so far */
	struct jscope__kevent event; /* the notifications */
	/* Its own clock: for pauses and for looking at a stream that does not notify. */
	struct jscope__kevent alarm_event;
	struct jscope__timer alarm_timer;
	jscope_ns alarm_ns;
	struct jscope__kevent spare; /* to be registered against the rules */
	bool spare_is_kept;	     /* unregistered, but the driver has kept it */
};

/* The clients of one stream. */
struct jscope__client_group {
	struct jscope__rig *rig;		       /* borrowed; told of failures */
	const struct jscope_stream_settings *settings; /* borrowed */
	struct jscope__stream *stream;	/* borrowed; the writer opens and closes it */
	struct jscope__course course;	/* of the stream */
	struct jscope__line *line;	/* borrowed */
	struct jscope__client *clients; /* borrowed; the first is the writer */
	unsigned client_count;
};

/* Fill in a client and its task; `index` 0 is the writer. While the machine is put together. */
void jscope__client_init(struct jscope__client *client, struct jscope__client_group *group,
			 const struct jscope_client_settings *settings, unsigned index,
			 struct jscope__task *task);

/* Shared by the files of the client. */

/* Open the stream, from NewStream to RUN. What failed is told to the rig, and nothing left open. */
jscope_status jscope__client_open(struct jscope__context *context, struct jscope__client *writer);
void jscope__client_close(struct jscope__context *context, struct jscope__client *writer);
/* Down to `state`, one step after the other. */
void jscope__client_lower(struct jscope__context *context, struct jscope__client *writer,
			  unsigned state);

/* The writer answers the stream: writes or reads what is due. */
void jscope__client_serve(struct jscope__context *context, struct jscope__client *writer);
/* Before RUN again, after the engine had halted because it had run out. */
void jscope__client_refill(struct jscope__context *context, struct jscope__client *writer);
/* Before RUN, so that the engine finds something to play. */
jscope_status jscope__client_preload(struct jscope__context *context,
				     struct jscope__client *writer);
/* Has the engine gone through the last packet of an ended stream? */
bool jscope__client_is_drained(struct jscope__context *context, struct jscope__client *writer);

/* Is the driver to let pass, for the next call, what this fault has the client do wrong? */
bool jscope__client_errs(struct jscope__context *context, struct jscope__client *writer,
			 enum jscope_fault_kind kind);

#endif
