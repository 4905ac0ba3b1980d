/* Blame as JSON, schema jitterscope.blame/1 (also the documentation of its keys). */
#include <inttypes.h>

#include "blame.h"
#include "json.h"

static struct jscope__json trace_build(const struct jscope_trace_info *info)
{
	struct jscope__json trace = jscope__json_object();
	char path[4096];

	jscope__json_put(&trace, "path", json_string(jscope__clean(path, sizeof path, info->path)));
	jscope__json_put(&trace, "reader", json_string(info->reader));
	jscope__json_put(&trace, "begin_ns", jscope__json_instant(info->begin_ns));
	jscope__json_put(&trace, "end_ns", jscope__json_instant(info->end_ns));
	jscope__json_put(&trace, "events", jscope__json_count(info->events));
	jscope__json_put(&trace, "lost_events", jscope__json_count(info->lost_events));
	jscope__json_put(&trace, "partial", json_boolean(info->partial));
	return trace;
}

/* Objects as addresses are written, which may be more than a number of JSON can hold. */
static json_t *id_value(const struct jscope__occupant *occupant)
{
	switch (occupant->holder) {
	case JSCOPE_HOLDER_DPC:
	case JSCOPE_HOLDER_THREADED_DPC:
	case JSCOPE_HOLDER_TASKLET:
	case JSCOPE_HOLDER_TIMER:
		return json_sprintf("0x%" PRIx64, occupant->id);
	default:
		return jscope__json_count(occupant->id);
	}
}

/* Who: kind and text for all, and what tells it from others of its kind. */
static void put_culprit(struct jscope__json *object, const struct jscope__holders *holders,
			struct jscope__culprit culprit)
{
	const struct jscope__occupant *occupant = jscope__culprit_occupant(holders, culprit);
	char text[JSCOPE__CULPRIT_SIZE], name[JSCOPE__NAME_SIZE];

	jscope__json_put(object, "kind", json_string(jscope__culprit_kind_name(culprit.kind)));
	jscope__json_put(object, "who", json_string(jscope__culprit_text(holders, culprit, text)));
	if (jscope__culprit_has_cpu(culprit))
		jscope__json_put(object, "cpu", json_integer(culprit.object));
	if (!occupant)
		return;
	jscope__json_put(object, "id", id_value(occupant));
	if (occupant->dev)
		jscope__json_put(object, "dev", json_integer(occupant->dev));
	if (*occupant->name)
		jscope__json_put(object, "name",
				 json_string(jscope__clean(name, sizeof name, occupant->name)));
}

static struct jscope__json side_build(uint64_t count, jscope_ns total_ns)
{
	struct jscope__json side = jscope__json_object();

	jscope__json_put(&side, "count", jscope__json_count(count));
	jscope__json_put(&side, "total_ns", json_integer(total_ns));
	return side;
}

static struct jscope__json share_build(const struct jscope__share *share)
{
	struct jscope__json stage = jscope__json_object();

	jscope__json_put(&stage, "tail_ns", json_integer(share->tail_ns));
	jscope__json_put(&stage, "body_ns", json_integer(share->body_ns));
	return stage;
}

static double share_of(jscope_ns part_ns, jscope_ns whole_ns)
{
	return whole_ns ? (double)part_ns / (double)whole_ns : 0;
}

static struct jscope__json culprit_build(const struct jscope_blame *blame,
					 const struct jscope__tail_split *split,
					 const struct jscope__share *first, size_t count)
{
	struct jscope__json culprit = jscope__json_object(), stages = jscope__json_object();
	jscope_ns tail_ns = 0, body_ns = 0;

	put_culprit(&culprit, &blame->holders, first->culprit);
	for (size_t i = 0; i < count; i++) {
		tail_ns = jscope_add_sat(tail_ns, first[i].tail_ns);
		body_ns = jscope_add_sat(body_ns, first[i].body_ns);
		jscope__json_put_child(&stages, jscope__any_stage_name(first[i].stage),
				       share_build(&first[i]));
	}
	jscope__json_put(&culprit, "tail_ns", json_integer(tail_ns));
	jscope__json_put(&culprit, "body_ns", json_integer(body_ns));
	jscope__json_put(&culprit, "tail_share",
			 jscope__json_rounded(share_of(tail_ns, split->tail_ns)));
	jscope__json_put(&culprit, "body_share",
			 jscope__json_rounded(share_of(body_ns, split->body_ns)));
	jscope__json_put_child(&culprit, "stages", stages);
	return culprit;
}

static struct jscope__json culprits_build(const struct jscope_blame *blame, uint32_t number)
{
	struct jscope__json culprits = jscope__json_array();
	const struct jscope__share *first;
	size_t left = jscope__blame_shares(blame, number, &first), stages;

	for (; left > 0; left -= stages, first += stages) {
		stages = jscope__blame_stages(first, left);
		jscope__json_append(&culprits,
				    culprit_build(blame, &blame->splits[number], first, stages));
	}
	return culprits;
}

static void put_row_name(struct jscope__json *object, const struct jscope__blame_row *row)
{
	jscope__json_put(object, "device", json_string(row->is_other ? "other" : row->device));
	if (row->what == JSCOPE__BLAME_REQUESTS)
		return;
	jscope__json_put(object, "stream", json_string(row->stream));
	jscope__json_put(object, "kind", json_string(row->kind));
}

static struct jscope__json glitch_share_build(const struct jscope_blame *blame,
					      const struct jscope__glitch_share *share)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "cause", json_string(jscope_cause_name(share->cause)));
	jscope__json_put(&object, "count", jscope__json_count(share->count));
	if (share->is_known) {
		put_culprit(&object, &blame->holders, share->culprit);
		jscope__json_put(&object, "held_ns", json_integer(share->held_ns));
		jscope__json_put(&object, "of_ns", json_integer(share->of_ns));
	}
	return object;
}

/* Of one stream: all, and by cause and culprit. */
static struct jscope__json glitches_build(const struct jscope_blame *blame,
					  const struct jscope__glitch_tally *tally)
{
	struct jscope__json object = jscope__json_object(), shares = jscope__json_array();

	jscope__json_put(&object, "count", jscope__json_count(tally->count));
	if (tally->count)
		jscope__json_put(&object, "first_ns", json_integer(tally->first_ns));
	for (unsigned i = 0; i < tally->share_count; i++)
		jscope__json_append(&shares, glitch_share_build(blame, &tally->share[i]));
	jscope__json_put_child(&object, "culprits", shares);
	jscope__json_put(&object, "others", jscope__json_count(tally->others));
	return object;
}

static struct jscope__json row_build(const struct jscope_blame *blame, uint32_t number)
{
	const struct jscope__blame_row *row = blame->rows[number];
	const struct jscope__tail_split *split = &blame->splits[number];
	struct jscope__json object = jscope__json_object();

	put_row_name(&object, row);
	jscope__json_put(&object, "chains", jscope__json_count(row->tail.chains));
	if (row->what == JSCOPE__BLAME_CHAINS)
		jscope__json_put(&object, "late", jscope__json_count(row->late));
	if (row->what == JSCOPE__BLAME_CHAINS)
		jscope__json_put_child(&object, "glitches", glitches_build(blame, &row->glitches));
	jscope__json_put(&object, "partial", jscope__json_count(row->partial));
	jscope__json_put(&object, "excluded", jscope__json_count(row->excluded));
	if (row->tail.chains > 0)
		jscope__json_put(&object, "tail_from_ns", json_integer(split->from_ns));
	jscope__json_put_child(&object, "tail", side_build(split->tail_count, split->tail_ns));
	jscope__json_put_child(&object, "body", side_build(split->body_count, split->body_ns));
	jscope__json_put_child(&object, "culprits", culprits_build(blame, number));
	return object;
}

static struct jscope__json rows_build(const struct jscope_blame *blame,
				      enum jscope__blame_what what)
{
	struct jscope__json rows = jscope__json_array();

	for (uint32_t i = 0; i < blame->row_count; i++)
		if (blame->rows[i]->what == what)
			jscope__json_append(&rows, row_build(blame, i));
	return rows;
}

static struct jscope__json part_build(const struct jscope_blame *blame,
				      const struct jscope__part *part)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "stage", json_string(jscope__any_stage_name(part->stage)));
	jscope__json_put(&object, "begin_ns", json_integer(part->begin_ns));
	jscope__json_put(&object, "length_ns", json_integer(part->length_ns));
	put_culprit(&object, &blame->holders, part->culprit);
	return object;
}

static struct jscope__json chain_build(const struct jscope_blame *blame,
				       const struct jscope__blame_chain *chain)
{
	const struct jscope__blame_row *row = blame->rows[chain->row];
	const struct jscope__blame_focus focus = jscope__blame_focus(chain);
	const bool is_request = row->what == JSCOPE__BLAME_REQUESTS;
	struct jscope__json object = jscope__json_object(), parts = jscope__json_array();

	put_row_name(&object, row);
	jscope__json_put(&object, is_request ? "id" : "seq", jscope__json_count(chain->seq));
	if (chain->glitch_ns != JSCOPE_NS_UNKNOWN)
		jscope__json_put(&object, "glitch_ns", json_integer(chain->glitch_ns));
	if (!is_request) {
		jscope__json_put(&object, "class", json_string(jscope_class_name(chain->class)));
		jscope__json_put(&object, "tid", json_integer(chain->tid));
	}
	jscope__json_put(&object, "cpu", json_integer(chain->cpu));
	jscope__json_put(&object, "begin_ns", json_integer(chain->begin_ns));
	jscope__json_put(&object, "total_ns", json_integer(chain->total_ns));
	jscope__json_put(&object, "around_ns", json_integer(focus.around_ns));
	jscope__json_put(&object, "window_ns", json_integer(focus.window_ns));
	for (unsigned i = 0; i < chain->part_count; i++)
		jscope__json_append(&parts, part_build(blame, &chain->parts[i]));
	jscope__json_put_child(&object, "parts", parts);
	return object;
}

static struct jscope__json worst_build(const struct jscope_blame *blame,
				       enum jscope__blame_what what)
{
	const struct jscope__worst_chains *worst = &blame->worst[what];
	struct jscope__json chains = jscope__json_array();

	for (unsigned i = 0; i < worst->count; i++)
		jscope__json_append(&chains, chain_build(blame, &worst->chains[i]));
	return chains;
}

static struct jscope__json blame_build(const struct jscope_blame *blame)
{
	static const struct {
		const char *rows, *worst;
	} lists[JSCOPE__BLAME_WHAT_COUNT] = {
		[JSCOPE__BLAME_CHAINS] = { "notifications", "worst" },
		[JSCOPE__BLAME_SERVICES] = { "services", "worst_services" },
		[JSCOPE__BLAME_REQUESTS] = { "requests", "worst_requests" },
	};
	struct jscope__json root = jscope__json_object();

	jscope__json_put(&root, "schema", json_string("jitterscope.blame/1"));
	jscope__json_put_child(&root, "trace", trace_build(&blame->info));
	jscope__json_put(&root, "refused", jscope__json_count(jscope_blame_refused(blame)));
	for (unsigned i = 0; i < JSCOPE__BLAME_WHAT_COUNT; i++)
		jscope__json_put_child(&root, lists[i].rows, rows_build(blame, i));
	for (unsigned i = 0; i < JSCOPE__BLAME_WHAT_COUNT; i++)
		jscope__json_put_child(&root, lists[i].worst, worst_build(blame, i));
	return root;
}

int jscope_blame_write_json(const struct jscope_blame *blame, FILE *stream)
{
	return jscope__json_write(blame_build(blame), stream);
}
