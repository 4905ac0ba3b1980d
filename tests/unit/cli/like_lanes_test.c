/* What overlaps in time is dealt to lanes of its own. */
#include "../cmocka_all.h"
#include "lanes.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static unsigned lane_of(const struct jscope__like_claim *claims, size_t count, size_t owner)
{
	for (size_t i = 0; i < count; i++)
		if (claims[i].owner == owner)
			return claims[i].lane;
	fail();
	return 0;
}

/* 0 and 2 are one handler that lasts to 900; 1 is at work meanwhile, 3 afterwards. */
static void test_overlapping(void **state)
{
	struct jscope__like_claim claims[] = {
		{ .key = 300, .begin_ns = 100, .end_ns = 400, .owner = 0 },
		{ .key = 500, .begin_ns = 450, .end_ns = 600, .owner = 1 },
		{ .key = 300, .begin_ns = 200, .end_ns = 900, .owner = 2 },
		{ .key = 2000, .begin_ns = 1500, .end_ns = 2100, .owner = 3 },
	};
	struct jscope__like_lanes lanes;

	(void)state;
	assert_int_equal(jscope__like_lanes_deal(claims, COUNT(claims), 16, &lanes), 0);
	assert_int_equal(lanes.count, 2);
	assert_int_equal(lanes.crowded, 0);
	assert_int_equal(lane_of(claims, COUNT(claims), 0), 0);
	assert_int_equal(lane_of(claims, COUNT(claims), 1), 1);
	assert_int_equal(lane_of(claims, COUNT(claims), 2), 0);
	assert_int_equal(lane_of(claims, COUNT(claims), 3), 0);
}

/* Where there are too few, the one that is free first is shared, and that is counted. */
static void test_crowded(void **state)
{
	struct jscope__like_claim claims[] = {
		{ .key = 1, .begin_ns = 0, .end_ns = 900, .owner = 0 },
		{ .key = 2, .begin_ns = 10, .end_ns = 500, .owner = 1 },
		{ .key = 3, .begin_ns = 20, .end_ns = 600, .owner = 2 },
	};
	struct jscope__like_lanes lanes;

	(void)state;
	assert_int_equal(jscope__like_lanes_deal(claims, COUNT(claims), 2, &lanes), 0);
	assert_int_equal(lanes.count, 2);
	assert_int_equal(lanes.crowded, 1);
	assert_int_equal(lane_of(claims, COUNT(claims), 2), 1);
}

static void test_none(void **state)
{
	struct jscope__like_lanes lanes;

	(void)state;
	assert_int_equal(jscope__like_lanes_deal(NULL, 0, 16, &lanes), 0);
	assert_int_equal(lanes.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlapping),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
