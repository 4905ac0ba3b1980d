#include "rules/frames.h"

#include <string.h>

bool jscope__frame_push(struct jscope__place *place, const struct jscope__frame *frame)
{
	const bool is_full = place->depth == JSCOPE__FRAMES_MAX;

	if (is_full) {
		place->depth--;
		memmove(&place->frames[0], &place->frames[1],
			place->depth * sizeof place->frames[0]);
	}
	place->frames[place->depth++] = *frame;
	return !is_full;
}

bool jscope__frame_pop(struct jscope__place *place, const struct jscope__frame *like,
		       struct jscope__frame *ret_frame)
{
	for (unsigned i = place->depth; i-- > 0;) {
		const struct jscope__frame *frame = &place->frames[i];

		if (frame->is_isr != like->is_isr || frame->dev != like->dev ||
		    frame->id != like->id || frame->number != like->number)
			continue;
		*ret_frame = *frame;
		place->depth--;
		memmove(&place->frames[i], &place->frames[i + 1],
			(place->depth - i) * sizeof place->frames[0]);
		return true;
	}
	return false;
}

int64_t jscope__frame_inserted_twice(const struct jscope__frame *frame)
{
	const unsigned count = frame->insert_count < JSCOPE__FRAME_INSERTS ? frame->insert_count
									   : JSCOPE__FRAME_INSERTS;

	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < i; j++)
			if (frame->inserted[i] == frame->inserted[j])
				return frame->inserted[i];
	return 0;
}
