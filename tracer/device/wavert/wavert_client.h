/*
 * What the clients of a stream do, as tasks.
 *
 * The writer opens the stream, registers the events of all clients, keeps one packet ahead of the
 * engine, and takes everything down again when the machine stops. Listeners wait for their event
 * and work. A client that was too late asks the device where it is and goes on from there.
 */
#ifndef DEVICE_CLIENT_H
#define DEVICE_CLIENT_H

#include "rig.h"
#include "wavert.h"

struct jscope__client {
	struct jscope__client_group *group; /* borrowed */
	bool is_writer;
	bool opened;
	struct jscope__delay work;
	uint32_t packet_next; /* writer: what to write next */
	bool caught_up;	      /* writer: the last packet was written out of turn */
	struct jscope__kevent event;
};

/* The clients of one stream. */
struct jscope__client_group {
	struct jscope__rig *rig;			/* borrowed; told of failures */
	const struct jscope_stream_settings *settings;	/* borrowed */
	struct jscope__stream *stream;			/* borrowed; the writer opens and closes it */
	struct jscope__line *line;			/* borrowed */
	struct jscope__client *clients;			/* borrowed; the first is the writer */
	unsigned client_count;
};

/* Fill in a client and its task; `index` 0 is the writer. While the machine is put together. */
void jscope__client_init(struct jscope__client *client, struct jscope__client_group *group,
			 const struct jscope_client_settings *settings, unsigned index,
			 struct jscope__task *task);

#endif
