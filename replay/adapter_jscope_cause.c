/* Which interrupt of an execution asserted for a point. */
#include "adapter_jscope.h"

/* The instant from which the next point takes over. */
static jscope_ns point_end(const struct jscope__js_node *node)
{
	const struct jscope__js_node *next = node->next;
	jscope_ns due_ns = node->notification.at[JSCOPE_DUE];

	if (next && next->notification.seq == node->notification.seq + 1 &&
	    next->notification.at[JSCOPE_DUE] > due_ns)
		return next->notification.at[JSCOPE_DUE];
	return jscope_add_sat(due_ns, node->notification.stream->nominal_period_ns);
}

const struct jscope__js_cause *jscope__js_cause_last(const struct jscope__js_signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;

	return group && group->count ? &group->causes[group->count - 1] : NULL;
}

/* The number before, without those that nobody claimed: they were for no point. */
static uint64_t seq_before(const struct jscope__js_client *client, uint64_t seq)
{
	do
		seq--;
	while (seq && jscope__js_irq_is_disowned(client->device, seq));
	return seq;
}

/*
 * The number of the interrupt that asserted for a point, counted back from the last one of the
 * execution, which was for the point that the signal names; 0 where interrupts have no numbers.
 */
static uint64_t seq_of_point(const struct jscope__js_client *client,
			     const struct jscope__js_signal *signal, uint64_t point)
{
	const struct jscope__js_cause *last = jscope__js_cause_last(signal);
	uint64_t seq = last ? last->seq : 0;

	if (point > signal->packet || signal->packet - point >= JSCOPE__JS_GROUP)
		return 0;
	for (uint64_t behind = signal->packet - point; seq && behind > 0; behind--)
		seq = seq_before(client, seq);
	return seq;
}

const struct jscope__js_cause *jscope__js_cause_by_seq(const struct jscope__js_client *client,
						       const struct jscope__js_signal *signal,
						       uint64_t point)
{
	uint64_t seq = seq_of_point(client, signal, point);
	const struct jscope__js_group *group = seq ? &signal->run->group : NULL;

	for (unsigned i = 0; group && i < group->count; i++)
		if (group->causes[i].seq == seq)
			return &group->causes[i];
	return NULL;
}

const struct jscope__js_cause *jscope__js_cause_shared(const struct jscope__js_client *client,
						       const struct jscope__js_signal *signal,
						       uint64_t point)
{
	uint64_t seq = seq_of_point(client, signal, point);

	if (seq && !jscope__js_irq_is_known(client->device, seq))
		return NULL; /* there was another, and it was lost on its way */
	return jscope__js_cause_last(signal);
}

/*
 * Of two interrupts with a number missing between them the first cannot have served the points of
 * both: the device asserted once more, and nobody came.
 */
static bool gap_follows(const struct jscope__js_group *group, unsigned i)
{
	return i + 1 < group->count && group->causes[i].seq &&
	       group->causes[i + 1].seq != group->causes[i].seq + 1;
}

/* The line was asserted before the point and its handler not yet entered: it serves both. */
static bool cause_covers_point(const struct jscope__js_cause *cause, jscope_ns due_ns)
{
	return cause->asserted_ns < due_ns && cause->irq_ns >= due_ns;
}

static const struct jscope__js_cause *cause_exact(struct jscope__js_stream *stream,
						  const struct jscope__js_group *group,
						  jscope_ns due_ns)
{
	for (unsigned i = 0; i < group->count; i++)
		if (group->causes[i].asserted_ns == due_ns) {
			stream->asserts_exactly = true;
			return &group->causes[i];
		}
	return NULL;
}

static const struct jscope__js_cause *cause_by_assertion(struct jscope__js_stream *stream,
							 const struct jscope__js_group *group,
							 const struct jscope__js_node *node)
{
	jscope_ns due_ns = node->notification.at[JSCOPE_DUE], end_ns = point_end(node);
	const struct jscope__js_cause *exact = cause_exact(stream, group, due_ns);

	if (exact)
		return exact;
	for (unsigned i = 0; !stream->asserts_exactly && i < group->count; i++)
		if (group->causes[i].asserted_ns > due_ns && group->causes[i].asserted_ns < end_ns)
			return &group->causes[i];
	for (unsigned i = 0; i < group->count; i++)
		if (cause_covers_point(&group->causes[i], due_ns) && !gap_follows(group, i))
			return &group->causes[i];
	return NULL;
}

/* Interrupts come after their points, so that one that came before is another's. */
static const struct jscope__js_cause *cause_by_number(const struct jscope__js_client *client,
						      const struct jscope__js_signal *signal,
						      const struct jscope__js_node *node)
{
	uint64_t point = node->notification.seq;
	const struct jscope__js_cause *cause = jscope__js_cause_by_seq(client, signal, point);

	if (cause && cause->irq_ns != JSCOPE_NS_UNKNOWN &&
	    cause->irq_ns < node->notification.at[JSCOPE_DUE])
		cause = NULL;
	return cause ? cause : jscope__js_cause_shared(client, signal, point);
}

const struct jscope__js_cause *jscope__js_cause_of_point(const struct jscope__js_client *client,
							 const struct jscope__js_signal *signal,
							 const struct jscope__js_node *node,
							 bool lost)
{
	const struct jscope__js_cause *last = jscope__js_cause_last(signal);

	if (!last || node->notification.at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
		return NULL; /* nor had a point of which the device tells nothing */
	if (lost)
		return cause_exact(client->stream, &signal->run->group,
				   node->notification.at[JSCOPE_DUE]);
	if (last->asserted_ns != JSCOPE_NS_UNKNOWN)
		return cause_by_assertion(client->stream, &signal->run->group, node);
	return cause_by_number(client, signal, node);
}
