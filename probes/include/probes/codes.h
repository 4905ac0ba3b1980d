/*
 * The codes that fields of the vocabulary hold, and what they are called: NTSTATUS of a method,
 * SRB_STATUS of a request, SCSI_NOTIFICATION_TYPE of a StorPortNotification. Constants and names are
 * made from one table each. Constant, any thread.
 */
#ifndef PROBES_CODES_H
#define PROBES_CODES_H

#include <stdint.h>

#define JSCOPE_STATUS_TABLE(STATUS)                                                                \
	STATUS(SUCCESS, 0x00000000u)                                                               \
	STATUS(UNSUCCESSFUL, 0xC0000001u)                                                          \
	STATUS(INVALID_PARAMETER, 0xC000000Du)                                                     \
	STATUS(INVALID_DEVICE_REQUEST, 0xC0000010u)                                                \
	STATUS(DATA_OVERRUN, 0xC000003Cu)                                                          \
	STATUS(DATA_LATE_ERROR, 0xC000003Du)                                                       \
	STATUS(INSUFFICIENT_RESOURCES, 0xC000009Au)                                                \
	STATUS(DEVICE_NOT_READY, 0xC00000A3u)                                                      \
	STATUS(NOT_SUPPORTED, 0xC00000BBu)                                                         \
	STATUS(DEVICE_DOES_NOT_EXIST, 0xC00000C0u)                                                 \
	STATUS(INVALID_DEVICE_STATE, 0xC0000184u)                                                  \
	STATUS(IO_DEVICE_ERROR, 0xC0000185u)                                                       \
	STATUS(NOT_FOUND, 0xC0000225u)

/* In the low six bits; the two above them say that the queue is frozen and that sense data came. */
#define JSCOPE_SRB_STATUS_TABLE(STATUS)                                                            \
	STATUS(PENDING, 0x00)                                                                      \
	STATUS(SUCCESS, 0x01)                                                                      \
	STATUS(ABORTED, 0x02)                                                                      \
	STATUS(ABORT_FAILED, 0x03)                                                                 \
	STATUS(ERROR, 0x04)                                                                        \
	STATUS(BUSY, 0x05)                                                                         \
	STATUS(INVALID_REQUEST, 0x06)                                                              \
	STATUS(INVALID_PATH_ID, 0x07)                                                              \
	STATUS(NO_DEVICE, 0x08)                                                                    \
	STATUS(TIMEOUT, 0x09)                                                                      \
	STATUS(SELECTION_TIMEOUT, 0x0A)                                                            \
	STATUS(COMMAND_TIMEOUT, 0x0B)                                                              \
	STATUS(MESSAGE_REJECTED, 0x0D)                                                             \
	STATUS(BUS_RESET, 0x0E)                                                                    \
	STATUS(PARITY_ERROR, 0x0F)                                                                 \
	STATUS(REQUEST_SENSE_FAILED, 0x10)                                                         \
	STATUS(NO_HBA, 0x11)                                                                       \
	STATUS(DATA_OVERRUN, 0x12)

#define JSCOPE_SRB_STATUS_MASK 0x3f

/* DOMAIN 4.1. */
#define JSCOPE_NOTIFICATION_TABLE(TYPE)                                                            \
	TYPE(RequestComplete, 0)                                                                   \
	TYPE(NextRequest, 1)                                                                       \
	TYPE(NextLuRequest, 2)                                                                     \
	TYPE(ResetDetected, 3)                                                                     \
	TYPE(RequestTimerCall, 6)                                                                  \
	TYPE(BusChangeDetected, 7)                                                                 \
	TYPE(WMIEvent, 8)                                                                          \
	TYPE(WMIReregister, 9)                                                                     \
	TYPE(LinkUp, 10)                                                                           \
	TYPE(LinkDown, 11)                                                                         \
	TYPE(QueryTickCount, 12)                                                                   \
	TYPE(BufferOverrunDetected, 13)                                                            \
	TYPE(TraceNotification, 14)                                                                \
	TYPE(GetExtendedFunctionTable, 15)                                                         \
	TYPE(EnablePassiveInitialization, 0x1000)                                                  \
	TYPE(InitializeDpc, 0x1001)                                                                \
	TYPE(IssueDpc, 0x1002)                                                                     \
	TYPE(AcquireSpinLock, 0x1003)                                                              \
	TYPE(ReleaseSpinLock, 0x1004)                                                              \
	TYPE(StateChangeDetectedCall, 0x1005)                                                      \
	TYPE(IoTargetRequestServiceTime, 0x1006)                                                   \
	TYPE(AsyncNotificationDetected, 0x1007)

#define JSCOPE_CODE_STATUS(name, value)	      JSCOPE_STATUS_##name = (int32_t)value,
#define JSCOPE_CODE_SRB_STATUS(name, value)   JSCOPE_SRB_STATUS_##name = value,
#define JSCOPE_CODE_NOTIFICATION(name, value) JSCOPE_NOTIFICATION_##name = value,
/* Failures have the top bit set, so that they are negative. */
enum { JSCOPE_STATUS_TABLE(JSCOPE_CODE_STATUS) };
enum { JSCOPE_SRB_STATUS_TABLE(JSCOPE_CODE_SRB_STATUS) };
enum { JSCOPE_NOTIFICATION_TABLE(JSCOPE_CODE_NOTIFICATION) };
#undef JSCOPE_CODE_STATUS
#undef JSCOPE_CODE_SRB_STATUS
#undef JSCOPE_CODE_NOTIFICATION

/* "STATUS_NOT_FOUND"; "an unknown status" for a value that is not in the table. */
const char *jscope_status_name(int64_t status);
/* "SRB_STATUS_BUSY" of the low six bits; "an unknown SRB status". */
const char *jscope_srb_status_name(int64_t status);
/* "LinkDown"; "an unknown type". */
const char *jscope_notification_name(int64_t type);

#endif
