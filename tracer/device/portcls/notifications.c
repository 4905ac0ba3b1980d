#include "notifications.h"

#include <string.h>

#include "fault.h"
#include "jscope/probe.h"

/* 9C2220F0-D9A6-4D5C-A036-573857FD50D2 as it lies in memory. */
const struct jscope__guid jscope__notification_audio_module = {
	{ 0xf0, 0x20, 0x22, 0x9c, 0xa6, 0xd9, 0x5c, 0x4d, 0xa0, 0x36, 0x57, 0x38, 0x57, 0xfd, 0x50,
	  0xd2 },
};

/* Identity 0 is that of no buffer: it finds a free place. */
static struct jscope__pcn_buffer *find(struct jscope__pcn_port *port, uint64_t id)
{
	for (unsigned i = 0; i < JSCOPE__PCN_BUFFERS; i++)
		if (port->buffers[i].id == id)
			return &port->buffers[i];
	return NULL;
}

struct jscope__pcn_buffer *jscope__pcn_find(struct jscope__pcn_port *port, uint64_t id)
{
	return id ? find(port, id) : NULL;
}

static bool is_allowed(const struct jscope__context *context, enum jscope__pool pool,
		       uint16_t size_bytes)
{
	return size_bytes > 0 && context->irql <= JSCOPE__IRQL_DISPATCH &&
	       (pool == JSCOPE__POOL_NONPAGED ||
		(pool == JSCOPE__POOL_PAGED && context->irql < JSCOPE__IRQL_DISPATCH));
}

jscope_status jscope__pcn_alloc(struct jscope__context *context, struct jscope__pcn_port *port,
				enum jscope__pool pool, uint16_t size_bytes,
				struct jscope__pcn_buffer **ret_buffer)
{
	jscope_status status = JSCOPE_STATUS_SUCCESS;
	struct jscope__pcn_buffer *buffer;

	jscope__machine_lock(context->machine);
	buffer = size_bytes <= port->capacity_bytes ? find(port, 0) : NULL;
	if (jscope__fault_strike(context, port->dev, JSCOPE_FAULT_no_notification_memory))
		buffer = NULL;
	if (!is_allowed(context, pool, size_bytes))
		status = JSCOPE_STATUS_INVALID_PARAMETER;
	else if (!buffer)
		status = JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
	if (status == JSCOPE_STATUS_SUCCESS) {
		buffer->id = jscope__machine_id(context->machine);
		buffer->pool = pool;
		buffer->size_bytes = size_bytes;
		memset(buffer->bytes, 0, size_bytes);
		*ret_buffer = buffer;
	}
	JSCOPE_PROBE(pcn_alloc, .dev = port->dev, .irql = context->irql,
		     .buf = status == JSCOPE_STATUS_SUCCESS ? buffer->id : 0, .pool = (uint8_t)pool,
		     .size = size_bytes, .status = status);
	jscope__machine_unlock(context->machine);
	return status;
}

jscope_status jscope__pcn_free(struct jscope__context *context, struct jscope__pcn_port *port,
			       uint64_t id)
{
	const struct jscope__pcn_buffer none = { 0 };
	struct jscope__pcn_buffer *buffer;
	jscope_status status;

	jscope__machine_lock(context->machine);
	buffer = jscope__pcn_find(port, id);
	status = buffer ? JSCOPE_STATUS_SUCCESS : JSCOPE_STATUS_INVALID_PARAMETER;
	JSCOPE_PROBE(pcn_free, .dev = port->dev, .irql = context->irql, .buf = id,
		     .pool = (uint8_t)(buffer ? buffer : &none)->pool,
		     .size = (buffer ? buffer : &none)->size_bytes, .status = status);
	if (buffer)
		buffer->id = 0;
	jscope__machine_unlock(context->machine);
	return status;
}

#define BYTES(b)                                                                                   \
	{                                                                                          \
		(b)[0], (b)[1], (b)[2], (b)[3], (b)[4], (b)[5], (b)[6], (b)[7], (b)[8], (b)[9],    \
			(b)[10], (b)[11], (b)[12], (b)[13], (b)[14], (b)[15]                       \
	}

void jscope__pcn_tell_device(struct jscope__context *context, const struct jscope__pcn_port *port,
			     const struct jscope__guid *device)
{
	JSCOPE_PROBE(pcn_device, .dev = port->dev, .irql = context->irql,
		     .device = BYTES(device->bytes));
}

/* Of a payload that is too short for it, the device is what there is of it. */
static void tell_send(struct jscope__context *context, const struct jscope__pcn_port *port,
		      const struct jscope__guid *notification, uint64_t id,
		      const struct jscope__pcn_buffer *buffer)
{
	struct jscope__guid device = { { 0 } };
	const uint16_t size_bytes = buffer ? buffer->size_bytes : 0;

	if (buffer)
		memcpy(device.bytes, buffer->bytes,
		       size_bytes < sizeof device ? size_bytes : sizeof device);
	JSCOPE_PROBE(pcn_send, .dev = port->dev, .irql = context->irql, .buf = id,
		     .id = BYTES(notification->bytes), .size = size_bytes,
		     .device = BYTES(device.bytes));
}

/* The listener gets a copy of its own, aligned as it needs it. Under the lock. */
static void hand_over(struct jscope__context *context, struct jscope__pcn_listener *listener,
		      const struct jscope__pcn_buffer *buffer, const struct jscope__origin *origin)
{
	struct jscope__origin counted = *origin;

	counted.seq = listener->follower.signal_count + 1;
	memcpy(listener->copy, buffer->bytes, buffer->size_bytes);
	listener->copy_bytes = buffer->size_bytes;
	listener->buffer = buffer->id;
	jscope__follow_add(&listener->follower, buffer->id, &counted);
	jscope__follow_signal(context, &listener->follower, counted.seq);
}

jscope_status jscope__pcn_send(struct jscope__context *context, struct jscope__pcn_port *port,
			       const struct jscope__guid *notification, uint64_t id,
			       const struct jscope__origin *origin)
{
	static const struct jscope__origin unknown;
	struct jscope__pcn_buffer *buffer;

	jscope__machine_lock(context->machine);
	buffer = jscope__pcn_find(port, id);
	tell_send(context, port, notification, id, buffer);
	for (unsigned i = 0; buffer && i < port->listener_count; i++)
		hand_over(context, port->listeners[i], buffer, origin ? origin : &unknown);
	jscope__machine_unlock(context->machine);
	return buffer ? JSCOPE_STATUS_SUCCESS : JSCOPE_STATUS_INVALID_PARAMETER;
}
