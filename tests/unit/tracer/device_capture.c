#include "device_capture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct capture_event events[CAPTURE_MAX];
static size_t event_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const int on = 1;

static void keep(enum jscope_event_id id, const void *event, size_t size)
{
	pthread_mutex_lock(&mutex);
	if (event_count == CAPTURE_MAX)
		abort();
	events[event_count].id = id;
	memcpy(&events[event_count].as, event, size);
	event_count++;
	pthread_mutex_unlock(&mutex);
}

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields)                                                              \
	static void emit_##name(const void *event)                                                 \
	{                                                                                          \
		keep(JSCOPE_EVENT_##name, event, sizeof(struct jscope_event_##name));              \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) { &on, emit_##name },
static const struct jscope_probe_point points[JSCOPE_EVENT_COUNT] = {
#include "jscope/events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

void capture_start(void)
{
	memcpy(jscope_probe_points, points, sizeof points);
	event_count = 0;
}

size_t capture_count(void)
{
	return event_count;
}

const struct capture_event *capture_at(size_t index)
{
	return &events[index];
}

size_t capture_count_of(enum jscope_event_id id)
{
	size_t count = 0;

	for (size_t i = 0; i < event_count; i++)
		count += events[i].id == id;
	return count;
}

const struct capture_event *capture_last_of(enum jscope_event_id id)
{
	for (size_t i = event_count; i > 0; i--)
		if (events[i - 1].id == id)
			return &events[i - 1];
	return NULL;
}
