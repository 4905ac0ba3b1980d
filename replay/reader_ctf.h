/*
 * Insides of the native CTF 1.8 reader, shared by reader_ctf*.c. One thread at a time.
 *
 *   stream files ─▶ window ─▶ packets ─▶ heads ─┐
 *   (ctf/window)   (ctf/packets, ctf/stream)    ├─▶ merge ─▶ slots by plan ─▶ batch
 *   ...                                       ──┘  (ctf/merge)  (ctf/plan)
 */
#ifndef REPLAY_READER_CTF_H
#define REPLAY_READER_CTF_H

#include "ctf/merge.h"
#include "replay/reader.h"
#include "strings.h"
#include "text.h"

#define JSCOPE__CTF_BATCH_TEXT 16
#define JSCOPE__CTF_CLASSES    65535
#define JSCOPE__CTF_STREAMS    8192 /* read at once */
#define JSCOPE__CTF_FILES      262144

struct jscope__ctf {
	struct jscope_reader base;
	unsigned flags;
	struct jscope__ctf_limits limits;
	jscope_announce_fn *announce;
	void *announce_state;
	struct jscope_reader_info info;
	struct jscope__strings *strings;
	struct jscope__ctf_damage damage;
	struct jscope__ctf_trace *traces; /* owned, as many as paths were found */
	size_t trace_count;
	/* Files that may be streams, until those are opened; owned. */
	struct jscope__ctf_candidate *candidates;
	size_t candidate_count;
	struct jscope__ctf_stream **streams; /* owned */
	size_t stream_count;
	uint32_t class_count;
	bool has_announced, has_begun, has_ended;
	size_t begun_count;	/* streams whose first events are found */
	uint64_t backward_told; /* events out of order that damage was told of */
	struct jscope__ctf_merge merge;
	struct jscope__text texts[JSCOPE__CTF_BATCH_TEXT];
	/* The class that is being announced. */
	const struct jscope__ctf_stream_class *announced_stream;
	const struct jscope__ctf_event_class *announced_class;
};

/* Find and open all traces under `path` and their streams. 0, -ENOENT, -EBADMSG, -ENOTSUP, -ENOMEM. */
int jscope__ctf_traces_open(struct jscope__ctf *reader, const char *path);
void jscope__ctf_traces_close(struct jscope__ctf *reader);

/*
 * Note the stream files of a directory, whose events are those of the trace; then, after all
 * directories, open the streams that they are. 0, -EBADMSG, -E2BIG, -ENOMEM.
 */
int jscope__ctf_files_find(struct jscope__ctf *reader, const struct jscope__ctf_trace *trace,
			   const char *directory);
int jscope__ctf_streams_open(struct jscope__ctf *reader);
void jscope__ctf_candidates_forget(struct jscope__ctf *reader);

/* Whether a stream brings nothing but ground truth, which is hidden but in text. */
bool jscope__ctf_is_hidden(const struct jscope__ctf *reader,
			   const struct jscope__ctf_stream_class *class);

/* Announce all classes and compile their plans. 0, -E2BIG, -ENOMEM, what the announcing says. */
int jscope__ctf_announce(struct jscope__ctf *reader);

/* At the end of reading: say which streams ended before their siblings did. */
void jscope__ctf_ends_check(struct jscope__ctf *reader);

/* One event as text, of the head at hand. */
void jscope__ctf_text_event(struct jscope__text *text, struct jscope__ctf_stream *stream,
			    const struct jscope__ctf_head *head);

#endif
