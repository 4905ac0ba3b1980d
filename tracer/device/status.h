/*
 * The NTSTATUS values that the methods of the virtual device return. The table of values and names,
 * JSCOPE_STATUS_<NAME>, is the vocabulary's: a trace holds them, too.
 */
#ifndef DEVICE_STATUS_H
#define DEVICE_STATUS_H

#include "probes/codes.h"

typedef int32_t jscope_status;

/* "STATUS_NOT_FOUND"; "an unknown status" for a value that is not in the table. */
const char *jscope__status_name(jscope_status status);

#endif
