#include "numbering.h"

#include "saturate.h"

/* Points of the epoch that are between the first and the last, and were not told. */
static uint64_t holes(const struct jscope__numbering *numbering)
{
	const uint64_t width = jscope__add_sat(numbering->last - numbering->first, 1);

	return numbering->begun && width > numbering->count ? width - numbering->count : 0;
}

static bool has_repeated(const struct jscope__numbering *numbering)
{
	return numbering->begun &&
	       numbering->count > jscope__add_sat(numbering->last - numbering->first, 1);
}

static jscope_ns first_known(const struct jscope_notification *notification)
{
	jscope_ns first_ns = INT64_MAX;

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (notification->at[i] != JSCOPE_NS_UNKNOWN && notification->at[i] < first_ns)
			first_ns = notification->at[i];
	return first_ns;
}

static void pending_hide(struct jscope__numbering *numbering)
{
	numbering->hidden = jscope__add_sat(numbering->hidden, numbering->pending);
	numbering->pending = 0;
}

static void epoch_begin(struct jscope__numbering *numbering,
			const struct jscope_notification *notification, jscope_ns first_ns)
{
	numbering->useless |= has_repeated(numbering);
	numbering->hidden = jscope__add_sat(numbering->hidden, holes(numbering));
	pending_hide(numbering);
	numbering->begun = true;
	numbering->epoch = notification->epoch;
	numbering->first = numbering->last = notification->seq;
	numbering->first_ns = first_ns;
	numbering->count = 0;
}

/* Of windows between the first point and one that came after all of them, the numbers tell. */
static void pending_settle(struct jscope__numbering *numbering, jscope_ns first_ns)
{
	if (numbering->pending == 0 || first_ns <= numbering->pending_end_ns)
		return;
	if (numbering->pending_begin_ns <= numbering->first_ns)
		pending_hide(numbering);
	numbering->pending = 0;
}

void jscope__numbering_add(struct jscope__numbering *numbering,
			   const struct jscope_notification *notification)
{
	const jscope_ns first_ns = first_known(notification);
	const bool is_known = first_ns != INT64_MAX;

	if (notification->class == JSCOPE_CLASS_SPURIOUS)
		return;
	numbering->useless |= !notification->is_numbered;
	if (!numbering->begun || numbering->epoch != notification->epoch)
		epoch_begin(numbering, notification, first_ns);
	if (notification->seq < numbering->first)
		numbering->first = notification->seq;
	if (notification->seq > numbering->last)
		numbering->last = notification->seq;
	if (is_known && first_ns < numbering->first_ns)
		numbering->first_ns = first_ns;
	numbering->count++;
	if (is_known)
		pending_settle(numbering, first_ns);
}

void jscope__numbering_loss(struct jscope__numbering *numbering, const struct jscope_loss *loss)
{
	const jscope_ns end_ns = loss->end_ns == JSCOPE_NS_UNKNOWN ? INT64_MAX : loss->end_ns;

	/* An unknown begin is the least of all: it reaches back to the start by itself. */
	if (numbering->pending == 0 || loss->begin_ns < numbering->pending_begin_ns)
		numbering->pending_begin_ns = loss->begin_ns;
	if (numbering->pending == 0 || end_ns > numbering->pending_end_ns)
		numbering->pending_end_ns = end_ns;
	numbering->pending = jscope__add_sat(numbering->pending, loss->events);
}

bool jscope__numbering_is_known(const struct jscope__numbering *numbering)
{
	return numbering->begun && !numbering->useless && !has_repeated(numbering);
}

uint64_t jscope__numbering_hidden(const struct jscope__numbering *numbering, uint64_t lost)
{
	uint64_t hidden = jscope__add_sat(numbering->hidden, numbering->pending);

	hidden = jscope__add_sat(hidden, holes(numbering));
	return jscope__numbering_is_known(numbering) && hidden < lost ? hidden : lost;
}
