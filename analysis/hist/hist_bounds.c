/* What a quantile may be where values are missing: ranks, counted from the worst case of each side. */
#include "analysis/hist.h"

/* The bucket of the rank-th smallest value that has one. */
static struct jscope_hist_bucket bucket_at(const struct jscope_hist *hist, uint64_t rank)
{
	struct jscope_hist_bucket bucket = { 0 };
	uint64_t seen = 0;

	for (size_t cursor = 0; seen < rank && jscope_hist_next(hist, &cursor, &bucket);)
		seen += bucket.count;
	return bucket;
}

bool jscope_hist_bounds(const struct jscope_hist *hist, double q,
			struct jscope_hist_bounds *ret_bounds)
{
	const struct jscope_hist_doubt doubt = jscope_hist_doubt(hist);
	const uint64_t known = jscope_hist_count(hist) - jscope_hist_overflow(hist);
	const uint64_t wrong = doubt.wrong < known ? doubt.wrong : known;
	struct jscope_hist_bounds bounds = { 0 };
	struct jscope_hist_bucket bucket;
	uint64_t rank, whole;

	if (__builtin_add_overflow(known, doubt.missing, &whole))
		return false;
	if (doubt.missing == JSCOPE_HIST_UNCOUNTED || !jscope_hist_rank(whole, q))
		return false;
	whole -= wrong;
	rank = jscope_hist_rank(whole, q);
	if (!rank)
		rank = whole; /* fewer than one lie beyond: it is the last */
	bounds.has_low = rank > doubt.missing;
	if (bounds.has_low)
		bounds.low = bucket_at(hist, rank - doubt.missing).low;
	bounds.has_high = rank <= known - wrong;
	if (bounds.has_high) {
		bucket = bucket_at(hist, rank + wrong);
		bounds.high = bucket.low + (bucket.width - 1);
	}
	*ret_bounds = bounds;
	return true;
}
