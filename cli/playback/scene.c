#include "playback/scene.h"

#include <string.h>

#include "common/name.h"

void jscope_scene_init(struct jscope_scene *scene)
{
	scene->applied = 0;
	scene->at_ns = JSCOPE_NS_UNKNOWN;
	scene->subject_count = 0;
	scene->homeless = 0;
	scene->listed = 0;
}

static bool is_of(const struct jscope_subject *subject, const struct jscope_record *record)
{
	bool is_request = record->what == JSCOPE_RECORD_REQUEST;

	if (subject->has_requests != is_request)
		return false;
	return is_request ? strcmp(subject->chain.device, record->device) == 0
			  : subject->stream.index == record->stream.index;
}

static unsigned subject_find(struct jscope_scene *scene, const struct jscope_record *record)
{
	struct jscope_subject *subject;

	for (unsigned i = 0; i < scene->subject_count; i++)
		if (is_of(&scene->subjects[i], record))
			return i;
	if (scene->subject_count == JSCOPE_SUBJECTS_MAX)
		return JSCOPE_SUBJECT_NONE;
	subject = &scene->subjects[scene->subject_count];
	memset(subject, 0, sizeof *subject);
	subject->has_requests = record->what == JSCOPE_RECORD_REQUEST;
	return scene->subject_count++;
}

static bool is_notable(const struct jscope_record *record)
{
	switch (record->what) {
	case JSCOPE_RECORD_NOTIFICATION:
		return record->notification.class == JSCOPE_CLASS_LATE ||
		       record->notification.class == JSCOPE_CLASS_MISSED;
	case JSCOPE_RECORD_REQUEST:
		return record->request.completed && record->request.status != 0;
	case JSCOPE_RECORD_GLITCH:
		return true;
	case JSCOPE_RECORD_POSITION:
	case JSCOPE_RECORD_DEFECT:
	case JSCOPE_RECORD_WHAT_COUNT:
		break;
	}
	return false;
}

static void subject_apply(struct jscope_subject *subject, const struct jscope_record *record)
{
	if (!subject->has_requests)
		subject->stream = record->stream;
	switch (record->what) {
	case JSCOPE_RECORD_NOTIFICATION:
	case JSCOPE_RECORD_REQUEST:
		jscope_record_copy(&subject->chain, record);
		subject->has_chain = true;
		subject->chains++;
		subject->late += is_notable(record);
		break;
	case JSCOPE_RECORD_POSITION:
		jscope_record_copy(&subject->position, record);
		subject->has_position = true;
		break;
	case JSCOPE_RECORD_DEFECT:
		subject->defects++;
		break;
	case JSCOPE_RECORD_GLITCH:
		jscope_record_copy(&subject->glitch, record);
		subject->has_glitch = true;
		subject->glitches++;
		break;
	case JSCOPE_RECORD_WHAT_COUNT:
		break;
	}
}

static void line_add(struct jscope_scene *scene, const struct jscope_record *record,
		     const struct jscope_scene_step *step)
{
	struct jscope_scene_line *line = &scene->lines[scene->listed++ % JSCOPE_LINES_MAX];

	jscope_record_copy(&line->record, record);
	line->subject = step->subject;
	line->is_notable = step->is_notable;
}

jscope_ns jscope_scene_instant(const struct jscope_scene *scene, const struct jscope_record *record)
{
	return record->at_ns > scene->at_ns ? record->at_ns : scene->at_ns;
}

struct jscope_scene_step jscope_scene_apply(struct jscope_scene *scene,
					    const struct jscope_record *record,
					    unsigned listed_what)
{
	struct jscope_scene_step step = { subject_find(scene, record), is_notable(record) };

	scene->applied++;
	scene->at_ns = jscope_scene_instant(scene, record);
	if (step.subject == JSCOPE_SUBJECT_NONE)
		scene->homeless++;
	else
		subject_apply(&scene->subjects[step.subject], record);
	if (jscope_record_bit(record) & listed_what)
		line_add(scene, record, &step);
	return step;
}

static void subject_copy(struct jscope_subject *copy, const struct jscope_subject *subject)
{
	*copy = *subject;
	jscope_record_copy(&copy->chain, &subject->chain);
	jscope_record_copy(&copy->position, &subject->position);
	jscope_record_copy(&copy->glitch, &subject->glitch);
}

void jscope_scene_copy(struct jscope_scene *copy, const struct jscope_scene *scene)
{
	const uint64_t lines = scene->listed < JSCOPE_LINES_MAX ? scene->listed : JSCOPE_LINES_MAX;

	copy->applied = scene->applied;
	copy->at_ns = scene->at_ns;
	copy->subject_count = scene->subject_count;
	copy->homeless = scene->homeless;
	copy->listed = scene->listed;
	for (unsigned i = 0; i < scene->subject_count; i++)
		subject_copy(&copy->subjects[i], &scene->subjects[i]);
	for (uint64_t i = 0; i < lines; i++) {
		copy->lines[i] = scene->lines[i];
		jscope_record_copy(&copy->lines[i].record, &scene->lines[i].record);
	}
}

static unsigned rank_of(const struct jscope_subject *subject)
{
	if (subject->has_requests)
		return 2;
	return 8u * subject->has_position + 4u * jscope_kind_has_buffer(subject->stream.kind) +
	       !jscope_kind_is_aside(subject->stream.kind);
}

unsigned jscope_scene_favourite(const struct jscope_scene *scene)
{
	unsigned best = 0;

	for (unsigned i = 1; i < scene->subject_count; i++)
		if (rank_of(&scene->subjects[i]) > rank_of(&scene->subjects[best]))
			best = i;
	return scene->subject_count ? best : JSCOPE_SUBJECT_NONE;
}

char *jscope_subject_name(char *text, size_t size, const struct jscope_subject *subject)
{
	char device[JSCOPE_RECORD_DEVICE_SIZE], stream[JSCOPE_RECORD_DEVICE_SIZE];

	if (subject->has_requests) {
		snprintf(text, size, "requests of %s",
			 jscope_name_clean(device, sizeof device, subject->chain.device));
		return text;
	}
	jscope_name_clean(device, sizeof device, subject->stream.device);
	jscope_name_clean(stream, sizeof stream, subject->stream.stream);
	snprintf(text, size, "%s%s%s", device, stream[0] ? " " : "", stream);
	return text;
}
