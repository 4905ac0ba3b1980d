/*
 * Tracepoints with every type of field of LTTng-UST. LTTng includes this header several times with
 * other macros, hence the unusual guard.
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER ust_types

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "provider.h"

#if !defined(TESTS_GOLDEN_UST_TYPES_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_GOLDEN_UST_TYPES_PROVIDER_H

#include <lttng/tracepoint.h>

#include "sample.h"

/* clang-format off */
LTTNG_UST_TRACEPOINT_ENUM(ust_types, signed_kind,
	LTTNG_UST_TP_ENUM_VALUES(
		lttng_ust_field_enum_range("far below", -128, -100)
		lttng_ust_field_enum_value("minus one", -1)
		lttng_ust_field_enum_value("zero", 0)
		lttng_ust_field_enum_auto("one")
		lttng_ust_field_enum_range("some", 2, 9)
		lttng_ust_field_enum_range("overlapping", 8, 100)
		lttng_ust_field_enum_value("zero", 101)
	)
)

LTTNG_UST_TRACEPOINT_ENUM(ust_types, unsigned_kind,
	LTTNG_UST_TP_ENUM_VALUES(
		lttng_ust_field_enum_range("low", 0, 99)
		lttng_ust_field_enum_value("hundred", 100)
		lttng_ust_field_enum_range("high", 200, 18446744073709551615ULL)
	)
)

/* One that tells members of a sample. */
#undef SAMPLE_EVENT
#define SAMPLE_EVENT(name, ...)                                                                    \
	LTTNG_UST_TRACEPOINT_EVENT(ust_types, name,                                                \
		LTTNG_UST_TP_ARGS(const struct sample *, sample),                                  \
		LTTNG_UST_TP_FIELDS(__VA_ARGS__))

SAMPLE_EVENT(integers,
	lttng_ust_field_integer(uint8_t, u8, sample->u8)
	lttng_ust_field_integer(int8_t, s8, sample->s8)
	lttng_ust_field_integer(uint16_t, u16, sample->u16)
	lttng_ust_field_integer(int16_t, s16, sample->s16)
	lttng_ust_field_integer(uint32_t, u32, sample->u32)
	lttng_ust_field_integer(int32_t, s32, sample->s32)
	lttng_ust_field_integer(char, letter, sample->letter)
	lttng_ust_field_integer(uint64_t, u64, sample->u64)
	lttng_ust_field_integer(int64_t, s64, sample->s64)
)

SAMPLE_EVENT(hexadecimal,
	lttng_ust_field_integer_hex(uint8_t, u8, sample->u8)
	lttng_ust_field_integer_hex(int16_t, s16, sample->s16)
	lttng_ust_field_integer_hex(uint32_t, u32, sample->u32)
	lttng_ust_field_integer_hex(int64_t, s64, sample->s64)
)

SAMPLE_EVENT(network,
	lttng_ust_field_integer_network(uint16_t, u16, sample->u16)
	lttng_ust_field_integer_network(int32_t, s32, sample->s32)
	lttng_ust_field_integer_network(uint64_t, u64, sample->u64)
	lttng_ust_field_integer_network_hex(int16_t, s16, sample->s16)
	lttng_ust_field_integer_network_hex(uint32_t, u32, sample->u32)
	lttng_ust_field_array_network(uint16_t, words, sample->words, 3)
	lttng_ust_field_array_network_hex(uint64_t, longs, sample->longs, 2)
	lttng_ust_field_sequence_network(int32_t, numbers, sample->numbers, unsigned,
					 sample->length)
	lttng_ust_field_sequence_network_hex(uint16_t, more, sample->words, unsigned,
					     sample->length)
)

SAMPLE_EVENT(enumerations,
	lttng_ust_field_enum(ust_types, signed_kind, int8_t, s8, sample->s8)
	lttng_ust_field_enum(ust_types, signed_kind, int32_t, s32, sample->s32)
	lttng_ust_field_enum(ust_types, signed_kind, int64_t, narrow, sample->s8)
	lttng_ust_field_enum(ust_types, unsigned_kind, uint8_t, u8, sample->u8)
	lttng_ust_field_enum(ust_types, unsigned_kind, uint64_t, u64, sample->u64)
)

SAMPLE_EVENT(reals,
	lttng_ust_field_integer(uint8_t, shift, sample->u8)
	lttng_ust_field_float(float, single, sample->single)
	lttng_ust_field_float(double, real, sample->real)
)

SAMPLE_EVENT(strings,
	lttng_ust_field_string(string, sample->string)
	lttng_ust_field_array_text(char, text, sample->characters, 16)
	lttng_ust_field_sequence_text(char, texts, sample->characters, unsigned,
				      sample->length)
	lttng_ust_field_integer(uint8_t, behind, sample->u8)
)

SAMPLE_EVENT(arrays,
	lttng_ust_field_array(uint8_t, bytes, sample->bytes, 5)
	lttng_ust_field_array(int8_t, chars, sample->chars, 3)
	lttng_ust_field_array(int32_t, numbers, sample->numbers, 3)
	lttng_ust_field_array_hex(uint8_t, address, sample->bytes, 6)
	lttng_ust_field_array_hex(uint64_t, longs, sample->longs, 2)
)

SAMPLE_EVENT(sequences,
	lttng_ust_field_sequence(uint8_t, bytes, sample->bytes, unsigned, sample->length)
	lttng_ust_field_sequence(int8_t, chars, sample->chars, uint16_t, sample->length)
	lttng_ust_field_sequence(uint64_t, longs, sample->longs, size_t, sample->length)
	lttng_ust_field_integer(uint8_t, between, sample->u8)
	lttng_ust_field_sequence_hex(uint16_t, words, sample->words, unsigned,
				     sample->length)
	lttng_ust_field_integer(uint8_t, behind, sample->u8)
)

LTTNG_UST_TRACEPOINT_EVENT(ust_types, nothing, LTTNG_UST_TP_ARGS(), LTTNG_UST_TP_FIELDS())
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
