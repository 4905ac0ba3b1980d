/*
 * Samples of a recorded session: one column of a CSV file, such as `jitterscope replay --format csv`
 * writes. Values are nanoseconds; rows without one are skipped.
 */
#ifndef DEVICE_SAMPLES_H
#define DEVICE_SAMPLES_H

#include "tracer/scenario.h"

#define JSCOPE__SAMPLES_MAX 1000000

/*
 * path: relative to `directory` unless it begins with '/'. The samples belong to the scenario.
 * Returns 0, -ENOMEM, or -ENOENT, -EBADMSG, -EFBIG with a sentence.
 */
int jscope__samples_read(struct jscope_scenario *scenario, const char *directory, const char *path,
			 const char *column, jscope_ns **ret_samples, size_t *ret_count);

#endif
