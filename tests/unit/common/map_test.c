#include "../cmocka_all.h"

#include "common/map.h"

static struct jscope_key key_of(uint64_t n)
{
	return (struct jscope_key){ n % 7, n };
}

static void grows_and_forgets(void **state)
{
	struct jscope_map *map;
	size_t cursor = 0, seen = 0;
	struct jscope_key key;
	void *value;

	(void)state;
	assert_int_equal(jscope_map_create(sizeof(uint64_t), 100000, &map), 0);
	for (uint64_t n = 0; n < 50000; n++)
		*(uint64_t *)jscope_map_put(map, key_of(n)) = n;
	for (uint64_t n = 0; n < 50000; n += 3)
		assert_true(jscope_map_remove(map, key_of(n)));
	assert_false(jscope_map_remove(map, key_of(0)));
	for (uint64_t n = 0; n < 50000; n++) {
		uint64_t *found = jscope_map_get(map, key_of(n));

		if (n % 3 == 0)
			assert_null(found);
		else
			assert_int_equal(*found, n);
	}
	while (jscope_map_next(map, &cursor, &key, &value))
		seen++;
	assert_int_equal(seen, jscope_map_count(map));
	assert_int_equal(seen, 33333);
	jscope_map_destroy(map);
}

static void refuses_beyond_its_bound_and_counts(void **state)
{
	struct jscope_map *map;

	(void)state;
	assert_int_equal(jscope_map_create(1, 100, &map), 0);
	for (uint64_t n = 0; n < 130; n++) {
		void *value = jscope_map_put(map, key_of(n));

		assert_int_equal(value != NULL, n < 100);
	}
	assert_int_equal(jscope_map_refused(map), 30);
	assert_non_null(jscope_map_put(map, key_of(5)));
	assert_true(jscope_map_remove(map, key_of(5)));
	assert_non_null(jscope_map_put(map, key_of(120)));
	jscope_map_destroy(map);
	jscope_map_destroy(NULL);
}

static void takes_all_its_memory_beforehand(void **state)
{
	struct jscope_map *map;
	const char *cells;

	(void)state;
	assert_int_equal(jscope_map_create(sizeof(uint64_t), 1000, &map), 0);
	*(uint64_t *)jscope_map_put(map, key_of(7)) = 77;
	assert_int_equal(jscope_map_reserve(map), 0);
	cells = map->cells;
	for (uint64_t n = 0; n < 1000; n++)
		assert_non_null(jscope_map_put(map, key_of(n)));
	assert_ptr_equal(map->cells, cells);
	assert_int_equal(*(uint64_t *)jscope_map_get(map, key_of(7)), 77);
	jscope_map_destroy(map);
}

/* The n-th key whose product with the factor of the hash is n: all of them belong to place 0. */
static struct jscope_key colliding_key(uint64_t n)
{
	const uint64_t factor = 0x9e3779b97f4a7c15u;
	uint64_t inverse = factor;

	for (int i = 0; i < 6; i++)
		inverse *= 2 - factor * inverse; /* Newton: twice the exact bits each time */
	return (struct jscope_key){ 0, n * inverse };
}

static void keys_chosen_to_collide_cost_a_bounded_search(void **state)
{
	const uint64_t count = JSCOPE_MAP_PROBES + 100;
	struct jscope_map *map;

	(void)state;
	assert_int_equal(jscope_map_create(sizeof(uint64_t), 100000, &map), 0);
	for (uint64_t n = 0; n < count; n++) {
		uint64_t *value = jscope_map_put(map, colliding_key(n));

		assert_int_equal(value != NULL, n < JSCOPE_MAP_PROBES);
		if (value)
			*value = n;
	}
	assert_int_equal(jscope_map_refused(map), 100);
	assert_int_equal(jscope_map_count(map), JSCOPE_MAP_PROBES);
	assert_true(jscope_map_remove(map, colliding_key(1)));
	for (uint64_t n = 2; n < JSCOPE_MAP_PROBES; n++)
		assert_int_equal(*(uint64_t *)jscope_map_get(map, colliding_key(n)), n);
	assert_non_null(jscope_map_put(map, colliding_key(count)));
	assert_null(jscope_map_get(map, colliding_key(1)));
	jscope_map_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_forgets),
		cmocka_unit_test(refuses_beyond_its_bound_and_counts),
		cmocka_unit_test(takes_all_its_memory_beforehand),
		cmocka_unit_test(keys_chosen_to_collide_cost_a_bounded_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
