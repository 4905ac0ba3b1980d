/* Entrance for tests: a trace over any reader. */
#ifndef REPLAY_TRACE_PRIVATE_H
#define REPLAY_TRACE_PRIVATE_H

#include "replay/reader.h"
#include "replay/trace.h"

/* As jscope_trace_open(), with a reader of the caller's choice. */
int jscope__trace_open_with(const struct jscope_reader_ops *reader_ops, const char *path,
			    const struct jscope_trace_options *options,
			    struct jscope_trace **ret_trace);

#endif
