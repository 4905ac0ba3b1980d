#include "blame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Complete chains that wait for what is told later of the time in which they were: who took a CPU at
 * the instant at which they became complete, what was lost, and which thread had gone unseen. They wait
 * for as many changes as a quarter of the shortest window.
 */
#define PENDING_MAX 4096

struct jscope__pending {
	uint64_t change_count; /* when it came */
	uint32_t row;
	bool is_request;
	union {
		struct jscope_notification notification;
		struct jscope_request request;
	};
};

/* Rows */

/* Returns its number, UINT32_MAX where memory is short. */
static uint32_t row_make(struct jscope_blame *blame)
{
	struct jscope__blame_row *row = calloc(1, sizeof *row);

	if (!row) {
		blame->error = -ENOMEM;
		return UINT32_MAX;
	}
	row->tail.row = blame->row_count;
	row->tail.over_ns = blame->options.over_ns;
	blame->rows[blame->row_count] = row;
	return blame->row_count++;
}

/* All beyond those that have room are one. */
static uint32_t row_other(struct jscope_blame *blame)
{
	blame->rows_refused++;
	if (blame->other == UINT32_MAX) {
		blame->other = row_make(blame);
		if (blame->other != UINT32_MAX)
			blame->rows[blame->other]->is_other = true;
	}
	return blame->other;
}

static uint32_t row_find(struct jscope_blame *blame, struct jscope_key key, bool *ret_is_new)
{
	uint32_t *known = jscope_map_get(blame->row_of, key);

	*ret_is_new = false;
	if (known)
		return *known;
	known = jscope_map_put(blame->row_of, key);
	if (!known)
		return row_other(blame);
	*known = row_make(blame);
	*ret_is_new = *known != UINT32_MAX;
	return *known;
}

/* what: its chains, or what its client does. */
static uint32_t stream_row(struct jscope_blame *blame, const struct jscope_stream_info *stream,
			   enum jscope__blame_what what)
{
	bool is_new;
	const uint32_t number =
		row_find(blame, (struct jscope_key){ what, stream->index }, &is_new);
	struct jscope__blame_row *row = is_new ? blame->rows[number] : NULL;

	if (row) {
		row->what = what;
		jscope__clean(row->device, sizeof row->device, stream->device);
		jscope__clean(row->stream, sizeof row->stream, stream->stream);
		jscope__clean(row->kind, sizeof row->kind, stream->kind);
		row->has_buffer = jscope_kind_has_buffer(stream->kind);
		row->is_aside = jscope_kind_is_aside(stream->kind);
	}
	return number;
}

/* Names of devices live as long as the trace: each has one. */
static uint32_t device_row(struct jscope_blame *blame, const char *device)
{
	bool is_new;
	const struct jscope_key key = { JSCOPE__BLAME_REQUESTS, (uintptr_t)device };
	const uint32_t number = row_find(blame, key, &is_new);

	if (is_new) {
		blame->rows[number]->what = JSCOPE__BLAME_REQUESTS;
		jscope__clean(blame->rows[number]->device, sizeof blame->rows[number]->device,
			      device);
	}
	return number;
}

/* Chains */

static struct jscope__evidence evidence_of(const struct jscope_blame *blame)
{
	return (struct jscope__evidence){ &blame->holders, blame->moves, blame->held };
}

/* otherwise_ns: its begin where it has no length. */
static void chain_keep(struct jscope_blame *blame, enum jscope__blame_what what,
		       struct jscope__blame_chain chain, const struct jscope__parts *parts,
		       jscope_ns otherwise_ns)
{
	chain.total_ns = parts->total_ns;
	chain.is_aside = blame->rows[chain.row]->is_aside;
	chain.begin_ns = parts->count ? parts->part[0].begin_ns : otherwise_ns;
	if (jscope__worst_chains_add(&blame->worst[what], &chain, parts) < 0)
		blame->error = -ENOMEM;
	jscope__tail_add(&blame->tails, &blame->rows[chain.row]->tail, parts);
}

/* A recorded due and an estimated one are not the same length: the first one of a stream decides. */
static bool is_alike(struct jscope__blame_row *row, const struct jscope_notification *notification)
{
	if (notification->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
		return true;
	if (!row->has_due)
		row->due_estimated = notification->due_estimated;
	row->has_due = true;
	return row->due_estimated == notification->due_estimated;
}

static struct jscope__blame_chain chain_of(const struct jscope_notification *notification,
					   uint32_t row)
{
	return (struct jscope__blame_chain){ .row = row,
					     .seq = notification->seq,
					     .class = notification->class,
					     .cpu = notification->cpu,
					     .tid = notification->tid,
					     .glitch_ns = JSCOPE_NS_UNKNOWN };
}

/*
 * The glitches that a chain is about; a spurious interrupt bears the number of the point before, and is
 * about none.
 */
static jscope_ns glitches_put_down(struct jscope_blame *blame, uint32_t number,
				   const struct jscope_notification *notification, bool is_answer,
				   const struct jscope__parts *parts)
{
	if (notification->class == JSCOPE_CLASS_SPURIOUS)
		return JSCOPE_NS_UNKNOWN;
	return jscope__glitches_put_down(&blame->glitches, &blame->rows[number]->glitches,
					 notification->seq, is_answer, parts);
}

/* What the client of a row of chains did behind one of them, whatever is known of that. */
static void service_put_down(struct jscope_blame *blame, uint32_t number,
			     const struct jscope_notification *notification)
{
	const struct jscope__evidence evidence = evidence_of(blame);
	struct jscope__blame_chain chain = chain_of(notification, UINT32_MAX);
	struct jscope__parts parts;
	const bool is_known = notification->class != JSCOPE_CLASS_CENSORED &&
			      jscope__parts_of_service(&evidence, notification, &parts);

	chain.glitch_ns =
		glitches_put_down(blame, number, notification, true, is_known ? &parts : NULL);
	if (!is_known)
		return;
	chain.row = stream_row(blame, notification->stream, JSCOPE__BLAME_SERVICES);
	if (chain.row != UINT32_MAX)
		chain_keep(blame, JSCOPE__BLAME_SERVICES, chain, &parts,
			   notification->at[JSCOPE_RUN]);
}

static void notification_put_down(struct jscope_blame *blame, uint32_t number,
				  const struct jscope_notification *notification)
{
	const struct jscope__evidence evidence = evidence_of(blame);
	struct jscope__blame_row *row = blame->rows[number];
	struct jscope__blame_chain chain = chain_of(notification, number);
	struct jscope__parts parts;
	const bool is_known = notification->class != JSCOPE_CLASS_CENSORED &&
			      jscope__parts_of_notification(&evidence, notification, &parts);

	row->classes[notification->class]++;
	chain.glitch_ns =
		glitches_put_down(blame, number, notification, false, is_known ? &parts : NULL);
	if (!is_known) {
		row->partial++;
		return;
	}
	if (!is_alike(row, notification)) {
		row->excluded++;
		return;
	}
	row->late += notification->class == JSCOPE_CLASS_LATE;
	chain_keep(blame, JSCOPE__BLAME_CHAINS, chain, &parts, notification->at[JSCOPE_SIGNAL]);
}

static void request_put_down(struct jscope_blame *blame, uint32_t number,
			     const struct jscope_request *request)
{
	const struct jscope__evidence evidence = evidence_of(blame);
	const struct jscope__blame_chain chain = { .row = number,
						   .seq = request->id,
						   .class = JSCOPE_CLASS_ON_TIME,
						   .cpu = request->cpu,
						   .glitch_ns = JSCOPE_NS_UNKNOWN };
	struct jscope__parts parts;

	if (!request->completed || !request->matched ||
	    !jscope__parts_of_request(&evidence, request, &parts)) {
		blame->rows[number]->partial++;
		return;
	}
	chain_keep(blame, JSCOPE__BLAME_REQUESTS, chain, &parts, request->issue_ns);
}

/* The one that waits longest. */
static void pending_put_down(struct jscope_blame *blame)
{
	const struct jscope__pending *pending =
		&blame->pending[blame->pending_first++ % PENDING_MAX];

	if (pending->is_request) {
		request_put_down(blame, pending->row, &pending->request);
	} else {
		notification_put_down(blame, pending->row, &pending->notification);
		service_put_down(blame, pending->row, &pending->notification);
	}
}

/* Room for one more; NULL without a row for it. */
static struct jscope__pending *pending_add(struct jscope_blame *blame, uint32_t row)
{
	struct jscope__pending *pending;

	if (row == UINT32_MAX)
		return NULL;
	if (blame->pending_next - blame->pending_first == PENDING_MAX)
		pending_put_down(blame);
	pending = &blame->pending[blame->pending_next++ % PENDING_MAX];
	pending->row = row;
	pending->change_count = blame->change_count;
	return pending;
}

/* Those that have waited for so many changes. */
static void pending_settle(struct jscope_blame *blame, uint64_t changes)
{
	while (blame->pending_first < blame->pending_next &&
	       blame->change_count -
			       blame->pending[blame->pending_first % PENDING_MAX].change_count >=
		       changes)
		pending_put_down(blame);
}

/* The sink */

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope_blame *blame = state;
	struct jscope__pending *pending =
		pending_add(blame, stream_row(blame, notification->stream, JSCOPE__BLAME_CHAINS));

	if (pending) {
		pending->is_request = false;
		pending->notification = *notification;
		/* The stream may yet learn of another one. */
		if (!pending->notification.path)
			pending->notification.path = notification->stream->path;
	}
}

static void on_request(void *state, const struct jscope_request *request)
{
	struct jscope_blame *blame = state;
	struct jscope__pending *pending;

	if (request->empty)
		return;
	pending = pending_add(blame, device_row(blame, request->device));
	if (pending) {
		pending->is_request = true;
		pending->request = *request;
	}
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	struct jscope_blame *blame = state;
	const uint32_t row = stream_row(blame, glitch->stream, JSCOPE__BLAME_CHAINS);
	struct jscope_glitch told = *glitch;

	if (row == UINT32_MAX)
		return;
	if (blame->rows[row]->is_other)
		told.cause =
			JSCOPE_CAUSE_UNKNOWN; /* of which stream a chain is nobody knows there */
	jscope__glitches_add(&blame->glitches, &blame->rows[row]->glitches, &told);
}

static void on_occupancy(void *state, const struct jscope_occupancy *occupancy)
{
	struct jscope_blame *blame = state;

	jscope__holders_change(&blame->holders, occupancy);
	blame->change_count++;
	pending_settle(blame, blame->holders.room_min / 4);
}

static void on_migration(void *state, const struct jscope_migration *migration)
{
	struct jscope_blame *blame = state;

	jscope__moves_add(blame->moves, migration);
}

static void on_hold(void *state, const struct jscope_hold *hold)
{
	struct jscope_blame *blame = state;

	jscope__held_requests_add(blame->held, hold);
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	struct jscope_blame *blame = state;

	jscope__holders_loss(&blame->holders, loss);
}

/* Life */

static int parts_create(struct jscope_blame *blame)
{
	int error = jscope__holders_init(&blame->holders);

	if (!error)
		error = jscope__tails_init(&blame->tails);
	if (!error)
		error = jscope_map_create(sizeof(uint32_t), JSCOPE__BLAME_ROWS, &blame->row_of);
	for (unsigned i = 0; !error && i < JSCOPE__BLAME_WHAT_COUNT; i++)
		error = jscope__worst_chains_init(&blame->worst[i], blame->options.worst);
	blame->moves = calloc(1, sizeof *blame->moves);
	blame->held = calloc(1, sizeof *blame->held);
	blame->pending = calloc(PENDING_MAX, sizeof *blame->pending);
	return error || !blame->moves || !blame->held || !blame->pending ? -ENOMEM : 0;
}

int jscope_blame_create(const struct jscope_blame_options *options, struct jscope_blame **ret_blame)
{
	struct jscope_blame *blame = calloc(1, sizeof *blame);

	if (!blame)
		return -ENOMEM;
	blame->options = *options;
	blame->other = UINT32_MAX;
	if (blame->options.worst > JSCOPE_BLAME_WORST_MAX)
		blame->options.worst = JSCOPE_BLAME_WORST_MAX;
	blame->sink = (struct jscope_timeline_sink){ .state = blame,
						     .notification = on_notification,
						     .request = on_request,
						     .glitch = on_glitch,
						     .occupancy = on_occupancy,
						     .migration = on_migration,
						     .hold = on_hold,
						     .loss = on_loss };
	if (parts_create(blame) < 0) {
		jscope_blame_destroy(blame);
		return -ENOMEM;
	}
	*ret_blame = blame;
	return 0;
}

void jscope_blame_destroy(struct jscope_blame *blame)
{
	if (!blame)
		return;
	for (uint32_t i = 0; i < blame->row_count; i++)
		free(blame->rows[i]);
	for (unsigned i = 0; i < JSCOPE__BLAME_WHAT_COUNT; i++)
		jscope__worst_chains_finish(&blame->worst[i]);
	jscope__tails_finish(&blame->tails);
	jscope__holders_finish(&blame->holders);
	jscope_map_destroy(blame->row_of);
	free(blame->moves);
	free(blame->held);
	free(blame->pending);
	free(blame->shares);
	free(blame);
}

const struct jscope_timeline_sink *jscope_blame_sink(struct jscope_blame *blame)
{
	return &blame->sink;
}

static int shares_sum(struct jscope_blame *blame)
{
	const struct jscope__tail *tails[JSCOPE__BLAME_ROWS + 1];

	for (uint32_t i = 0; i < blame->row_count; i++) {
		tails[i] = &blame->rows[i]->tail;
		blame->splits[i] = jscope__tail_split(&blame->rows[i]->tail);
	}
	return jscope__tail_shares(&blame->tails, tails, blame->splits, blame->row_count,
				   &blame->shares, &blame->share_count);
}

int jscope_blame_finish(struct jscope_blame *blame, const struct jscope_trace_info *info)
{
	pending_settle(blame, 0);
	blame->info = *info;
	if (blame->error)
		return blame->error;
	for (unsigned i = 0; i < JSCOPE__BLAME_WHAT_COUNT; i++)
		jscope__worst_chains_close(&blame->worst[i]);
	jscope__glitches_close(&blame->glitches);
	for (uint32_t i = 0; i < blame->row_count; i++)
		jscope__glitch_tally_close(&blame->rows[i]->glitches);
	return shares_sum(blame);
}

uint64_t jscope_blame_refused(const struct jscope_blame *blame)
{
	return blame->rows_refused + blame->holders.refused + jscope_map_refused(blame->tails.sums);
}

size_t jscope__blame_shares(const struct jscope_blame *blame, uint32_t row,
			    const struct jscope__share **ret_first)
{
	size_t first = 0, count = 0;

	while (first < blame->share_count && blame->shares[first].row < row)
		first++;
	while (first + count < blame->share_count && blame->shares[first + count].row == row)
		count++;
	*ret_first = blame->shares + first;
	return count;
}

size_t jscope__blame_stages(const struct jscope__share *first, size_t count)
{
	size_t stages = 0;

	while (stages < count && jscope__culprit_is_same(first->culprit, first[stages].culprit))
		stages++;
	return stages;
}

struct jscope__blame_focus jscope__blame_focus(const struct jscope__blame_chain *chain)
{
	jscope_ns half_ns = chain->total_ns / 2;

	return (struct jscope__blame_focus){ jscope_add_sat(chain->begin_ns, half_ns),
					     half_ns > 0 ? jscope_add_sat(half_ns, half_ns / 8 + 1)
							 : JSCOPE_NS_PER_US };
}
