/* Which rows of blame come first. */
#include "blame_text.h"

struct rank {
	const struct jscope__blame_row *row;
	bool glitches;
	unsigned order;
	double late; /* in parts of all */
	jscope_ns tail_ns;
};

/* Glitches of late answers are those of the client, all others those of the chains. */
static bool has_glitches(const struct jscope__blame_row *row)
{
	return row->what == JSCOPE__BLAME_CHAINS && row->glitches.count > 0;
}

static unsigned order_of(const struct jscope__blame_row *row)
{
	if (row->is_other || row->is_aside || row->tail.chains == 0)
		return 4;
	switch (row->what) {
	case JSCOPE__BLAME_CHAINS:
		return row->has_buffer ? 0 : 2;
	case JSCOPE__BLAME_REQUESTS:
		return 1;
	default:
		return 3;
	}
}

static struct rank rank_of(const struct jscope_blame *blame, uint32_t number)
{
	const struct jscope__blame_row *row = blame->rows[number];
	const struct jscope__tail_split *split = &blame->splits[number];

	return (struct rank){
		.row = row,
		.glitches = has_glitches(row),
		.order = order_of(row),
		.late = row->tail.chains ? (double)row->late / (double)row->tail.chains : 0,
		.tail_ns = split->tail_count ? split->tail_ns / (jscope_ns)split->tail_count : 0,
	};
}

static bool is_before(const struct rank *a, const struct rank *b)
{
	if (a->glitches != b->glitches)
		return a->glitches;
	if (a->order != b->order)
		return a->order < b->order;
	if (a->late != b->late)
		return a->late > b->late;
	return a->tail_ns > b->tail_ns;
}

void jscope__blame_order(const struct jscope_blame *blame, uint32_t order[JSCOPE__BLAME_ROWS + 1])
{
	for (uint32_t i = 0; i < blame->row_count; i++) {
		const struct rank rank = rank_of(blame, i);
		uint32_t at = i;

		for (; at > 0; at--) {
			const struct rank before = rank_of(blame, order[at - 1]);

			if (!is_before(&rank, &before))
				break;
			order[at] = order[at - 1];
		}
		order[at] = i;
	}
}
