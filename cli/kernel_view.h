/*
 * The table of `record kernel --live`: per interrupt, softirq, disk, stream and woken thread how many,
 * the last, median, p99 and longest, and how many a loss of records cut. On a terminal it is drawn anew
 * each second, by a child process, so that a terminal that stands still holds nothing up; elsewhere,
 * and at the end, it is written once. One thread.
 *
 *   settings.sample = ... jscope_kernel_view_sample(view, sample);
 *   settings.progress = ... jscope_kernel_view_refresh(view, elapsed_ns, event_count);
 *   jscope_kernel_run(...);
 *   jscope_kernel_view_end(view, elapsed_ns, result.event_count, result.lost_count);
 */
#ifndef CLI_KERNEL_VIEW_H
#define CLI_KERNEL_VIEW_H

#include <stdio.h>

#include "tracer/kernel.h"

struct jscope_kernel_view;

/* Returns 0 or -ENOMEM. */
int jscope_kernel_view_create(struct jscope_kernel_view **ret_view);
void jscope_kernel_view_destroy(struct jscope_kernel_view *view);

/* A pair that ended. */
void jscope_kernel_view_sample(struct jscope_kernel_view *view,
			       const struct jscope_kernel_sample *sample);

/*
 * From the progress of the recording: draw when a second is over and stdout is a terminal. Forks, so
 * that whoever waits for a child of its own must wait for it by its id.
 */
void jscope_kernel_view_refresh(struct jscope_kernel_view *view, jscope_ns elapsed_ns,
				uint64_t event_count);

/* Take away what is drawn, so that a line may stand there. The next refresh draws below it. */
void jscope_kernel_view_clear(struct jscope_kernel_view *view);

/* The last table, on stdout, in the place of what was drawn. */
void jscope_kernel_view_end(struct jscope_kernel_view *view, jscope_ns elapsed_ns,
			    uint64_t event_count, uint64_t lost_count);

/* What the two above write, for a terminal of 80 columns. */
void jscope_kernel_view_write(const struct jscope_kernel_view *view, jscope_ns elapsed_ns,
			      uint64_t event_count, FILE *stream);

#endif
