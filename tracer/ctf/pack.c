#include "pack.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the metadata says little-endian");

/* What goes before the fields of each event. */
struct event_head {
	uint16_t id;
	uint64_t at_ns;
	int32_t tid;
	char procname[JSCOPE__PROCNAME_SIZE];
} __attribute__((packed));

static struct jscope__ctf_target target;
static const int on = 1;
static const int off;

static uint8_t *begin(struct jscope__ctf_stream *stream, enum jscope_event_id id, size_t size,
		      jscope_ns at_ns)
{
	const struct jscope__present *present = target.present;
	const size_t head_size = sizeof(struct event_head);
	uint8_t *room = jscope__ctf_stream_room(stream, head_size + size, at_ns);
	struct event_head head = { (uint16_t)id, (uint64_t)at_ns, present->tid, "" };

	if (!room)
		return NULL;
	memcpy(head.procname, present->procname, sizeof head.procname);
	memcpy(room, &head, sizeof head);
	return room + sizeof head;
}

static uint8_t *begin_event(enum jscope_event_id id, size_t size)
{
	return begin(&target.streams[target.present->cpu], id, size,
		     jscope__present_stamp(target.present));
}

/* Truth is told of the record before it, and takes no time. */
static uint8_t *begin_truth(enum jscope_event_id id, size_t size)
{
	return begin(target.truth, id, size, jscope__present_clock(target.present));
}

/* Which of the two, decided by the compiler. */
#define IS_TRUTH(name) (#name[0] == 't' && #name[1] == 'r' && #name[2] == 'u' && #name[3] == 't')

#define FIELD(name, type, unit, sentence) +sizeof(((record *)0)->name)
#define EVENT(name, sentence, fields)                                                              \
	static size_t size_##name(void)                                                            \
	{                                                                                          \
		typedef struct jscope_event_##name record;                                         \
		return 0 JSCOPE_COMMON_FIELDS fields;                                              \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#define FIELD(name, type, unit, sentence)                                                          \
	memcpy(at, &event->name, sizeof event->name);                                              \
	at += sizeof event->name;
#define EVENT(name, sentence, fields)                                                              \
	static void pack_##name(const void *given)                                                 \
	{                                                                                          \
		const struct jscope_event_##name *event = given;                                   \
		uint8_t *at = IS_TRUTH(name) ? begin_truth(JSCOPE_EVENT_##name, size_##name())     \
					     : begin_event(JSCOPE_EVENT_##name, size_##name());    \
		if (!at)                                                                           \
			return;                                                                    \
		JSCOPE_COMMON_FIELDS                                                               \
		fields                                                                             \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) { &on, pack_##name },
static const struct jscope_probe_point points[JSCOPE_EVENT_COUNT] = {
#include "jscope/events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

void jscope__ctf_pack_attach(const struct jscope__ctf_target *new_target)
{
	target = *new_target;
	memcpy(jscope_probe_points, points, sizeof points);
}

void jscope__ctf_pack_release(void)
{
	for (size_t i = 0; i < JSCOPE_EVENT_COUNT; i++)
		jscope_probe_points[i] = (struct jscope_probe_point){ &off, NULL };
}
