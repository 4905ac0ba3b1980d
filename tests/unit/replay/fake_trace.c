#include "fake_trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 128
#define TEXTS_MAX 64

struct fake_records fake_records;

static struct fake_event events[FAKE_EVENTS_MAX];
static size_t event_count;

struct fake_reader {
	struct jscope_reader base;
	jscope_announce_fn *announce;
	void *announce_state;
	struct jscope_reader_info info;
	const char *names[NAMES_MAX];
	const struct jscope_want *wants[NAMES_MAX];
	int want_counts[NAMES_MAX];
	uint32_t name_count;
	const char *texts[TEXTS_MAX];
	unsigned text_count;
	size_t next;
	bool announced;
};

jscope_ns fake_us(double us)
{
	return FAKE_BEGIN_NS + (jscope_ns)(us * 1000);
}

void fake_reset(void)
{
	event_count = 0;
}

void fake_add_event(double at_us, uint32_t cpu, int64_t tid, const char *name,
		    const struct fake_field *fields, size_t count)
{
	struct fake_event *event = &events[event_count++];

	if (event_count > FAKE_EVENTS_MAX || count > FAKE_FIELDS_MAX)
		abort();
	*event = (struct fake_event){
		.name = name, .ts_ns = fake_us(at_us), .cpu = cpu, .tid = tid
	};
	memcpy(event->fields, fields, count * sizeof *fields);
	event->field_count = (unsigned)count;
}

void fake_add_gap_on(uint32_t cpu, uint64_t lost, double begin_us, double end_us)
{
	struct fake_event *event = &events[event_count++];

	*event = (struct fake_event){ .ts_ns = fake_us(begin_us) };
	event->gap = (struct jscope_gap){
		.events = lost, .begin_ns = fake_us(begin_us), .end_ns = fake_us(end_us), .cpu = cpu
	};
}

void fake_add_gap(uint64_t lost, double begin_us, double end_us)
{
	fake_add_gap_on(JSCOPE_CPU_UNKNOWN, lost, begin_us, end_us);
}

static void sort(void)
{
	for (size_t i = 1; i < event_count; i++) {
		struct fake_event event = events[i];
		size_t k = i;

		for (; k > 0 && events[k - 1].ts_ns > event.ts_ns; k--)
			events[k] = events[k - 1];
		events[k] = event;
	}
}

void fake_cut(double from_us, double to_us)
{
	size_t kept = 0;

	sort();
	for (size_t i = 0; i < event_count; i++)
		if (events[i].ts_ns >= fake_us(from_us) && events[i].ts_ns < fake_us(to_us))
			events[kept++] = events[i];
	event_count = kept;
}

void fake_lose(unsigned seed, double probability)
{
	size_t kept = 0, lost = 0;
	jscope_ns begin_ns = 0;

	sort();
	for (size_t i = 0; i < event_count; i++) {
		struct fake_event event = events[i];

		seed = seed * 1103515245u + 12345u;
		if ((seed >> 8 & 0xffff) / 65536.0 < probability) {
			if (!lost++)
				begin_ns = event.ts_ns;
			continue;
		}
		if (lost) {
			events[kept++] = (struct fake_event){
				.ts_ns = begin_ns,
				.gap = { lost, 0, begin_ns, event.ts_ns, JSCOPE_CPU_UNKNOWN },
			};
			lost = 0;
		}
		events[kept++] = event;
	}
	event_count = kept;
}

static uint32_t name_index(struct fake_reader *reader, const char *name)
{
	uint32_t i = 0;

	while (i < reader->name_count && strcmp(reader->names[i], name) != 0)
		i++;
	if (i == NAMES_MAX)
		abort();
	if (i == reader->name_count)
		reader->names[reader->name_count++] = name;
	return i;
}

static int announce_all(struct fake_reader *reader)
{
	reader->announced = true;
	for (size_t i = 0; i < event_count; i++)
		if (events[i].name)
			name_index(reader, events[i].name);
	for (uint32_t i = 0; i < reader->name_count; i++) {
		const struct jscope_event_class class = {
			i,
			reader->names[i],
			strncmp(reader->names[i], "jscope:", 7) ? "kernel" : "ust",
			"",
			"",
		};

		reader->want_counts[i] =
			reader->announce(reader->announce_state, &class, &reader->wants[i]);
		if (reader->want_counts[i] < 0)
			return reader->want_counts[i];
	}
	return 0;
}

static int64_t string_id(struct fake_reader *reader, const char *text)
{
	for (unsigned i = 0; i < reader->text_count; i++)
		if (!strcmp(reader->texts[i], text))
			return i + 1;
	reader->texts[reader->text_count++] = text;
	return reader->text_count;
}

static int64_t slot_of(struct fake_reader *reader, const struct fake_event *event,
		       const struct jscope_want *want)
{
	if (!want->field)
		return want->missing;
	if (!strcmp(want->field, "vtid"))
		return event->tid;
	for (unsigned i = 0; i < event->field_count; i++) {
		const struct fake_field *field = &event->fields[i];

		if (strcmp(field->name, want->field) != 0)
			continue;
		if (want->convert == JSCOPE_CONVERT_STRING)
			return field->text ? string_id(reader, field->text) : want->missing;
		if (want->convert == JSCOPE_CONVERT_INSTANT && !field->value)
			return JSCOPE_NS_UNKNOWN;
		return field->value;
	}
	return want->missing;
}

static void event_add(struct fake_reader *reader, const struct fake_event *event,
		      struct jscope_batch *batch)
{
	const uint32_t class = name_index(reader, event->name);
	const int count = reader->want_counts[class];
	int64_t *slots = &batch->slots[batch->slot_count];

	if (!reader->info.events++)
		reader->info.begin_ns = event->ts_ns;
	reader->info.end_ns = event->ts_ns;
	if (!count)
		return;
	for (int i = 0; i < count; i++)
		slots[i] = slot_of(reader, event, &reader->wants[class][i]);
	batch->events[batch->count++] = (struct jscope_event){ .ts_ns = event->ts_ns,
							       .slot = slots,
							       .cpu = event->cpu,
							       .class_index = (uint16_t) class,
							       .slot_count = (uint16_t)count };
	batch->slot_count += (size_t)count;
}

static int fake_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct fake_reader *reader = (struct fake_reader *)base;
	int error = reader->announced ? 0 : announce_all(reader);

	if (error < 0)
		return error;
	jscope_batch_reset(batch);
	while (reader->next < event_count && batch->count < 7 && !batch->has_gap) {
		const struct fake_event *event = &events[reader->next++];

		if (event->name) {
			event_add(reader, event, batch);
			continue;
		}
		batch->gap = event->gap;
		batch->has_gap = true;
		reader->info.lost_events += event->gap.events;
	}
	batch->info = reader->info;
	return batch->count || batch->has_gap ? 1 : 0;
}

static const char *fake_string(struct jscope_reader *base, int64_t id)
{
	struct fake_reader *reader = (struct fake_reader *)base;

	return id > 0 && id <= reader->text_count ? reader->texts[id - 1] : "";
}

static bool fake_class_has(struct jscope_reader *base, const char *field)
{
	(void)base;
	(void)field;
	return false;
}

static const struct jscope_reader_info *fake_info(struct jscope_reader *base)
{
	return &((struct fake_reader *)base)->info;
}

static void fake_destroy(struct jscope_reader *base)
{
	free(base);
}

static int fake_create(const char *path, unsigned flags, jscope_announce_fn *announce,
		       void *announce_state, struct jscope_reader **ret_reader);

static const struct jscope_reader_ops fake_ops = {
	.name = "fake",
	.create = fake_create,
	.next = fake_next,
	.class_has = fake_class_has,
	.string = fake_string,
	.info = fake_info,
	.destroy = fake_destroy,
};

static int fake_create(const char *path, unsigned flags, jscope_announce_fn *announce,
		       void *announce_state, struct jscope_reader **ret_reader)
{
	struct fake_reader *reader = calloc(1, sizeof *reader);

	(void)path;
	(void)flags;
	if (!reader)
		return -ENOMEM;
	reader->base.ops = &fake_ops;
	reader->announce = announce;
	reader->announce_state = announce_state;
	reader->info.begin_ns = reader->info.end_ns = JSCOPE_NS_UNKNOWN;
	*ret_reader = &reader->base;
	return 0;
}

#define KEEP(records, count, record)                                                               \
	do {                                                                                       \
		if (fake_records.count == FAKE_RECORDS_MAX)                                        \
			abort();                                                                   \
		fake_records.records[fake_records.count++] = *(record);                            \
	} while (0)

static void keep_notification(void *state, const struct jscope_notification *notification)
{
	struct fake_record record = { .notification = *notification };

	(void)state;
	jscope_stages_compute(notification, &record.stages);
	fake_records.classes[notification->class]++;
	KEEP(notifications, notification_count, &record);
}

static void keep_request(void *state, const struct jscope_request *request)
{
	(void)state;
	KEEP(requests, request_count, request);
}

static void keep_position(void *state, const struct jscope_position *position)
{
	(void)state;
	KEEP(positions, position_count, position);
}

static void keep_irq(void *state, const struct jscope_irq_span *span)
{
	(void)state;
	KEEP(irqs, irq_count, span);
}

static void keep_softirq(void *state, const struct jscope_softirq_span *span)
{
	(void)state;
	KEEP(softirqs, softirq_count, span);
}

static void keep_wakeup(void *state, const struct jscope_wakeup *wakeup)
{
	(void)state;
	KEEP(wakeups, wakeup_count, wakeup);
}

static void keep_glitch(void *state, const struct jscope_glitch *glitch)
{
	(void)state;
	(void)glitch;
	fake_records.glitch_count++;
}

static void keep_loss(void *state, const struct jscope_loss *loss)
{
	(void)state;
	(void)loss;
	fake_records.loss_count++;
}

static struct jscope_trace *trace;

int fake_finish(void **state)
{
	(void)state;
	jscope_trace_destroy(trace);
	trace = NULL;
	return 0;
}

/* The records themselves are large, and behind their counts nobody looks. */
static void records_forget(void)
{
	fake_records.notification_count = fake_records.request_count = 0;
	fake_records.wakeup_count = fake_records.irq_count = fake_records.softirq_count = 0;
	fake_records.position_count = fake_records.glitch_count = fake_records.loss_count = 0;
	memset(fake_records.classes, 0, sizeof fake_records.classes);
}

const struct jscope_trace_info *fake_replay_into(const struct jscope_timeline_sink *sink,
						 const struct jscope_trace_options *options)
{
	static struct jscope_trace_options defaults;

	fake_finish(NULL);
	sort();
	jscope_trace_options_init(&defaults);
	if (jscope__trace_open_with(&fake_ops, "fake", options ? options : &defaults, &trace) ||
	    jscope_trace_replay(trace, sink))
		abort();
	return jscope_trace_info(trace);
}

const struct jscope_trace_info *fake_replay(const struct jscope_trace_options *options)
{
	static const struct jscope_timeline_sink sink = {
		.notification = keep_notification,
		.request = keep_request,
		.position = keep_position,
		.irq = keep_irq,
		.softirq = keep_softirq,
		.wakeup = keep_wakeup,
		.glitch = keep_glitch,
		.loss = keep_loss,
	};

	records_forget();
	return fake_replay_into(&sink, options);
}

const struct fake_record *fake_find(uint64_t seq, unsigned stream_index)
{
	for (unsigned i = 0; i < fake_records.notification_count; i++) {
		const struct fake_record *record = &fake_records.notifications[i];

		if (record->notification.seq == seq &&
		    record->notification.stream->index == stream_index)
			return record;
	}
	return NULL;
}
