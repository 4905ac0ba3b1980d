/*
 * The link between the recorder (the caller's process) and its keeper (the process that survives
 * it and cleans up): a pair of sockets that keep message boundaries. Each side notices the end of
 * the other as the end of the link.
 */
#ifndef TRACER_LTTNG_LINK_H
#define TRACER_LTTNG_LINK_H

#include "common/error.h"
#include "tracer/recording.h"

enum jscope__message_kind {
	JSCOPE__TELL,	 /* keeper: a sentence for people, in `text` */
	JSCOPE__ERROR,	 /* keeper: could not, because of `text`; `value` is the negative errno */
	JSCOPE__STARTED, /* keeper: the program runs */
	JSCOPE__RESULT,	 /* keeper: done, `result` */
	JSCOPE__STOP,	 /* recorder: end it; `value` != 0: the terminal told the program as well */
};

struct jscope__message {
	enum jscope__message_kind kind;
	int value;
	union {
		char text[JSCOPE_ERROR_TEXT_MAX];
		struct jscope_recording_result result;
	};
};

/* Two connected ends, close-on-exec. Returns 0 or a negative errno. */
int jscope__link_create(int ret_ends[2]);

/* Send; a vanished peer is no error here, it is found on receiving. */
void jscope__link_send(int end, const struct jscope__message *message);
void jscope__link_tell(int end, enum jscope__message_kind kind, int value, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Receive without waiting. Returns 1 (a message), 0 (none now), -EPIPE (the other side is gone). */
int jscope__link_receive(int end, struct jscope__message *ret_message);

#endif
