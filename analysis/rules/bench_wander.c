/* R94: how the notifications of each stream wander: figures that are known or not, without a limit. */
#include "rules/bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jitter.h"

#define RULE_WANDER 94

#define STREAMS_MAX 4096

struct stream {
	bool is_known, has_begun;
	char object[48];
	unsigned index; /* of the stream in the trace */
	unsigned epoch;
	struct jscope__jitter jitter;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams; /* (0, index): struct stream */
	/* No histogram of periods is told; none of its memory is left. */
	struct jscope_hist_budget budget;
	struct jscope__wander_budget wander_budget;
	unsigned table_count;
	struct jscope__wander_table tables[JSCOPE_FIGURES_KEPT]; /* of the figures that are kept */
};

static int init(void *state)
{
	struct bench *bench = state;

	bench->wander_budget.bytes_left = JSCOPE__WANDER_BYTES;
	return 0;
}

static void release(void *state)
{
	struct bench *bench = state;
	struct jscope_key key;
	void *value;

	for (size_t i = 0; bench->streams && jscope_map_next(bench->streams, &i, &key, &value);)
		jscope__jitter_finish(&((struct stream *)value)->jitter);
}

static struct stream *stream_get(struct bench *bench, const struct jscope_stream_info *info)
{
	const struct jscope_hist_limits limits = { .budget = &bench->budget };
	const struct jscope_key key = jscope__key(0, info->index);
	struct stream *stream = jscope_map_put(bench->streams, key);

	if (!stream || stream->is_known)
		return stream;
	if (jscope__jitter_init(&stream->jitter, &limits) < 0) {
		jscope_map_remove(bench->streams, key);
		jscope__judge_refuse(bench->judge, 1);
		return NULL;
	}
	jscope__jitter_wander_begin(&stream->jitter, &bench->wander_budget);
	stream->is_known = true;
	stream->index = info->index;
	snprintf(stream->object, sizeof stream->object, "%s %s", info->device, info->stream);
	return stream;
}

static bool is_followed(const struct jscope_notification *notification)
{
	return strcmp(notification->stream->kind, "wavert") == 0 &&
	       notification->class != JSCOPE_CLASS_CENSORED &&
	       notification->class != JSCOPE_CLASS_SPURIOUS &&
	       notification->at[JSCOPE_SIGNAL] != JSCOPE_NS_UNKNOWN;
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	const struct jscope_stream_info *info = notification->stream;
	const struct jscope__ideal ideal = { info->nominal_period_ns, info->period_frames,
					     info->rate_hz };
	struct stream *stream;

	if (!is_followed(notification))
		return;
	stream = stream_get(state, info);
	if (!stream)
		return;
	if (!stream->has_begun || stream->epoch != notification->epoch)
		jscope__jitter_segment(&stream->jitter, &ideal);
	stream->has_begun = true;
	stream->epoch = notification->epoch;
	jscope__jitter_point(&stream->jitter, notification->seq, notification->at[JSCOPE_SIGNAL]);
}

/* The one that strays farthest comes first, and of two that are alike the one seen first. */
static int worse_first(const void *a, const void *b)
{
	const struct stream *one = *(struct stream *const *)a, *other = *(struct stream *const *)b;

	if (one->jitter.tie_peak_to_peak_ns != other->jitter.tie_peak_to_peak_ns)
		return one->jitter.tie_peak_to_peak_ns > other->jitter.tie_peak_to_peak_ns ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static bool table_fill(struct jscope__wander_table *table, const struct jscope__jitter *jitter)
{
	if (!jscope__jitter_drift_ppm(jitter, &table->drift_ppm) ||
	    !jscope__jitter_residual_ns(jitter, &table->residual_ns))
		return false;
	table->left_out = jitter->wander_left_out;
	table->tau_count = 0;
	while (table->tau_count < JSCOPE__WANDER_OCTAVES &&
	       jscope__jitter_wander(jitter, table->tau_count, &table->taus[table->tau_count]))
		table->tau_count++;
	return true;
}

static void tell(struct bench *bench, const struct stream *stream)
{
	char tie[JSCOPE_NS_TEXT_SIZE], residual[JSCOPE_NS_TEXT_SIZE];
	struct jscope__wander_table table;

	if (!table_fill(&table, &stream->jitter))
		return;
	jscope__judge_pass(bench->judge, RULE_WANDER);
	jscope__judge_refuse(bench->judge, jscope__jitter_wander_is_short(&stream->jitter));
	jscope__judge_figure_of(bench->judge, RULE_WANDER, stream->object,
				"drift %+.3f ppm, deviation without it %s, TIE %s peak to peak",
				table.drift_ppm,
				jscope_ns_format(residual, (jscope_ns)table.residual_ns),
				jscope_ns_format(tie, stream->jitter.tie_peak_to_peak_ns));
	if (bench->table_count == JSCOPE_FIGURES_KEPT)
		return;
	bench->tables[bench->table_count] = table;
	jscope__judge_wander_table(bench->judge, RULE_WANDER, &bench->tables[bench->table_count++]);
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;
	const size_t count = jscope_map_count(bench->streams);
	struct stream **streams = calloc(count ? count : 1, sizeof *streams);
	size_t cursor = 0, i = 0;
	struct jscope_key key;
	void *value;

	(void)end_ns;
	if (!streams) {
		jscope__judge_refuse(bench->judge, count);
		return;
	}
	while (jscope_map_next(bench->streams, &cursor, &key, &value)) {
		streams[i++] = value;
		jscope__jitter_close(&((struct stream *)value)->jitter);
	}
	qsort(streams, count, sizeof *streams, worse_first);
	for (i = 0; i < count; i++)
		tell(bench, streams[i]);
	free(streams);
}

const struct jscope__bench_ops jscope__bench_wander = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, NULL),
	},
	.init = init,
	.notification = on_notification,
	.finish = on_finish,
	.release = release,
};
