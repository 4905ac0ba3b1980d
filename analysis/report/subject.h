/*
 * What a report is about: its streams and the devices with requests, the most troubled first. The
 * parts of the text report tell of them in this order. One thread. Inside analysis/.
 */
#ifndef ANALYSIS_SUBJECT_H
#define ANALYSIS_SUBJECT_H

#include "report_rows.h"

/* The gravest thing that happened to it. */
enum jscope__trouble {
	JSCOPE__TROUBLE_NONE,
	JSCOPE__TROUBLE_DOUBT,	/* chains or requests that could not be followed whole */
	JSCOPE__TROUBLE_MERGED, /* or early, or spurious: by nature in many a trace */
	JSCOPE__TROUBLE_LATE,
	JSCOPE__TROUBLE_FAILURE, /* a glitch, a point that was missed, a request that failed */
};

struct jscope__subject {
	const struct jscope__stream_row *stream; /* else NULL, */
	const struct jscope__device_row *device; /* and this is it */
	const struct jscope_hist *hist; /* of its whole time; NULL or empty: none is known */
	enum jscope__trouble trouble;
	unsigned order; /* what has a buffer to run dry before requests, these before the rest */
	double share;	/* in trouble, of all its points or requests */
};

struct jscope__subjects {
	size_t count;
	struct jscope__subject *list; /* owned, the most troubled first */
};

/*
 * Timers are left out where there are several: they have a table. So are rows that were folded.
 * Returns 0 or -ENOMEM; finish in any case.
 */
int jscope__subjects_init(struct jscope__subjects *subjects, const struct jscope_report *report);
void jscope__subjects_finish(struct jscope__subjects *subjects);

/* Rows that were folded into others and have no place in the list. */
uint64_t jscope__subjects_folded(const struct jscope_report *report);

/* "dev1 stream 0x1", "8:0 sda". Returns text. */
#define JSCOPE__SUBJECT_NAME_SIZE (2 * JSCOPE__NAME_SIZE)
char *jscope__subject_name(const struct jscope__subject *subject,
			   char text[JSCOPE__SUBJECT_NAME_SIZE]);

#endif
