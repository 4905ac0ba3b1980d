/*
 * StorPort: the port driver of an adapter, as its miniport and its clients see it.
 *
 *   client --- jscope__stor_submit() ---> port --- miniport->build_io, start_io ---> miniport
 *   client <--- io.done() -------------- port <--- jscope__stor_notification() ----- miniport
 *
 * The StartIo lock is the lock of the machine: a StartIo is a few loads, stores and probes, and is
 * told from its entry to its return in one piece. An adapter with concurrent channels has none: as
 * many calls as it has channels may run at a time (channel.h). The port has a request built as soon as the
 * adapter has been initialised. It starts one while the adapter is neither paused nor resetting, its
 * link is up, and fewer than `limit` are outstanding; the others wait in its queue.
 */
#ifndef DEVICE_STOR_H
#define DEVICE_STOR_H

#include "channel.h"
#include "ktimer.h"
#include "line.h"
#include "srb.h"
#include "status.h"

/* SCSI_NOTIFICATION_TYPE: the documented ones, by their values (DOMAIN 4.1). */
enum jscope__stor_type {
	JSCOPE__STOR_REQUEST_COMPLETE = 0,
	JSCOPE__STOR_RESET_DETECTED = 3,
	JSCOPE__STOR_REQUEST_TIMER_CALL = 6,
	JSCOPE__STOR_BUS_CHANGE_DETECTED = 7,
	JSCOPE__STOR_WMI_EVENT = 8,
	JSCOPE__STOR_WMI_REREGISTER = 9,
	JSCOPE__STOR_LINK_UP = 10,
	JSCOPE__STOR_LINK_DOWN = 11,
	JSCOPE__STOR_QUERY_TICK_COUNT = 12,
	JSCOPE__STOR_BUFFER_OVERRUN_DETECTED = 13,
	JSCOPE__STOR_IO_TARGET_REQUEST_SERVICE_TIME = 0x1006,
};

#define JSCOPE__STOR_PATH_ADAPTER 0xffu /* PathId: the adapter itself */
#define JSCOPE__STOR_WMI_MAX	  128u	/* bytes of an event; larger ones are ignored */
#define JSCOPE__STOR_SPARE	  16u	/* requests beyond those that clients ask for */

struct jscope__wmi_event {
	uint32_t size_bytes;
};

typedef void jscope__stor_timer_routine(struct jscope__context *context, void *extension);

/* HW_INITIALIZATION_DATA: the routines of a miniport. */
struct jscope__miniport {
	/* HwStorBuildIo: prepare a request. Without the lock, at dispatch level. */
	void (*build_io)(struct jscope__context *context, void *extension, struct jscope__srb *srb);
	/*
	 * HwStorStartIo: take a request. Under the lock, or in a channel without it, at dispatch
	 * level (full duplex) or device level; nothing of the port is called from it. Returns false, with srb->status set, for one that the port is to complete at once.
	 */
	bool (*start_io)(struct jscope__context *context, void *extension, struct jscope__srb *srb);
	/* HwStorInterrupt: false for "not mine". Without the lock, at device level. */
	bool (*interrupt)(struct jscope__context *context, void *extension,
			  const struct jscope__interrupt *interrupt);
	/* HwStorResetBus: complete all requests of the path. Without the lock, from a task. */
	void (*reset_bus)(struct jscope__context *context, void *extension, uint8_t path);
};

struct jscope__adapter {
	struct jscope__machine *machine;	 /* borrowed */
	const struct jscope__miniport *miniport; /* borrowed */
	void *extension;			 /* HwDeviceExtension, borrowed */
	uint32_t dev;
	uint32_t limit; /* of outstanding requests */
	bool full_duplex;
	struct jscope__channels channels;
	jscope_ns tick_ns;
	struct jscope__dpc done_dpc; /* delivers what an ISR has completed */
	struct jscope__dpc timer_dpc, pause_dpc;
	struct jscope__ktimer timer, pause_timer;
	struct jscope__srb *srbs; /* borrowed: all request blocks of the adapter */
	uint32_t srb_count;
	struct jscope__adapter *next; /* of the machine */
	/* Under the lock: */
	bool initialised, removed, overrun, link_down, paused, resetting;
	bool busy; /* it said so: nothing is started until a request completes */
	struct jscope__srb_list asked; /* not built yet */
	struct jscope__srb_list queue, free, done;
	uint32_t outstanding;
	uint64_t number_last;
	uint64_t done_count;
	uint64_t ignored_count;	    /* WMI events that were too large */
	uint64_t enumeration_count; /* that a bus change led to */
	jscope__stor_timer_routine *timer_routine;
	uint32_t timer_us;
	jscope_ns timer_due_ns; /* the timer call that is pending; 0: none */
	uint64_t timer_replaced_count;
	uint64_t tick_last;
};

/*
 * Put an adapter together. Settings (machine, miniport, extension, dev, limit, full_duplex,
 * channels.count, tick_ns, srbs, srb_count) are filled in by the caller, as are the places of its DPCs.
 */
void jscope__stor_attach(struct jscope__adapter *adapter);
/* Take it apart, when nothing runs any more. */
void jscope__stor_detach(struct jscope__adapter *adapter);

/* StorPortInitialize. At passive level, without the lock, as all that follows unless said. */
void jscope__stor_initialise(struct jscope__context *context, struct jscope__adapter *adapter);

/*
 * The port removes the adapter: its timers are cancelled, its DPCs have run. Requests that are
 * active remain so. The miniport's own timers and DPCs have been stopped by the caller.
 */
void jscope__stor_remove(struct jscope__context *context, struct jscope__adapter *adapter);

/* Ask for a request, which is built and started with the next one that is submitted, or by a start. */
jscope_status jscope__stor_ask(struct jscope__adapter *adapter, const struct jscope__io *io);

/*
 * Ask for a request; it is built and started now or later. Both return SUCCESS,
 * INSUFFICIENT_RESOURCES when all request blocks are in use, or DEVICE_DOES_NOT_EXIST, which is what
 * SRB_STATUS_NO_HBA means to a client, when the adapter has been removed or has crashed.
 */
jscope_status jscope__stor_submit(struct jscope__context *context, struct jscope__adapter *adapter,
				  const struct jscope__io *io);

/* The client has done with a request that it was given: the block is free. Takes the lock. */
void jscope__stor_release(struct jscope__context *context, struct jscope__adapter *adapter,
			  struct jscope__srb *srb);
/* The same under the lock. */
void jscope__stor_release_locked(struct jscope__context *context, struct jscope__adapter *adapter,
				 struct jscope__srb *srb);

/*
 * StorPortNotification: what a miniport has to tell or to ask. From any level, without the lock.
 *
 *   RequestComplete             struct jscope__srb *
 *   RequestTimerCall            jscope__stor_timer_routine *, uint32_t microseconds (0 cancels)
 *   ResetDetected, LinkUp, LinkDown, BufferOverrunDetected   nothing
 *   BusChangeDetected           int path
 *   IoTargetRequestServiceTime  uint64_t duration (100 ns), struct jscope__srb *
 *   QueryTickCount              uint64_t *ret_ticks
 *   WMIEvent                    const struct jscope__wmi_event *, int path [, int target, int lun]
 *   WMIReregister               int path [, int target, int lun]
 *
 * target and lun are there unless path is JSCOPE__STOR_PATH_ADAPTER. Every call is recorded, also
 * one that is refused. Returns SUCCESS, or with a sentence (common/error.h): INVALID_PARAMETER for
 * arguments that cannot be; INVALID_DEVICE_STATE for what is not allowed now; NOT_SUPPORTED for an
 * undocumented type; INVALID_DEVICE_REQUEST for an extension that is no adapter's, which cannot be
 * recorded.
 */
jscope_status jscope__stor_notification(struct jscope__context *context, uint32_t type,
					void *extension, ...);

/* StorPortIssueDpc: returns false when it was queued already. Under the lock. */
bool jscope__stor_issue_dpc(struct jscope__context *context, struct jscope__adapter *adapter,
			    struct jscope__dpc *dpc, uint64_t caller_seq, uint64_t argument);

/* The ISR of an adapter's line: its `state` is the adapter. */
bool jscope__stor_isr(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *interrupt);

/* StorPortPause, StorPortResume. At dispatch level or below. Pausing again sets the time anew. */
void jscope__stor_pause(struct jscope__context *context, struct jscope__adapter *adapter,
			uint32_t timeout_s);
void jscope__stor_resume(struct jscope__context *context, struct jscope__adapter *adapter);

/* The port resets a bus: from a task, at dispatch level. */
void jscope__stor_reset_bus(struct jscope__context *context, struct jscope__adapter *adapter,
			    uint8_t path);

/* Tell the truth about a request that has run its course, or never will. Under the lock. */
void jscope__stor_tell(struct jscope__context *context, const struct jscope__adapter *adapter,
		       const struct jscope__srb *srb);

/* For the files of the port. */

/* Build and start what may be. Without the lock; above dispatch level nothing is. */
void jscope__stor_start(struct jscope__context *context, struct jscope__adapter *adapter);

/* A request that is started is over, with its status. Under the lock. */
void jscope__stor_finish(struct jscope__context *context, struct jscope__adapter *adapter,
			 struct jscope__srb *srb);

/* BufferOverrunDetected: the system stops, as far as this adapter is concerned. Under the lock. */
void jscope__stor_stop(struct jscope__adapter *adapter);

/* Set or cancel (microseconds 0) the timer of the adapter. Without the lock. */
jscope_status jscope__stor_timer_call(struct jscope__context *context,
				      struct jscope__adapter *adapter,
				      jscope__stor_timer_routine *routine, uint32_t microseconds);
void jscope__stor_timer_attach(struct jscope__adapter *adapter);

#endif
