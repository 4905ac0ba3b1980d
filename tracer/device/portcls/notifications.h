/*
 * IPortClsNotifications: how a miniport tells the clients of its audio modules that something has
 * changed.
 *
 *   AllocNotificationBuffer (dispatch or below) ─▶ fill ─▶ SendNotification ─▶ FreeNotificationBuffer
 *                                                          (both at passive level)
 *
 * SendNotification copies what it is given for every listener, so that the buffer stays its owner's,
 * who frees it whether or not it was sent (DOMAIN 3). The documentation knows the method by the name
 * SendNotificationBuffer, too (DOMAIN 8, T7). Buffers are named by identities that are never used
 * again: a stale one is refused, and what was asked is in the trace.
 */
#ifndef DEVICE_NOTIFICATIONS_H
#define DEVICE_NOTIFICATIONS_H

#include "follow.h"
#include "status.h"

#define JSCOPE__PCN_BUFFERS   32
#define JSCOPE__PCN_LISTENERS 16
#define JSCOPE__PCN_BYTES_MAX 64000 /* AUDIOMODULE_MAX_DATA_SIZE */

enum jscope__pool { JSCOPE__POOL_PAGED, JSCOPE__POOL_NONPAGED };

struct jscope__guid {
	uint8_t bytes[16];
};

/* KSNOTIFICATIONID_AudioModule */
extern const struct jscope__guid jscope__notification_audio_module;

/* KSAUDIOMODULE_NOTIFICATION: 40 bytes, which any number of others may follow. */
struct jscope__module_payload {
	struct jscope__guid device, class;
	uint32_t instance, reserved;
};

_Static_assert(sizeof(struct jscope__module_payload) == 40, "the size that clients expect");

/* PCNOTIFICATION_BUFFER and what the port knows of it. */
struct jscope__pcn_buffer {
	uint64_t id; /* 0: free */
	enum jscope__pool pool;
	uint16_t size_bytes;
	uint8_t *bytes; /* owned by the rig */
};

/* A client of the port: has its copy of the latest notification, and an event that tells of it. */
struct jscope__pcn_listener {
	struct jscope__kevent event;
	struct jscope__follower follower;
	uint8_t *copy; /* owned by the rig */
	uint16_t copy_bytes;
	uint64_t buffer; /* of which it is the copy */
};

struct jscope__pcn_port {
	uint32_t dev;
	uint16_t capacity_bytes; /* of a buffer */
	/* Under the lock: */
	struct jscope__pcn_buffer buffers[JSCOPE__PCN_BUFFERS];
	struct jscope__pcn_listener *listeners[JSCOPE__PCN_LISTENERS]; /* borrowed */
	unsigned listener_count;
};

/* KSPROPERTY_AUDIOMODULE_NOTIFICATION_DEVICE_ID: what the notifications of a device carry. */
void jscope__pcn_tell_device(struct jscope__context *context, const struct jscope__pcn_port *port,
			     const struct jscope__guid *device);

/*
 * INVALID_PARAMETER for no bytes, for an unknown pool, and for paged memory or a level above at
 * dispatch level; INSUFFICIENT_RESOURCES when there is no buffer left or none so large.
 */
jscope_status jscope__pcn_alloc(struct jscope__context *context, struct jscope__pcn_port *port,
				enum jscope__pool pool, uint16_t size_bytes,
				struct jscope__pcn_buffer **ret_buffer);

/* The buffer of an identity, for its owner to fill; NULL for none. */
struct jscope__pcn_buffer *jscope__pcn_find(struct jscope__pcn_port *port, uint64_t id);

/* id: of the buffer. INVALID_PARAMETER when there is none of that identity (any more). */
jscope_status jscope__pcn_free(struct jscope__context *context, struct jscope__pcn_port *port,
			       uint64_t id);

/*
 * Copy the buffer to every listener and signal it: the event tells how many notifications the
 * listener has been sent. origin: what it is about, NULL where nobody knows. A buffer that does not
 * exist is told in the trace, and nobody hears of it: INVALID_PARAMETER.
 */
jscope_status jscope__pcn_send(struct jscope__context *context, struct jscope__pcn_port *port,
			       const struct jscope__guid *notification, uint64_t id,
			       const struct jscope__origin *origin);

#endif
