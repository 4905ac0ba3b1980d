/* The passive half of the driver of an audio module. */
#include "module.h"

#include <string.h>

#include "fault.h"

/* What a sloppy driver sends, where its buffer is too small for the payload. */
#define SHORT_BYTES 24

uint64_t jscope__module_alloc(struct jscope__context *context, struct jscope__module *module,
			      enum jscope__pool pool)
{
	struct jscope__pcn_buffer *buffer;
	uint16_t bytes = (uint16_t)module->settings->size_bytes;

	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_short_payload))
		bytes = SHORT_BYTES;
	if (jscope__pcn_alloc(context, &module->port, pool, bytes, &buffer) !=
	    JSCOPE_STATUS_SUCCESS)
		return 0;
	return buffer->id;
}

/* A driver that asks for more than there is, and does not look at what it was told. */
static void alloc_carelessly(struct jscope__context *context, struct jscope__module *module)
{
	struct jscope__pcn_buffer *buffer;

	if (jscope__pcn_alloc(context, &module->port, JSCOPE__POOL_PAGED,
			      (uint16_t)(module->port.capacity_bytes + 1u),
			      &buffer) != JSCOPE_STATUS_SUCCESS)
		jscope__pcn_free(context, &module->port, 0);
}

/* The payload, and bytes of the module's own behind it that the port does not look at. */
static void fill(struct jscope__context *context, struct jscope__module *module, uint64_t id)
{
	struct jscope__module_payload payload = { .device = module->device, .instance = 1 };
	const bool foreign =
		jscope__fault_strike(context, module->dev, JSCOPE_FAULT_foreign_device);
	struct jscope__pcn_buffer *buffer;
	size_t size;

	if (foreign)
		payload.device.bytes[0] ^= 0xff;
	/* The buffer is ours; the list that it is found in is shared with the DPC. */
	jscope__machine_lock(context->machine);
	buffer = jscope__pcn_find(&module->port, id);
	jscope__machine_unlock(context->machine);
	size = buffer->size_bytes < sizeof payload ? buffer->size_bytes : sizeof payload;
	memcpy(buffer->bytes, &payload, size);
	for (size_t i = size; i < buffer->size_bytes; i++)
		buffer->bytes[i] = (uint8_t)i;
}

void jscope__module_send(struct jscope__context *context, struct jscope__module *module,
			 const struct jscope__module_job *job)
{
	struct jscope__guid notification = jscope__notification_audio_module;

	fill(context, module, job->buffer);
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_unknown_notification))
		notification.bytes[0] ^= 0xff;
	/* What merged is about the latest of it. */
	jscope__pcn_send(context, &module->port, &notification, job->buffer,
			 job->origin_count ? &job->origins[job->origin_count - 1] : NULL);
}

void jscope__module_forget(struct jscope__context *context, struct jscope__module *module,
			   const struct jscope__origin *origins, unsigned origin_count)
{
	jscope__machine_lock(context->machine);
	for (unsigned i = 0; i < origin_count; i++)
		jscope__follow_tell(context, module->dev, module->worker.object,
				    module->worker.event.id, &origins[i], 0);
	jscope__machine_unlock(context->machine);
}

static void send_again(struct jscope__context *context, struct jscope__module *module,
		       uint64_t buffer)
{
	jscope__pcn_send(context, &module->port, &jscope__notification_audio_module, buffer, NULL);
}

/* Whatever became of the sending, the buffer is freed. */
static void give_back(struct jscope__context *context, struct jscope__module *module,
		      uint64_t buffer)
{
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_leak_buffer))
		return;
	jscope__pcn_free(context, &module->port, buffer);
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_free_twice))
		jscope__pcn_free(context, &module->port, buffer);
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_send_after_free))
		send_again(context, module, buffer);
	if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_free_failed_alloc))
		alloc_carelessly(context, module);
}

static bool job_take(struct jscope__context *context, struct jscope__module *module,
		     struct jscope__module_job *ret_job)
{
	bool taken;

	jscope__machine_lock(context->machine);
	taken = module->job_count > 0;
	if (taken) {
		*ret_job = module->jobs[module->job_first];
		module->job_first = (module->job_first + 1) % JSCOPE__MODULE_JOBS;
		module->job_count--;
	}
	jscope__machine_unlock(context->machine);
	return taken;
}

void jscope__module_work(struct jscope__context *context, void *state)
{
	struct jscope__module *module = state;
	struct jscope__module_job job;

	while (job_take(context, module, &job)) {
		if (!job.buffer)
			job.buffer = jscope__module_alloc(context, module, JSCOPE__POOL_PAGED);
		if (!job.buffer)
			continue;
		if (!job.sent)
			jscope__module_send(context, module, &job);
		if (jscope__fault_strike(context, module->dev, JSCOPE_FAULT_send_twice))
			send_again(context, module, job.buffer);
		give_back(context, module, job.buffer);
	}
}

/* Life */

void jscope__module_open(struct jscope__context *context, void *state)
{
	struct jscope__module *module = state;

	jscope__pcn_tell_device(context, &module->port, &module->device);
	jscope__module_device_start(context, module);
}

static void module_close(struct jscope__context *context, struct jscope__module *module)
{
	jscope__module_device_halt(context, module);
	jscope__worker_finish(context, &module->worker);
	jscope__machine_lock(context->machine);
	for (unsigned i = 0; i < module->client_count; i++)
		jscope__follow_finish(context, &module->clients[i].listener.follower);
	jscope__machine_unlock(context->machine);
}

void jscope__module_leave(struct jscope__context *context, void *state)
{
	struct jscope__module *module = state;
	bool last;

	jscope__machine_lock(context->machine);
	last = --module->thread_count == 0;
	jscope__machine_unlock(context->machine);
	if (last)
		module_close(context, module);
}
