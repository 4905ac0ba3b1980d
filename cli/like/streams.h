/*
 * The streams of a recorded session: which series are their clients, which facts are theirs, and what a
 * scenario is to be made of them. Inside cli/like/.
 */
#ifndef CLI_LIKE_STREAMS_H
#define CLI_LIKE_STREAMS_H

#include "grid.h"
#include "tracer/scenario.h"

#define JSCOPE__LIKE_CLIENTS_MAX 8

struct jscope__like_stream {
	struct jscope__like_series
		*clients[JSCOPE__LIKE_CLIENTS_MAX]; /* the writer first; borrowed */
	unsigned client_count, clients_left_out;
	const struct jscope__like_facts *facts; /* borrowed; NULL: another vocabulary */
	struct jscope__like_grid grid;
	bool is_alsa, is_polled;
	unsigned path;	  /* of its chains */
	jscope_ns run_ns; /* when it first began to run */
	jscope_ns end_ns; /* when it ran last */
};

struct jscope__like_streams {
	struct jscope__like_stream streams[JSCOPE_STREAMS_MAX];
	unsigned count, left_out;
};

void jscope__like_streams_find(struct jscope__like_session *session,
			       struct jscope__like_streams *ret_streams);

/* Set up a stream of the scenario as the recorded one was. start_ns: of the session. 0 or -ENOMEM. */
int jscope__like_stream_copy(struct jscope_scenario *scenario,
			     const struct jscope__like_stream *stream, jscope_ns begin_ns,
			     jscope_ns session_end_ns, struct jscope_stream_settings *settings);

#endif
