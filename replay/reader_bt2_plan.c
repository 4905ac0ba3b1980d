#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "reader_bt2.h"

bool jscope__bt2_stream_is_hidden(const struct jscope__bt2 *reader,
				  const bt_stream_class *stream_class)
{
	static const char truth[] = "jscope:truth_";
	uint64_t count = bt_stream_class_get_event_class_count(stream_class);

	if (reader->flags & JSCOPE_READER_TEXT)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		const char *name = bt_event_class_get_name(
			bt_stream_class_borrow_event_class_by_index_const(stream_class, i));

		if (!name || strncmp(name, truth, sizeof truth - 1) != 0)
			return false;
	}
	return count > 0;
}

static const bt_field_class *scope_class(const bt_event_class *event_class,
					 enum jscope__bt2_scope scope)
{
	const bt_stream_class *stream_class = bt_event_class_borrow_stream_class_const(event_class);

	switch (scope) {
	case JSCOPE__BT2_PAYLOAD:
		return bt_event_class_borrow_payload_field_class_const(event_class);
	case JSCOPE__BT2_SPECIFIC:
		return bt_event_class_borrow_specific_context_field_class_const(event_class);
	case JSCOPE__BT2_COMMON:
		return bt_stream_class_borrow_event_common_context_field_class_const(stream_class);
	case JSCOPE__BT2_PACKET:
		return bt_stream_class_supports_packets(stream_class)
			       ? bt_stream_class_borrow_packet_context_field_class_const(
					 stream_class)
			       : NULL;
	default:
		return NULL;
	}
}

static const bt_field *scope_field(const bt_event *event, enum jscope__bt2_scope scope)
{
	switch (scope) {
	case JSCOPE__BT2_PAYLOAD:
		return bt_event_borrow_payload_field_const(event);
	case JSCOPE__BT2_SPECIFIC:
		return bt_event_borrow_specific_context_field_const(event);
	case JSCOPE__BT2_COMMON:
		return bt_event_borrow_common_context_field_const(event);
	case JSCOPE__BT2_PACKET:
		/* Only classes that support packets get a slot of this scope. */
		return bt_packet_borrow_context_field_const(bt_event_borrow_packet_const(event));
	default:
		return NULL;
	}
}

/* The field of that name in a scope; returns its class, or NULL. */
static const bt_field_class *member_find(const bt_event_class *event_class, const char *name,
					 enum jscope__bt2_scope scope, uint64_t *ret_member)
{
	const bt_field_class *class = scope_class(event_class, scope);
	const uint64_t count = class ? bt_field_class_structure_get_member_count(class) : 0;

	for (uint64_t i = 0; i < count; i++) {
		const bt_field_class_structure_member *member =
			bt_field_class_structure_borrow_member_by_index_const(class, i);

		if (strcmp(bt_field_class_structure_member_get_name(member), name) != 0)
			continue;
		*ret_member = i;
		return bt_field_class_structure_member_borrow_field_class_const(member);
	}
	return NULL;
}

/* The first field of that name; returns its class, or NULL. */
static const bt_field_class *field_find(const bt_event_class *event_class, const char *name,
					enum jscope__bt2_scope *ret_scope, uint64_t *ret_member)
{
	const bt_field_class *class = NULL;

	for (int scope = 0; !class && scope < JSCOPE__BT2_SCOPE_COUNT; scope++) {
		*ret_scope = scope;
		class = member_find(event_class, name, scope, ret_member);
	}
	return class;
}

static enum jscope__bt2_take take_integer(bt_field_class_type type)
{
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return JSCOPE__BT2_TAKE_UNSIGNED;
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
		return JSCOPE__BT2_TAKE_SIGNED;
	if (type == BT_FIELD_CLASS_TYPE_BOOL)
		return JSCOPE__BT2_TAKE_BOOL;
	if (type == BT_FIELD_CLASS_TYPE_BIT_ARRAY)
		return JSCOPE__BT2_TAKE_BITS;
	return JSCOPE__BT2_TAKE_NONE;
}

static enum jscope__bt2_take take_of_instant(enum jscope__bt2_take take)
{
	if (take == JSCOPE__BT2_TAKE_UNSIGNED)
		return JSCOPE__BT2_TAKE_INSTANT;
	return take == JSCOPE__BT2_TAKE_SIGNED ? JSCOPE__BT2_TAKE_SIGNED_INSTANT
					       : JSCOPE__BT2_TAKE_NONE;
}

static bool is_array_of_unsigned(const bt_field_class *class, bt_field_class_type type)
{
	const bt_field_class *element;

	if (!bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_ARRAY))
		return false;
	element = bt_field_class_array_borrow_element_field_class_const(class);
	return bt_field_class_type_is(bt_field_class_get_type(element),
				      BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER);
}

static enum jscope__bt2_take take_of(const bt_field_class *class, enum jscope_convert convert)
{
	bt_field_class_type type = bt_field_class_get_type(class);

	switch (convert) {
	case JSCOPE_CONVERT_NONE:
		return take_integer(type);
	case JSCOPE_CONVERT_INSTANT:
		return take_of_instant(take_integer(type));
	case JSCOPE_CONVERT_STRING:
		if (type == BT_FIELD_CLASS_TYPE_STRING)
			return JSCOPE__BT2_TAKE_STRING;
		return is_array_of_unsigned(class, type) ? JSCOPE__BT2_TAKE_BYTES
							 : JSCOPE__BT2_TAKE_NONE;
	}
	return JSCOPE__BT2_TAKE_NONE;
}

static void slot_compile(const bt_event_class *event_class, const struct jscope_want *want,
			 struct jscope__bt2_slot *slot)
{
	const bt_field_class *class = NULL;

	if (want->field)
		class = field_find(event_class, want->field, &slot->scope, &slot->member);

	slot->take = class ? take_of(class, want->convert) : JSCOPE__BT2_TAKE_NONE;
	slot->missing = want->missing;
}

/* CPU of the packet, and only where packets do not tell, of the event. */
static void cpu_compile(const bt_event_class *event_class, struct jscope__bt2_slot *slot)
{
	const struct jscope_want want = { "cpu_id", JSCOPE_CONVERT_NONE, 0 };
	const bt_field_class *class =
		member_find(event_class, want.field, JSCOPE__BT2_PACKET, &slot->member);

	if (!class) {
		slot_compile(event_class, &want, slot);
		return;
	}
	slot->scope = JSCOPE__BT2_PACKET;
	slot->take = take_of(class, want.convert);
	slot->missing = want.missing;
}

static int clock_compile(struct jscope__bt2 *reader, const bt_stream_class *stream_class,
			 struct jscope__bt2_plan *plan)
{
	const bt_clock_class *clock =
		bt_stream_class_borrow_default_clock_class_const(stream_class);
	int64_t seconds;
	uint64_t cycles, frequency;
	const char *name;

	if (!clock)
		return jscope_error(-EBADMSG,
				    "The trace '%s' has no clock: its events cannot be put in time "
				    "order. Record with a tracer that stamps its events.",
				    reader->path);
	frequency = bt_clock_class_get_frequency(clock);
	bt_clock_class_get_offset(clock, &seconds, &cycles);
	plan->clock_offset_ns = jscope_add_sat(
		jscope_muldiv(seconds, JSCOPE_NS_PER_SEC, 1),
		jscope_muldiv(cycles > INT64_MAX ? INT64_MAX : (int64_t)cycles, JSCOPE_NS_PER_SEC,
			      frequency > INT64_MAX ? INT64_MAX : (int64_t)frequency));
	name = bt_clock_class_get_name(clock);
	if (!reader->info.clock) {
		snprintf(reader->clock, sizeof reader->clock, "%s", name ? name : "unnamed");
		reader->info.clock = reader->clock;
	}
	return 0;
}

static const char *environment_get(const bt_trace *trace, const char *name)
{
	const bt_value *value = bt_trace_borrow_environment_entry_value_by_name_const(trace, name);

	return value && bt_value_is_string(value) ? bt_value_string_get(value) : "";
}

static int plan_compile(struct jscope__bt2 *reader, const bt_stream *stream,
			const bt_event_class *event_class, struct jscope__bt2_plan *plan)
{
	const bt_trace *trace = bt_stream_borrow_trace_const(stream);
	const char *name = bt_event_class_get_name(event_class);
	const struct jscope_event_class told = {
		.index = plan->index,
		.name = name ? name : "",
		.domain = environment_get(trace, "domain"),
		.tracer = environment_get(trace, "tracer_name"),
		.probe_cost = environment_get(trace, "jscope_probe_cost_ns"),
	};
	const struct jscope_want *wants = NULL;
	int count;

	plan->is_hidden = jscope__bt2_stream_is_hidden(
		reader, bt_event_class_borrow_stream_class_const(event_class));
	if (plan->is_hidden)
		return 0;
	reader->announcing = event_class;
	count = reader->announce(reader->announce_state, &told, &wants);
	reader->announcing = NULL;
	if (count < 0)
		return count;
	if (count > JSCOPE_SLOTS_MAX)
		return jscope_error(-E2BIG, "Event '%s': %d fields wanted, at most %d.", told.name,
				    count, JSCOPE_SLOTS_MAX);
	plan->count = (unsigned)count;
	for (int i = 0; i < count; i++)
		slot_compile(event_class, &wants[i], &plan->slots[i]);
	cpu_compile(event_class, &plan->cpu);
	return clock_compile(reader, bt_event_class_borrow_stream_class_const(event_class), plan);
}

static struct jscope_key pointer_key(const void *pointer)
{
	return (struct jscope_key){ 0, (uintptr_t)pointer };
}

int jscope__bt2_plan_get(struct jscope__bt2 *reader, const bt_stream *stream,
			 const bt_event_class *event_class, struct jscope__bt2_plan **ret_plan)
{
	struct jscope__bt2_plan **known = jscope_map_get(reader->plans, pointer_key(event_class));
	struct jscope__bt2_plan *plan;
	int error;

	if (known) {
		*ret_plan = *known;
		return 0;
	}
	plan = calloc(1, sizeof *plan);
	known = plan ? jscope_map_put(reader->plans, pointer_key(event_class)) : NULL;
	if (!known) {
		free(plan);
		return jscope_error(-E2BIG, "The trace '%s' has more than %d event classes.",
				    reader->path, JSCOPE__BT2_CLASSES);
	}
	*known = plan; /* from here on the map owns it */
	plan->event_class = event_class;
	bt_event_class_get_ref(event_class);
	plan->index = reader->class_count++;
	error = plan_compile(reader, stream, event_class, plan);
	if (error < 0)
		return error;
	*ret_plan = plan;
	return 0;
}

bool jscope__bt2_class_has(struct jscope_reader *base, const char *field)
{
	struct jscope__bt2 *reader = (struct jscope__bt2 *)base;
	enum jscope__bt2_scope scope;
	uint64_t member;

	return reader->announcing && field_find(reader->announcing, field, &scope, &member);
}

static int64_t take_instant(const struct jscope__bt2_plan *plan, uint64_t value)
{
	if (!value)
		return JSCOPE_NS_UNKNOWN;
	return jscope_add_sat(value > INT64_MAX ? INT64_MAX : (int64_t)value,
			      plan->clock_offset_ns);
}

static int64_t take_bytes(struct jscope__bt2 *reader, const bt_field *field)
{
	enum { BYTES_MAX = 32 };
	uint64_t length = bt_field_array_get_length(field);
	char text[2 * BYTES_MAX + 1] = "";

	if (length > BYTES_MAX)
		length = BYTES_MAX;
	for (uint64_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x",
			 (unsigned)(bt_field_integer_unsigned_get_value(
					    bt_field_array_borrow_element_field_by_index_const(
						    field, i)) &
				    0xff));
	return jscope__strings_intern(reader->strings, text, 2 * length);
}

static int64_t slot_take(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			 const struct jscope__bt2_slot *slot, const bt_field *scope)
{
	const bt_field *field;

	if (slot->take == JSCOPE__BT2_TAKE_NONE || !scope)
		return slot->missing;
	field = bt_field_structure_borrow_member_field_by_index_const(scope, slot->member);
	switch (slot->take) {
	case JSCOPE__BT2_TAKE_UNSIGNED:
		return (int64_t)bt_field_integer_unsigned_get_value(field);
	case JSCOPE__BT2_TAKE_SIGNED:
		return bt_field_integer_signed_get_value(field);
	case JSCOPE__BT2_TAKE_BOOL:
		return bt_field_bool_get_value(field);
	case JSCOPE__BT2_TAKE_BITS:
		return (int64_t)bt_field_bit_array_get_value_as_integer(field);
	case JSCOPE__BT2_TAKE_INSTANT:
		return take_instant(plan, bt_field_integer_unsigned_get_value(field));
	case JSCOPE__BT2_TAKE_SIGNED_INSTANT:
		return take_instant(plan, (uint64_t)bt_field_integer_signed_get_value(field));
	case JSCOPE__BT2_TAKE_STRING:
		return jscope__strings_intern(reader->strings, bt_field_string_get_value(field),
					      bt_field_string_get_length(field));
	case JSCOPE__BT2_TAKE_BYTES:
		return take_bytes(reader, field);
	default:
		return slot->missing;
	}
}

void jscope__bt2_plan_take(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			   const bt_event *event, int64_t *slots)
{
	for (unsigned i = 0; i < plan->count; i++) {
		const struct jscope__bt2_slot *slot = &plan->slots[i];

		slots[i] = slot_take(reader, plan, slot,
				     slot->take ? scope_field(event, slot->scope) : NULL);
	}
}

uint32_t jscope__bt2_plan_cpu(struct jscope__bt2 *reader, const struct jscope__bt2_plan *plan,
			      const bt_event *event)
{
	if (!plan->cpu.take)
		return 0;
	return (uint32_t)slot_take(reader, plan, &plan->cpu, scope_field(event, plan->cpu.scope));
}
