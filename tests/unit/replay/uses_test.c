/*
 * Of an event only the fields are decoded that its handler says it uses, unless somebody wants to be
 * told of whole events. What replay makes of a trace must not depend on that.
 */
#include "../cmocka_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_trace.h"
#include "jscope/probe.h"
#include "probes/vocabulary.h"

#define STORIES	     600
#define STORY_EVENTS 2000

/* What came out, a line per record. */
static FILE *lines;

static void stream_print(const struct jscope_stream_info *stream)
{
	fprintf(lines, "%s/%s/%s %" PRId64 " %u %u %u %x ", stream->device, stream->stream,
		stream->kind, stream->nominal_period_ns, stream->rate_hz, stream->buffer_frames,
		stream->period_frames, stream->path);
}

static void print_notification(void *state, const struct jscope_notification *it)
{
	(void)state;
	stream_print(it->stream);
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		fprintf(lines, "%" PRId64 " ", it->at[i]);
	fprintf(lines, "#%" PRIu64 " %s cpu %u tid %u epoch %u", it->seq,
		jscope_class_name(it->class), it->cpu, it->tid, it->epoch);
	if (it->due_estimated)
		fprintf(lines, " off by %" PRId64, it->due_error_ns);
	if (it->has_position)
		fprintf(lines, " position %" PRId64, it->position_frames);
	if (it->has_headroom)
		fprintf(lines, " headroom %" PRId64, it->headroom_frames);
	fputc('\n', lines);
}

static void print_request(void *state, const struct jscope_request *it)
{
	(void)state;
	fprintf(lines,
		"%s %" PRIu64 " %s %" PRIu64 " bytes, status %d, cpu %u, %d %d, %" PRId64
		" %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 ", %u\n",
		it->device, it->id, it->op, it->bytes, it->status, it->cpu, it->completed,
		it->matched, it->queued_ns, it->issue_ns, it->irq_ns, it->softirq_ns,
		it->complete_ns, it->run_ns, it->outstanding);
}

static void print_position(void *state, const struct jscope_position *it)
{
	(void)state;
	stream_print(it->stream);
	fprintf(lines, "%" PRId64 " epoch %u: %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d\n",
		it->at_ns, it->epoch, it->linear_frames, it->offset_frames, it->written_frames,
		it->headroom_frames, it->has_headroom);
}

static void print_irq(void *state, const struct jscope_irq_span *it)
{
	(void)state;
	fprintf(lines, "irq %d %s cpu %u %" PRId64 " %" PRId64 " %d\n", it->irq, it->name, it->cpu,
		it->begin_ns, it->end_ns, it->matched);
}

static void print_glitch(void *state, const struct jscope_glitch *it)
{
	(void)state;
	stream_print(it->stream);
	fprintf(lines, "glitch %" PRId64 " %u %" PRIu64 "\n", it->at_ns, it->major, it->minor);
}

static void ignore_event(void *state, const struct jscope_vocabulary_event *event)
{
	(void)state;
	(void)event;
}

/* To be freed. */
static char *replay_as_text(bool wants_events)
{
	const struct jscope_timeline_sink sink = {
		.notification = print_notification,
		.request = print_request,
		.position = print_position,
		.irq = print_irq,
		.glitch = print_glitch,
		.vocabulary = wants_events ? ignore_event : NULL,
	};
	char *text;
	size_t size;

	lines = open_memstream(&text, &size);
	assert_non_null(lines);
	fake_replay_into(&sink, NULL);
	assert_int_equal(fclose(lines), 0);
	return text;
}

/* Numbers from a seed. */
static uint64_t random_state;

static unsigned random_below(unsigned limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(random_state >> 33) % limit;
}

/* Values that let events belong together: `from` and what lies behind it. */
struct shape {
	const char *field;
	int64_t from;
	unsigned count;
	int64_t step; /* per event */
};

/* An event per millisecond of 192 bytes, and ten per packet. */
static const struct shape shapes[] = {
	{ "dev", 1, 2, 0 },	     { "stream", 1, 2, 0 },	{ "event", 1, 3, 0 },
	{ "dpc", 0, 3, 0 },	     { "sink", 1, 2, 0 },	{ "srb", 1, 3, 0 },
	{ "buf", 1, 2, 0 },	     { "tid", 100, 2, 0 },	{ "irq", 16, 2, 0 },
	{ "status", -1, 4, 0 },	     { "fs", 48000, 2, 0 },	{ "ba", 4, 2, 0 },
	{ "notif_count", 1, 2, 0 },  { "actual", 3840, 2, 0 },	{ "new", 0, 4, 0 },
	{ "op", 0x28, 3, 0 },	     { "bytes", 512, 10, 0 },	{ "duration_100ns", 0, 100000, 0 },
	{ "value_us", 0, 10000, 0 }, { "offset", 0, 3840, 0 },	{ "eos_len", 0, 1920, 0 },
	{ "accuracy", 0, 3000, 0 },  { "linear", 0, 400, 192 }, { "target", 0, 4000, 192 },
};
#define SHAPE_COUNT (sizeof shapes / sizeof shapes[0])

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}
#define IS_ONE_OF(word, words) is_one_of(word, words, sizeof(words) / sizeof(words)[0])

static int64_t value_of(const struct jscope_field_desc *field, unsigned i, double at_us)
{
	static const char *const numbers[] = { "seq", "caller_seq", "run", "k", "packet" };

	if (field->type == JSCOPE_FIELD_ts)
		return fake_us(at_us - random_below(1000));
	if (!strcmp(field->name, "count"))
		return i / 60;
	if (IS_ONE_OF(field->name, numbers))
		return random_below(8) ? i / 10 + random_below(2) : 0;
	for (size_t k = 0; k < SHAPE_COUNT; k++)
		if (!strcmp(field->name, shapes[k].field))
			return shapes[k].from + i * shapes[k].step + random_below(shapes[k].count);
	return random_below(3);
}

static void add_random(unsigned i, unsigned id)
{
	static char names[JSCOPE_EVENT_COUNT][64];
	const struct jscope_event_desc *event = jscope_event_describe(id);
	struct fake_field fields[FAKE_FIELDS_MAX];
	const double at_us = i * 1000 + random_below(1000);

	assert_true(event->field_count <= FAKE_FIELDS_MAX);
	snprintf(names[id], sizeof names[id], "jscope:%s", event->name);
	for (size_t k = 0; k < event->field_count; k++)
		fields[k] = (struct fake_field){ event->fields[k].name,
						 value_of(&event->fields[k], i, at_us), NULL };
	fake_add_event(at_us, random_below(2), 100 + random_below(2), names[id], fields,
		       event->field_count);
}

/* What a stream goes through a few times only. */
static bool is_rare(unsigned id)
{
	static const char *const names[] = { "wrt_newstream", "wrt_close", "wrt_alloc", "wrt_state",
					     "wrt_unregister" };

	return IS_ONE_OF(jscope_event_describe(id)->name, names);
}

/*
 * Of all kinds of events, or of some only, so that many belong together. Every other story loses
 * events.
 */
static void story_make(unsigned seed)
{
	unsigned ids[JSCOPE_EVENT_COUNT], count = 0;

	fake_reset();
	random_state = seed;
	for (unsigned id = 0; id < JSCOPE_EVENT_COUNT; id++)
		if (random_below(4) <= seed % 4)
			ids[count++] = id;
	for (unsigned i = 0; i < STORY_EVENTS; i++) {
		const unsigned id = ids[random_below(count)];

		if (!is_rare(id) || random_below(10) == 0)
			add_random(i, id);
		if (seed / 4 % 2 && random_below(50) == 0)
			fake_add_gap(1, i * 1000, i * 1000 + 500);
	}
}

static void whole_events_tell_nothing_more(void **state)
{
	size_t size = 0;

	(void)state;
	for (unsigned seed = 1; seed <= STORIES; seed++) {
		char *some, *all;

		story_make(seed);
		some = replay_as_text(false);
		all = replay_as_text(true);
		assert_string_equal(some, all);
		size += strlen(all);
		free(some);
		free(all);
	}
	assert_true(size > 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_events_tell_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
