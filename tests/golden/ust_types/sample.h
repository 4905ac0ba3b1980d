/* One value of every type that LTTng-UST can write. */
#ifndef TESTS_GOLDEN_UST_TYPES_SAMPLE_H
#define TESTS_GOLDEN_UST_TYPES_SAMPLE_H

#include <stdint.h>

#define LIST_MAX   1000
#define STRING_MAX 20000

struct sample {
	uint8_t u8;
	int8_t s8;
	uint16_t u16;
	int16_t s16;
	uint32_t u32;
	int32_t s32;
	uint64_t u64;
	int64_t s64;
	float single;
	double real;
	char letter;
	uint8_t bytes[LIST_MAX];
	int8_t chars[LIST_MAX];
	uint16_t words[LIST_MAX];
	int32_t numbers[LIST_MAX];
	uint64_t longs[LIST_MAX];
	char characters[LIST_MAX]; /* with zeros among them */
	unsigned length;	   /* of the sequences */
	char string[STRING_MAX + 1];
};

#endif
