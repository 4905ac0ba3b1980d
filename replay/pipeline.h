/*
 * How the batches of a reader come to whoever replays them: on the caller's own thread, or from a
 * thread that reads ahead.
 *
 *   reader thread: next() ─▶ ring of batches ─▶ jscope__pipeline_next(): the caller's thread
 *
 * The one cut lies behind the time-ordered merge: all state of the reader belongs to the one
 * thread, all state of adapters and reports to the other, and the same batches come in the same
 * order in both ways. The first batch is always read on the caller's thread, since event classes
 * are announced then.
 */
#ifndef REPLAY_PIPELINE_H
#define REPLAY_PIPELINE_H

#include "replay/reader.h"

struct jscope__pipeline;

/*
 * reader: borrowed; nobody else may read from it before jscope__pipeline_destroy().
 * threads: 1, or 2 to read ahead, which only a reader that allows it does.
 * Returns 0 or -ENOMEM. Where no thread can be had the caller's own serves.
 */
int jscope__pipeline_create(struct jscope_reader *reader, unsigned threads,
			    struct jscope__pipeline **ret_pipeline);

/* Ends the reading, wherever it is. */
void jscope__pipeline_destroy(struct jscope__pipeline *pipeline);

/*
 * The next batch, valid until the next call. Returns as the reader's next(); sentences of a failure
 * are those of the calling thread.
 */
int jscope__pipeline_next(struct jscope__pipeline *pipeline, const struct jscope_batch **ret_batch);

#endif
