#include "tail.h"

#include <errno.h>
#include <stdlib.h>

#define PER_OCTAVE 16
#define OCTAVE_LOG 4

int jscope__tails_init(struct jscope__tails *tails)
{
	return jscope_map_create(sizeof(jscope_ns), JSCOPE__TAIL_SUMS, &tails->sums);
}

void jscope__tails_finish(struct jscope__tails *tails)
{
	jscope_map_destroy(tails->sums);
}

static unsigned class_of(jscope_ns total_ns)
{
	uint64_t ns = total_ns > 0 ? (uint64_t)total_ns : 0;
	unsigned octave;

	if (ns < PER_OCTAVE)
		return (unsigned)ns;
	octave = 63 - (unsigned)__builtin_clzll(ns);
	return (octave - OCTAVE_LOG + 1) * PER_OCTAVE +
	       (unsigned)(ns >> (octave - OCTAVE_LOG) & (PER_OCTAVE - 1));
}

static jscope_ns class_begin_ns(unsigned class)
{
	const unsigned octave = class / PER_OCTAVE;

	if (octave == 0)
		return class;
	return (jscope_ns)(PER_OCTAVE + class % PER_OCTAVE) << (octave - 1);
}

/* With a bound there are two classes: up to it, and beyond. */
static unsigned class_in(const struct jscope__tail *tail, jscope_ns total_ns)
{
	if (tail->over_ns > 0)
		return total_ns > tail->over_ns;
	return class_of(total_ns);
}

static struct jscope_key sum_key(uint32_t row, unsigned class, unsigned stage,
				 struct jscope__culprit culprit)
{
	return (struct jscope_key){ (uint64_t)row << 32 | class << 8 | stage,
				    (uint64_t)culprit.kind << 32 | culprit.object };
}

void jscope__tail_add(struct jscope__tails *tails, struct jscope__tail *tail,
		      const struct jscope__parts *parts)
{
	const unsigned class = class_in(tail, parts->total_ns);
	struct jscope__tail_class *sums = &tail->classes[class];

	tail->chains++;
	sums->count++;
	sums->total_ns = jscope_add_sat(sums->total_ns, parts->total_ns);
	for (unsigned i = 0; i < parts->count; i++) {
		const struct jscope__part *part = &parts->part[i];
		jscope_ns *sum = jscope_map_put(
			tails->sums, sum_key(tail->row, class, part->stage, part->culprit));

		if (!sum)
			sum = &sums->others_ns;
		*sum = jscope_add_sat(*sum, part->length_ns);
	}
}

/* The class that holds the nearest rank of the quantile, and those above it. */
static unsigned tail_first(const struct jscope__tail *tail)
{
	const uint64_t wanted = tail->chains / (1000 / JSCOPE__TAIL_PERMILLE);
	unsigned class = JSCOPE__TAIL_CLASSES;
	uint64_t count = 0;

	if (tail->over_ns > 0)
		return 1;
	while (class > 0 && count < (wanted ? wanted : 1))
		count += tail->classes[--class].count;
	return class;
}

struct jscope__tail_split jscope__tail_split(const struct jscope__tail *tail)
{
	const unsigned first = tail_first(tail);
	struct jscope__tail_split split = {
		.first = first,
		.from_ns = tail->over_ns > 0 ? jscope_add_sat(tail->over_ns, 1)
					     : class_begin_ns(first),
	};

	for (unsigned i = 0; i < JSCOPE__TAIL_CLASSES; i++) {
		const struct jscope__tail_class *class = &tail->classes[i];

		*(i < first ? &split.body_count : &split.tail_count) += class->count;
		if (i < first)
			split.body_ns = jscope_add_sat(split.body_ns, class->total_ns);
		else
			split.tail_ns = jscope_add_sat(split.tail_ns, class->total_ns);
	}
	return split;
}

/* Shares: first one for each sum, then those of one culprit and stage as one, then in order. */

static struct jscope__share share_make(struct jscope_key key, jscope_ns sum_ns,
				       const struct jscope__tail_split *splits)
{
	const unsigned class = (unsigned)(key.high >> 8 & 0xffffff);
	struct jscope__share share = {
		.row = (uint32_t)(key.high >> 32),
		.stage = (unsigned)(key.high & 0xff),
		.culprit = { (uint32_t)(key.low >> 32), (uint32_t)key.low },
	};

	*(class < splits[share.row].first ? &share.body_ns : &share.tail_ns) = sum_ns;
	return share;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_identity(const void *a, const void *b)
{
	const struct jscope__share *left = a, *right = b;
	int order = compare(left->row, right->row);

	if (!order)
		order = compare(left->culprit.kind, right->culprit.kind);
	if (!order)
		order = compare(left->culprit.object, right->culprit.object);
	return order ? order : compare(left->stage, right->stage);
}

static bool is_same_culprit(const struct jscope__share *a, const struct jscope__share *b)
{
	return a->row == b->row && jscope__culprit_is_same(a->culprit, b->culprit);
}

static void shares_join(struct jscope__share *shares, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct jscope__share *last = kept ? &shares[kept - 1] : NULL;

		if (!last || by_identity(last, &shares[i]) != 0) {
			shares[kept++] = shares[i];
			continue;
		}
		last->tail_ns = jscope_add_sat(last->tail_ns, shares[i].tail_ns);
		last->body_ns = jscope_add_sat(last->body_ns, shares[i].body_ns);
	}
	*count = kept;
}

/* With what its culprit has in all stages, by which it is put in order. */
struct ranked {
	struct jscope__share share;
	jscope_ns tail_ns, body_ns;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->share.row != right->share.row)
		return left->share.row < right->share.row ? -1 : 1;
	if (left->tail_ns != right->tail_ns)
		return left->tail_ns > right->tail_ns ? -1 : 1;
	if (left->body_ns != right->body_ns)
		return left->body_ns > right->body_ns ? -1 : 1;
	return by_identity(&left->share, &right->share);
}

static void culprits_sum(struct ranked *ranked, size_t count)
{
	for (size_t first = 0, end; first < count; first = end) {
		jscope_ns tail_ns = 0, body_ns = 0;

		for (end = first;
		     end < count && is_same_culprit(&ranked[first].share, &ranked[end].share);
		     end++) {
			tail_ns = jscope_add_sat(tail_ns, ranked[end].share.tail_ns);
			body_ns = jscope_add_sat(body_ns, ranked[end].share.body_ns);
		}
		for (size_t i = first; i < end; i++) {
			ranked[i].tail_ns = tail_ns;
			ranked[i].body_ns = body_ns;
		}
	}
}

static int shares_rank(struct jscope__share *shares, size_t count)
{
	struct ranked *ranked = calloc(count ? count : 1, sizeof *ranked);

	if (!ranked)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		ranked[i].share = shares[i];
	culprits_sum(ranked, count);
	qsort(ranked, count, sizeof *ranked, by_rank);
	for (size_t i = 0; i < count; i++)
		shares[i] = ranked[i].share;
	free(ranked);
	return 0;
}

/* Those that found no sum of their own. */
static size_t others_add(const struct jscope__tail *tail, const struct jscope__tail_split *splits,
			 struct jscope__share *share)
{
	*share = (struct jscope__share){ .row = tail->row,
					 .stage = JSCOPE_STAGE_UNEXPLAINED,
					 .culprit = { JSCOPE__CULPRIT_OTHERS, 0 } };
	for (unsigned i = 0; i < JSCOPE__TAIL_CLASSES; i++) {
		jscope_ns *sum_ns = i < splits[tail->row].first ? &share->body_ns : &share->tail_ns;

		*sum_ns = jscope_add_sat(*sum_ns, tail->classes[i].others_ns);
	}
	return share->tail_ns != 0 || share->body_ns != 0;
}

int jscope__tail_shares(const struct jscope__tails *tails, const struct jscope__tail *const *rows,
			const struct jscope__tail_split *splits, uint32_t row_count,
			struct jscope__share **ret_shares, size_t *ret_count)
{
	struct jscope__share *shares =
		calloc(jscope_map_count(tails->sums) + row_count + 1, sizeof *shares);
	struct jscope_key key;
	size_t cursor = 0, count = 0;
	void *sum;
	int error;

	if (!shares)
		return -ENOMEM;
	while (jscope_map_next(tails->sums, &cursor, &key, &sum))
		shares[count++] = share_make(key, *(jscope_ns *)sum, splits);
	for (uint32_t i = 0; i < row_count; i++)
		count += others_add(rows[i], splits, &shares[count]);
	qsort(shares, count, sizeof *shares, by_identity);
	shares_join(shares, &count);
	error = shares_rank(shares, count);
	if (error) {
		free(shares);
		return error;
	}
	*ret_shares = shares;
	*ret_count = count;
	return 0;
}
