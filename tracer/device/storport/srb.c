#include "srb.h"

#include "tracer/scenario.h"

void jscope__srb_push(struct jscope__srb_list *list, struct jscope__srb *srb)
{
	srb->next = NULL;
	if (list->last)
		list->last->next = srb;
	else
		list->first = srb;
	list->last = srb;
	list->count++;
}

struct jscope__srb *jscope__srb_pop(struct jscope__srb_list *list)
{
	struct jscope__srb *srb = list->first;

	if (!srb)
		return NULL;
	list->first = srb->next;
	if (!list->first)
		list->last = NULL;
	list->count--;
	return srb;
}

void jscope__command_push(struct jscope__srb_list *list, struct jscope__srb *srb)
{
	srb->ext.next = NULL;
	if (list->last)
		list->last->ext.next = srb;
	else
		list->first = srb;
	list->last = srb;
	list->count++;
}

struct jscope__srb *jscope__command_pop(struct jscope__srb_list *list)
{
	struct jscope__srb *srb = list->first;

	if (!srb)
		return NULL;
	list->first = srb->ext.next;
	if (!list->first)
		list->last = NULL;
	list->count--;
	return srb;
}

/* Of recorded ones with one interrupt the one goes first that was completed first. */
static bool goes_before(const struct jscope__srb *a, const struct jscope__srb *b)
{
	if (a->ext.due_ns != b->ext.due_ns || !a->io.recorded || !b->io.recorded)
		return a->ext.due_ns < b->ext.due_ns;
	return a->io.recorded->complete_ns < b->io.recorded->complete_ns;
}

void jscope__command_insert(struct jscope__srb_list *list, struct jscope__srb *srb)
{
	struct jscope__srb **link = &list->first;

	/* Most devices take about as long for each, so that most commands belong at the tail. */
	if (!list->last || !goes_before(srb, list->last)) {
		jscope__command_push(list, srb);
		return;
	}
	while (!goes_before(srb, *link))
		link = &(*link)->ext.next;
	srb->ext.next = *link;
	*link = srb;
	list->count++;
}
