#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "packet.h"
#include "strings.h"

#define PHASES	  8
#define TAKES_MAX (JSCOPE_SLOTS_MAX + 4) /* and the CPU, in whole groups of four */
#define BYTES_MAX 32			 /* of an array of bytes that becomes hexadecimal text */

static bool is_integer(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_INTEGER || type->kind == JSCOPE__CTF_ENUMERATION;
}

static bool is_list(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_ARRAY || type->kind == JSCOPE__CTF_SEQUENCE;
}

static bool is_text(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_STRING || (is_list(type) && type->elements_are_text);
}

static bool is_bytes(const struct jscope__ctf_type *type)
{
	return is_list(type) && type->element->kind == JSCOPE__CTF_INTEGER &&
	       type->element->integer.size_bits == 8 && !type->element->integer.is_signed;
}

/* The first field of that name, from the innermost scope out. */
static const struct jscope__ctf_field *field_find(const struct jscope__ctf_plan *plan,
						  const char *name)
{
	const struct jscope__ctf_field *field = NULL;

	for (unsigned i = plan->scope_count; !field && i > 0; i--)
		field = jscope__ctf_type_member(plan->scopes[i - 1], name);
	return field;
}

/* What can be made of a field; false where it is not what is wanted. */
static bool kind_of(const struct jscope__ctf_field *field, enum jscope_convert convert,
		    uint8_t *ret_kind)
{
	const struct jscope__ctf_type *type = field->type;

	if (convert == JSCOPE_CONVERT_STRING) {
		*ret_kind = is_text(type) ? JSCOPE__CTF_TAKE_TEXT : JSCOPE__CTF_TAKE_BYTES;
		return is_text(type) || is_bytes(type);
	}
	*ret_kind = convert == JSCOPE_CONVERT_INSTANT ? JSCOPE__CTF_TAKE_INSTANT
						      : JSCOPE__CTF_TAKE_BITS;
	return is_integer(type);
}

static bool packet_member(const struct jscope__ctf_stream_class *stream_class, const char *name,
			  uint32_t *ret_member)
{
	const struct jscope__ctf_type *context = stream_class->packet_context;
	const struct jscope__ctf_field *field = jscope__ctf_type_member(context, name);

	if (!field || !is_integer(field->type))
		return false;
	*ret_member = (uint32_t)(field - context->fields);
	return *ret_member < JSCOPE__CTF_PACKET_VALUES;
}

static void want_add(struct jscope__ctf_plan *plan,
		     const struct jscope__ctf_plan_question *question,
		     const struct jscope_want *want, unsigned slot)
{
	struct jscope__ctf_take *take = &plan->wanted[plan->wanted_count];
	const struct jscope__ctf_field *field;

	plan->missing[slot] = want->missing;
	*take = (struct jscope__ctf_take){ .slot = (uint8_t)slot };
	field = want->field ? field_find(plan, want->field) : NULL;
	if (field && kind_of(field, want->convert, &take->kind)) {
		take->field = field;
		plan->wanted_count++;
	} else if (!field && want->field && want->convert == JSCOPE_CONVERT_NONE &&
		   packet_member(question->stream_class, want->field, &take->at_bytes)) {
		take->kind = JSCOPE__CTF_TAKE_PACKET;
		plan->wanted_count++;
	} else if (want->field) {
		plan->has_missing = true;
	}
}

/* The CPU is told by packets, and only where they do not, by the event itself. */
static void cpu_add(struct jscope__ctf_plan *plan, const struct jscope__ctf_plan_question *question)
{
	static const struct jscope_want want = { "cpu_id", JSCOPE_CONVERT_NONE, 0 };
	uint32_t member;

	plan->cpu_slot = -1;
	if (packet_member(question->stream_class, want.field, &member) ||
	    !field_find(plan, want.field) || !is_integer(field_find(plan, want.field)->type))
		return;
	plan->cpu_slot = (int16_t)plan->slot_count;
	want_add(plan, question, &want, plan->slot_count);
}

static void load_compile(struct jscope__ctf_take *take, const struct jscope__ctf_integer *integer)
{
	if (take->kind != JSCOPE__CTF_TAKE_BITS || integer->is_big_endian ||
	    take->shift_bits + integer->size_bits > 64)
		return;
	take->kind = JSCOPE__CTF_TAKE_LOAD;
	take->mask = UINT64_MAX >> (64 - integer->size_bits);
	take->sign = integer->is_signed ? (uint64_t)1 << (integer->size_bits - 1) : 0;
}

/* A field at a known place; false where it lies across it. */
static bool take_place(struct jscope__ctf_take *take, uint64_t at_bits, uint64_t size_bits)
{
	const struct jscope__ctf_type *type = take->field->type;

	take->at_bytes = (uint32_t)(at_bits / 8);
	take->shift_bits = at_bits % 8;
	if (is_integer(type)) {
		take->size_bits = (uint8_t)type->integer.size_bits;
		load_compile(take, &type->integer);
		return true;
	}
	take->mask = size_bits / 8; /* TEXT, BYTES: how many bytes there are */
	return take->shift_bits == 0;
}

/* Of the layout under construction. */
struct builder {
	struct jscope__ctf_plan *plan;
	struct jscope__ctf_layout *layout;
	struct jscope__ctf_take *takes;
	uint64_t begin_bits, at_bits;
};

static bool field_lay(struct builder *builder, const struct jscope__ctf_field *field)
{
	const uint64_t padding_bits = -builder->at_bits & (field->type->align_bits - 1);
	const uint64_t at_bits = builder->at_bits + padding_bits;

	if (!jscope__ctf_type_fixed_size(field->type, at_bits, &builder->at_bits))
		return false;
	for (unsigned i = 0; i < builder->plan->wanted_count; i++) {
		struct jscope__ctf_take take = builder->plan->wanted[i];

		if (take.field != field)
			continue;
		if (!take_place(&take, at_bits - builder->begin_bits, builder->at_bits - at_bits))
			return false;
		builder->takes[builder->layout->take_count++] = take;
	}
	return true;
}

static bool scope_lay(struct builder *builder, const struct jscope__ctf_type *scope)
{
	builder->at_bits += -builder->at_bits & (scope->align_bits - 1);
	for (size_t i = 0; i < scope->field_count; i++)
		if (!field_lay(builder, &scope->fields[i]))
			return false;
	return true;
}

static void packet_takes_lay(struct builder *builder)
{
	for (unsigned i = 0; i < builder->plan->wanted_count; i++)
		if (builder->plan->wanted[i].kind == JSCOPE__CTF_TAKE_PACKET)
			builder->takes[builder->layout->take_count++] = builder->plan->wanted[i];
}

/* Sort the loads to the beginning and complete their last group; the others move up behind it. */
static void loads_first(struct jscope__ctf_layout *layout, struct jscope__ctf_take *takes)
{
	struct jscope__ctf_take loads[TAKES_MAX], others[TAKES_MAX];
	unsigned load_count = 0, other_count = 0;

	for (unsigned i = 0; i < layout->take_count; i++)
		if (takes[i].kind == JSCOPE__CTF_TAKE_LOAD)
			loads[load_count++] = takes[i];
		else
			others[other_count++] = takes[i];
	for (; load_count % 4; load_count++)
		loads[load_count] = loads[load_count - 1];
	memcpy(takes, loads, load_count * sizeof *takes);
	memcpy(takes + load_count, others, other_count * sizeof *takes);
	layout->load_count = (uint16_t)load_count;
	layout->take_count = (uint16_t)(load_count + other_count);
}

static bool needs_alignment(const struct jscope__ctf_plan *plan, unsigned align_bits)
{
	for (unsigned i = 0; i < plan->scope_count; i++)
		if (plan->scopes[i]->align_bits > align_bits)
			return true;
	return false;
}

/* Takes that a layout may have: the CPU is one, and loads come in groups of four. */
static size_t take_room(const struct jscope__ctf_plan *plan)
{
	return plan->slot_count + TAKES_MAX - JSCOPE_SLOTS_MAX;
}

static void layout_compile(struct jscope__ctf_plan *plan, unsigned phase)
{
	struct jscope__ctf_layout *layout = &plan->layouts[phase];
	struct builder builder = { .plan = plan,
				   .layout = layout,
				   .takes = plan->takes + phase * take_room(plan),
				   .begin_bits = 8 * phase,
				   .at_bits = 8 * phase };
	bool is_fixed = !needs_alignment(plan, 64);

	layout->takes = builder.takes;
	layout->plan = plan;
	layout->class_index = plan->class_index;
	layout->slot_count = plan->slot_count;
	layout->cpu_slot = plan->cpu_slot;
	for (unsigned i = 0; is_fixed && i < plan->scope_count; i++)
		is_fixed = scope_lay(&builder, plan->scopes[i]);
	builder.at_bits -= builder.begin_bits;
	if (is_fixed && builder.at_bits % 8 == 0 && builder.at_bits / 8 < JSCOPE__CTF_SIZE_VARIES) {
		packet_takes_lay(&builder);
		loads_first(layout, builder.takes);
		layout->size_bytes = (uint32_t)(builder.at_bits / 8);
	} else {
		layout->take_count = 0;
		layout->size_bytes = JSCOPE__CTF_SIZE_VARIES;
	}
	layout->has_rest = plan->has_missing || layout->take_count > layout->load_count;
}

static void scope_add(struct jscope__ctf_plan *plan, const struct jscope__ctf_type *scope)
{
	if (scope)
		plan->scopes[plan->scope_count++] = scope;
}

int jscope__ctf_plan_compile(const struct jscope__ctf_plan_question *question,
			     struct jscope__ctf_plan *ret_plan)
{
	struct jscope__ctf_plan *plan = ret_plan;

	memset(plan, 0, sizeof *plan);
	plan->class = question->class;
	plan->timebase = question->timebase;
	plan->class_index = question->class_index;
	plan->is_wanted = question->is_wanted;
	plan->slot_count = (uint16_t)question->want_count;
	scope_add(plan, question->stream_class->event_context);
	scope_add(plan, question->class->context);
	scope_add(plan, question->class->fields);
	plan->phase_mask = needs_alignment(plan, 8) ? PHASES - 1 : 0;
	plan->missing = calloc(take_room(plan), sizeof *plan->missing);
	plan->wanted = calloc(take_room(plan), sizeof *plan->wanted);
	plan->takes = calloc((plan->phase_mask + 1) * take_room(plan), sizeof *plan->takes);
	if (!plan->missing || !plan->wanted || !plan->takes) {
		jscope__ctf_plan_finish(plan);
		return -ENOMEM;
	}
	for (unsigned slot = 0; slot < question->want_count; slot++)
		want_add(plan, question, &question->wants[slot], slot);
	cpu_add(plan, question);
	for (unsigned phase = 0; phase <= plan->phase_mask; phase++)
		layout_compile(plan, phase);
	plan->walked = plan->layouts[0];
	plan->walked.size_bytes = JSCOPE__CTF_SIZE_VARIES;
	return 0;
}

void jscope__ctf_plan_finish(struct jscope__ctf_plan *plan)
{
	free(plan->missing);
	free(plan->wanted);
	free(plan->takes);
	memset(plan, 0, sizeof *plan);
}

bool jscope__ctf_plan_has_field(const struct jscope__ctf_stream_class *stream_class,
				const struct jscope__ctf_event_class *class, const char *name)
{
	return jscope__ctf_type_member(class->fields, name) ||
	       jscope__ctf_type_member(class->context, name) ||
	       jscope__ctf_type_member(stream_class->event_context, name) ||
	       jscope__ctf_type_member(stream_class->packet_context, name);
}

static int64_t text_intern(struct jscope__strings *strings, const uint8_t *bytes,
			   uint64_t size_bytes)
{
	return jscope__strings_intern(strings, (const char *)bytes, size_bytes);
}

static int64_t bytes_intern(struct jscope__strings *strings, const uint8_t *bytes,
			    uint64_t size_bytes)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * BYTES_MAX];
	size_t length = 0;

	if (size_bytes > BYTES_MAX)
		size_bytes = BYTES_MAX;
	for (uint64_t i = 0; i < size_bytes; i++) {
		text[length++] = digits[bytes[i] >> 4];
		text[length++] = digits[bytes[i] & 15];
	}
	return jscope__strings_intern(strings, text, length);
}

/* 0 is "never" in our vocabulary. */
static int64_t instant_of(const struct jscope__ctf_plan *plan, int64_t value)
{
	if (!value)
		return JSCOPE_NS_UNKNOWN;
	return jscope_add_sat(value < 0 ? INT64_MAX : value, plan->timebase->offset_ns);
}

static __attribute__((noinline)) int64_t
take_other(const struct jscope__ctf_plan *plan, const struct jscope__ctf_take *take,
	   const uint8_t *body, const int64_t *packet_values, struct jscope__strings *strings)
{
	const struct jscope__ctf_integer *integer;
	int64_t value;

	if (take->kind == JSCOPE__CTF_TAKE_PACKET)
		return packet_values[take->at_bytes];
	body += take->at_bytes;
	if (take->kind == JSCOPE__CTF_TAKE_TEXT)
		return text_intern(strings, body, take->mask);
	if (take->kind == JSCOPE__CTF_TAKE_BYTES)
		return bytes_intern(strings, body, take->mask);
	integer = &take->field->type->integer;
	value = jscope__ctf_bits_get(body, take->shift_bits, take->size_bits, integer->is_signed,
				     integer->is_big_endian);
	return take->kind == JSCOPE__CTF_TAKE_INSTANT ? instant_of(plan, value) : value;
}

void jscope__ctf_plan_take_rest(const struct jscope__ctf_layout *layout, const uint8_t *body,
				const int64_t *packet_values, struct jscope__strings *strings,
				int64_t *slots)
{
	const struct jscope__ctf_plan *plan = layout->plan;

	if (plan->has_missing)
		memcpy(slots, plan->missing, plan->slot_count * sizeof *slots);
	for (unsigned i = layout->load_count; i < layout->take_count; i++)
		slots[layout->takes[i].slot] =
			take_other(plan, &layout->takes[i], body, packet_values, strings);
}

/* A walk over an event, with the slots that it fills. */
struct taking {
	const struct jscope__ctf_plan *plan;
	struct jscope__strings *strings;
	int64_t *slots;
};

static int64_t value_take(const struct taking *taking, const struct jscope__ctf_take *take,
			  const struct jscope__ctf_value *value)
{
	switch (take->kind) {
	case JSCOPE__CTF_TAKE_TEXT:
		return text_intern(taking->strings, value->bytes, value->size_bytes);
	case JSCOPE__CTF_TAKE_BYTES:
		return bytes_intern(taking->strings, value->bytes, value->size_bytes);
	case JSCOPE__CTF_TAKE_INSTANT:
		return instant_of(taking->plan, value->integer);
	default:
		return value->integer;
	}
}

static void value_visit(void *state, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index,
			const struct jscope__ctf_value *value)
{
	const struct taking *taking = state;
	const struct jscope__ctf_plan *plan = taking->plan;

	(void)type;
	(void)index;
	if (!field)
		return;
	for (unsigned i = 0; i < plan->wanted_count; i++)
		if (plan->wanted[i].field == field)
			taking->slots[plan->wanted[i].slot] =
				value_take(taking, &plan->wanted[i], value);
}

int jscope__ctf_plan_walk(const struct jscope__ctf_plan *plan, struct jscope__ctf_cursor *cursor,
			  const int64_t *packet_values, struct jscope__strings *strings,
			  int64_t *slots)
{
	static const struct jscope__ctf_visitor visitor = { .value = value_visit };
	struct taking taking = { plan, strings, slots };
	int error = 0;

	if (slots) {
		memcpy(slots, plan->missing, plan->slot_count * sizeof *slots);
		for (unsigned i = 0; i < plan->wanted_count; i++)
			if (plan->wanted[i].kind == JSCOPE__CTF_TAKE_PACKET)
				slots[plan->wanted[i].slot] =
					packet_values[plan->wanted[i].at_bytes];
	}
	for (unsigned i = 0; !error && i < plan->scope_count; i++)
		error = jscope__ctf_walk(cursor, plan->scopes[i], slots ? &visitor : NULL, &taking);
	return error;
}
