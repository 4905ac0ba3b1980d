/* One record on its way to a line, and the formats of lines. Inside analysis/. */
#ifndef ANALYSIS_LINE_H
#define ANALYSIS_LINE_H

#include <stdio.h>

#include "clean.h"
#include "replay/timeline.h"

/* The first three stand where the bits of JSCOPE_WHAT_... have them. */
enum jscope__line_what {
	JSCOPE__LINE_NOTIFICATION,
	JSCOPE__LINE_REQUEST,
	JSCOPE__LINE_POSITION,
	JSCOPE__LINE_DEFECT,
	JSCOPE__LINE_GLITCH,
	JSCOPE__LINE_WHAT_COUNT
};

#define JSCOPE__OP_SIZE 16

/* Pointers inside the records lead into the line itself, or to names that live long enough. */
struct jscope__line {
	jscope_ns at_ns;    /* first known instant */
	jscope_ns begin_ns; /* what people count from: the first event, or 0 */
	uint64_t serial;    /* order of arrival */
	enum jscope__line_what what;
	struct jscope_stream_info stream;
	union {
		struct jscope_notification notification;
		struct jscope_request request;
		struct jscope_position position;
		struct jscope_position_defect defect;
		struct jscope_glitch glitch;
	};
	char device[JSCOPE__NAME_SIZE], op[JSCOPE__OP_SIZE]; /* of a request */
};

/* Write a line; CSV has a head too, of one kind of record. */
struct jscope__line_writer {
	void (*head)(FILE *stream, enum jscope__line_what what);
	void (*line)(FILE *stream, const struct jscope__line *line);
};

extern const struct jscope__line_writer jscope__line_text, jscope__line_csv, jscope__line_ndjson;

/* The instants of a request, in order; names as in JSON. */
#define JSCOPE__REQUEST_INSTANTS 6
extern const char *const jscope__request_instant_names[JSCOPE__REQUEST_INSTANTS];
void jscope__request_instants(const struct jscope_request *request, jscope_ns *ret_at);

/* From issue to complete, UNKNOWN where either is. */
jscope_ns jscope__request_latency(const struct jscope_request *request);

#endif
