/*
 * What replay and analysis cost per event, without the reading: a trace is read once into memory,
 * then replayed from there several times, with less and more behind the seam. Rounds are
 * interleaved, so that all see the same machine; minimum and median are printed.
 *
 * usage: analysis_bench TRACE [ROUNDS]
 *
 * The memory of the trace grows with it: about 100 bytes per event.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report.h"
#include "common/error.h"
#include "replay/reader.h"
#include "trace_private.h"

#define CLASSES_MAX 4096
#define ROUNDS_MAX  101

struct recording {
	struct jscope_reader *source; /* of the texts; owned by the trace that was read */
	struct jscope_event_class classes[CLASSES_MAX];
	unsigned class_count;
	struct jscope_batch **batches; /* owned; apart, since their events point into them */
	size_t batch_count, batch_room;
	struct jscope_reader_info info;
};

/* One at a time: a reader is created by its operations alone. */
static struct recording recording;

static void fail(const char *what)
{
	const char *why = jscope_error_sentence(0);

	fprintf(stderr, "analysis_bench: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	exit(1);
}

static struct jscope_batch *batch_add(void)
{
	size_t room = recording.batch_room ? 2 * recording.batch_room : 64;
	struct jscope_batch *batch = malloc(sizeof *batch);

	if (recording.batch_count == recording.batch_room) {
		recording.batches =
			realloc(recording.batches, room * sizeof(struct jscope_batch *));
		recording.batch_room = room;
	}
	if (!batch || !recording.batches)
		fail("out of memory");
	recording.batches[recording.batch_count++] = batch;
	return batch;
}

static void batch_copy(struct jscope_batch *to, const struct jscope_batch *from)
{
	to->count = from->count;
	to->slot_count = from->slot_count;
	to->has_gap = from->has_gap;
	to->gap = from->gap;
	to->info = from->info;
	memcpy(to->events, from->events, from->count * sizeof from->events[0]);
	memcpy(to->slots, from->slots, from->slot_count * sizeof from->slots[0]);
	for (size_t i = 0; i < to->count; i++)
		to->events[i].slot = to->slots + (from->events[i].slot - from->slots);
}

/* The reader that records what another one reads. */
struct recorder {
	struct jscope_reader base;
	jscope_announce_fn *announce;
	void *announce_state;
};

static int recorder_announce(void *state, const struct jscope_event_class *event_class,
			     const struct jscope_want **ret_wants)
{
	struct recorder *recorder = state;
	struct jscope_event_class *kept = &recording.classes[recording.class_count++];

	if (recording.class_count == CLASSES_MAX)
		fail("too many event classes");
	*kept = *event_class;
	kept->name = strdup(event_class->name);
	kept->domain = strdup(event_class->domain);
	kept->tracer = strdup(event_class->tracer);
	if (!kept->name || !kept->domain || !kept->tracer)
		fail("out of memory");
	return recorder->announce(recorder->announce_state, event_class, ret_wants);
}

static int recorder_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	int status = recording.source->ops->next(recording.source, batch);

	(void)base;
	if (status > 0)
		batch_copy(batch_add(), batch);
	return status;
}

static const struct jscope_reader_info *recorder_info(struct jscope_reader *base)
{
	(void)base;
	return recording.source->ops->info(recording.source);
}

static const char *source_string(struct jscope_reader *base, int64_t id)
{
	(void)base;
	return recording.source->ops->string(recording.source, id);
}

static bool source_class_has(struct jscope_reader *base, const char *field)
{
	(void)base;
	return recording.source->ops->class_has(recording.source, field);
}

static void recorder_destroy(struct jscope_reader *base)
{
	recording.source->ops->destroy(recording.source);
	free(base);
}

static jscope_reader_create_fn recorder_create;
static const struct jscope_reader_ops recorder_ops = {
	.name = "recorder",
	.create = recorder_create,
	.next = recorder_next,
	.class_has = source_class_has,
	.string = source_string,
	.info = recorder_info,
	.destroy = recorder_destroy,
};

static int recorder_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			   void *announce_state, struct jscope_reader **ret_reader)
{
	struct recorder *recorder = calloc(1, sizeof *recorder);
	int error;

	if (!recorder)
		return -ENOMEM;
	*recorder = (struct recorder){ { &recorder_ops }, announce, announce_state };
	error = jscope_reader_find(NULL)->create(path, flags, recorder_announce, recorder,
						 &recording.source);
	if (error < 0)
		free(recorder);
	else
		*ret_reader = &recorder->base;
	return error;
}

/* The reader that plays the recording; `is_deaf`: no adapter is asked what it wants. */
struct player {
	struct jscope_reader base;
	bool is_deaf, is_announced;
	jscope_announce_fn *announce;
	void *announce_state;
	size_t next;
};

static int classes_announce(const struct player *player)
{
	const struct jscope_want *wants;
	int status = 0;

	for (unsigned i = 0; status >= 0 && !player->is_deaf && i < recording.class_count; i++)
		status = player->announce(player->announce_state, &recording.classes[i], &wants);
	return status < 0 ? status : 0;
}

static int player_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct player *player = (struct player *)base;

	if (!player->is_announced && classes_announce(player) < 0)
		return -ENOMEM;
	player->is_announced = true;
	if (player->next == recording.batch_count)
		return 0;
	batch_copy(batch, recording.batches[player->next++]);
	return 1;
}

static const struct jscope_reader_info *player_info(struct jscope_reader *base)
{
	(void)base;
	return &recording.info;
}

static void player_destroy(struct jscope_reader *base)
{
	free(base);
}

static jscope_reader_create_fn player_create, deaf_create;
static const struct jscope_reader_ops player_ops = {
	.name = "player",
	.create = player_create,
	.next = player_next,
	.class_has = source_class_has,
	.string = source_string,
	.info = player_info,
	.destroy = player_destroy,
};

static int player_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			 void *announce_state, struct jscope_reader **ret_reader)
{
	struct player *player = calloc(1, sizeof *player);

	(void)path;
	(void)flags;
	if (!player)
		return -ENOMEM;
	player->base.ops = &player_ops;
	player->announce = announce;
	player->announce_state = announce_state;
	*ret_reader = &player->base;
	return 0;
}

static const struct jscope_reader_ops deaf_ops = {
	.name = "deaf player",
	.create = deaf_create,
	.next = player_next,
	.class_has = source_class_has,
	.string = source_string,
	.info = player_info,
	.destroy = player_destroy,
};

static int deaf_create(const char *path, unsigned flags, jscope_announce_fn *announce,
		       void *announce_state, struct jscope_reader **ret_reader)
{
	int error = player_create(path, flags, announce, announce_state, ret_reader);

	if (!error) {
		(*ret_reader)->ops = &deaf_ops;
		((struct player *)*ret_reader)->is_deaf = true;
	}
	return error;
}

static void replay(const struct jscope_reader_ops *ops, const struct jscope_timeline_sink *sink,
		   struct jscope_report *report)
{
	struct jscope_trace_options options;
	struct jscope_trace *trace;

	jscope_trace_options_init(&options);
	options.threads = 1;
	if (jscope__trace_open_with(ops, "memory", &options, &trace) < 0 ||
	    jscope_trace_replay(trace, sink) < 0 ||
	    (report && jscope_report_finish(report, jscope_trace_info(trace)) < 0))
		fail("replay failed");
	jscope_trace_destroy(trace);
}

static const struct jscope_timeline_sink no_sink;

static void dispatch_run(void)
{
	replay(&deaf_ops, &no_sink, NULL);
}

static void adapters_run(void)
{
	replay(&player_ops, &no_sink, NULL);
}

static void report_make(bool plain)
{
	struct jscope_report *report;

	if (jscope_report_create(&report) < 0)
		fail("out of memory");
	if (plain)
		jscope_report_make_plain(report);
	replay(&player_ops, jscope_report_sink(report), report);
	jscope_report_destroy(report);
}

static void plain_run(void)
{
	report_make(true);
}

static void report_run(void)
{
	report_make(false);
}

static struct stage {
	const char *name;
	void (*run)(void);
	double ns[ROUNDS_MAX]; /* per event */
} stages[] = {
	{ "dispatch, no handlers", dispatch_run, { 0 } },
	{ "adapters, empty sink", adapters_run, { 0 } },
	{ "adapters, plain report", plain_run, { 0 } },
	{ "adapters, report", report_run, { 0 } },
};

#define STAGE_COUNT (sizeof stages / sizeof stages[0])

static int by_value(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void rounds_run(unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < STAGE_COUNT; i++) {
			jscope_ns begin_ns = jscope_ns_now();

			stages[i].run();
			stages[i].ns[round] = (double)(jscope_ns_now() - begin_ns) /
					      (double)recording.info.events;
		}
}

static void stages_print(unsigned rounds)
{
	printf("%llu events, %u rounds\n%-24s %10s %10s   ns per event\n",
	       (unsigned long long)recording.info.events, rounds, "", "min", "median");
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		qsort(stages[i].ns, rounds, sizeof stages[i].ns[0], by_value);
		printf("%-24s %10.1f %10.1f\n", stages[i].name, stages[i].ns[0],
		       stages[i].ns[rounds / 2]);
	}
}

static void recording_finish(struct jscope_trace *trace)
{
	jscope_trace_destroy(trace);
	for (unsigned i = 0; i < recording.class_count; i++) {
		free((char *)recording.classes[i].name);
		free((char *)recording.classes[i].domain);
		free((char *)recording.classes[i].tracer);
	}
	for (size_t i = 0; i < recording.batch_count; i++)
		free(recording.batches[i]);
	free(recording.batches);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 7;
	struct jscope_trace_options options;
	struct jscope_trace *trace;

	if (argc < 2 || argc > 3 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: analysis_bench TRACE [ROUNDS]\n");
		return 2;
	}
	jscope_trace_options_init(&options);
	if (jscope__trace_open_with(&recorder_ops, argv[1], &options, &trace) < 0 ||
	    jscope_trace_replay(trace, &no_sink) < 0)
		fail("cannot read the trace");
	recording.info = *recording.source->ops->info(recording.source);
	if (recording.info.events == 0)
		fail("the trace has no events");
	rounds_run(rounds);
	stages_print(rounds);
	recording_finish(trace);
	return 0;
}
