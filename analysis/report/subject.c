#include "subject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static double share_of(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static enum jscope__trouble stream_trouble(const struct jscope__stream_row *row)
{
	const uint64_t *counts = row->counts;

	if (row->glitches || counts[JSCOPE_CLASS_MISSED])
		return JSCOPE__TROUBLE_FAILURE;
	if (counts[JSCOPE_CLASS_LATE])
		return JSCOPE__TROUBLE_LATE;
	if (counts[JSCOPE_CLASS_MERGED] || counts[JSCOPE_CLASS_EARLY] ||
	    counts[JSCOPE_CLASS_SPURIOUS])
		return JSCOPE__TROUBLE_MERGED;
	return row->partial_chains ? JSCOPE__TROUBLE_DOUBT : JSCOPE__TROUBLE_NONE;
}

/* From end to end where chains span their path, else the last stage that exists. */
static const struct jscope_hist *stream_hist(const struct jscope__stream_row *row)
{
	if (jscope_hist_count(row->end_to_end) > 0)
		return row->end_to_end;
	for (unsigned stage = JSCOPE_STAGE_COUNT; stage-- > 0;)
		if (jscope_hist_count(row->stages[stage]) > 0)
			return row->stages[stage];
	return NULL;
}

static struct jscope__subject stream_subject(const struct jscope__stream_row *row)
{
	const uint64_t bad =
		row->glitches + row->counts[JSCOPE_CLASS_MISSED] + row->counts[JSCOPE_CLASS_LATE];
	const bool has_buffer = jscope__headroom_frames(row) || row->glitches || row->rate_hz ||
				!strcmp(row->kind, "pcm");

	return (struct jscope__subject){ .stream = row,
					 .hist = stream_hist(row),
					 .trouble = stream_trouble(row),
					 .order = has_buffer ? 0 : 2,
					 .share = share_of(bad, row->points) };
}

static struct jscope__subject device_subject(const struct jscope__device_row *row)
{
	struct jscope__subject subject = { .device = row, .hist = row->latency, .order = 1 };

	if (row->errors)
		subject.trouble = JSCOPE__TROUBLE_FAILURE;
	else if (row->unmatched || row->censored)
		subject.trouble = JSCOPE__TROUBLE_DOUBT;
	subject.share = share_of(row->errors, row->requests);
	return subject;
}

/* Only what is late or failed comes before all that is not. */
static unsigned grave(const struct jscope__subject *subject)
{
	return subject->trouble >= JSCOPE__TROUBLE_LATE ? subject->trouble : 0;
}

static size_t place(const struct jscope__subject *subject)
{
	return subject->stream ? subject->stream->row.serial : subject->device->row.serial;
}

static int subject_compare(const void *from_a, const void *from_b)
{
	const struct jscope__subject *a = from_a, *b = from_b;
	const int64_t a_max = jscope_hist_max(a->hist), b_max = jscope_hist_max(b->hist);

	if (grave(a) != grave(b))
		return grave(a) > grave(b) ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->share != b->share)
		return a->share > b->share ? -1 : 1;
	if (a_max != b_max)
		return a_max > b_max ? -1 : 1;
	return (place(a) > place(b)) - (place(a) < place(b));
}

int jscope__subjects_init(struct jscope__subjects *subjects, const struct jscope_report *report)
{
	const size_t streams = jscope__table_count(report->streams);
	const size_t devices = jscope__table_count(report->devices);
	const bool has_timers = jscope__timer_count(report) > 1;

	*subjects = (struct jscope__subjects){ 0 };
	subjects->list = calloc(streams + devices + 1, sizeof subjects->list[0]);
	if (!subjects->list)
		return -ENOMEM;
	for (size_t i = 0; i < streams; i++) {
		const struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		if ((!has_timers || !jscope__row_is_timer(row)) && !jscope__row_is_line(row))
			subjects->list[subjects->count++] = stream_subject(row);
	}
	for (size_t i = 0; i < devices; i++)
		subjects->list[subjects->count++] =
			device_subject(jscope__table_at(report->devices, i));
	qsort(subjects->list, subjects->count, sizeof subjects->list[0], subject_compare);
	return 0;
}

void jscope__subjects_finish(struct jscope__subjects *subjects)
{
	free(subjects->list);
	*subjects = (struct jscope__subjects){ 0 };
}

uint64_t jscope__subjects_folded(const struct jscope_report *report)
{
	return jscope__table_folded(report->streams) + jscope__table_folded(report->devices);
}

char *jscope__subject_name(const struct jscope__subject *subject,
			   char text[JSCOPE__SUBJECT_NAME_SIZE])
{
	const char *first = subject->stream ? subject->stream->device : subject->device->device;
	const char *second = subject->stream ? subject->stream->stream : subject->device->name;

	snprintf(text, JSCOPE__SUBJECT_NAME_SIZE, "%s%s%s", first, second[0] ? " " : "", second);
	return text;
}
