#include "occasions.h"

#include <errno.h>
#include <stdlib.h>

#define CAPACITY_FIRST 256

static bool is_before(const struct jscope__occasion *a, const struct jscope__occasion *b)
{
	return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->number < b->number);
}

/* Places count from 1: heap[0] has place 1. */
static void set(struct jscope__occasions *occasions, size_t place,
		const struct jscope__occasion *occasion)
{
	occasions->heap[place - 1] = *occasion;
	*occasion->place = place;
}

static const struct jscope__occasion *at(const struct jscope__occasions *occasions, size_t place)
{
	return &occasions->heap[place - 1];
}

/* Put an occasion where it belongs, from a hole at `place` upwards or downwards. */
static void settle(struct jscope__occasions *occasions, size_t place,
		   const struct jscope__occasion *occasion)
{
	size_t child;

	while (place > 1 && is_before(occasion, at(occasions, place / 2))) {
		set(occasions, place, at(occasions, place / 2));
		place /= 2;
	}
	while ((child = 2 * place) <= occasions->count) {
		if (child < occasions->count &&
		    is_before(at(occasions, child + 1), at(occasions, child)))
			child++;
		if (!is_before(at(occasions, child), occasion))
			break;
		set(occasions, place, at(occasions, child));
		place = child;
	}
	set(occasions, place, occasion);
}

static int grow(struct jscope__occasions *occasions)
{
	const size_t capacity = occasions->capacity ? 2 * occasions->capacity : CAPACITY_FIRST;
	struct jscope__occasion *heap = realloc(occasions->heap, capacity * sizeof *heap);

	if (!heap)
		return -ENOMEM;
	occasions->heap = heap;
	occasions->capacity = capacity;
	return 0;
}

int jscope__occasions_put(struct jscope__occasions *occasions, enum jscope__occasion_kind kind,
			  void *object, size_t *place, jscope_ns due_ns)
{
	const struct jscope__occasion occasion = { due_ns, ++occasions->number_last, kind, object,
						   place };

	if (!*place) {
		if (occasions->count == occasions->capacity && grow(occasions) < 0)
			return -ENOMEM;
		*place = ++occasions->count;
	}
	settle(occasions, *place, &occasion);
	return 0;
}

bool jscope__occasions_remove(struct jscope__occasions *occasions, size_t *place)
{
	const size_t hole = *place;
	struct jscope__occasion last;

	if (!hole)
		return false;
	*place = 0;
	last = *at(occasions, occasions->count--);
	if (last.place != place)
		settle(occasions, hole, &last);
	return true;
}

const struct jscope__occasion *jscope__occasions_first(const struct jscope__occasions *occasions)
{
	return occasions->count ? at(occasions, 1) : NULL;
}

void jscope__occasions_finish(struct jscope__occasions *occasions)
{
	free(occasions->heap);
	*occasions = (struct jscope__occasions){ 0 };
}
