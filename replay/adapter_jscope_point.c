/* Points: which of them a signal stands for, and what a signal leaves in its notification. */
#include "adapter_jscope.h"

/* So many may lack their begin before its events are held to be none of this trace. */
#define LEARN_SIGNALS 8

static void path_set(struct jscope__js *adapter, struct jscope__js_client *client, unsigned path)
{
	if (client->info->path == path)
		return;
	client->info->path = path;
	jscope__output_stream_changed(adapter->output, client->info);
}

/* The instants that chains like this one have by nature. */
static unsigned path_of(const struct jscope__js_client *client,
			const struct jscope__js_signal *signal,
			const struct jscope__js_cause *cause, bool has_due)
{
	unsigned path = 1u << JSCOPE_SIGNAL;

	if (!client->no_wake)
		path |= 1u << JSCOPE_RUN;
	if (has_due)
		path |= 1u << JSCOPE_DUE;
	if (signal->run)
		path |= 1u << JSCOPE_DEFERRED;
	if (cause && cause->queued_ns != JSCOPE_NS_UNKNOWN)
		path |= 1u << JSCOPE_QUEUED;
	if (cause && cause->irq_ns != JSCOPE_NS_UNKNOWN)
		path |= 1u << JSCOPE_IRQ;
	return path;
}

bool jscope__js_signal_is_of_some(const struct jscope__js_signal *signal)
{
	return signal->of_request && signal->run && !signal->run->group.incomplete &&
	       signal->run->group.count > 1;
}

/*
 * Whether the trace lacks the begin of this chain: an execution or an interrupt that the events
 * name. That such events are just never recorded is believed only after LEARN_SIGNALS,
 * and of a trace that lost nothing.
 */
static bool begin_is_cut(const struct jscope__js *adapter, const struct jscope__js_client *client,
			 const struct jscope__js_signal *signal,
			 const struct jscope__js_cause *cause)
{
	bool learning = !client->path_learnt &&
			(client->signal_count <= LEARN_SIGNALS || adapter->output->loss_count);

	if (signal->is_doubtful)
		return true;
	if (jscope__js_signal_is_of_some(signal))
		return false;
	if (signal->by_dpc && !signal->run)
		return signal->dpc || learning;
	if (signal->run && cause && !cause->seq && signal->run->group.incomplete)
		return cause->asserted_ns == JSCOPE_NS_UNKNOWN;
	if (signal->run && !cause)
		return signal->run->group.incomplete || signal->run->group.count;
	return cause && cause->seq && cause->irq_ns == JSCOPE_NS_UNKNOWN &&
	       (learning || (client->info->path & 1u << JSCOPE_IRQ && adapter->output->loss_count));
}

/*
 * Until a whole chain was seen the path is an assumption, and what may lack something adds to it;
 * after that it may only grow.
 */
static void path_learn(struct jscope__js *adapter, struct jscope__js_client *client,
		       const struct jscope__js_node *node, unsigned path)
{
	const bool is_sure = client->path_learnt || !jscope__js_lost_since(adapter, node->since_ns);

	if (client->path_learnt || !is_sure)
		path |= client->info->path;
	client->path_learnt = is_sure;
	path_set(adapter, client, path);
}

/* Without a recorded point its instant is when the fitted clock of the device gets there. */
static void due_estimate(const struct jscope__js_client *client, struct jscope__js_node *node)
{
	struct jscope_notification *notification = &node->notification;
	const struct jscope__js_stream *stream = client->stream;

	if (!stream || stream->has_points || !stream->packet_bytes ||
	    notification->seq > INT64_MAX / stream->packet_bytes)
		return;
	notification->due_estimated = jscope__js_position_instant(
		stream, (int64_t)notification->seq * stream->packet_bytes,
		&notification->at[JSCOPE_DUE], &notification->due_error_ns);
}

/* What led to a signal came after its point; where that is not told, after what was told before. */
static jscope_ns lacking_since_ns(const struct jscope__js_client *client,
				  const struct jscope__js_node *node)
{
	const struct jscope__js_stream *stream = client->stream;

	if (node->notification.at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN)
		return node->notification.at[JSCOPE_DUE];
	if (stream && stream->has_points && stream->point_ns < client->signal_ns)
		return stream->point_ns;
	return client->signal_ns;
}

void jscope__js_node_signal(struct jscope__js *adapter, struct jscope__js_client *client,
			    struct jscope__js_node *node, const struct jscope__js_cause *cause,
			    const struct jscope__js_signal *signal)
{
	const bool has_points = client->stream && client->stream->has_points;
	jscope_ns *at = node->notification.at;

	node->state = JSCOPE__JS_SIGNALLED;
	node->set = signal->set;
	if (node->notification.seq > client->last_point)
		client->last_point = node->notification.seq;
	node->notification.cpu = signal->event->cpu;
	at[JSCOPE_SIGNAL] = signal->event->ts_ns;
	if (signal->run) {
		node->work =
			(struct jscope__js_work){ .dpc = signal->dpc, .run = signal->run->run };
		jscope__js_node_defer(node, signal->run, cause);
	} else if (cause) {
		at[JSCOPE_IRQ] = cause->irq_ns;
	}
	/* A point that is not told may share the interrupt of one before it. */
	if (cause && at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN && !node->spurious && !has_points)
		at[JSCOPE_DUE] = cause->asserted_ns;
	node->since_ns = lacking_since_ns(client, node);
	if (at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN && !node->spurious)
		due_estimate(client, node);
	if (begin_is_cut(adapter, client, signal, cause))
		node->cut = true;
	else if (!node->spurious)
		path_learn(adapter, client, node,
			   path_of(client, signal, cause,
				   has_points || at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN));
}

/* Executions are numbered: none lies between this one and that of the signal before. */
static bool follows_last(const struct jscope__js_client *client,
			 const struct jscope__js_signal *signal)
{
	return signal->dpc && client->run_dpc == signal->dpc && client->run + 1 == signal->number;
}

/*
 * A point is missed where the execution that passed it by had no interrupt for it. Where something
 * was lost since the point, an execution that is not in the trace may have served it, unless there
 * was none: then the point that the signal names is of this one.
 */
static bool serves_point(const struct jscope__js_client *client,
			 const struct jscope__js_signal *signal,
			 const struct jscope__js_cause *cause, uint64_t point, bool lost)
{
	const struct jscope__js_run *run = signal->run;

	if (cause)
		return true;
	if (lost)
		return point == signal->packet && follows_last(client, signal);
	return !run || run->group.incomplete || run->is_timer || !run->group.count;
}

static void signal_spurious(struct jscope__js *adapter, struct jscope__js_client *client,
			    const struct jscope__js_signal *signal, uint64_t seq)
{
	struct jscope__js_node *node = jscope__js_node_add(adapter, client, seq);

	if (!node)
		return;
	node->spurious = true;
	jscope__js_node_signal(adapter, client, node, jscope__js_cause_last(signal), signal);
}

/*
 * Whether no signal named the point before, which then was that of the point: where something was
 * lost since the last, numbers prove it, or that the interrupt was for a point that is told.
 */
static bool is_first_to_name(const struct jscope__js *adapter,
			     const struct jscope__js_client *client,
			     const struct jscope__js_signal *signal, bool is_told)
{
	const struct jscope__js_cause *cause = jscope__js_cause_last(signal);

	return !jscope__js_lost_since(adapter, client->signal_ns) || follows_last(client, signal) ||
	       (is_told && cause && cause->asserted_ns == client->stream->point_ns);
}

/*
 * The point is not among the crossed ones of this client: it is the stream's last, crossed before
 * the client joined, or it is not told yet and may still come.
 */
static void signal_alone(struct jscope__js *adapter, struct jscope__js_client *client,
			 const struct jscope__js_signal *signal)
{
	const bool is_told = signal->packet == client->stream->point;
	const struct jscope__js_cause *cause = jscope__js_cause_last(signal);
	struct jscope__js_node *node;

	if (!is_first_to_name(adapter, client, signal, is_told))
		return;
	node = jscope__js_node_add(adapter, client, signal->packet);
	if (!node)
		return;
	if (is_told)
		node->notification.at[JSCOPE_DUE] = client->stream->point_ns;
	else
		node->awaits_point = true;
	jscope__js_node_signal(adapter, client, node, cause, signal);
}

static bool is_ahead(const struct jscope__js_client *client, const struct jscope__js_signal *signal)
{
	return signal->packet >= client->stream->point && signal->packet > client->last_point;
}

/*
 * A DPC that is asked for again while it runs may overtake itself on another CPU: a point whose
 * interrupt is that of an execution which has yet to signal waits for it.
 */
static bool awaits_other_run(const struct jscope__js_client *client,
			     const struct jscope__js_signal *signal,
			     const struct jscope__js_node *node, bool lost)
{
	struct jscope__js_signal other = *signal;

	for (unsigned i = 0; signal->run && i < JSCOPE__JS_RUNS; i++) {
		other.run = &signal->dpc->runs[i];
		if (other.run != signal->run && other.run->known && !other.run->left &&
		    !other.run->signalled && jscope__js_cause_of_point(client, &other, node, lost))
			return true;
	}
	return false;
}

/* All crossed ones up to that which the signal names; the last stands for the others. */
void jscope__js_signal_points(struct jscope__js *adapter, struct jscope__js_client *client,
			      const struct jscope__js_signal *signal)
{
	struct jscope__js_node *last = NULL, *next;

	for (struct jscope__js_node *node = client->first; node; node = next) {
		const struct jscope__js_cause *cause;
		jscope_ns since_ns;
		bool lost;

		next = node->next;
		if (node->state != JSCOPE__JS_CROSSED || node->notification.seq > signal->packet)
			continue;
		since_ns = node->notification.at[JSCOPE_DUE];
		if (since_ns == JSCOPE_NS_UNKNOWN)
			since_ns = client->signal_ns;
		lost = jscope__js_lost_since(adapter, since_ns);
		cause = jscope__js_cause_of_point(client, signal, node, lost);
		if (!cause && awaits_other_run(client, signal, node, lost))
			continue;
		if (!serves_point(client, signal, cause, node->notification.seq, lost)) {
			node->cut |= lost;
			jscope__js_node_finish(adapter, client, node, false);
			continue;
		}
		jscope__js_node_signal(adapter, client, node, cause, signal);
		if (last)
			last->merged = true;
		last = node;
	}
	if (is_ahead(client, signal)) {
		if (last)
			last->merged = true;
		signal_alone(adapter, client, signal);
	} else if (!last) {
		signal_spurious(adapter, client, signal, signal->packet);
	}
}

/*
 * The first point that a signal without recorded points stands for: what the last one left, or
 * where that is not known, those whose interrupts the execution has.
 */
static uint64_t first_point(struct jscope__js *adapter, const struct jscope__js_client *client,
			    const struct jscope__js_signal *signal)
{
	const struct jscope__js_group *group = signal->run ? &signal->run->group : NULL;
	uint64_t first = client->last_point + 1, span = 1;

	if (!client->last_point && !client->stream->begin_known) {
		if (group && group->count && group->causes[0].seq)
			span = jscope__js_cause_last(signal)->seq - group->causes[0].seq + 1;
		first = span < signal->packet ? signal->packet - span + 1 : 1;
	}
	if (signal->packet - first >= JSCOPE__JS_GROUP) {
		adapter->refused += signal->packet - first - JSCOPE__JS_GROUP + 1;
		first = signal->packet - JSCOPE__JS_GROUP + 1;
	}
	return first;
}

/*
 * All its interrupts are told, of which the last was for the point it names, and it is the first to
 * name that: by its number, or since that interrupt came after whatever was lost.
 */
static bool names_its_own(const struct jscope__js *adapter, const struct jscope__js_client *client,
			  const struct jscope__js_signal *signal)
{
	const struct jscope__js_cause *last = jscope__js_cause_last(signal);

	if (!last || signal->run->group.incomplete)
		return false;
	return follows_last(client, signal) || !jscope__js_lost_since(adapter, last->irq_ns);
}

/* One of them. Returns its node where the execution served it, else NULL. */
static struct jscope__js_node *signal_packet(struct jscope__js *adapter,
					     struct jscope__js_client *client,
					     const struct jscope__js_signal *signal, uint64_t point)
{
	bool lost = jscope__js_lost_since(adapter, client->signal_ns);
	const struct jscope__js_cause *cause = NULL;
	struct jscope__js_node *node = jscope__js_node_add(adapter, client, point);

	if (!node)
		return NULL;
	if (!lost || (point == signal->packet && names_its_own(adapter, client, signal)))
		cause = jscope__js_cause_by_seq(client, signal, point);
	if (!cause && !lost)
		cause = jscope__js_cause_shared(client, signal, point);
	if (serves_point(client, signal, cause, point, lost)) {
		jscope__js_node_signal(adapter, client, node, cause, signal);
		return node;
	}
	node->cut |= lost;
	due_estimate(client, node);
	jscope__js_node_finish(adapter, client, node, false);
	return NULL;
}

void jscope__js_signal_packets(struct jscope__js *adapter, struct jscope__js_client *client,
			       const struct jscope__js_signal *signal)
{
	struct jscope__js_node *last = NULL;
	uint64_t first, count;

	if (signal->packet <= client->last_point) {
		signal_spurious(adapter, client, signal, signal->packet);
		return;
	}
	first = first_point(adapter, client, signal);
	count = signal->packet - first + 1;
	for (uint64_t i = 0; i < count; i++) {
		struct jscope__js_node *node = signal_packet(adapter, client, signal, first + i);

		if (node && last)
			last->merged = true;
		last = node ? node : last;
	}
}
