#include "playback/history.h"

void jscope_history_init(struct jscope_history *history)
{
	history->newest = 0;
	history->held = 0;
}

/* 0: the newest one. NULL where there is none so old. */
static const struct jscope_history_stretch *stretch_of(const struct jscope_history *history,
						       unsigned age)
{
	return age < history->held ? &history->stretches[(history->newest + age) % 2] : NULL;
}

static struct jscope_history_stretch *stretch_begin(struct jscope_history *history,
						    const struct jscope_scene *scene)
{
	struct jscope_history_stretch *stretch;

	history->newest = (history->newest + 1) % 2;
	if (history->held < 2)
		history->held++;
	stretch = &history->stretches[history->newest];
	jscope_scene_copy(&stretch->begin, scene);
	stretch->count = 0;
	return stretch;
}

void jscope_history_add(struct jscope_history *history, const struct jscope_scene *scene,
			const struct jscope_record *record)
{
	struct jscope_history_stretch *stretch = &history->stretches[history->newest];

	if (!history->held || stretch->count == JSCOPE_STRETCH_RECORDS)
		stretch = stretch_begin(history, scene);
	jscope_record_copy(&stretch->records[stretch->count++], record);
}

const struct jscope_record *jscope_history_record(const struct jscope_history *history,
						  uint64_t index)
{
	const struct jscope_history_stretch *stretch;

	for (unsigned age = 0; (stretch = stretch_of(history, age)); age++)
		if (index >= stretch->begin.applied &&
		    index < stretch->begin.applied + stretch->count)
			return &stretch->records[index - stretch->begin.applied];
	return NULL;
}

const struct jscope_scene *jscope_history_before(const struct jscope_history *history,
						 uint64_t index)
{
	const struct jscope_history_stretch *stretch;

	for (unsigned age = 0; (stretch = stretch_of(history, age)); age++)
		if (stretch->begin.applied <= index)
			return &stretch->begin;
	return NULL;
}

const struct jscope_scene *jscope_history_before_instant(const struct jscope_history *history,
							 jscope_ns at_ns)
{
	const struct jscope_history_stretch *stretch;

	for (unsigned age = 0; (stretch = stretch_of(history, age)); age++)
		if (stretch->begin.at_ns <= at_ns)
			return &stretch->begin;
	return NULL;
}
