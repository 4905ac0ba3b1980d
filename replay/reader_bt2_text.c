#include <inttypes.h>

#include "reader_bt2.h"
#include "text_format.h"

static void field_add(struct jscope__text *text, const bt_field *field, unsigned depth);

/* A used field that becomes empty keeps its characters: only the length tells. */
static void string_add(struct jscope__text *text, const bt_field *field)
{
	jscope__text_string(text, bt_field_string_get_value(field),
			    bt_field_string_get_length(field));
}

static int64_t integer_get(const bt_field *field, bool is_signed)
{
	return is_signed ? bt_field_integer_signed_get_value(field)
			 : (int64_t)bt_field_integer_unsigned_get_value(field);
}

static void enumeration_add(struct jscope__text *text, const bt_field *field, bool is_signed)
{
	bt_field_class_enumeration_mapping_label_array labels;
	uint64_t count = 0;

	if (is_signed)
		bt_field_enumeration_signed_get_mapping_labels(field, &labels, &count);
	else
		bt_field_enumeration_unsigned_get_mapping_labels(field, &labels, &count);
	jscope__text_enumeration(text, count ? labels[0] : NULL, integer_get(field, is_signed),
				 is_signed);
}

static void integer_add(struct jscope__text *text, const bt_field *field, bool is_signed)
{
	bool is_hexadecimal = bt_field_class_integer_get_preferred_display_base(
				      bt_field_borrow_class_const(field)) ==
			      BT_FIELD_CLASS_INTEGER_PREFERRED_DISPLAY_BASE_HEXADECIMAL;

	jscope__text_integer(text, integer_get(field, is_signed), is_signed,
			     is_hexadecimal ? 16 : 10);
}

static void structure_add(struct jscope__text *text, const bt_field *field, unsigned depth)
{
	const bt_field_class *class = bt_field_borrow_class_const(field);
	uint64_t count = bt_field_class_structure_get_member_count(class);

	jscope__text_add(text, "{");
	for (uint64_t i = 0; i < count && !text->cut; i++) {
		const bt_field_class_structure_member *member =
			bt_field_class_structure_borrow_member_by_index_const(class, i);

		jscope__text_member(text, i, bt_field_class_structure_member_get_name(member));
		field_add(text, bt_field_structure_borrow_member_field_by_index_const(field, i),
			  depth + 1);
	}
	jscope__text_add(text, " }");
}

static void array_add(struct jscope__text *text, const bt_field *field, unsigned depth)
{
	uint64_t length = bt_field_array_get_length(field);

	jscope__text_add(text, "[");
	for (uint64_t i = 0; i < length && !text->cut; i++) {
		jscope__text_element(text, i);
		field_add(text, bt_field_array_borrow_element_field_by_index_const(field, i),
			  depth + 1);
	}
	jscope__text_add(text, " ]");
}

static void variant_add(struct jscope__text *text, const bt_field *field, unsigned depth)
{
	const bt_field_class_variant_option *option =
		bt_field_variant_borrow_selected_option_class_const(field);

	jscope__text_add(text, "{");
	jscope__text_member(text, 0, bt_field_class_variant_option_get_name(option));
	field_add(text, bt_field_variant_borrow_selected_option_field_const(field), depth + 1);
	jscope__text_add(text, " }");
}

static void scalar_add(struct jscope__text *text, const bt_field *field, bt_field_class_type type)
{
	if (type == BT_FIELD_CLASS_TYPE_UNSIGNED_ENUMERATION)
		enumeration_add(text, field, false);
	else if (type == BT_FIELD_CLASS_TYPE_SIGNED_ENUMERATION)
		enumeration_add(text, field, true);
	else if (type == BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER)
		integer_add(text, field, false);
	else if (type == BT_FIELD_CLASS_TYPE_SIGNED_INTEGER)
		integer_add(text, field, true);
	else if (type == BT_FIELD_CLASS_TYPE_STRING)
		string_add(text, field);
	else if (type == BT_FIELD_CLASS_TYPE_BOOL)
		jscope__text_add(text, "%s", bt_field_bool_get_value(field) ? "true" : "false");
	else if (type == BT_FIELD_CLASS_TYPE_BIT_ARRAY)
		jscope__text_add(text, "0x%" PRIX64,
				 bt_field_bit_array_get_value_as_integer(field));
	else if (type == BT_FIELD_CLASS_TYPE_SINGLE_PRECISION_REAL)
		jscope__text_real(text, (double)bt_field_real_single_precision_get_value(field));
	else if (type == BT_FIELD_CLASS_TYPE_DOUBLE_PRECISION_REAL)
		jscope__text_real(text, bt_field_real_double_precision_get_value(field));
	else
		jscope__text_add(text, "?");
}

static void field_add(struct jscope__text *text, const bt_field *field, unsigned depth)
{
	bt_field_class_type type = bt_field_get_class_type(field);

	if (depth > JSCOPE__TEXT_DEPTH_MAX)
		jscope__text_add(text, "...");
	else if (type == BT_FIELD_CLASS_TYPE_STRUCTURE)
		structure_add(text, field, depth);
	else if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_ARRAY))
		array_add(text, field, depth);
	else if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_VARIANT))
		variant_add(text, field, depth);
	else
		scalar_add(text, field, type);
}

/* Packet context: only the CPU is of interest to a reader of events. */
static void packet_add(struct jscope__text *text, const bt_event *event)
{
	const bt_stream_class *stream_class =
		bt_stream_borrow_class_const(bt_event_borrow_stream_const(event));
	const bt_field *context, *cpu;

	if (!bt_stream_class_supports_packets(stream_class))
		return;
	context = bt_packet_borrow_context_field_const(bt_event_borrow_packet_const(event));
	cpu = context ? bt_field_structure_borrow_member_field_by_name_const(context, "cpu_id")
		      : NULL;
	if (!cpu)
		return;
	jscope__text_add(text, " { cpu_id = ");
	field_add(text, cpu, 0);
	jscope__text_add(text, " },");
}

void jscope__bt2_text_event(struct jscope__text *text, const bt_event *event)
{
	const char *name = bt_event_class_get_name(bt_event_borrow_class_const(event));
	const bt_field *common = bt_event_borrow_common_context_field_const(event);
	const bt_field *specific = bt_event_borrow_specific_context_field_const(event);
	const bt_field *payload = bt_event_borrow_payload_field_const(event);

	jscope__text_reset(text, JSCOPE__BT2_TEXT_MAX);
	jscope__text_add(text, "%s:", name ? name : "<unnamed>");
	packet_add(text, event);
	for (int i = 0; i < 2; i++) {
		const bt_field *context = i ? specific : common;

		if (!context)
			continue;
		jscope__text_add(text, " ");
		field_add(text, context, 0);
		jscope__text_add(text, ",");
	}
	jscope__text_add(text, " ");
	if (payload)
		field_add(text, payload, 0);
	else
		jscope__text_add(text, "{ }");
}
