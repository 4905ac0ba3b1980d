#include "kernel_ring_fake.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE ((size_t)sysconf(_SC_PAGESIZE)) /* the least that a ring has */

struct fixture {
	struct ring_fake fake;
	struct jscope__kernel_ring *ring;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	ring_fake_open(&fixture->fake, SIZE);
	assert_int_equal(jscope__kernel_ring_create(fixture->fake.fd, SIZE, &fixture->ring), 0);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	jscope__kernel_ring_destroy(fixture->ring);
	ring_fake_close(&fixture->fake);
	free(fixture);
	return 0;
}

/* The next record has this time. */
static void expect(struct fixture *fixture, uint64_t at_ns)
{
	const struct jscope_kernel_head *head = jscope__kernel_ring_peek(fixture->ring);

	assert_non_null(head);
	assert_int_equal(head->at_ns, at_ns);
	assert_ptr_equal(jscope__kernel_ring_peek(fixture->ring), head);
	assert_true(jscope__kernel_ring_take(fixture->ring) >= BPF_RINGBUF_HDR_SZ + sizeof *head);
}

static void expect_none(struct fixture *fixture)
{
	assert_null(jscope__kernel_ring_peek(fixture->ring));
}

static int64_t reserve(struct fixture *fixture)
{
	const int64_t place = ring_fake_reserve(&fixture->fake, 12);

	assert_true(place >= 0);
	return place;
}

static void stamp(struct fixture *fixture, int64_t place, uint64_t at_ns)
{
	const struct jscope_kernel_head head = { .at_ns = at_ns, .size = 12 };

	ring_fake_write(&fixture->fake, place, &head);
}

static void submit(struct fixture *fixture, int64_t place, uint64_t at_ns)
{
	stamp(fixture, place, at_ns);
	ring_fake_submit(&fixture->fake, place);
}

static void refuses_sizes_that_no_ring_has(void **state)
{
	struct fixture *fixture = *state;
	struct jscope__kernel_ring *ring = NULL;

	assert_int_equal(jscope__kernel_ring_create(fixture->fake.fd, 0, &ring), -EINVAL);
	assert_int_equal(jscope__kernel_ring_create(fixture->fake.fd, SIZE / 2, &ring), -EINVAL);
	assert_int_equal(jscope__kernel_ring_create(fixture->fake.fd, 3 * SIZE, &ring), -EINVAL);
	assert_int_equal(jscope__kernel_ring_create(-1, SIZE, &ring), -EBADF);
	assert_null(ring);
	jscope__kernel_ring_destroy(NULL);
}

static void gives_room_back_when_told(void **state)
{
	struct fixture *fixture = *state;

	expect_none(fixture);
	assert_true(ring_fake_record(&fixture->fake, 5, 0));
	assert_int_equal(jscope__kernel_ring_fill(fixture->ring), 24);
	expect(fixture, 5);
	expect_none(fixture);
	assert_int_equal(ring_fake_consumer(&fixture->fake), 0);
	jscope__kernel_ring_release(fixture->ring);
	assert_int_equal(ring_fake_consumer(&fixture->fake), 24);
	assert_int_equal(jscope__kernel_ring_fill(fixture->ring), 0);
}

static void reads_on_where_a_ring_was_left(void **state)
{
	struct fixture *fixture = *state;

	assert_true(ring_fake_record(&fixture->fake, 1, 0));
	expect(fixture, 1);
	jscope__kernel_ring_release(fixture->ring);
	assert_true(ring_fake_record(&fixture->fake, 2, 0));
	jscope__kernel_ring_destroy(fixture->ring);
	assert_int_equal(jscope__kernel_ring_create(fixture->fake.fd, SIZE, &fixture->ring), 0);
	expect(fixture, 2);
}

static void goes_round_many_times(void **state)
{
	struct fixture *fixture = *state;
	uint64_t written = 0, seen = 0;

	for (unsigned round = 0; round < 100; round++) {
		while (ring_fake_record(&fixture->fake, written, 0))
			written++;
		assert_int_equal(written - seen, (SIZE - 1) / 24);
		while (seen < written)
			expect(fixture, seen++);
		expect_none(fixture);
		jscope__kernel_ring_release(fixture->ring);
	}
}

static void waits_for_a_record_that_is_being_written(void **state)
{
	struct fixture *fixture = *state;
	const int64_t first = reserve(fixture);

	expect_none(fixture);
	assert_true(jscope__kernel_ring_fill(fixture->ring) > 0);
	submit(fixture, first, 7);
	expect(fixture, 7);
}

static void passes_over_what_was_thrown_away(void **state)
{
	struct fixture *fixture = *state;

	ring_fake_discard(&fixture->fake, reserve(fixture));
	submit(fixture, reserve(fixture), 3);
	ring_fake_discard(&fixture->fake, reserve(fixture));
	expect(fixture, 3);
	expect_none(fixture);
	jscope__kernel_ring_release(fixture->ring);
	assert_int_equal(jscope__kernel_ring_fill(fixture->ring), 0);
	assert_int_equal(jscope__kernel_ring_broken(fixture->ring), 0);
}

/* The picture of ring.h. */
static void hands_out_by_time(void **state)
{
	struct fixture *fixture = *state;
	const int64_t a = reserve(fixture);

	submit(fixture, reserve(fixture), 10);
	submit(fixture, reserve(fixture), 20);
	submit(fixture, a, 30);
	submit(fixture, reserve(fixture), 40);
	expect(fixture, 10);
	jscope__kernel_ring_release(fixture->ring);
	assert_int_equal(ring_fake_consumer(&fixture->fake), 0);
	expect(fixture, 20);
	expect(fixture, 30);
	expect(fixture, 40);
	expect_none(fixture);
	jscope__kernel_ring_release(fixture->ring);
	assert_int_equal(jscope__kernel_ring_fill(fixture->ring), 0);
}

/* A thread that was pushed aside in a program: who pushed it aside is done first. */
static void waits_for_a_record_that_may_be_earlier(void **state)
{
	struct fixture *fixture = *state;
	const int64_t a = reserve(fixture), b = reserve(fixture);

	stamp(fixture, b, 10);
	submit(fixture, a, 20);
	expect_none(fixture);
	ring_fake_submit(&fixture->fake, b);
	expect(fixture, 10);
	expect(fixture, 20);
}

/* The drain compares what the CPUs show before it takes. */
static void what_was_shown_stays(void **state)
{
	struct fixture *fixture = *state;
	int64_t place;

	assert_true(ring_fake_record(&fixture->fake, 5, 0));
	assert_non_null(jscope__kernel_ring_peek(fixture->ring));
	place = reserve(fixture);
	expect(fixture, 5);
	expect_none(fixture);
	submit(fixture, place, 6);
	expect(fixture, 6);
}

/* More than can be held comes out late, but it comes out, and nothing is written out of bounds. */
static void holds_only_so_many(void **state)
{
	struct fixture *fixture = *state;
	int64_t places[30];
	unsigned seen = 0;

	for (unsigned i = 0; i < 30; i++)
		places[i] = reserve(fixture);
	for (unsigned i = 0; i < 30; i++)
		submit(fixture, places[i], 100 - i);
	while (jscope__kernel_ring_peek(fixture->ring)) {
		jscope__kernel_ring_take(fixture->ring);
		seen++;
	}
	assert_int_equal(seen, 30);
}

static void survives_what_no_kernel_writes(void **state)
{
	struct fixture *fixture = *state;
	int64_t place;

	place = ring_fake_reserve(&fixture->fake, 0);
	ring_fake_set_length(&fixture->fake, place, 15); /* shorter than a head */
	expect_none(fixture);
	assert_int_equal(jscope__kernel_ring_broken(fixture->ring), 1);

	place = reserve(fixture);
	ring_fake_write(&fixture->fake, place,
			&(struct jscope_kernel_head){ .at_ns = 2, .size = 13 });
	ring_fake_submit(&fixture->fake, place);
	expect_none(fixture);
	assert_int_equal(jscope__kernel_ring_broken(fixture->ring), 2);

	place = reserve(fixture);
	submit(fixture, place, 3);
	ring_fake_set_length(&fixture->fake, place, 1 << 20); /* behind the producer */
	expect_none(fixture);
	assert_int_equal(jscope__kernel_ring_broken(fixture->ring), 3);

	jscope__kernel_ring_release(fixture->ring);
	place = (int64_t)ring_fake_consumer(&fixture->fake);
	ring_fake_set_producer(&fixture->fake, (uint64_t)place + (1 << 20));
	expect_none(fixture);
	assert_int_equal(jscope__kernel_ring_fill(fixture->ring), SIZE);
	ring_fake_set_producer(&fixture->fake, (uint64_t)place);
	assert_true(ring_fake_record(&fixture->fake, 9, 0));
	expect(fixture, 9);
}

/* Random nesting, with a reader that looks at any moment */

struct story {
	struct fixture *fixture;
	unsigned seed;
	uint64_t now, submitted, read, last_ns;
};

static bool chance(struct story *story, unsigned percent)
{
	return (unsigned)rand_r(&story->seed) % 100 < percent;
}

static void reader_looks(struct story *story)
{
	struct jscope__kernel_ring *ring = story->fixture->ring;
	const struct jscope_kernel_head *head;

	while (chance(story, 60) && (head = jscope__kernel_ring_peek(ring))) {
		assert_true(head->at_ns > story->last_ns);
		assert_int_equal(head->size, (head->at_ns & 3) * 4);
		story->last_ns = head->at_ns;
		story->read++;
		jscope__kernel_ring_take(ring);
	}
	if (chance(story, 50))
		jscope__kernel_ring_release(ring);
}

/* A program runs, may be interrupted at any of its steps, and finds no room now and then. */
static void happen(struct story *story, unsigned depth)
{
	struct ring_fake *fake = &story->fixture->fake;
	struct jscope_kernel_head head;
	int64_t place;

	reader_looks(story);
	place = ring_fake_reserve(fake, 12);
	if (place < 0)
		return;
	reader_looks(story);
	while (depth < 5 && chance(story, 30))
		happen(story, depth + 1);
	head = (struct jscope_kernel_head){ .at_ns = ++story->now };
	head.size = (uint16_t)((head.at_ns & 3) * 4);
	ring_fake_write(fake, place, &head);
	while (depth < 5 && chance(story, 30))
		happen(story, depth + 1);
	if (chance(story, 5)) {
		ring_fake_discard(fake, place);
		return;
	}
	ring_fake_submit(fake, place);
	story->submitted++;
}

static void every_record_once_and_by_time(void **state)
{
	struct story story = { .fixture = *state };

	for (unsigned seed = 1; seed <= 300; seed++) {
		story.seed = seed;
		for (unsigned i = 0; i < 100; i++)
			happen(&story, 0);
	}
	while (story.read < story.submitted)
		reader_looks(&story);
	expect_none(*state);
	assert_true(story.read > 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refuses_sizes_that_no_ring_has, setup, teardown),
		cmocka_unit_test_setup_teardown(gives_room_back_when_told, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_on_where_a_ring_was_left, setup, teardown),
		cmocka_unit_test_setup_teardown(goes_round_many_times, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_for_a_record_that_is_being_written, setup,
						teardown),
		cmocka_unit_test_setup_teardown(passes_over_what_was_thrown_away, setup, teardown),
		cmocka_unit_test_setup_teardown(hands_out_by_time, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_for_a_record_that_may_be_earlier, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_shown_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(holds_only_so_many, setup, teardown),
		cmocka_unit_test_setup_teardown(survives_what_no_kernel_writes, setup, teardown),
		cmocka_unit_test_setup_teardown(every_record_once_and_by_time, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
