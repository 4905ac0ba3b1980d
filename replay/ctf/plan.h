/*
 * What to take from the events of a class: compiled once, from the class and the slots that are
 * wanted of it. Read-only while decoding.
 *
 * Where all fields have fixed sizes a plan has a layout: the size of the event behind its header,
 * and a list of loads. Padding depends on where an event begins, so there is a layout for each
 * position modulo 8 bytes. Everything else is walked over, field by field.
 */
#ifndef REPLAY_CTF_PLAN_H
#define REPLAY_CTF_PLAN_H

#include "bits.h"
#include "replay/reader.h"
#include "timebase.h"
#include "walk.h"

struct jscope__strings; /* replay/strings.h */

enum jscope__ctf_take_kind {
	JSCOPE__CTF_TAKE_LOAD,	  /* little endian, within eight bytes of a whole byte */
	JSCOPE__CTF_TAKE_BITS,	  /* any other integer */
	JSCOPE__CTF_TAKE_INSTANT, /* an integer in nanoseconds of the stream's clock */
	JSCOPE__CTF_TAKE_TEXT,	  /* bytes, up to the first zero */
	JSCOPE__CTF_TAKE_BYTES,	  /* bytes, as hexadecimal text */
	JSCOPE__CTF_TAKE_PACKET,  /* a member of the packet context, by its number */
};

/* How one slot is filled. */
struct jscope__ctf_take {
	uint32_t at_bytes; /* behind the header; PACKET: number of the member */
	uint8_t slot;
	uint8_t kind; /* enum jscope__ctf_take_kind */
	uint8_t shift_bits, size_bits;
	uint64_t mask, sign;		       /* LOAD */
	const struct jscope__ctf_field *field; /* of the scope that has it */
};

/* Events of this size are walked over. */
#define JSCOPE__CTF_SIZE_VARIES UINT32_MAX

struct jscope__ctf_plan;

/* What delivering an event needs, in one cache line. */
struct jscope__ctf_layout {
	uint32_t size_bytes; /* JSCOPE__CTF_SIZE_VARIES: such an event is walked over */
	/* The loads come first, in groups of four: the last one fills its group by repetition. */
	uint16_t load_count, take_count;
	uint16_t class_index;
	uint16_t slot_count;
	int16_t cpu_slot; /* behind the others; -1 where packets tell the CPU, or nobody does */
	bool has_rest;	  /* some slots are missing, or no loads */
	const struct jscope__ctf_take *takes; /* owned by the plan */
	const struct jscope__ctf_plan *plan;
};

struct jscope__ctf_plan {
	const struct jscope__ctf_event_class *class;
	/* Common context, context and fields of an event, as far as there are any. */
	const struct jscope__ctf_type *scopes[3];
	unsigned scope_count;
	uint16_t class_index;
	uint16_t slot_count;
	bool is_wanted;	  /* else such events are counted only */
	int16_t cpu_slot; /* behind the others; -1 where packets tell the CPU, or nobody does */
	bool has_missing; /* some slots are not filled by any take */
	int64_t *missing; /* owned: what slots are before they are filled */
	const struct jscope__ctf_timebase *timebase;
	unsigned phase_mask; /* 0 where padding is the same everywhere, else 7 */
	struct jscope__ctf_layout layouts[8];
	struct jscope__ctf_layout walked; /* of any event, wherever it begins, field by field */
	struct jscope__ctf_take *takes;	  /* owned: of all layouts */
	/* Of events that are walked over: which fields go where. */
	struct jscope__ctf_take *wanted; /* owned */
	unsigned wanted_count;
};

/* What a plan is made for. */
struct jscope__ctf_plan_question {
	const struct jscope__ctf_stream_class *stream_class;
	const struct jscope__ctf_event_class *class;
	const struct jscope__ctf_timebase *timebase; /* outlives the plan */
	uint16_t class_index;
	bool is_wanted;
	const struct jscope_want *wants;
	unsigned want_count; /* at most JSCOPE_SLOTS_MAX */
};

/* Returns 0 or -ENOMEM. */
int jscope__ctf_plan_compile(const struct jscope__ctf_plan_question *question,
			     struct jscope__ctf_plan *ret_plan);
void jscope__ctf_plan_finish(struct jscope__ctf_plan *plan);

/* Whether the class has a field of that name in any scope, packet context included. */
bool jscope__ctf_plan_has_field(const struct jscope__ctf_stream_class *stream_class,
				const struct jscope__ctf_event_class *class, const char *name);

/* What the loads of a layout leave: the slots that are missing, and fields that are no loads. */
void jscope__ctf_plan_take_rest(const struct jscope__ctf_layout *layout, const uint8_t *body,
				const int64_t *packet_values, struct jscope__strings *strings,
				int64_t *slots);

static inline void jscope__ctf_load(const struct jscope__ctf_take *take, const uint8_t *body,
				    int64_t *slots)
{
	const uint64_t word = jscope__ctf_load64(body + take->at_bytes, false);

	slots[take->slot] =
		(int64_t)((((word >> take->shift_bits) & take->mask) ^ take->sign) - take->sign);
}

/*
 * Fill the slots of an event whose layout is fixed, and which lies there as a whole.
 * packet_values: of the members of the packet context. slots: room for JSCOPE_SLOTS_MAX + 1.
 */
static inline void jscope__ctf_plan_take(const struct jscope__ctf_layout *layout,
					 const uint8_t *body, const int64_t *packet_values,
					 struct jscope__strings *strings, int64_t *slots)
{
	const struct jscope__ctf_take *take = layout->takes;
	const struct jscope__ctf_take *const end = take + layout->load_count;

	if (layout->has_rest)
		jscope__ctf_plan_take_rest(layout, body, packet_values, strings, slots);
	for (; take < end; take += 4) {
		jscope__ctf_load(take, body, slots);
		jscope__ctf_load(take + 1, body, slots);
		jscope__ctf_load(take + 2, body, slots);
		jscope__ctf_load(take + 3, body, slots);
	}
}

/*
 * Walk over an event behind its header. slots: NULL where only its end is wanted. Returns as
 * jscope__ctf_walk().
 */
int jscope__ctf_plan_walk(const struct jscope__ctf_plan *plan, struct jscope__ctf_cursor *cursor,
			  const int64_t *packet_values, struct jscope__strings *strings,
			  int64_t *slots);

#endif
