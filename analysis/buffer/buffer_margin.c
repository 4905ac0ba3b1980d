#include "buffer_margin.h"

#include <string.h>

static unsigned step_of(int64_t frames, uint32_t buffer_frames)
{
	if (frames < 0)
		return 0;
	if (frames >= buffer_frames)
		return JSCOPE__MARGIN_STEPS - 1;
	return 1 + (unsigned)(frames * 10 / buffer_frames);
}

static bool is_worse(const struct jscope__margin_second *a, const struct jscope__margin_second *b)
{
	return a->frames < b->frames || (a->frames == b->frames && a->number < b->number);
}

static void worst_add(struct jscope__margin *margin, struct jscope__margin_second second)
{
	unsigned i = margin->worst_count;

	if (i == JSCOPE__MARGIN_WORST && !is_worse(&second, &margin->worst[--i]))
		return;
	if (margin->worst_count < JSCOPE__MARGIN_WORST)
		margin->worst_count++;
	for (; i > 0 && is_worse(&second, &margin->worst[i - 1]); i--)
		margin->worst[i] = margin->worst[i - 1];
	margin->worst[i] = second;
}

static void oldest_close(struct jscope__margin *margin)
{
	margin->seconds++;
	worst_add(margin, margin->open[0]);
	margin->open_count--;
	memmove(&margin->open[0], &margin->open[1], margin->open_count * sizeof margin->open[0]);
}

static void second_add(struct jscope__margin *margin, int64_t number, int64_t frames)
{
	unsigned i = 0;

	while (i < margin->open_count && margin->open[i].number < number)
		i++;
	if (i < margin->open_count && margin->open[i].number == number) {
		if (frames < margin->open[i].frames)
			margin->open[i].frames = frames;
		return;
	}
	/* One that is older than all that are open may be over, and be told twice. */
	if (i == 0 && margin->open_count &&
	    (margin->seconds || margin->open_count == JSCOPE__MARGIN_OPEN)) {
		margin->left_out++;
		return;
	}
	if (margin->open_count == JSCOPE__MARGIN_OPEN) {
		oldest_close(margin);
		i--;
	}
	memmove(&margin->open[i + 1], &margin->open[i],
		(margin->open_count - i) * sizeof margin->open[0]);
	margin->open[i] = (struct jscope__margin_second){ number, frames };
	margin->open_count++;
}

void jscope__margin_add(struct jscope__margin *margin, jscope_ns at_ns, int64_t frames,
			uint32_t buffer_frames)
{
	if (buffer_frames)
		margin->steps[step_of(frames, buffer_frames)]++;
	else
		margin->unsized++;
	second_add(margin, at_ns / JSCOPE_NS_PER_SEC - (at_ns % JSCOPE_NS_PER_SEC < 0), frames);
}

void jscope__margin_close(struct jscope__margin *margin)
{
	while (margin->open_count)
		oldest_close(margin);
}

void jscope__margin_merge(struct jscope__margin *margin, const struct jscope__margin *from)
{
	for (unsigned i = 0; i < JSCOPE__MARGIN_STEPS; i++)
		margin->steps[i] += from->steps[i];
	margin->unsized += from->unsized;
	margin->seconds += from->seconds + from->open_count;
	margin->left_out += from->left_out;
	for (unsigned i = 0; i < from->worst_count; i++)
		worst_add(margin, from->worst[i]);
	for (unsigned i = 0; i < from->open_count; i++)
		worst_add(margin, from->open[i]);
}
