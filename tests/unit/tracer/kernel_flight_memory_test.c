/* The memory of the flight recorder against all records that went into it. */
#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "flight_memory.h"

#define CPUS	4
#define RECORDS 20000
#define BYTES	(64 << 10)

struct record {
	struct jscope_kernel_head head;
	uint8_t fields[120];
};

static struct record records[RECORDS];
static uint32_t cpus[RECORDS];

static void record_make(size_t i)
{
	struct record *record = &records[i];

	cpus[i] = (uint32_t)rand() % CPUS;
	record->head = (struct jscope_kernel_head){
		.at_ns = i,
		.lost = (uint32_t)rand(),
		.id = (uint16_t)i,
		.size = (uint16_t)(rand() % (int)sizeof record->fields),
	};
	memset(record->fields, rand(), record->head.size);
}

/* Which record is the oldest one that is kept. */
static size_t memory_check(const struct jscope__flight_memory *memory, size_t count)
{
	const struct jscope_kernel_head *head;
	uint64_t cursor = 0;
	size_t oldest = count, i = 0;
	uint32_t cpu;

	while ((head = jscope__flight_memory_next(memory, &cursor, &cpu))) {
		i = (size_t)head->at_ns;
		if (oldest == count)
			oldest = i;
		else
			assert_int_equal(i, (size_t)records[i - 1].head.at_ns + 1);
		assert_int_equal(cpu, cpus[i]);
		assert_memory_equal(head, &records[i], sizeof *head + head->size);
	}
	assert_int_equal(i, count - 1);
	return oldest;
}

static void forgotten_check(const struct jscope__flight_memory *memory, size_t oldest)
{
	uint32_t lost[CPUS] = { 0 };

	for (size_t i = 0; i < oldest; i++)
		lost[cpus[i]] = records[i].head.lost;
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		assert_int_equal(jscope__flight_memory_forgot_lost(memory, cpu), lost[cpu]);
	assert_true(jscope__flight_memory_forgot(memory) ==
		    (oldest ? (jscope_ns)oldest - 1 : JSCOPE_NS_UNKNOWN));
}

static void it_holds_the_latest_in_their_order(void **state)
{
	struct jscope__flight_memory *memory;
	size_t oldest;

	(void)state;
	srand(1);
	assert_int_equal(jscope__flight_memory_create(BYTES, CPUS, &memory), 0);
	for (size_t i = 0; i < RECORDS; i++) {
		record_make(i);
		jscope__flight_memory_add(memory, cpus[i], &records[i].head);
		if (i % 97)
			continue;
		oldest = memory_check(memory, i + 1);
		forgotten_check(memory, oldest);
		/* 24 bytes of heads and 60 of fields on average. */
		assert_in_range(i - oldest, i < 500 ? i : 500, BYTES / 70);
	}
	jscope__flight_memory_destroy(memory);
}

static void a_record_larger_than_all_is_not_kept(void **state)
{
	struct jscope__flight_memory *memory;
	struct {
		struct jscope_kernel_head head;
		uint8_t fields[8192];
	} record = { .head.size = 8192 };
	uint64_t cursor = 0;
	uint32_t cpu;

	(void)state;
	assert_int_equal(jscope__flight_memory_create(1, CPUS, &memory), 0);
	jscope__flight_memory_add(memory, 0, &record.head);
	assert_null(jscope__flight_memory_next(memory, &cursor, &cpu));
	jscope__flight_memory_destroy(memory);
	jscope__flight_memory_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_holds_the_latest_in_their_order),
		cmocka_unit_test(a_record_larger_than_all_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
