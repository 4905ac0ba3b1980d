#include "kernel_ring_fake.h"

#include "../cmocka_all.h"

#include <stdlib.h>
#include <time.h>

#include "drain.h"

#define CPUS	 3
#define SIZE	 ((size_t)1 << 20)
#define SEEN_MAX 2000
#define PER_CPU	 500
#define LATER_NS (60 * JSCOPE_NS_PER_SEC)

struct fixture {
	struct ring_fake fakes[CPUS];
	struct jscope__kernel_ring *rings[CPUS];
	struct jscope__kernel_drain *drain;
	struct {
		uint32_t cpu;
		uint64_t at_ns;
	} seen[SEEN_MAX];
	unsigned seen_count;
	bool echoes;	     /* every record that is handed out makes another one */
	bool begins;	     /* others begin to write when the next record is handed out */
	int64_t begun[CPUS]; /* where; -1: this one did not */
};

/* On all CPUs but this one. */
static void others_begin(struct fixture *fixture, uint32_t cpu)
{
	for (uint32_t other = 0; other < CPUS; other++)
		fixture->begun[other] =
			other == cpu ? -1 : ring_fake_reserve(&fixture->fakes[other], 0);
	fixture->begins = false;
}

static void others_end(struct fixture *fixture, uint64_t at_ns)
{
	for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
		if (fixture->begun[cpu] < 0)
			continue;
		ring_fake_write(&fixture->fakes[cpu], fixture->begun[cpu],
				&(struct jscope_kernel_head){ .at_ns = at_ns + cpu });
		ring_fake_submit(&fixture->fakes[cpu], fixture->begun[cpu]);
	}
}

static void on_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	struct fixture *fixture = state;

	assert_true(fixture->seen_count < SEEN_MAX);
	fixture->seen[fixture->seen_count].cpu = cpu;
	fixture->seen[fixture->seen_count++].at_ns = head->at_ns;
	if (fixture->begins)
		others_begin(fixture, cpu);
	if (fixture->echoes)
		ring_fake_record(&fixture->fakes[cpu], (uint64_t)jscope_ns_now(), 0);
}

static struct fixture *open_fixture(bool by_time)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	struct jscope__kernel_drain_settings settings = {
		.rings = fixture->rings,
		.cpu_count = CPUS,
		.ring_bytes = SIZE,
		.by_time = by_time,
		.record = on_record,
		.state = fixture,
	};

	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		ring_fake_open(&fixture->fakes[cpu], SIZE);
		assert_int_equal(jscope__kernel_ring_create(fixture->fakes[cpu].fd, SIZE,
							    &fixture->rings[cpu]),
				 0);
	}
	assert_int_equal(jscope__kernel_drain_create(&settings, &fixture->drain), 0);
	return fixture;
}

static int setup_by_time(void **state)
{
	*state = open_fixture(true);
	return 0;
}

static int setup_by_cpu(void **state)
{
	*state = open_fixture(false);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	jscope__kernel_drain_destroy(fixture->drain);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		jscope__kernel_ring_destroy(fixture->rings[cpu]);
		ring_fake_close(&fixture->fakes[cpu]);
	}
	free(fixture);
	return 0;
}

static void record(struct fixture *fixture, uint32_t cpu, uint64_t at_ns)
{
	assert_true(ring_fake_record(&fixture->fakes[cpu], at_ns, 0));
}

/* One pass hands out these times, and no others. */
static void expect(struct fixture *fixture, unsigned count, const uint64_t *at_ns)
{
	fixture->seen_count = 0;
	jscope__kernel_drain_pass(fixture->drain);
	assert_int_equal(fixture->seen_count, count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(fixture->seen[i].at_ns, at_ns[i]);
}

/* Of each CPU so many records, whose times lie anyhow among those of the others. */
static void fill_at_random(struct fixture *fixture)
{
	uint64_t at_ns[CPUS] = { 0 };
	unsigned seed = 4;

	for (unsigned i = 0; i < PER_CPU * CPUS; i++) {
		const uint32_t cpu = i % CPUS;

		at_ns[cpu] += (uint64_t)rand_r(&seed) % 1000;
		record(fixture, cpu, at_ns[cpu]);
	}
}

static void merges_by_time(void **state)
{
	struct fixture *fixture = *state;
	unsigned per_cpu[CPUS] = { 0 };

	fill_at_random(fixture);
	jscope__kernel_drain_pass(fixture->drain);
	assert_int_equal(fixture->seen_count, PER_CPU * CPUS);
	for (unsigned i = 0; i < fixture->seen_count; i++) {
		per_cpu[fixture->seen[i].cpu]++;
		assert_true(i == 0 || fixture->seen[i].at_ns >= fixture->seen[i - 1].at_ns);
	}
	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		assert_int_equal(per_cpu[cpu], PER_CPU);
	assert_true(jscope__kernel_drain_is_dry(fixture->drain));
}

static void goes_from_cpu_to_cpu(void **state)
{
	struct fixture *fixture = *state;

	fill_at_random(fixture);
	jscope__kernel_drain_pass(fixture->drain);
	assert_int_equal(fixture->seen_count, PER_CPU * CPUS);
	for (unsigned i = 1; i < fixture->seen_count; i++) {
		assert_true(fixture->seen[i].cpu >= fixture->seen[i - 1].cpu);
		if (fixture->seen[i].cpu == fixture->seen[i - 1].cpu)
			assert_true(fixture->seen[i].at_ns >= fixture->seen[i - 1].at_ns);
	}
	assert_true(jscope__kernel_drain_is_dry(fixture->drain));
}

static void waits_for_what_is_being_written(void **state)
{
	struct fixture *fixture = *state;
	const jscope_ns begin_ns = jscope_ns_now();
	jscope_ns safe_ns;
	int64_t place;

	record(fixture, 0, 8);
	record(fixture, 0, 10);
	place = ring_fake_reserve(&fixture->fakes[0], 0);
	record(fixture, 1, 5);
	record(fixture, 1, 20);
	expect(fixture, 2, (const uint64_t[]){ 5, 8 });
	assert_false(jscope__kernel_drain_is_dry(fixture->drain));
	safe_ns = jscope__kernel_drain_pass(fixture->drain);
	if (jscope_ns_now() - begin_ns > JSCOPE__KERNEL_DRAIN_PATIENCE_NS)
		skip(); /* the machine is so slow that patience was lost */
	assert_int_equal(safe_ns, 8);
	ring_fake_write(&fixture->fakes[0], place, &(struct jscope_kernel_head){ .at_ns = 15 });
	ring_fake_submit(&fixture->fakes[0], place);
	expect(fixture, 3, (const uint64_t[]){ 10, 15, 20 });
}

/* What they begin is not told yet, and hides nothing that was there before. */
static void programs_begin_to_write_during_a_pass(void **state)
{
	struct fixture *fixture = *state;

	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		record(fixture, cpu, 5 + cpu);
	fixture->begins = true;
	expect(fixture, 2, (const uint64_t[]){ 5, 6 });
	others_end(fixture, 10);
	expect(fixture, 3, (const uint64_t[]){ 7, 11, 12 });
}

static void loses_patience(void **state)
{
	const struct timespec patience = { 0, JSCOPE__KERNEL_DRAIN_PATIENCE_NS + JSCOPE_NS_PER_MS };
	struct fixture *fixture = *state;

	assert_true(ring_fake_reserve(&fixture->fakes[2], 0) == 0);
	record(fixture, 0, 7);
	expect(fixture, 0, NULL);
	nanosleep(&patience, NULL);
	expect(fixture, 1, (const uint64_t[]){ 7 });
}

static void tells_what_is_still_to_come(void **state)
{
	struct fixture *fixture = *state;
	const jscope_ns before = jscope_ns_now();

	assert_true(jscope__kernel_drain_pass(fixture->drain) >= before);
}

/* Times of a program that is still writing may be as old as its last record. */
static void is_not_sure_of_what_is_being_written(void **state)
{
	struct fixture *fixture = *state;

	record(fixture, 1, 10);
	record(fixture, 1, 20);
	assert_true(ring_fake_reserve(&fixture->fakes[1], 0) > 0);
	assert_int_equal(jscope__kernel_drain_pass(fixture->drain), 10);
}

/* What comes after a pass has begun may be later than what others have not yet told. */
static void leaves_the_future_to_the_next_pass(void **state)
{
	struct fixture *fixture = *state;

	record(fixture, 0, 1);
	record(fixture, 0, (uint64_t)(jscope_ns_now() + LATER_NS));
	record(fixture, 1, 2);
	expect(fixture, 2, (const uint64_t[]){ 1, 2 });
	expect(fixture, 0, NULL);
}

static void ends_although_records_keep_coming(void **state)
{
	struct fixture *fixture = *state;

	fixture->echoes = true;
	for (unsigned i = 0; i < 100; i++)
		record(fixture, i % CPUS, 1 + i);
	jscope__kernel_drain_pass(fixture->drain);
	assert_int_equal(fixture->seen_count, 100);
}

/* A record that fills a ring, right after a pass. */
static void fill_at_once(struct fixture *fixture)
{
	int64_t place;

	jscope__kernel_drain_pass(fixture->drain);
	place = ring_fake_reserve(&fixture->fakes[0], SIZE - 64);
	assert_true(place >= 0);
	ring_fake_write(&fixture->fakes[0], place, &(struct jscope_kernel_head){ .at_ns = 1 });
	ring_fake_submit(&fixture->fakes[0], place);
	jscope__kernel_drain_pass(fixture->drain);
}

static void sleeps_longer_while_it_is_quiet(void **state)
{
	struct fixture *fixture = *state;
	const jscope_ns longest_ns = JSCOPE_NS_PER_SEC / 320; /* for 1 MiB at 320 MiB/s */

	assert_int_equal(jscope__kernel_drain_pause_ns(fixture->drain), JSCOPE_NS_PER_MS);
	for (unsigned i = 0; i < 10; i++)
		jscope__kernel_drain_pass(fixture->drain);
	assert_int_equal(jscope__kernel_drain_pause_ns(fixture->drain), longest_ns);
	/* A test that is pushed aside meanwhile has filled the ring slowly. */
	for (unsigned i = 0; i < 100; i++) {
		fill_at_once(fixture);
		if (jscope__kernel_drain_pause_ns(fixture->drain) < longest_ns)
			return;
	}
	fail_msg("a ring that fills at once is not read sooner");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(merges_by_time, setup_by_time, teardown),
		cmocka_unit_test_setup_teardown(goes_from_cpu_to_cpu, setup_by_cpu, teardown),
		cmocka_unit_test_setup_teardown(waits_for_what_is_being_written, setup_by_time,
						teardown),
		cmocka_unit_test_setup_teardown(programs_begin_to_write_during_a_pass,
						setup_by_time, teardown),
		cmocka_unit_test_setup_teardown(loses_patience, setup_by_time, teardown),
		cmocka_unit_test_setup_teardown(tells_what_is_still_to_come, setup_by_time,
						teardown),
		cmocka_unit_test_setup_teardown(tells_what_is_still_to_come, setup_by_cpu,
						teardown),
		cmocka_unit_test_setup_teardown(is_not_sure_of_what_is_being_written, setup_by_cpu,
						teardown),
		cmocka_unit_test_setup_teardown(is_not_sure_of_what_is_being_written, setup_by_time,
						teardown),
		cmocka_unit_test_setup_teardown(leaves_the_future_to_the_next_pass, setup_by_time,
						teardown),
		cmocka_unit_test_setup_teardown(ends_although_records_keep_coming, setup_by_time,
						teardown),
		cmocka_unit_test_setup_teardown(ends_although_records_keep_coming, setup_by_cpu,
						teardown),
		cmocka_unit_test_setup_teardown(sleeps_longer_while_it_is_quiet, setup_by_cpu,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
