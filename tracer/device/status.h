/*
 * The NTSTATUS values that the methods of the virtual device return, and their names. One table:
 * the constants and jscope__status_name() are made from it.
 */
#ifndef DEVICE_STATUS_H
#define DEVICE_STATUS_H

#include <stdint.h>

#define JSCOPE_STATUS_TABLE(STATUS)                                                                \
	STATUS(SUCCESS, 0x00000000u)                                                               \
	STATUS(UNSUCCESSFUL, 0xC0000001u)                                                          \
	STATUS(INVALID_PARAMETER, 0xC000000Du)                                                     \
	STATUS(INVALID_DEVICE_REQUEST, 0xC0000010u)                                                \
	STATUS(DATA_OVERRUN, 0xC000003Cu)                                                          \
	STATUS(DATA_LATE_ERROR, 0xC000003Du)                                                       \
	STATUS(INSUFFICIENT_RESOURCES, 0xC000009Au)                                                \
	STATUS(NOT_SUPPORTED, 0xC00000BBu)                                                         \
	STATUS(INVALID_DEVICE_STATE, 0xC0000184u)                                                  \
	STATUS(NOT_FOUND, 0xC0000225u)

/* Failures have the top bit set, so that they are negative. */
typedef int32_t jscope_status;

#define JSCOPE_STATUS_CONSTANT(name, value) JSCOPE_STATUS_##name = (int32_t)value,
enum { JSCOPE_STATUS_TABLE(JSCOPE_STATUS_CONSTANT) };
#undef JSCOPE_STATUS_CONSTANT

/* "STATUS_NOT_FOUND"; "an unknown status" for a value that is not in the table. */
const char *jscope__status_name(jscope_status status);

#endif
