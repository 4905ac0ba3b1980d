/* The queue of the simulated clock: by instant, then by order of insertion. */
#include "../cmocka_all.h"
#include "occasions.h"

#define COUNT 2000

struct thing {
	size_t place;
	jscope_ns due_ns;
	unsigned turn;
};

static struct thing things[COUNT];

static struct thing *take(struct jscope__occasions *occasions)
{
	const struct jscope__occasion *first = jscope__occasions_first(occasions);
	struct thing *thing = first ? first->object : NULL;

	if (thing)
		jscope__occasions_remove(occasions, &thing->place);
	return thing;
}

static void put(struct jscope__occasions *occasions, struct thing *thing, jscope_ns due_ns,
		unsigned turn)
{
	thing->due_ns = due_ns;
	thing->turn = turn;
	assert_int_equal(jscope__occasions_put(occasions, JSCOPE__OCCASION_TIMER, thing,
					       &thing->place, due_ns),
			 0);
}

static uint32_t next_random(uint32_t *state)
{
	return *state = *state * 1664525 + 1013904223;
}

/* Put in, moved and taken out at random, all the others still come in order. */
static void test_order(void **state)
{
	struct jscope__occasions occasions = { 0 };
	struct thing *before = NULL, *thing;
	uint32_t random = 1;
	unsigned left = COUNT, turn = 0;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		put(&occasions, &things[i], next_random(&random) >> 24, turn++);
	for (unsigned i = 0; i < COUNT; i += 3)
		put(&occasions, &things[i], next_random(&random) >> 24, turn++);
	for (unsigned i = 1; i < COUNT; i += 7, left--)
		assert_true(jscope__occasions_remove(&occasions, &things[i].place));
	while ((thing = take(&occasions))) {
		if (before)
			assert_true(
				before->due_ns < thing->due_ns ||
				(before->due_ns == thing->due_ns && before->turn < thing->turn));
		before = thing;
		left--;
	}
	assert_int_equal(left, 0);
	jscope__occasions_finish(&occasions);
}

static void test_what_is_not_in(void **state)
{
	struct jscope__occasions occasions = { 0 };
	struct thing one = { 0 };

	(void)state;
	assert_null(jscope__occasions_first(&occasions));
	assert_false(jscope__occasions_remove(&occasions, &one.place));
	put(&occasions, &one, 5, 0);
	assert_true(jscope__occasions_remove(&occasions, &one.place));
	assert_false(jscope__occasions_remove(&occasions, &one.place));
	assert_null(jscope__occasions_first(&occasions));
	jscope__occasions_finish(&occasions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_what_is_not_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
