#include "buffer_row.h"

void jscope__buffer_row_glitch(struct jscope__buffer_row *row, const struct jscope_glitch *glitch)
{
	if (glitch->cause < JSCOPE_CAUSE_COUNT)
		row->causes[glitch->cause]++;
	row->inferred += glitch->inferred;
	if (row->kept_count < JSCOPE__GLITCHES_KEPT)
		row->kept[row->kept_count++] =
			(struct jscope__kept_glitch){ glitch->at_ns, glitch->cause,
						      glitch->inferred };
}

static int64_t magnitude(int64_t frames)
{
	return frames < 0 ? jscope_sub_sat(0, frames) : frames;
}

static void defect_add(struct jscope__defect_row *row, const struct jscope__defect_row *more)
{
	if (!more->count)
		return;
	if (!row->count || more->first_ns < row->first_ns)
		row->first_ns = more->first_ns;
	if (magnitude(more->worst_frames) > magnitude(row->worst_frames))
		row->worst_frames = more->worst_frames;
	row->count += more->count;
}

void jscope__buffer_row_defect(struct jscope__buffer_row *row,
			       const struct jscope_position_defect *defect)
{
	const struct jscope__defect_row one = { 1, defect->at_ns, defect->error_frames };

	if (defect->defect < JSCOPE_DEFECT_COUNT)
		defect_add(&row->defects[defect->defect], &one);
	jscope__clock_break(&row->clock);
}

void jscope__buffer_row_position(struct jscope__buffer_row *row,
				 const struct jscope_position *position)
{
	jscope__clock_add(&row->clock, position);
	if (position->has_headroom)
		jscope__margin_add(&row->told, position->at_ns, position->headroom_frames,
				   position->stream->buffer_frames);
}

void jscope__buffer_row_close(struct jscope__buffer_row *row)
{
	jscope__margin_close(&row->served);
	jscope__margin_close(&row->told);
}

/* Clocks of several devices are none. */
void jscope__buffer_row_merge(struct jscope__buffer_row *row, const struct jscope__buffer_row *from)
{
	jscope__margin_merge(&row->served, &from->served);
	jscope__margin_merge(&row->told, &from->told);
	for (unsigned i = 0; i < JSCOPE_CAUSE_COUNT; i++)
		row->causes[i] += from->causes[i];
	row->inferred += from->inferred;
	for (unsigned i = 0; i < from->kept_count && row->kept_count < JSCOPE__GLITCHES_KEPT; i++)
		row->kept[row->kept_count++] = from->kept[i];
	for (unsigned i = 0; i < JSCOPE_DEFECT_COUNT; i++)
		defect_add(&row->defects[i], &from->defects[i]);
}

uint64_t jscope__buffer_row_defects(const struct jscope__buffer_row *row)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < JSCOPE_DEFECT_COUNT; i++)
		count += row->defects[i].count;
	return count;
}
