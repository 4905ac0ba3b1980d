/*
 * Audio-module notifications (IPortClsNotifications, R66..R69).
 *
 *   AllocNotificationBuffer ─▶ (SendNotification) ─▶ FreeNotificationBuffer
 *
 * The miniport frees what it allocated, sent or not; sending does not give the buffer away.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rules/bench.h"
#include "rules/ended.h"

#define BUFFERS_MAX 16384
#define FREED_MAX   4096
#define DEVICES_MAX 256

/* Bytes of KSAUDIOMODULE_NOTIFICATION: two GUIDs and two ULONGs. */
#define PAYLOAD_BYTES 40

/* A buffer that is still there at the end has leaked when so many younger ones have been freed. */
#define LEAK_YOUNGER 8

enum { POOL_PAGED = 0, IRQL_PASSIVE = 0, IRQL_DISPATCH = 2 };

struct buffer {
	bool failed; /* its allocation did */
	bool sent;
	jscope_ns since_ns;
	uint64_t freed_before; /* buffers of the device */
};

struct device {
	int64_t advertised; /* the text of its id; 0 unknown */
	uint64_t freed_count;
};

struct module_bench {
	struct jscope_judge *judge;
	struct jscope_map *buffers; /* allocated and not freed, by device and buffer */
	struct jscope_map *devices;
	struct jscope__ended_set *freed;
};

static struct device *device_get(struct module_bench *bench, int64_t dev)
{
	return jscope_map_put(bench->devices, jscope__dev_key(dev));
}

static const char *buffer_object(char object[48], int64_t dev, int64_t buf)
{
	return jscope__judge_object(object, dev, "buffer", buf);
}

/* R66 */

static void level_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event,
			const char *method, int64_t buf, int64_t level_max)
{
	const int64_t dev = event->slot[0], irql = event->slot[1];
	char object[48];

	if (irql <= level_max)
		jscope__judge_pass(bench->judge, 66);
	else
		jscope__judge_violate(
			bench->judge, 66, event->ts_ns, buffer_object(object, dev, buf),
			"%s is called at level %" PRId64 ", and allowed up to %" PRId64
			" (%s); above it the port cannot wait for its locks and the "
			"system may stop.",
			method, irql, level_max, level_max ? "DISPATCH_LEVEL" : "PASSIVE_LEVEL");
}

static void pool_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_alloc *slots = SLOTS(event, pcn_alloc);
	char object[48];

	if (slots->irql != IRQL_DISPATCH || slots->pool != POOL_PAGED)
		return;
	jscope__judge_violate(
		bench->judge, 66, event->ts_ns, buffer_object(object, slots->dev, slots->buf),
		"AllocNotificationBuffer is asked for paged memory at DISPATCH_LEVEL; "
		"there a page fault cannot be served, so that it must be "
		"NonPagedPoolNx.");
}

/* The life of a buffer */

static void buffer_add(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_alloc *slots = SLOTS(event, pcn_alloc);
	const struct jscope_key key = jscope__key(slots->dev, slots->buf);
	const struct device *device = device_get(bench, slots->dev);
	const struct buffer *old = jscope_map_get(bench->buffers, key);
	struct buffer *buffer;

	/* Its free is not in the trace. */
	if (old && !old->failed)
		jscope__judge_abstain(bench->judge, 67);
	buffer = jscope_map_put(bench->buffers, key);
	if (!buffer)
		return;
	*buffer = (struct buffer){ .failed = slots->status < 0,
				   .since_ns = event->ts_ns,
				   .freed_before = device ? device->freed_count : 0 };
	jscope__ended_remove(bench->freed, key);
}

static void on_alloc(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_alloc *slots = SLOTS(event, pcn_alloc);

	level_judge(bench, event, "AllocNotificationBuffer", slots->buf, IRQL_DISPATCH);
	pool_judge(bench, event);
	if (slots->status < 0)
		jscope__judge_pass(bench->judge, 68);
	if (slots->buf != 0)
		buffer_add(bench, event);
}

/* R68: returns whether the buffer is one that never was. */
static bool failed_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event,
			 const char *method, int64_t buf, const struct buffer *buffer)
{
	char object[48];

	if (buf != 0 && (!buffer || !buffer->failed))
		return false;
	jscope__judge_violate(
		bench->judge, 68, event->ts_ns, buffer_object(object, event->slot[0], buf),
		"%s is called with a buffer that AllocNotificationBuffer did not give; "
		"where the allocation failed there is nothing to send or free.",
		method);
	return true;
}

/*
 * R67: a buffer that is not there was freed before, or belongs to the time before the trace. Returns
 * whether it was freed: then nobody knows what it holds.
 */
static bool gone_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event,
		       int64_t buf, const char *what, const char *why)
{
	const struct jscope__ended *freed =
		jscope__ended_get(bench->freed, jscope__key(event->slot[0], buf));
	char object[48];

	if (!freed)
		return false;
	if (jscope__judge_is_blind(bench->judge, freed->at_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 67);
	else
		jscope__judge_violate(
			bench->judge, 67, event->ts_ns, buffer_object(object, event->slot[0], buf),
			"The buffer is %s %.3f ms after it was freed; %s.", what,
			(double)(jscope_sub_sat(event->ts_ns, freed->at_ns)) / 1e6, why);
	return true;
}

static void on_free(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_free *slots = SLOTS(event, pcn_free);
	const struct jscope_key key = jscope__key(slots->dev, slots->buf);
	const struct buffer *buffer = jscope_map_get(bench->buffers, key);
	struct device *device = device_get(bench, slots->dev);

	level_judge(bench, event, "FreeNotificationBuffer", slots->buf, IRQL_PASSIVE);
	if (failed_judge(bench, event, "FreeNotificationBuffer", slots->buf, buffer))
		return;
	if (!buffer) {
		gone_judge(bench, event, slots->buf, "freed again",
			   "the memory may be someone else's by then");
		return;
	}
	jscope__judge_pass(bench->judge, 67);
	if (device)
		device->freed_count++;
	jscope_map_remove(bench->buffers, key);
	if (!jscope__ended_add(bench->freed, key, event->ts_ns))
		jscope__judge_refuse(bench->judge, 1);
}

static void sent_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event,
		       struct buffer *buffer)
{
	const struct jscope_slots_pcn_send *slots = SLOTS(event, pcn_send);
	char object[48];

	if (!buffer->sent)
		jscope__judge_pass(bench->judge, 67);
	else if (jscope__judge_is_blind(bench->judge, buffer->since_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 67);
	else
		jscope__judge_violate(bench->judge, 67, event->ts_ns,
				      buffer_object(object, slots->dev, slots->buf),
				      "The buffer is sent a second time; a buffer carries one "
				      "notification, clients would hear of one change twice.");
	buffer->sent = true;
}

/* R69 */

/* As it is printed, and as it lies in memory, where its first three members are little-endian. */
static bool guid_is(const char *text, const char *printed, const char *in_memory)
{
	return !strcmp(text, printed) || !strcmp(text, in_memory);
}

static void payload_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_send *slots = SLOTS(event, pcn_send);
	const struct device *device = device_get(bench, slots->dev);
	char object[48];

	buffer_object(object, slots->dev, slots->buf);
	if (slots->size < PAYLOAD_BYTES)
		jscope__judge_violate(bench->judge, 69, event->ts_ns, object,
				      "An audio-module notification of %" PRId64
				      " bytes is sent; KSAUDIOMODULE_NOTIFICATION has %d, so that "
				      "clients read beyond the end.",
				      slots->size, PAYLOAD_BYTES);
	else if (device && device->advertised && slots->device &&
		 device->advertised != slots->device)
		jscope__judge_violate(
			bench->judge, 69, event->ts_ns, object,
			"The notification carries a device id other than the one that "
			"KSPROPERTY_AUDIOMODULE_NOTIFICATION_DEVICE_ID gives; no client "
			"will think that it is meant.");
	else
		jscope__judge_pass(bench->judge, 69);
}

static void id_judge(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_send *slots = SLOTS(event, pcn_send);
	const char *text = event->text ? event->text(event->texts, slots->id) : "";
	char object[48];

	if (text[0] == '\0')
		jscope__judge_abstain(bench->judge, 69);
	else if (guid_is(text, "9c2220f0d9a64d5ca036573857fd50d2",
			 "f020229ca6d95c4da036573857fd50d2"))
		payload_judge(bench, event);
	else if (guid_is(text, "6389d844bb324c4ca802f4b4b77afead",
			 "44d8896332bb4c4ca802f4b4b77afead"))
		jscope__judge_pass(bench->judge, 69);
	else
		jscope__judge_violate_as(
			bench->judge, 69, JSCOPE_RULE_WARNING, event->ts_ns,
			buffer_object(object, slots->dev, slots->buf),
			"The notification id (bytes %s) is neither "
			"KSNOTIFICATIONID_AudioModule nor _SoundDetector; the port "
			"may have no one to pass it to.",
			text);
}

static void on_send(struct module_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_pcn_send *slots = SLOTS(event, pcn_send);
	struct buffer *buffer = jscope_map_get(bench->buffers, jscope__key(slots->dev, slots->buf));

	level_judge(bench, event, "SendNotification", slots->buf, IRQL_PASSIVE);
	if (failed_judge(bench, event, "SendNotification", slots->buf, buffer))
		return;
	if (buffer)
		sent_judge(bench, event, buffer);
	else if (gone_judge(bench, event, slots->buf, "sent",
			    "the port copies what someone else has put there"))
		return;
	id_judge(bench, event);
}

/* The bench */

static void module_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct module_bench *bench = state;
	struct device *device;

	switch (event->id) {
	case JSCOPE_EVENT_pcn_device:
		device = device_get(bench, SLOTS(event, pcn_device)->dev);
		if (device)
			device->advertised = SLOTS(event, pcn_device)->device;
		break;
	case JSCOPE_EVENT_pcn_alloc:
		on_alloc(bench, event);
		break;
	case JSCOPE_EVENT_pcn_free:
		on_free(bench, event);
		break;
	case JSCOPE_EVENT_pcn_send:
		on_send(bench, event);
		break;
	default:
		break;
	}
}

struct leak {
	struct jscope_key key;
	const struct buffer *buffer;
};

static int by_age(const void *a, const void *b)
{
	const struct leak *left = a, *right = b;

	if (left->buffer->since_ns != right->buffer->since_ns)
		return left->buffer->since_ns < right->buffer->since_ns ? -1 : 1;
	if (left->key.high != right->key.high)
		return left->key.high < right->key.high ? -1 : 1;
	return (left->key.low > right->key.low) - (left->key.low < right->key.low);
}

static void leak_judge(struct module_bench *bench, const struct leak *leak, jscope_ns end_ns)
{
	const struct device *device = device_get(bench, (int64_t)leak->key.high);
	const uint64_t younger = device ? device->freed_count - leak->buffer->freed_before : 0;
	char object[48];

	if (leak->buffer->failed || younger < LEAK_YOUNGER)
		return;
	buffer_object(object, (int64_t)leak->key.high, (int64_t)leak->key.low);
	if (jscope__judge_is_blind(bench->judge, leak->buffer->since_ns, end_ns))
		jscope__judge_abstain(bench->judge, 67);
	else
		jscope__judge_violate_as(
			bench->judge, 67,
			leak->buffer->sent ? JSCOPE_RULE_ERROR : JSCOPE_RULE_WARNING,
			leak->buffer->since_ns, object,
			"The buffer, allocated then and %s, is not freed to the end of the trace, "
			"while %" PRIu64 " others were; sending does not give it away, the memory "
			"is lost.",
			leak->buffer->sent ? "sent" : "not sent", younger);
}

static void module_finish(void *state, jscope_ns end_ns)
{
	struct module_bench *bench = state;
	const size_t count = jscope_map_count(bench->buffers);
	struct leak *leaks = calloc(count ? count : 1, sizeof *leaks);
	size_t cursor = 0, i = 0;
	struct jscope_key key;
	void *value;

	if (!leaks) {
		jscope__judge_refuse(bench->judge, count);
		return;
	}
	while (jscope_map_next(bench->buffers, &cursor, &key, &value))
		leaks[i++] = (struct leak){ key, value };
	qsort(leaks, count, sizeof *leaks, by_age);
	for (i = 0; i < count; i++)
		leak_judge(bench, &leaks[i], end_ns);
	free(leaks);
}

static void module_release(void *state)
{
	struct module_bench *bench = state;

	jscope__ended_destroy(bench->freed);
}

static int module_init(void *state)
{
	struct module_bench *bench = state;

	return jscope__ended_create(FREED_MAX, &bench->freed);
}

const struct jscope__bench_ops jscope__bench_module = {
	.size = sizeof(struct module_bench),
	.tables = {
		JSCOPE__TABLE(struct module_bench, buffers, struct buffer, BUFFERS_MAX, NULL),
		JSCOPE__TABLE(struct module_bench, devices, struct device, DEVICES_MAX, NULL),
	},
	.init = module_init,
	.event = module_event,
	.finish = module_finish,
	.release = module_release,
};
