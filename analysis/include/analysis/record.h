/*
 * One record of the timelines, whichever it is, kept beyond the call that told it: what `replay`
 * prints as a line, and what playing a trace shows. Plain data; one thread.
 */
#ifndef ANALYSIS_RECORD_H
#define ANALYSIS_RECORD_H

#include <stdint.h>
#include <stdio.h>

#include "replay/timeline.h"

#define JSCOPE_WHAT_NOTIFICATIONS 1u
#define JSCOPE_WHAT_REQUESTS	  2u
/* What goes on in a buffer: positions, their defects, and glitches. */
#define JSCOPE_WHAT_POSITIONS 4u
#define JSCOPE_WHAT_ALL	      7u

/* The first three stand where the bits of JSCOPE_WHAT_... have them. */
enum jscope_record_what {
	JSCOPE_RECORD_NOTIFICATION,
	JSCOPE_RECORD_REQUEST,
	JSCOPE_RECORD_POSITION,
	JSCOPE_RECORD_DEFECT,
	JSCOPE_RECORD_GLITCH,
	JSCOPE_RECORD_WHAT_COUNT
};

#define JSCOPE_RECORD_DEVICE_SIZE 96
#define JSCOPE_RECORD_OP_SIZE	  16

/*
 * Pointers inside lead into the record itself, or to names that live as long as the trace: it is
 * copied by jscope_record_copy().
 */
struct jscope_record {
	jscope_ns at_ns;    /* first known instant */
	jscope_ns begin_ns; /* what people count from: the first event, or 0 */
	uint64_t serial;    /* order of arrival */
	enum jscope_record_what what;
	struct jscope_stream_info stream; /* as it was then; not of a request */
	union {
		struct jscope_notification notification;
		struct jscope_request request;
		struct jscope_position position;
		struct jscope_position_defect defect;
		struct jscope_glitch glitch;
	};
	/* Of a request; its name is left out. */
	char device[JSCOPE_RECORD_DEVICE_SIZE], op[JSCOPE_RECORD_OP_SIZE];
};

/* Fill in a record from what was told: at_ns too, begin_ns is 0, serial is left. */
void jscope_record_set_notification(struct jscope_record *record,
				    const struct jscope_notification *notification);
void jscope_record_set_request(struct jscope_record *record, const struct jscope_request *request);
void jscope_record_set_position(struct jscope_record *record,
				const struct jscope_position *position);
void jscope_record_set_defect(struct jscope_record *record,
			      const struct jscope_position_defect *defect);
void jscope_record_set_glitch(struct jscope_record *record, const struct jscope_glitch *glitch);

void jscope_record_copy(struct jscope_record *copy, const struct jscope_record *record);

/* The bit of JSCOPE_WHAT_... that asks for it. */
unsigned jscope_record_bit(const struct jscope_record *record);

/* The line that people read, its text cleaned, with a line end. */
void jscope_record_print(const struct jscope_record *record, FILE *stream);

/* The instants of a request, in order; names as in JSON. */
#define JSCOPE_REQUEST_INSTANTS 6
extern const char *const jscope_request_instant_names[JSCOPE_REQUEST_INSTANTS];
void jscope_request_instants(const struct jscope_request *request, jscope_ns *ret_at);

/* From issue to complete, UNKNOWN where either is. */
jscope_ns jscope_request_latency(const struct jscope_request *request);

#endif
